"""Word files give what a reader of the printed document sees."""

from __future__ import annotations

import zipfile
from io import BytesIO

import docx
import pytest
from docx_parts import docx_of, level, tagged, zipped

from app.documents import docx as reader
from app.documents.counting import counted
from app.documents.docx_package import MOST_TAGS
from app.documents.read import read
from app.errors import UnreadableDocument


def lines(body: str, **parts: object) -> list[str]:
    return read(docx_of(body, **parts), "文件.docx").text.splitlines()  # type: ignore[arg-type]


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def box(words: str) -> str:
    return f"<w:txbxContent>{tagged(words)}</w:txbxContent>"


RUNS = {
    "runs that break a word": ([run("公积"), run("金")], "公积金"),
    "insertions and deletions": (
        [
            run("补助"),
            "<w:del><w:r><w:delText>500</w:delText></w:r></w:del>",
            f"<w:ins>{run('600')}</w:ins>",
            run("元"),
        ],
        "补助600元",
    ),
    "words that were moved": (
        [f"<w:moveFrom>{run('旧处')}</w:moveFrom>", f"<w:moveTo>{run('新处')}</w:moveTo>"],
        "新处",
    ),
    "hidden words": ([run("看得见"), run("看不见", "<w:vanish/>")], "看得见"),
    "words that are not hidden after all": ([run("看得见", '<w:vanish w:val="0"/>')], "看得见"),
    "a link": ([f'<w:hyperlink r:id="r9">{run("附件1")}</w:hyperlink>'], "附件1"),
    "a field and its code": (
        [
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>',
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("2024年5月")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ],
        "2024年5月",
    ),
    "tabs": ([run("姓名"), "<w:r><w:tab/></w:r>", run("职务")], "姓名\t职务"),
    "hyphens that do not break, soft ones": (
        ["<w:r><w:t>A</w:t><w:noBreakHyphen/><w:t>1</w:t><w:softHyphen/><w:t>级\u00ad别</w:t></w:r>"],
        "A-1级别",
    ),
    "boxes to tick": (
        ['<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', run("同意")],
        "☑同意",
    ),
    "a content control": (
        [f"<w:sdt><w:sdtPr/><w:sdtContent>{run('县民政局')}</w:sdtContent></w:sdt>"],
        "县民政局",
    ),
    "a content control nobody filled in": (
        [
            run("单位："),
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入文字')}</w:sdtContent></w:sdt>",
        ],
        "单位：",
    ),
    "readings above characters": (
        [f"<w:r><w:ruby><w:rt>{run('lù')}</w:rt><w:rubyBase>{run('麓')}</w:rubyBase></w:ruby></w:r>"],
        "麓",
    ),
    "raised digits": (
        [run("10"), run("4", '<w:vertAlign w:val="superscript"/>'), run("亩")],
        "10⁴亩",
    ),
    "a formula": (["<m:oMath><m:r><m:t>a=b+c</m:t></m:r></m:oMath>"], "a=b+c"),
    "a comment": (['<w:commentRangeStart w:id="1"/>', run("正文"), '<w:r><w:commentReference w:id="1"/></w:r>'], "正文"),
}  # fmt: skip


@pytest.mark.parametrize(("runs", "text"), RUNS.values(), ids=RUNS.keys())
def test_a_paragraph_with(runs: list[str], text: str) -> None:
    assert lines(paragraph(*runs)) == [text]


def test_a_line_break_in_a_paragraph_is_one_in_the_text() -> None:
    assert lines(paragraph(run("甲"), "<w:r><w:br/></w:r>", run("乙"))) == ["甲", "乙"]


def test_a_paragraph_whose_mark_was_deleted_runs_on_into_the_next() -> None:
    first = paragraph(run("全县新建"), properties="<w:rPr><w:del/></w:rPr>")
    assert lines(first + tagged("学校3所。")) == ["全县新建学校3所。"]
    assert lines(tagged("甲") + first) == ["甲", "全县新建"]


def test_words_hidden_by_a_style_are_left_out() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Notes"><w:basedOn w:val="Base"/></w:style>'
    )
    body = paragraph(run("正文"), run("批注", '<w:rStyle w:val="Notes"/>'))
    assert lines(body, styles=styles) == ["正文"]


BOXES = {
    "in both forms, once": (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box("框")}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box('框')}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    ),
    "in the older form": f"<w:pict><v:shape><v:textbox>{box('框')}</v:textbox></v:shape></w:pict>",
    "in the other form when the first is a picture": (
        '<mc:AlternateContent><mc:Choice Requires="wpc"><w:drawing/></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box('框')}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    ),
}


