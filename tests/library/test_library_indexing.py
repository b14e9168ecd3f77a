"""What an indexing run does to documents that come, change and go."""

from __future__ import annotations

import os
import random
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from library_folders import Folders

from app.errors import DocumentError, LexiconError
from app.library import index
from app.model import Filters, SearchQuery, Status
from app.text.segment import Segmenter, bigrams

OLD = 1_600_000_000_000_000_000  # a time of change that has settled long ago


def aged(path: Path, at: int = OLD) -> None:
    os.utime(path, ns=(at, at))


def found(folders: Folders, text: str) -> str:
    """What searches for the words of `text` reply, in every detail."""
    with folders.open() as library:
        cutter: Segmenter = library.segmenter
        words = tuple((term, 1.0) for term in dict.fromkeys(cutter.terms(text)))
        pairs = tuple((pair, 0.5) for pair in dict.fromkeys(bigrams(text)))
        reply = library.snapshot().index.search(SearchQuery(words, pairs), Filters(), 20)
        return repr(reply)


def test_a_first_run_adds_all_documents_with_their_fields(folders: Folders) -> None:
    text = "关于印发方案的通知\n国办发〔2023〕7号\n一、总体要求。加大投入2亿元。\n2023年5月1日\n"
    folders.write("教育/a.txt", text, region="某州", status="现行", effective_on="2023-06-01")
    report = folders.index()
    assert (report.added, report.failed, report.rebuilt) == (("教育/a.txt",), (), "")
    stored = folders.documents()["教育/a.txt"]
    document = stored.document
    assert (document.text, document.title) == (text, "关于印发方案的通知")
    assert (document.collection, document.region, document.number) == (
        "教育",
        "某州",
        "国办发〔2023〕7号",
    )
    assert (document.issued_on, document.effective_on) == (date(2023, 5, 1), date(2023, 6, 1))
    assert document.status is Status.IN_FORCE
    assert len(document.id) == 16
    assert stored.passages
    assert stored.figures


def test_an_id_depends_on_the_path_alone_unless_the_sidecar_gives_one(folders: Folders) -> None:
    folders.write(unicodedata.normalize("NFD", "é.txt"), "正文。")
    folders.write("b.txt", "正文。", id="own-id")
    folders.index()
    first = {source: stored.document.id for source, stored in folders.documents().items()}
    assert first["b.txt"] == "own-id"
    folders.write(unicodedata.normalize("NFD", "é.txt"), "别的正文。")
    folders.index()
    assert folders.documents()["é.txt"].document.id == first["é.txt"]


