"""The characters and ruled lines of the pages of an OFD file.

Places are millimetres from the upper left corner; an object has its own corner (`Boundary`) and
may be turned (`CTM`). The characters of a line (`TextCode`) stand at X, Y and then at distances
(`DeltaX`), where "g 3 10" is three distances of 10.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.ofd_package import Element, Package, children, resolved, tag
from app.documents.sheet import MOST_RULES, Glyph, Rule, Sheet, printed, unreadable

_POINTS = 72 / 25.4  # of a millimetre
_UPRIGHT = 0.05  # radians
_THIN = 1.0  # millimetres: a figure so thin is a line
_DEEPEST = 16
_ASCENT, _DESCENT = 0.85, 0.15
_A4 = (0.0, 0.0, 210.0, 297.0)
_NARROW = re.compile(r"[ -~]")
_PATH = re.compile(r"[A-Za-z]|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?")
_POINTS_OF = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3, "A": 3}
_AREAS = ("PhysicalBox", "ApplicationBox", "ContentBox", "CropBox")

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a file, and how many of their characters cannot be read."""

    sheets: tuple[Sheet, ...]
    unreadable: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """A change of coordinates: x' = a x + c y + e, y' = b x + d y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point comes to lie."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    @property
    def upright(self) -> bool:
        """Whether what is printed through it is read upright."""
        return self.a > 0 and abs(math.atan2(self.b, self.a)) < _UPRIGHT


def pages_of(package: Package) -> Pages:
    """The pages of all documents of a file. Raises `UnreadableDocument`."""
    sheets: list[Sheet] = []
    unknown = glyphs = 0
    for root in package.documents():
        document = package.part(root)
        area = next((box for each in document.iter() if (box := _area(each))), _A4)
        templates = {
            each.get("ID", ""): resolved(root, each.get("BaseLoc", ""))
            for each in document.iter()
            if tag(each) == "TemplatePage"
        }
        listed = [
            resolved(root, page.get("BaseLoc", ""))
            for pages in children(document, "Pages")
            for page in children(pages, "Page")
        ]
        package.within_limits(len(sheets) + len(listed), glyphs)
        parts = [package.part(path) for path in listed]
        used = Counter(name for part in parts for name in _templates(part))
        for part in parts:
            drawn = _Drawn()
            # A page laid under several pages is their letterhead; one of its own is a form.
            for name in _templates(part):
                if used[name] == 1 and name in templates:
                    drawn.add(package.part(templates[name]))
            drawn.add(part)
            left, top, width, height = next((b for e in part.iter() if (b := _area(e))), area)
            sheets.append(drawn.sheet(left, top, width, height))
            glyphs += len(drawn.glyphs)
            unknown += drawn.unreadable
            package.within_limits(len(sheets), glyphs)
    if not sheets:
        raise package.refused("文件里没有页面；请核对文件，或重新导出")
    return Pages(tuple(sheets), unknown)


def _templates(page: Element) -> list[str]:
    return [each.get("TemplateID", "") for each in children(page, "Template")]


def _area(element: Element) -> Box | None:
    """The size of the page when the element is one that tells it."""
    if tag(element) != "PhysicalBox":
        return None
    found = _numbers(element.text)
    return (
        (found[0], found[1], found[2], found[3])
        if len(found) == 4 and found[2] > 0 < found[3]
        else None
    )


class _Drawn:
    """What is drawn on a page, in millimetres until it is a `Sheet`."""

    def __init__(self) -> None:
        self.glyphs: list[Glyph] = []
        self.rules: list[Rule] = []
        self.pictures = 0.0
        self.unreadable = 0

    def add(self, page: Element) -> None:
        """Draw the layers of a page; those of its background are not read."""
        for content in children(page, "Content"):
            for layer in children(content, "Layer"):
                if layer.get("Type") != "Background":
                    self._block(layer, 0)

    def _block(self, block: Element, depth: int) -> None:
        for each in block:
            name = tag(each)
            if each.get("Visible") in ("false", "0"):
                continue
            if name == "TextObject":
                self._text(each)
            elif name == "PathObject" and len(self.rules) < MOST_RULES:
                self.rules.extend(_rules(each))
            elif name == "ImageObject":
                _, _, width, height = _boundary(each)
                self.pictures += width * height
            elif name == "PageBlock" and depth < _DEEPEST:
                self._block(each, depth + 1)

    def _text(self, text: Element) -> None:
        matrix = _matrix(text)
        if not matrix.upright:
            return
        left, top, _, _ = _boundary(text)
        size = _number(text.get("Size"), 1.0)
        width = _number(text.get("HScale"), 1.0)
        x = y = 0.0
        for code in children(text, "TextCode"):
            # Without a place of its own a piece goes on where the one before began.
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            for character, at_x, at_y, advance in _characters(code, x, y, size * width):
                start = matrix.place(at_x, at_y)
                end = matrix.place(at_x + advance, at_y)
                self.unreadable += unreadable(character)
                written = printed(character)
                if written:
                    self.glyphs.append(
                        Glyph(
                            written,
                            left + start[0],
                            left + end[0],
                            top + start[1],
                            max(0.1, size * math.hypot(matrix.c, matrix.d)),
                        )
                    )

    def sheet(self, left: float, top: float, width: float, height: float) -> Sheet:
        """The page, from its upper left corner, in points."""
        glyphs = [
            Glyph(
                each.text,
                (each.x0 - left) * _POINTS,
                (each.x1 - left) * _POINTS,
                (each.y - top) * _POINTS,
                each.size * _POINTS,
            )
            for each in self.glyphs
        ]
        rules = [
            Rule(
                (each.x0 - left) * _POINTS,
                (each.y0 - top) * _POINTS,
                (each.x1 - left) * _POINTS,
                (each.y1 - top) * _POINTS,
            )
            for each in self.rules
        ]
        pictured = min(1.0, self.pictures / (width * height))
        return Sheet(width * _POINTS, height * _POINTS, glyphs, rules, pictured)


def _characters(
    code: Element, x: float, y: float, size: float
) -> Iterator[tuple[str, float, float, float]]:
    """Each character of a piece of text with its place and the width that it takes."""
    written = (code.text or "").strip("\r\n")
    across, down = (list(_distances(code.get(name), len(written))) for name in ("DeltaX", "DeltaY"))
    for index, character in enumerate(written):
        natural = size * (0.5 if _NARROW.match(character) else 1.0)
        step = across[index] if index < len(across) else (0.0 if index < len(down) else natural)
        yield character, x, y, min(natural, step) if step > 0 else natural
        x += step
        y += down[index] if index < len(down) else 0.0


def _distances(written: str | None, most: int) -> Iterator[float]:
    """The distances that a list names, at most as many as there are characters."""
    words = iter((written or "").split())
    count = 0
    for word in words:
        times = 1
        if word == "g":
            times = int(_number(next(words, None), 0.0))
            word = next(words, "0")
        value = _number(word, 0.0)
        for _ in range(min(times, most - count)):
            yield value
            count += 1
        if count >= most:
            return


def _rules(path: Element) -> Iterator[Rule]:
    """The lines of a path that run along the edges of the page."""
    data = next((each.text or "" for each in children(path, "AbbreviatedData")), "")
    matrix = _matrix(path)
    left, top, _, _ = _boundary(path)
    corners: list[tuple[float, float, bool]] = []
    for x, y, moves in _corners(data):
        at_x, at_y = matrix.place(x, y)
        corners.append((left + at_x, top + at_y, moves))
    if not corners:
        return
    xs, ys = [x for x, _, _ in corners], [y for _, y, _ in corners]
    if max(xs) - min(xs) <= _THIN or max(ys) - min(ys) <= _THIN:
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        if max(xs) - min(xs) > max(ys) - min(ys):
            yield Rule(min(xs), middle_y, max(xs), middle_y)
        elif max(ys) > min(ys):
            yield Rule(middle_x, min(ys), middle_x, max(ys))
        return
    if path.get("Stroke") in ("false", "0"):
        return
    before: tuple[float, float] | None = None
    for x, y, moves in corners:
        if before is not None and not moves:
            if abs(y - before[1]) < _THIN / 3:
                yield Rule(min(x, before[0]), y, max(x, before[0]), y)
            elif abs(x - before[0]) < _THIN / 3:
                yield Rule(x, min(y, before[1]), x, max(y, before[1]))
        before = x, y


def _corners(data: str) -> Iterator[tuple[float, float, bool]]:
    """The points that a path leads to, and whether it is lifted on the way there."""
    numbers: list[float] = []
    command = ""
    start: tuple[float, float] | None = None
    for seen, word in enumerate(_PATH.findall(data)):
        if seen > MOST_RULES:
            return
        if word.isalpha():
            command, numbers = word.upper(), []
            if command == "C" and start is not None:
                yield *start, False
            continue
        numbers.append(_number(word, 0.0))
        wanted = 7 if command == "A" else 2 * _POINTS_OF.get(command, 1)
        if len(numbers) < wanted:
            continue
        x, y = numbers[-2], numbers[-1]
        if command in ("M", "S"):
            start = x, y
        yield x, y, command in ("M", "S")
        numbers = []


def _boundary(element: Element) -> Box:
    found = _numbers(element.get("Boundary"))
    return (found[0], found[1], found[2], found[3]) if len(found) == 4 else (0.0, 0.0, 0.0, 0.0)


def _matrix(element: Element) -> Matrix:
    found = _numbers(element.get("CTM"))
    return Matrix(*found) if len(found) == 6 else Matrix()


def _numbers(written: str | None) -> list[float]:
    return [_number(word, 0.0) for word in (written or "").split()]


def _number(written: str | None, otherwise: float) -> float:
    """The number that is written; `otherwise` when there is none, or none that can be a place."""
    try:
        found = float(written) if written is not None else otherwise
    except ValueError:
        return otherwise
    return found if math.isfinite(found) and abs(found) < 1e6 else otherwise
