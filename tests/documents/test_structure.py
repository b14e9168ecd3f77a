from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.labels import numeral, ordinal
from app.documents.structure import outline
from app.model import Outline

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


def tree(text: str) -> list[str]:
    """One line per section: indent by level, label, heading."""
    return [
        f"{'  ' * (section.level - 1)}{section.label}|{section.heading}"
        for section in outline(text).sections
    ]


def readable(found: Outline) -> str:
    lines = []
    for section in found.sections:
        indent = "  " * (section.level - 1)
        place = f"{section.span.start}-{section.span.end}"
        lines.append(f"{indent}{section.label} [{section.heading}] {place}")
    return "\n".join(lines) + "\n"


def test_the_sample_document_has_the_outline_of_the_golden_file() -> None:
    text = (ROOT / "corpus" / "bozhou-education.txt").read_bytes().decode()
    golden = (GOLDEN / "bozhou-education.outline.txt").read_text(encoding="utf-8")
    assert readable(outline(text)) == golden


TREES = {
    "headings share their line with text and the list below": (
        "二、补齐短板,办好“两件实事”。一是扩大托育供给。新建托育园9所。二是改善校车服务。更新校车。",
        ["二、|补齐短板,办好“两件实事”", "  一是|扩大托育供给", "  二是|改善校车服务"],
    ),
    "headings on lines of their own": (
        "关于绿化的意见\n一、总体要求\n坚持生态优先。\n（一）目标\n增绿。\n二、保障措施\n加大投入。",
        ["一、|总体要求", "  （一）|目标", "二、|保障措施"],
    ),
    "a text of one line has blanks for line breaks": (
        "关于稳岗的通知 各区： 为稳岗，通知如下： 一、扩大岗位供给 对新增岗位，给予补贴。 二、降低用工成本 对小微企业，减免费用。",
        ["一、|扩大岗位供给", "二、|降低用工成本"],
    ),
    "numbers run on across the parts above": (
        "一、金融\n1. 加大投放。各行要投放。\n2. 降低成本。各行要降息。\n二、财税\n3. 减税。各局要减税。",
        ["一、|金融", "  1.|加大投放", "  2.|降低成本", "二、|财税", "  3.|减税"],
    ),
    "articles run on across chapters": (
        "第一章 总则\n第一条 为了规范管理，制定本办法。\n第二章 附则\n第二条 本办法自公布之日起施行。",
        ["第一章|总则", "  第一条|", "第二章|附则", "  第二条|"],
    ),
    "a whole statute in one line": (
        "节水办法 第一章 总 则 第一条 为了节水，制定本办法。 第二条 依照第一条执行。 第二章 附则 第三条 自公布之日起施行。",
        ["第一章|总 则", "  第一条|", "  第二条|", "第二章|附则", "  第三条|"],
    ),
    "the heading of an article is bracketed or a short run": (
        "第一条【目的】为了节水。\n第二条（适用范围） 本市适用。\n第三条 主管部门\n水务局主管。\n第四条 各区负责，逐级落实。",
        ["第一条|目的", "第二条|适用范围", "第三条|主管部门", "第四条|"],
    ),
    "an inserted article": (
        "第九条 甲。\n第九条之一 乙。\n第十条 丙。",
        ["第九条|", "第九条之一|", "第十条|"],
    ),
    "a series inside one sentence": (
        "要做到：一是早发现；二是早报告，三是早处置。",
        ["一是|", "二是|", "三是|"],
    ),
    "other series": (
        "抓三件事。首先，摸清底数。其次，建立台账。最后，跟踪问效。",
        ["首先，|", "其次，|", "最后，|"],
    ),
    "arabic labels in brackets inside a line": (
        "一、材料\n包括：(1)申请表；(2)身份证明；(3)其他。",
        ["一、|材料", "  (1)|", "  (2)|", "  (3)|"],
    ),
    "a paragraph without label goes back to the parent of an inline list": (
        "一、工作\n要求：一是快。二是准。\n以上要求请落实。\n二、其他\n无。",
        ["一、|工作", "  一是|", "  二是|", "二、|其他"],
    ),
    "words after a label that only begin like a reference": (
        "三、管理 （一）及时发现患者。各院要筛查。 （二）项目管理。各院要沟通。 四、附则 施行。",
        ["三、|管理", "  （一）|及时发现患者", "  （二）|项目管理", "四、|附则"],
    ),
    "articles in one line that begin like a reference": (
        "第一条 中小企业享受补贴。 第二条 的士享受补贴。 第三条 第三方不享受。",
        ["第一条|", "第二条|", "第三条|"],
    ),
    "lower rank above: a list inside an item that goes on": (
        "1. 补贴\n一、对企业补贴。\n二、对个人补贴。\n2. 奖励\n给予奖励。",
        ["1.|补贴", "  一、|", "  二、|", "2.|奖励"],
    ),
    "articles inside the points of an amendment": (
        "一、将条文修改如下：\n第一条 为了节水。\n二、增加条文：\n第九条 奖励。",
        ["一、|", "  第一条|", "二、|增加条文", "  第九条|"],
    ),
    "a second document with its own numbers": (
        "一、甲\n二、乙\n附件\n一、丙\n二、丁",
        ["一、|甲", "二、|乙", "一、|丙", "二、|丁"],
    ),
    "entries of a table of contents are no sections": (
        "条例\n目录\n第一章 总则……1\n第二章 附则……12\n第一章 总则\n第一条 为了节水。\n第二章 附则\n第二条 施行。",
        ["第一章|总则", "  第一条|", "第二章|附则", "  第二条|"],
    ),
    "full-width blanks open paragraphs, CRLF ends lines": (
        "　　一、总则\r\n　　坚持节水。\r\n　　二、附则\r\n　　施行。",
        ["一、|总则", "二、|附则"],
    ),
    "markdown": (
        "# 办法\n## 一、总则\n节水。\n## 二、附则\n1. 施行\n# 附件",
        ["#|办法", "  ##|一、总则", "  ##|二、附则", "    1.|施行", "#|附件"],
    ),
    "parts named by what they are": (
        "第一部分  目标\n建成冷库。\n第二部分  工程\n工程一  补链工程\n任务：\n①建设预冷点。\n②改造冷库。\n"
        "工程二  提质工程\n①建立平台。\n②制定规范。\n第三部分  保障\n落实责任。",
        [
            "第一部分|目标",
            "第二部分|工程",
            "  工程一|补链工程",
            "    ①|",
            "    ②|",
            "  工程二|提质工程",
            "    ①|",
            "    ②|",
            "第三部分|保障",
        ],
    ),
    "the questions of an interview are headings": (
        "问：需要什么材料？\n答：（1）申请书；（2）身份证。\n问：收费吗？\n答：不收费。",
        ["问：|需要什么材料？", "  （1）|", "  （2）|", "问：|收费吗？"],
    ),
    "steps that are counted": (
        "流程如下：第一步，受理。当场受理。第二步，审核。五日办完。",
        ["第一步，|受理", "第二步，|审核"],
    ),
    "a heading may begin with a year": (
        "1.2031年目标\n节水。\n2.2035年目标\n再节水。",
        ["1.|2031年目标", "2.|2035年目标"],
    ),
    "a few words before a colon": (
        "（一）申请条件：在本市注册。\n（二）网址：https://example.org/a。",
        ["（一）|申请条件", "（二）|网址"],
    ),
    "all ranks": (
        "第一编 甲\n第一分编 乙\n第一章 丙\n第一节 丁\n第一条 戊\n一、己\n（一）庚\n1.辛\n（1）壬\n①癸",
        [
            "第一编|甲",
            "  第一分编|乙",
            "    第一章|丙",
            "      第一节|丁",
            "        第一条|戊",
            "          一、|己",
            "            （一）|庚",
            "              1.|辛",
            "                （1）|壬",
            "                  ①|癸",
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TREES.values(), ids=TREES.keys())
def test_labels_give_the_tree(text: str, expected: list[str]) -> None:
    assert tree(text) == expected


NO_LABELS = {
    "quarters": "一、二季度产值增长。\n二、三产业加快。",
    "a decimal": "1.5万亩完成。\n2.5万亩在建。",
    "a reference to an article": "依据本办法第三条，予以奖励。第四条规定的情形除外。",
    "a reference at the start of a line": "《某法》明确奖励。\n第三条规定：“予以奖励。”",
    "a series with one member": "首先，要提高认识。各地要落实。",
    "a label that is no series": "要说明的是，二是一个偶数。",
    "a figure inside a sentence": "全年共建成3、5所学校，完成（二）期工程。",
    "points that are referred to": "另见：（一）、（二）项除外。（一）项免报。（二）款除外。",
    "blanks only": " \n\u3000\n",
    "empty": "",
}


@pytest.mark.parametrize("text", NO_LABELS.values(), ids=NO_LABELS.keys())
def test_what_only_looks_like_a_label_makes_no_section(text: str) -> None:
    assert tree(text) == []


HEADINGS = {
    "one single sentence is text": ("一是加强领导。二是加强宣传。", "一是", ""),
    "a sentence that regulates is text": (
        "一、单位应当在三十日内申报。逾期不办。\n二、其他\n无。",
        "一、",
        "",
    ),
    "a sentence with many clauses is text": (
        "1.夯实基础，健全机制，强化监督，务求实效。各地要落实。\n2.其他",
        "1.",
        "",
    ),
    "an item of a list ends with a semicolon": ("一、材料\n1.申请表；\n2.照片。", "1.", ""),
    "words of one heading keep their blank in a text with lines": (
        "一、加强领导 落实责任\n各地要落实。\n二、其他",
        "一、",
        "加强领导 落实责任",
    ),
    "a line over sixty characters is text": ("一、" + "甲" * 61 + "\n二、乙", "一、", ""),
    "a line of sixty characters is a heading": ("一、" + "甲" * 60 + "\n二、乙", "一、", "甲" * 60),
}


@pytest.mark.parametrize(("text", "label", "expected"), HEADINGS.values(), ids=HEADINGS.keys())
def test_only_words_that_name_a_part_are_its_heading(text: str, label: str, expected: str) -> None:
    section = next(s for s in outline(text).sections if s.label == label)
    assert section.heading == expected


def test_a_part_ends_before_the_white_space_ahead_of_the_next() -> None:
    text = "引言。\n一、甲\n正文。\n\n二、乙\n正文。\n"
    spans = [section.span.of(text) for section in outline(text).sections]
    assert spans == ["一、甲\n正文。", "二、乙\n正文。"]


def test_the_paragraph_behind_an_inline_list_lies_in_the_parent_only() -> None:
    text = "一、工作\n要求：一是快。二是准。\n以上要求请落实。"
    parent, _, second = outline(text).sections
    assert second.span.of(text) == "二是准。"
    assert parent.span.end == len(text)


def test_the_heading_span_covers_marker_and_heading_with_its_bracket() -> None:
    text = "第一条 【目的】 为了节水。"
    section = outline(text).sections[0]
    assert section.heading_span.of(text) == "第一条 【目的】"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("一", 1),
        ("十", 10),
        ("二十一", 21),
        ("一百零三", 103),
        ("二〇", 20),
        ("１２", 12),
        ("⑫", 12),
    ],
)
def test_numerals_have_the_value_that_is_written(written: str, value: int) -> None:
    assert numeral(written) == value


