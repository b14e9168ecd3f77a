"""Answers that are clauses: what, how, why, and whatever has no narrower form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.view import ClauseView
from app.model import Kind, Question, Span, TermRole

_SENTENCES = 6
_WHY = re.compile("为了?|旨在|以便|确保|由于|因为?|鉴于|目的|促进|推动|避免|防止|考虑到")
_HOW = re.compile("通过|采取|采用|按照|依据|根据|实行|可|应|由|以|经|凭|建立")
_WHAT = re.compile("是|指|即|包括|属于|作为|称|为")
_CUES: dict[Kind, re.Pattern[str]] = {
    Kind.PURPOSE: _WHY,
    Kind.MECHANISM: _HOW,
    Kind.DEFINITION: _WHAT,
}
_CUE_BONUS = 0.05
_TRAILING = "。；;，,！!？?：:"
_NEAR = 2.0
_NEAR_CLAUSE = 10.0  # a question of several clauses asks in the one with its question word
_NEW = 0.35  # share of the question's weight that a leading clause must bring to be kept


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The best sentences, each cut down to the clauses that answer."""
    found = [_candidate(question, ranked) for ranked in evidence.ranked[:_SENTENCES]]
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _candidate(question: Question, ranked: Ranked) -> Candidate:
    span = answering_run(question, ranked.sentence.clauses, ranked.sentence.span)
    text = ranked.view.quote(span)
    cue = _CUES.get(question.kind)
    bonus = _CUE_BONUS if cue is not None and cue.search(ranked.sentence.text) else 0.0
    return Candidate(
        kind=question.kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer=text,
        quotes=(span,),
        score=ranked.score + bonus,
        coverage=ranked.coverage,
        features={"sentence": ranked.score, "cue": bonus},
    )


def answering_run(question: Question, parts: Sequence[ClauseView], whole: Span) -> Span:
    """The run of clauses that covers the question and says something beyond it.

    It begins with the clause that covers most, is widened to the left by clauses that bring
    further words of the question, and to the right by at most the clauses that go on about it.
    """
    if len(parts) <= 1:
        return _stripped(parts[0].span if parts else whole)
    gains = [_gain(question, part) for part in parts]
    total = sum(term.weight for term in question.terms) or 1.0
    best = max(range(len(parts)), key=lambda i: (gains[i], -i))
    first = last = best
    covered = gains[best]
    for i in range(best - 1, -1, -1):
        if gains[i] / total < _NEW or covered / total > 0.9:
            break
        first, covered = i, covered + gains[i]
    if question.kind in {Kind.MECHANISM, Kind.PURPOSE, Kind.CLAUSE} and _only_repeats(
        question, parts[last]
    ):
        last = min(last + 1, len(parts) - 1)
    return Span(parts[first].span.start, parts[last].span.end)


def _gain(question: Question, part: ClauseView) -> float:
    """What a clause covers; the words in the clause of the question phrase count twice."""
    near = question.left + question.right
    factor = _NEAR_CLAUSE if "," in question.full else _NEAR
    return sum(
        term.weight * (factor if term.text in near else 1.0) * quality(term, part.text)
        for term in question.terms
    )


def _only_repeats(question: Question, part: ClauseView) -> bool:
    """Whether a clause says hardly more than the question itself."""
    rest = part.text
    for term in question.terms:
        if term.role is TermRole.WEAK:
            continue
        for form, _ in term.forms:
            rest = rest.replace(form, "")
    return len(re.sub("[^一-鿿0-9]", "", rest)) < 6


def _stripped(span: Span) -> Span:
    return span


def without_stop(text: str) -> str:
    """`text` without its closing punctuation."""
    return text.rstrip(_TRAILING)
