"""Pages set by our own code, written as PDF and as OFD.

A page is a list of words and lines at places in points from its upper left corner. `set_pages`
breaks paragraphs into lines as a word processor does: Chinese anywhere but before a mark, numbers
and words whole, the first line indented by two characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, BOTTOM = 80.0, 512.0, 100.0, 740.0
SIZE, LEADING = 16.0, 28.0

_PIECE = re.compile(r"[0-9A-Za-z.,%:/_-]+|.", re.S)
_NOT_FIRST = "，。、；：！？）》”’〕%"


@dataclass(frozen=True)
class Words:
    """Words on one line. `y` is their baseline."""

    x: float
    y: float
    text: str
    size: float = SIZE


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass
class Page:
    words: list[Words] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    is_picture: bool = False


def width(text: str, size: float) -> float:
    return sum(size * (0.5 if character.isascii() else 1.0) for character in text)


def broken(text: str, room: float, size: float, indent: float = 0.0) -> list[str]:
    """The lines of a paragraph, none wider than `room`; the first one by `indent` narrower."""
    lines, line, free = [], "", room - indent
    for piece in _PIECE.findall(text):
        if line and width(line + piece, size) > free and piece not in _NOT_FIRST:
            lines.append(line)
            line, free = "", room
        line += piece
    return [*lines, line]


class Setter:
    """Sets paragraphs, headings and tables below each other, page after page."""

    def __init__(self, header: str = "", footer: str = "— {} —") -> None:
        self.pages: list[Page] = []
        self._header, self._footer = header, footer
        self._y = BOTTOM + 1

    def down(self, leading: float = LEADING) -> float:
        """The next baseline, on a new page when this one is full."""
        self._y += leading
        if self._y > BOTTOM:
            self._turn()
        return self._y

    def _turn(self) -> None:
        page = Page()
        self.pages.append(page)
        self._y = TOP + SIZE
        if self._header:
            page.words.append(Words(LEFT, 60, self._header, 10.5))
        number = self._footer.format(len(self.pages))
        x = 300 - width(number, 14) / 2
        page.words.append(Words(x, 800, number, 14))

    def centred(self, text: str, size: float) -> None:
        for line in broken(text, RIGHT - LEFT, size):
            y = self.down(1.6 * size)
            x = (LEFT + RIGHT - width(line, size)) / 2
            self.pages[-1].words.append(Words(x, y, line, size))

    def paragraph(self, text: str, indent: float = 2 * SIZE) -> None:
        for number, line in enumerate(broken(text, RIGHT - LEFT, SIZE, indent)):
            y = self.down()
            self.pages[-1].words.append(Words(LEFT + (0 if number else indent), y, line))

    def right(self, text: str) -> None:
        y = self.down()
        self.pages[-1].words.append(Words(RIGHT - width(text, SIZE), y, text))

    def note(self, text: str) -> None:
        """A footnote at the foot of the page."""
        self.pages[-1].words.append(Words(LEFT, BOTTOM + 20, text, 10.5))

    def table(self, rows: Sequence[Sequence[str]], ruled: bool = True) -> None:
        columns = len(rows[0])
        step = (RIGHT - LEFT) / columns
        for row in rows:
            cells = [broken(cell, step - 12, 12) for cell in row]
            top = self.down() - 20
            bottom = top + 10 + 18 * max(map(len, cells))
            page = self.pages[-1]
            for place, cell in enumerate(cells):
                for number, line in enumerate(cell):
                    x = LEFT + step * place + 6
                    page.words.append(Words(x, top + 18 + 18 * number, line, 12))
            if ruled:
                page.strokes.append(Stroke(LEFT, top, RIGHT, top))
                page.strokes.append(Stroke(LEFT, bottom, RIGHT, bottom))
                for place in range(columns + 1):
                    x = LEFT + step * place
                    page.strokes.append(Stroke(x, top, x, bottom))
            self._y = bottom - LEADING + 20
        self._y += LEADING - 20


# ── PDF ─────────────────────────────────────────────────────────────────────────────────────────


def pdf_of(pages: Iterable[Page], *, password: str = "", turned: int = 0) -> bytes:
    """A PDF file. `turned` is the angle by which each page is turned when it is shown."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    written = BytesIO()
    lock = StandardEncryption(password) if password else None
    canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), invariant=1, encrypt=lock)
    size = (HEIGHT, WIDTH) if turned % 180 else (WIDTH, HEIGHT)
    for page in pages:
        if turned:
            canvas.setPageRotation(turned)
        if turned:  # what is shown upright is printed the other way round
            corner = {90: (size[0], 0), 180: size, 270: (0, size[1])}[turned]
            canvas.translate(*corner)
            canvas.rotate(turned)
        if page.is_picture:
            canvas.drawImage(_picture(), 0, 0, WIDTH, HEIGHT)
        for words in page.words:
            canvas.setFont("STSong-Light", words.size)
            canvas.drawString(words.x, HEIGHT - words.y, words.text)
        for stroke in page.strokes:
            canvas.line(stroke.x0, HEIGHT - stroke.y0, stroke.x1, HEIGHT - stroke.y1)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _picture() -> Any:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    return ImageReader(Image.new("L", (60, 80), 200))


