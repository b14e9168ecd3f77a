"""Characters at their places become lines of text.

A row holds all that stands on one baseline. It is parted into segments where a gap is wider than
any space between words: columns of a page, cells of a table, a name and its date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from app.documents.sheet import Glyph

WIDE = 1.2  # of the size of the font: the narrowest gap that parts segments
_SAME_ROW = 0.35  # of the size of the font: how far baselines on one row lie apart
_RAISED = 0.5
_SMALL = 0.8  # of the size of the font around it
_SAME_PLACE = 0.25
_WORD_GAP = 0.15
_HAN_GAP = 0.8
_LATIN = re.compile(r"[0-9A-Za-zÀ-ɏͰ-ϿЀ-ӿ,.;:!?)%\]}'\"]")
_LETTER = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]")
_UNBROKEN = re.compile(
    r"[0-9A-Za-z.,%％:/_+-]+[，。、；：！？）》”’%％]?|.[，。、；：！？）》”’]?", re.S
)
_PARTED_WORD = re.compile("[a-z]-$")
_REST_OF_WORD = re.compile("[a-z]")
_IDEOGRAPHIC = "\u3000"
_FIRST_IDEOGRAPHIC = "\u2e80"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a row without wide gaps. `glyphs` begin and end with something visible."""

    glyphs: tuple[Glyph, ...]
    text: str
    y: float
    size: float

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return self.glyphs[-1].x1

    @property
    def top(self) -> float:
        """The upper edge of its characters."""
        return self.y - 0.85 * self.size

    @property
    def bottom(self) -> float:
        """The lower edge of its characters."""
        return self.y + 0.15 * self.size


Row = tuple[Segment, ...]


def rows(glyphs: Iterable[Glyph]) -> list[Row]:
    """The rows of `glyphs` from top to bottom."""
    found: list[Row] = []
    for group in _on_one_baseline(sorted(glyphs, key=lambda glyph: (glyph.y, glyph.x0))):
        row = tuple(segment(part) for part in _parted(_once(group)))
        if row:
            found.append(row)
    return found


def segment(glyphs: Sequence[Glyph]) -> Segment:
    """The segment that `glyphs` make, from left to right."""
    visible = [glyph for glyph in glyphs if not glyph.blank]
    size = max(visible, key=lambda glyph: glyph.size * len(glyph.text)).size
    if len(visible) > 2:
        size = median(glyph.size for glyph in visible)
    baseline = median(glyph.y for glyph in visible if glyph.size >= 0.9 * size)
    return Segment(tuple(glyphs), _text(glyphs), baseline, size)


def row_text(row: Sequence[Segment]) -> str:
    """The words of a row that is no table: a blank where the gaps are, none in a spaced word."""
    if len(row) > 1 and all(len(one.text) == 1 for one in row):
        return "".join(one.text for one in row)
    return _IDEOGRAPHIC.join(one.text for one in row)


def lead(row: Row) -> float:
    """The width of what begins a row and is not broken: a number, a word, a character."""
    visible = [glyph for one in row for glyph in one.glyphs if not glyph.blank]
    found = _UNBROKEN.match("".join(glyph.text for glyph in visible))
    length = min(len(found.group()) if found else 1, len(visible))
    return visible[length - 1].x1 - visible[0].x0


def connected(before: str, after: str) -> str:
    """Two lines of a paragraph as they read on, ending with the whole of `after`.

    Chinese needs nothing between them, words in letters a blank; a hyphen that only parts a word
    at the end of a line is dropped.
    """
    if _PARTED_WORD.search(before) and _REST_OF_WORD.match(after):
        return before[:-1] + after
    return before + _joint(before[-1:], after[:1]) + after


def _joint(last: str, first: str) -> str:
    if _LETTER.match(first):
        return " " if _LATIN.match(last) else ""
    return " " if _LETTER.match(last) and first.isascii() and first.isdigit() else ""


def _on_one_baseline(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    group: list[Glyph] = []
    tallest = 0.0
    for glyph in glyphs:
        if group and glyph.y - group[0].y > _apart(tallest, glyph.size):
            yield group
            group, tallest = [], 0.0
        group.append(glyph)
        tallest = max(tallest, glyph.size)
    if group:
        yield group


def _apart(tallest: float, size: float) -> float:
    """How far baselines on one row lie apart: a small character may be raised or lowered."""
    raised = min(tallest, size) < _SMALL * max(tallest, size)
    return (_RAISED if raised else _SAME_ROW) * max(tallest, size)


def _once(group: list[Glyph]) -> list[Glyph]:
    """The glyphs of a row from left to right; bold print made by printing twice counts once."""
    kept: list[Glyph] = []
    for glyph in sorted(group, key=lambda each: (each.x0, each.x1)):
        near = kept[-2:]
        if any(
            other.text == glyph.text and abs(other.x0 - glyph.x0) < _SAME_PLACE * glyph.size
            for other in near
        ):
            continue
        kept.append(glyph)
    return kept


def _parted(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The glyphs of a row parted at wide gaps, without the blanks at their ends."""
    part: list[Glyph] = []
    blanks: list[Glyph] = []
    for glyph in glyphs:
        if glyph.blank:
            if part:
                blanks.append(glyph)
            continue
        if part and glyph.x0 - part[-1].x1 > WIDE * max(part[-1].size, glyph.size):
            yield part
            part, blanks = [], []
        part.extend(blanks)
        part.append(glyph)
        blanks = []
    if part:
        yield part


def _text(glyphs: Sequence[Glyph]) -> str:
    """The characters of a segment, with a blank where one is printed or left free."""
    visible = [glyph for glyph in glyphs if not glyph.blank]
    gaps = [max(0.0, b.x0 - a.x1) / b.size for a, b in pairwise(visible)]
    usual = median(gaps) if gaps else 0.0
    pieces: list[str] = []
    blank = ""
    previous: Glyph | None = None
    for glyph in glyphs:
        if glyph.blank:
            blank = _IDEOGRAPHIC if _IDEOGRAPHIC in (blank, glyph.text) else " "
            continue
        if previous is not None:
            pieces.append(blank or _left_free(previous, glyph, usual))
        pieces.append(glyph.text)
        previous, blank = glyph, ""
    return "".join(pieces)


def _left_free(before: Glyph, after: Glyph, usual: float) -> str:
    gap = (after.x0 - before.x1) / max(before.size, after.size)
    if before.text < _FIRST_IDEOGRAPHIC and after.text < _FIRST_IDEOGRAPHIC:
        return " " if gap > _WORD_GAP + usual else ""
    return " " if gap > _HAN_GAP and usual < _HAN_GAP / 2 else ""
