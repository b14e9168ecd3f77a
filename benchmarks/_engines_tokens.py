"""The tokens that all engines index and the terms that all are asked for, as files.

One line per passage, in corpus order: engines see passages as numbers, counted from 0 in that
order, so that every engine's answers compare with every other's. Terms never hold a blank.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import corpus_at_size
from _titles import title_of

from app.question.query import query_for_search
from app.search.titles import title_places
from app.text.segment import bigrams, dictionary, segmenter

BATCH = 1_000
FIELDS = ("words", "both")
"""The words alone, or words and character bigrams."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage: its number, where it stands, and its terms; `bigrams` is empty for words alone."""

    number: int
    source: str
    start: int
    end: int
    places: tuple[str, ...]
    words: tuple[str, ...]
    bigrams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a question as the service would search for them, each once."""

    words: tuple[str, ...]
    bigrams: tuple[str, ...]


def write_tokens(bench: Path, wanted: int, path: Path) -> None:
    """The first `wanted` passages of the corpus of that size, in corpus order."""
    segment = segmenter(dictionary([]))
    found = sorted(corpus_at_size.taken(bench, wanted), key=lambda pair: pair[0].source)
    left = wanted
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as lines:
        for text, passages in found:
            places = title_places(title_of(text.text), segment)
            for passage in passages[:left]:
                own = passage.span.of(text.text)
                shown = "\n".join([*(each for each in passage.path if each not in own), own])
                row = [text.source, passage.span.start, passage.span.end, places]
                row += [_joined(segment.terms(shown)), _joined(bigrams(shown))]
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            left -= min(left, len(passages))
    partial.rename(path)


def write_queries(bench: Path, wanted: int, path: Path) -> None:
    """The terms of the questions of the corpus of that size, in an order that mixes their kinds."""
    segment = segmenter(dictionary([]))
    asked = corpus_at_size.questions(bench, wanted)
    mixed = [asked[place] for step in range(7) for place in range(step, len(asked), 7)]
    queries = [query_for_search(question, segment) for question in mixed]
    rows = [
        [[term for term, _ in query.words], [term for term, _ in query.bigrams]]
        for query in queries
        if query.words
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")


def read_batches(path: Path, fields: str) -> Iterator[list[Entry]]:
    """The passages, some at a time, so that an engine need not hold them all."""
    with path.open(encoding="utf-8") as lines:
        numbered = enumerate(lines)
        while batch := list(islice(numbered, BATCH)):
            yield [_entry(number, line, fields) for number, line in batch]


def read_queries(path: Path, fields: str) -> list[Query]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Query(tuple(words), tuple(pairs) if fields == "both" else ()) for words, pairs in rows]


def _entry(number: int, line: str, fields: str) -> Entry:
    source, start, end, places, words, pairs = json.loads(line)
    kept = tuple(pairs.split(" ")) if fields == "both" and pairs else ()
    own = tuple(words.split(" ")) if words else ()
    return Entry(number, source, start, end, tuple(places), own, kept)


def _joined(terms: Sequence[str]) -> str:
    joined = " ".join(terms)
    if joined.count(" ") != max(0, len(terms) - 1):
        raise ValueError(f"a term holds a blank: {joined[:200]!r}")
    return joined
