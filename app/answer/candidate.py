"""A possible answer, with what speaks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.answer.matching import Coverage
from app.answer.view import DocumentView, SentenceView
from app.answer.weights import total
from app.model import Derivation, Figure, Kind, Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer.

    `answer` is the short answer, `quotes` the spans that prove it, in the order in which they are
    cited; `lines` the texts of the statements, one for each quote unless the answer is derived.
    `score` is the sum of `features`, each times its weight in the `group` of the table of weights.
    """

    kind: Kind
    view: DocumentView
    sentence: SentenceView
    answer: str
    quotes: tuple[Span, ...]
    score: float
    coverage: Coverage
    group: str
    features: Mapping[str, float]
    figure: Figure | None = None
    derivation: Derivation | None = None
    notes: tuple[str, ...] = ()
    confidence: float | None = None  # set when the candidate is chosen
    others: tuple[Candidate, ...] = ()  # further candidates that the answer also rests on


def with_features(
    candidate: Candidate, features: Mapping[str, float], group: str | None = None
) -> Candidate:
    """`candidate` with further or other features, and the score that they make.

    With a `group` the features given take the place of all it had.
    """
    kept = {} if group else candidate.features
    group, found = group or candidate.group, {**kept, **features}
    return replace(candidate, group=group, features=found, score=total(group, found))