@pytest.mark.parametrize("content", BOXES.values(), ids=BOXES.keys())
def test_a_text_box_stands_behind_its_paragraph(content: str) -> None:
    assert lines(paragraph(run("前"), f"<w:r>{content}</w:r>", run("后")) + tagged("末")) == [
        "前后",
        "框",
        "末",
    ]


# ── numbering ───────────────────────────────────────────────────────────────────────────────────


def numbered(levels: str, *places: int, lists: str = "") -> list[str]:
    """The labels of paragraphs at these levels of one list."""
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>{lists}'
    )
    body = "".join(tagged("。", numbered=(1, depth)) for depth in places)
    return [line.removesuffix("。") for line in lines(body, numbering=numbering)]


LABELS = {
    "chapters and articles that run on": (
        level(0, "chineseCountingThousand", "第%1章")
        + level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
        (0, 1, 1, 0, 1),
        ["第一章", "第一条", "第二条", "第二章", "第三条"],
    ),
    "a level below begins anew": (
        level(0, "chineseCounting", "%1、") + level(1, "decimal", "%2."),
        (0, 1, 1, 0, 1),
        ["一、", "1.", "2.", "二、", "1."],
    ),
    "numbers of all levels": (
        level(0, "decimal", "%1") + level(1, "decimal", "%1.%2"),
        (0, 1, 1, 0, 1),
        ["1", "1.1", "1.2", "2", "2.1"],
    ),
    "numbers of all levels as digits": (
        level(0, "chineseCounting", "%1") + level(1, "decimal", "%1.%2", "<w:isLgl/>"),
        (0, 0, 1),
        ["一", "二", "2.1"],
    ),
    "a level without the one above it": (
        level(0, "decimal", "%1") + level(1, "decimal", "%1.%2"),
        (1, 0),
        ["1.1", "1"],
    ),
    "bullets": (level(0, "bullet", "\uf0b7"), (0, 0), ["", ""]),
    "a gap behind a plain number": (
        level(0, "decimal", "%1").replace('<w:suff w:val="nothing"/>', ""),
        (0,),
        ["1 "],
    ),
    "no gap behind a full-width mark": (
        level(0, "chineseCounting", "（%1）").replace('<w:suff w:val="nothing"/>', ""),
        (0,),
        ["（一）"],
    ),
    "a list that starts later": (
        level(0, "decimal", "%1.").replace('<w:start w:val="1"/>', '<w:start w:val="5"/>'),
        (0, 0),
        ["5.", "6."],
    ),
}


@pytest.mark.parametrize(("levels", "places", "labels"), LABELS.values(), ids=LABELS.keys())
def test_word_numbers(levels: str, places: tuple[int, ...], labels: list[str]) -> None:
    assert numbered(levels, *places) == labels


def test_lists_of_one_definition_count_together_unless_one_starts_anew() -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{level(0, "decimal", "%1.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = "".join(tagged("项", numbered=(which, 0)) for which in (1, 2, 3, 3))
    assert lines(body, numbering=numbering) == ["1.项", "2.项", "1.项", "2.项"]


def test_a_style_numbers_its_paragraphs_unless_they_say_otherwise() -> None:
    linked = level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="Second"/>')
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{level(0, "chineseCounting", "%1、")}{linked}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="First"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Second"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="First"/></w:style>'
    )
    body = (
        tagged("总则", style="First")
        + tagged("目的", style="Second")
        + tagged("附则", style="Own")
        + tagged("附件", style="First", numbered=(0, 0))
    )
    assert lines(body, numbering=numbering, styles=styles) == [
        "一、总则",
        "（一）目的",
        "二、附则",
        "附件",
    ]


def test_an_empty_numbered_paragraph_counts_but_gives_no_line() -> None:
    body = (
        tagged("甲", numbered=(1, 0)) + tagged("", numbered=(1, 0)) + tagged("乙", numbered=(1, 0))
    )
    assert lines(body) == ["一、甲", "三、乙"]


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (11, "japaneseCounting", "十一"),
        (20, "chineseCountingThousand", "二十"),
        (101, "chineseCountingThousand", "一百零一"),
        (110, "chineseCountingThousand", "一百一十"),
        (1024, "chineseCountingThousand", "一千零二十四"),
        (3000, "chineseCountingThousand", "三千"),
        (12, "ideographDigital", "一二"),
        (20, "japaneseDigitalTenThousand", "二〇"),
        (10, "chineseLegalSimplified", "壹拾"),
        (3, "ideographTraditional", "丙"),
        (12, "ideographZodiac", "亥"),
        (13, "ideographZodiac", "13"),
        (5, "decimalEnclosedCircleChinese", "⑤"),
        (21, "decimalEnclosedCircle", "㉑"),
        (3, "decimalEnclosedParen", "⑶"),
        (7, "decimalFullWidth", "７"),
        (7, "decimalZero", "07"),
        (4, "lowerRoman", "iv"),
        (1999, "upperRoman", "MCMXCIX"),
        (3, "upperLetter", "C"),
        (28, "lowerLetter", "bb"),
        (10_000, "chineseCounting", "10000"),
        (0, "chineseCounting", "0"),
        (6, "aFormNobodyKnows", "6"),
    ],
)
def test_a_number_in_the_form(value: int, form: str, written: str) -> None:
    assert counted(value, form) == written


