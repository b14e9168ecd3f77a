"""What stands on pages beside the text: running headers, footers and page numbers.

In: the rows of all pages. Out: the same without those that are repeated at the same place on
several pages, or that count the pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.documents.layout_lines import Row, row_text
from app.documents.sheet import Sheet

_ZONE = 0.15  # of the height: how far from the edges page furniture stands
_OUTERMOST = 2  # rows at each edge that may be furniture
_SMALLER = 0.92  # times the size of the text
_FARTHER = 1.2  # times the distance of lines
_SAME_HEIGHT = 4.0  # points

_DASH = "[-－—–―─•·.~～ ]*"
_COUNT = "[0-9０-９]{1,4}"
_PAGE_NUMBER = re.compile(
    f"{_DASH}(?:第 ?)?{_COUNT} ?页?(?: ?[/／,，、(（]? ?(?:共|总)? ?{_COUNT} ?页? ?[)）]?)?{_DASH}"
    f"|[Pp]age ?{_COUNT}(?: ?(?:of|/) ?{_COUNT})?"
)
_MARKED_NUMBER = re.compile(
    f"[-－—–―─•·~～] ?{_COUNT} ?[-－—–―─•·~～]|第 ?{_COUNT} ?页.*"
    f"|{_COUNT} ?[/／] ?{_COUNT}|[Pp]age ?{_COUNT}.*"
)
_NUMBER = re.compile("[0-9]{1,5}")
_TRANSLATED = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row at the edge of a page: its words without the numbers in them, and the numbers."""

    page: int
    y: float
    words: str
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, row: Row, page: int) -> _Edge:
        words = row_text(row).translate(_TRANSLATED)
        numbers = tuple(int(found) for found in _NUMBER.findall(words))
        return cls(page, row[0].y, _NUMBER.sub("#", words), numbers)

    def repeats(self, other: _Edge) -> bool:
        """Whether the row stands on another page too, its numbers the same or counting pages."""
        return (
            self.page != other.page
            and abs(self.y - other.y) <= _SAME_HEIGHT
            and all(
                a - b in (0, self.page - other.page)
                for a, b in zip(self.numbers, other.numbers, strict=True)
            )
        )


def without_furniture(sheets: Sequence[Sheet], pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The rows of each page without its furniture."""
    alike: dict[str, list[_Edge]] = defaultdict(list)
    for number, (sheet, rows) in enumerate(zip(sheets, pages, strict=True)):
        for row in _at_edges(sheet, rows):
            edge = _Edge.of(row, number)
            alike[edge.words].append(edge)
    return [
        _kept(sheet, rows, number, alike)
        for number, (sheet, rows) in enumerate(zip(sheets, pages, strict=True))
    ]


def _kept(
    sheet: Sheet, rows: Sequence[Row], number: int, alike: dict[str, list[_Edge]]
) -> list[Row]:
    counting, repeated = set(), set()
    for row in _at_edges(sheet, rows):
        edge = _Edge.of(row, number)
        if _counts_pages(row, sheet):
            counting.add(id(row))
        elif any(edge.repeats(other) for other in alike[edge.words]):
            repeated.add(id(row))
    left = [row for row in rows if id(row) not in counting]
    first, last = 0, len(left)
    while first < last and id(left[first]) in repeated:
        first += 1
    while last > first and id(left[last - 1]) in repeated:
        last -= 1
    # What stands close to the text belongs to it: a sentence may begin two pages.
    while first and not _set_off(left[first - 1], left[first:last]):
        first -= 1
    while last < len(left) and not _set_off(left[last], left[first:last][::-1]):
        last += 1
    return left[first:last]


def _set_off(row: Row, text: Sequence[Row]) -> bool:
    """Whether a row stands apart from the text that begins, or ends, beside it."""
    if len(text) < _OUTERMOST or row[0].size < _SMALLER * text[0][0].size:
        return True
    usual = abs(text[1][0].y - text[0][0].y)
    return abs(text[0][0].y - row[0].y) > _FARTHER * usual


def _at_edges(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows that stand where furniture stands."""
    for row in rows[:_OUTERMOST]:
        if row[0].y < _ZONE * sheet.height:
            yield row
    for row in rows[-_OUTERMOST:]:
        if row[0].y > (1 - _ZONE) * sheet.height:
            yield row


def _counts_pages(row: Row, sheet: Sheet) -> bool:
    """Whether a row can be nothing but a page number, also when there is only one of it."""
    words = row_text(row).translate(_TRANSLATED)
    if _MARKED_NUMBER.fullmatch(words):
        return True
    at_foot = row[0].y > (1 - _ZONE / 2) * sheet.height
    return at_foot and _PAGE_NUMBER.fullmatch(words) is not None
