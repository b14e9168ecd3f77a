"""The indexing process at work: takes requests, does them one after the other, tends the index.

One thread (`Server.run`) writes. Each connection has a thread of its own, which reads the request,
waits for its turn and passes on what the writing thread tells of it.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Final

from app.errors import WriterAway, YoujuError
from app.indexer.address import Door
from app.indexer.messages import (
    Advance,
    Batch,
    Event,
    Expect,
    Head,
    Look,
    Put,
    Remove,
    Request,
    State,
    Sync,
    event_frame,
    head_of,
    refusal,
)
from app.indexer.pending import Pending
from app.indexer.watch import Watch
from app.indexer.work import Removal, Work
from app.library.intake import Upload

HEAD_BYTES: Final = 16 * 1024 * 1024
CONNECTIONS: Final = 64
HELD_BYTES: Final = 256 * 1024 * 1024  # of files received and not yet written
SILENCE: Final = 30.0  # seconds between two frames of a request
TOGETHER: Final = 64  # changes that share one update of the index
REST: Final = 2.0  # seconds without work until the index is tended, so that no upload waits for it
_log = logging.getLogger("youju.indexer")


class Job:
    """A request on its way through the writing thread."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.events: queue.Queue[Event] = queue.Queue()
        self._lock = threading.Lock()
        self._begun = threading.Event()
        self._given_up = False

    def begin(self) -> bool:
        """Whether it shall still be done. The writing thread asks this once."""
        with self._lock:
            if not self._given_up:
                self._begun.set()
            return not self._given_up

    def wait(self, patience: float) -> None:
        """Wait for the turn. Raises WriterAway when it has not come; it will not come then."""
        if self._begun.wait(patience):
            return
        with self._lock:
            if not self._begun.is_set():
                self._given_up = True
                raise WriterAway(f"索引进程正忙，等了 {patience:g} 秒还没有轮到；请稍后重试。")

    # Progress, as `app.library.report.Progress` has it.

    def expect(self, total: int) -> None:
        """`total` documents are going to be worked on."""
        self.events.put(Expect(total))

    def advance(self, name: str) -> None:
        """The document `name` is done."""
        self.events.put(Advance(name))