# ── tables, notes, packages ─────────────────────────────────────────────────────────────────────


def cell(content: str, properties: str = "") -> str:
    inside = content if content.startswith("<w:") else tagged(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def rows(*found: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in found)}</w:tbl>"


DOWN, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

TABLES = {
    "cells merged down and across": (
        rows(
            cell("片区", DOWN) + cell("2023年", '<w:gridSpan w:val="2"/>'),
            cell("", GOES_ON) + cell("学校（所）") + cell("学生（人）"),
            cell("东部", DOWN) + cell("12") + cell("3400"),
            cell("", GOES_ON) + cell("9") + cell("2100"),
        ),
        [
            "| 片区 | 2023年 学校（所） | 2023年 学生（人） |",
            "| 东部 | 12 | 3400 |",
            "| 东部 | 9 | 2100 |",
        ],
    ),
    "a row that was deleted": (
        "<w:tbl><w:tr>"
        + cell("区")
        + cell("数")
        + "</w:tr><w:tr><w:trPr><w:del/></w:trPr>"
        + cell("甲")
        + cell("1")
        + "</w:tr><w:tr>"
        + cell("乙")
        + cell("2")
        + "</w:tr></w:tbl>",
        ["| 区 | 数 |", "| 乙 | 2 |"],
    ),
    "rows and cells in content controls": (
        f"<w:tbl><w:tr>{cell('区')}{cell('数')}</w:tr><w:sdt><w:sdtContent><w:tr>{cell('甲')}"
        f"<w:sdt><w:sdtContent>{cell('1')}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt></w:tbl>",
        ["| 区 | 数 |", "| 甲 | 1 |"],
    ),
    "a table in a cell": (
        rows(cell("任务") + cell("标准"), cell("改造敬老院") + cell(tagged("分两档：") + rows(cell("一档") + cell("3万元")))),
        ["| 任务 | 标准 |", "| 改造敬老院 | 分两档： 一档 3万元 |"],
    ),
    "a table that only places tables": (
        rows(cell("表一") + cell(rows(cell("区") + cell("数"), cell("东湖区") + cell("1")))),
        ["表一", "| 区 | 数 |", "| 东湖区 | 1 |"],
    ),
    "numbers that Word sets in the cells": (
        rows(cell("序号") + cell("任务"), cell(tagged("", numbered=(1, 2))) + cell("植树"), cell(tagged("甲", numbered=(1, 2))) + cell("种草")),
        ["| 序号 | 任务 |", "|  | 植树 |", "| 2.甲 | 种草 |"],
    ),
    "one after the other": (
        rows(cell("区") + cell("数"), cell("甲") + cell("1")) + rows(cell("县") + cell("数"), cell("乙") + cell("2")),
        ["| 区 | 数 |", "| 甲 | 1 |", "", "| 县 | 数 |", "| 乙 | 2 |"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("table", "expected"), TABLES.values(), ids=TABLES.keys())
def test_a_table_with(table: str, expected: list[str]) -> None:
    assert lines(table) == expected


def note(which: int, kind: str = "footnote", more: str = "") -> str:
    return f'<w:r><w:{kind}Reference w:id="{which}" {more}/></w:r>'


def test_notes_stand_at_the_end_in_the_order_of_their_marks() -> None:
    body = (
        paragraph(run("增长5%"), note(2), run("。"))
        + paragraph(run("达到9家"), note(1), note(1, "endnote"))
        + tagged("完")
    )
    assert lines(body, notes=["注一", "注二", "没有提到的注"], endnotes=["尾注"]) == [
        "增长5%[1]。",
        "达到9家[2][i]",
        "完",
        "[1] 注二",
        "[2] 注一",
        "[i] 尾注",
    ]


def test_circled_marks_and_marks_of_ones_own_stay_as_they_are() -> None:
    section = '<w:sectPr><w:footnotePr><w:numFmt w:val="decimalEnclosedCircleChinese"/></w:footnotePr></w:sectPr>'
    body = paragraph(run("甲"), note(1)) + paragraph(
        run("乙"), note(2, more='w:customMarkFollows="1"'), run("*")
    )
    assert lines(body + section, notes=["注一", "*注二"]) == ["甲①", "乙*", "① 注一", "*注二"]


def test_a_reference_to_a_note_that_is_not_there_gives_no_mark() -> None:
    assert lines(paragraph(run("甲"), note(9))) == ["甲"]


def test_the_strict_form_of_the_standard_is_read_too() -> None:
    strict = docx_of(tagged("严格格式", numbered=(1, 0)))
    parts = {}
    with zipfile.ZipFile(BytesIO(strict)) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            content = content.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            ).replace(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
            )
            parts[name] = content
    assert read(zipped(parts), "a.docx").text == "一、严格格式\n"


def test_headings_lists_and_tables_that_python_docx_writes() -> None:
    document = docx.Document()
    document.add_heading("没有编号的标题", level=1)
    document.add_paragraph("登记；", style="List Number")
    document.add_paragraph("备案。", style="List Number")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "表头"
    table.cell(1, 0).text, table.cell(1, 1).text = "甲", "1"
    written = BytesIO()
    document.save(written)
    assert read(written.getvalue(), "a.docx").text.splitlines() == [
        "没有编号的标题",
        "1. 登记；",
        "2. 备案。",
        "表头",
        "| 甲 | 1 |",
    ]


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
REFUSED = {
    "an old binary file": (OLE + "WordDocument".encode("utf-16-le"), "另存为 .docx"),
    "an old binary sheet": (OLE + "Workbook".encode("utf-16-le"), "另存为 .xlsx"),
    "another compound file": (OLE, r"OLE.*取消密码，另存为 \.docx"),
    "a file under a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "请取消密码"),
    "a web page": (b"\xef\xbb\xbf<html><p>x</p></html>", "内容却是网页"),
    "a web archive": (b"MIME-Version: 1.0", "单个文件的网页"),
    "rich text": (b"{\\rtf1\\ansi}", "内容却是 RTF"),
    "a pdf": (b"%PDF-1.7", "改为 .pdf"),
    "nothing": (b"", "0 字节"),
    "noise": (b"\x00\x01\x02\x03abc", "00 01 02 03"),
    "half an archive": (docx_of(tagged("x"))[:400], "已经损坏"),
    "an archive without a document": (zipped({"a.txt": "x"}), "没有正文部分 word/document.xml"),
    "a part that is no XML": (zipped({"word/document.xml": "<w:document"}), "不是完好的 XML"),
    "another kind of document": (zipped({"word/document.xml": "<workbook/>"}), "不是 Word 文档"),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_word_file_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why) as raised:
        read(data, "坏文件.docx")
    assert "坏文件.docx" in str(raised.value)


@pytest.mark.parametrize("name", ["a.doc", "通知.WPS", "b.rtf"])
def test_an_old_format_says_what_to_save_it_as(name: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"另存为 \.docx 后重新添加"):
        read(b"anything", name)


def test_entities_are_not_resolved(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    document = (
        f'<!DOCTYPE w [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<w:document xmlns:w="urn:w"><w:body><w:p><w:r><w:t>前&x;后</w:t></w:r></w:p></w:body></w:document>'
    )
    found = read(zipped({"word/document.xml": document}), "a.docx").text
    assert "机密" not in found


def test_too_many_tags_and_too_many_paragraphs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.documents.docx_package.MOST_TAGS", 60)
    with pytest.raises(UnreadableDocument, match="上限为 60"):
        lines(tagged("x") * 20)
    monkeypatch.setattr("app.documents.docx_package.MOST_TAGS", MOST_TAGS)
    monkeypatch.setattr(reader, "MOST_PARAGRAPHS", 5)
    with pytest.raises(UnreadableDocument, match="段落超过上限 5 个"):
        lines(tagged("x") * 6)


def test_tables_in_tables_without_end_are_refused() -> None:
    nested = "x"
    for _ in range(reader.MOST_NESTED + 1):
        nested = rows(cell(nested))
    with pytest.raises(UnreadableDocument, match="嵌套超过"):
        lines(nested)
