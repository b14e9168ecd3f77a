"""The characters and ruled lines of the pages of a PDF file, read with PDFium."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.documents.sheet import MISSING, Glyph, Rule, Sheet, printed, unreadable, within_limits
from app.errors import UnreadableDocument

_UPRIGHT = 0.05  # radians
_THIN = 3.0  # points: a rectangle so thin is a line
_DEEPEST = 8  # forms within forms
_MOST_RULES = 20_000  # of a page
_MOST_OBJECTS = 200_000  # of a page
_SMALLEST_SIZE = 1.0


def pages_of(data: bytes, name: str) -> tuple[list[Sheet], int]:
    """The pages of the PDF file `data`, and how many of their characters cannot be read.

    Raises `UnreadableDocument` for a locked or damaged file, or one beyond the limits.
    """
    document = _opened(data, name)
    try:
        within_limits(len(document), 0, name)
        pages: list[Sheet] = []
        glyphs = unknown = 0
        for number in range(len(document)):
            try:
                page, missing = _page(document, number, name, glyphs)
            except pdfium.PdfiumError:
                raise UnreadableDocument(
                    f"{name}：第 {number + 1} 页已损坏，不能读取；请重新取得或导出这个文件。"
                ) from None
            pages.append(page)
            glyphs += len(page.glyphs)
            unknown += missing
        return pages, unknown
    finally:
        document.close()


def _opened(data: bytes, name: str) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise UnreadableDocument(
                f"{name}：PDF 已加密，需要口令才能打开；请去除口令后重新添加。"
            ) from None
        if getattr(error, "err_code", None) == raw.FPDF_ERR_SECURITY:
            raise UnreadableDocument(
                f"{name}：PDF 用不支持的方式加密；请去除加密后重新添加。"
            ) from None
        raise UnreadableDocument(
            f"{name}：PDF 已损坏，不能读取；请重新取得或导出这个文件。"
        ) from None


def _page(document: Any, number: int, name: str, before: int) -> tuple[Sheet, int]:
    page = document[number]
    try:
        frame = _Frame.of(page)
        text = page.get_textpage()
        try:
            count = max(0, text.count_chars())
            within_limits(len(document), before + count, name)
            glyphs, unknown = _glyphs(text, count, frame)
        finally:
            text.close()
        rules, pictured = _drawn(page, frame)
        return Sheet(frame.width, frame.height, glyphs, rules, pictured), unknown
    finally:
        page.close()


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the coordinates of a page to those of the page as it is shown, turned and cropped."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int

    @classmethod
    def of(cls, page: Any) -> _Frame:
        left, bottom, right, top = page.get_bbox()
        return cls(left, bottom, right, top, page.get_rotation() // 90 % 4)

    @property
    def width(self) -> float:
        return self.top - self.bottom if self.turned % 2 else self.right - self.left

    @property
    def height(self) -> float:
        return self.right - self.left if self.turned % 2 else self.top - self.bottom

    @property
    def angle(self) -> float:
        """The angle of characters that are read upright; PDFium counts clockwise."""
        return -self.turned * math.pi / 2

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page is shown."""
        if self.turned == 0:
            return x - self.left, self.top - y
        if self.turned == 1:
            return y - self.bottom, x - self.left
        if self.turned == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x


@dataclass(frozen=True, slots=True)
class _Print:
    """What neighbouring characters of a line share."""

    key: tuple[float, float]
    baseline: float
    size: float
    upright: bool
    unknown: bool


