"""The embedded search index: tantivy finds, SQLite keeps statistics and passages, we rank.

An index is a few unchanging segments (`app.search.tantivy_index_builder` writes them), each with
the ids of those of its documents that are no longer live. Changing the corpus adds a segment, or
an id; segments that are shared by two indexes are open once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice

from app.model import Filters, SearchQuery, SearchResult
from app.search.bm25 import WORDS
from app.search.ranking import Part, live_terms, live_totals, rank, resolve
from app.search.store import NOTHING_LOST, Lost
from app.search.tantivy_index_segment import Segment, guarded, proposer

DEEPEST_HIT = 1_000
"""The largest `offset + limit` of a search."""

MOST_TERMS = 256
"""How many terms per field a query may have; further ones are left out."""

_REMEMBERED = 10_000
"""How many answers of `frequency` are kept."""


@dataclass(frozen=True, slots=True)
class LiveSegment:
    """A segment, the ids of its documents that are not live, and what goes with them."""

    segment: Segment
    gone: tuple[str, ...] = ()
    lost: Lost = NOTHING_LOST

    @classmethod
    def without(
        cls, segment: Segment, gone: Sequence[str], former: LiveSegment | None = None
    ) -> LiveSegment:
        """`segment` without the documents `gone`, whose vectors are read.

        `former` is the same segment without fewer documents: theirs are not read again.
        """
        if not gone:
            return cls(segment)
        known = former is not None and set(former.gone) <= set(gone)
        before = former if known and former is not None else cls(segment)
        with guarded(segment.folder):
            more = segment.store.lost(sorted(set(gone) - set(before.gone)))
        return cls(segment, tuple(gone), before.lost.joined(more))


class TantivyIndex:
    """A `SearchIndex` over segments on disk. Safe to use from several threads.

    Every method raises `IndexUnusable` when it meets damage. Segments may be shared with other
    indexes.
    """

    def __init__(self, segments: Sequence[LiveSegment]) -> None:
        self._segments = tuple(segments)
        self._parts = tuple(Part(each.segment.store, each.lost) for each in segments)
        self._totals = live_totals(self._parts)
        self._frequencies: dict[str, int] = {}

    def search(
        self,
        query: SearchQuery,
        filters: Filters,
        limit: int,
        offset: int = 0,
        count: bool = False,
    ) -> SearchResult:
        """The best passages for `query`, exact BM25 over live statistics, ties in corpus order.

        A hit holds a word or a bigram of the query; `total` counts the passages that do. Raises
        `ValueError` when `limit` or `offset` is negative or their sum is above `DEEPEST_HIT`.
        """
        if limit < 0 or offset < 0 or limit + offset > DEEPEST_HIT:
            raise ValueError(
                f"limit {limit} and offset {offset} must not be negative, nor above"
                f" {DEEPEST_HIT} together; narrow the search with filters"
            )
        asked = [list(islice(terms, MOST_TERMS)) for terms in (query.words, query.bigrams)]
        with self._guarded():
            terms = resolve(self._parts, self._totals, asked)
            if not terms:
                return SearchResult((), 0, 0 if count else None)
            proposers = [
                proposer(each.segment, part, self._totals, terms, filters)
                for part, each in enumerate(self._segments)
            ]
            wanted = offset + limit
            hits = rank(self._parts, self._totals, terms, proposers, wanted) if limit else []
            total = None
            if count:
                total = sum(
                    each.segment.count(terms, part, filters, each.gone)
                    for part, each in enumerate(self._segments)
                )
            # Proposals of documents that are not live are not counted apart; all may be such.
            seen = sum(
                max(0, each.seen - part.lost.totals.passages)
                for each, part in zip(proposers, self._parts, strict=True)
            )
            return SearchResult(tuple(hits[offset:]), max(total or 0, seen, len(hits)), total)

    def frequency(self, term: str) -> int:
        """How many live passages hold `term` as a word."""
        known = self._frequencies.get(term)
        if known is not None:
            return known
        with self._guarded():
            found = live_terms(self._parts, WORDS, [term]).get(term)
            frequency = found[1] if found else 0
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            self._frequencies[term] = frequency
            return frequency

    @property
    def size(self) -> int:
        """How many live passages there are."""
        return self._totals.passages

    def check(self) -> None:
        """Compare the two parts of each segment term by term; raises `IndexUnusable` when they
        differ.

        Reads everything: some seconds for 100,000 passages.
        """
        for each in self._segments:
            each.segment.check()

    def close(self) -> None:
        """Release the files of the segments, whoever else uses them."""
        for each in self._segments:
            each.segment.close()

    def _guarded(self) -> AbstractContextManager[None]:
        """Which segment is damaged is not known here; the folder of the first is named."""
        return guarded(self._segments[0].segment.folder) if self._segments else nullcontext()
