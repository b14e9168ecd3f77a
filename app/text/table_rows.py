"""A line of a table divided into its cells.

Cells are parted by tabs, upright bars, or wide blanks. A line between two bars (| 甲 |  | 3 |) is
surely a row: its empty cells count, also the first and the last one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.model import Span

_BETWEEN = re.compile("[ \t\u3000]*[|｜\t][ \t\u3000]*|[ \u3000]*\u3000[ \u3000]*|[ ]{2,}")
_RULE = re.compile("[-:：—=+|｜ \t\u3000]+$")
_BLANKS = " \t\u3000\r\n"
_BARS = "|｜"
_FEWEST_CELLS = 2


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a line. `line` reaches from the first to the last; `barred`: between bars."""

    line: Span
    cells: tuple[Span, ...]
    barred: bool


def table_row(text: str, line: Span) -> TableRow | None:
    """The cells of `line`, a line of `text`; None when it has fewer than two, or only rules."""
    start, end = _within(text, line.start, line.end, _BLANKS)
    barred = is_barred(text, line)
    if barred:
        start, end = _within(text, start + 1, end - 1, _BLANKS)
    else:
        start, end = _within(text, start, end, _BLANKS + _BARS)
    if start >= end or is_rule(text[start:end]):
        return None
    cells, at = [], start
    for gap in _BETWEEN.finditer(text, start, end):
        cells.append(Span(at, gap.start()))
        at = gap.end()
    cells.append(Span(at, end))
    if len(cells) < _FEWEST_CELLS:
        return None
    return TableRow(Span(start, end), tuple(cells), barred)


def is_barred(text: str, line: Span) -> bool:
    """Whether a line begins and ends with an upright bar."""
    start, end = _within(text, line.start, line.end, _BLANKS)
    return end - start > 1 and text[start] in _BARS and text[end - 1] in _BARS


def is_rule(line: str) -> bool:
    """Whether a line only draws a rule, as below the header of a Markdown table."""
    return _RULE.match(line.strip() or "x") is not None


def _within(text: str, start: int, end: int, edge: str) -> tuple[int, int]:
    while start < end and text[start] in edge:
        start += 1
    while end > start and text[end - 1] in edge:
        end -= 1
    return start, end
