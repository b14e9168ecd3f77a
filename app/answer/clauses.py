"""Answers that are clauses: what, how, why, and whatever has no narrower form."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.view import ClauseView, DocumentView
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

_NEAR = 2.0  # the words beside the question phrase count more
_NEAR_CLAUSE = 10.0  # a question of several clauses asks in the one with its question word
_NOVELTY_SHARE = 0.5
_RELATED = 0.3  # coverage from which what is new counts in full
_NOVELTY_ENOUGH = 24  # new characters that make an answer
_LENGTH_COST = 0.15  # per hundred characters
_LONGEST = 6  # clauses of a run
_BODY = 220  # characters of a section that answer for its heading


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The best sentences, each cut down to the clauses that answer."""
    found = [_candidate(question, ranked) for ranked in evidence.ranked[:_SENTENCES]]
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _candidate(question: Question, ranked: Ranked) -> Candidate:
    span = _body_of_heading(ranked) or answering_run(question, ranked)
    cue = _CUES.get(question.kind)
    bonus = _CUE_BONUS if cue is not None and cue.search(ranked.sentence.text) else 0.0
    return Candidate(
        kind=question.kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer=ranked.view.quote(span),
        quotes=(span,),
        score=ranked.score + bonus,
        coverage=ranked.coverage,
        features={"sentence": ranked.score, "cue": bonus},
    )


def _body_of_heading(ranked: Ranked) -> Span | None:
    """What a section says below its heading, when the sentence found is that heading."""
    sentence, view = ranked.sentence, ranked.view
    if sentence.section is None:
        return None
    section = view.stored.outline.sections[sentence.section]
    if not section.heading_span.contains(sentence.span):
        return None
    first = sentence.index + 1
    last = first
    while last < len(view.sentences) and section.span.contains(view.sentences[last].span):
        if view.sentences[last].span.end - view.sentences[first].span.start > _BODY:
            break
        last += 1
    if last == first:
        return None
    return Span(view.sentences[first].span.start, view.sentences[last - 1].span.end)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A clause with the weight of each question term in it, and how much it says beyond them."""

    part: ClauseView
    values: tuple[float, ...]
    novel: int


def answering_run(question: Question, ranked: Ranked) -> Span:
    """The run of clauses that covers the question and says something beyond it, and no more."""
    sentence = ranked.sentence
    if not sentence.clauses:
        return sentence.span
    factor = _NEAR_CLAUSE if "," in question.full else _NEAR
    near = question.left + question.right
    weights = [term.weight * (factor if term.text in near else 1.0) for term in question.terms]
    total = sum(weights) or 1.0
    weighed = [_weigh(question, part) for part in sentence.clauses]
    best, chosen = -1.0, (0, 0)
    for first in range(len(weighed)):
        for last in range(first, min(len(weighed), first + _LONGEST)):
            score = _run_score(weighed[first : last + 1], weights, total)
            if score > best + 1e-9:
                best, chosen = score, (first, last)
    parts = sentence.clauses
    return _without_label(ranked.view, Span(parts[chosen[0]].span.start, parts[chosen[1]].span.end))


def _run_score(run: list[_Weighed], weights: list[float], total: float) -> float:
    covered = sum(
        weight * max(clause.values[i] for clause in run) for i, weight in enumerate(weights)
    )
    novel = sum(clause.novel for clause in run)
    length = run[-1].part.span.end - run[0].part.span.start
    share = covered / total
    return (
        share
        + _NOVELTY_SHARE
        * min(1.0, share / _RELATED)
        * min(novel, _NOVELTY_ENOUGH)
        / _NOVELTY_ENOUGH
        - _LENGTH_COST * length / 100
    )


def _weigh(question: Question, part: ClauseView) -> _Weighed:
    values = tuple(quality(term, part.text) for term in question.terms)
    return _Weighed(part, values, novelty(question, part.text))


_HAN_OR_DIGIT = re.compile("[^一-鿿0-9a-z]")


def novelty(question: Question, text: str) -> int:
    """How many characters of the folded `text` the question has not already said."""
    rest = text
    for term in question.terms:
        if term.role is TermRole.WEAK:
            continue
        for form, _ in term.forms:
            rest = rest.replace(form, "")
    return len(_HAN_OR_DIGIT.sub("", rest))


def _without_label(view: DocumentView, span: Span) -> Span:
    """`span` without the label of the section that begins there (（九） 二是)."""
    index = view.stored.outline.at(span.start)
    if index is None:
        return span
    section = view.stored.outline.sections[index]
    start = section.span.start + len(section.label)
    return Span(start, span.end) if section.span.start == span.start and start < span.end else span
