"""The order in which the rows of a page are read: text in two or more columns column by column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.documents.layout_lines import Row, Segment

_FEWEST_LINES = 4  # on each side of a gutter
_FULL = 0.85  # of the width of a column: a line that fills it
_MOSTLY = 0.5
_NARROWEST = 8  # characters
_DEEPEST = 3
_STEP = 4.0  # points between places where a gutter is looked for
_MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Column:
    """Rows read from top to bottom; `place` counts the columns beside each other from the left."""

    rows: tuple[Row, ...]
    place: int


def in_columns(rows: Sequence[Row], place: int = 0, depth: int = 0) -> list[Column]:
    """The rows of a page, or of a part of it, as columns in reading order."""
    gutter = _gutter(rows) if depth < _DEEPEST else None
    if gutter is None:
        return [Column(tuple(rows), place)] if rows else []
    found: list[Column] = []
    waiting: list[Row] = []
    for row in rows:
        if _crosses(row, gutter):
            found.extend(_split(waiting, gutter, depth))
            waiting = []
            if found and found[-1].place == 0 and _is_whole(found[-1], gutter):
                found[-1] = Column((*found[-1].rows, row), 0)
            else:
                found.append(Column((row,), 0))
        else:
            waiting.append(row)
    found.extend(_split(waiting, gutter, depth))
    return found


def _is_whole(column: Column, gutter: float) -> bool:
    return all(_crosses(row, gutter) for row in column.rows)


def _split(rows: Sequence[Row], gutter: float, depth: int) -> list[Column]:
    """The left and the right parts of rows that leave a gutter free."""
    left = [part for row in rows if (part := tuple(one for one in row if one.x1 <= gutter))]
    right = [part for row in rows if (part := tuple(one for one in row if one.x0 >= gutter))]
    if len(left) < 2 or len(right) < 2:  # a single row with a gap, as a name and its date
        return [Column(tuple(rows), 0)] if rows else []
    return [*in_columns(left, 1, depth + 1), *in_columns(right, 2, depth + 1)]


def _crosses(row: Row, gutter: float) -> bool:
    return any(one.x0 < gutter < one.x1 for one in row)


def _gutter(rows: Sequence[Row]) -> float | None:
    """Where a page is parted into two columns of running text, or None."""
    places: Counter[int] = Counter()
    for row in rows:
        for left, right in pairwise(row):
            places[round((left.x1 + right.x0) / 2 / _STEP)] += 1
    best: tuple[int, float] | None = None
    for place, _ in sorted(places.most_common(_MOST_PLACES)):
        middle = place * _STEP
        left_side = [one for row in rows for one in row if one.x1 <= middle]
        right_side = [one for row in rows for one in row if one.x0 >= middle]
        if not (_runs(left_side) and _runs(right_side)):
            continue
        count = min(len(left_side), len(right_side))
        if best is None or count > best[0]:
            best = count, middle
    return best[1] if best else None


def _runs(side: Sequence[Segment]) -> bool:
    """Whether the segments on one side of a gutter are lines of running text."""
    if len(side) < _FEWEST_LINES:
        return False
    left, right = min(one.x0 for one in side), max(one.x1 for one in side)
    size = max(one.size for one in side)
    if right - left < _NARROWEST * size:
        return False
    full = sum(one.x1 - one.x0 >= _FULL * (right - left) for one in side)
    return full >= _MOSTLY * len(side)
