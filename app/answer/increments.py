"""A first amount and so much for each further one: 每件50元, 含一本, 每增加一本加收5元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from app.answer.arithmetic import amount_short, computed, of_figure
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.given import Given
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.matching import quality
from app.answer.templates import plain
from app.answer.view import SentenceView
from app.model import Bound, Dimension, Figure, Kind, Question
from app.text.fold import fold
from app.text.numbers import number_value
from app.text.quantities import compatible_units

_SENTENCES = 6
_KINDS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})
_NUMBER = "[0-9]+(?:\\.[0-9]+)?|[一二两三四五六七八九十百]+"
_STEP = re.compile(
    f"每(?:再|续|另)?(?:增加|多出|多|超过|超出|超|增|延长|续)({_NUMBER})?个?([^0-9,。;每]{{1,5}}?)"
    "(?:的|,)*(?:加收|另收|增收|再收|加价|收取|增加|加|收|补贴|补助|奖励|给予|按|再)*$"
)
_DENIED = "非未无不"


@dataclass(frozen=True, slots=True)
class _Scale:
    """A first amount with how many it is for, and what each further `size` of `unit` costs."""

    first: Figure
    of: SentenceView
    included: Decimal
    size: Decimal
    unit: str
    step: Figure


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The whole amount for the number that the question states; at most one."""
    given = read_given(question)
    if not given.numbers or question.kind not in _KINDS:
        return []
    asked = asked_of_case(question, given)
    for ranked in evidence.ranked[:_SENTENCES]:
        for scale in _scales(asked, ranked):
            made = _total(asked, given, ranked, scale, evidence)
            if made is not None:
                return [made]
    return []


def _scales(asked: Question, ranked: Ranked) -> Iterator[_Scale]:
    """The scales whose further step stands in this sentence or the next two."""
    view, index = ranked.view, ranked.sentence.index
    near = [
        one
        for one in view.sentences[max(0, index - 1) : index + 3]
        if one.section == ranked.sentence.section
    ]
    text = view.stored.document.text
    seen: list[tuple[SentenceView, Figure]] = []
    for sentence in near:
        for figure in sentence.figures:
            money = figure.quantity.dimension is Dimension.MONEY
            if not money or figure.quantity.bound is not Bound.EXACT:
                continue
            before = fold(text[sentence.span.start : figure.quantity.span.start]).text
            found = _STEP.search(before)
            if found is None:
                seen.append((sentence, figure))
                continue
            first = _first(asked, ranked, seen)
            if first is None:
                continue
            between = fold(text[first[1].quantity.span.end : figure.quantity.span.start]).text
            lead = fold(text[first[0].span.start : first[1].quantity.span.start]).text
            unit = found.group(2)
            included = _included(between[: between.rfind("每")], lead, unit)
            size = number_value(found.group(1)) if found.group(1) else Decimal(1)
            if included is not None and size:
                yield _Scale(first[1], first[0], included, size, unit, figure)


def _first(
    asked: Question, ranked: Ranked, seen: list[tuple[SentenceView, Figure]]
) -> tuple[SentenceView, Figure] | None:
    """The first amount that the question is about; the nearest one when none is named."""
    scored = [(_named(asked, fold(ranked.view.quote(f.clause)).text), s, f) for s, f in seen]
    best = max((score for score, _, _ in scored), default=0.0)
    found = [(sentence, figure) for score, sentence, figure in scored if score == best]
    return found[0] if len(found) == 1 else None


def _named(asked: Question, clause: str) -> float:
    """How much of the question a clause names; 非住宅 is not 住宅."""
    worth = 0.0
    for term in asked.terms:
        at = next((clause.find(form) for form, _ in term.forms if form in clause), -1)
        denied = at > 0 and clause[at - 1] in _DENIED
        worth += term.weight * quality(term, clause) * (not denied)
    return worth


def _included(between: str, lead: str, unit: str) -> Decimal | None:
    """How many the first amount is for: 含一本, 首3公里, 10公里以内."""
    said = re.compile(f"({_NUMBER})个?(?:{re.escape(unit)})")
    found = said.search(between) or said.search(lead)
    return number_value(found.group(1)) if found is not None else None


def _total(
    asked: Question, given: Given, ranked: Ranked, scale: _Scale, evidence: Evidence
) -> Candidate | None:
    counted = [
        quantity
        for quantity, after in given.numbers
        if quantity.unit == scale.unit
        or compatible_units(scale.unit, quantity.unit)
        or (quantity.unit and (quantity.unit + after).startswith(scale.unit))
    ]
    if len(counted) != 1:
        return None
    first = replace(ranked, sentence=scale.of)
    start = ground(asked, first, scale.first.clause, evidence, figure=scale.first)
    if start is None:
        return None
    further = max(Decimal(0), counted[0].value - scale.included)
    steps = (further / scale.size).to_integral_value(ROUND_CEILING)
    base, step = scale.first.quantity.value, scale.step.quantity.value
    expression = f"{amount_short(base, '元')} + {amount_short(step, '元')} × {plain(steps)}"
    sentence = ranked.view.sentences[ranked.view.at(scale.step.quantity.span.start)]
    operands = [start, of_figure(replace(start, sentence=sentence), scale.step)]
    return computed("rule", expression, amount_short(base + step * steps, "元"), operands)
