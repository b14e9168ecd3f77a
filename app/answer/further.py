"""Further passages for an answer in words: what else the same document says of the question."""

from __future__ import annotations

from dataclasses import replace

from app.answer.candidate import Candidate
from app.answer.compose import context
from app.answer.evidence import Evidence, is_title
from app.model import Kind, Span

_IN_WORDS = frozenset({Kind.CLAUSE, Kind.MECHANISM, Kind.PURPOSE})
_MOST = 2  # further passages
_BEHIND = 0.3  # how far a sentence may score behind the best one
_LEAST = 8  # characters of a sentence that says something
_LOOKED_AT = 6


def with_further(candidate: Candidate, evidence: Evidence) -> Candidate:
    """`candidate`, an answer in words, with the best sentences that stand elsewhere in its text.

    How a thing is done or why is often told in more than one place; the short answer stays.
    """
    if candidate.kind not in _IN_WORDS or candidate.others or len(candidate.quotes) != 1:
        return candidate
    view = candidate.view
    shown = [context(view, candidate.quotes[0])]
    further: list[Span] = []
    best = evidence.ranked[0].score if evidence.ranked else 0.0
    for ranked in evidence.ranked[:_LOOKED_AT]:
        span = ranked.sentence.span
        if len(further) == _MOST or ranked.score < best - _BEHIND:
            break
        if ranked.view.id != view.id or any(seen.overlaps(span) for seen in shown):
            continue
        if ranked.sentence.asks or is_title(ranked.sentence) or len(span) < _LEAST:
            continue
        further.append(span)
        shown.append(context(view, span))
    return replace(candidate, quotes=(*candidate.quotes, *further)) if further else candidate
