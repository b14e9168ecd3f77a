"""One engine in a process of its own, so that its memory and its start are its own.

    python benchmarks/_engines_child.py build|ask ENGINE FIELDS FOLDER TOKENS QUERIES SECONDS

Prints one line of JSON. `SECONDS` bounds how long questions are asked; at least 20 are. Reading the
tokens counts neither as building nor as opening.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from _engines_adapters import ENGINES, IN_MEMORY, Engine
from _engines_tokens import read_batches, read_queries

FEWEST = 20


@dataclass(frozen=True, slots=True)
class Built:
    """What building took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    disk_mb: float


@dataclass(frozen=True, slots=True)
class Asked:
    """What opening and asking took, and what was found for each question asked."""

    open_seconds: float
    first_ms: float
    milliseconds: list[float]
    cpu_ms: float
    resident_mb: float
    found: list[list[int]]


def build(engine: Engine, fields: str, tokens: Path) -> tuple[float, float]:
    """Wall and processor seconds inside the engine."""
    spent = cpu = 0.0
    for batch in read_batches(tokens, fields):
        started, used = time.perf_counter(), time.process_time()
        engine.add(batch)
        spent += time.perf_counter() - started
        cpu += time.process_time() - used
    started, used = time.perf_counter(), time.process_time()
    engine.finish()
    return spent + time.perf_counter() - started, cpu + time.process_time() - used


def ask(engine: Engine, fields: str, queries_path: Path, opened: float, seconds: float) -> Asked:
    queries = read_queries(queries_path, fields)
    started = time.perf_counter()
    engine.open()
    opened += time.perf_counter() - started
    started = time.perf_counter()
    engine.search(queries[0])
    first = (time.perf_counter() - started) * 1000
    until = time.perf_counter() + seconds / 2
    for place, query in enumerate(queries):  # to warm up
        if place >= FEWEST and time.perf_counter() > until:
            break
        engine.search(query)
    spent, found = [], []
    until, used = time.perf_counter() + seconds, time.process_time()
    for place, query in enumerate(queries):
        if place >= FEWEST and time.perf_counter() > until:
            break
        started = time.perf_counter()
        numbers = engine.search(query)
        spent.append((time.perf_counter() - started) * 1000)
        found.append(numbers)
    cpu = (time.process_time() - used) * 1000 / len(spent)
    resident = _resident()
    engine.close()
    return Asked(opened, first, spent, cpu, resident, found)


def main() -> None:
    task, name, fields, folder, tokens, queries, seconds = sys.argv[1:]
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    engine = ENGINES[name](place)
    built = (0.0, 0.0)
    if task == "build" or name in IN_MEMORY:
        built = build(engine, fields, Path(tokens))
    if task == "build":
        disk = sum(each.stat().st_size for each in place.rglob("*") if each.is_file()) / 1e6
        result: Built | Asked = Built(*built, _peak(), disk)
    else:
        result = ask(engine, fields, Path(queries), built[0], float(seconds))
    print(json.dumps(asdict(result)))


def _peak() -> float:
    """The most that this process held. `ru_maxrss` would count its parent's memory too, since a
    process begins as a copy of its parent."""
    return _status("VmHWM:")


def _resident() -> float:
    return _status("VmRSS:")


def _status(name: str) -> float:
    """MB, of a line of /proc/self/status; where there is none, the peak."""
    status = Path("/proc/self/status")
    if not status.exists():
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return int(status.read_text().partition(name)[2].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    main()
