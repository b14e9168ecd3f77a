"""How the replies do on the project's own bench of invented documents (tests/bench).

    python benchmarks/bench.py [--half tune|test] [--set first|second|all] [--show]

The half "test" is never tuned on: it is run for its totals only. The questions of the first set
have ids in b, those of the second, written later about other documents, in c; all documents of
all are in the corpus. The third set has ids in p, the fourth in s; the fourth is opened once, both
halves together (--half all).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
from datetime import date
from pathlib import Path
from types import ModuleType

from app.engine import Engine
from app.evaluate import Evaluation, Item, Outcome, evaluate, read_items
from app.library import Library, index

BENCH = Path(__file__).resolve().parent.parent / "tests" / "bench"
AS_OF = date(2024, 6, 1)
SETS = {  # by the first letter of the id
    "first": ("b",),
    "second": ("c",),
    "third": ("p",),
    "fifth": ("t",),
    "fourth": ("s",),  # not tuned on in either half
    "all": ("b", "c", "p", "t"),
}


def load_split() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_split", BENCH / "split.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measured(items: list[Item], folder: Path) -> Evaluation:
    corpus = BENCH / "documents"
    index(corpus, folder)
    with Library.open(corpus, folder) as library:
        return evaluate(Engine(library.snapshot(), library.segmenter), items, AS_OF)


def by_style(found: Evaluation) -> dict[str, list[Outcome]]:
    """The outcomes by the wording of the question (formal, typo, traditional …)."""
    rows = [json.loads(row) for row in (BENCH / "questions.jsonl").read_text("utf-8").splitlines()]
    style = {row["id"]: row["style"] for row in rows}
    groups: dict[str, list[Outcome]] = {}
    for outcome in found.outcomes:
        groups.setdefault(style[outcome.item.id], []).append(outcome)
    return dict(sorted(groups.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--half", choices=("tune", "test", "all"), default="tune")
    parser.add_argument("--set", choices=tuple(SETS), default="all")
    parser.add_argument("--show", action="store_true", help="print the faults of the tuning half")
    options = parser.parse_args()
    split = load_split()
    items = [
        item
        for item in read_items(BENCH / "questions.jsonl")
        if options.half in ("all", split.half(item.id)) and item.id.startswith(SETS[options.set])
    ]
    with tempfile.TemporaryDirectory(prefix="youju-bench-") as folder:
        found = measured(items, Path(folder) / "data")
    right, refused = (
        found.right_answers / found.answerable,
        found.right_refusals / found.unanswerable,
    )
    print(f"half {options.half}, set {options.set}: {len(items)} questions")
    print(f"answerable right   {found.right_answers}/{found.answerable} {right:.3f}")
    print(f"rightly refused    {found.right_refusals}/{found.unanswerable} {refused:.3f}")
    print(f"precision of given {found.precision:.3f} ({found.wrong_given} wrong of {found.given})")
    print(f"citation coverage  {found.cited:.3f}, list completeness {found.list_completeness:.3f}")
    print(f"p50 {found.latency(0.5) * 1000:.1f} ms, p99 {found.latency(0.99) * 1000:.1f} ms")
    for row in found.rows:
        print(f"  {row.type:16} {row.right}/{row.questions}")
    for style, outcomes in by_style(found).items():
        print(f"  {style:16} {sum(o.right for o in outcomes)}/{len(outcomes)}")
    for outcome in found.outcomes if options.show and options.half == "tune" else ():
        if not outcome.right:
            print(f"{outcome.item.id} {outcome.item.question}\n  {outcome.fault}: {outcome.answer}")


if __name__ == "__main__":
    main()
