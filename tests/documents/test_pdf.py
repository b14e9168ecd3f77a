"""What only PDF files have: scans, locks, fonts that do not say what they print."""

from __future__ import annotations

from io import BytesIO

import pytest
from typesetting import (
    LEFT,
    Page,
    Setter,
    Words,
    pdf_of,
    pdf_with_font,
    scanned_pdf,
)

from app.documents import sheet
from app.documents.read import read
from app.errors import UnreadableDocument

TEXT = "各级政府要把普惠托育服务摆在突出位置，统筹规划建设运营和监管鼓励社会力量参与"


def one_page() -> list[Page]:
    setter = Setter()
    setter.paragraph(TEXT)
    return setter.pages


def in_private_use(text: str) -> dict[str, str]:
    return {character: chr(0xE000 + place) for place, character in enumerate(text)}


REFUSED = {
    "a scan": (scanned_pdf(3), "3 页没有文字（扫描件或图片）；请先做文字识别（OCR）"),
    "an empty page": (pdf_of([Page()]), "请先做文字识别（OCR）"),
    "a file with a password": (pdf_of(one_page(), password="1"), "已加密，需要口令"),
    "a font without a table of characters": (pdf_with_font(TEXT, None), "读不出是什么字"),
    "a font of private characters": (pdf_with_font(TEXT, in_private_use(TEXT)), "读不出是什么字"),
    "a font of replacement characters": (
        pdf_with_font(TEXT, dict.fromkeys(TEXT, "\ufffd")),
        f"{len(TEXT)} 个字符中有 {len(TEXT)} 个",
    ),
    "another format": (b"PK\x03\x04 nothing", "不是 PDF 文件"),
    "nothing behind the first line": (b"%PDF-1.7\n%\n", "已损坏"),
    "a file cut off in its first half": (pdf_of(one_page())[:700], "已损坏"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_file_without_readable_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(data, "某文件.pdf")
    assert reason in str(refused.value)
    assert str(refused.value).startswith("某文件.pdf：")
    assert str(refused.value).endswith("。")


def test_a_few_unknown_characters_are_marked_and_bullets_of_sign_fonts_are_bullets() -> None:
    text = "☆" + TEXT + "★"
    data = pdf_with_font(text, {"☆": "\uf0b7", "★": "\ue123"})
    assert read(data, "a.pdf").text == f"•{TEXT}\ufffd\n"


def test_radicals_that_fonts_name_instead_of_characters_become_the_characters() -> None:
    text = "方便人民群众长期办事的措施全部落实到位"
    data = pdf_with_font(text, {"方": "⽅", "人": "⼈", "民": "⺠", "长": "⻓"})
    assert read(data, "a.pdf").text == f"{text}\n"


def test_a_document_of_text_with_some_pages_of_pictures_is_read() -> None:
    setter = Setter()
    for _ in range(30):
        setter.paragraph(TEXT + "。")
    assert len(setter.pages) == 3
    first, *rest = setter.pages
    found = read(pdf_of([first, Page(is_picture=True), *rest]), "a.pdf")
    assert found.text.count(TEXT) == 30
    assert len(found.pages) == 4
    assert found.pages[1] == found.pages[2]


def test_text_that_was_recognised_under_a_scan_is_read() -> None:
    page = one_page()[0]
    page.is_picture = True
    assert read(pdf_of([page]), "a.pdf").text == TEXT + "\n"


def test_a_document_that_is_mostly_pictures_is_refused() -> None:
    pages = [*one_page(), Page(is_picture=True), Page(is_picture=True)]
    with pytest.raises(UnreadableDocument, match="共 3 页，其中 2 页没有文字"):
        read(pdf_of(pages), "a.pdf")


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_page_is_read_as_it_is_shown(turned: int) -> None:
    setter = Setter(header="", footer="— {} —")
    setter.paragraph(TEXT + "。")
    setter.table([("区", "托位"), ("东湖区", "1200"), ("南屏区", "850")])
    upright, aslant = (read(pdf_of(setter.pages, turned=angle), "a.pdf") for angle in (0, turned))
    assert aslant == upright
    assert "| 东湖区 | 1200 |" in upright.text


def test_a_watermark_across_the_page_is_left_out() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    written = BytesIO()
    canvas = Canvas(written, pagesize=(595, 842), invariant=1)
    canvas.setFont("STSong-Light", 16)
    canvas.drawString(LEFT, 600, TEXT[:24])
    canvas.translate(200, 300)
    canvas.rotate(45)
    canvas.setFont("STSong-Light", 60)
    canvas.drawString(0, 0, "内部资料")
    canvas.save()
    assert read(written.getvalue(), "a.pdf").text == TEXT[:24] + "\n"


def test_more_characters_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_GLYPHS", 30)
    with pytest.raises(UnreadableDocument, match="上限为 3000 页、30 个字符"):
        read(pdf_of(one_page()), "a.pdf")


def test_more_pages_than_are_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_PAGES", 2)
    pages = [Page([Words(LEFT, 300.0, TEXT[:20])]) for _ in range(3)]
    with pytest.raises(UnreadableDocument, match="有 3 页"):
        read(pdf_of(pages), "a.pdf")
