"""Lines become paragraphs.

A line reads on in the next one when it is full and the next one begins where lines of the
paragraph begin. Nothing is put between the lines of a Chinese paragraph. A paragraph may run over
the end of a column or a page; footnotes at the foot of the page then stand before it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from app.documents.layout_lines import Row, connected, lead, row_text

_INDENT = 1.2  # of the size of the font: a line that starts so far in begins a paragraph
_FLUSH = 0.6
_DEEPEST = 4.5  # the first line of a paragraph starts at most so far in
_SAME_SIZE = 0.08
_LEADING = 1.7  # times the usual distance of lines: a paragraph ends
_LARGER = 1.12  # times the size of running text: a title
_CENTRED = 1.5
_NARROWEST = 0.6  # of the width of a page: text runs at least so far
_RAGGED = 0.6  # of the width of a column: lines of ragged text are at least so long
_MARKS = tuple("，。、；：！？）》”’〕")
_ENDS = ("。", "！", "？", "；", "：", ".")
_SMALLER = 0.92  # times the size of running text: a footnote

_LABEL = re.compile(
    "(?:第[一二三四五六七八九十百零〇0-9]+[章节条编][ \u3000]|[一二三四五六七八九十]+、"
    "|[（(](?:[一二三四五六七八九十]+|[0-9]{1,2})[）)](?![项款目])|[0-9]{1,2}(?:[、．]|[.](?![0-9])))"
)
_NOTE = re.compile(
    r"[①-⑳*＊†‡]|\[[0-9]{1,3}\]|［[0-9]{1,3}］|〔[0-9]{1,3}〕|[0-9]{1,2}(?=[^0-9.、．])"
)

Frame = tuple[int, int]
"""Columns that share their edges: place among the columns, and odd or even page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a column of a page.

    `starts` are the left ends of its characters, `lead` the width of what begins it unbroken.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    page: int
    column: int
    starts: tuple[float, ...]
    lead: float

    @classmethod
    def of(cls, row: Row, page: int, column: int) -> Line:
        """The line that a row makes."""
        glyphs = [glyph for one in row for glyph in one.glyphs]
        largest = max(row, key=lambda one: len(one.text))
        return cls(
            row_text(row),
            row[0].x0,
            row[-1].x1,
            largest.y,
            largest.size,
            page,
            column,
            tuple(glyph.x0 for glyph in glyphs if not glyph.blank),
            lead(row),
        )

    @property
    def frame(self) -> Frame:
        """The columns that share the edges of its column."""
        return self.column, self.page % 2


@dataclass(frozen=True, slots=True)
class Measures:
    """What is usual in a document: size of print, distance of lines, edges of the columns."""

    size: float
    leading: float
    left: dict[Frame, float]
    right: dict[Frame, float]


