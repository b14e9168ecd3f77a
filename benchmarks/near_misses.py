"""How many near misses are refused or corrected: unanswerable twins of answerable questions.

    python benchmarks/near_misses.py [BENCH_DIR] [--half tune|test] [--show]

Over the project's own bench, and with BENCH_DIR (or YOUJU_BENCH_DIR) also over the questions of
NCP that have a figure in question or answer, ids 0–7. `--show` lists the wrong ones, which is for
the tuning half only.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import bench
from ncp import build
from twins import judging
from twins.model import Seed, Texts, Twin
from twins.sources import ncp, own_bench
from twins.transformations import TRANSFORMATIONS, twins

from app.engine import Engine
from app.library import Library, index
from app.model import Answer

_OUTCOMES = (judging.REFUSED, judging.CORRECTED, judging.WRONG)
_NCP_AS_OF = date(2020, 3, 1)


def report(
    title: str, seeds: list[Seed], texts: Texts, engine: Engine, as_of: date, show: bool
) -> None:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[tuple[Twin, str]] = []
    for seed in seeds:
        for twin in twins(seed, texts):
            reply = engine.ask(twin.question, twin.context, as_of=as_of)
            outcome = judging.judged(twin, reply)
            counts[twin.transformation][outcome] += 1
            if outcome == judging.WRONG and isinstance(reply, Answer):
                wrong.append((twin, reply.answer))
    total = sum((counts[name] for name in counts), Counter[str]())
    print(f"{title}: {len(seeds)} questions, {total.total()} twins")
    print(f"  {'':18} twins refused corrected wrong  good")
    for name in (*TRANSFORMATIONS, "all"):
        row = total if name == "all" else counts[name]
        if row.total():
            share = 1 - row[judging.WRONG] / row.total()
            cells = "".join(f"{row[outcome]:9}" for outcome in _OUTCOMES)
            print(f"  {name:18} {row.total():5}{cells}  {share:.3f}")
    for twin, answer in wrong if show else ():
        earlier = f" （{'；'.join(twin.context)}）" if twin.context else ""
        print(f"{twin.transformation} {twin.seed.id[:6]} {twin.question}{earlier}")
        print(f"    was: {twin.seed.question}\n    got: {answer[:120]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get("YOUJU_BENCH_DIR"))
    parser.add_argument("--half", choices=("tune", "test"), default="tune")
    parser.add_argument("--show", action="store_true", help="print the wrong ones (tune only)")
    options = parser.parse_args()
    show = options.show and options.half == "tune"
    split = bench.load_split()
    seeds, texts = own_bench(bench.BENCH, lambda name: split.half(name) == options.half)
    with tempfile.TemporaryDirectory(prefix="youju-twins-") as work:
        corpus, data = bench.BENCH / "documents", Path(work) / "data"
        index(corpus, data)
        with Library.open(corpus, data) as library:
            engine = Engine(library.snapshot(), library.segmenter)
            report(f"own bench, half {options.half}", seeds, texts, engine, bench.AS_OF, show)
    if not options.bench:
        print("NCP skipped: give the bench folder as argument or in YOUJU_BENCH_DIR")
        return
    if options.half == "test":
        return
    folder = Path(options.bench) / "ncp"
    seeds, texts = ncp(folder)
    with tempfile.TemporaryDirectory(prefix="youju-twins-") as work:
        library = build(folder.parent, Path(work))
        engine = Engine(library.snapshot(), library.segmenter)
        report("NCP, half tune", seeds, texts, engine, _NCP_AS_OF, show)


if __name__ == "__main__":
    main()
