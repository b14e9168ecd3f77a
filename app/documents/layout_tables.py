"""Tables of a page: ruled ones from their lines, others from words that stand below each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.documents.layout_lines import Row, connected, lead, row_text, rows
from app.documents.sheet import Glyph, Rule, Sheet
from app.documents.tables import Row as TableRow
from app.documents.tables import TableCell

_NEAR = 3.0  # points: how exactly lines of a table meet
_SHORTEST = 6.0  # points
_ROOM = 0.3  # of the size of the font: what may be left free at the end of a line
_COVERED = 0.6  # of a side of a cell, for a line to be its border
_MOST_LINES = 1_500  # of a page; more are a drawing
_MOST_CELLS = 10_000  # of a page
_FEWEST_ROWS = 3  # of a table without lines


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells at a place of a page. `columns` are the edges of the columns."""

    rows: tuple[TableRow, ...]
    columns: tuple[float, ...]
    top: float
    bottom: float
    page: int

    def goes_on(self, other: Table) -> bool:
        """Whether `other`, at the top of the next page, has the same columns."""
        return len(self.columns) == len(other.columns) and all(
            abs(a - b) <= 2 * _NEAR for a, b in zip(self.columns, other.columns, strict=True)
        )


# ── ruled tables ────────────────────────────────────────────────────────────────────────────────


def ruled_tables(sheet: Sheet, page: int) -> tuple[list[Table], list[Glyph]]:
    """The tables that lines rule off, and the characters of the page that stand in none."""
    across = _merged([rule for rule in sheet.rules if rule.y1 - rule.y0 < rule.x1 - rule.x0])
    upright = _merged(
        [_turned(rule) for rule in sheet.rules if rule.y1 - rule.y0 > rule.x1 - rule.x0]
    )
    left = list(sheet.glyphs)
    if len(across) > _MOST_LINES or len(upright) > _MOST_LINES:
        return [], left
    tables: list[Table] = []
    for horizontal, vertical in _meeting(across, upright):
        grid = _Grid.of(horizontal, vertical)
        if grid is None:
            continue
        inside = [glyph for glyph in left if grid.holds(glyph)]
        made = _table(grid, inside, page)
        if made is not None:
            tables.append(made)
            held = {id(glyph) for glyph in inside}
            left = [glyph for glyph in left if id(glyph) not in held]
    return tables, left


Line = tuple[float, float, float]
"""Where a line lies, and from where to where it runs: y, x0, x1 or x, y0, y1."""


def _turned(rule: Rule) -> Rule:
    return Rule(rule.y0, rule.x0, rule.y1, rule.x1)


def _merged(rules: Iterable[Rule]) -> list[Line]:
    """Lines along x; pieces that lie on each other or go on in each other are one."""
    lines: list[Line] = []
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda each: (each.y0, each.x0)):
        if groups and rule.y0 - groups[-1][0].y0 <= _NEAR / 2:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    for group in groups:
        y = sum(rule.y0 for rule in group) / len(group)
        start = end = None
        for rule in sorted(group, key=lambda each: each.x0):
            if end is not None and start is not None and rule.x0 <= end + _NEAR:
                end = max(end, rule.x1)
                continue
            if end is not None and start is not None:
                lines.append((y, start, end))
            start, end = rule.x0, rule.x1
        if start is not None and end is not None:
            lines.append((y, start, end))
    return [line for line in lines if line[2] - line[1] >= _SHORTEST]


