"""Hands work to the indexing process of a data folder and waits for the result."""

from __future__ import annotations

import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from app.errors import WriterAway
from app.indexer.address import connect
from app.indexer.messages import (
    Advance,
    Batch,
    Expect,
    Look,
    Put,
    Refused,
    Remove,
    Reply,
    Request,
    State,
    Sync,
    error_of,
    event_of,
    request_frames,
)
from app.library.intake import Upload
from app.library.report import IndexReport, NoProgress, Progress

PATIENCE: Final = 30.0  # seconds that a change may wait for its turn
WORKING: Final = 900.0  # seconds until a change that has begun is given up
FOREVER: Final = 7 * 24 * 3600.0
_BROKEN: Final = "索引进程在处理中断开，没有确认；请重试，已完成的不会重做。"


class Client:
    """Speaks to whoever writes the data folder `data`, one connection for each request.

    Every method raises WriterAway when no process listens, when it is too busy to begin within
    `patience` seconds, or when it goes away before it has answered: nothing is acknowledged then.
    Safe to use from several threads.
    """

    def __init__(self, data: Path, patience: float = PATIENCE) -> None:
        self._data = data
        self._patience = patience

    def put(self, uploads: Sequence[Upload]) -> Batch:
        """Take documents in. They are durable and published when this returns."""
        reply = self._asked(Put(tuple(uploads)), self._patience, WORKING, NoProgress())
        assert isinstance(reply, Batch)
        return reply

    def remove(self, sources: Sequence[str]) -> Batch:
        """Remove documents."""
        reply = self._asked(Remove(tuple(sources)), self._patience, WORKING, NoProgress())
        assert isinstance(reply, Batch)
        return reply

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> IndexReport:
        """Bring the index up to date with the corpus folder, however long that takes."""
        reply = self._asked(Sync(rebuild), FOREVER, FOREVER, progress or NoProgress())
        assert isinstance(reply, IndexReport)
        return reply

    def status(self) -> State:
        """How the indexing process is; answered also while it works."""
        reply = self._asked(Look(), self._patience, self._patience, NoProgress())
        assert isinstance(reply, State)
        return reply

    def is_there(self) -> bool:
        """Whether a process listens."""
        try:
            self.status()
        except WriterAway:
            return False
        return True

    def _asked(
        self, request: Request, patience: float, working: float, progress: Progress
    ) -> Reply:
        until = time.monotonic() + patience + working
        with connect(self._data) as connection:
            try:
                for frame in request_frames(request, patience):
                    connection.send_bytes(frame)
            except OSError:
                pass  # refused before all was read; the reason is waiting
            try:
                return _answer(connection, until, progress)
            except (OSError, EOFError, ValueError) as error:
                raise WriterAway(_BROKEN) from error


def _answer(connection: Connection, until: float, progress: Progress) -> Reply:
    while True:
        if not connection.poll(max(0.0, until - time.monotonic())):
            raise WriterAway(_BROKEN)
        event = event_of(connection.recv_bytes())
        if isinstance(event, Refused):
            raise error_of(event.error, event.message)
        if isinstance(event, Expect):
            progress.expect(event.total)
        elif isinstance(event, Advance):
            progress.advance(event.name)
        else:
            return event
