"""A share of what lies above a threshold: 超过1万元的部分按50%补助, 年度最高3万元.

Where a sentence has such a rule for each of several classes, that of the asker's class is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.answer import templates
from app.answer.arithmetic import amount_short, computed, of_figure, percent, shown, text_of
from app.answer.candidate import Candidate
from app.answer.classes import Class, class_of, for_others
from app.answer.evidence import Evidence, Ranked
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.matching import quality
from app.model import Bound, Dimension, Figure, Kind, Quantity, Question, Span
from app.text.fold import fold

_SENTENCES = 8
_ABOVE = re.compile("^(?:以上|以外)?的?(?:费用|金额|支出)?(?:的)?(?:部分|部份|余额)")
_OVER = re.compile("(?:超过|超出|高于|满|达到?)(?:上述|规定)?$|扣除")
_KINDS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})


@dataclass(frozen=True, slots=True)
class _Excess:
    """A threshold, the share of what lies above it, the cap, and the words that say for whom."""

    threshold: Figure
    rate: Figure
    cap: Figure | None
    words: str


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What the first fitting rule gives for the money that the question states; at most one."""
    given = read_given(question)
    sums = [quantity for quantity, _ in given.numbers if quantity.dimension is Dimension.MONEY]
    if len(sums) != 1:
        sums = [q for q, _ in given.numbers if q.unit == "" and q.value >= 1000]
    if len(sums) != 1 or question.kind not in _KINDS:
        return []
    asked = asked_of_case(question, given)
    for ranked in _with_rest(evidence):
        rules = list(_rules(ranked))
        own = class_of(question, ranked.view) if rules else None
        rule = _mine(asked, [one for one in rules if not for_others(own, one.words)], own)
        made = rule and _applied(asked, ranked, rule, own, sums[0], evidence)
        if made:
            return [made]
    return []


def _with_rest(evidence: Evidence) -> list[Ranked]:
    """The best sentences, and the one behind each that goes on after a semicolon."""
    found = {(one.view.id, one.sentence.index): one for one in evidence.ranked[:_SENTENCES]}
    for ranked in list(found.values()):
        index = ranked.sentence.index + 1
        after = ranked.view.sentences[index : index + 1]
        if after and after[0].section == ranked.sentence.section:
            found.setdefault((ranked.view.id, index), replace(ranked, sentence=after[0]))
    return list(found.values())


def _rules(ranked: Ranked) -> Iterator[_Excess]:
    """The rules of a sentence, in order."""
    view, figures = ranked.view, ranked.sentence.figures
    start = ranked.sentence.span.start
    for place, figure in enumerate(figures):
        if not _is_threshold(ranked, figure):
            continue
        rest = figures[place + 1 :]
        rate = next((one for one in rest if one.quantity.dimension is Dimension.RATIO), None)
        if rate is None or rate.quantity.unit != "%" or rate.quantity.bound is not Bound.EXACT:
            continue
        cap = None
        for one in rest[rest.index(rate) + 1 :]:
            if _is_threshold(ranked, one):
                break
            if one.quantity.dimension is Dimension.MONEY and one.quantity.bound is Bound.AT_MOST:
                cap = one
                break
        words = fold(view.stored.document.text[start : figure.quantity.span.start]).text
        yield _Excess(figure, rate, cap, words)
        start = (cap or rate).quantity.span.end


def _is_threshold(ranked: Ranked, figure: Figure) -> bool:
    quantity = figure.quantity
    if quantity.dimension is not Dimension.MONEY or quantity.bound is Bound.RANGE:
        return False
    head = fold(ranked.view.quote(figure.head)).text
    text = fold(ranked.view.stored.document.text[figure.clause.start : quantity.span.start]).text
    over = quantity.bound is Bound.AT_LEAST or _OVER.search(text) is not None
    return over and _ABOVE.match(head) is not None


def _mine(asked: Question, rules: list[_Excess], own: Class | None) -> _Excess | None:
    """The rule for the asker: of his class, or the only one, or the one whose words he names."""
    if own is not None:
        named = [rule for rule in rules if own.label in rule.words]
        if named:
            return named[0]
    if len(rules) < 2:
        return rules[0] if rules else None
    scored = [
        sum(term.weight * quality(term, rule.words) for term in asked.terms) for rule in rules
    ]
    best = max(scored)
    return rules[scored.index(best)] if scored.count(best) == 1 else None


def _applied(
    asked: Question,
    ranked: Ranked,
    rule: _Excess,
    own: Class | None,
    money: Quantity,
    evidence: Evidence,
) -> Candidate | None:
    threshold, rate = rule.threshold, rule.rate
    if money.value <= threshold.quantity.value:
        return None
    quote = Span(threshold.clause.start, rate.clause.end)
    start = ground(asked, ranked, quote, evidence, figure=rate)
    if start is None:
        return None
    written = shown(text_of(ranked.view), rate.quantity)
    value = (money.value - threshold.quantity.value) * percent(rate)
    base = f"{amount_short(money.value, '元')} - {amount_short(threshold.quantity.value, '元')}"
    expression = f"({base}) × {written}"
    operands = [start]
    if rule.cap is not None:
        limit = rule.cap.quantity.value
        expression = templates.CAPPED.format(
            expression=expression, value=amount_short(value, "元"), cap=amount_short(limit, "元")
        )
        value = min(value, limit)
        operands.append(of_figure(start, rule.cap))
    if own is not None and own.label in rule.words:
        operands.append(replace(start, sentence=own.sentence, quotes=(own.sentence.span,)))
    return computed("rule", expression, amount_short(value, "元"), operands)
