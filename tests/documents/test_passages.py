from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.passages import ENOUGH, LONGEST_HEADING, LONGEST_SENTENCE, TARGET, TINY, passages
from app.documents.structure import outline
from app.model import Passage

ROOT = Path(__file__).parents[2]
SENTENCE = "各区要按照职责分工抓好落实并按月报告进展情况，重大事项及时请示。"  # 32 characters


def cut(text: str) -> tuple[Passage, ...]:
    return passages("d", text, outline(text))


def quotes(text: str) -> list[str]:
    return [passage.span.of(text) for passage in cut(text)]


def test_the_sample_document_is_pinned_by_count_and_by_first_and_last_passages() -> None:
    text = (ROOT / "corpus" / "bozhou-education.txt").read_bytes().decode()
    found = cut(text)
    assert len(found) == 17
    assert [(p.span.start, p.span.end) for p in (*found[:3], found[-1])] == [
        (0, 71),
        (72, 202),
        (202, 376),
        (2276, 2283),
    ]
    assert found[2].path == ("一、高位推动,切实做到“三个优先”", "二是优先保障教育投入")


def test_ids_count_from_zero_in_document_order() -> None:
    assert [p.id for p in cut("一、甲\n" + SENTENCE + "\n二、乙\n" + SENTENCE)] == ["d:0", "d:1"]


def test_a_passage_ends_at_the_start_of_a_section() -> None:
    first, second = "一、甲\n" + SENTENCE, "二、乙\n" + SENTENCE
    assert quotes(f"{first}\n{second}") == [first, second]


def test_a_lone_heading_joins_the_first_part_below_it() -> None:
    text = f"一、总体安排\n（一）目标\n{SENTENCE}\n（二）任务\n{SENTENCE}"
    found = cut(text)
    assert found[0].span.of(text) == f"一、总体安排\n（一）目标\n{SENTENCE}"
    assert found[0].path == ("一、总体安排", "（一）目标")
    assert found[1].path == ("一、总体安排", "（二）任务")


def test_tiny_items_of_a_list_share_a_passage_under_their_parent() -> None:
    text = "一、申请材料\n1.申请表；\n2.照片；\n3.证明；\n4.承诺书。"
    found = cut(text)
    assert found[-1].path == ("一、申请材料",)
    assert all(len(p.span) >= TINY for p in found[:-1])
    assert found[0].span.of(text).startswith("一、申请材料\n1.申请表；")


def test_a_tiny_end_does_not_join_another_part() -> None:
    assert quotes("一、甲\n" + SENTENCE + "完。\n二、乙\n" + SENTENCE)[0].endswith("完。")


def test_sentences_are_packed_up_to_the_target_inside_a_paragraph() -> None:
    text = SENTENCE * 20
    found = quotes(text)
    assert "".join(found) == text
    assert all(TARGET - len(SENTENCE) < len(quote) <= TARGET for quote in found[:-1])


def test_a_paragraph_that_is_long_enough_is_not_packed_with_the_next() -> None:
    text = f"{SENTENCE * 3}\n{SENTENCE * 2}"
    assert quotes(text) == text.split("\n")


def test_short_paragraphs_of_one_part_are_packed() -> None:
    text = f"{SENTENCE}\n{SENTENCE}\n{SENTENCE}"
    assert quotes(text) == [text]


def test_a_very_long_sentence_is_cut_before_clauses() -> None:
    text = "推进项目建设和资金拨付以及人员培训，" * 40
    found = quotes(text)
    assert "".join(found) == text
    assert all(quote.endswith("，") and len(quote) <= TARGET + ENOUGH for quote in found)


def test_a_sentence_without_any_border_is_cut_hard() -> None:
    found = quotes("甲" * 1000)
    assert [len(quote) for quote in found] == [LONGEST_SENTENCE, LONGEST_SENTENCE, 200]


def test_an_article_without_heading_is_named_in_the_path() -> None:
    text = "第一章 总则\n第一条 " + SENTENCE * 9
    assert {p.path for p in cut(text)[1:]} == {("第一章 总则", "第一条")}


def test_an_item_without_heading_is_not_in_the_path() -> None:
    text = f"一、任务\n{SENTENCE}一是{SENTENCE}二是{SENTENCE}"
    assert [p.path for p in cut(text)] == [("一、任务",)] * 3


def test_a_long_heading_is_cut_in_the_path() -> None:
    heading = "# " + "甲" * 200
    assert cut(f"{heading}\n{SENTENCE}")[0].path == (heading[:LONGEST_HEADING],)


def test_a_text_of_blanks_has_no_passages() -> None:
    assert cut(" \n\u3000") == ()


MARKS = [*"。；，：“”（）甲 \n①②", "\r\n", "\u3000\u3000", "\n# ", SENTENCE, "乙丙丁" * 50, "目录"]
LABELS = ["\n一、", "\n二、", "（一）", "（二）", "1.", "2.", "第一条", "第二条", "一是", "二是"]
PIECES = st.sampled_from([*MARKS, *LABELS])


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=60))
def test_passages_and_the_white_space_between_them_give_back_the_document(text: str) -> None:
    position = 0
    found = cut(text)
    for passage in found:
        assert position <= passage.span.start < passage.span.end
        assert text[position : passage.span.start].strip() == ""
        assert passage.span.of(text).strip() == passage.span.of(text)
        assert len(passage.span) <= LONGEST_SENTENCE
        position = passage.span.end
    assert text[position:].strip() == ""


@given(st.lists(PIECES, max_size=60).map("".join))
def test_every_path_is_made_of_slices_of_the_text_above_the_passage(text: str) -> None:
    for passage in cut(text):
        place = 0
        for heading in passage.path:
            place = text.index(heading, place)
            assert place < passage.span.end


@pytest.mark.parametrize(
    "text",
    ["甲" * 200_000, "，" * 200_000, "。①甲。②乙" * 12_000, "甲，" * 50_000, "（" * 200_000],
    ids=["one word", "commas", "tiny parts", "one sentence", "open brackets"],
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    found = outline(text)
    started = time.process_time()
    passages("d", text, found)
    # Ample room for slow machines: quadratic time would be minutes.
    assert time.process_time() - started < 8
