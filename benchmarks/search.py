"""How often search puts the right document first, and how long it takes.

Measures on a folder with a folder `ncp` that holds `documents.jsonl` (`id`, `text`) and `questions_dev.jsonl` (`id`,
`question`, `doc`, `also_in`: further documents that answer it, `start` and `end` of the answer).
Such a set of policy questions is not part of the project. Questions whose id begins with 0 to 7
are for tuning, the others for testing; choose constants on the first half only.

    python benchmarks/search.py FOLDER [--half tune|test|all] [--wrong]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _segment import built
from _titles import title_of

from app.documents.passages import passages
from app.documents.structure import outline
from app.lexicon.loader import words as word_list
from app.model import Filters, IndexedPassage, SearchQuery, SearchResult
from app.search.tantivy_index import TantivyIndex
from app.search.titles import title_places
from app.text.segment import Segmenter, bigrams, dictionary, segmenter

VARIABLE = "YOUJU_BENCH_DIR"
HALVES = {"tune": "01234567", "test": "89abcdef", "all": "0123456789abcdef"}
DEPTH = 100


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the document with its answer, and all documents that count as right."""

    text: str
    document: str
    right: frozenset[str]
    start: int
    end: int


def read_lines(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def read_questions(folder: Path, half: str) -> list[Question]:
    return [
        Question(
            line["question"],
            line["doc"],
            frozenset([line["doc"], *line["also_in"]]),
            line["start"],
            line["end"],
        )
        for line in read_lines(folder / "questions_dev.jsonl")
        if line["id"][0] in HALVES[half]
    ]


def indexed(folder: Path, segment: Segmenter) -> Iterator[IndexedPassage]:
    for line in read_lines(folder / "documents.jsonl"):
        text = line["text"]
        places = title_places(title_of(text), segment)
        for passage in passages(line["id"], text, outline(text)):
            shown = "\n".join([*passage.path, passage.span.of(text)])
            yield IndexedPassage(
                passage,
                line["id"],
                tuple(segment.terms(shown)),
                tuple(bigrams(shown)),
                "",
                None,
                None,
                "unknown",
                None,
                title_places=places,
            )


def stop_words() -> frozenset[str]:
    try:
        return frozenset(word_list("stopwords.txt"))
    except Exception as error:
        print(f"without stop words ({error})")
        return frozenset()


def search_query(text: str, segment: Segmenter, stop: Iterable[str]) -> SearchQuery:
    """The plain query: no synonyms, no weights. The engine's own queries may do better."""
    kept = [term for term in dict.fromkeys(segment.terms(text)) if term not in stop]
    words = [term for term in kept if len(term) > 1] or kept
    pairs = [pair for pair in dict.fromkeys(bigrams(text)) if pair not in stop]
    return SearchQuery(tuple((term, 1.0) for term in words), tuple((pair, 1.0) for pair in pairs))


def documents(result: SearchResult) -> list[str]:
    return list(dict.fromkeys(hit.passage.document_id for hit in result.hits))


def holds(result: SearchResult, question: Question, depth: int) -> bool:
    """Whether one of the first passages holds the whole answer."""
    return any(
        hit.passage.document_id == question.document
        and hit.passage.span.start <= question.start
        and question.end <= hit.passage.span.end
        for hit in result.hits[:depth]
    )


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def timed(index: TantivyIndex, queries: list[SearchQuery]) -> list[float]:
    """Milliseconds per search of ten hits, every query once to warm up and once to measure."""
    spent = []
    for measuring in (False, True):
        for query in queries:
            start = time.perf_counter()
            index.search(query, Filters(), 10)
            if measuring:
                spent.append((time.perf_counter() - start) * 1000)
    return spent


def report(index: TantivyIndex, questions: list[Question], segment: Segmenter, wrong: bool) -> None:
    stop = stop_words()
    queries = [search_query(question.text, segment, stop) for question in questions]
    results = [index.search(query, Filters(), DEPTH) for query in queries]
    firsts = [documents(result)[:5] for result in results]
    pairs = list(zip(questions, firsts, strict=True))
    shares = {
        "document@1": [bool(question.right & set(found[:1])) for question, found in pairs],
        "document@5": [bool(question.right & set(found)) for question, found in pairs],
        "answer in passage@1": [holds(r, q, 1) for q, r in zip(questions, results, strict=True)],
        "answer in passage@10": [holds(r, q, 10) for q, r in zip(questions, results, strict=True)],
    }
    for name, right in shares.items():
        print(f"{name:<22}{sum(right) / len(right):.3f}")
    spent = timed(index, queries)
    print(
        f"{'search':<22}p50 {percentile(spent, 0.5):.2f} ms, p99 {percentile(spent, 0.99):.2f} ms"
    )
    for question, found in pairs:
        if wrong and not question.right & set(found[:1]):
            print(f"  {question.text}  {question.document} not {found[0] if found else 'anything'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get(VARIABLE))
    parser.add_argument("--half", choices=HALVES, default="tune", help="which questions to ask")
    parser.add_argument("--wrong", action="store_true", help="list the questions that fail at 1")
    arguments = parser.parse_args()
    if arguments.folder is None:
        print(f"nothing measured: give the folder of the questions, or set {VARIABLE}")
        return
    folder = Path(arguments.folder) / "ncp"
    segment = segmenter(dictionary([]))
    questions = read_questions(folder, arguments.half)
    with tempfile.TemporaryDirectory() as temporary:
        start = time.perf_counter()
        index = built(Path(temporary) / "index", indexed(folder, segment))
        spent = time.perf_counter() - start
        print(
            f"{index.size} passages indexed in {spent:.1f} s; {len(questions)} questions ({arguments.half})"
        )
        report(index, questions, segment, arguments.wrong)
        index.close()


if __name__ == "__main__":
    main()
