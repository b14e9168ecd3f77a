"""Passages, queries and small corpora for the tests of search."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import date

from app.model import Filters, Hit, IndexedPassage, Passage, SearchIndex, SearchQuery, Span


def passage(
    name: str,
    words: str | Sequence[str],
    *,
    bigrams: Sequence[str] = (),
    path: tuple[str, ...] = (),
    collection: str = "",
    region: str | None = None,
    issuer: str | None = None,
    status: str = "unknown",
    issued_on: date | None = None,
    places: tuple[str, ...] = (),
    issuers: tuple[str, ...] = (),
    effective_on: date | None = None,
    expires_on: date | None = None,
) -> IndexedPassage:
    """A passage called `document:start`; words are parted by blanks."""
    document_id, _, start = name.partition(":")
    terms = tuple(words.split()) if isinstance(words, str) else tuple(words)
    at = int(start or 0)
    return IndexedPassage(
        Passage(name, document_id, Span(at, at + 10), path),
        f"{document_id}.txt",
        terms,
        tuple(bigrams),
        collection,
        region,
        issuer,
        status,
        issued_on,
        title_places=places,
        issuers=issuers,
        effective_on=effective_on,
        expires_on=expires_on,
    )


def query(words: str | Sequence[str], bigrams: Sequence[str] = ()) -> SearchQuery:
    terms = words.split() if isinstance(words, str) else words
    return SearchQuery(tuple((term, 1.0) for term in terms), tuple((term, 1.0) for term in bigrams))


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def found(index: SearchIndex, words: str, filters: Filters | None = None) -> list[str]:
    """The names found, in the order of names."""
    return sorted(names(index.search(query(words), filters or Filters(), 100).hits))


def corpus(seed: int, documents: int = 40) -> list[IndexedPassage]:
    """Passages over a small vocabulary with a long tail, several per document."""
    draw = random.Random(seed)
    vocabulary = [f"词{i}" for i in range(120)]
    weights = [1 / (i + 1) for i in range(120)]
    entries = []
    for number in range(documents):
        places = (f"词{number}",) if number % 3 == 0 else ()
        for start in range(draw.randint(1, 6)):
            words = draw.choices(vocabulary, weights, k=draw.randint(1, 40))
            pairs = [a + b for a, b in itertools.pairwise(words)]
            entries.append(
                passage(f"文{number:03}:{start * 10}", words, bigrams=pairs, places=places)
            )
    return entries


def questions(entries: Sequence[IndexedPassage], seed: int, number: int = 12) -> list[SearchQuery]:
    draw = random.Random(seed)
    asked = []
    for entry in draw.sample(list(entries), number):
        words = dict.fromkeys([*draw.choices(entry.words, k=4), f"词{draw.randint(0, 130)}"])
        pairs = dict.fromkeys(draw.sample(entry.bigrams, min(2, len(entry.bigrams))))
        asked.append(
            SearchQuery(
                tuple((word, draw.choice((0.5, 1.0, 2.0))) for word in words),
                tuple((pair, 1.0) for pair in pairs),
            )
        )
    return asked
