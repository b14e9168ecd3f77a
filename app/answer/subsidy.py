"""Amounts that depend on a number in the question: 按…的30%，最高300万元, 每个托位5000元.

A rule is applied only when the question's number is of the rule's base (the same unit counted, or
the money that the rule takes its share of), when no lower limit of the rule shuts it out, and when
the question is about what the rule is about. The result is never above the stated cap. How a rule
is read from a sentence stands in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import numbers, templates
from app.answer.arithmetic import amount_short, computed, of_figure, percent, shown, text_of
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence, Ranked
from app.answer.given import Given
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case
from app.answer.matching import Coverage, quality, weighted
from app.answer.refusal import judge
from app.answer.rules import PERIODS, Factor, Rule, base_fits, rules, unit_fits
from app.answer.scope import other_place, other_year, unknown_place
from app.answer.view import SentenceView
from app.model import Bound, Dimension, Figure, Kind, Quantity, Question, TermRole
from app.text.fold import fold

_SENTENCES = 10
_LOOSE = 0.4  # coverage of a rule that a question about one case needs
_LOCAL = 0.65  # one of its words stands in the clause of the rule itself
_TELLING = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.ACTION, TermRole.QUOTED})


@dataclass(frozen=True, slots=True)
class _Product:
    """The amount before the cap, and how it is written."""

    value: Decimal
    expression: str
    counted: bool = False


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What the best fitting rule gives for the number in the question; at most one."""
    given = read_given(question)
    full_term = _FULL_TERM.search(question.full) is not None
    if not given.numbers and given.months is None and not full_term:
        return []
    asked = asked_of_case(question, given)
    if full_term:
        asked = replace(asked, terms=tuple(t for t in asked.terms if not _TERM_WORD.search(t.text)))
    found = []
    for ranked in _with_steps(evidence):
        for rule in rules(ranked):
            case = given
            if full_term and (given.months is None or rule.period == "年"):
                case = replace(given, months=rule.longest)
            made = _applied(asked, case, ranked, rule, evidence)
            found.extend([made] if made is not None else [])
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


# 领满一共多少: for as long as it is paid at all.
_FULL_TERM = re.compile(
    "[领拿享补发][受取放]?(?:满|完|足|全|到头)|(?:满|到)期(?:限|为止)|最长(?:时间|期限)|全(?:程|期)"
)
_TERM_WORD = re.compile("[领拿享补发][受取放]?[满完足全]|^满|^[领拿]|期限|年限|最长|到头")
_STEPS = 3  # sentences behind the best one that may be further steps of its scale


def _with_steps(evidence: Evidence) -> list[Ranked]:
    """The best sentences, and the steps of a scale that go on behind them after a semicolon."""
    found = {(one.view.id, one.sentence.index): one for one in evidence.ranked[:_SENTENCES]}
    for ranked in list(found.values()):
        first, sentence = ranked.sentence.index, ranked.sentence
        for other in ranked.view.sentences[first + 1 : first + 1 + _STEPS]:
            if other.section != sentence.section or not sentence.text.rstrip().endswith(";"):
                break
            found.setdefault((ranked.view.id, other.index), replace(ranked, sentence=other))
            sentence = other
    return list(found.values())


_SUM_ASKED = re.compile("(?:多少|几)(?:个)?(?:[十百千万亿]*元|钱|块|万|亿)")


def of_ratio(question: Question, evidence: Evidence) -> list[Candidate]:
    """按比例能补多少万元: a question that names a ratio but asks for the money."""
    return candidates(question, evidence) if _SUM_ASKED.search(question.full) else []


def _applied(
    asked: Question, given: Given, ranked: Ranked, rule: Rule, evidence: Evidence
) -> Candidate | None:
    """The amount that `rule` gives, or None when it is not for what the question states."""
    product = _share(rule, given) if rule.base else _per_unit(rule, given)
    if product is None or not _within_limits(rule, given, ranked):
        return None
    factor = _factor(rule, given)
    start = _rate(_without_names(asked, factor), ranked, rule, evidence)
    if start is None or ("case" in start.features and not given.numbers):
        return None
    if factor is None:
        whole = rule.term is not None and given.months == rule.longest
        more = (rule.term,) if whole and rule.term is not None else ()
        return _result(start, rule, given, product, more)
    written = shown(text_of(ranked.view), factor.figure.quantity)
    value = product.value * percent(factor.figure)
    lessened = _Product(value, f"{product.expression} × {written}")
    return _result(start, rule, given, lessened, (factor.figure,))


