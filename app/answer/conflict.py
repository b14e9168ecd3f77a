"""Figures that contradict each other: one indicator, one year, one scope, several values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer.candidate import Candidate
from app.answer.numbers_features import own_noun
from app.model import Figure
from app.text.fold import fold

# The whole that a text is about, its time, and verbs of being: they name nothing of their own.
_AROUND = re.compile(
    "^(?:[0-9]{4}年|全[年省市州县区国域]|我[省市州县区国]|年[末底]|截至|其中|共有?|现有|已有|拥有|建有|累计|[,，])+"
    "|(?:共有?|现有|已有|拥有|建有|达到?|累计|到)+$"
)


def contradicting(best: Candidate, others: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those of `others` that give another value for the very thing that `best` gives one for."""
    return tuple(one for one in others if _of_one_thing(best, one))


def _of_one_thing(one: Candidate, other: Candidate) -> bool:
    """Whether two figures tell of the same thing in the same year and place, and differ."""
    first, second = one.figure, other.figure
    if first is None or second is None or first.cell is not None or second.cell is not None:
        return False
    alike = (
        first.role is second.role
        and first.modality is second.modality
        and first.quantity.dimension is second.quantity.dimension
        and first.quantity.unit == second.quantity.unit
        and first.quantity.bound is second.quantity.bound
    )
    return (
        alike
        and first.quantity.value != second.quantity.value
        and _year(one, first) is not None
        and _year(one, first) == _year(other, second)
        and one.view.stored.places == other.view.stored.places
        and one.coverage.missing == other.coverage.missing
        and _names_same(one, first, other, second)
    )


def _year(candidate: Candidate, figure: Figure) -> int | None:
    """The year of a figure: its own, or that of the one year its document is about."""
    return figure.year if figure.year is not None else candidate.view.year


def _names_same(one: Candidate, first: Figure, other: Candidate, second: Figure) -> bool:
    """Whether the words round both numbers are the same noun, one of them perhaps longer.

    Numbers without a word of their own (其中36个) name nothing that could be compared.
    """
    left, right = (
        _AROUND.sub("", own_noun(candidate.view, figure)) + _behind(candidate, figure)
        for candidate, figure in ((one, first), (other, second))
    )
    shorter, longer = sorted((left, right), key=len)
    return bool(shorter) and longer.endswith(shorter)


def _behind(candidate: Candidate, figure: Figure) -> str:
    """The folded words behind a number: 普通高中 of 36所普通高中."""
    return fold(candidate.view.quote(figure.head)).text.strip(" ,;。")
