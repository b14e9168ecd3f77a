"""How good the replies are on NCP: 599 policy documents of early 2020 and the questions over them.

    python benchmarks/ncp.py BENCH_DIR [--half tune|test|all] [--show N]

BENCH_DIR (or YOUJU_BENCH_DIR) holds `ncp/documents.jsonl`, `ncp/questions_dev.jsonl` and
`ncp/unanswerable_dev.jsonl`. Questions whose id begins with 0–7 are for tuning, the rest is
opened once, at the end. Without a folder the program says so and stops.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.engine import Engine
from app.library.indexing import index
from app.library.library import Library
from app.model import Answer, Filters, Reply
from app.question.query import query_for_search

_AS_OF = date(2020, 3, 1)
_CITATIONS = 3
_CONTEXT = 400
_PUNCTUATION = re.compile(r"[\W_]", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Gold:
    """A question with the documents and the text that answer it; `answer` is "" for none."""

    id: str
    question: str
    answer: str
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Result:
    """How one question went."""

    gold: Gold
    answered: bool
    answer: str
    rank: int | None
    cited_document: bool
    inside: bool
    f1: float
    seconds: float


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def questions(folder: Path, half: str) -> tuple[list[Gold], list[Gold]]:
    first = {"tune": "01234567", "test": "89abcdef", "all": "0123456789abcdef"}[half]
    answerable = [
        Gold(r["id"], r["question"], r["answer"], frozenset([r["doc"], *r["also_in"]]))
        for r in rows(folder / "questions_dev.jsonl")
        if r["id"][0] in first
    ]
    unanswerable = [
        Gold(r["id"], r["question"], "", frozenset())
        for r in rows(folder / "unanswerable_dev.jsonl")
        if r["id"][0] in first
    ]
    return answerable, unanswerable


def build(folder: Path, work: Path) -> Library:
    corpus, data = work / "corpus", work / "data"
    if not corpus.exists():
        corpus.mkdir(parents=True)
        for row in rows(folder / "documents.jsonl"):
            (corpus / f"{row['id']}.txt").write_text(row["text"], "utf-8")
            (corpus / f"{row['id']}.txt.json").write_text(json.dumps({"id": row["id"]}), "utf-8")
    index(corpus, data)
    return Library.open(corpus, data)


def f1(found: str, wanted: str) -> float:
    """F1 over the multisets of characters without blanks and punctuation."""
    left, right = Counter(_PUNCTUATION.sub("", found)), Counter(_PUNCTUATION.sub("", wanted))
    common = sum((left & right).values())
    if not common:
        return 0.0
    precision, recall = common / sum(left.values()), common / sum(right.values())
    return 2 * precision * recall / (precision + recall)


def bare(text: str) -> str:
    return _PUNCTUATION.sub("", text)


def measure(engine: Engine, library: Library, gold: Gold) -> Result:
    started = time.perf_counter()
    reply: Reply = engine.ask(gold.question, as_of=_AS_OF)
    seconds = time.perf_counter() - started
    hits = library.snapshot().index.search(
        query_for_search(gold.question, library.segmenter), Filters(), 50
    )
    order = list(dict.fromkeys(hit.passage.document_id for hit in hits.hits))
    rank = next((i for i, name in enumerate(order) if name in gold.documents), None)
    if not isinstance(reply, Answer):
        return Result(gold, False, reply.message, rank, False, False, 0.0, seconds)
    cited = reply.citations[:_CITATIONS]
    wanted = bare(gold.answer)
    inside = any(
        c.document_id in gold.documents
        and (wanted in bare(c.quote[:_CONTEXT]) or wanted in bare(c.context[:_CONTEXT]))
        for c in cited
    )
    same = bool(cited) and cited[0].document_id in gold.documents
    return Result(
        gold, True, reply.answer, rank, same, inside, f1(reply.answer, gold.answer), seconds
    )


def share(results: Sequence[Result], flags: Sequence[bool]) -> float:
    return sum(flags) / len(results) if results else 0.0


def report(results: Sequence[Result], refused: Sequence[Result]) -> None:
    times = sorted(r.seconds for r in results)
    print(f"questions {len(results)}, unanswerable {len(refused)}")
    for depth in (1, 5):
        flags = [r.rank is not None and r.rank < depth for r in results]
        print(f"search document@{depth}       {share(results, flags):.3f}")
    print(f"first citation's document {share(results, [r.cited_document for r in results]):.3f}")
    print(f"gold inside cited context {share(results, [r.inside for r in results]):.3f}")
    print(f"character F1 of answer    {sum(r.f1 for r in results) / len(results):.3f}")
    print(f"wrongly refused           {share(results, [not r.answered for r in results]):.3f}")
    print(f"rightly refused           {share(refused, [not r.answered for r in refused]):.3f}")
    print(
        f"ask p50 {times[len(times) // 2] * 1000:.1f} ms, p99 {times[int(len(times) * 0.99)] * 1000:.1f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get("YOUJU_BENCH_DIR"))
    parser.add_argument("--half", choices=("tune", "test", "all"), default="tune")
    parser.add_argument("--show", type=int, default=0, help="print so many replies beside the gold")
    parser.add_argument("--work", type=Path, help="keep corpus and index here between runs")
    options = parser.parse_args()
    if not options.bench:
        print("skipped: give the bench folder as argument or in YOUJU_BENCH_DIR")
        return
    folder = Path(options.bench) / "ncp"
    work = options.work or Path(tempfile.mkdtemp(prefix="youju-ncp-"))
    library = build(folder, work)
    engine = Engine(library.snapshot(), library.segmenter)
    answerable, unanswerable = questions(folder, options.half)
    results = [measure(engine, library, gold) for gold in answerable]
    report(results, [measure(engine, library, gold) for gold in unanswerable])
    for result in results[: options.show]:
        print(f"\n{result.gold.id[:6]} {result.gold.question}\n  gold {result.gold.answer}")
        print(
            f"  {'got ' if result.answered else 'REFUSED'} {result.answer} (F1 {result.f1:.2f}, inside {result.inside})"
        )


if __name__ == "__main__":
    main()
