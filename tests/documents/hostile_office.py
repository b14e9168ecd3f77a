"""Hostile .docx and .xlsx files inside honest containers: entities, depth, numbers, loops."""

from __future__ import annotations

from hostile_archives import GOOD_SHEET, GOOD_WORD, MAIN
from hostile_case import Bait, Hostile, either, read, refused
from hostile_zip import (
    S,
    W,
    paragraph,
    relations,
    repeated,
    row,
    sheet,
    word,
    word_document,
    workbook,
    zipped,
)

LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha" * 10}">' for i in range(12))
WORD_HEAD, WORD_TAIL = (part.encode() for part in word_document("@").split("@"))
SHEET_HEAD, SHEET_TAIL = (part.encode() for part in sheet("@").split("@"))


def entities(declared: str) -> str:
    return f"<!DOCTYPE w:document [{declared}]>"


def _document(body: str, before: str = "", **parts: str | bytes) -> bytes:
    return zipped(word(word_document(body, before), **parts))


def _sheet(data: str, before: str = "", after: str = "", strings: str = "") -> bytes:
    return zipped(workbook(sheet(data, before, after), strings))


def _many(
    parts: dict[str, str | bytes], name: str, head: bytes, block: bytes, times: int, tail: bytes
) -> bytes:
    others = {part: content for part, content in parts.items() if part != name}
    return zipped(others, repeated(name, head, block, times, tail))


def _nested(tag: str, depth: int, inside: str = "") -> str:
    return f"<{tag}>" * depth + inside + f"</{tag}>" * depth


def _tables(depth: int) -> str:
    opened, closed = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    return opened * depth + paragraph("深处") + closed * depth


def _entity_in(encoding: str) -> bytes:
    text = word_document(paragraph("&l11;"), entities(LAUGHS))
    data = text.replace("UTF-8", encoding, 1).encode(encoding)
    return zipped({**GOOD_WORD, MAIN: data})


def _outside(kind: str, target: str) -> str:
    return relations((kind, target), external=True)


def _linked(bait: Bait) -> bytes:
    body = (
        '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:pict>'
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rId2"/></v:shape>'
        "</w:pict></w:r></w:p>"
    )
    rels = relations(("hyperlink", bait.url), ("image", bait.url + "a.png"), external=True)
    return _document(body, word___rels__document_DOT_xml_DOT_rels=rels)


def _template(bait: Bait) -> bytes:
    settings = f'<w:settings xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:attachedTemplate r:id="rId1"/></w:settings>'
    return _document(
        paragraph("通知"),
        word___rels__document_DOT_xml_DOT_rels=relations(("settings", "settings.xml")),
        word__settings_DOT_xml=settings,
        word___rels__settings_DOT_xml_DOT_rels=_outside("attachedTemplate", bait.url + "a.dotm"),
    )


def _chunk(bait: Bait) -> bytes:
    return _document(
        paragraph("通知") + '<w:altChunk r:id="rId1"/>',
        word___rels__document_DOT_xml_DOT_rels=_outside("aFChunk", f"file://{bait.path}"),
    )


def _styles_in_a_circle() -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{i}"><w:name w:val="s{i}"/><w:basedOn w:val="s{1 - i}"/></w:style>'
        for i in range(2)
    )
    body = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>通知</w:t></w:r></w:p>'
    return _document(
        body,
        word___rels__document_DOT_xml_DOT_rels=relations(("styles", "styles.xml")),
        word__styles_DOT_xml=f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
    )


def _numbering(start: str, text: str, level: str = "0") -> bytes:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="{start}"/>'
        f'<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="{text}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    numbered = f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>项</w:t></w:r></w:p>'
    return _document(
        numbered * 50,
        word___rels__document_DOT_xml_DOT_rels=relations(("numbering", "numbering.xml")),
        word__numbering_DOT_xml=numbering,
    )


