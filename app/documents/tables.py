"""Tables as lines of text, one line for each row, the same for every format.

A row is written ``| 东湖区 | 1200 | 960 |`` below the row that names the columns, which is what
`app.facts.cells` reads. Every row stands alone: a merged cell is written in each row and column
that it covers, several header rows become one, and a line that runs across the table (its title,
its unit, the name of a part) stands on its own, with the header again below it. A table of one
column is no table but paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.documents.written import Written
from app.errors import UnreadableDocument

MOST_CELLS = 500_000
MOST_COLUMNS = 1_000
# A longer cell is prose: written once, not again in each row that it covers, so that a table
# of long merged cells cannot grow many times over.
LONGEST_REPEATED = 60
LONGEST_REPEATED_ACROSS = 20
_MOSTLY = 0.5
_TALL = 5  # lines; a cell with more holds a text

_BLANKS = re.compile(r"\s+")
_SPREAD = re.compile("([\u4e00-\u9fff]) ([\u4e00-\u9fff])")  # 合　计, drawn out to fill its cell
_NUMBER = re.compile(r"[-+－−]?[0-9０-９][0-9０-９,，.．]*\s?(?:[%％‰]|[^\s0-9０-９]{1,3})?")
_YEAR = re.compile("(?:19|20)[0-9]{2}年?")


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as it is written. `heading` says that the file marks it as the head of a column.

    A merged cell is one object at all the places that it covers.
    """

    text: str
    heading: bool = False


Row = Sequence[TableCell | None]
"""The cells of a row by column; None where the file has no cell."""


@dataclass(frozen=True, slots=True)
class Spanning:
    """A cell and over how many rows and columns it reaches."""

    cell: TableCell
    rows: int = 1
    columns: int = 1


def lay_out(rows: Iterable[Sequence[Spanning]], name: str) -> list[list[TableCell | None]]:
    """The grid of rows whose cells reach over others: each at the first free place of its row.

    Raises `UnreadableDocument` when the grid grows beyond the limits.
    """
    grid: list[list[TableCell | None]] = []
    reaching: dict[int, tuple[TableCell, int]] = {}  # column: the cell from above, rows to go
    cells = 0
    for row in rows:
        line: list[TableCell | None] = []
        column = 0
        waiting = iter(row)
        spanning = next(waiting, None)
        while spanning is not None or column <= max(reaching, default=-1):
            from_above = reaching.get(column)
            if from_above is not None:
                _put(line, column, from_above[0])
                _count_down(reaching, column)
                column += 1
                continue
            if spanning is None:
                column += 1
                continue
            width = min(spanning.columns, MOST_COLUMNS)
            for place in range(column, column + max(1, width)):
                _put(line, place, spanning.cell)
                if spanning.rows > 1:
                    reaching[place] = (spanning.cell, spanning.rows - 1)
                else:
                    reaching.pop(place, None)
            column += max(1, width)
            spanning = next(waiting, None)
        cells += len(line)
        within_limits(cells, len(line), name)
        grid.append(line)
    return grid


def _put(line: list[TableCell | None], column: int, cell: TableCell) -> None:
    line.extend([None] * (column + 1 - len(line)))
    line[column] = cell


def _count_down(reaching: dict[int, tuple[TableCell, int]], column: int) -> None:
    cell, left = reaching[column]
    if left > 1:
        reaching[column] = (cell, left - 1)
    else:
        del reaching[column]


def within_limits(cells: int, columns: int, name: str) -> None:
    """Raises `UnreadableDocument` for a table that is larger than anyone reads."""
    if cells > MOST_CELLS or columns > MOST_COLUMNS:
        raise UnreadableDocument(
            f"{name}：表格过大，已有 {cells} 个单元格、{columns} 列，"
            f"上限为 {MOST_CELLS} 个单元格、{MOST_COLUMNS} 列；请拆成较小的文件后重新添加。"
        )


def is_layout(cells: Sequence[Written]) -> bool:
    """Whether a table only places text: most of it is one tall cell, or tables inside its cells."""
    whole = sum(map(len, (line for one in cells for line in one.lines)))
    if sum(one.in_tables for one in cells) > _MOSTLY * whole:
        return True
    return any(
        len(one.lines) > _TALL and sum(map(len, one.lines)) > _MOSTLY * whole for one in cells
    )


