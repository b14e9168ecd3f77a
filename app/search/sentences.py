"""Ranking of the sentences of a few passages among each other.

`rank_bm25.BM25Plus` (Lv and Zhai, 2011) is used because its idf stays positive in so small a
collection, where every sentence may hold the term.
"""

from __future__ import annotations

from collections.abc import Sequence

from rank_bm25 import BM25Plus


class _Among(BM25Plus):  # type: ignore[misc]
    """`BM25Plus` that counts only the terms that are asked for: of the many others of the
    sentences it needs no more than how many there are."""

    def __init__(self, sentences: Sequence[Sequence[str]], wanted: frozenset[str]) -> None:
        self._wanted = wanted
        super().__init__(sentences)

    def _initialize(self, sentences: Sequence[Sequence[str]]) -> dict[str, int]:
        holding: dict[str, int] = {}
        for sentence in sentences:
            counts: dict[str, int] = {}
            for term in filter(self._wanted.__contains__, sentence):
                counts[term] = counts.get(term, 0) + 1
            for term in counts:
                holding[term] = holding.get(term, 0) + 1
            self.doc_freqs.append(counts)
            self.doc_len.append(len(sentence))
        self.corpus_size = len(sentences)
        self.avgdl = sum(self.doc_len) / self.corpus_size
        return holding


def rank_sentences(query_terms: Sequence[str], sentences: Sequence[Sequence[str]]) -> list[float]:
    """A score per sentence, given the terms of each; higher is better.

    A sentence that holds no query term scores 0, also where BM25Plus gives it the constant that it
    gives every sentence. Scores compare only within one call.
    """
    wanted = list(dict.fromkeys(query_terms))
    if not wanted or not any(sentences):
        return [0.0] * len(sentences)
    among = _Among(sentences, frozenset(wanted))
    scores = among.get_scores(wanted).tolist()
    return [score if held else 0.0 for score, held in zip(scores, among.doc_freqs, strict=True)]
