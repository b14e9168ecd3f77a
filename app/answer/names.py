"""Answers that are one name: a date, a person, an organisation, a place."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from app.answer import charter, labelled
from app.answer.agents import agents, asks_payer
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.matching import Zone, quality
from app.answer.moments import moments
from app.answer.named import Named
from app.answer.places import asks_receiver, places
from app.answer.stretch import asked_of, is_heading
from app.answer.view import ClauseView
from app.answer.weights import total
from app.model import Kind, Question, Span

_GROUP = "name"
_SENTENCES = 8
_BEHIND = 0.5  # how far a sentence may score behind the best one
_SAME = 0.02  # names of other documents that score within this say something of their own
_THROUGHOUT = 0.6  # what a word is worth that stands anywhere in a document
_DOES = 0.5  # quality from which a sentence says what is to be done there
_TIME_FIELD = re.compile("(?:^|:)(?:时间|日期):")
_SURE = 0.75  # coverage from which two documents may be said to answer differently


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Names of the kind asked for, in the clauses that cover the question best."""
    own = charter.candidates(question, evidence) or labelled.candidates(question, evidence)
    if own:
        return own
    best = evidence.ranked[0].score if evidence.ranked else 0.0
    found: list[Candidate] = []
    # Who pays and where to apply is often said far from what is paid or given.
    far = asks_payer(question) or (question.kind is Kind.PLACE and asks_receiver(question))
    looked_at = evidence.ranked if far else evidence.ranked[:_SENTENCES]
    for ranked in looked_at:
        if ranked.score >= best - _BEHIND:
            found.extend(_of_sentence(question, ranked))
    if not found and far and question.kind is Kind.PLACE:
        found = _received(question, evidence)
    found.sort(key=lambda candidate: -candidate.score)
    return [_with_others(found[0], found), *found[1:]] if found else []


def _with_others(best: Candidate, found: list[Candidate]) -> Candidate:
    """Joins the names that other documents give with the same right."""
    if best.coverage.score < _SURE:
        return best
    others: dict[str, Candidate] = {}
    for candidate in found:
        equal = candidate.coverage.missing == best.coverage.missing
        near = best.score - candidate.score <= _SAME
        if candidate.view.id != best.view.id and candidate.answer != best.answer and equal and near:
            others.setdefault(candidate.view.id, candidate)
    return replace(best, others=tuple(others.values()))


def _of_sentence(question: Question, ranked: Ranked) -> list[Candidate]:
    sentence = ranked.sentence
    weights = sum(term.weight for term in question.terms) or 1.0
    found = []
    beside = [question.terms[place] for place in asked_of(question).beside]
    own = " ".join((sentence.text, *sentence.headings))
    apart = beside != [] and not any(quality(term, own) >= _DOES for term in beside)
    for before, part in pairwise((None, *sentence.clauses)):
        assert part is not None
        if (
            apart
            and question.kind is Kind.DATE
            and _TIME_FIELD.search(f"{before.text if before else part.text}:{part.text}")
        ):
            continue  # the time of what it stands under, which is something else
        near = max((quality(term, part.text) for term in beside[-1:]), default=0.0)
        local = sum(term.weight * quality(term, part.text) for term in question.terms) / weights
        for named in _named(question, ranked, before, part):
            text = ranked.view.quote(named.span)
            if text in question.full:
                continue
            features = {
                "sentence": ranked.score,
                "clause": local,
                "beside": named.bonus,
                "near": near,
                "missing": float(len(ranked.coverage.missing)),
                "other_year": float(_of_other_year(question, ranked)),
                "title": float(is_heading(sentence)),
            }
            found.append(
                Candidate(
                    kind=question.kind,
                    view=ranked.view,
                    sentence=sentence,
                    answer=text,
                    quotes=(part.span,),
                    score=total(_GROUP, features),
                    coverage=ranked.coverage,
                    group=_GROUP,
                    features=features,
                )
            )
    return found


def _of_other_year(question: Question, ranked: Ranked) -> bool:
    year = ranked.view.year
    return bool(question.years) and year is not None and year not in question.years


def _received(question: Question, evidence: Evidence) -> list[Candidate]:
    """Where to apply, said once for all that a document gives: the sentence need not name it."""
    of_year = (one for one in evidence.ranked if not _of_other_year(question, one))
    best = next(of_year, None)
    if best is None:
        return []
    found: list[Candidate] = []
    beside = [question.terms[place] for place in asked_of(question).beside]
    for sentence in best.view.sentences:
        if not any(quality(term, sentence.text) >= _DOES for term in beside):
            continue
        around = [*zones(best.view, sentence), Zone(best.view.text, _THROUGHOUT)]
        covered = cover(question, best.view, around)
        ranked = replace(best, sentence=sentence, coverage=covered, score=covered.score)
        found.extend(_of_sentence(question, ranked))
    return found if len({one.answer for one in found}) == 1 else []


def _named(
    question: Question, ranked: Ranked, before: ClauseView | None, part: ClauseView
) -> list[Named]:
    text = ranked.view.stored.document.text
    if question.kind is Kind.DATE:
        return moments(question, text, part.span)
    ahead: Span | None = before.span if before is not None else None
    if question.kind is Kind.PLACE:
        return places(question, text, part.span, ahead)
    return agents(question, text, part.span, ahead)
