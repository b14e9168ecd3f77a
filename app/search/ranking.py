"""From proposed passages to ranked hits, by exact scores over live statistics.

An index consists of segments, each with its own engine, numbers and counts; documents that are no
longer live still stand in their segment. An engine proposes passages of its segment with its own
approximate scores. Each proposal carries the most that its exact score can be; every passage whose
bound reaches the wanted place is scored exactly, over the live statistics of all segments. So the
ranking is that of scoring everything, and depends neither on the order in which the passages came
in, nor on how they are spread over segments, nor on what has been deleted.

Ranking has two steps. All passages are ordered by their own BM25. The first `RERANKED` of them are
then ordered anew: a passage is worth more when its whole document holds the rest of the question
too (place, agency, title), and less when its title names a place that the query leaves out
(`app.search.titles`). Equal scores go by `sort_key`, then by start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from app.model import Hit
from app.search.bm25 import (
    DOCUMENT_SHAPE,
    DOCUMENT_WEIGHT,
    FIELD_WEIGHTS,
    FIELDS,
    PASSAGE_SHAPE,
    Shape,
    Vector,
    added_up,
    discount,
    idf,
)
from app.search.store import Lost, StoreReader, Totals
from app.search.titles import kept_share
from app.search.vectors import Places, VectorReader

RERANKED = 70
"""How many of the best passages are ordered anew with what is known of their document."""

_DEEPEST = 50_000
"""Where the search for further candidates ends, so that no question can take for ever."""

_SHALLOWEST = 50
_LARGE = 50_000  # passages of a segment whose search is worth a thread

_UNHELD = 0
"""The number of a term that a segment does not hold: no vector has it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The statistics of one segment, and what its documents that are not live take from them."""

    store: StoreReader
    lost: Lost


@dataclass(frozen=True, slots=True)
class Term:
    """A query term that live passages hold, with its weight and its live idf.

    `numbers` are its numbers in the segments, 0 in one that does not hold it.
    """

    text: str
    field: int
    numbers: tuple[int, ...]
    weight: float
    passage_idf: float
    document_idf: float


@dataclass(frozen=True, slots=True)
class Proposals:
    """Passages of one segment that may be among the best, by number, and the most that each can
    score.

    `beyond` is the most that any passage left out can score; 0 when none was left out.
    """

    numbers: Places
    bounds: Vector
    beyond: float


Propose = Callable[[int], Proposals]
"""Given how many passages to look at, the proposals of one segment's engine."""


@dataclass(frozen=True, slots=True)
class _Scored:
    """Passages with their scores: an entry, or a row, for each of them.

    `parts` are positions of segments, `numbers` and `documents` are numbers in them; `counts` has
    a column per query term.
    """

    parts: Places
    numbers: Places
    documents: Places
    scores: Vector
    counts: Vector

    def __getitem__(self, chosen: Places) -> _Scored:
        return _Scored(
            self.parts[chosen],
            self.numbers[chosen],
            self.documents[chosen],
            self.scores[chosen],
            self.counts[chosen],
        )


def live_totals(parts: Sequence[Part]) -> Totals:
    """How much there is in all segments together, without what is not live."""
    kept = [(part.store.totals, part.lost.totals) for part in parts]
    return Totals(
        sum(all_.passages - lost.passages for all_, lost in kept),
        sum(all_.documents - lost.documents for all_, lost in kept),
        sum(all_.words - lost.words for all_, lost in kept),
        sum(all_.bigrams - lost.bigrams for all_, lost in kept),
    )


def resolve(
    parts: Sequence[Part], totals: Totals, query: Sequence[Sequence[tuple[str, float]]]
) -> list[Term]:
    """The live terms of a query, given per field. Weights of a repeated term are added up."""
    found = []
    for field in FIELDS:
        weights: dict[str, float] = {}
        for text, weight in query[field]:
            weights[text] = weights.get(text, 0.0) + weight
        held = live_terms(parts, field, [text for text in weights if weights[text] > 0.0])
        for text, (numbers, passages, documents) in held.items():
            found.append(
                Term(
                    text,
                    field,
                    numbers,
                    weights[text] * FIELD_WEIGHTS[field],
                    idf(totals.passages, passages),
                    idf(totals.documents, documents),
                )
            )
    return found


def live_terms(
    parts: Sequence[Part], field: int, texts: Sequence[str]
) -> dict[str, tuple[tuple[int, ...], int, int]]:
    """Of those terms that live passages hold, in the order of `texts`: their numbers in the
    segments, and how many live passages and documents hold them."""
    rows = [part.store.terms(field, texts) for part in parts]
    found = {}
    for text in texts:
        numbers = []
        passages = documents = 0
        for part, held in zip(parts, rows, strict=True):
            row = held.get(text)
            numbers.append(row.number if row else _UNHELD)
            if row:
                passages += row.passages - part.lost.passages_of[row.number]
                documents += row.documents - part.lost.documents_of[row.number]
        if passages > 0:
            found[text] = tuple(numbers), passages, documents
    return found