def _factor(rule: Rule, given: Given) -> Factor | None:
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
    given: Given,
    product: _Product,
    more: tuple[Figure, ...],
) -> Candidate | None:
    """The product under the cap, with rate, factor and cap cited."""
    value, expression = product.value, product.expression
    figures = [rule.rate, *more]
    for share in _halved(start, given):
        value, expression = value / 2, f"{expression} × 1/2"
        figures.append(share)
    cap = rule.cap
    if cap is None and product.counted:
        cap = _later_cap(start)
        if cap is not None:
            rule = replace(rule, cap=cap)
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


_EARLIER = 3  # sentences before a step of a scale (1万人以上的每场20万元;) that say of what
_EARLIER_WORTH = 0.8


def _with_earlier(base: Question, candidate: Candidate) -> Coverage:
    """The coverage of a step of a scale, whose subject stands with the first step."""
    sentence, view = candidate.sentence, candidate.view
    before = view.sentences[max(0, sentence.index - _EARLIER) : sentence.index]
    if not before or not before[-1].text.rstrip().endswith(";"):
        return candidate.coverage
    text = " ".join(one.text for one in before if one.section == sentence.section)
    values = tuple(
        max(value, _EARLIER_WORTH * quality(term, text))
        for term, value in zip(base.terms, candidate.coverage.values, strict=True)
    )
    return weighted(base.terms, values)


_LATER_CAP = re.compile("同一|全年|年度|累计|每年|单[个户人家次件项台笔]|每[家户个人次件项台笔]")
_HALF = re.compile("减半|折半|按(?:标准的)?(?:50%|一半)")
_FOLLOWING = 3  # sentences behind a rule that limit it


def _following(start: Candidate) -> Sequence[SentenceView]:
    """The sentences behind a rule in its section."""
    sentence, all_of_them = start.sentence, start.view.sentences
    after = all_of_them[sentence.index + 1 : sentence.index + 1 + _FOLLOWING]
    return [one for one in after if one.section == sentence.section]


def _later_cap(start: Candidate) -> Figure | None:
    """同一单位全年补贴不超过50万元, in a sentence behind the rule."""
    for sentence in _following(start):
        for figure in sentence.figures:
            money = figure.quantity.dimension is Dimension.MONEY
            capped = money and figure.quantity.bound is Bound.AT_MOST
            if capped and _LATER_CAP.search(start.view.quote(figure.clause)):
                return figure
    return None


def _halved(start: Candidate, given: Given) -> Iterator[Figure]:
    """The share below which only half is paid, when the question states a lower one."""
    for sentence in _following(start):
        if not _HALF.search(sentence.text):
            continue
        for figure in sentence.figures:
            limit = figure.quantity
            if limit.dimension is not Dimension.RATIO or limit.bound is not Bound.AT_MOST:
                continue
            if any(share.value < limit.value for share in given.shares):
                yield figure
                return


def _rate(asked: Question, ranked: Ranked, rule: Rule, evidence: Evidence) -> Candidate | None:
    """The candidate for the rate itself, when no rule of refusal speaks against it."""
    if rule.base:
        base = replace(asked, kind=Kind.RATIO, dimension=None)
    else:
        base = replace(asked, kind=Kind.AMOUNT, dimension=Dimension.MONEY)
    for candidate in numbers.candidates(base, Evidence((ranked,), evidence.hits)):
        if candidate.figure != rule.rate:
            continue
        if judge(base, candidate, evidence) is None:
            return candidate
        return _loosely(base, candidate, evidence)
    return None


def _loosely(base: Question, candidate: Candidate, evidence: Evidence) -> Candidate | None:
    """The candidate for a rate whose base the question names: what else the asker tells of his
    own case need not stand in the text."""
    covered = _with_earlier(base, candidate)
    telling = [
        value
        for term, value in zip(base.terms, covered.values, strict=True)
        if term.role in _TELLING and term.weight
    ]
    if covered.score < _LOOSE or not telling or max(telling) < _LOCAL:
        return None
    for rule in (other_place, unknown_place, other_year):
        if rule(base, candidate, evidence) is not None:
            return None
    return with_features(candidate, {"case": 1.0})


