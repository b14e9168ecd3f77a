"""A possible answer, with what speaks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.answer.matching import Coverage
from app.answer.view import DocumentView, SentenceView
from app.model import Derivation, Figure, Kind, Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer.

    `answer` is the short answer, `quotes` the spans that prove it, in the order in which they are
    cited; `lines` the texts of the statements, one for each quote unless the answer is derived.
    `features` are the named parts of `score`.
    """

    kind: Kind
    view: DocumentView
    sentence: SentenceView
    answer: str
    quotes: tuple[Span, ...]
    score: float
    coverage: Coverage
    features: Mapping[str, float] = field(default_factory=dict)
    figure: Figure | None = None
    derivation: Derivation | None = None
    notes: tuple[str, ...] = ()
    others: tuple[Candidate, ...] = ()  # further candidates that the answer also rests on