def test_a_second_run_finds_nothing_to_do(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    first = folders.index()
    before = folders.everything()
    second = folders.index()
    assert second.unchanged == ("a.txt",)
    assert (second.added, second.replaced, second.removed) == ((), (), ())
    assert second.version == first.version
    assert folders.everything() == before


def test_an_empty_corpus_is_a_corpus(folders: Folders) -> None:
    assert folders.index().added == ()
    assert folders.documents() == {}
    assert "hits=()" in found(folders, "教育投入")


def test_documents_that_come_change_and_go_are_told_apart(folders: Folders) -> None:
    for name in ("keep", "change", "remove", "fields"):
        folders.write(f"{name}.txt", f"{name}的正文。")
    folders.index()
    folders.write("change.txt", "改过的正文。")
    folders.write_sidecar("fields.txt", '{"title": "新标题"}')
    (folders.corpus / "remove.txt").unlink()
    folders.write("new.txt", "新来的正文。")
    report = folders.index()
    assert report.added == ("new.txt",)
    assert report.replaced == ("change.txt", "fields.txt")
    assert report.removed == ("remove.txt",)
    assert report.unchanged == ("keep.txt",)
    documents = folders.documents()
    assert list(documents) == ["change.txt", "fields.txt", "keep.txt", "new.txt"]
    assert documents["change.txt"].document.text == "改过的正文。"
    assert documents["fields.txt"].document.title == "新标题"


def test_a_sidecar_that_goes_takes_its_fields_with_it(folders: Folders) -> None:
    folders.write("a.txt", "正文。", id="own", region="某州")
    folders.index()
    (folders.corpus / "a.txt.json").unlink()
    assert folders.index().replaced == ("a.txt",)
    assert folders.documents()["a.txt"].document.region is None
    assert folders.documents()["a.txt"].document.id != "own"


def test_a_file_of_settled_time_and_size_is_not_read_again(folders: Folders) -> None:
    path = folders.write("a.txt", "甲文。")
    aged(path)
    folders.index()
    folders.write("a.txt", "乙文。")
    aged(path)
    assert folders.index().unchanged == ("a.txt",)
    assert folders.index(rebuild=True).replaced == ("a.txt",)
    assert folders.documents()["a.txt"].document.text == "乙文。"


def test_a_file_of_another_time_but_the_same_content_is_unchanged(folders: Folders) -> None:
    path = folders.write("a.txt", "正文。")
    aged(path)
    folders.index()
    aged(path, OLD + 1)
    assert folders.index().unchanged == ("a.txt",)


def test_a_file_that_changes_within_a_tick_of_the_clock_is_noticed(folders: Folders) -> None:
    path = folders.write("a.txt", "甲文。")
    folders.index()
    status = path.stat()
    folders.write("a.txt", "乙文。")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert folders.index().replaced == ("a.txt",)


ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_text_of_any_encoding_is_verbatim_without_byte_order_mark(
    folders: Folders, encoding: str
) -> None:
    text = "一、要求。\r\n各级人民政府要加大投入，优先保障教育。\r\n"
    folders.write("a.txt", text, encoding)
    folders.index()
    stored = folders.documents()["a.txt"]
    assert stored.document.text == text
    assert all(passage.span.of(text) for passage in stored.passages)


def test_one_bad_file_does_not_stop_the_others(folders: Folders) -> None:
    folders.write("good.txt", "正文。")
    folders.write("sidecar.txt", "正文。", titel="x")
    (folders.corpus / "binary.txt").write_bytes(bytes(range(256)) * 4)
    report = folders.index()
    assert report.added == ("good.txt",)
    assert [failure.source for failure in report.failed] == ["binary.txt", "sidecar.txt"]
    assert "titel" in report.failed[1].reason
    assert list(folders.documents()) == ["good.txt"]


def test_a_failing_file_changes_nothing_until_it_is_mended(folders: Folders) -> None:
    folders.write("good.txt", "正文。")
    folders.index()
    folders.write("bad.txt", "正文。", status="没有的状态")
    before = folders.everything()
    assert [failure.source for failure in folders.index().failed] == ["bad.txt"]
    assert folders.everything() == before
    folders.write_sidecar("bad.txt", "{}")
    assert folders.index().added == ("bad.txt",)


def test_a_good_document_that_turns_bad_is_not_answered_from(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    folders.write("b.txt", "正文。")
    folders.index()
    (folders.corpus / "a.txt").write_bytes(b"\x80\xff" * 99)
    report = folders.index()
    assert [failure.source for failure in report.failed] == ["a.txt"]
    assert report.removed == ()
    assert list(folders.documents()) == ["b.txt"]


def test_of_two_documents_with_one_id_the_first_keeps_it(folders: Folders) -> None:
    folders.write("a.txt", "甲文。", id="same")
    folders.write("b.txt", "乙文。", id="same")
    folders.write("c.txt", "丙文。")
    report = folders.index()
    assert report.added == ("a.txt", "c.txt")
    assert [failure.source for failure in report.failed] == ["b.txt"]
    assert "a.txt" in report.failed[0].reason
    assert "b.txt" in report.failed[0].reason


def test_an_id_can_pass_from_one_document_to_another(folders: Folders) -> None:
    folders.write("a.txt", "甲文。", id="one")
    folders.write("b.txt", "乙文。", id="two")
    folders.index()
    folders.write_sidecar("a.txt", '{"id": "two"}')
    folders.write_sidecar("b.txt", '{"id": "one"}')
    assert folders.index().replaced == ("a.txt", "b.txt")
    ids = {source: stored.document.id for source, stored in folders.documents().items()}
    assert ids == {"a.txt": "two", "b.txt": "one"}


def test_a_bad_line_in_the_dictionary_stops_the_run_and_leaves_the_old_state(
    folders: Folders,
) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    before = folders.everything()
    folders.write("b.txt", "正文。")
    folders.write("_youju/synonyms.txt", "孤词\n")
    with pytest.raises(LexiconError):
        folders.index()
    assert folders.everything() == before


def test_a_corpus_that_cannot_be_reached_leaves_the_old_state(folders: Folders) -> None:
    folders.write("a.txt", "正文。")
    folders.index()
    with pytest.raises(DocumentError):
        index(folders.corpus / "nowhere", folders.data)
    assert list(folders.documents()) == ["a.txt"]


def test_new_synonyms_are_a_new_version_and_new_words_cut_all_documents_anew(
    folders: Folders,
) -> None:
    folders.write("a.txt", "推行县管校聘改革。")
    versions = [folders.index().version]
    folders.write("_youju/synonyms.txt", "老师 教师\n")
    report = folders.index()
    versions.append(report.version)
    assert (report.unchanged, report.rebuilt) == (("a.txt",), "")
    with folders.open() as library:
        assert library.snapshot().synonyms["老师"] == {"教师"}
        assert library.snapshot().index.frequency("县管校聘") == 0
    folders.write("_youju/words.txt", "县管校聘\n")
    report = folders.index()
    versions.append(report.version)
    assert (report.unchanged, report.rebuilt) == (("a.txt",), "用户词典已改变")
    with folders.open() as library:
        assert library.snapshot().index.frequency("县管校聘") == 1
        assert "县管校聘" in library.segmenter.terms("县管校聘")
    assert len(set(versions)) == 3


def test_headings_above_a_passage_are_searched_and_those_inside_count_once(
    folders: Folders,
) -> None:
    body = "".join(
        f"第{number}句讲的是别的内容，与标题里的词没有什么关系。" for number in range(40)
    )
    folders.write("a.txt", f"通知\n一、保障经费\n{body}\n二、其他\n{body}")
    folders.index()
    passages = folders.documents()["a.txt"].passages
    below = [passage for passage in passages if any("经费" in heading for heading in passage.path)]
    assert len(below) > 2
    with folders.open() as library:
        assert library.snapshot().index.frequency("经费") == len(below)
    assert f"passage={passages[0]!r}"[:20] in found(folders, "经费")


def test_progress_tells_every_document_that_is_worked_on(folders: Folders) -> None:
    told: list[object] = []

    class Told:
        def expect(self, total: int) -> None:
            told.append(total)

        def advance(self, name: str) -> None:
            told.append(name)

    for name in ("a", "b"):
        folders.write(f"{name}.txt", "正文。")
    folders.index()
    folders.write("b.txt", "改过的正文。")
    folders.write("c.txt", "新来的正文。")
    index(folders.corpus, folders.data, Told())
    assert told == [2, "b.txt", "c.txt"]


WORDS = [
    "教育",
    "投入",
    "教师",
    "学生",
    "改革",
    "县域",
    "均衡",
    "发展",
    "经费",
    "学校",
    "保障",
    "制度",
    "建设",
    "招聘",
    "补助",
    "标准",
]


def a_text(seed: int) -> str:
    chance = random.Random(seed)
    parts = []
    for number in range(chance.randint(2, 6)):
        words = "".join(chance.choices(WORDS, k=chance.randint(20, 60)))
        parts.append(f"（{'一二三四五六'[number]}）{words}{chance.randint(1, 99)}万元。\n")
    return "关于工作的通知\n" + "".join(parts)


def test_version_and_replies_do_not_depend_on_the_history(folders: Folders, tmp_path: Path) -> None:
    for number in range(12):
        folders.write(f"{number % 3}/{number:02d}.txt", a_text(100 + number))
    folders.index()
    for number in (7, 3, 10, 0):
        folders.write(f"{number % 3}/{number:02d}.txt", a_text(number))
        folders.index()
    (folders.corpus / "1/04.txt").unlink()
    folders.index()
    for number in (11, 4, 5, 9, 1, 8, 2, 6):
        folders.write(f"{number % 3}/{number:02d}.txt", a_text(number))
    worn = folders.index()
    fresh = Folders(folders.corpus, tmp_path / "fresh")
    assert fresh.index().version == worn.version
    for question in ("教育投入多少", "教师招聘", "补助标准 保障", "县域均衡发展", "99万元"):
        assert found(fresh, question) == found(folders, question)
    assert fresh.documents() == folders.documents()
    rebuilt = folders.index(rebuild=True)
    assert (rebuilt.version, rebuilt.rebuilt) == (worn.version, "按要求重建")
