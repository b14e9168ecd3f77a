"""How often search finds the right article of law among 140,328, beside plain BM25.

    python benchmarks/stard.py [BENCH_DIR] [--half tune|test|all] [--index DIR] [--wrong]

BENCH_DIR (or YOUJU_BENCH_DIR) holds `stard/articles.jsonl.gz` (`id`, `law`, `article`, `text`) and
`stard/queries_dev.jsonl` (`id`, `question`, `gold`: ids of the articles that answer). A law is a
document, an article a passage. The half of a question is decided by the SHA-256 of its id: 0–7 is
for tuning, the rest is opened once, at the end. The index stays in DIR and is not built again while
it can be opened; without `--index` it is made anew in a temporary folder.

Plain BM25 is that of all words of the question, with k1 1.2 and b 0.75, over the same articles.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _segment import built, opened
from numpy.typing import NDArray

from app.errors import IndexUnusable
from app.model import Filters, IndexedPassage, Passage, Span
from app.question.query import query_for_search
from app.search.tantivy_index import TantivyIndex
from app.search.titles import title_places
from app.text.segment import Segmenter, bigrams, dictionary, segmenter

VARIABLE = "YOUJU_BENCH_DIR"
HALVES = {"tune": "01234567", "test": "89abcdef", "all": "0123456789abcdef"}
DEPTH = 10
K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Article:
    """An article with the law that it is from."""

    id: str
    law: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the articles that answer it."""

    text: str
    gold: frozenset[str]


def read_articles(folder: Path) -> list[Article]:
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [Article(**json.loads(line)) for line in lines]


def read_queries(folder: Path, half: str) -> list[Query]:
    lines = (folder / "queries_dev.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.strip()]
    return [
        Query(row["question"], frozenset(row["gold"]))
        for row in found
        if hashlib.sha256(str(row["id"]).encode()).hexdigest()[0] in HALVES[half]
    ]


def indexed(articles: Sequence[Article], segment: Segmenter) -> Iterator[IndexedPassage]:
    """The articles as passages of their laws, with the terms that the library gives to passages."""
    starts: Counter[str] = Counter()
    places = {law: title_places(law, segment) for law in dict.fromkeys(one.law for one in articles)}
    order = {law: number for number, law in enumerate(places)}
    for one in sorted(articles, key=lambda each: order[each.law]):
        start = starts[one.law]
        starts[one.law] += len(one.text) + 1
        yield IndexedPassage(
            Passage(one.id, one.law, Span(start, start + len(one.text)), (one.article,)),
            one.law,
            tuple(segment.terms(one.text)),
            tuple(bigrams(one.text)),
            "",
            None,
            None,
            "unknown",
            None,
            title_places=places[one.law],
        )


def index_of(folder: Path, articles: Sequence[Article], segment: Segmenter) -> TantivyIndex:
    """The index in `folder`, built there when there is none that can be opened."""
    if folder.exists():
        try:
            return opened(folder)
        except IndexUnusable as error:
            sys.exit(f"{error}\nor remove the folder and run again")
    started = time.perf_counter()
    index = built(folder, indexed(articles, segment))
    print(f"{index.size} articles indexed in {time.perf_counter() - started:.0f} s")
    return index


class Plain:
    """BM25 as in the textbook, over the words of the articles."""

    def __init__(self, articles: Sequence[Article], segment: Segmenter) -> None:
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for place, one in enumerate(articles):
            words = segment.terms(one.text)
            lengths.append(len(words))
            for word, count in Counter(words).items():
                postings[word].append((place, count))
        self._ids = [one.id for one in articles]
        self._lengths: NDArray[np.float64] = np.array(lengths, np.float64)
        self._discounts = K1 * (1 - B + B * self._lengths / self._lengths.mean())
        self._postings = {word: np.array(found) for word, found in postings.items()}

    def search(self, words: Sequence[str]) -> list[str]:
        """The ids of the best articles for `words`."""
        scores = np.zeros(len(self._ids))
        for word in words:
            found = self._postings.get(word)
            if found is None:
                continue
            places, counts = found[:, 0], found[:, 1]
            idf = math.log(1 + (len(self._ids) - len(found) + 0.5) / (len(found) + 0.5))
            scores[places] += idf * counts * (K1 + 1) / (counts + self._discounts[places])
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [self._ids[place] for place in best.tolist()]


def report(name: str, queries: Sequence[Query], found: Sequence[Sequence[str]]) -> None:
    ranks = [
        next((place for place, one in enumerate(ids, 1) if one in query.gold), None)
        for query, ids in zip(queries, found, strict=True)
    ]
    hits = " ".join(
        f"hit@{depth} {sum(rank is not None and rank <= depth for rank in ranks) / len(ranks):.3f}"
        for depth in (1, 5, 10)
    )
    mrr = sum(1 / rank for rank in ranks if rank is not None) / len(ranks)
    print(f"{name:<12}{hits} MRR@10 {mrr:.3f}")


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def measure(index: TantivyIndex, queries: Sequence[Query], segment: Segmenter) -> list[list[str]]:
    """The articles found, and how long that took, each question asked once before it counts."""
    spent, found = [], []
    for measuring in (False, True):
        for query in queries:
            started = time.perf_counter()
            result = index.search(query_for_search(query.text, segment), Filters(), DEPTH)
            if measuring:
                spent.append((time.perf_counter() - started) * 1000)
                found.append([hit.passage.id for hit in result.hits])
    report("youju", queries, found)
    print(f"{'':<12}p50 {percentile(spent, 0.5):.1f} ms, p95 {percentile(spent, 0.95):.1f} ms")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--half", choices=HALVES, default="tune", help="which questions to ask")
    parser.add_argument("--index", type=Path, help="keep the index here between runs")
    parser.add_argument("--wrong", action="store_true", help="list the tuning questions that fail")
    options = parser.parse_args()
    if not options.bench:
        print(f"skipped: give the bench folder as argument or in {VARIABLE}")
        return
    folder = Path(options.bench) / "stard"
    segment = segmenter(dictionary([]))
    articles, queries = read_articles(folder), read_queries(folder, options.half)
    print(f"{len(queries)} questions ({options.half}) over {len(articles)} articles")
    with tempfile.TemporaryDirectory(prefix="youju-stard-") as temporary:
        index = index_of(options.index or Path(temporary) / "index", articles, segment)
        found = measure(index, queries, segment)
        index.close()
    plain = Plain(articles, segment)
    words = [list(dict.fromkeys(segment.terms(query.text))) for query in queries]
    report("plain BM25", queries, [plain.search(one) for one in words])
    for query, ids in zip(queries, found, strict=True):
        if options.wrong and options.half == "tune" and not query.gold.intersection(ids):
            print(f"  {query.text}")


if __name__ == "__main__":
    main()
