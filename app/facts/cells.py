"""Tables written as text: rows of aligned or ruled cells under a header row.

In: the text of a document. Out: the numbers of its cells as figures, each bound to the words of
its row and of its column. Cells are parted by tabs, upright bars, or wide blanks. A row between
bars (| 甲 | 1 |) is surely one: it keeps its empty cells, and one below a header is enough. The
unit stands in the cell, in the header, in the label of the row (保有量（万辆）) or above the table
(单位：万元).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.lexicon.loader import table
from app.model import Cell, Dimension, Figure, Modality, Quantity, Role, Span
from app.text.dates import dates
from app.text.quantities import quantities
from app.text.table_rows import TableRow, is_barred, is_rule, table_row

_LINE = re.compile("[^\n]+")
_NUMBER = re.compile(
    "[-－−]?[0-9０-９][0-9０-９,，.．]*(?:万亿|[万亿])?(?:%|％|[^0-9０-９|｜\\s,，。;；]{1,5})?$"
)
_BARE = re.compile("[-－−]?[0-9０-９][0-9０-９,，.．]*(?:万亿|[万亿])?")
_UNIT_IN_LABEL = re.compile("[(（\\[【]([^()（）\\[\\]【】0-9]{1,8})[)）\\]】]")
_UNIT_ABOVE = re.compile("单位[:：]\\s*([^\\s、,，;；。()（）]{1,8})")
_FEWEST_COLUMNS = 2
_FEWEST_ROWS = 2  # between bars one is enough
_LONGEST_LABEL = 24
_LONGEST_CELL = 60  # characters; a line with a longer piece is prose with blanks in it
_ABOVE = 2  # lines above the header that may name the unit
_ACTUAL = re.compile("基期|实际|完成|现状|实绩|上年")
_NUMBERING = re.compile("序号|编号|序次|次序|No\\.?|NO\\.?|#")
_UNIT_COLUMN = re.compile("(?:计量|计算)?单位")
_GROWTH = re.compile(
    "增长|增速|增幅|涨幅|降幅|增减|同比|环比|升降|(?:比|较)(?:上年|去年|上月|上期|同期|基期)"
)
_MINUS = "-－−"
_PERCENT = re.compile("[%％]")
_REST = re.compile("[（(]?([^（()）0-9０-９,，。;；]{1,12}?)$")


@dataclass(frozen=True, slots=True)
class _Table:
    """A header row, the rows below it, and the unit that the words above them name."""

    header: TableRow
    rows: tuple[TableRow, ...]
    unit: Span | None


def cell_figures(text: str) -> dict[int, tuple[Figure, ...]]:
    """The figures of all tables of `text`, by the start of the line that they stand in.

    The sentence of a figure is its line from the first cell to the last.
    """
    found: dict[int, tuple[Figure, ...]] = {}
    for one in _tables(text):
        for row in one.rows:
            found[row.line.start] = tuple(_figures(text, one, row))
    return found


def _tables(text: str) -> Iterator[_Table]:
    """The tables of `text`: lines of equally many cells, with a header that holds words."""
    block: list[TableRow] = []
    end = 0
    for found in _LINE.finditer(text):
        line = Span(found.start(), found.end())
        row = table_row(text, line)
        barred = is_barred(text, line)
        # Between bars the first row names the columns, so a blank line parts two tables.
        if barred and text.count("\n", end, line.start) > 1:
            yield from _of_block(text, block)
            block = []
        end = line.end
        if row is not None and all(len(cell) <= _LONGEST_CELL for cell in row.cells):
            block.append(row)
        elif not barred and not is_rule(found.group()):
            yield from _of_block(text, block)
            block = []
    yield from _of_block(text, block)


def _of_block(text: str, block: Sequence[TableRow]) -> Iterator[_Table]:
    """The tables among neighbouring rows. A row of words alone begins a new one.

    Not so between bars, where it is a row like the others.
    """
    header: TableRow | None = None
    rows: list[TableRow] = []
    for row in block:
        if header is not None and len(row.cells) == len(header.cells):
            if _has_number(text, row):
                rows.append(row)
                continue
            if row.barred and header.barred:
                continue
        yield from _made(text, header, rows)
        header, rows = (None if _has_number(text, row) else row), []
    yield from _made(text, header, rows)


def _made(text: str, header: TableRow | None, rows: Sequence[TableRow]) -> Iterator[_Table]:
    if header is not None and len(rows) >= (1 if header.barred else _FEWEST_ROWS):
        yield _Table(header, tuple(rows), _unit_above(text, header.line.start))


def _has_number(text: str, row: TableRow) -> bool:
    """Whether a cell behind the first is a number; a year alone is a heading."""
    return any(_is_number(cell.of(text)) for cell in row.cells[1:])


def _is_number(cell: str) -> bool:
    return _NUMBER.match(cell) is not None and not any(
        mention.year is not None and mention.span.start == 0 for mention in dates(cell)
    )


def _unit_above(text: str, start: int) -> Span | None:
    """The unit that one of the lines above a table names."""
    above = start
    for _ in range(_ABOVE):
        above = text.rfind("\n", 0, max(0, above - 1)) + 1
    found = _UNIT_ABOVE.search(text, above, start)
    return Span(found.start(1), found.end(1)) if found else None


def _figures(text: str, one: _Table, row: TableRow) -> Iterator[Figure]:
    """The numbers of a row, each with the words of the row before it and of its column."""
    first = _first(text, one)
    label = _label(text, row, first)
    in_row = _unit_of_row(text, one, row)
    years = {year for column in one.header.cells for year in _years_of(text, column)}
    usual = years.pop() if len(years) == 1 else None
    for cell, column in zip(row.cells[first + 1 :], one.header.cells[first + 1 :], strict=True):
        if _UNIT_COLUMN.fullmatch(column.of(text)):
            continue
        if not _is_number(cell.of(text)):
            yield from _mixed(text, one, row, label, cell, column)
            continue
        unit = _unit(text, column) or in_row or _unit(text, label) or one.unit
        quantity = _quantity(text, cell, unit)
        if quantity is None:
            continue
        stated = _years_of(text, column) or _years_of(text, label)
        bare = _BARE.fullmatch(cell.of(text)) is not None
        yield replace(
            _figure(text, one, row, label, column, quantity),
            role=Role.CHANGE if _GROWTH.search(column.of(text)) else Role.PLAIN,
            year=stated[0] if stated else usual,
            cell=Cell(column, one.header.line, unit if bare else None),
        )


def _figure(
    text: str, one: _Table, row: TableRow, label: Span, column: Span, quantity: Quantity
) -> Figure:
    end = quantity.span.end
    return Figure(
        quantity=quantity,
        frame=label,
        head=Span(end, end),
        subject=None,
        clause=row.line,
        sentence=row.line,
        scope=None,
        role=Role.PLAIN,
        modality=_modality(column.of(text)),
        year=None,
        year_inherited=False,
        aggregate=False,
        member=None,
        siblings=(),
        cell=Cell(column, one.header.line, None),
    )


def _mixed(
    text: str, one: _Table, row: TableRow, label: Span, cell: Span, column: Span
) -> Iterator[Figure]:
    """The numbers of a cell that holds words too: 1500元（实习期900元）.

    The words directly before a number name whom it is for.
    """
    start = cell.start
    for quantity in quantities(text, cell):
        if quantity.dimension is not Dimension.ORDINAL and quantity.unit:
            named = _REST.search(text[start : quantity.span.start])
            begin = start + named.start(1) if named else quantity.span.start
            member = Span(begin, quantity.span.start) if named else None
            yield replace(_figure(text, one, row, label, column, quantity), member=member)
        start = quantity.span.end


def _first(text: str, one: _Table) -> int:
    """The column that names the rows: the first one that is no mere numbering."""
    numbered = _NUMBERING.fullmatch(one.header.cells[0].of(text)) is not None
    return 1 if numbered and len(one.header.cells) > _FEWEST_COLUMNS else 0


def _label(text: str, row: TableRow, first: int) -> Span:
    """The words of a row before its numbers: its name, and what else is said of it."""
    last = first
    for place in range(first + 1, len(row.cells)):
        cell = row.cells[place].of(text)
        if any(character.isdigit() for character in cell) or len(cell) > _LONGEST_LABEL:
            break
        last = place
    return Span(row.cells[first].start, row.cells[last].end)


def _unit_of_row(text: str, one: _Table, row: TableRow) -> Span | None:
    """The unit in a column of its own; it is not that of a column of growth."""
    for cell, column in zip(row.cells, one.header.cells, strict=True):
        if _UNIT_COLUMN.fullmatch(column.of(text)) and _reads_as_unit(cell.of(text)):
            return cell
    return None


def _years_of(text: str, words: Span) -> list[int]:
    return [mention.year for mention in dates(text, words) if mention.year is not None]


def _unit(text: str, words: Span) -> Span | None:
    """The unit in brackets at the end of a label."""
    brackets = list(_UNIT_IN_LABEL.finditer(text, words.start, words.end))
    for found in reversed(brackets):
        unit = Span(found.start(1), found.end(1))
        if unit.of(text)[:1] in "±＋+":
            unit = Span(unit.start + 1, unit.end)
        if _reads_as_unit(unit.of(text)):
            return unit
    percent = _PERCENT.search(text, words.start, words.end)
    return Span(percent.start(), percent.end()) if percent else None


def _reads_as_unit(words: str) -> bool:
    read = quantities("1" + words)
    return bool(read) and len(read[0].span) == 1 + len(words)


def _quantity(text: str, cell: Span, unit: Span | None) -> Quantity | None:
    """The number of a cell in the unit that its label names."""
    written = cell.of(text)
    bare = _BARE.fullmatch(written) is not None
    read = quantities(written + unit.of(text) if bare and unit is not None else written)
    if not read or read[0].span.start > 1 or read[0].dimension is Dimension.ORDINAL:
        return None
    end = cell.end if bare else min(cell.end, cell.start + read[0].span.end)
    value = -abs(read[0].value) if written[0] in _MINUS else read[0].value
    return replace(read[0], value=value, span=Span(cell.start, end))


@cache
def _target_words() -> re.Pattern[str]:
    found = sorted({word for word, sort in table("modality.tsv") if sort == "target"}, key=len)
    return re.compile("|".join(re.escape(word) for word in reversed(found)))


def _modality(column: str) -> Modality:
    wished = _target_words().search(column) and not _ACTUAL.search(column)
    return Modality.TARGET if wished else Modality.ACTUAL
