"""The rate of the tier into which the asker's measure falls: 面积60平方米及以下的按2%征收.

Asked for itself (税率几个点), or applied to the price that the question states (总价80万).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.answer.arithmetic import amount_short, computed, percent, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.given import Given
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.thresholds import comparable, meets
from app.answer.view import SentenceView
from app.model import Bound, Dimension, Figure, Kind, Quantity, Question
from app.text.fold import fold
from app.text.quantities import quantities
from app.text.units import find_unit

_SENTENCES = 6
_FOLLOWING = 2  # sentences behind the first tier that may state the others
_FEWEST = 2
_CASE = frozenset({Dimension.MEASURE, Dimension.COUNT, Dimension.DURATION})
_LEVIED = re.compile("^(?:的?(?:税率|费率|标准|比例))?(?:征收|计征|缴纳|收取|计收|征税|计税|缴|收)")
_LEVY_ASKED = re.compile("税|费|缴|交|收|金")
_OF_SEVERAL = re.compile("[二三四]套|非唯一|非首套|非住宅|非居民")  # not the first or usual one
_OTHERS = re.compile("第[二三四]套|分别|其他|以外|非")


@dataclass(frozen=True, slots=True)
class _Tier:
    """A rate with the words of its condition and the sentence of both."""

    rate: Figure
    words: str
    sentence: SentenceView


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The rate of the asker's tier, or what it makes of the money stated; at most one."""
    given = read_given(question)
    case = [_in_base_unit(q) for q, _ in given.numbers if q.dimension in _CASE and q.value != 1]
    if len(case) != 1:
        return []
    asked = asked_of_case(question, given)
    for ranked in evidence.ranked[:_SENTENCES]:
        if any(kind not in ranked.sentence.text for kind in _OF_SEVERAL.findall(question.full)):
            continue
        tiers = list(_tiers(ranked, case[0]))
        mine = [tier for tier in tiers if _holds(case[0], tier.words)]
        if len(tiers) < _FEWEST or len(mine) != 1:
            continue
        made = _given_by(question, asked, given, ranked, mine[0], evidence)
        if made is not None:
            return [made]
    return []


def _in_base_unit(quantity: Quantity) -> Quantity:
    """90平 as 90平方米, so that it can be set beside the text's unit."""
    unit = find_unit(quantity.unit)
    if unit is None or quantity.dimension is not Dimension.MEASURE:
        return quantity
    upper = quantity.upper * unit.factor if quantity.upper is not None else None
    return replace(quantity, unit=unit.family, value=quantity.value * unit.factor, upper=upper)


def _tiers(ranked: Ranked, case: Quantity) -> Iterator[_Tier]:
    """The rates of a sentence and of those behind it, each with a bound of the asker's measure."""
    view, text = ranked.view, ranked.view.stored.document.text
    first = ranked.sentence.index
    for sentence in view.sentences[first : first + 1 + _FOLLOWING]:
        if sentence.section != ranked.sentence.section:
            break
        start = sentence.span.start
        for figure in sentence.figures:
            quantity = figure.quantity
            if quantity.unit != "%" or quantity.bound is not Bound.EXACT:
                continue
            words = fold(text[start : quantity.span.start]).text
            start = quantity.span.end
            if sentence.index > first and _OTHERS.search(words):
                return
            if any(_bounds(one, case) for one in quantities(words)):
                yield _Tier(figure, words, sentence)


def _bounds(stated: Quantity, case: Quantity) -> bool:
    return stated.bound is not Bound.EXACT and comparable(case, _in_base_unit(stated))


def _holds(case: Quantity, words: str) -> bool:
    """Whether the measure lies within all bounds of a tier."""
    stated = [one for one in quantities(words) if _bounds(one, case)]
    return all(meets(case, _in_base_unit(one), words) for one in stated)


def _given_by(
    question: Question,
    asked: Question,
    given: Given,
    ranked: Ranked,
    tier: _Tier,
    evidence: Evidence,
) -> Candidate | None:
    view = ranked.view
    start = ground(asked, ranked, tier.rate.clause, evidence, figure=tier.rate)
    if start is None:
        return None
    start = replace(start, sentence=tier.sentence)
    if question.kind is Kind.RATIO:
        written = view.quote(tier.rate.quantity.span)
        quotes = dict.fromkeys((tier.rate.clause, ranked.sentence.span))
        return replace(start, kind=Kind.RATIO, answer=written, quotes=tuple(quotes))
    money = [q for q, _ in given.numbers if q.dimension is Dimension.MONEY]
    head = fold(view.quote(tier.rate.head)).text
    if len(money) != 1 or not _LEVIED.match(head) or not _LEVY_ASKED.search(question.full):
        return None
    value = money[0].value * percent(tier.rate)
    rate = shown(text_of(view), tier.rate.quantity)
    operands = [start, replace(start, sentence=ranked.sentence, quotes=(ranked.sentence.span,))]
    expression = f"{amount_short(money[0].value, '元')} × {rate}"
    return computed("rule", expression, amount_short(value, "元"), operands)