@dataclass(slots=True)
class Paragraph:
    """Text, and where in it the text of a page begins: pairs of page and offset."""

    text: str = ""
    pages: list[tuple[int, int]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Read on in `line`."""
        self.text = connected(self.text, line.text) if self.text else line.text
        if not self.pages or self.pages[-1][0] != line.page:
            self.pages.append((line.page, len(self.text) - len(line.text)))
        self.lines.append(line)


def measures(lines: Iterable[Line], width: float) -> Measures:
    """What is usual in a document with these lines, on pages of this width."""
    weights: Counter[float] = Counter()
    distances: Counter[float] = Counter()
    starts: dict[Frame, list[float]] = defaultdict(list)
    ends: dict[Frame, list[float]] = defaultdict(list)
    previous: Line | None = None
    listed = list(lines)
    for line in listed:
        weights[round(line.size * 2) / 2] += len(line.text)
    size = max(weights, key=lambda each: (weights[each], each), default=12.0)
    for line in listed:
        if previous is not None and _on_one_column(previous, line):
            distances[round((line.y - previous.y) * 2) / 2] += 1
        previous = line
        if abs(line.size - size) <= _SAME_SIZE * size:
            starts[line.frame].append(line.x0)
            # A mark at the end of a line may hang over the edge.
            hanging = line.size if line.text.endswith(_MARKS) else 0.0
            ends[line.frame].append(line.x1 - hanging)
    usual = max(distances, key=lambda each: (distances[each], -each), default=1.5 * size)
    left = {frame: _edge(sorted(found), size) for frame, found in starts.items()}
    right = {frame: -_edge(sorted(-end for end in found), size) for frame, found in ends.items()}
    for frame in right:
        # Short lines alone do not show the edge; then the page is taken for even.
        if frame[0] == 0 and right[frame] < _NARROWEST * width:
            right[frame] = max(right[frame], width - left[frame])
    for parity in (0, 1):  # what runs across all columns of a page
        frames = [frame for frame in left if frame[1] == parity]
        if frames:
            left.setdefault((0, parity), min(left[frame] for frame in frames))
            right.setdefault((0, parity), max(right[frame] for frame in frames))
    return Measures(size, usual, left, right)


def _edge(places: Sequence[float], size: float) -> float:
    """The outermost place that more than one line keeps to."""
    for place, following in pairwise(places):
        if following - place <= _FLUSH * size:
            return place
    return places[0]


def _on_one_column(before: Line, after: Line) -> bool:
    return before.page == after.page and before.column == after.column and after.y > before.y


def paragraphs(lines: Sequence[Line], usual: Measures) -> list[Paragraph]:
    """The paragraphs of lines that no table interrupts."""
    found: list[Paragraph] = []
    notes: list[Paragraph] = []
    current: Paragraph | None = None
    for line, is_note in zip(lines, _notes(lines, usual), strict=True):
        if is_note:
            _add_note(notes, line, usual)
            continue
        if current is not None and _reads_on(current.lines, line, usual):
            if notes and line.page != notes[-1].lines[-1].page:
                found.extend(notes)
                notes = []
            current.add(line)
            continue
        if current is not None:
            found.append(current)
        found.extend(notes)
        notes = []
        current = Paragraph()
        current.add(line)
    return [*found, *([current] if current else []), *notes]


def _add_note(notes: list[Paragraph], line: Line, usual: Measures) -> None:
    if notes and not _NOTE.match(line.text):
        notes[-1].add(line)
        return
    notes.append(Paragraph())
    notes[-1].add(line)


def _notes(lines: Sequence[Line], usual: Measures) -> list[bool]:
    """Which lines belong to footnotes: small print with a mark at the foot of a page."""
    marked = [False] * len(lines)
    end = len(lines)
    while end:
        start = end - 1
        while start and lines[start - 1].page == lines[start].page:
            start -= 1
        first = end
        while first > start and lines[first - 1].size < _SMALLER * usual.size:
            first -= 1
        while first < end and not _NOTE.match(lines[first].text):
            first += 1
        if first > start:
            marked[first:end] = [True] * (end - first)
        end = start
    return marked


def _reads_on(before: Sequence[Line], line: Line, usual: Measures) -> bool:
    """Whether `line` goes on with the paragraph of the lines `before`."""
    last = before[-1]
    if abs(last.size - line.size) > _SAME_SIZE * last.size:
        return False
    if _on_one_column(last, line) and line.y - last.y > _LEADING * max(usual.leading, line.size):
        return False
    left, right = usual.left.get(line.frame, line.x0), usual.right.get(last.frame, last.x1)
    if _title(last, usual) and _title(line, usual):
        return True
    if last.x0 - usual.left.get(last.frame, last.x0) > _DEEPEST * last.size:
        return False  # a date or a name at the right edge
    if _full(last, line, right):
        return _begins_inside(before, line, left)
    return _breaks_off(before, line, left, right)


def _title(line: Line, usual: Measures) -> bool:
    """Whether a line is one of a title: centred, in large print."""
    left, right = usual.left.get(line.frame), usual.right.get(line.frame)
    if left is None or right is None or line.size < _LARGER * usual.size:
        return False
    return abs(line.x0 - left - (right - line.x1)) <= 2 * _CENTRED * line.size


def _full(last: Line, line: Line, right: float) -> bool:
    """Whether the beginning of `line` would not have fitted behind `last`."""
    return right - last.x1 < max(line.lead, line.size) + 0.3 * line.size


def _breaks_off(before: Sequence[Line], line: Line, left: float, right: float) -> bool:
    """Whether a line of ragged text ends within a sentence, and `line` is not indented as the
    beginning of its paragraph is."""
    last, size = before[-1], line.size
    return (
        _INDENT * size < before[0].x0 - left <= _DEEPEST * size
        and abs(line.x0 - left) <= _FLUSH * size
        and last.x1 - left > _RAGGED * (right - left)
        and not last.text.endswith(_ENDS)
        and not _LABEL.match(line.text)
    )


def _begins_inside(before: Sequence[Line], line: Line, left: float) -> bool:
    """Whether `line` begins where the lines of the paragraph do, and not like a new one."""
    first, last, size = before[0], before[-1], line.size
    moved = line.frame != last.frame
    if abs(line.x0 - left) <= _FLUSH * size:
        new = _LABEL.match(line.text) and abs(first.x0 - left) <= _FLUSH * size
        return not (new and not moved)
    if moved or line.x0 - left > _DEEPEST * size:
        return False
    if len(before) > 1:
        return abs(line.x0 - last.x0) <= _FLUSH * size and abs(first.x0 - last.x0) > _FLUSH * size
    if first.x0 - line.x0 > _FLUSH * size:  # an indented block, its first line further in
        return first.x0 - left <= _DEEPEST * size
    return _hangs(first, line)


def _hangs(first: Line, line: Line) -> bool:
    """Whether `line` begins below the words behind the label of `first`."""
    found = _LABEL.match(first.text)
    if found is None:
        return False
    label = len("".join(found.group().split()))
    return label < len(first.starts) and abs(first.starts[label] - line.x0) <= _FLUSH * line.size
