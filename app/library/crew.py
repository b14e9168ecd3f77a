"""Builds segments in several processes at once.

Each process derives documents and writes segments of its own, so that they share nothing but the
work: a worker that is ready is given the next few documents. When one dies, the run fails, and
what was published before stays.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library.build import MOST_PASSAGES, Builder, Built, Outcome, Task
from app.library.home import Home
from app.text.segment import Dictionary, segmenter

CHUNK: Final = 16  # documents that a worker is given at a time


@dataclass(frozen=True, slots=True)
class _Order:
    """What a worker needs to know before it is given documents."""

    data: Path
    dictionary: Dictionary


def build_apart(
    home: Home, dictionary: Dictionary, tasks: Iterator[Task], workers: int
) -> Iterator[Outcome | Built]:
    """What becomes of each document, and each segment as soon as it is complete.

    A document counts as taken in only with the segment that names its source.
    """
    context = multiprocessing.get_context("spawn")
    order = _Order(home.folder, dictionary)
    crew: dict[Connection, SpawnProcess] = {}
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, order), daemon=True)
            process.start()
            theirs.close()
            crew[ours] = process
        waiting = list(crew)
        while waiting:
            for connection in wait(waiting):
                assert isinstance(connection, Connection)
                found = _received(connection)
                yield from found
                if not _give(connection, tasks):
                    waiting.remove(connection)
                    yield from _received(connection)
    finally:
        for connection, process in crew.items():
            connection.close()
            process.join(5)
            if process.is_alive():
                process.kill()


def _give(connection: Connection, tasks: Iterator[Task]) -> bool:
    """Give a worker the next documents. Whether there were any."""
    chunk = [task for _, task in zip(range(CHUNK), tasks, strict=False)]
    connection.send(chunk)
    return bool(chunk)


def _received(connection: Connection) -> list[Outcome | Built]:
    try:
        found: list[Outcome | Built] = connection.recv()
    except (EOFError, OSError) as error:
        raise IndexUnusable(
            "建立索引的一个子进程意外结束（可能是内存不足）。已发布的索引没有改动；请重试。"
        ) from error
    return found


def _work(connection: Connection, order: _Order) -> None:
    """The life of a worker: says that it is ready, takes documents until there are no more."""
    builder = Builder(Home(order.data).fresh, segmenter(order.dictionary))
    found: list[Outcome | Built] = []
    while True:
        try:
            connection.send(found)
            tasks: list[Task] = connection.recv()
        except (EOFError, OSError):  # whoever gave the work is gone
            return
        found = [builder.take(task) for task in tasks]
        found += builder.finished(MOST_PASSAGES if tasks else 0)
        if not tasks:
            connection.send(found)
            return
