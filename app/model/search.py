"""The index of passages, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.model.documents import Passage
from app.model.spans import Span


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be searched. Empty tuples and None do not restrict."""

    collections: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    places: tuple[str, ...] = ()  # folded names of places that a document is about
    in_force_on: date | None = None  # leaves out what is not in force on that day
    repealed_ids: tuple[str, ...] = ()  # repealed by other documents, whatever they say themselves


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what the index needs to find and filter it.

    `words` and `bigrams` are the terms of text and headings in reading order, repetitions kept.
    `title_places` are those that the document's title names, without suffix.
    """

    passage: Passage
    sort_key: str  # the document's source path: equal scores come in this order, then by start
    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    collection: str
    region: str | None
    issuer: str | None
    status: str
    issued_on: date | None
    places: tuple[str, ...] = ()  # folded names of the places that the document is about
    title_places: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()  # each of several authorities; `issuer` joins them
    effective_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The terms to look for, stop words already dropped, each with its weight."""

    words: tuple[tuple[str, float], ...]
    bigrams: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its BM25 score, and the query terms that it holds."""

    passage: Passage
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first. `total` is exact when a count was asked for, else None."""

    hits: tuple[Hit, ...]
    total_at_least: int
    total: int | None


class SearchIndex(Protocol):
    """The passages of one version of the corpus, found by their terms.

    Ranking depends on the passages that are live, never on how they came in.
    """

    def search(
        self,
        query: SearchQuery,
        filters: Filters,
        limit: int,
        offset: int = 0,
        count: bool = False,
    ) -> SearchResult:
        """The best passages for `query`, exact BM25 over live statistics, ties in corpus order."""

    def frequency(self, term: str) -> int:
        """How many live passages hold `term` as a word."""

    @property
    def size(self) -> int:
        """How many live passages there are."""

    def close(self) -> None:
        """Release files and locks."""


class Vocabulary(Protocol):
    """What the question and answer stages may ask about the corpus as a whole."""

    @property
    def size(self) -> int:
        """How many passages there are."""

    def frequency(self, term: str) -> int:
        """How many passages hold `term` as a word."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A hit as shown to a reader; `highlights` are spans of the document's text."""

    passage: Passage
    title: str
    text: str
    highlights: tuple[Span, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchReply:
    """What a search gives back, best first."""

    hits: tuple[SearchHit, ...]
    total_at_least: int
    total: int | None


@dataclass(frozen=True, slots=True)
class QuoteClaim:
    """A quotation to check against the corpus."""

    document_id: str
    span: Span
    quote: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class QuoteVerdict:
    """Whether a quotation stands: ok, changed, moved, gone or mismatch, and where it stands now."""

    valid: bool
    reason: str
    span: Span | None