def rank(
    parts: Sequence[Part],
    totals: Totals,
    terms: Sequence[Term],
    propose: Sequence[Propose],
    wanted: int,
) -> list[Hit]:
    """The best `wanted` hits, or fewer when fewer passages hold a term."""
    needed = max(wanted, RERANKED)
    scoring = _Scoring(parts, totals, terms, needed)
    waiting = dict.fromkeys(range(len(parts)), 8 * needed + 100)
    while waiting:
        found = _proposed(parts, propose, waiting)
        last = scoring.take(found)
        waiting = {
            part: min(depth * 4, _DEEPEST)
            for part, depth in waiting.items()
            if found[part].beyond >= last and found[part].beyond > 0.0 and depth < _DEEPEST
        }
    scored = scoring.scored()
    best = scored[_first(parts, scored, scored.scores, needed)]
    head = best[np.arange(min(RERANKED, len(best.scores)))]
    again = _with_documents(scoring, head)
    order = _first(parts, head, again, len(again))[:wanted]
    hits = [_hit(parts, terms, head, place, float(again[place])) for place in order.tolist()]
    rest = range(len(again), min(wanted, len(best.scores)))
    return hits + [_hit(parts, terms, best, place, float(best.scores[place])) for place in rest]


def _proposed(
    parts: Sequence[Part], propose: Sequence[Propose], waiting: Mapping[int, int]
) -> dict[int, Proposals]:
    """The proposals of segments, each to its own depth; large segments are searched side by side.

    tantivy lets go of the interpreter while it searches, so that this uses all processors.
    """
    large = [i for i in waiting if parts[i].store.totals.passages >= _LARGE]
    if len(large) < 2:
        return {i: propose[i](depth) for i, depth in waiting.items()}
    begun = {i: _threads().submit(propose[i], waiting[i]) for i in large}
    return {
        i: begun[i].result() if i in begun else propose[i](depth) for i, depth in waiting.items()
    }


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads in which large segments are searched, made when the first one is."""
    return ThreadPoolExecutor(os.cpu_count() or 1, "segments")


def _first_depth(part: Part, totals: Totals, needed: int) -> int:
    """How many passages of a segment to look at first: its share of the passages and half more.

    Looking deeper later costs more than a few too many, and it is seldom needed.
    """
    most = 8 * needed + 100
    share = 1.5 * part.store.totals.passages / max(totals.passages, 1)
    return max(_SHALLOWEST, min(most, round(most * share)))


class _Scoring:
    """What is scored for one query; passages that are not live are not."""

    def __init__(
        self, parts: Sequence[Part], totals: Totals, terms: Sequence[Term], needed: int
    ) -> None:
        self.parts = parts
        self.totals = totals
        self.terms = terms
        self.fields = [term.field for term in terms]
        self.numbers = [np.array([term.numbers[i] for term in terms]) for i in range(len(parts))]
        self._needed = needed
        self._pieces: list[_Scored] = []
        self._gone = [np.array(sorted(part.lost.documents), np.int64) for part in parts]

    def take(self, found: Mapping[int, Proposals]) -> float:
        """Score all proposals that may be among the best `needed`; the score of the last of those.

        The best by their bounds come first: what they score rules most of the others out.
        """
        sizes = [len(some.numbers) for some in found.values()]
        parts = np.repeat(np.array(list(found), np.int64), sizes)
        numbers = np.concatenate([some.numbers for some in found.values()])
        bounds = np.concatenate([some.bounds for some in found.values()])
        order = np.argsort(-bounds, kind="stable")
        head, tail = np.split(order, [self._needed + self._needed // 4])
        self._score(parts[head], numbers[head])
        tail = tail[bounds[tail] >= self._last()]
        self._score(parts[tail], numbers[tail])
        return self._last()

    def scored(self) -> _Scored:
        """All that is scored so far, in no order."""
        columns = len(self.terms)
        empty = np.zeros(0, np.int64)
        pieces = [_Scored(empty, empty, empty, np.zeros(0), np.zeros((0, columns))), *self._pieces]
        return _Scored(
            np.concatenate([piece.parts for piece in pieces]),
            np.concatenate([piece.numbers for piece in pieces]),
            np.concatenate([piece.documents for piece in pieces]),
            np.concatenate([piece.scores for piece in pieces]),
            np.concatenate([piece.counts for piece in pieces]),
        )

    def _last(self) -> float:
        """The score at place `needed`, 0 when there are fewer."""
        scores = np.concatenate([np.zeros(0), *(piece.scores for piece in self._pieces)])
        if len(scores) < self._needed:
            return 0.0
        return float(np.partition(scores, -self._needed)[-self._needed])

    def _score(self, parts: Places, numbers: Places) -> None:
        """Score those passages that are live and not scored yet."""
        averages = averages_of(self.totals, self.totals.passages)
        idfs = [term.passage_idf for term in self.terms]
        for part in np.unique(parts).tolist():
            known = [piece.numbers for piece in self._pieces if piece.parts[0] == part]
            new = numbers[parts == part]
            if known:
                new = new[~np.isin(new, np.concatenate(known))]
            texts = self.parts[part].store.passages
            documents = texts.documents(new)
            if len(self._gone[part]):
                live = ~np.isin(documents, self._gone[part])
                new, documents = new[live], documents[live]
            if not len(new):
                continue
            scores, counts = self.bm25(PASSAGE_SHAPE, part, idfs, texts, new, averages)
            places = np.full(len(new), part, np.int64)
            self._pieces.append(_Scored(places, new, documents, scores, counts))

    def bm25(
        self,
        shape: Shape,
        part: int,
        idfs: Sequence[float],
        texts: VectorReader,
        numbers: Places,
        averages: Vector,
    ) -> tuple[Vector, Vector]:
        """BM25 of each text, and the counts behind it: one row per text, one column per term."""
        counts = texts.counts(numbers, self.numbers[part])
        discounts = discount(shape, texts.lengths(numbers), averages)[:, self.fields]
        weights = np.array([term.weight for term in self.terms]) * np.array(idfs)
        return added_up(shape, counts, discounts, weights), counts


def _with_documents(scoring: _Scoring, head: _Scored) -> Vector:
    """The scores of the same passages with what speaks for their documents added."""
    averages = averages_of(scoring.totals, scoring.totals.documents)
    idfs = [term.document_idf for term in scoring.terms]
    asked = frozenset(term.text for term in scoring.terms)
    again = head.scores.copy()
    for part in np.unique(head.parts).tolist():
        store = scoring.parts[part].store
        mine = np.flatnonzero(head.parts == part)
        numbers, place = np.unique(head.documents[mine], return_inverse=True)
        scores, _ = scoring.bm25(DOCUMENT_SHAPE, part, idfs, store.documents, numbers, averages)
        named = store.places()
        shares = np.array([kept_share(named.get(each, ()), asked) for each in numbers.tolist()])
        again[mine] = (again[mine] + DOCUMENT_WEIGHT * scores[place]) * shares[place]
    return again


def _first(parts: Sequence[Part], scored: _Scored, scores: Vector, wanted: int) -> Places:
    """The positions of the best `wanted` passages, best first, equal scores in corpus order."""
    order = np.argsort(-scores, kind="stable")
    if wanted < len(order):
        order = order[scores[order] >= scores[order[wanted - 1]]]
    ranked = scores[order]
    borders = np.flatnonzero(np.diff(ranked)) + 1
    if len(borders) + 1 >= len(order):
        return order[:wanted]
    starts = np.concatenate([[0], borders])
    ends = np.concatenate([borders, [len(order)]])
    for tied in np.flatnonzero(ends - starts > 1).tolist():
        group = slice(starts[tied], ends[tied])
        order[group] = _in_corpus_order(parts, scored, order[group])
    return order[:wanted]


def _in_corpus_order(parts: Sequence[Part], scored: _Scored, group: Places) -> list[int]:
    keys: dict[int, tuple[bytes, int, bytes]] = {}
    for part in np.unique(scored.parts[group]).tolist():
        mine = group[scored.parts[group] == part]
        found = parts[part].store.keys(scored.numbers[mine].tolist())
        keys.update(zip(mine.tolist(), (key.order for key in found), strict=True))
    return sorted(keys, key=keys.__getitem__)


def _hit(
    parts: Sequence[Part], terms: Sequence[Term], scored: _Scored, place: int, score: float
) -> Hit:
    store = parts[int(scored.parts[place])].store
    passage = store.passage(int(scored.numbers[place]))
    return Hit(passage, score, _matched(terms, scored.counts[place]))


def averages_of(totals: Totals, texts: int) -> Vector:
    """The average length per field of `texts` texts; 1 for a field without terms."""
    return np.maximum(np.array([totals.words, totals.bigrams], np.float64), 1.0) / texts


def _matched(terms: Sequence[Term], counts: Vector) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            term.text for term, count in zip(terms, counts.tolist(), strict=True) if count
        )
    )