def _share(rule: Rule, given: Given) -> _Product | None:
    """So many percent of the money that the question states."""
    money = next((q for q, _ in given.numbers if q.dimension is Dimension.MONEY), None)
    if money is None or not base_fits(rule.base, given.full) or not _same_step(rule, given):
        return None
    if any(not _states(condition, given.full) for condition in rule.conditions):
        return None
    rate = rule.rate.quantity
    sign = f"{rate.value.normalize():f}%"
    value = money.value * percent(rule.rate)
    return _Product(value, f"{amount_short(money.value, '元')} × {sign}")


_STEP = re.compile("第[一二三四五六]年|首年|次年")


def _same_step(rule: Rule, given: Given) -> bool:
    """Whether a rate is not for another year than the one that the question names."""
    asked = _STEP.search(given.full)
    return asked is None or not rule.step or asked.group() == rule.step


def _states(condition: str, full: str) -> bool:
    """Whether the question states the condition of a rule: most of its characters."""
    wanted = [character for character in condition if character not in "的企业项目单位对,"]
    return not wanted or sum(c in full for c in wanted) >= 0.8 * len(wanted)


def _per_unit(rule: Rule, given: Given) -> _Product | None:
    """So much for each thing that the question counts, for as long as it says."""
    value = rule.rate.quantity.value
    expression = amount_short(value, "元")
    counted = False
    for unit in rule.units:
        if f"每{unit}" in given.full:
            return None
        found = next((q for q, after in given.numbers if unit_fits(unit, q, after)), None)
        if found is None and f"一{unit}" in given.full:
            counted = True
            continue
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
    return _Product(value * times, expression, counted=True)


def _times(rule: Rule, given: Given) -> Decimal | None:
    """How often an amount for each month or year is paid; None when the times do not fit."""
    if not rule.period:
        return Decimal(1)
    if given.months is None:
        return Decimal(1)
    times = Decimal(given.months) / PERIODS[rule.period]
    if times != times.to_integral_value() or times < 1:
        return None
    return None if rule.longest is not None and given.months > rule.longest else times


_BELOW = re.compile("(?:不足|低于|少于|未达到?|未满|不满|小于)$")
_PEOPLE = re.compile("人|观众|游客|旅客|张票|票|名|学生|职工|员工")
_PERSON_UNITS = frozenset({"人", "名", "位", "人次"})


def _within_limits(rule: Rule, given: Given, ranked: Ranked) -> bool:
    """Whether the question's number lies above the lower and below the upper limits."""
    for limit in rule.limits:
        quantity = limit.quantity
        below = _BELOW.search(fold(ranked.view.quote(limit.frame)).text) is not None
        for stated, after in given.numbers:
            if not _of_limit(stated, after, quantity):
                continue
            low = quantity.bound is Bound.AT_LEAST and stated.value < quantity.value
            high = quantity.bound is Bound.AT_MOST and stated.value > quantity.value
            if low or high or (below and stated.value == quantity.value):
                return False
    return True


def _of_limit(stated: Quantity, after: str, limit: Quantity) -> bool:
    """Whether a number of the question counts what a limit counts: 1.3万张票 for 1万人."""
    if stated.dimension is limit.dimension and stated.unit == limit.unit:
        return True
    if limit.unit not in _PERSON_UNITS or stated.dimension is not Dimension.COUNT:
        return False
    return stated.unit in _PERSON_UNITS or (
        stated.unit in {"", "个", "张"} and _PEOPLE.match(stated.unit + after) is not None
    )


def _limit(rule: Rule, given: Given) -> Decimal | None:
    """The cap in 元; a cap for each unit needs the number of units in the question."""
    assert rule.cap is not None
    limit = rule.cap.quantity.value
    for unit in rule.cap_units:
        found = next((q for q, after in given.numbers if unit_fits(unit, q, after)), None)
        if found is None:
            return None
        limit *= found.value
    return limit