def table_lines(rows: Sequence[Row]) -> list[str]:
    """The lines of a table, without the rows and columns that are empty throughout."""
    grid = _without_empty(rows)
    if not grid:
        return []
    if len(grid[0]) == 1:
        return [line for row in grid for line in _paragraphs(row[0])]
    lines: list[str] = []
    header: list[str] | None = None
    part: list[Row] = []
    for row in grid:
        across = _across(row)
        if across is None:
            part.append(row)
            continue
        header = _write_part(part, header, lines)
        part = []
        lines.extend(_without_bars(line) for line in _paragraphs(across))
    _write_part(part, header, lines)
    return lines


def cell_text(written: str) -> str:
    """The words of a cell on one line, so that neither a break nor a bar in it parts the row."""
    words = _BLANKS.sub(" ", _without_bars(written)).strip()
    spread = _SPREAD.fullmatch(words)
    return spread.group(1) + spread.group(2) if spread else words


def _without_bars(written: str) -> str:
    """Words that no reader takes for the cells of a row."""
    return written.replace("|", "／").replace("｜", "／")


def _without_empty(rows: Sequence[Row]) -> list[Row]:
    width = max((len(row) for row in rows), default=0)
    filled = [[*row, *([None] * (width - len(row)))] for row in rows if any(map(_filled, row))]
    kept = [place for place in range(width) if any(_filled(row[place]) for row in filled)]
    return [[row[place] for place in kept] for row in filled]


def _filled(cell: TableCell | None) -> bool:
    return cell is not None and not cell.text.isspace() and cell.text != ""


def _paragraphs(cell: TableCell | None) -> list[str]:
    lines = cell.text.splitlines() if cell is not None else []
    return [line.strip() for line in lines if line.strip()]


def _across(row: Row) -> TableCell | None:
    """The cell that is all there is in a row: merged over all columns, or the only one filled."""
    first = row[0]
    if first is None or not _filled(first):
        return None
    if all(cell is first for cell in row) or not any(_filled(cell) for cell in row[1:]):
        return first
    return None


def _write_part(part: list[Row], header: list[str] | None, lines: list[str]) -> list[str] | None:
    """Write rows below a header: their own, or that of the part above. Returns the header."""
    if not part:
        return header
    depth = _header_depth(part, again=header is not None)
    if depth:
        header = _joined(part[:depth])
    if header is not None:
        lines.append(_line(header))
    previous: Row = ()
    for row in part[depth:]:
        lines.append(_line(_written(row, previous)))
        previous = row
    return header


def _header_depth(part: list[Row], *, again: bool) -> int:
    """How many of the first rows name the columns.

    A further row does when it divides a cell above it. Below a header that was written before,
    a row of words is a header only if the file marks it, or if mostly numbers follow.
    """
    marked = 0
    while marked < len(part) and all(cell is None or cell.heading for cell in part[marked]):
        marked += 1
    if marked == len(part):  # a table of heads only has no rows to name
        marked = 0
    if not marked:
        numbers = sum(map(_has_number, part))
        if _has_number(part[0]) or (again and numbers <= _MOSTLY * len(part)):
            return 0
    depth = max(1, marked)
    while depth < len(part) and _divides(part[depth - 1], part[depth]):
        depth += 1
    return depth


def _has_number(row: Row) -> bool:
    """Whether a row holds data: a number behind its first cell; a year may name a column."""
    return any(
        _NUMBER.fullmatch(cell.text.strip()) and not _YEAR.fullmatch(cell.text.strip())
        for cell in row[1:]
        if cell is not None
    )


def _divides(above: Row, row: Row) -> bool:
    """Whether a row names the columns below a merged cell of the row above."""
    if _has_number(row):
        return False
    return any(
        above[place] is not None
        and above[place] is above[place + 1]
        and row[place] is not row[place + 1]
        and row[place] is not above[place]
        for place in range(len(row) - 1)
    )


def _joined(rows: Sequence[Row]) -> list[str]:
    """One header of several: for each column the words above it, outermost first."""
    header = []
    for column in range(len(rows[0])):
        words = [cell_text(cell.text) for row in rows if (cell := row[column]) is not None]
        header.append(" ".join(word for word in dict.fromkeys(words) if word))
    return header


def _written(row: Row, previous: Row) -> Iterator[str]:
    """The words of the cells of a row; a long merged cell only where it begins."""
    for place, cell in enumerate(row):
        words = cell_text(cell.text) if cell is not None else ""
        across = place > 0 and cell is row[place - 1]
        down = place < len(previous) and cell is previous[place]
        longest = LONGEST_REPEATED_ACROSS if across else LONGEST_REPEATED
        yield "" if (across or down) and len(words) > longest else words


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
