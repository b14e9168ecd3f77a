"""How good the replies are on NCP: 599 policy documents of early 2020 and the questions over them.

    python benchmarks/ncp.py BENCH_DIR [--half tune|test|all] [--distractors] [--show N] [--work DIR]

BENCH_DIR (or YOUJU_BENCH_DIR) holds `ncp/documents.jsonl`, `ncp/questions_dev.jsonl` and
`ncp/unanswerable_dev.jsonl`. Questions whose id begins with 0–7 are for tuning, the rest is
opened once, at the end. With `--distractors` the same questions are asked a second time, with
16,000 articles of statutes from `stard/articles.jsonl.gz` beside the 599 documents. Without a
folder the program says so and stops.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import tempfile
from datetime import date
from pathlib import Path

from app.engine import Engine
from app.evaluate_spans import SpanEvaluation, SpanItem, evaluate_spans, read_span_items
from app.library.indexing import index
from app.library.library import Library

_AS_OF = date(2020, 3, 1)
_DISTRACTORS = 16_000


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def questions(folder: Path, half: str) -> list[SpanItem]:
    first = {"tune": "01234567", "test": "89abcdef", "all": "0123456789abcdef"}[half]
    return [item for item in read_span_items(folder) if item.id[0] in first]


def write(corpus: Path, name: str, text: str) -> None:
    (corpus / f"{name}.txt").write_text(text, "utf-8")
    (corpus / f"{name}.txt.json").write_text(json.dumps({"id": name}), "utf-8")


def distractors(folder: Path) -> list[dict[str, str]]:
    """Articles of statutes, the same ones in each run."""
    with gzip.open(folder / "stard" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return random.Random(1).sample(articles, _DISTRACTORS)


def build(folder: Path, work: Path, distracted: bool = False) -> Library:
    """The documents with their index in `work`, made once and then brought up to date."""
    corpus, data = work / "corpus", work / "data"
    if not corpus.exists():
        making = work / "unfinished"
        making.mkdir(parents=True, exist_ok=True)
        for row in rows(folder / "ncp" / "documents.jsonl"):
            write(making, str(row["id"]), str(row["text"]))
        for one in distractors(folder) if distracted else ():
            write(making, one["id"], f"{one['law']}\n{one['article']} {one['text']}\n")
        making.rename(corpus)
    index(corpus, data)
    return Library.open(corpus, data)


NAMES = {
    "document@1": "search document@1",
    "document@5": "search document@5",
    "cited_document": "first citation's document",
    "inside": "gold inside cited context",
    "f1": "character F1 of answer",
    "wrongly_refused": "wrongly refused",
    "rightly_refused": "rightly refused",
}


def report(found: SpanEvaluation) -> None:
    answerable = sum(bool(one.item.documents) for one in found.outcomes)
    print(f"questions {answerable}, unanswerable {len(found.outcomes) - answerable}")
    for name, value in found.metrics().items():
        print(f"{NAMES[name]:<26}{value:.3f}")
    print(f"ask p50 {found.latency(0.5) * 1000:.1f} ms, p99 {found.latency(0.99) * 1000:.1f} ms")


def run(folder: Path, work: Path, half: str, distracted: bool) -> SpanEvaluation:
    """Asks all questions and prints the figures."""
    library = build(folder, work, distracted)
    engine = Engine(library.snapshot(), library.segmenter)
    found = evaluate_spans(engine, questions(folder / "ncp", half), _AS_OF)
    report(found)
    library.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get("YOUJU_BENCH_DIR"))
    parser.add_argument("--half", choices=("tune", "test", "all"), default="tune")
    parser.add_argument("--show", type=int, default=0, help="print so many replies beside the gold")
    parser.add_argument("--distractors", action="store_true", help="also among 16,000 others")
    parser.add_argument("--work", type=Path, help="keep corpus and index here between runs")
    options = parser.parse_args()
    if not options.bench:
        print("skipped: give the bench folder as argument or in YOUJU_BENCH_DIR")
        return
    folder = Path(options.bench)
    work = options.work or Path(tempfile.mkdtemp(prefix="youju-ncp-"))
    found = run(folder, work / "alone", options.half, False)
    if options.distractors:
        print(f"\nwith {_DISTRACTORS} distracting documents")
        run(folder, work / "distracted", options.half, True)
    for one in found.outcomes[: options.show]:
        print(f"\n{one.item.id[:6]} {one.item.question}\n  gold {one.item.answer}")
        said = "got " if one.answered else "REFUSED"
        print(f"  {said} {one.answer} (F1 {one.f1:.2f}, inside {one.inside})")


if __name__ == "__main__":
    main()
