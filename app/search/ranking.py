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
from app.search.store import DocumentRow, Lost, PassageRow, StoreReader, Totals
from app.search.titles import kept_share
from app.search.vectors import counts_of

RERANKED = 70
"""How many of the best passages are ordered anew with what is known of their document."""

_DEEPEST = 50_000
"""Where the search for further candidates ends, so that no question can take for ever."""

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

    numbers: Sequence[int]
    bounds: Vector
    beyond: float


Propose = Callable[[int], Proposals]
"""Given how many passages to look at, the proposals of one segment's engine."""

_Place = tuple[int, int]  # the position of a segment, and a number in it


@dataclass(frozen=True, slots=True)
class _Scored:
    part: int
    row: PassageRow
    score: float
    counts: Vector  # one per query term

    @property
    def place(self) -> tuple[float, bytes, int, bytes]:
        """Sorts the best first, and equal scores in corpus order."""
        return -self.score, self.row.sort_key, self.row.start, self.row.id


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
        for text, weight in weights.items():
            if weight <= 0.0:
                continue
            numbers, passages, documents = live_term(parts, field, text)
            if passages <= 0:
                continue
            found.append(
                Term(
                    text,
                    field,
                    numbers,
                    weight * FIELD_WEIGHTS[field],
                    idf(totals.passages, passages),
                    idf(totals.documents, documents),
                )
            )
    return found


def live_term(parts: Sequence[Part], field: int, text: str) -> tuple[tuple[int, ...], int, int]:
    """The numbers of a term in the segments, and how many live passages and documents hold it."""
    numbers = []
    passages = documents = 0
    for part in parts:
        row = part.store.term(field, text)
        if row is None:
            numbers.append(_UNHELD)
            continue
        numbers.append(row.number)
        passages += row.passages - part.lost.passages_of[row.number]
        documents += row.documents - part.lost.documents_of[row.number]
    return tuple(numbers), passages, documents


def rank(
    parts: Sequence[Part],
    totals: Totals,
    terms: Sequence[Term],
    propose: Sequence[Propose],
    wanted: int,
) -> list[Hit]:
    """The best `wanted` hits, or fewer when fewer passages hold a term."""
    needed = max(wanted, RERANKED)
    scoring = _Scoring(parts, totals, terms, needed, {})
    waiting = dict.fromkeys(range(len(parts)), 8 * needed + 100)
    while waiting:
        found = {part: propose[part](depth) for part, depth in waiting.items()}
        last = scoring.take(found)
        waiting = {
            part: min(depth * 4, _DEEPEST)
            for part, depth in waiting.items()
            if found[part].beyond >= last and found[part].beyond > 0.0 and depth < _DEEPEST
        }
    best = sorted(scoring.scored.values(), key=lambda entry: entry.place)[:needed]
    best = _with_documents(scoring, best[:RERANKED]) + best[RERANKED:]
    return [
        Hit(entry.row.passage, entry.score, _matched(terms, entry.counts))
        for entry in best[:wanted]
    ]


@dataclass(frozen=True, slots=True)
class _Scoring:
    """What is scored for one query, by segment and number; passages that are not live are not."""

    parts: Sequence[Part]
    totals: Totals
    terms: Sequence[Term]
    needed: int
    scored: dict[_Place, _Scored]

    def take(self, found: Mapping[int, Proposals]) -> float:
        """Score all proposals that may be among the best `needed`; the score of the last of those.

        The best by their bounds come first: what they score rules most of the others out.
        """
        places = [(part, number) for part, some in found.items() for number in some.numbers]
        bounds = np.concatenate([some.bounds for some in found.values()])
        order = np.argsort(-bounds, kind="stable").tolist()
        head = order[: self.needed + self.needed // 4]
        self._score(places[i] for i in head)
        last = self._last()
        self._score(places[i] for i in order[len(head) :] if bounds[i] >= last)
        return self._last()

    def _last(self) -> float:
        """The score at place `needed`, 0 when there are fewer."""
        scores = sorted((entry.score for entry in self.scored.values()), reverse=True)
        return scores[self.needed - 1] if len(scores) >= self.needed else 0.0

    def _score(self, places: Iterable[_Place]) -> None:
        wanted: dict[int, list[int]] = {}
        for part, number in places:
            if (part, number) not in self.scored:
                wanted.setdefault(part, []).append(number)
        idfs = [term.passage_idf for term in self.terms]
        averages = averages_of(self.totals, self.totals.passages)
        for part, numbers in wanted.items():
            gone = self.parts[part].lost.documents
            rows = self.parts[part].store.passages(numbers)
            live = [row for row in rows if row.document not in gone] if gone else rows
            scores, counts = _scores(PASSAGE_SHAPE, self.terms, part, idfs, live, averages)
            for i, (row, score) in enumerate(zip(live, scores.tolist(), strict=True)):
                self.scored[part, row.number] = _Scored(part, row, score, counts[i])


def _with_documents(scoring: _Scoring, best: Sequence[_Scored]) -> list[_Scored]:
    """The same passages with what speaks for their documents added, in their new order."""
    terms = scoring.terms
    averages = averages_of(scoring.totals, scoring.totals.documents)
    idfs = [term.document_idf for term in terms]
    asked = frozenset(term.text for term in terms)
    of_document: dict[_Place, tuple[float, float]] = {}
    for part in dict.fromkeys(entry.part for entry in best):
        numbers = list(dict.fromkeys(entry.row.document for entry in best if entry.part == part))
        rows = scoring.parts[part].store.documents(numbers)
        scores, _ = _scores(DOCUMENT_SHAPE, terms, part, idfs, rows, averages)
        for number, score, row in zip(numbers, scores.tolist(), rows, strict=True):
            of_document[part, number] = DOCUMENT_WEIGHT * score, kept_share(row.places, asked)
    again = []
    for entry in best:
        more, share = of_document[entry.part, entry.row.document]
        again.append(_Scored(entry.part, entry.row, (entry.score + more) * share, entry.counts))
    return sorted(again, key=lambda entry: entry.place)


def _scores(
    shape: Shape,
    terms: Sequence[Term],
    part: int,
    idfs: Sequence[float],
    rows: Sequence[PassageRow] | Sequence[DocumentRow],
    averages: Vector,
) -> tuple[Vector, Vector]:
    """BM25 of each row, and the counts behind it: one row per text, one column per term."""
    counts = counts_of([row.vector for row in rows], [term.numbers[part] for term in terms])
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
