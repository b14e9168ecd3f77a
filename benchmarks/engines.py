"""Youju's index beside rank-bm25, bm25s, SQLite FTS5 and tantivy: same tokens, same terms, one run.

    python benchmarks/engines.py [BENCH_DIR] [--passages N …] [--fields words both]
        [--engines NAME …] [--seconds S] [--rounds N] [--work FOLDER] [--save FOLDER]

BENCH_DIR (or YOUJU_BENCH_DIR) holds the folders `stard` and `ncp`, see corpus_at_size.py. Every
engine is built and asked in processes of its own. Engines take turns, N rounds of them, and the
median round counts; one that cannot ask all 1,000 questions in S seconds has one round, and says
how many it answered. With `--save` the rows are kept as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _engines_adapters import ENGINES, IN_MEMORY, TOP, available
from _engines_child import Asked, Built
from _engines_tokens import FIELDS, read_queries, write_queries, write_tokens
from _oracle import Oracle
from _results import EngineRow, rounded, save
from _serving import percentile

VARIABLE = "YOUJU_BENCH_DIR"
CHILD = Path(__file__).resolve().parent / "_engines_child.py"


@dataclass(frozen=True, slots=True)
class Run:
    """One number of passages and one choice of fields, in a folder of its own."""

    work: Path
    passages: int
    fields: str
    seconds: float

    @property
    def tokens(self) -> Path:
        """The passages."""
        return self.work / f"tokens-{self.passages}.jsonl"

    @property
    def queries(self) -> Path:
        """The questions."""
        return self.work / "queries.jsonl"

    def folder(self, engine: str) -> Path:
        """Where an engine keeps its index."""
        return self.work / f"{self.passages}-{self.fields}" / engine

    def build(self, engine: str) -> Built:
        """Build an engine anew."""
        shutil.rmtree(self.folder(engine), ignore_errors=True)
        return Built(**self._child("build", engine))

    def ask(self, engine: str) -> Asked:
        """Open an engine and ask the questions."""
        return Asked(**self._child("ask", engine))

    def _child(self, task: str, engine: str) -> dict:
        files = map(str, (self.folder(engine), self.tokens, self.queries))
        command = [sys.executable, str(CHILD), task, engine, self.fields, *files, str(self.seconds)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{task} {engine} failed ({done.returncode}):\n{done.stderr[-2000:]}")
        return json.loads(done.stdout)


@dataclass(slots=True)
class Measured:
    """What is known of one engine in a run."""

    built: Built
    rounds: list[Asked] = field(default_factory=list)

    def median(self, share: float) -> float:
        """The percentile of the median round."""
        return statistics.median(percentile(one.milliseconds, share) for one in self.rounds)


def measure(run: Run, engines: Sequence[str], rounds: int) -> list[EngineRow]:
    """Build all engines, ask them in turns, and judge what they found."""
    measured = {}
    for name in engines:
        measured[name] = Measured(run.build(name))
        print(f"{run.passages} {run.fields} {name}: built in {measured[name].built.seconds:.1f} s")
    queries = read_queries(run.queries, run.fields)
    for turn in range(rounds):
        for name, one in measured.items():
            slow = name in IN_MEMORY or (turn and len(one.rounds[0].found) < len(queries))
            if turn and slow:
                continue
            one.rounds.append(run.ask(name))
            shown = percentile(one.rounds[-1].milliseconds, 0.5)
            print(f"{run.passages} {run.fields} {name}: p50 {shown:.2f} ms, round {turn + 1}")
    oracle = Oracle(run.tokens, run.fields, queries)
    found = {name: one.rounds[0].found for name, one in measured.items()}
    return [_row(run, name, one, oracle, found) for name, one in measured.items()]


def _row(
    run: Run,
    name: str,
    one: Measured,
    oracle: Oracle,
    found: Mapping[str, Sequence[Sequence[int]]],
) -> EngineRow:
    queries = read_queries(run.queries, run.fields)[: len(found[name])]
    asked = list(zip(queries, found[name], strict=True))
    spent = statistics.median(statistics.mean(each.milliseconds) for each in one.rounds)
    return EngineRow(
        engine=name,
        fields=run.fields,
        passages=run.passages,
        build_seconds=rounded(one.built.seconds),
        build_cpu_seconds=rounded(one.built.cpu_seconds),
        peak_mb=rounded(one.built.peak_mb),
        disk_mb=rounded(one.built.disk_mb),
        open_seconds=rounded(statistics.median(each.open_seconds for each in one.rounds)),
        first_ms=rounded(statistics.median(each.first_ms for each in one.rounds)),
        p50=rounded(one.median(0.5)),
        p99=rounded(one.median(0.99)),
        per_second=rounded(1000 / spent),
        cpu_ms=rounded(statistics.median(each.cpu_ms for each in one.rounds)),
        resident_mb=rounded(max(each.resident_mb for each in one.rounds)),
        asked=len(asked),
        exact=rounded(statistics.mean(oracle.passages(q).share(ids) for q, ids in asked)),
        ranked=rounded(statistics.mean(oracle.ranked(q).share(ids) for q, ids in asked)),
        alike={other: rounded(_alike(found[name], found[other])) for other in sorted(found)},
    )


def _alike(own: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> float:
    """The share of the passages found that the other engine found for the same question."""
    pairs = [(set(a), set(b)) for a, b in zip(own, other, strict=False) if a]
    return statistics.mean(len(a & b) / len(a) for a, b in pairs) if pairs else 0.0


def report(rows: Sequence[EngineRow]) -> None:
    for row in rows:
        print(
            f"{row.passages:>8} {row.fields:<6}{row.engine:<13}build {row.build_seconds:.3g} s,"
            f" p50 {row.p50:.3g} ms, p99 {row.p99:.3g}, {row.per_second:.3g}/s,"
            f" top {TOP}: {row.exact:.3f} of the passage score, {row.ranked:.3f} of the ranking"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--fields", choices=FIELDS, nargs="+", default=list(FIELDS))
    parser.add_argument("--engines", choices=ENGINES, nargs="+", default=available())
    parser.add_argument("--seconds", type=float, default=30.0, help="of asking, per round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, help="keep tokens and indexes here between runs")
    parser.add_argument("--save", type=Path, help="keep the rows as JSON in this folder")
    options = parser.parse_args()
    if not options.bench:
        print(f"skipped: give the bench folder as argument or in {VARIABLE}")
        return
    with tempfile.TemporaryDirectory(prefix="youju-engines-") as temporary:
        work = options.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        write_queries(Path(options.bench), min(options.passages), work / "queries.jsonl")
        for passages in options.passages:
            rows: list[EngineRow] = []
            for fields in options.fields:
                run = Run(work, passages, fields, options.seconds)
                if not run.tokens.exists():
                    write_tokens(Path(options.bench), passages, run.tokens)
                rows += measure(run, options.engines, options.rounds)
            report(rows)
            if options.save:
                print(save(f"engines-{passages}", rows, options.save))


if __name__ == "__main__":
    main()
