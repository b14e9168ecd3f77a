"""Builds segments in several processes at once.

Each process derives documents and writes segments of its own, so that they share nothing but the
work: a worker that is ready is given the next few documents. When one dies, the run fails, and
what was published before stays.

A worker is `python -m app.library.worker`; it is spoken to over its standard input and output, in
pickles, which only parent and child see. (The module `multiprocessing` would import the program
that called us a second time.)
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import IO, Any, Final

from app.errors import IndexUnusable
from app.library.build import Built, Outcome, Task
from app.library.home import Home
from app.text.segment import Dictionary

CHUNK: Final = 16  # documents that a worker is given at a time
_PATIENCE: Final = 5.0  # seconds for a worker to end by itself

_Found = Sequence[Outcome | Built]


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker needs to know before it is given documents."""

    data: Path
    dictionary: Dictionary


def build_apart(
    home: Home, dictionary: Dictionary, tasks: Iterator[Task], workers: int
) -> Iterator[Outcome | Built]:
    """What becomes of each document, and each segment as soon as it is complete.

    A document counts as taken in only with the segment that names its source. Raises
    IndexUnusable when a worker dies.
    """
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "app.library.worker"]
    crew = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        for _ in range(workers)
    ]
    found: Queue[_Found | BaseException | None] = Queue()
    turn = threading.Lock()

    def next_tasks() -> list[Task]:
        with turn:
            return list(islice(tasks, CHUNK))

    order = Order(home.folder.resolve(), dictionary)
    for process in crew:
        arguments = (process, order, next_tasks, found)
        threading.Thread(target=_employ, args=arguments, daemon=True).start()
    try:
        working = len(crew)
        while working:
            some = found.get()
            if isinstance(some, BaseException):
                raise IndexUnusable(
                    f"建立索引的一个子进程意外结束（{some}；可能是内存不足）。"
                    "已发布的索引没有改动；请重试。"
                ) from some
            if some is None:
                working -= 1
            else:
                yield from some
    finally:
        for process in crew:
            _dismiss(process)


def _employ(
    process: subprocess.Popen[bytes], order: Order, next_tasks: Any, found: Queue[Any]
) -> None:
    """Give one worker documents until there are none left, and pass on what it finds."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        send(process.stdin, order)
        while True:
            tasks = next_tasks()
            send(process.stdin, tasks)
            found.put(pickle.load(process.stdout))
            if not tasks:
                found.put(None)
                return
    except BaseException as error:
        # Whatever it is, the run must end and not wait for this worker for ever.
        found.put(error)


def _dismiss(process: subprocess.Popen[bytes]) -> None:
    """End a worker: at once when it has work left, else when it has closed its files."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.close()
    except OSError:  # it died with something unread
        process.kill()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def send(stream: IO[bytes], value: object) -> None:
    """Write a value for whoever is at the other end."""
    pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()
