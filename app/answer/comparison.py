"""Answers that set figures side by side: A x；B y, and sums and differences of named things."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import numbers
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.templates import amount, plain
from app.model import Derivation, Kind, Question, TermRole

_YEAR = re.compile("((?:19|20)[0-9]{2})年?")
_SUM = re.compile("合计|加起来|加在一起|合起来|之和|总和|总共|一共|共")
_FLOOR = 0.55  # what each side must be covered before two numbers are set side by side


def side(question: Question, operand: str) -> Question:
    """The question about one of the things compared: its own words and those that both share."""
    others = " ".join(other for other in question.operands if other != operand)
    terms = tuple(
        term
        if term.text in operand or term.text not in others
        else replace(term, role=TermRole.WEAK, weight=0.0)
        for term in question.terms
    )
    year = _YEAR.fullmatch(operand)
    return replace(
        question,
        kind=Kind.COUNT,
        terms=terms,
        years=(int(year.group(1)),) if year else question.years,
        unit="",
        total=False,
    )


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Both numbers side by side, or their sum or difference when that is asked for."""
    if len(question.operands) != 2:
        return []
    sides = []
    for operand in question.operands:
        best = next(iter(numbers.candidates(side(question, operand), evidence)), None)
        if best is None or best.figure is None or best.coverage.score < _FLOOR:
            return []
        sides.append(best)
    left, right = sides
    if left.figure == right.figure:
        return []
    if question.kind is Kind.DERIVED:
        return [_computed(question, left, right)]
    return [_side_by_side(question, left, right)]


def _joined(left: Candidate, right: Candidate) -> Candidate:
    return replace(
        left,
        quotes=tuple(dict.fromkeys((*left.quotes, *right.quotes))),
        score=min(left.score, right.score),
        coverage=min(left.coverage, right.coverage, key=lambda covered: covered.score),
        others=(right,),
    )


def _side_by_side(question: Question, left: Candidate, right: Candidate) -> Candidate:
    first, second = question.operands
    answer = f"{first} {left.answer}；{second} {right.answer}"
    return replace(_joined(left, right), kind=Kind.COMPARISON, answer=answer)


def _computed(question: Question, left: Candidate, right: Candidate) -> Candidate:
    assert left.figure is not None
    assert right.figure is not None
    first, second = left.figure.quantity, right.figure.quantity
    if _SUM.search(question.full):
        operation, value, sign = "sum", first.value + second.value, "+"
    else:
        operation, value, sign = "difference", abs(first.value - second.value), "-"
        if first.value < second.value:
            first, second = second, first
    expression = f"{plain(first.value)} {sign} {plain(second.value)}"
    return replace(
        _joined(left, right),
        kind=Kind.DERIVED,
        answer=amount(value, first.unit),
        derivation=Derivation(operation, expression, (1, 2)),
    )
