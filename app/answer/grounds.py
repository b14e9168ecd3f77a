"""What a value reckoned for the asker's own case rests on: a span that his question covers.

What he tells of himself (我爸去年住院) need not stand in the text, but one noun of the question
must, the place and the year must be right, and the caller proves how the numbers belong together.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer.arithmetic import resting_on
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.given import Given
from app.answer.scope import out_of_scope
from app.answer.sides import without_computing
from app.model import Figure, Question, Span, TermRole
from app.text.dates import dates

_LEAST = 0.3
_LOCAL = 0.65
_TELLING = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.ACTION, TermRole.QUOTED})
_PERSONS = re.compile(
    "(?:孩子|小孩|娃|宝宝|幼儿|婴幼儿|学生|学员|老人|员工|职工|工人|人员|农民|村民|居民|儿童|人)"
)
_COUNTING = re.compile("^[^0-9A-Za-z][0-9]+$")  # a verb that was not cut from its number: 领8
_SET_ASIDE = re.compile("(?:不计|不算|不含|不包括|不考虑|除开|先不管)([^,。?()的、]{2,8})")
_JOINS = re.compile("^[且并而又]占?")


def asked_of_case(question: Question, given: Given) -> Question:
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
        and not (given.numbers and _COUNTING.search(term.text))
    )
    stated = {mention.year for mention in dates(question.full) if not mention.relative}
    years = tuple(year for year in question.years if year in stated)
    return replace(plain, terms=terms, years=years, unit="", total=False, bound=None, roles=())


def ground(
    asked: Question,
    ranked: Ranked,
    quote: Span,
    evidence: Evidence,
    *,
    figure: Figure | None = None,
    least: float = _LEAST,
) -> Candidate | None:
    """A candidate that rests on `quote`, a span of the sentence of `ranked`; None when the
    question is about another place or year, or hardly about this sentence at all."""
    if any(name in ranked.sentence.text for name in _SET_ASIDE.findall(asked.full)):
        return None
    covered = cover(asked, ranked.view, zones(ranked.view, ranked.sentence))
    telling = [
        value
        for term, value in zip(asked.terms, covered.values, strict=True)
        if term.role in _TELLING and term.weight
    ]
    if covered.score < least or not telling or max(telling) < _LOCAL:
        return None
    start = resting_on(ranked, quote, covered, figure=figure)
    if out_of_scope(asked, start, evidence):
        return None
    return start
