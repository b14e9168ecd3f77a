"""Numbers in tables: their words, unit and proof stand in the row and in the header above it."""

from __future__ import annotations

from app.answer.matching import Zone
from app.answer.view import DocumentView, SentenceView
from app.model import Cell, Figure, Span
from app.text.fold import fold

_LOCAL = 1.0
_ABOVE = 0.9  # the line above a table, its title as a rule
_HEADING = 0.6
_ABOUT = 0.55


def zones(
    view: DocumentView, sentence: SentenceView, cell: Cell, label: Span, number: str
) -> list[Zone]:
    """Where question words may stand for the number of `cell`, whose row has the words `label`."""
    own = " ".join((*(fold(view.quote(span)).text for span in (label, cell.column)), number))
    above = fold(view.quote(_line_above(view, cell.header))).text
    headings = (Zone(heading, _HEADING) for heading in sentence.headings)
    return [Zone(own, _LOCAL), Zone(above, _ABOVE), *headings, Zone(view.name, _ABOUT)]


def _line_above(view: DocumentView, header: Span) -> Span:
    text = view.stored.document.text
    end = max(0, text.rfind("\n", 0, header.start))
    return Span(text.rfind("\n", 0, end) + 1, end)


def with_unit(view: DocumentView, figure: Figure, written: str) -> str:
    """`written` with the unit that stands outside of the cell."""
    if figure.cell is None or figure.cell.unit is None:
        return written
    return written + view.quote(figure.cell.unit)


def with_header(figure: Figure, proof: Span) -> tuple[Span, ...]:
    """What proves a figure: `proof`, or the row of a table and the words above its columns."""
    return (figure.clause, figure.cell.header) if figure.cell is not None else (proof,)