class Server:
    """Serves who comes through `door` with `work` until `stop` is called from another thread."""

    def __init__(
        self, work: Work, door: Door, watch: Watch, pending: Pending, wake: threading.Event
    ) -> None:
        self._work = work
        self._door = door
        self._watch = watch
        self._pending = pending
        self._wake = wake
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._put_off: list[Job] = []
        self._stopped = threading.Event()
        self._slots = threading.BoundedSemaphore(CONNECTIONS)
        self._held = 0
        self._lock = threading.Lock()
        self._working = False
        self._trouble = ""

    def run(self) -> None:
        """Work until stopped."""
        threading.Thread(target=self._accept, name="accept", daemon=True).start()
        rested: float | None = time.monotonic() + REST
        while not self._stopped.is_set():
            self._wake.clear()
            jobs = self._next()
            if jobs:
                self._working = True
                self._do(jobs)
                self._working = False
            if jobs or self._update():
                rested = time.monotonic() + REST
            elif rested is not None and (self._work.crowded or rested <= time.monotonic()):
                rested = rested if self._tend() else None
            else:
                self._wake.wait(_sooner(self._pending.wait(), rested))

    def stop(self) -> None:
        """End `run` after what it is doing now."""
        self._stopped.set()
        self._wake.set()

    # ── the writing thread ──────────────────────────────────────────────────────────────────────

    def _next(self) -> list[Job]:
        """The next job, or several changes that share one update of the index."""
        found: list[Job] = []
        files = 0
        while True:
            try:
                job = self._put_off.pop(0) if self._put_off else self._jobs.get_nowait()
            except queue.Empty:
                return found
            changes = _changes(job.request)
            if found and (not changes or files + len(changes) > TOGETHER):
                self._put_off.insert(0, job)
                return found
            if job.begin():
                found.append(job)
                files += len(changes)
                if not changes:
                    return found

    def _do(self, jobs: Sequence[Job]) -> None:
        try:
            request = jobs[0].request
            if isinstance(request, Sync):
                report = self._work.sync(jobs[0], request.rebuild)
                self._pending.covered()
                self._trouble = ""
                jobs[0].events.put(report)
                return
            batch = self._work.change([each for job in jobs for each in _changes(job.request)])
        except Exception as error:
            if not isinstance(error, YoujuError):
                _log.exception("请求没有完成")
            for job in jobs:
                job.events.put(refusal(error))
            return
        start = 0
        for job in jobs:
            end = start + len(_changes(job.request))
            job.events.put(Batch(batch.results[start:end], batch.version))
            start = end

    def _update(self) -> bool:
        """Index what has changed in the folder, when it is due. Whether something was done."""
        changed = self._pending.take()
        if changed is None:
            return False
        try:
            work = self._work
            report = work.sync() if changed.whole else work.refresh(changed.sources)
        except Exception as error:
            wait = self._pending.again()
            self._trouble = str(error)
            say = _log.warning if isinstance(error, YoujuError) else _log.exception
            say("索引没有更新，%g 秒后再试：%s", wait, error)
            return True
        self._trouble = ""
        self._pending.done()
        for word, names in (
            ("新增", report.added),
            ("替换", report.replaced),
            ("移除", report.removed),
        ):
            if names:
                _log.info("%s %d 份：%s", word, len(names), "、".join(names[:5]))
        for failure in report.failed:
            _log.warning("未收入索引：%s：%s", failure.source, failure.reason)
        return True

    def _tend(self) -> bool:
        try:
            return self._work.tend()
        except Exception:
            _log.exception("后台整理没有完成")
            return False

    # ── the threads of connections ──────────────────────────────────────────────────────────────

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection = self._door.accept()
            except Exception as error:
                if self._stopped.wait(0.1):
                    return
                _log.warning("有一个连接没有接受：%s", error)
                continue
            self._slots.acquire()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        try:
            # A client that has gone away gets no answer; its work is done all the same.
            with connection, suppress(OSError, EOFError):
                self._answer(connection)
        except Exception:
            _log.exception("一个连接出错")
        finally:
            self._slots.release()

    def _answer(self, connection: Connection) -> None:
        held = 0
        try:
            head = head_of(_received(connection, HEAD_BYTES))
            held = self._hold(head)
            request = head.request([_received(connection, each["size"]) for each in head.files])
            if isinstance(request, Look):
                connection.send_bytes(event_frame(self._state()))
                return
            job = Job(request)
            self._jobs.put(job)
            self._wake.set()
            job.wait(head.patience)
            _pass_on(job, connection)
        except (ValueError, WriterAway) as error:
            connection.send_bytes(event_frame(refusal(error)))
        finally:
            with self._lock:
                self._held -= held

    def _hold(self, head: Head) -> int:
        """Make room for the files of a request. Raises WriterAway when there is none."""
        with self._lock:
            if self._held + head.size > HELD_BYTES:
                raise WriterAway("索引进程收到的文件太多，正在处理；请稍后重试，或分几次发送。")
            self._held += head.size
            return head.size

    def _state(self) -> State:
        return State(
            pid=os.getpid(),
            working=self._working,
            waiting=self._jobs.qsize(),
            watching=self._watch.mode,
            version=self._work.version,
            trouble=self._trouble,
            failed=self._work.failed[:100],
        )


def _sooner(wait: float | None, moment: float | None) -> float | None:
    """The shorter one of a wait and the wait for a moment; None for no end."""
    if moment is None:
        return wait
    until = max(0.0, moment - time.monotonic())
    return until if wait is None else min(wait, until)


def _changes(request: Request) -> Sequence[Upload | Removal]:
    if isinstance(request, Put):
        return request.uploads
    if isinstance(request, Remove):
        return [Removal(source) for source in request.sources]
    return ()


def _pass_on(job: Job, connection: Connection) -> None:
    """Send what the writing thread tells of a job, until its end."""
    while True:
        event = job.events.get()
        connection.send_bytes(event_frame(event))
        if not isinstance(event, Expect | Advance):
            return


def _received(connection: Connection, most: int) -> bytes:
    """One frame. Raises WriterAway when none comes, ValueError when it is too long."""
    if not connection.poll(SILENCE):
        raise WriterAway("请求没有发完。")
    try:
        return connection.recv_bytes(most)
    except EOFError:
        raise
    except OSError as error:
        raise ValueError(f"a frame of more than {most} bytes") from error
