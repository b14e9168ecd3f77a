"""Answers that are computed: difference, sum, share, whole from a part and its share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from app.answer import numbers
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.templates import amount, plain
from app.answer.view import DocumentView
from app.model import Derivation, Dimension, Figure, Kind, Question, Role, TermRole
from app.text.fold import fold

_SUM = re.compile("合计|加起来|加在一起|合起来|之和|总和|总共|一共")
_REVERSE = re.compile("倒推|推算|反推|折算|估算")
_TIMES = re.compile("几倍|多少倍")
_EXACT = frozenset({"difference", "sum"})
_TENTH = Decimal("0.1")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Computed values, best first; nothing when an operand is not proved."""
    found = [
        *_change(question, evidence),
        *_whole(question, evidence),
        *_share(question, evidence),
    ]
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _change(question: Question, evidence: Evidence) -> list[Candidate]:
    """由A压减至B: how much it changed."""
    if question.kind is not Kind.DERIVED:
        return []
    found = []
    for start in numbers.candidates(
        replace(question, kind=Kind.COUNT, unit="", roles=(Role.FROM,)), evidence
    ):
        first = start.figure
        if first is None or first.role is not Role.FROM:
            continue
        for second in start.sentence.figures:
            if second.role is Role.TO and second.clause == first.clause:
                found.append(_difference(start, first, second))
    return found


def _difference(start: Candidate, first: Figure, second: Figure) -> Candidate:
    high, low = sorted((first, second), key=lambda figure: -figure.quantity.value)
    value = high.quantity.value - low.quantity.value
    return _computed(start, "difference", value, first.quantity.unit, "{} - {}", (high, low))


def _share(question: Question, evidence: Evidence) -> list[Candidate]:
    """A中B的占比 where the text states both numbers but no ratio."""
    if question.kind not in {Kind.RATIO, Kind.DERIVED} or Role.SHARE not in question.roles:
        return []
    found = []
    for ranked in evidence.ranked[:6]:
        pair = _part_and_whole(question, ranked)
        if pair is None:
            continue
        part, whole = pair
        base = replace(question, kind=Kind.COUNT, unit="")
        start = next(
            (c for c in numbers.candidates(base, Evidence((ranked,), ())) if c.figure == part), None
        )
        if start is None or not whole.quantity.value:
            continue
        value = part.quantity.value / whole.quantity.value * 100
        found.append(_computed(start, "share", value, "%", "{} / {}", (part, whole)))
    return found


def _part_and_whole(question: Question, ranked: Ranked) -> tuple[Figure, Figure] | None:
    """The number named in the question is the whole; the best other one beside it the part."""
    stated = [term for term in question.terms if term.role is TermRole.NUMBER]
    wholes = [
        figure
        for figure in ranked.sentence.figures
        if any(quality(term, _folded(ranked.view, figure)) >= 0.9 for term in stated)
    ]
    if not wholes:
        return None
    whole = wholes[0]
    rest = [term for term in question.terms if term.role is not TermRole.NUMBER]
    scored = []
    for figure in ranked.sentence.figures:
        same = figure.quantity.dimension is whole.quantity.dimension
        if figure == whole or not same or figure.quantity.value > whole.quantity.value:
            continue
        frame = fold(ranked.view.quote(figure.frame)).text
        scored.append((sum(term.weight * quality(term, frame) for term in rest), figure))
    if not scored:
        return None
    score, part = max(scored, key=lambda pair: (pair[0], -pair[1].quantity.span.start))
    needed = sum(term.weight for term in rest if term.role is not TermRole.WEAK)
    return (part, whole) if needed and score / needed >= 0.5 else None


def _whole(question: Question, evidence: Evidence) -> list[Candidate]:
    """A占X的p%: X is asked for, A and p are stated."""
    if question.kind is not Kind.DERIVED or not _REVERSE.search(question.full):
        return []
    found = []
    base = replace(question, kind=Kind.RATIO, roles=(Role.SHARE,))
    for start in numbers.candidates(base, evidence):
        share = start.figure
        if share is None or share.role is not Role.SHARE or share.scope is None:
            continue
        scope = fold(start.view.quote(share.scope)).text
        if not any(quality(term, scope) >= 0.9 for term in question.terms):
            continue
        part = _part_before(start, share)
        if part is None or not share.quantity.value:
            continue
        percent = _percent(share)
        value = part.quantity.value / percent
        found.append(_computed(start, "whole", value, part.quantity.unit, "{} / {}", (part, share)))
    return found


def _percent(share: Figure) -> Decimal:
    return (
        share.quantity.value
        if share.quantity.value < 1 and share.quantity.unit == ""
        else share.quantity.value / 100
    )


def _part_before(start: Candidate, share: Figure) -> Figure | None:
    before = [
        figure
        for figure in start.sentence.figures
        if figure.quantity.span.end <= share.clause.start
        and figure.quantity.dimension in {Dimension.MONEY, Dimension.COUNT, Dimension.MEASURE}
    ]
    return before[-1] if before else None


def _folded(view: DocumentView, figure: Figure) -> str:
    return fold(view.quote(figure.quantity.span)).text


def _rounded(value: Decimal, operation: str, operands: Sequence[Figure]) -> Decimal:
    """A share to one decimal of a percent; else as many digits as the least exact operand has."""
    if operation == "share":
        return value.quantize(_TENTH, ROUND_HALF_UP)
    digits = min(_digits(figure) for figure in operands)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def _digits(figure: Figure) -> int:
    """The significant digits of a figure, closing zeros of the magnitude left out."""
    return max(1, len(figure.quantity.value.normalize().as_tuple().digits))


def _computed(
    start: Candidate,
    operation: str,
    value: Decimal,
    unit: str,
    form: str,
    operands: Sequence[Figure],
) -> Candidate:
    rounded = value if operation in _EXACT else _rounded(value, operation, operands)
    exact = rounded == value
    written = amount(rounded, unit)
    expression = form.format(*(plain(figure.quantity.value) for figure in operands))
    return replace(
        start,
        kind=Kind.DERIVED,
        answer=written if exact else f"约{written}",
        quotes=tuple(dict.fromkeys(figure.clause for figure in operands)),
        derivation=Derivation(operation, expression, tuple(range(1, len(operands) + 1))),
    )