@pytest.mark.parametrize(
    ("label", "value"), [("（三）", 3), ("第十二条之一", 12), ("其次", 2), ("最后，", 0), ("##", 0)]
)
def test_a_label_gives_its_number(label: str, value: int) -> None:
    assert ordinal(label) == value


MARKS = [*"。；，：“”（）【】甲 \n①②", "\r\n", "\u3000\u3000", "\n# ", "\n## ", "目录", "规定"]
ITEMS = [
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "(1)",
    "(2)",
    "1.",
    "2.",
    "一是",
    "二是",
    "三是",
]
OTHERS = ["首先，", "其次，", "最后，", "第一条", "第二条", "第一章", "第一节", "乙丙丁"]
PIECES = st.sampled_from([*MARKS, *ITEMS, *OTHERS])
TEXTS = st.lists(PIECES, max_size=60).map("".join)


@given(TEXTS | st.text(max_size=60))
@example("一、甲\n一是乙\n丙\n二、")
def test_sections_nest_and_siblings_are_disjoint_and_in_order(text: str) -> None:
    sections = outline(text).sections
    ends: dict[int | None, int] = {None: 0}
    for index, section in enumerate(sections):
        above = None if section.parent is None else sections[section.parent]
        assert ends[section.parent] <= section.span.start < section.span.end <= len(text)
        assert above is None or above.span.contains(section.span)
        assert section.level == (1 if above is None else above.level + 1)
        assert section.span.contains(section.heading_span)
        assert section.heading_span.of(text).startswith(section.label)
        assert section.heading in section.heading_span.of(text)
        ends[section.parent] = section.span.end
        ends[index] = section.span.start
    starts = [section.span.start for section in sections]
    assert starts == sorted(set(starts))


HOSTILE = {
    "one label again and again": "一、" * 100_000,
    "restarting lists": "。①。②" * 25_000,
    "blanks": " " * 200_000,
    "full-width blanks": "\u3000" * 200_000,
    "a blank line of 200000 characters behind a label": "一、" + " " * 200_000,
    "open brackets": "（" * 200_000,
    "numerals": "第" + "一" * 200_000,
    "headings": "\n# a" * 25_000,
    "tables of contents": "目录\n一、a\n" * 15_000,
    "five ranks": "\n一、\n（一）\n1.\n（1）\n①" * 6_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_take_linear_time(text: str) -> None:
    # Ample room for slow machines: quadratic time would be minutes.
    started = time.process_time()
    outline(text)
    assert time.process_time() - started < 8
