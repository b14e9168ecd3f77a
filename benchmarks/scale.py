"""The whole service over 10,000, 100,000 or 1,000,000 passages: build, open, search, ask, add.

    python benchmarks/scale.py [BENCH_DIR] [--passages N …] [--work FOLDER] [--save FOLDER] [--fresh]

BENCH_DIR (or YOUJU_BENCH_DIR) holds the folders `stard` and `ncp`, see corpus_at_size.py. Texts go
through `youju index`, questions over HTTP to a real `youju serve`, one client, one after the other.
With `--work` the corpus stays there between runs, and with it the index, unless `--fresh` is given.
With `--save` the rows are kept as JSON. Linux only (reads /proc).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import corpus_at_size
from _results import ScaleRow, rounded, save
from _serving import JSON, PROJECT, Serving, ask, percentile, serving

VARIABLE = "YOUJU_BENCH_DIR"
ADMIN = "benchmark-admin-key-0123456789"
WARM_UP = 200
OPENINGS = 5
ADDITIONS = 20
_OPEN = """
import sys, time
from pathlib import Path
from app.library import Library
started = time.perf_counter()
with Library.open(Path(sys.argv[1]), Path(sys.argv[2])) as library:
    library.snapshot().index.size
    print(time.perf_counter() - started)
"""


@dataclass(frozen=True, slots=True)
class Built:
    """What `youju index` took; `peak_mb` is the most that all its processes held together."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Served:
    """What the running service took."""

    ready_seconds: float
    first_answer_seconds: float
    search_ms: list[float]
    search_cpu_ms: float
    ask_ms: list[float]
    ask_cpu_ms: float
    resident_mb: float
    anonymous_mb: float
    together_mb: float
    add_ms: list[float]


def build(corpus: Path, data: Path) -> Built:
    """Raw text to searchable, in a process of its own."""
    places = ("--corpus", str(corpus), "--data", str(data))
    started = time.perf_counter()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "index", *places], cwd=PROJECT, stdout=log, stderr=log
        )
        with _peak_of(process.pid) as peak:
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent = time.perf_counter() - started
        if process.returncode:
            log.seek(0)
            sys.exit(f"youju index failed:\n{log.read().decode()[-4000:]}")
    return Built(spent, usage.ru_utime + usage.ru_stime, max(peak) / 1e6)


def open_seconds(corpus: Path, data: Path) -> float:
    """Opening the published index, imports not counted: the median of some processes."""
    command = [sys.executable, "-c", _OPEN, str(corpus), str(data)]
    found = [
        float(subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout)
        for _ in range(OPENINGS)
    ]
    return statistics.median(found)


def serve(corpus: Path, data: Path, questions: list[str]) -> Served:
    """Ask a running service all questions, by both routes, then add documents to it."""
    with serving(corpus, data, {"YOUJU_ADMIN_KEY": ADMIN}) as service:
        client = service.client()
        first = service.seconds + ask(client, questions[0])[0] / 1000
        _wait_until_verified(service)
        for question in questions[:WARM_UP]:
            search(client, question)
            ask(client, question)
        used = service.cpu_seconds()
        search_ms = [search(client, question) for question in questions]
        search_cpu = (service.cpu_seconds() - used) * 1000 / len(questions)
        used = service.cpu_seconds()
        ask_ms = [ask(client, question)[0] for question in questions]
        ask_cpu = (service.cpu_seconds() - used) * 1000 / len(questions)
        resident, anonymous = service.megabytes(), _kilobytes(service.pid, "RssAnon:") * 1024 / 1e6
        added = [add(client, number) for number in range(ADDITIONS)]
        together = _tree_bytes(service.pid) / 1e6
        client.close()
        asked = search_ms, search_cpu, ask_ms, ask_cpu
        return Served(service.seconds, first, *asked, resident, anonymous, together, added)


def search(client: http.client.HTTPConnection, question: str) -> float:
    """Milliseconds of one search of ten hits, without an exact count."""
    path = f"/v1/search?{urlencode({'q': question, 'limit': 10})}"
    started = time.perf_counter()
    client.request("GET", path)
    response = client.getresponse()
    received = response.read()
    spent = (time.perf_counter() - started) * 1000
    if response.status != 200:
        sys.exit(f"{response.status} for {path}: {received.decode()}")
    return spent


def add(client: http.client.HTTPConnection, number: int) -> float:
    """Milliseconds until a new document is acknowledged, and with that searchable; it is removed
    again."""
    name, word, text = _new_document(number)
    headers = {**JSON, "Authorization": f"Bearer {ADMIN}"}
    body = json.dumps({"name": name, "text": text, "collection": "added"}).encode()
    started = time.perf_counter()
    client.request("POST", "/v1/documents", body, headers)
    response = client.getresponse()
    received = response.read()
    spent = (time.perf_counter() - started) * 1000
    client.request("GET", f"/v1/search?{urlencode({'q': word, 'limit': 1})}")
    hits = json.loads(client.getresponse().read()).get("hits") or []
    if response.status != 201 or not hits or word not in hits[0]["text"]:
        sys.exit(f"adding {name}: {response.status} {received.decode()}")
    client.request("DELETE", f"/v1/documents/{hits[0]['document_id']}", headers=headers)
    client.getresponse().read()
    return spent