def _notes_in_a_circle() -> bytes:
    reference = '<w:p><w:r><w:t>注</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{reference}</w:footnote></w:footnotes>'
    )
    return _document(
        reference,
        word___rels__document_DOT_xml_DOT_rels=relations(("footnotes", "footnotes.xml")),
        word__footnotes_DOT_xml=notes,
    )


def _spans(value: str) -> bytes:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{value}"/></w:tcPr>{paragraph("格")}</w:tc>'
    return _document(f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>")


WORDS: dict[str, Hostile] = {
    "docx: billion laughs": refused("a.docx", lambda _: _document(paragraph("&l11;"), entities(LAUGHS)), "ENTITY"),
    "docx: billion laughs in UTF-16": refused("a.docx", lambda _: _entity_in("UTF-16"), "ENTITY"),
    "docx: billion laughs in UTF-7": refused("a.docx", lambda _: _entity_in("UTF-7"), "编码|ENTITY"),
    "docx: billion laughs in UTF-32": refused("a.docx", lambda _: _entity_in("UTF-32"), "编码"),
    "docx: billion laughs in EBCDIC": refused("a.docx", lambda _: _entity_in("cp037")),
    "docx: quadratic blow-up": refused(
        "a.docx", lambda _: _document(paragraph("&a;" * 20_000), entities(f'<!ENTITY a "{"字" * 20_000}">')), "ENTITY"
    ),
    "docx: an entity is a file": refused(
        "a.docx", lambda bait: _document(paragraph("&a;"), entities(f'<!ENTITY a SYSTEM "file://{bait.path}">')), "ENTITY"
    ),
    "docx: an entity is a web page": refused(
        "a.docx", lambda bait: _document(paragraph("&a;"), entities(f'<!ENTITY a SYSTEM "{bait.url}">')), "ENTITY"
    ),
    "docx: an entity is on a share": refused(
        "a.docx", lambda _: _document(paragraph("&a;"), entities(r'<!ENTITY a SYSTEM "\\127.0.0.1\c$\a">')), "ENTITY"
    ),
    "docx: a parameter entity": refused(
        "a.docx", lambda bait: _document(paragraph("a"), entities(f'<!ENTITY % a SYSTEM "{bait.url}"> %a;')), "ENTITY"
    ),
    "docx: a document type elsewhere": refused(
        "a.docx", lambda bait: _document(paragraph("a"), f'<!DOCTYPE w:document SYSTEM "{bait.url}">'), "DOCTYPE"
    ),
    "docx: entities in the styles": refused(
        "a.docx", lambda _: _document(paragraph("a"), word__styles_DOT_xml=f"<!DOCTYPE a [{LAUGHS}]><a>&l11;</a>"), "ENTITY"
    ),
    "docx: an inclusion": read(
        "a.docx",
        lambda bait: _document(
            paragraph("通知") + f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{bait.path}" parse="text"/>'
        ),
    ),
    "docx: a style sheet elsewhere": read(
        "a.docx", lambda bait: _document(paragraph("通知"), f'<?xml-stylesheet href="{bait.url}"?>')
    ),
    "docx: 10,000 levels of elements": either("a.docx", lambda _: _document(_nested("w:sdt", 10_000, paragraph("a")))),
    "docx: 200 levels of tables": either("a.docx", lambda _: _document(_tables(60))),
    "docx: 2,000,000 empty paragraphs": refused(
        "a.docx", lambda _: _many(GOOD_WORD, MAIN, WORD_HEAD, b"<w:p/>" * 10_000, 200, WORD_TAIL)
    ),
    "docx: 300,000 paragraphs in a plausible container": either(
        "a.docx", lambda _: zipped({**GOOD_WORD, MAIN: WORD_HEAD + b"".join(b"<w:p/><w:p><!--%x--></w:p>" % (i * 2654435761 % 2**32) for i in range(150_000)) + WORD_TAIL})
    ),
    "docx: an attribute of 30 MB": refused(
        "a.docx", lambda _: _many(GOOD_WORD, MAIN, WORD_HEAD + b'<w:p w:a="', b"a" * 1_000_000, 30, b'"/>' + WORD_TAIL)
    ),
    "docx: 100,000 attributes": refused(
        "a.docx", lambda _: _document("<w:p " + " ".join(f'a{i}=""' for i in range(100_000)) + "/>")
    ),
    "docx: a cell over a thousand million columns": either("a.docx", lambda _: _spans("1000000000")),
    "docx: a cell over a negative number of columns": read("a.docx", lambda _: _spans("-7")),
    "docx: a cell over no number of columns": read("a.docx", lambda _: _spans("九")),
    "docx: numbering from a thousand million": read("a.docx", lambda _: _numbering("1000000000", "%1.")),
    "docx: numbering that names itself": either("a.docx", lambda _: _numbering("1", "%1%2%3%9%99" * 1000)),
    "docx: numbering at level -1": read("a.docx", lambda _: _numbering("1", "%1.", "-1")),
    "docx: numbering at level 99": read("a.docx", lambda _: _numbering("x", "%1.", "99")),
    "docx: styles in a circle": read("a.docx", lambda _: _styles_in_a_circle()),
    "docx: footnotes in a circle": read("a.docx", lambda _: _notes_in_a_circle()),
    "docx: links and pictures elsewhere": read("a.docx", _linked),
    "docx: a template elsewhere": read("a.docx", _template),
    "docx: a chunk that is a file": read("a.docx", _chunk),
    "docx: macros": read("a.docx", lambda _: zipped({**GOOD_WORD, "word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 999})),
    "docx: no main part": refused("a.docx", lambda _: zipped({k: v for k, v in GOOD_WORD.items() if k != MAIN})),
    "docx: an empty main part": refused("a.docx", lambda _: zipped({**GOOD_WORD, MAIN: ""})),
    "docx: a main part that is no XML": refused("a.docx", lambda _: zipped({**GOOD_WORD, MAIN: b"\0\1\2\3" * 99})),
    "docx: a main part that breaks off": refused("a.docx", lambda _: zipped({**GOOD_WORD, MAIN: WORD_HEAD})),
    "docx: no list of types": refused("a.docx", lambda _: zipped({MAIN: WORD_HEAD + WORD_TAIL})),
    "docx: a relation that climbs out": either(
        "a.docx", lambda _: zipped({**GOOD_WORD, "_rels/.rels": relations(("officeDocument", "../../../etc/passwd"))})
    ),
    "docx: a relation to itself": read(
        "a.docx", lambda _: zipped({**GOOD_WORD, "word/_rels/document.xml.rels": relations(("styles", "document.xml"))})
    ),
    "docx: marks of direction": read("a.docx", lambda _: _document(paragraph("\u202e通知\u2066\u200f" * 9))),
    "docx: a character that XML forbids": refused("a.docx", lambda _: _document(paragraph("a&#0;b&#xD800;"))),
}  # fmt: skip


def _dimension(reference: str) -> bytes:
    return _sheet(row(1, "项目", "金额"), f'<dimension ref="{reference}"/>')


def _cell(reference: str, number: str = "1", style: str = "0") -> bytes:
    return _sheet(f'<row r="{number}"><c r="{reference}" s="{style}"><v>1</v></c></row>')


def _merged(*references: str) -> bytes:
    cells = "".join(f'<mergeCell ref="{reference}"/>' for reference in references)
    return _sheet(
        row(1, "项目", "金额") + row(2, "教育", "1"), after=f"<mergeCells>{cells}</mergeCells>"
    )


def _shared(strings: str, cells: int, index: str = "0") -> bytes:
    rows = "".join(
        f'<row r="{i}"><c r="A{i}" t="s"><v>{index}</v></c></row>' for i in range(1, cells + 1)
    )
    return _sheet(rows, strings=strings)


SHEETS: dict[str, Hostile] = {
    "xlsx: a dimension that lies": read("a.xlsx", lambda _: _dimension("A1:XFD1048576")),
    "xlsx: a dimension that is none": read("a.xlsx", lambda _: _dimension("A0:-1")),
    "xlsx: one cell in the last corner": read("a.xlsx", lambda _: _cell("XFD1048576", "1048576")),
    "xlsx: a cell outside the sheet": either("a.xlsx", lambda _: _cell("ZZZZZZ99999999999", "99999999999")),
    "xlsx: a cell in row -1": either("a.xlsx", lambda _: _cell("A-1", "-1")),
    "xlsx: a style that is not there": either("a.xlsx", lambda _: _cell("A1", style="4000000000")),
    "xlsx: everything merged into one cell": either("a.xlsx", lambda _: _merged("A1:XFD1048576")),
    "xlsx: 60 overlapping merged cells": either(
        "a.xlsx", lambda _: _merged(*(f"A1:Z{i + 2}" for i in range(60)))
    ),
    "xlsx: merged cells from right to left": either("a.xlsx", lambda _: _merged("C9:A1", "A1", "A:A", "x")),
    "xlsx: one long string in 3,000 cells": either("a.xlsx", lambda _: _shared(f"<si><t>{'字' * 30_000}</t></si>", 3000)),
    "xlsx: a string that is not there": either("a.xlsx", lambda _: _shared("<si><t>a</t></si>", 2, "999999999")),
    "xlsx: a string with a negative index": read("a.xlsx", lambda _: _shared("<si><t>a</t></si>", 2, "-1")),
    "xlsx: shared strings without end": refused(
        "a.xlsx",
        lambda _: _many(GOOD_SHEET, "xl/sharedStrings.xml", f'<sst xmlns="{S}"><si><t>'.encode(), b"a" * 1_000_000, 200, b"</t></si></sst>"),
    ),
    "xlsx: 100,000 empty rows": refused(
        "a.xlsx", lambda _: _sheet("".join(f'<row r="{i}"/>' for i in range(1, 100_001)))
    ),
    "xlsx: 20,000 cells": either(
        "a.xlsx", lambda _: _sheet("".join(row(i, "甲", "乙", "丙", "丁") for i in range(1, 5_001)))
    ),
    "xlsx: 10,000 levels of elements": refused("a.xlsx", lambda _: _sheet(_nested("row", 10_000))),
    "xlsx: billion laughs in the strings": refused(
        "a.xlsx", lambda _: zipped({**GOOD_SHEET, "xl/sharedStrings.xml": f"<!DOCTYPE sst [{LAUGHS}]><sst><si><t>&l11;</t></si></sst>"}), "ENTITY"
    ),
    "xlsx: an entity is a file": refused(
        "a.xlsx",
        lambda bait: zipped({**GOOD_SHEET, "xl/workbook.xml": f'<!DOCTYPE a [<!ENTITY a SYSTEM "file://{bait.path}">]><a>&a;</a>'}),
        "ENTITY",
    ),
    "xlsx: a formula that fetches": read(
        "a.xlsx", lambda bait: _sheet(f'<row r="1"><c r="A1"><f>WEBSERVICE("{bait.url}")</f><v>1</v></c></row>')
    ),
    "xlsx: a workbook elsewhere": refused(
        "a.xlsx", lambda bait: zipped({**GOOD_SHEET, "xl/_rels/workbook.xml.rels": _outside("worksheet", bait.url)})
    ),
    "xlsx: no sheet": refused("a.xlsx", lambda _: zipped({k: v for k, v in GOOD_SHEET.items() if "sheet1" not in k})),
    "xlsx: numbers that are none": either(
        "a.xlsx", lambda _: _sheet('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1"><v>NaN</v></c><c r="C1"><v>九</v></c></row>')
    ),
    "xlsx: the date 1e308": either("a.xlsx", lambda _: _sheet('<row r="1"><c r="A1" t="d"><v>99999-99-99</v></c></row>')),
}  # fmt: skip
