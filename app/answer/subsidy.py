"""Amounts that depend on a number in the question: 按…的30%，最高300万元, 每个托位5000元.

A rule is applied only when the question's number is of the rule's base (the same unit counted, or
the money that the rule takes its share of), when no lower limit of the rule shuts it out, and when
the question is about what the rule is about. The result is never above the stated cap. How a rule
is read from a sentence stands in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import numbers, templates
from app.answer.arithmetic import amount_short, computed, of_figure, percent, shown, text_of
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence, Ranked
from app.answer.refusal import judge
from app.answer.rules import PERIODS, Factor, Rule, base_fits, rules, unit_fits
from app.answer.sides import without_computing
from app.model import Bound, Dimension, Figure, Kind, Quantity, Question, TermRole
from app.text.dates import dates
from app.text.fold import fold
from app.text.quantities import quantities

_SENTENCES = 10
_GIVEN = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.MEASURE, Dimension.DURATION})
_MONTHS = {"月": 1, "个月": 1, "年": 12, "季度": 3, "个季度": 3, "学期": 6, "个学期": 6}
_ONE_PERIOD = re.compile("(?:每|一个?|单)(月|年|季度|学期)")
_PERSONS = re.compile(
    "(?:孩子|小孩|娃|宝宝|幼儿|婴幼儿|学生|学员|老人|员工|职工|工人|人员|农民|村民|居民|儿童|人)"
)
_SPENT = re.compile("花|投|买|购|支出|费|砸|掏|付|用|贷|缴|交")
_BORDER = re.compile("[,。?？;!、 能可补给奖应得呢的搞做建买改上进来用在去]|$")
_JOINS = re.compile("^[且并而又]占?")
_AFTER = 6  # characters behind a number in which the thing counted stands


@dataclass(frozen=True, slots=True)
class _Given:
    """What the question states: its numbers with the words behind each, and months asked for."""

    full: str
    numbers: tuple[tuple[Quantity, str], ...]
    months: int | None


@dataclass(frozen=True, slots=True)
class _Product:
    """The amount before the cap, and how it is written."""

    value: Decimal
    expression: str


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What the best fitting rule gives for the number in the question; at most one."""
    given = _given(question)
    if not given.numbers and given.months is None:
        return []
    asked = _asked(question, given)
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for rule in rules(ranked):
            made = _applied(asked, given, ranked, rule, evidence)
            found.extend([made] if made is not None else [])
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


def _given(question: Question) -> _Given:
    """The numbers of the last words of the user, else of the whole question."""
    for text in (fold(question.text).text.strip(), question.full):
        found = tuple(
            (_as_money(quantity, text), text[quantity.span.end : quantity.span.end + _AFTER])
            for quantity in quantities(text)
            if quantity.bound in {Bound.EXACT, Bound.ABOUT} and quantity.dimension in _GIVEN
        )
        counted = tuple(one for one in found if one[0].unit not in _MONTHS)
        if counted or found:
            full = " ".join((*question.context, question.full))
            return _Given(full, counted, _months(found, full))
    return _Given(question.full, (), None)


def _as_money(quantity: Quantity, text: str) -> Quantity:
    """花了24万: a bare number behind a word for spending is money."""
    before = text[max(0, quantity.span.start - _AFTER) : quantity.span.start]
    after = text[quantity.span.end : quantity.span.end + 1]
    if quantity.unit or not _SPENT.search(before) or not _BORDER.match(after):
        return quantity
    return replace(quantity, unit="元", dimension=Dimension.MONEY)


def _months(found: Sequence[tuple[Quantity, str]], full: str) -> int | None:
    """How many months the question adds up, or None when it names no time."""
    for quantity, _ in found:
        step = _MONTHS.get(quantity.unit)
        if step is not None and quantity.value * step == int(quantity.value * step):
            return int(quantity.value * step)
    named = _ONE_PERIOD.search(full)
    return _MONTHS[named.group(1)] if named else None


def _asked(question: Question, given: _Given) -> Question:
    """The question for the rate: without its numbers, what they count, and words that compute."""
    counted = {
        word.group() for _, after in given.numbers if (word := _PERSONS.match(after)) is not None
    }
    plain = without_computing(question)
    terms = tuple(
        replace(term, role=TermRole.CONTENT) if term.role is TermRole.HEAD else term
        for term in plain.terms
        if term.role is not TermRole.NUMBER
        and term.text not in counted
        and not _JOINS.match(term.text)
    )
    stated = {mention.year for mention in dates(question.full) if not mention.relative}
    years = tuple(year for year in question.years if year in stated)
    return replace(plain, terms=terms, years=years, unit="", total=False, bound=None, roles=())


def _applied(
    asked: Question, given: _Given, ranked: Ranked, rule: Rule, evidence: Evidence
) -> Candidate | None:
    """The amount that `rule` gives, or None when it is not for what the question states."""
    product = _share(rule, given) if rule.base else _per_unit(rule, given)
    if product is None or not _within_limits(rule, given):
        return None
    factor = _factor(rule, given)
    start = _rate(_without_names(asked, factor), ranked, rule, evidence)
    if start is None:
        return None
    if factor is None:
        return _result(start, rule, given, product, ())
    written = shown(text_of(ranked.view), factor.figure.quantity)
    value = product.value * percent(factor.figure)
    lessened = _Product(value, f"{product.expression} × {written}")
    return _result(start, rule, given, lessened, (factor.figure,))