def measure(bench: Path, wanted: int, work: Path, fresh: bool) -> ScaleRow:
    """One number of passages, from raw text to figures."""
    about = corpus_at_size.write(bench, wanted, work)
    corpus, data = work / corpus_at_size.CORPUS, work / "data"
    questions = (work / corpus_at_size.QUESTIONS).read_text("utf-8").splitlines()
    timing = work / "built.json"
    if fresh or not timing.exists():
        shutil.rmtree(data, ignore_errors=True)
        built = build(corpus, data)
        timing.write_text(json.dumps([built.seconds, built.cpu_seconds, built.peak_mb]), "utf-8")
    built = Built(*json.loads(timing.read_text("utf-8")))
    disk = sum(each.stat().st_size for each in data.rglob("*") if each.is_file()) / 1e6
    opened = open_seconds(corpus, data)
    served = serve(corpus, data, questions)
    return ScaleRow(
        wanted=wanted,
        passages=about.passages,
        documents=about.documents,
        characters=about.characters,
        recombined_share=rounded(about.recombined_share),
        build_seconds=rounded(built.seconds),
        build_cpu_seconds=rounded(built.cpu_seconds),
        build_peak_mb=rounded(built.peak_mb),
        disk_mb=rounded(disk),
        open_seconds=rounded(opened),
        ready_seconds=rounded(served.ready_seconds),
        first_answer_seconds=rounded(served.first_answer_seconds),
        search_p50=rounded(percentile(served.search_ms, 0.5)),
        search_p99=rounded(percentile(served.search_ms, 0.99)),
        search_cpu_ms=rounded(served.search_cpu_ms),
        ask_p50=rounded(percentile(served.ask_ms, 0.5)),
        ask_p99=rounded(percentile(served.ask_ms, 0.99)),
        ask_cpu_ms=rounded(served.ask_cpu_ms),
        asked=len(questions),
        add_ms=rounded(statistics.median(served.add_ms)),
        resident_mb=rounded(served.resident_mb),
        anonymous_mb=rounded(served.anonymous_mb),
        together_mb=rounded(served.together_mb),
    )


def report(row: ScaleRow) -> None:
    print(
        f"{row.passages} passages ({row.recombined_share:.0%} recombined): build"
        f" {row.build_seconds:.3g} s (CPU {row.build_cpu_seconds:.3g}), peak"
        f" {row.build_peak_mb:.0f} MB, disk {row.disk_mb:.0f} MB; open {row.open_seconds:.3g} s,"
        f" first answer {row.first_answer_seconds:.3g} s; search p50 {row.search_p50:.3g} p99"
        f" {row.search_p99:.3g}, ask p50 {row.ask_p50:.3g} p99 {row.ask_p99:.3g} ms; add"
        f" {row.add_ms:.3g} ms; {row.resident_mb:.0f} MB, {row.anonymous_mb:.0f} without file"
        f" pages, {row.together_mb:.0f} with the other processes"
    )


def _new_document(number: int) -> tuple[str, str, str]:
    """Name, a word that stands nowhere else, and text of a short document."""
    word = f"zq{number:03d}xv"
    lines = [f"关于{word}专项工作的通知", "一、总体要求", f"{word}专项工作的期限为三个月。"]
    return f"{word}.txt", word, "\n".join(lines) + "\n"


def _wait_until_verified(service: Serving) -> None:
    """The check of all bytes would compete with the questions for the processor."""
    client = service.client()
    while True:
        client.request("GET", "/readyz")
        if json.loads(client.getresponse().read())["verified"]:
            break
        time.sleep(0.2)
    client.close()


@contextmanager
def _peak_of(pid: int) -> Iterator[list[int]]:
    """The most bytes that a process and its descendants hold together, looked at ten times a
    second."""
    found, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(0.1):
            found.append(_tree_bytes(pid))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def _tree_bytes(pid: int) -> int:
    """What a process and its descendants hold; one that is gone holds nothing."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").glob("*/children"))  # any thread may have children
        children = [child for task in tasks for child in task.read_text().split()]
        own = _kilobytes(pid, "VmRSS:") * 1024
    except (OSError, IndexError):
        return 0
    return own + sum(_tree_bytes(int(child)) for child in children)


def _kilobytes(pid: int, name: str) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition(name)[2].split()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000])
    parser.add_argument("--work", type=Path, help="keep corpora and indexes here between runs")
    parser.add_argument("--save", type=Path, help="keep the rows as JSON in this folder")
    parser.add_argument("--fresh", action="store_true", help="build the index anew")
    options = parser.parse_args()
    if not options.bench or not Path("/proc/self/stat").exists():
        print(f"skipped: reads /proc; give the bench folder as argument or in {VARIABLE}")
        return
    os.environ["YOUJU_ADMIN_KEY"] = (
        ADMIN  # for the service that is started, once it takes documents
    )
    with tempfile.TemporaryDirectory(prefix="youju-scale-") as temporary:
        for passages in options.passages:
            work = (options.work or Path(temporary)) / str(passages)
            row = measure(Path(options.bench), passages, work, options.fresh)
            report(row)
            if options.save:
                print(save(f"scale-{passages}", [row], options.save))


if __name__ == "__main__":
    main()
