"""From pages as they are printed to text in reading order, and where its pages start.

For formats that place characters on pages and know no paragraphs. A table is written row by row
(`app.documents.tables`), a paragraph on one line, whatever the number of its printed lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from app.documents.layout_columns import in_columns
from app.documents.layout_furniture import without_furniture
from app.documents.layout_lines import Row, rows
from app.documents.layout_paragraphs import Line, measures, paragraphs
from app.documents.layout_tables import Table, aligned_table, ruled_tables
from app.documents.sheet import Sheet
from app.documents.tables import Row as TableRow
from app.documents.tables import table_lines, within_limits
from app.model import Extracted

Item = Line | Table
_MOST_TOGETHER = 100  # pages of one table; a longer one begins anew


@dataclass(frozen=True, slots=True)
class _Printed:
    """A line of the text, and where in it the text of a page begins."""

    text: str
    pages: tuple[tuple[int, int], ...]


def lay_out(sheets: Sequence[Sheet], name: str) -> Extracted:
    """The text of `sheets`. Raises `UnreadableDocument` for a table beyond the limits."""
    ruled = [ruled_tables(sheet, number) for number, sheet in enumerate(sheets)]
    free = without_furniture(sheets, [rows(glyphs) for _, glyphs in ruled])
    items: list[Item] = []
    for number, (kept, (tables, _)) in enumerate(zip(free, ruled, strict=True)):
        items.extend(_of_page(kept, tables, number))
    return _text(_printed(items, _width(sheets), name), len(sheets))


def _of_page(kept: Sequence[Row], tables: Sequence[Table], page: int) -> Iterator[Item]:
    """Lines and tables of a page in reading order. Text beside a table is read before it."""
    at = 0
    for table in [*sorted(tables, key=lambda each: (each.top, each.columns[0])), None]:
        start = at
        while at < len(kept) and (table is None or kept[at][0].y < table.bottom):
            at += 1
        for column in in_columns(kept[start:at]):
            yield from _lines_and_tables(column.rows, page, column.place)
        if table is not None:
            yield table


def _lines_and_tables(found: Sequence[Row], page: int, column: int) -> Iterator[Item]:
    at = 0
    while at < len(found):
        end = at + 1
        while end < len(found) and len(found[end]) == len(found[at]) > 1:
            end += 1
        table = aligned_table(found[at:end], page)
        if table is None:
            yield from (Line.of(row, page, column) for row in found[at:end])
        else:
            yield table
        at = end


def _width(sheets: Sequence[Sheet]) -> float:
    return median(sheet.width for sheet in sheets) if sheets else 0.0


def _printed(items: Sequence[Item], width: float, name: str) -> Iterator[_Printed]:
    """The lines of the text, with where the text of each page begins in them."""
    lines = [item for item in items if isinstance(item, Line)]
    usual = measures(lines, width)
    for _, run in groupby(items, key=type):
        found = list(run)
        prose = [item for item in found if isinstance(item, Line)]
        for paragraph in paragraphs(prose, usual):
            yield _Printed(paragraph.text, tuple(paragraph.pages))
        for tables in _going_on([item for item in found if isinstance(item, Table)]):
            yield from _of_tables(tables, name)


def _going_on(tables: Iterable[Table]) -> list[list[Table]]:
    """Tables, those together that go on from page to page."""
    found: list[list[Table]] = []
    for table in tables:
        last = found[-1][-1] if found else None
        goes_on = last is not None and last.page == table.page - 1 and last.goes_on(table)
        if goes_on and len(found[-1]) < _MOST_TOGETHER:
            found[-1].append(table)
        else:
            found.append([table])
    return found


def _of_tables(tables: Sequence[Table], name: str) -> Iterator[_Printed]:
    """The lines of a table that may run over pages; its header counts once."""
    cells: list[TableRow] = []
    starts: dict[int, int] = {}  # position of a line: the page that begins with it
    for table in tables:
        again = 0
        if cells and table is not tables[0]:
            while again < len(table.rows) and _same(tables[0].rows, table.rows, again):
                again += 1
        starts[len(table_lines(cells)) if cells else 0] = table.page
        cells.extend(table.rows[again:])
        within_limits(sum(len(row) for row in cells), len(cells[0]) if cells else 0, name)
    for place, line in enumerate(table_lines(cells)):
        yield _Printed(line, ((starts[place], 0),) if place in starts else ())


def _same(first: Sequence[TableRow], other: Sequence[TableRow], row: int) -> bool:
    """Whether the tables begin with the same words down to this row."""
    if row >= len(first):
        return False
    return [cell and cell.text for cell in first[row]] == [
        cell and cell.text for cell in other[row]
    ]


def _text(lines: Iterable[_Printed], count: int) -> Extracted:
    """The lines as one text. A page without text starts where the next one does."""
    pieces: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for line in lines:
        for page, offset in line.pages:
            starts.setdefault(page, length + offset)
        pieces.append(line.text + "\n")
        length += len(line.text) + 1
    pages = [length] * count
    following = length
    for page in reversed(range(count)):
        following = min(following, starts.get(page, following))
        pages[page] = following
    return Extracted("".join(pieces), (0, *pages[1:]) if pages else ())
