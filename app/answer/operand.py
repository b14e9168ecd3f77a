"""One figure as an operand: the question for it alone, and the candidate that proves it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.answer import numbers
from app.answer.arithmetic import (
    amount_like,
    as_exact_as,
    computed,
    of_figure,
    scale_of,
    shown,
    text_of,
)
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.refusal import judge
from app.answer.scope import other_place
from app.answer.sides import without_computing
from app.answer.view import DocumentView
from app.model import Dimension, Figure, Kind, Question, TermRole

_NEAR = 0.53  # above what the sentence before is worth
AMOUNTS = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.MEASURE})
_BASE_KINDS: dict[Dimension, tuple[Kind, Dimension | None]] = {
    Dimension.MONEY: (Kind.AMOUNT, Dimension.MONEY),
    Dimension.COUNT: (Kind.COUNT, None),
    Dimension.MEASURE: (Kind.COUNT, None),
    Dimension.RATIO: (Kind.RATIO, None),
    Dimension.DURATION: (Kind.AMOUNT, Dimension.DURATION),
}


def asked_for(question: Question, figure: Figure, view: DocumentView) -> Question:
    """The question for one figure: of its kind and unit, without the words that compute."""
    kind, dimension = _BASE_KINDS.get(figure.quantity.dimension, (Kind.COUNT, None))
    years = question.years if figure.year in question.years else ()
    base = replace(without_computing(question), kind=kind, dimension=dimension, years=years)
    full = question.full.replace("百分点", " ")  # the operands are ratios, not points
    return replace(base, full=full, unit="", roles=(figure.role,), total=False, bound=None)


def proved_figure(
    question: Question, ranked: Ranked, figure: Figure, evidence: Evidence
) -> Candidate | None:
    """The candidate for `figure`, when no rule refuses it."""
    asked = asked_for(question, figure, ranked.view)
    for candidate in numbers.candidates(asked, Evidence((ranked,), evidence.hits)):
        if candidate.figure != figure or not _grounded(asked, candidate):
            continue
        if judge(asked, candidate, evidence) is None:
            return candidate
    return None


def _grounded(asked: Question, candidate: Candidate) -> bool:
    """Whether every noun of the question stands nearer to the figure than the sentence before."""
    values = zip(asked.terms, candidate.coverage.values, strict=True)
    nouns = {TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED}
    return all(value >= _NEAR for term, value in values if term.role in nouns and term.weight)


def divided(
    operation: str, start: Candidate, part: Figure, ratio: Figure, divisor: Decimal
) -> Candidate:
    """`part` divided by `divisor`, which `ratio` states."""
    text, value = text_of(start.view), part.quantity.value / divisor
    operands = (part.quantity.value, ratio.quantity.value)
    rounded = as_exact_as(value, operands if operation == "whole" else operands[:1])
    sign = shown(text, ratio.quantity)
    if operation == "earlier":
        sign = f"(1 {'-' if divisor < 1 else '+'} {sign})"
    return computed(
        operation,
        f"{shown(text, part.quantity)} / {sign}",
        amount_like(rounded, part.quantity.unit, [scale_of(text, part.quantity)]),
        (of_figure(start, part), of_figure(start, ratio)),
        rounded=rounded != value,
    )


_LEAST_LOOSE = 0.5


def proved_loosely(
    question: Question, ranked: Ranked, figure: Figure, evidence: Evidence
) -> Candidate | None:
    """The candidate for a figure of this sentence or the one before, as `proved_figure`, but its
    nouns may stand anywhere near: what relates it to the question is proved by the caller."""
    view, sentences = ranked.view, [ranked]
    if figure not in ranked.sentence.figures and ranked.sentence.index:
        sentences = [replace(ranked, sentence=view.sentences[ranked.sentence.index - 1])]
    asked = asked_for(question, figure, view)
    years = question.years
    if years and (figure.year or view.year) not in {None, *years} and not figure.year_inherited:
        return None
    for candidate in numbers.candidates(asked, Evidence(tuple(sentences), evidence.hits)):
        if candidate.figure != figure or candidate.coverage.score < _LEAST_LOOSE:
            continue
        if other_place(asked, candidate, evidence) is None:
            return candidate
    return None
