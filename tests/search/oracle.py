"""BM25 as in the textbook, in plain Python over lists: slow, short, and written without looking at
the index. It shares only the constants."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from app.model import IndexedPassage, SearchQuery
from app.search.bm25 import DOCUMENT_SHAPE, DOCUMENT_WEIGHT, FIELD_WEIGHTS, PASSAGE_SHAPE, Shape
from app.search.ranking import RERANKED
from app.search.titles import UNNAMED_PLACE

Text = tuple[Sequence[str], Sequence[str]]


def bm25(text: Text, texts: Sequence[Text], query: SearchQuery, shape: Shape) -> float:
    score = 0.0
    for field, terms in enumerate((query.words, query.bigrams)):
        average = sum(len(each[field]) for each in texts) / len(texts)
        for term, weight in terms:
            n = sum(term in each[field] for each in texts)
            tf = text[field].count(term)
            if tf:
                idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
                length = shape.k1 * (1 - shape.b + shape.b * len(text[field]) / average)
                score += FIELD_WEIGHTS[field] * weight * idf * tf * (shape.k1 + 1) / (tf + length)
    return score


def ranked(passages: Sequence[IndexedPassage], query: SearchQuery) -> list[tuple[str, float]]:
    """Ids and scores of all passages that hold a term, best first."""
    parts: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for entry in passages:
        parts[entry.passage.document_id][0].extend(entry.words)
        parts[entry.passage.document_id][1].extend(entry.bigrams)
    texts = [(entry.words, entry.bigrams) for entry in passages]
    found = [
        (-score, entry.sort_key, entry.passage.span.start, entry.passage)
        for entry, text in zip(passages, texts, strict=True)
        if (score := bm25(text, texts, query, PASSAGE_SHAPE))
    ]
    found.sort(key=lambda place: place[:3])
    documents = list(parts.values())
    places = {entry.passage.document_id: entry.title_places for entry in passages}
    asked = {term for field in (query.words, query.bigrams) for term, _ in field}
    head = []
    for score, key, start, p in found[:RERANKED]:
        score -= DOCUMENT_WEIGHT * bm25(parts[p.document_id], documents, query, DOCUMENT_SHAPE)
        named = places[p.document_id]
        if named and not asked.intersection(named):
            score *= 1 - UNNAMED_PLACE
        head.append((score, key, start, p))
    head.sort(key=lambda place: place[:3])
    return [(passage.id, -score) for score, _, _, passage in head + found[RERANKED:]]
