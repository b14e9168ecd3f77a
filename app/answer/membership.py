"""Whether a row of a table has the cell that was asked for: 属于约束性指标吗."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.answer.matching import quality
from app.answer.view import DocumentView, SentenceView
from app.model import Question, QuestionTerm, TermRole

_ASKED = re.compile("属于?|算|是不是|是否|是[^,]{1,12}[吗么]|列为|归")
_BAR = "|"
_SAME = 0.9
_LONGER = 2  # times a cell may be longer than the word in it
_SURE = 0.8
_FARTHEST = 60  # rows looked at on either side
_EMPTY = frozenset({"", "-", "—", "——", "/"})
_THINGS = frozenset({TermRole.CONTENT, TermRole.QUOTED, TermRole.HEAD})


def member(question: Question, view: DocumentView, row: SentenceView) -> bool | None:
    """Whether a row has the cell that was asked for; False when it has another one in its column.

    None when the row is of something else, or no row of the table has such a cell.
    """
    own = _cells(row.text)
    if not own or _ASKED.search(question.full) is None:
        return None
    around = " ".join((view.name, *row.headings))
    things = [
        term for term in question.terms if term.role in _THINGS and quality(term, around) < _SAME
    ]
    absent = [term for term in things if quality(term, row.text) < _SURE]
    if len(absent) == len(things) or len(absent) > 1:
        return None
    for other in _rows(view, row):
        cells = _cells(other.text)
        if len(cells) != len(own):
            continue
        for place, cell in enumerate(cells):
            if own[place] in _EMPTY or own[place] == cell:
                continue
            if any(_names(term, cell) for term in absent):
                return False
            # The row names its class where other rows name another.
            if not absent and any(_names(term, own[place]) for term in things if place > 1):
                return True
    return None


def is_row(sentence: SentenceView) -> bool:
    """Whether a sentence is a row of a table."""
    return bool(_cells(sentence.text))


def _names(term: QuestionTerm, cell: str) -> bool:
    return quality(term, cell) >= _SAME and len(cell) <= _LONGER * len(term.text)


def _cells(text: str) -> list[str]:
    line = text.strip()
    if not line.startswith(_BAR):
        return []
    return [cell.strip() for cell in line.strip(_BAR).split(_BAR)]


def _rows(view: DocumentView, row: SentenceView) -> Iterator[SentenceView]:
    """The rows below the first one of the table that `row` is in, without `row`."""
    first = row.index
    while first and row.index - first < _FARTHEST and _cells(view.sentences[first - 1].text):
        first -= 1
    for one in view.sentences[first + 1 : row.index + _FARTHEST]:
        if not _cells(one.text):
            if one.index > row.index:
                return
            continue
        if one.index != row.index:
            yield one
