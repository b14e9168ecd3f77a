"""From proposed passages to ranked hits, by exact scores over live statistics.

An engine proposes passages with its own approximate scores. Each proposal carries the most that its
exact score can be; every passage whose bound reaches the wanted place is scored exactly. So the
ranking is that of scoring everything, and depends neither on the order in which the passages came
in nor on what the engine still remembers of deleted ones.

Ranking has two steps. All passages are ordered by their own BM25. The first `RERANKED` of them are
then ordered anew: a passage is worth more when its whole document holds the rest of the question
too (place, agency, title), and less when its title names a place that the query leaves out
(`app.search.titles`). Equal scores go by `sort_key`, then by start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

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
from app.search.store import DocumentRow, PassageRow, StoreReader, Totals
from app.search.titles import kept_share
from app.search.vectors import counts_of

RERANKED = 70
"""How many of the best passages are ordered anew with what is known of their document."""

_DEEPEST = 50_000
"""Where the search for further candidates ends, so that no question can take for ever."""


@dataclass(frozen=True, slots=True)
class Term:
    """A query term that live passages hold, with its weight and its live idf."""

    text: str
    field: int
    number: int
    weight: float
    passage_idf: float
    document_idf: float


@dataclass(frozen=True, slots=True)
class Proposals:
    """Passages that may be among the best, by number, and the most that each can score.

    `beyond` is the most that any passage left out can score; 0 when none was left out.
    """

    numbers: Sequence[int]
    bounds: Vector
    beyond: float


Propose = Callable[[int], Proposals]
"""Given how many passages to look at, the engine's proposals."""


@dataclass(frozen=True, slots=True)
class _Scored:
    row: PassageRow
    score: float
    counts: Vector  # one per query term

    @property
    def place(self) -> tuple[float, bytes, int, bytes]:
        """Sorts the best first, and equal scores in corpus order."""
        return -self.score, self.row.sort_key, self.row.start, self.row.id


def resolve(store: StoreReader, query: Sequence[Sequence[tuple[str, float]]]) -> list[Term]:
    """The live terms of a query, given per field. Weights of a repeated term are added up."""
    totals = store.totals
    found = []
    for field in FIELDS:
        weights: dict[str, float] = {}
        for text, weight in query[field]:
            weights[text] = weights.get(text, 0.0) + weight
        for text, weight in weights.items():
            row = store.term(field, text)
            if row is None or weight <= 0.0:
                continue
            found.append(
                Term(
                    text,
                    field,
                    row.number,
                    weight * FIELD_WEIGHTS[field],
                    idf(totals.passages, row.passages),
                    idf(totals.documents, row.documents),
                )
            )
    return found


def rank(store: StoreReader, terms: Sequence[Term], propose: Propose, wanted: int) -> list[Hit]:
    """The best `wanted` hits, or fewer when fewer passages hold a term."""
    needed = max(wanted, RERANKED)
    depth = 8 * needed + 100
    scored: dict[int, _Scored] = {}
    while True:
        proposals = propose(depth)
        last = _score_candidates(store, terms, proposals, needed, scored)
        if proposals.beyond < last or proposals.beyond == 0.0 or depth >= _DEEPEST:
            break
        depth = min(depth * 4, _DEEPEST)
    best = sorted(scored.values(), key=lambda entry: entry.place)[:needed]
    best = _with_documents(store, terms, best[:RERANKED]) + best[RERANKED:]
    return [
        Hit(entry.row.passage, entry.score, _matched(terms, entry.counts))
        for entry in best[:wanted]
    ]


def _score_candidates(
    store: StoreReader,
    terms: Sequence[Term],
    proposals: Proposals,
    needed: int,
    scored: dict[int, _Scored],
) -> float:
    """Score all proposals that may be among the best `needed`; the score of the last of those.

    `scored` holds what is scored already, by passage number, and takes in the new ones.
    """

    def score(places: Iterable[int]) -> None:
        new = [proposals.numbers[i] for i in places if proposals.numbers[i] not in scored]
        scored.update(zip(new, _score_passages(store, terms, new), strict=True))

    order = np.argsort(-proposals.bounds, kind="stable").tolist()
    head = order[: needed + needed // 4]
    score(head)
    last = _score_at(scored, needed)
    score(i for i in order[len(head) :] if proposals.bounds[i] >= last)
    return _score_at(scored, needed)


def _score_at(scored: Mapping[int, _Scored], needed: int) -> float:
    """The score at place `needed`, 0 when there are fewer."""
    scores = sorted((entry.score for entry in scored.values()), reverse=True)
    return scores[needed - 1] if len(scores) >= needed else 0.0


def _score_passages(
    store: StoreReader, terms: Sequence[Term], numbers: Sequence[int]
) -> list[_Scored]:
    rows = store.passages(numbers)
    averages = averages_of(store.totals, store.totals.passages)
    idfs = [term.passage_idf for term in terms]
    scores, counts = _scores(PASSAGE_SHAPE, terms, idfs, rows, averages)
    return [
        _Scored(row, score, counts[i])
        for i, (row, score) in enumerate(zip(rows, scores.tolist(), strict=True))
    ]


def _with_documents(
    store: StoreReader, terms: Sequence[Term], best: Sequence[_Scored]
) -> list[_Scored]:
    """The same passages with what speaks for their documents added, in their new order."""
    numbers = list(dict.fromkeys(entry.row.document for entry in best))
    rows = store.documents(numbers)
    averages = averages_of(store.totals, store.totals.documents)
    idfs = [term.document_idf for term in terms]
    scores, _ = _scores(DOCUMENT_SHAPE, terms, idfs, rows, averages)
    asked = frozenset(term.text for term in terms)
    of_document = {
        number: (DOCUMENT_WEIGHT * score, kept_share(row.places, asked))
        for number, score, row in zip(numbers, scores.tolist(), rows, strict=True)
    }
    again = []
    for entry in best:
        more, share = of_document[entry.row.document]
        again.append(_Scored(entry.row, (entry.score + more) * share, entry.counts))
    return sorted(again, key=lambda entry: entry.place)


def _scores(
    shape: Shape,
    terms: Sequence[Term],
    idfs: Sequence[float],
    rows: Sequence[PassageRow] | Sequence[DocumentRow],
    averages: Vector,
) -> tuple[Vector, Vector]:
    """BM25 of each row, and the counts behind it: one row per text, one column per term."""
    counts = counts_of([row.vector for row in rows], [term.number for term in terms])
    lengths = np.array([row.lengths for row in rows], np.float64).reshape(-1, len(FIELDS))
    discounts = discount(shape, lengths, averages)[:, [term.field for term in terms]]
    weights = np.array([term.weight for term in terms]) * np.array(idfs)
    return added_up(shape, counts, discounts, weights), counts


def averages_of(totals: Totals, texts: int) -> Vector:
    """The average length per field of `texts` texts; 1 for a field without terms."""
    return np.maximum(np.array([totals.words, totals.bigrams], np.float64), 1.0) / texts


def _matched(terms: Sequence[Term], counts: Vector) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            term.text for term, count in zip(terms, counts.tolist(), strict=True) if count
        )
    )
