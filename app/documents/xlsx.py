"""Workbooks (.xlsx): each visible sheet, each visible row with its headers, as the sheet shows it.

Formulas count by the value that the program stored last. Hidden sheets, rows and columns are left
out; merged cells are filled; blank rows part tables. When several sheets hold something, each is
named by a line of its own.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from app.documents.signatures import not_a_package
from app.documents.tables import Row, TableCell, table_lines, within_limits
from app.documents.written import Written
from app.documents.xlsx_formats import CHINESE_FORMATS, shown
from app.errors import UnreadableDocument
from app.model import Extracted

MOST_TAGS = 6_000_000
MOST_MERGED = 2_000_000  # places in merged ranges: openpyxl goes through every one
_PIECE = 1 << 20
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 后重新添加。"
_UNNAMED = re.compile("(?:Sheet|工作表|表)[0-9 ]*", re.IGNORECASE)
_BELOW_BUILT_IN = 164
_LONGEST_TAG = 200
_MERGED = re.compile(
    rb"""mergeCell\s+ref\s*=\s*["']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})["'][^<>]{0,20}>"""
)

Sheet = Any  # a worksheet of openpyxl, which ships no types


def read(data: bytes, name: str) -> Extracted:
    """The text of a workbook. Raises `UnreadableDocument` when it is none, damaged or too large."""
    if not data.startswith(b"PK"):
        raise not_a_package(data, name, ".xlsx")
    try:
        _check_size(data, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that hold no text, such as validations
            book = load_workbook(BytesIO(data), data_only=True, keep_links=False)
            sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
            pages = [(sheet.title, _page(sheet, name)) for sheet in sheets]
    except UnreadableDocument:
        raise
    except (zipfile.BadZipFile, InvalidFileException) as error:
        raise not_a_package(data, name, ".xlsx") from error
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged part leads it to
        raise UnreadableDocument(
            f"{name}：工作簿已损坏或不合规范（{type(error).__name__}：{error}）；{_SAVE_AGAIN}"
        ) from error
    return Extracted(_text([(title, page) for title, page in pages if page.lines]))


def _text(pages: Sequence[tuple[str, Written]]) -> str:
    whole = Written()
    for title, page in pages:
        if len(pages) > 1 and not _UNNAMED.fullmatch(title.strip()):
            whole.paragraph(title)
        whole.extend(page)
    return whole.text()


def _check_size(data: bytes, name: str) -> None:
    """Count tags and merged places before any tree is built: memory and time go by them."""
    tags = merged = 0
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for part in archive.namelist():
                if not part.endswith(".xml"):
                    continue
                with archive.open(part) as opened:
                    tail = b""
                    while piece := opened.read(_PIECE):
                        tags += piece.count(b"<")
                        window = tail + piece
                        merged += _merged_places(window)
                        # What a border cuts is found in the next window; nothing is found twice.
                        tail = window[window.rfind(b"<") :][:_LONGEST_TAG]
                        _within_size(tags, merged, name)
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableDocument(f"{name}：压缩包已损坏（{error}）；{_SAVE_AGAIN}") from error


def _merged_places(markup: bytes) -> int:
    """How many places the merged ranges in this markup cover."""
    found = 0
    for reference in _MERGED.findall(markup):
        left, top, right, bottom = range_boundaries(reference.decode())
        found += (right - left + 1) * (bottom - top + 1)
    return found


def _within_size(tags: int, merged: int, name: str) -> None:
    if tags > MOST_TAGS or merged > MOST_MERGED:
        raise UnreadableDocument(
            f"{name}：工作簿过大：标记 {tags} 个（上限 {MOST_TAGS}），"
            f"合并区域 {merged} 格（上限 {MOST_MERGED}）；请拆成较小的文件后重新添加。"
        )


def _page(sheet: Sheet, name: str) -> Written:
    """The lines of one sheet."""
    written = Written()
    words = _words(sheet)
    rows = sorted({row for row, _ in words})
    columns = sorted({column for _, column in words})
    if not rows:
        return written
    within_limits(len(rows) * len(columns), len(columns), name)
    grid: list[list[TableCell | None]] = [[None] * len(columns) for _ in rows]
    for place, row in enumerate(rows):
        for at, column in enumerate(columns):
            if (row, column) in words:
                grid[place][at] = TableCell(words[row, column])
    _merge(sheet, grid, rows, columns)
    for part in _parts(sheet, grid, rows):
        written.table(table_lines(part))
    return written


def _words(sheet: Sheet) -> dict[tuple[int, int], str]:
    """What each visible cell shows, by row and column; empty ones are left out."""
    hidden = {
        column
        for one in sheet.column_dimensions.values()
        if one.hidden
        for column in range(one.min or 0, min(one.max or 0, sheet.max_column) + 1)
    }
    found: dict[tuple[int, int], str] = {}
    # The cells that are there: walking over all places would make a cell at each.
    for (row, column), cell in sheet._cells.items():
        if cell.value is None or column in hidden or _is_hidden(sheet, row):
            continue
        words = _shown(cell, sheet.parent.epoch).strip()
        if words:
            found[row, column] = words
    return found


def _is_hidden(sheet: Sheet, row: int) -> bool:
    known = sheet.row_dimensions.get(row)
    return known is not None and bool(known.hidden)


def _shown(cell: Any, epoch: Any) -> str:
    value, form = cell.value, cell.number_format
    number = cell._style.numFmtId if cell.has_style else 0
    if number in CHINESE_FORMATS and number < _BELOW_BUILT_IN:
        form = CHINESE_FORMATS[number]
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = from_excel(value, epoch)
    if not isinstance(value, str | bool | int | float):
        return shown(value, form) if hasattr(value, "resolution") else str(value)
    return shown(value, form)


def _merge(
    sheet: Sheet,
    grid: list[list[TableCell | None]],
    rows: Sequence[int],
    columns: Sequence[int],
) -> None:
    """Put the cell of each merged range at all its places that are shown."""
    for merged in sheet.merged_cells.ranges:
        anchor = sheet._cells.get((merged.min_row, merged.min_col))
        if anchor is None or anchor.value is None:
            continue
        down = range(bisect_left(rows, merged.min_row), bisect_right(rows, merged.max_row))
        across = range(bisect_left(columns, merged.min_col), bisect_right(columns, merged.max_col))
        # Shown also when the row or column of its first place is hidden.
        cell = TableCell(_shown(anchor, sheet.parent.epoch).strip())
        for row in down:
            for column in across:
                grid[row][column] = cell


def _parts(sheet: Sheet, grid: Sequence[Row], rows: Sequence[int]) -> Iterator[list[Row]]:
    """The rows between blank ones; a hidden row parts nothing."""
    part: list[Row] = []
    for place, row in enumerate(rows):
        blank = place and any(
            not _is_hidden(sheet, between) for between in range(rows[place - 1] + 1, row)
        )
        if blank:
            yield part
            part = []
        part.append(grid[place])
    yield part
