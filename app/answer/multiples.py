"""So many times what the asker states: 7个月的本人工资 × 6000元, 余额的15倍, not less than a floor.

The base must be named in the question (月工资, 余额); a base below a stated floor counts as the
floor (不足1万元的按1万元计算).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.answer import numbers
from app.answer.arithmetic import amount_short, computed, of_figure, resting_on
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.given import given
from app.answer.scope import out_of_scope
from app.answer.sides import without_computing
from app.answer.templates import plain
from app.model import Bound, Dimension, Figure, Kind, Quantity, Question, TermRole
from app.text.fold import fold

_SENTENCES = 6
_LEAST = 0.4
_TIMES = re.compile("([^,。;:的按以为]{2,12})的$")
_GENERIC = re.compile("借款|申请人|本人|个人|职工|单位|账户|家庭|上年度?|月均|平均|缴存|实际|月")
_PAY = re.compile("工资|薪酬|月薪|薪水|缴费基数|基数|养老金|收入")
_PAY_ASKED = re.compile("工资|薪|基数|收入|挣")
_PAID = re.compile(
    "的?(?:本人|个人|月|上年度?|基本|缴费|标准|岗位|职工)*(?:工资|薪酬|月薪|基数|养老金)"
)
_MEASURED = re.compile("(?:前|近|连续|过去|最近|满|缴费)$")
_ROWS = 10  # lines of a table below a found one
_MONTHS = frozenset({"个月", "月"})
_FLOOR = re.compile("(?:不足|低于|少于|未达到?)$")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The product of the money stated and the multiple of the first fitting rule; at most one."""
    stated = given(question)
    money = next((q for q, _ in stated.numbers if q.dimension is Dimension.MONEY), None)
    if money is None or question.kind not in {Kind.AMOUNT, Kind.COUNT, Kind.DERIVED}:
        return []
    terms = tuple(term for term in question.terms if term.role is not TermRole.NUMBER)
    asked = without_computing(replace(question, terms=terms, roles=(), bound=None, total=False))
    found = []
    for ranked in _with_rows(evidence):
        for figure in _multiples(ranked, stated.full):
            made = _product(asked, ranked, figure, money, evidence)
            found.extend([made] if made is not None else [])
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


def _with_rows(evidence: Evidence) -> list[Ranked]:
    """The best sentences, and the rows of the tables that follow them."""
    found = {(one.view.id, one.sentence.index): one for one in evidence.ranked[:_SENTENCES]}
    for ranked in list(found.values()):
        first = ranked.sentence.index + 1
        for row in ranked.view.sentences[first : first + _ROWS]:
            if any(figure.cell is not None for figure in row.figures):
                found.setdefault((ranked.view.id, row.index), replace(ranked, sentence=row))
    return list(found.values())


def _multiples(ranked: Ranked, full: str) -> Iterator[Figure]:
    """The multiples of a sentence whose base the question names."""
    view = ranked.view
    for figure in ranked.sentence.figures:
        quantity = figure.quantity
        if quantity.bound is not Bound.EXACT:
            continue
        if quantity.unit == "倍":
            named = _TIMES.search(fold(view.quote(figure.frame)).text)
            base = _GENERIC.sub("", named.group(1)) if named else ""
            if len(base) > 1 and base in full:
                yield figure
        elif quantity.unit in _MONTHS and _PAY_ASKED.search(full) and _is_pay(ranked, figure, full):
            yield figure


def _is_pay(ranked: Ranked, figure: Figure, full: str) -> bool:
    """Whether a number of months is one of months' pay; that of a row which the question names."""
    view = ranked.view
    if figure.cell is not None:
        row = fold(view.quote(figure.frame)).text
        return row in full and _PAY.search(view.quote(figure.cell.column)) is not None
    measured = _MEASURED.search(fold(view.quote(figure.frame)).text) is not None
    return not measured and _PAID.match(fold(view.quote(figure.head)).text) is not None


def _product(
    asked: Question, ranked: Ranked, figure: Figure, money: Quantity, evidence: Evidence
) -> Candidate | None:
    view = ranked.view
    covered = cover(asked, view, zones(view, ranked.sentence))
    if figure.cell is not None:
        kinds = replace(asked, kind=Kind.AMOUNT, dimension=Dimension.DURATION, unit="")
        cells = numbers.candidates(kinds, Evidence((ranked,), evidence.hits))
        covered = next((one.coverage for one in cells if one.figure == figure), covered)
    if covered.score < _LEAST:
        return None
    start = resting_on(ranked, figure.clause, covered, figure=figure)
    if out_of_scope(asked, start, evidence):
        return None
    base, operands = money.value, [of_figure(start, figure)]
    floor = _floor(ranked, money)
    if floor is not None:
        base = floor.quantity.value
        operands.append(of_figure(start, floor))
    times = figure.quantity.value
    value: Decimal = base * times
    expression = f"{amount_short(base, '元')} × {plain(times)}"
    return computed("rule", expression, amount_short(value, "元"), operands)


def _floor(ranked: Ranked, money: Quantity) -> Figure | None:
    """The amount that counts when the one stated is lower: 不足1万元的按1万元计算."""
    for low, counted in zip(ranked.sentence.figures, ranked.sentence.figures[1:], strict=False):
        if low.quantity.dimension is not Dimension.MONEY:
            continue
        below = _FLOOR.search(fold(ranked.view.quote(low.frame)).text) is not None
        same = counted.quantity.value == low.quantity.value
        if below and same and money.value < low.quantity.value:
            return counted
    return None
