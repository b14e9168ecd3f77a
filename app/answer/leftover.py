"""What is left for those whom a sentence names without a number: 其中甲1.2亿元,其余由乙承担."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer.arithmetic import amount_like, computed, resting_on, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.operand import AMOUNTS
from app.answer.scope import out_of_scope
from app.answer.sides import is_range
from app.answer.templates import plain
from app.model import Bound, Dimension, Figure, Kind, Question, Role, TermRole
from app.text.quantities import compatible_units

_SENTENCES = 6
_FLOOR = 0.5
_NAMED = 0.7
_REST = re.compile(
    "(?:其余|其它|其他|剩余|余下|剩下|不足)(?!各|有关|事项|相关|人员均|单位均)[^。;]{2,40}"
)
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE})
_NOUNS = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED, TermRole.ACTION})
_FULL = Decimal(100)


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What is left for those that the rest goes to, when the question is about them."""
    for ranked in evidence.ranked[:_SENTENCES]:
        rest = _REST.search(ranked.sentence.text)
        if rest is None or not _is_of_rest(question, ranked, rest):
            continue
        end = ranked.sentence.original(rest.start(), rest.end()).start
        for made in _left(question, ranked, end):
            if not out_of_scope(question, made, evidence):
                return [made]
    return []


def _is_of_rest(question: Question, ranked: Ranked, rest: re.Match[str]) -> bool:
    """Whether the question names those behind 其余 and none of those before it."""
    absent = [term for term in ranked.coverage.missing if term.role in _NOUNS]
    if ranked.coverage.score < _FLOOR or any(term.role is not TermRole.ACTION for term in absent):
        return False
    terms = [t for t in question.terms if t.role in _NOUNS or t.role is TermRole.WEAK]
    named = [t for t in terms if quality(t, rest.group()) >= _NAMED]
    # 其余由企业自筹: a word of the rest that the sentence has nowhere else.
    own = [t for t in named if quality(t, ranked.sentence.text[: rest.start()]) < _NAMED]
    telling = [t for t in own if t.role in _NOUNS]
    return bool(telling)


def _left(question: Question, ranked: Ranked, end: int) -> Iterator[Candidate]:
    figures = [
        f
        for f in ranked.sentence.figures
        if f.quantity.span.end <= end and f.quantity.bound not in _LIMITS and not is_range(f)
    ]
    if question.kind is Kind.RATIO:
        yield from _share_left(question, ranked, figures)
        return
    for place, whole in enumerate(figures):
        if whole.quantity.dimension not in AMOUNTS or whole.role in {Role.PART, Role.CHANGE}:
            continue
        parts = figures[place + 1 :]
        alike = [p for p in parts if _of_one_unit(whole, p)]
        opened = bool(parts) and (
            parts[0].role is Role.PART or "其中" in ranked.view.quote(parts[0].frame)
        )
        value = whole.quantity.value - sum((p.quantity.value for p in alike), Decimal(0))
        if not opened or len(alike) != len(parts) or value <= 0 or not _fits(question, whole):
            continue
        text = text_of(ranked.view)
        scales = [scale_of(text, f.quantity) for f in (whole, *alike)]
        expression = " - ".join(shown(text, f.quantity) for f in (whole, *alike))
        answer = amount_like(value, whole.quantity.unit, scales)
        yield _made(question, ranked, expression, answer, (whole, *alike))
        return


def _share_left(
    question: Question, ranked: Ranked, figures: Sequence[Figure]
) -> Iterator[Candidate]:
    """100% less the shares stated."""
    parts = [f for f in figures if f.quantity.unit == "%" and f.role is not Role.CHANGE]
    value = _FULL - sum((p.quantity.value for p in parts), Decimal(0))
    if not parts or len(parts) != len(figures) or not 0 < value < _FULL:
        return
    text = text_of(ranked.view)
    expression = " - ".join(("100%", *(shown(text, p.quantity) for p in parts)))
    yield _made(question, ranked, expression, f"{plain(value)}%", parts)


def _fits(question: Question, whole: Figure) -> bool:
    """Whether the whole is of the unit asked for."""
    unit = question.unit
    if whole.quantity.dimension is Dimension.MONEY:
        return not unit or unit == "元" or question.kind is Kind.AMOUNT
    if question.kind is Kind.AMOUNT and question.dimension is Dimension.MONEY:
        return False
    return not unit or unit == "个" or compatible_units(unit, whole.quantity.unit)


def _of_one_unit(whole: Figure, part: Figure) -> bool:
    left, right = whole.quantity, part.quantity
    return left.dimension is right.dimension and (
        left.unit == right.unit or compatible_units(left.unit, right.unit)
    )


def _made(
    question: Question, ranked: Ranked, expression: str, answer: str, figures: Sequence[Figure]
) -> Candidate:
    start = resting_on(ranked, ranked.sentence.span, ranked.coverage)
    return computed("rest", expression, answer, [replace(start, figure=f) for f in figures])
