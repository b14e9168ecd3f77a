"""Numbers in tables: their words, unit and proof stand in the row and in the header above it."""

from __future__ import annotations

import re

from app.answer.matching import Zone
from app.answer.view import DocumentView, SentenceView
from app.model import Cell, Figure, Span
from app.text.fold import fold

_ONLY_UNIT = re.compile("\\s*[(（]?(?:计量)?单位[:：]")
_LOCAL = 1.0
_ABOVE = 0.9  # the line above a table, its title as a rule
_HEADING = 0.6
_ABOUT = 0.55


def zones(
    view: DocumentView,
    sentence: SentenceView,
    cell: Cell,
    label: Span,
    number: str,
    member: Span | None = None,
) -> list[Zone]:
    """Where question words may stand for the number of `cell`, whose row has the words `label`."""
    words = (label, cell.column, *((member,) if member is not None else ()))
    own = " ".join((*(fold(view.quote(span)).text for span in words), number))
    above = fold(view.quote(_line_above(view, cell.header))).text
    named = _compounds(
        fold(view.quote(label)).text, f"{fold(view.quote(cell.column)).text} {above}"
    )
    headings = (Zone(heading, _HEADING) for heading in sentence.headings)
    return [
        Zone(own, _LOCAL),
        Zone(above, _ABOVE),
        Zone(named, _ABOVE),
        *headings,
        Zone(view.name, _ABOUT),
    ]


_PARTED = re.compile("[及和与、,，:：;；()（）\\s|]+")
_INDICATOR = 2  # characters of the noun at the end of 主要农产品产量


def _compounds(label: str, around: str) -> str:
    """What the row and the words above it say together: 粮食 under 主要农产品产量 is 粮食产量."""
    name = label.split("|")[0].strip().removeprefix("其中:").strip()
    tails = [piece[-_INDICATOR:] for piece in _PARTED.split(around) if len(piece) > 1]
    return " ".join(f"{name}{tail}" for tail in dict.fromkeys(tails))


def _line_above(view: DocumentView, header: Span) -> Span:
    """The line above a table; one that only names the unit is passed over."""
    text = view.stored.document.text
    end = max(0, text.rfind("\n", 0, header.start))
    start = text.rfind("\n", 0, end) + 1
    while start and (not text[start:end].strip() or _ONLY_UNIT.match(text, start, end)):
        end = start - 1
        start = text.rfind("\n", 0, end) + 1
    return Span(start, end)


def with_unit(view: DocumentView, figure: Figure, written: str) -> str:
    """`written` with the unit that stands outside of the cell."""
    if figure.cell is None or figure.cell.unit is None:
        return written
    return written + view.quote(figure.cell.unit)


def with_header(figure: Figure, proof: Span) -> tuple[Span, ...]:
    """What proves a figure: `proof`, or the row of a table and the words above its columns."""
    return (figure.clause, figure.cell.header) if figure.cell is not None else (proof,)
