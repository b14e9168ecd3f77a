"""How many days a stretch lasts whose first and last day the text states."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from app.answer import templates
from app.answer.arithmetic import computed, resting_on
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.matching import Coverage
from app.answer.refusal import judge
from app.model import DateMention, Dimension, Kind, Question, Span, TermRole
from app.text.dates import dates

_SENTENCES = 4
_ASKED = re.compile("(?:几|多少)天")
_WHOLE = re.compile("一共|总共|共|前后|持续|为期|开放|历时|有")
_BETWEEN = re.compile(r"\s*(?:起|开始)?\s*(?:至|到|-|—+|－|~|～|–)\s*")
_LEAP_YEAR = 2000  # for days without a year; a stretch over the end of February needs its year
_FLOOR = 0.6
_MOST_DAYS = 400


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The length of the stretch that the best covered sentence states, both ends counted."""
    if not (_ASKED.search(question.full) and _WHOLE.search(question.full)):
        return []
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for first, last, clause in _stretches(ranked):
            made = _counted(question, ranked, first, last, clause, evidence)
            found.extend([made] if made is not None else [])
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


def _stretches(ranked: Ranked) -> Iterator[tuple[DateMention, DateMention, Span]]:
    """Two days with 至 between them, and the part of the sentence that holds them."""
    text = ranked.view.stored.document.text
    mentions = dates(text, ranked.sentence.span)
    for first, last in itertools.pairwise(mentions):
        if first.day is None or last.day is None:
            continue
        if _BETWEEN.fullmatch(text, first.span.end, last.span.start):
            yield first, last, ranked.sentence.span


def _counted(
    question: Question,
    ranked: Ranked,
    first: DateMention,
    last: DateMention,
    quote: Span,
    evidence: Evidence,
) -> Candidate | None:
    days = _days(first, last)
    covered = cover(question, ranked.view, zones(ranked.view, ranked.sentence))
    if days is None or not _covers(question, covered):
        return None
    start = resting_on(ranked, quote, covered)
    asked = replace(question, kind=Kind.DERIVED, dimension=Dimension.DURATION)
    if judge(asked, start, evidence) is not None:
        return None
    text = ranked.view.stored.document.text
    expression = templates.DAYS.format(first=first.span.of(text), last=last.span.of(text))
    return computed("days", expression, f"{days}天", (start,))


def _covers(question: Question, covered: Coverage) -> bool:
    nouns = {TermRole.CONTENT, TermRole.HEAD, TermRole.PLACE, TermRole.ACTION}
    return covered.score >= _FLOOR and not any(term.role in nouns for term in covered.missing)


def _days(first: DateMention, last: DateMention) -> int | None:
    """The days from `first` to `last`, both counted; None when the text does not tell them."""
    start, end = _date(first, first, last), _date(last, first, last)
    if start is None or end is None or end < start:
        return None
    unknown = first.year is None and last.year is None
    if unknown and start.month <= 2 < end.month:
        return None
    days = (end - start).days + 1
    return days if days <= _MOST_DAYS else None


def _date(mention: DateMention, first: DateMention, last: DateMention) -> date | None:
    year = mention.year or first.year or last.year or _LEAP_YEAR
    month = mention.month or first.month
    if month is None or mention.day is None:
        return None
    try:
        return date(year, month, mention.day)
    except ValueError:
        return None