def _glyphs(page: Any, count: int, frame: _Frame) -> tuple[list[Glyph], int]:
    """The characters of a page that stand upright, and how many of them cannot be read."""
    text = page.raw
    glyphs: list[Glyph] = []
    unknown = 0
    box = raw.FS_RECTF()
    known: _Print | None = None
    high = 0
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        if code in (10, 13, 32) and raw.FPDFText_IsGenerated(text, index) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00
        high = 0
        if code > 0x10FFFF or not raw.FPDFText_GetLooseCharBox(text, index, box):
            continue
        key = (box.left, box.right) if frame.turned % 2 else (box.bottom, box.top)
        if known is None or known.key[0] != key[0]:
            known = _print(text, index, key, frame)
        if not known.upright:
            continue
        if known.unknown or unreadable(chr(code)):
            unknown += 1
            character = MISSING
        else:  # PDFium marks a hyphen at the end of a line by a code of its own
            character = printed("-" if code in (2, 0xFFFE) else chr(code))
        first, last = frame.place(box.left, box.bottom), frame.place(box.right, box.top)
        if character:
            glyphs.append(
                Glyph(
                    character,
                    min(first[0], last[0]),
                    max(first[0], last[0]),
                    known.baseline,
                    known.size,
                )
            )
    return glyphs, unknown


def _print(text: Any, index: int, key: tuple[float, float], frame: _Frame) -> _Print:
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(text, index)
    if raw.FPDFText_GetMatrix(text, index, matrix):
        size *= math.hypot(matrix.c, matrix.d)
    angle = raw.FPDFText_GetCharAngle(text, index) - frame.angle
    return _Print(
        key,
        frame.place(x.value, y.value)[1],
        max(_SMALLEST_SIZE, size),
        math.cos(angle) > math.cos(_UPRIGHT),
        raw.FPDFText_HasUnicodeMapError(text, index) == 1,
    )


def _drawn(page: Any, frame: _Frame) -> tuple[list[Rule], float]:
    """The lines that are drawn along the edges of the page, and the share of it under pictures."""
    rules: list[Rule] = []
    covered = 0.0
    objects = page.get_objects(
        filter=(raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE), max_depth=_DEEPEST
    )
    for seen, each in enumerate(objects):
        if seen >= _MOST_OBJECTS or len(rules) >= _MOST_RULES:
            break
        if each.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        else:
            rules.extend(_rules(each, frame))
    area = frame.width * frame.height
    return rules, min(1.0, covered / area) if area > 0 else 0.0


def _rules(path: Any, frame: _Frame) -> Iterator[Rule]:
    """The lines of a path that run along the edges of the page."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or not (fill.value or stroke.value):
        return
    corners = list(_corners(path, frame))
    xs, ys = [x for x, _, _ in corners], [y for _, y, _ in corners]
    if not xs:
        return
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if right - left <= _THIN or bottom - top <= _THIN:
        if right - left > bottom - top:
            yield Rule(left, (top + bottom) / 2, right, (top + bottom) / 2)
        elif bottom > top:
            yield Rule((left + right) / 2, top, (left + right) / 2, bottom)
        return
    if not stroke.value:  # a coloured area is no line
        return
    before: tuple[float, float] | None = None
    for x, y, moves in corners:
        if before is not None and not moves:
            if abs(y - before[1]) < 1:
                yield Rule(min(x, before[0]), y, max(x, before[0]), y)
            elif abs(x - before[0]) < 1:
                yield Rule(x, min(y, before[1]), x, max(y, before[1]))
        before = x, y


def _corners(path: Any, frame: _Frame) -> Iterator[tuple[float, float, bool]]:
    """The points of a path as shown, and whether it is lifted on the way there."""
    matrix = path.get_matrix()
    parent = path.container
    x, y = ctypes.c_float(), ctypes.c_float()
    count = raw.FPDFPath_CountSegments(path)
    start: tuple[float, float] | None = None
    for index in range(min(count, _MOST_RULES)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        if not segment or not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        point = matrix.on_point(x.value, y.value)
        while parent is not None:
            point = parent.get_matrix().on_point(*point)
            parent = parent.container
        parent = path.container
        shown = frame.place(*point)
        moves = raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO
        if moves:
            start = shown
        yield *shown, moves
        if raw.FPDFPathSegment_GetClose(segment) and start is not None:
            yield *start, False
