"""平均每所学校多少学位: a total divided by a count, both stated in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP

from app.answer import numbers
from app.answer.arithmetic import computed, of_figure, scale_of, shown, text_of, to_places
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.operand import AMOUNTS, proved_figure
from app.answer.sides import is_range, without_computing
from app.answer.templates import MAGNITUDES, plain
from app.model import Bound, Dimension, Figure, Question
from app.text.fold import fold
from app.text.units import find_unit, unit_family

_SENTENCES = 6
_ASKED = re.compile(
    "(?:平均|人均)(?:到|下来|算下来)?(?:每|一)?(?:一)?([^,。?？几多]{1,10}?)(?=[^,。?？]*(?:多少|几))"
)
_WHOLE_FROM = 100  # averages from here on are given without decimals
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """A total per unit of a count that stands in the same sentence; nothing when stated itself."""
    each = _each(question.full)
    if each is None or _stated(question, evidence):
        return []
    unit, noun, stretch = each
    kept = tuple(term for term in question.terms if term.text not in stretch)
    asked = without_computing(replace(question, terms=kept))
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for total, count in _pairs(ranked, unit, noun):
            start = proved_figure(asked, ranked, total, evidence)
            if start is not None:
                found.append(_divided(start, total, count))
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


def _each(full: str) -> tuple[str, str, str] | None:
    """Classifier, noun and the words 平均每所学校 of a question."""
    if "人均" in full:
        return "人", "", "人均"
    found = _ASKED.search(full)
    if found is None:
        return None
    named = found.group(1)
    for size in range(len(named), 0, -1):
        if find_unit(named[:size]) is not None:
            return named[:size], named[size:], found.group()
    return None


def _stated(question: Question, evidence: Evidence) -> bool:
    """Whether the text itself states an average for what is asked."""
    best = next(iter(numbers.candidates(question, evidence)), None)
    if best is None or best.figure is None:
        return False
    frame = fold(best.view.quote(best.figure.clause)).text
    return "平均" in frame or "均" in frame or "每" in frame


def _pairs(ranked: Ranked, unit: str, noun: str) -> Iterator[tuple[Figure, Figure]]:
    """Every total of a sentence with the one count in the unit asked for."""
    figures = [f for f in ranked.sentence.figures if not is_range(f)]
    counts = [f for f in figures if _counts(ranked, f, unit, noun)]
    if len(counts) != 1 or not counts[0].quantity.value:
        return
    for total in figures:
        kind = total.quantity.dimension in AMOUNTS and total.quantity.bound not in _LIMITS
        if kind and total != counts[0]:
            yield total, counts[0]


def _counts(ranked: Ranked, figure: Figure, unit: str, noun: str) -> bool:
    quantity = figure.quantity
    if quantity.dimension is not Dimension.COUNT or quantity.bound in _LIMITS:
        return False
    if unit_family(unit) != unit_family(quantity.unit):
        return False
    near = fold(ranked.view.quote(figure.head) + ranked.view.quote(figure.frame)).text
    return not noun or noun[:2] in near


def _divided(start: Candidate, total: Figure, count: Figure) -> Candidate:
    text = text_of(start.view)
    scale = scale_of(text, total.quantity)
    value = total.quantity.value / count.quantity.value
    if value < scale:
        scale = max((step for step in MAGNITUDES if value >= step), default=value / value)
    places = to_places(value / scale)
    rounded = places if abs(places) < _WHOLE_FROM else places.to_integral_value(ROUND_HALF_UP)
    answer = f"{plain(rounded)}{MAGNITUDES.get(scale, '')}{total.quantity.unit}"
    return computed(
        "average",
        f"{shown(text, total.quantity)} / {shown(text, count.quantity)}",
        answer,
        (of_figure(start, total), of_figure(start, count)),
        rounded=rounded * scale != value,
    )
