"""Questions while a writer adds, replaces, deletes and joins without a pause.

    python tests/library/soak_readers.py FOLDER QUESTIONS SEED

Each document tells its name and version in every sentence. A reply must rest on one version, its
quotes be slices of the document that it names, versions never go back, and what was acknowledged be
there at the next look. A tenth as many questions are asked before without a writer, for their times.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from soak_texts import place, take_out, told_in

from app import main
from app.engine import Engine
from app.library import Library
from app.library.check import check
from app.library.writer import Writer
from app.main import CurrentEngine
from app.model import Answer, Filters

NAMES = [f"d{number}" for number in range(8)]
THREADS = 3
TODAY = date(2024, 5, 1)
MATTERS = ("加大教育投入", "保障经费", "改善办学条件")


def write(corpus: Path, data: Path, pipe: int, seed: int) -> None:
    """Change the corpus until nobody listens, and tell what is acknowledged."""
    chosen = random.Random(seed)
    present = set(NAMES)
    version = 1
    with Writer(corpus, data) as writer:
        while True:
            version += 1
            name = chosen.choice(NAMES)
            if name in present and chosen.random() < 0.2:
                take_out(corpus, name)
                present.discard(name)
            else:
                place(corpus, name, version)
                present.add(name)
            assert not writer.refresh([f"{name}.txt"]).failed
            told = version if name in present else 0
            os.write(pipe, f"{json.dumps([name, told, version])}\n".encode())
            if chosen.random() < 0.3:
                writer.tend()


class Reader:
    """Asks, and compares every reply with the snapshot that it came from."""

    def __init__(self, engine: Callable[[], Engine], seed: int) -> None:
        self._engine = engine
        self._random = random.Random(seed)
        self._newest: dict[str, int] = {}
        self.times: list[float] = []
        self.answered = 0

    def ask(self) -> None:
        name = self._random.choice(NAMES)
        question = f"文件{name}规定，{self._random.choice(MATTERS)}多少万元？"
        began = time.perf_counter()
        engine = self._engine()
        snapshot = engine.snapshot
        if self._random.random() < 0.15:
            reply = engine.ask(question, as_of=TODAY, limit=3)
            self.times.append(time.perf_counter() - began)
            assert reply.corpus_version == snapshot.version
            quoted = [(one.document_id, one.span, one.quote) for one in reply.citations]
            if isinstance(reply, Answer):
                self.answered += 1
                told = set().union(*(told_in(one.quote) for one in reply.citations))
                assert len(told) <= len({one.document_id for one in reply.citations}), told
        else:
            found = engine.search(question, filters=Filters(), limit=5)
            self.times.append(time.perf_counter() - began)
            assert found.hits
            quoted = [(one.passage.document_id, one.passage.span, one.text) for one in found.hits]
        for document_id, span, quote in quoted:
            stored = snapshot.documents.get(document_id)
            assert stored is not None
            assert span.of(stored.document.text) == quote
            ((which, version),) = told_in(stored.document.text)
            assert stored.document.source == f"{which}.txt"
            assert version >= self._newest.get(which, 0), "an older version came back"
            self._newest[which] = version


def times_of(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50_ms": round(cuts[49] * 1000, 2), "p99_ms": round(cuts[98] * 1000, 2)}


def asked(engine: Callable[[], Engine], questions: int, seed: int) -> list[Reader]:
    """Ask in several threads; the readers, none of which met anything wrong."""
    readers = [Reader(engine, seed + number) for number in range(THREADS)]
    wrong: list[BaseException] = []

    def work(reader: Reader) -> None:
        try:
            for _ in range(-(-questions // THREADS)):
                reader.ask()
                if wrong:
                    return
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    return readers


def looked(library: Library, pipe: int, counted: list[int]) -> None:
    """What was acknowledged is there at the next look, or something newer."""
    with open(pipe, "rb") as file:
        for line in file:
            name, told, version = json.loads(line)
            library.reload()
            documents = library.snapshot().documents
            stored = [documents.get(one) for one in documents.ids()]
            texts = [told_in(one.document.text) for one in stored if one is not None]
            found = {which: number for ((which, number),) in texts}
            if told:
                assert found.get(name, 10**9) >= told, (name, told, found)
            else:
                assert found.get(name, version + 1) > version, (name, version, found)
            counted.append(version)


def run(folder: Path, questions: int, seed: int) -> dict[str, object]:
    shutil.rmtree(folder, ignore_errors=True)
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir(parents=True)
    for name in NAMES:
        place(corpus, name, 1)
    with Writer(corpus, data) as writer:
        writer.sync()
    ours, theirs = os.pipe()
    go, gone = os.pipe()
    child = os.fork()  # before there are threads
    if child == 0:
        os.close(ours)
        os.read(go, 1)
        try:
            write(corpus, data, theirs, seed)
        finally:
            os._exit(1)
    os.close(theirs)
    try:
        main.LOOK_EVERY = 0.02  # type: ignore[misc]  # turn to newer states as often as possible
        engine = CurrentEngine(Library.open(corpus, data))
        idle = asked(engine, questions // 10, seed)
        os.write(gone, b"x")
        counted: list[int] = []
        failed: list[BaseException] = []

        def follow() -> None:
            try:
                looked(Library.open(corpus, data), ours, counted)
            except BaseException as error:
                failed.append(error)

        follower = threading.Thread(target=follow)
        follower.start()
        busy = asked(engine, questions, seed + 100)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    follower.join()
    if failed:
        raise failed[0]
    with Writer(corpus, data) as writer:
        writer.sync()
    assert not check(corpus, data).findings
    times = [time for reader in busy for time in reader.times]
    return {
        "seed": seed,
        "questions": len(times),
        "answered": sum(reader.answered for reader in busy),
        "changes": len(counted),
        "idle": times_of([time for reader in idle for time in reader.times]),
        "busy": times_of(times),
    }


if __name__ == "__main__":
    began = time.monotonic()
    figures = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began)}))
