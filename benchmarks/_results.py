"""What a run measured: kept as JSON, from which the tables and the plot of the docs are made."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"
_LOAD = os.getloadavg()[0]
PACKAGES = ("tantivy", "bm25s", "numba", "rank-bm25", "numpy", "rjieba")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and when a run took place; `load` is what others made the machine do just before."""

    date: str
    cores: int
    load: float
    python: str
    packages: dict[str, str]


@dataclass(frozen=True, slots=True)
class EngineRow:
    """One engine over one number of passages and one choice of fields.

    `exact` is the share of passages found that reach the tenth score of the BM25 of the passage in
    double precision, `ranked` the same for the whole formula of the service; `alike` says per other
    engine which share of the passages found it found too.
    """

    engine: str
    fields: str
    passages: int
    build_seconds: float
    build_cpu_seconds: float
    peak_mb: float
    disk_mb: float
    open_seconds: float
    first_ms: float
    p50: float
    p99: float
    per_second: float
    cpu_ms: float
    resident_mb: float
    asked: int
    exact: float
    ranked: float
    alike: dict[str, float]


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """The whole service over one number of passages.

    `cpu_ms` is the processor time that the service used for a request, on average: unlike the
    others it does not grow when other processes want the processor too.
    """

    wanted: int
    passages: int
    documents: int
    characters: int
    recombined_share: float
    build_seconds: float
    build_cpu_seconds: float
    build_peak_mb: float
    disk_mb: float
    open_seconds: float
    ready_seconds: float
    first_answer_seconds: float
    search_p50: float
    search_p99: float
    search_cpu_ms: float
    ask_p50: float
    ask_p99: float
    ask_cpu_ms: float
    asked: int
    add_ms: float
    resident_mb: float
    anonymous_mb: float
    together_mb: float


def machine() -> Machine:
    return Machine(
        date.today().isoformat(),
        os.cpu_count() or 1,
        round(_LOAD, 1),
        platform.python_version(),
        {name: found for name in PACKAGES if (found := _version(name))},
    )


def save(name: str, rows: Sequence[EngineRow] | Sequence[ScaleRow], folder: Path) -> Path:
    """Write the rows of one run to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    content = {"machine": asdict(machine()), "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def engine_rows(folder: Path = RESULTS) -> list[EngineRow]:
    return [EngineRow(**row) for row in _rows(folder, "engines-*.json")]


def scale_rows(folder: Path = RESULTS) -> list[ScaleRow]:
    return sorted(
        (ScaleRow(**row) for row in _rows(folder, "scale-*.json")), key=lambda row: row.passages
    )


def machines(folder: Path = RESULTS) -> list[Machine]:
    """The machine of each run, oldest run first."""
    found = [json.loads(path.read_text("utf-8"))["machine"] for path in folder.glob("*.json")]
    return sorted((Machine(**each) for each in found), key=lambda each: each.date)


def rounded(value: float) -> float:
    """Three digits that say something: more would be noise."""
    return float(f"{value:.3g}")


def _rows(folder: Path, pattern: str) -> list[dict[str, Any]]:
    return [
        row
        for path in sorted(folder.glob(pattern))
        for row in json.loads(path.read_text("utf-8"))["rows"]
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