def _meeting(
    across: Sequence[Line], upright: Sequence[Line]
) -> list[tuple[list[Line], list[Line]]]:
    """Lines that touch each other, group by group, from top to bottom."""
    group = list(range(len(across) + len(upright)))

    def root(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for i, (y, x0, x1) in enumerate(across):
        for j, (x, y0, y1) in enumerate(upright, start=len(across)):
            if x0 - _NEAR <= x <= x1 + _NEAR and y0 - _NEAR <= y <= y1 + _NEAR:
                group[root(j)] = root(i)
    found: dict[int, tuple[list[Line], list[Line]]] = {}
    for place in range(len(group)):
        sides = found.setdefault(root(place), ([], []))
        if place < len(across):
            sides[0].append(across[place])
        else:
            sides[1].append(upright[place - len(across)])
    grids = [sides for sides in found.values() if len(sides[0]) > 1 and sides[1]]
    return sorted(grids, key=lambda sides: (sides[0][0][0], sides[1][0][0]))


@dataclass(frozen=True, slots=True)
class _Grid:
    """The edges of rows and columns, and for each cell the number of the cell it is part of."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, across: Sequence[Line], upright: Sequence[Line]) -> _Grid | None:
        """The grid of lines that meet; None for a drawing of more cells than a table has."""
        xs = _edges([x for x, _, _ in upright] + [end for line in across for end in line[1:]])
        ys = _edges([y for y, _, _ in across] + [end for line in upright for end in line[1:]])
        width = len(xs) - 1
        if width * (len(ys) - 1) > _MOST_CELLS:
            return None
        parts = list(range(width * (len(ys) - 1)))
        on_x, on_y = _by_edge(upright, xs), _by_edge(across, ys)
        for i, (top, bottom) in enumerate(pairwise(ys)):
            for j, (left, right) in enumerate(pairwise(xs)):
                place = i * width + j
                if j and not _bordered(on_x[j], top, bottom):
                    _same(parts, place - 1, place)
                if i and not _bordered(on_y[i], left, right):
                    _same(parts, place - width, place)
        rows = tuple(
            tuple(_root(parts, i * width + j) for j in range(width)) for i in range(len(ys) - 1)
        )
        return cls(xs, ys, rows)

    def holds(self, glyph: Glyph) -> bool:
        return self.at(glyph) is not None

    def at(self, glyph: Glyph) -> tuple[int, int] | None:
        """The row and column that hold the middle of a character."""
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.y - 0.35 * glyph.size
        i, j = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        return (i, j) if 0 <= i < len(self.cells) and 0 <= j < len(self.xs) - 1 else None


def _edges(places: Iterable[float]) -> tuple[float, ...]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return tuple(found)


def _bordered(lines: Sequence[Line], start: float, end: float) -> bool:
    """Whether lines run along the side of a cell from `start` to `end`."""
    covered = sum(max(0.0, min(end, last) - max(start, first)) for _, first, last in lines)
    return covered >= _COVERED * (end - start)


def _by_edge(lines: Sequence[Line], edges: Sequence[float]) -> list[list[Line]]:
    """The lines that lie on each edge."""
    return [[line for line in lines if abs(line[0] - edge) <= _NEAR] for edge in edges]


def _root(parts: list[int], place: int) -> int:
    while parts[place] != place:
        place = parts[place]
    return place


def _same(parts: list[int], first: int, second: int) -> None:
    low, high = sorted((_root(parts, first), _root(parts, second)))
    parts[high] = low


def _table(grid: _Grid, glyphs: Sequence[Glyph], page: int) -> Table | None:
    """The table of a grid; None for a frame round one piece of text, or an empty one."""
    held: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        place = grid.at(glyph)
        if place is not None:
            held.setdefault(grid.cells[place[0]][place[1]], []).append(glyph)
    filled = [part for part, inside in held.items() if not all(each.blank for each in inside)]
    if len({part for row in grid.cells for part in row}) < 2 or not filled:
        return None
    edges = {
        part: (grid.xs[row.index(part)], grid.xs[j + 1])
        for row in grid.cells
        for j, part in enumerate(row)
    }
    cells = {part: TableCell(_words(held.get(part, ()), *edges[part])) for part in edges}
    made = tuple(tuple(cells[part] for part in row) for row in grid.cells)
    return Table(made, grid.xs, grid.ys[0], grid.ys[-1], page)


def _words(glyphs: Iterable[Glyph], left: float, right: float) -> str:
    """The words of a cell: a line that fills it reads on in the next, others stand alone."""
    lines = rows(glyphs)
    margin = min((row[0].x0 for row in lines), default=left) - left
    written = ""
    for number, row in enumerate(lines):
        words = row_text(row)
        above = lines[number - 1] if number else None
        if above is None:
            written = words
        elif _fills(above, min(margin, above[-1].size), right, row) or _upright(above, row):
            written = connected(written, words)
        else:
            written = f"{written}\n{words}"
    return written


def _fills(above: Row, margin: float, right: float, row: Row) -> bool:
    """Whether the beginning of `row` would not have fitted behind the row above."""
    size = above[-1].size
    return right - above[-1].x1 - margin < max(lead(row), size) + _ROOM * size


def _upright(above: Row, row: Row) -> bool:
    """Whether words are set from top to bottom, a character to a line."""
    return len(row_text(above)) == 1 and len(row_text(row)) == 1


# ── tables without lines ────────────────────────────────────────────────────────────────────────


def aligned_table(found: Sequence[Row], page: int) -> Table | None:
    """The table that neighbouring rows of equally many segments make, or None.

    Each segment has to stand in the column of those above it and clear of the other columns.
    """
    if len(found) < _FEWEST_ROWS or len(found[0]) < 2:
        return None
    columns: list[tuple[float, float]] = [(one.x0, one.x1) for one in found[0]]
    for row in found[1:]:
        for place, one in enumerate(row):
            left, right = columns[place]
            if one.x1 <= left or one.x0 >= right:
                return None
            columns[place] = min(left, one.x0), max(right, one.x1)
    if any(left[1] > right[0] for left, right in pairwise(columns)):
        return None
    cells = tuple(tuple(TableCell(one.text) for one in row) for row in found)
    return Table(
        cells,
        tuple(left for left, _ in columns),
        found[0][0].top,
        found[-1][0].bottom,
        page,
    )
