"""Ranking of the sentences of a few passages among each other.

`rank_bm25.BM25Plus` (Lv and Zhai, 2011) is used because its idf stays positive in so small a
collection, where every sentence may hold the term.
"""

from __future__ import annotations

from collections.abc import Sequence

from rank_bm25 import BM25Plus


def rank_sentences(query_terms: Sequence[str], sentences: Sequence[Sequence[str]]) -> list[float]:
    """A score per sentence, given the terms of each; higher is better.

    A sentence that holds no query term scores 0, also where BM25Plus gives it the constant that it
    gives every sentence. Scores compare only within one call.
    """
    wanted = list(dict.fromkeys(query_terms))
    if not wanted or not any(sentences):
        return [0.0] * len(sentences)
    scores = BM25Plus([list(sentence) for sentence in sentences]).get_scores(wanted)
    asked = frozenset(wanted)
    return [
        float(score) if asked.intersection(sentence) else 0.0
        for score, sentence in zip(scores, sentences, strict=True)
    ]