def _factor(rule: Rule, given: _Given) -> Factor | None:
    """The class of payers that the question names, with the part of the rate that it pays."""
    named = (one for one in rule.factors if any(name in given.full for name in one.names))
    return next(named, None)


def _without_names(asked: Question, factor: Factor | None) -> Question:
    """The question without the words that the factor's own quote proves."""
    if factor is None:
        return asked
    names = "、".join(factor.names)
    return replace(asked, terms=tuple(t for t in asked.terms if t.text not in names))


def _result(
    start: Candidate,
    rule: Rule,
    given: _Given,
    product: _Product,
    more: tuple[Figure, ...],
) -> Candidate | None:
    """The product under the cap, with rate, factor and cap cited."""
    value, expression = product.value, product.expression
    figures = [rule.rate, *more]
    if rule.cap is not None:
        limit = _limit(rule, given)
        if limit is None:
            return None
        expression = templates.CAPPED.format(
            expression=expression, value=amount_short(value, "元"), cap=amount_short(limit, "元")
        )
        value = min(value, limit)
        figures.append(rule.cap)
    operands = [of_figure(start, figure) for figure in figures]
    made = computed("rule", expression, amount_short(value, "元"), operands)
    features = {"weakest": start.score, "conditions": float(bool(rule.conditions))}
    return with_features(made, features, "computed")


def _rate(asked: Question, ranked: Ranked, rule: Rule, evidence: Evidence) -> Candidate | None:
    """The candidate for the rate itself, when no rule of refusal speaks against it."""
    if rule.base:
        base = replace(asked, kind=Kind.RATIO, dimension=None)
    else:
        base = replace(asked, kind=Kind.AMOUNT, dimension=Dimension.MONEY)
    for candidate in numbers.candidates(base, Evidence((ranked,), evidence.hits)):
        if candidate.figure == rule.rate and judge(base, candidate, evidence) is None:
            return candidate
    return None


def _share(rule: Rule, given: _Given) -> _Product | None:
    """So many percent of the money that the question states."""
    money = next((q for q, _ in given.numbers if q.dimension is Dimension.MONEY), None)
    if money is None or not base_fits(rule.base, given.full):
        return None
    if any(not _states(condition, given.full) for condition in rule.conditions):
        return None
    rate = rule.rate.quantity
    sign = f"{rate.value.normalize():f}%"
    value = money.value * percent(rule.rate)
    return _Product(value, f"{amount_short(money.value, '元')} × {sign}")


def _states(condition: str, full: str) -> bool:
    """Whether the question states the condition of a rule: most of its characters."""
    wanted = [character for character in condition if character not in "的企业项目单位对,"]
    return not wanted or sum(c in full for c in wanted) >= 0.8 * len(wanted)


def _per_unit(rule: Rule, given: _Given) -> _Product | None:
    """So much for each thing that the question counts, for as long as it says."""
    value = rule.rate.quantity.value
    expression = amount_short(value, "元")
    counted = False
    for unit in rule.units:
        if f"每{unit}" in given.full:
            return None
        found = next((q for q, after in given.numbers if unit_fits(unit, q, after)), None)
        if found is None:
            if given.months is None or not unit_fits(unit, None, ""):
                return None
            continue
        counted = True
        value *= found.value
        expression += f" × {found.value.normalize():f}{found.unit}"
    times = _times(rule, given)
    if times is None or not (counted or times > 1):
        return None
    if times > 1:
        expression += f" × {times:f}{rule.period}"
    return _Product(value * times, expression)


def _times(rule: Rule, given: _Given) -> Decimal | None:
    """How often an amount for each month or year is paid; None when the times do not fit."""
    if not rule.period:
        return Decimal(1)
    if given.months is None:
        return Decimal(1)
    times = Decimal(given.months) / PERIODS[rule.period]
    if times != times.to_integral_value() or times < 1:
        return None
    return None if rule.longest is not None and given.months > rule.longest else times


def _within_limits(rule: Rule, given: _Given) -> bool:
    """Whether the question's number lies above the lower and below the upper limits."""
    for limit in rule.limits:
        quantity = limit.quantity
        for stated, _ in given.numbers:
            if stated.dimension is not quantity.dimension or stated.unit != quantity.unit:
                continue
            low = quantity.bound is Bound.AT_LEAST and stated.value < quantity.value
            high = quantity.bound is Bound.AT_MOST and stated.value > quantity.value
            if low or high:
                return False
    return True


def _limit(rule: Rule, given: _Given) -> Decimal | None:
    """The cap in 元; a cap for each unit needs the number of units in the question."""
    assert rule.cap is not None
    limit = rule.cap.quantity.value
    for unit in rule.cap_units:
        found = next((q for q, after in given.numbers if unit_fits(unit, q, after)), None)
        if found is None:
            return None
        limit *= found.value
    return limit
