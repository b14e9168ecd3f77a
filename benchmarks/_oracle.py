"""The ranking formula in double precision over every passage: nothing is skipped, nothing bounded.

It shares with the service the constants, the idf and what a title's place costs, but neither its
index nor its bounds. Only postings of terms that some query asks for are kept, so that a million
passages fit in memory.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _engines_tokens import Entry, Query, read_batches
from numpy.typing import NDArray

from app.search.bm25 import (
    DOCUMENT_SHAPE,
    DOCUMENT_WEIGHT,
    FIELD_WEIGHTS,
    FIELDS,
    PASSAGE_SHAPE,
    Vector,
    idf,
)
from app.search.ranking import RERANKED
from app.search.titles import kept_share

_CLOSE = 1.0 - 1e-9  # two orders of adding up the same numbers


@dataclass(frozen=True, slots=True)
class Best:
    """What a list of ten must reach: the score of each passage, and the tenth best score."""

    scores: Vector
    tenth: float

    def share(self, numbers: Sequence[int]) -> float:
        """The share of `numbers` whose passage scores no less than the tenth best."""
        wanted = min(10, int(np.count_nonzero(self.scores > 0)))
        right = sum(self.scores[number] >= self.tenth * _CLOSE for number in set(numbers))
        return right / wanted if wanted else 1.0


class Oracle:
    """All passages of a file of tokens, ready to be scored for `queries`."""

    def __init__(self, tokens: Path, fields: str, queries: Iterable[Query]) -> None:
        asked = list(queries)
        self._postings: list[dict[str, tuple[array[int], array[int]]]] = [
            {term: (array("I"), array("I")) for query in asked for term in query.words},
            {term: (array("I"), array("I")) for query in asked for term in query.bigrams},
        ]
        lengths: list[tuple[int, int]] = []
        documents: dict[str, int] = {}
        self._document_of = array("I")
        self._places: list[tuple[str, ...]] = []
        for batch in read_batches(tokens, fields):
            for entry in batch:
                self._take(entry)
                lengths.append((len(entry.words), len(entry.bigrams)))
                if entry.source not in documents:
                    documents[entry.source] = len(documents)
                    self._places.append(entry.places)
                self._document_of.append(documents[entry.source])
        self._of: NDArray[np.uint32] = np.frombuffer(self._document_of, np.uint32)
        self._lengths: Vector = np.array(lengths, np.float64)
        self._document_lengths: Vector = np.stack(
            [np.bincount(self._of, self._lengths[:, field]) for field in FIELDS], axis=1
        )

    def passages(self, query: Query) -> Best:
        """By the BM25 of the passage alone."""
        scores = self._passage_scores(query)
        return Best(scores, _tenth(scores))

    def ranked(self, query: Query) -> Best:
        """By the whole formula: the best passages anew, with their documents and titles."""
        scores = self._passage_scores(query)
        order = np.argsort(-scores, kind="stable")[:RERANKED]
        head = order[scores[order] > 0]
        documents = self._document_scores(query)
        asked = frozenset([*query.words, *query.bigrams])
        final = np.zeros(len(scores))
        for number in head.tolist():
            document = self._document_of[number]
            both = scores[number] + DOCUMENT_WEIGHT * documents[document]
            final[number] = both * kept_share(self._places[document], asked)
        return Best(final, _tenth(final))

    def _take(self, entry: Entry) -> None:
        for field, terms in zip(FIELDS, (entry.words, entry.bigrams), strict=True):
            postings = self._postings[field]
            for term, count in Counter(terms).items():
                if term in postings:
                    postings[term][0].append(entry.number)
                    postings[term][1].append(count)

    def _passage_scores(self, query: Query) -> Vector:
        scores = np.zeros(len(self._lengths))
        for field, numbers, counts in self._held(query):
            lengths = self._lengths[:, field]
            relative = lengths[numbers] / max(1.0, lengths.mean())
            against = PASSAGE_SHAPE.k1 * (1 - PASSAGE_SHAPE.b + PASSAGE_SHAPE.b * relative)
            weight = FIELD_WEIGHTS[field] * idf(len(scores), len(numbers))
            scores[numbers] += weight * counts * (PASSAGE_SHAPE.k1 + 1) / (counts + against)
        return scores

    def _document_scores(self, query: Query) -> Vector:
        """BM25 of every document as a whole, among the documents."""
        scores = np.zeros(len(self._document_lengths))
        for field, numbers, passage_counts in self._held(query):
            counts = np.bincount(self._of[numbers], passage_counts, len(scores))
            lengths = self._document_lengths[:, field]
            relative = lengths / max(1.0, lengths.mean())
            against = DOCUMENT_SHAPE.k1 * (1 - DOCUMENT_SHAPE.b + DOCUMENT_SHAPE.b * relative)
            weight = FIELD_WEIGHTS[field] * idf(len(scores), int(np.count_nonzero(counts)))
            scores += weight * counts * (DOCUMENT_SHAPE.k1 + 1) / (counts + against)
        return scores

    def _held(self, query: Query) -> Iterable[tuple[int, NDArray[np.uint32], Vector]]:
        """Field, passages and counts of each term of `query` that stands anywhere."""
        for field, terms in zip(FIELDS, (query.words, query.bigrams), strict=True):
            for term in terms:
                numbers, counts = self._postings[field][term]
                if numbers:
                    found = np.frombuffer(numbers, np.uint32)
                    yield field, found, np.frombuffer(counts, np.uint32).astype(np.float64)


def _tenth(scores: Vector) -> float:
    """The tenth best score, or the last one above 0 when there are fewer."""
    positive = scores[scores > 0]
    if not len(positive):
        return 0.0
    place = min(10, len(positive))
    return float(np.partition(positive, -place)[-place])
