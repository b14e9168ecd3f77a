"""A number together with its change: 预算安排多少, 比上年增加多少."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import numbers
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import weighted
from app.answer.number_span import answer_span
from app.answer.templates import JOINED
from app.model import Figure, Kind, Question, Role, Span

_TWOFOLD = re.compile(
    "^(?P<first>.{2,}?(?:多少|几)[^,。?]{0,8}?)[,、;? ]*(?:和|并|又|还|以及)?"
    "(?:同比|环比|[比较与和][^,。?]{1,8}?(?:相比)?)[,、]?(?:[^,。?]{0,6}?)"
    "(?:增加|增长|减少|下降|提高|上升|降低|上涨|下跌|增|减|涨|降|多|少)(?:了|幅|率)?[^,。?]{0,4}?"
    "(?:多少|几|百分之几)"
)
_NEAR = 1  # sentences behind that of the number in which its change may stand


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The number asked for first, joined with the change that the text states right behind it."""
    asked = _TWOFOLD.search(question.full)
    if asked is None:
        return []
    first = asked.group("first")
    terms = tuple(term for term in question.terms if term.text in first)
    kind = Kind.COUNT if question.kind is Kind.DERIVED else question.kind
    alone = replace(question, full=first, roles=(), terms=terms, kind=kind)
    for found in numbers.candidates(alone, evidence)[:1]:
        change = _behind(found)
        if change is not None:
            said = found.view.quote(answer_span(found.view, change))
            quotes = (*found.quotes, change.clause)
            answer = JOINED.join((found.answer, said))
            values = iter(found.coverage.values)
            covered = weighted(
                question.terms, tuple(next(values) if t in terms else 1.0 for t in question.terms)
            )
            return [replace(found, answer=answer, quotes=_once(quotes), coverage=covered)]
    return []


def _behind(found: Candidate) -> Figure | None:
    """The change stated next behind the number, in its sentence or the one after."""
    assert found.figure is not None
    start = found.figure.quantity.span.end
    last = min(len(found.view.sentences), found.sentence.index + _NEAR + 1)
    for sentence in found.view.sentences[found.sentence.index : last]:
        if sentence.section != found.sentence.section:
            break
        for figure in sentence.figures:
            if figure.quantity.span.start < start:
                continue
            return figure if figure.role is Role.CHANGE else None
    return None


def _once(quotes: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans without those that lie in another one."""
    return tuple(
        one
        for one in dict.fromkeys(quotes)
        if not any(other != one and other.contains(one) for other in quotes)
    )