def scanned_pdf(pages: int) -> bytes:
    """A PDF file of pictures."""
    return pdf_of([Page(is_picture=True)] * pages)


# ── OFD ─────────────────────────────────────────────────────────────────────────────────────────

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_MILLIMETRES = 25.4 / 72


def _mm(points: float) -> str:
    return f"{points * _MILLIMETRES:.3f}"


def text_object(words: Words, attributes: str = "") -> str:
    """Words as OFD writes them: each run of like distances counted."""
    size = words.size * _MILLIMETRES
    steps = [f"{size * (0.5 if c.isascii() else 1.0):.3f}" for c in words.text[:-1]]
    runs: list[str] = []
    while steps:
        same = next((i for i, s in enumerate(steps) if s != steps[0]), len(steps))
        runs.append(f"g {same} {steps[0]}" if same > 1 else steps[0])
        steps = steps[same:]
    return (
        f'<ofd:TextObject ID="1" Font="1" Size="{size:.3f}" {attributes}'
        f'Boundary="{_mm(words.x)} {_mm(words.y - words.size)} 200 {size * 1.3:.3f}">'
        f'<ofd:TextCode X="0" Y="{size:.3f}" DeltaX="{" ".join(runs)}">'
        f"{escape(words.text)}</ofd:TextCode></ofd:TextObject>"
    )


def path_object(stroke: Stroke) -> str:
    """A line as OFD writes it."""
    across, down = _mm(stroke.x1 - stroke.x0), _mm(stroke.y1 - stroke.y0)
    return (
        f'<ofd:PathObject ID="2" LineWidth="0.3" '
        f'Boundary="{_mm(stroke.x0)} {_mm(stroke.y0)} {across} {down}">'
        f"<ofd:AbbreviatedData>M 0 0 L {across} {down}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def content_of(objects: str, *, template: str = "", layer: str = "Body") -> str:
    """The part of a page."""
    laid = f'<ofd:Template TemplateID="{template}"/>' if template else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:Page {NAMESPACE}>{laid}<ofd:Content>'
        f'<ofd:Layer ID="9" Type="{layer}">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def page_objects(page: Page) -> str:
    return "".join([*map(text_object, page.words), *map(path_object, page.strokes)])


def package_of(contents: Sequence[str], templates: Sequence[str] = ()) -> dict[str, str]:
    """The parts of an OFD file by name. Templates have the numbers t0, t1 …"""
    listed = "".join(
        f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(contents))
    )
    laid = "".join(
        f'<ofd:TemplatePage ID="t{i}" BaseLoc="Tpls/Tpl_{i}/Content.xml"/>'
        for i in range(len(templates))
    )
    box = f"0 0 {_mm(WIDTH)} {_mm(HEIGHT)}"
    parts = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocInfo/><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>{laid}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for i, content in enumerate(contents):
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = content
    for i, content in enumerate(templates):
        parts[f"Doc_0/Tpls/Tpl_{i}/Content.xml"] = content
    return parts


def zipped(parts: dict[str, str]) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def ofd_of(pages: Iterable[Page]) -> bytes:
    """An OFD file."""
    return zipped(package_of([content_of(page_objects(page)) for page in pages]))


# ── a PDF file by hand, for fonts that no library would write ───────────────────────────────────

_CMAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def
1 begincodespacerange <0000> <FFFF> endcodespacerange
{} beginbfchar {} endbfchar endcmap end end"""


def pdf_with_font(text: str, unicode: dict[str, str] | None) -> bytes:
    """A page of `text` in a font whose codes mean nothing but by its table of characters.

    `unicode` maps what is printed to what the table says; None leaves the table out.
    """
    codes = {character: place + 3 for place, character in enumerate(dict.fromkeys(text))}
    table = b""
    if unicode is not None:
        named = [f"<{code:04X}> <{_hex(unicode.get(c, c))}>" for c, code in codes.items()]
        table = _CMAP.format(len(named), "\n".join(named)).encode()
    lines = [text[at : at + 20] for at in range(0, len(text), 20)]
    shown = "".join(
        f"BT /F1 16 Tf 80 {700 - 28 * place} Td <{''.join(f'{codes[c]:04X}' for c in line)}> Tj ET\n"
        for place, line in enumerate(lines)
    ).encode()
    reference = b"/ToUnicode 6 0 R" if unicode is not None else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        _stream(shown),
        b"<</Type/Font/Subtype/Type0/BaseFont/Unknown/Encoding/Identity-H/DescendantFonts[7 0 R]"
        + reference
        + b">>",
        _stream(table),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Unknown/DW 1000/FontDescriptor 8 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Type/FontDescriptor/FontName/Unknown/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0"
        b"/Ascent 900/Descent -200/CapHeight 700/StemV 80>>",
    ]
    written = b"%PDF-1.7\n"
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table_at = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return written + trailer % (len(objects) + 1, table_at)


def _hex(character: str) -> str:
    return character.encode("utf-16-be").hex().upper()


def _stream(content: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)
