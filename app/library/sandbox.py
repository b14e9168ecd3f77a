"""Reads documents in a process of their own, so that a hostile file cannot harm the service.

In: the bytes and the name of a file. Out: what its reader extracted, or UnreadableDocument with
the reason. Text and Markdown are only decoded, here; every other format goes to a parsing
process (`app.documents.child`) that has no network, no files, and little memory and time. It is
started for the first such document, serves many, and is replaced after any mishap.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path, PurePath
from threading import Event, Lock, Thread, Timer
from types import TracebackType
from typing import IO, Final, Self

from app.documents.child import FAILED, REFUSED, TEXT
from app.documents.child_frames import BrokenFrame, Frame, receive, send
from app.documents.child_limits import Limits, check_length
from app.documents.read import MAXIMUM_BYTES, read, supported
from app.errors import UnreadableDocument
from app.model import Extracted

# Nothing is parsed in these, so there is nothing to be kept apart.
_DECODED: Final = frozenset({".txt", ".md"})
_LONGEST_CHARACTER: Final = 4  # bytes of UTF-8
_LONGEST_REASON: Final = 2_000
# `-I` leaves out the current folder and the environment, so the child is told where we are. At
# the end of the path, that folder can hide no module of another.
_START: Final = (
    "import sys; sys.path.append(sys.argv[2]); from app.documents.child import main; "
    "main(sys.argv[1:])"
)


class Sandbox:
    """A parsing process that is started when it is needed; one document at a time.

    Several threads may call it; they wait for each other. Whoever makes one closes it. `command`
    replaces the program that is started, in tests.
    """

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = ()) -> None:
        self._limits = limits or Limits()
        self._command = tuple(command)
        self._lock = Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; another one is started if a document comes after all."""
        with self._lock:
            self._end_child()

    def extract(self, data: bytes, name: str) -> Extracted:
        """What the file `name` with the bytes `data` says.

        Raises UnreadableDocument, as `app.documents.read.read` does, and also when reading it
        takes more than the limits, or brings the process down.
        """
        parsed = supported(name) and PurePath(name).suffix.lower() not in _DECODED
        if not parsed or len(data) > MAXIMUM_BYTES:
            decoded = read(data, name)
            check_length(decoded, name, self._limits)
            return decoded
        with self._lock:
            return self._extract(data, name)

    def _extract(self, data: bytes, name: str) -> Extracted:
        child = self._ready_child(name)
        try:
            reply = child.ask(Frame({"name": name}, data), self._limits)
            extracted = _extracted(reply, name, self._limits)
        except _Mishap as mishap:
            self._end_child()
            raise UnreadableDocument(f"{name}：{mishap}") from None
        except _Refusal as refusal:
            if refusal.kind == FAILED:
                self._end_child()
            raise UnreadableDocument(refusal.reason) from None
        except BaseException:
            # Interrupted in the middle: the next reply would answer this document.
            self._end_child()
            raise
        return extracted

    def _ready_child(self, name: str) -> _Child:
        """The process, a fresh one if the last has served its time or has died meanwhile."""
        child = self._child
        if child is not None and (child.asked >= self._limits.documents or not child.alive()):
            self._end_child()
            child = None
        if child is None:
            try:
                child = self._child = _Child(self._command or _command(self._limits))
            except OSError as error:
                raise UnreadableDocument(
                    f"{name}：不能启动解析进程（{error.strerror}）；"
                    "请检查可用的内存和进程数，然后重试。"
                ) from error
        return child

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Mishap(Exception):
    """The process did not answer as agreed; says why, in words for the user."""


class _Refusal(Exception):
    """The process says that the document cannot be read."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class _Child:
    """A running parsing process and the pipes to it."""

    def __init__(self, command: Sequence[str]) -> None:
        self.asked = 0
        self._timed_out = False
        self._started = Event()
        self._ended = Event()
        self._failure: OSError | None = None
        # The kernel ends the process when the thread ends that started it (not only when the
        # service ends), and callers come and go; so a thread of its own stays with it.
        Thread(target=self._keep, args=(command,), name="parsing process", daemon=True).start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def _keep(self, command: Sequence[str]) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd=os.path.abspath(os.sep),
                close_fds=True,
                start_new_session=True,
            )
        except OSError as error:
            self._failure = error
            return
        finally:
            self._started.set()
        self._ended.wait()

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, request: Frame, limits: Limits) -> Frame:
        """The reply to `request`. Raises _Mishap when there is none."""
        self.asked += 1
        watch = Timer(limits.wall, self._time_out)
        watch.start()
        try:
            send(self._input, request)
            reply = receive(self._output, limits.characters * _LONGEST_CHARACTER)
        except (OSError, BrokenFrame) as error:
            raise _Mishap(self._why(limits, isinstance(error, BrokenFrame))) from None
        finally:
            watch.cancel()
            watch.join()
        if reply is None:
            raise _Mishap(self._why(limits, broken=False))
        return reply

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _time_out(self) -> None:
        self._timed_out = True
        self._kill()

    def _kill(self) -> None:
        """End the process and whatever it may have started."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg") and self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def end(self) -> None:
        """End the process, at once: it holds nothing that could be lost."""
        self._kill()
        self._process.wait()
        self._ended.set()
        for stream in (self._input, self._output):
            with suppress(OSError):  # a request that was never taken in
                stream.close()

    def _why(self, limits: Limits, broken: bool) -> str:
        """Why there is no reply, in words for the user."""
        if self._timed_out:
            return f"{limits.wall:g} 秒内没有读完；请拆成几个较小的文件，或存为纯文本后再加入。"
        if broken and self.alive():
            return "解析进程的回复无法识别；文件可能是恶意的，请另存一份，或存为纯文本后再加入。"
        self._kill()
        status = self._process.wait()
        if status == -getattr(signal, "SIGXCPU", 0) and status:
            return (
                f"解析用去 {limits.cpu} 秒以上的处理器时间；"
                "请拆成几个较小的文件，或存为纯文本后再加入。"
            )
        how = f"信号 {-status}" if status < 0 else f"退出码 {status}"
        return (
            f"解析进程意外终止（{how}），可能是文件已损坏，或内存不足；"
            "请另存一份，或存为纯文本后再加入。"
        )


def _extracted(reply: Frame, name: str, limits: Limits) -> Extracted:
    """What the reply says, checked like anything that comes from outside."""
    outcome = reply.header.get("outcome")
    if outcome in (REFUSED, FAILED):
        reason = " ".join(str(reply.header.get("reason")).splitlines())
        raise _Refusal(outcome, reason[:_LONGEST_REASON])
    pages = reply.header.get("pages")
    try:
        text = reply.body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
        pages = None
    if outcome != TEXT or len(text) > limits.characters or not _are_pages(pages, len(text)):
        raise _Mishap("解析进程的回复前后矛盾；请另存一份，或存为纯文本后再加入。")
    assert isinstance(pages, list)
    return Extracted(text, tuple(pages))


def _are_pages(pages: object, length: int) -> bool:
    """Whether `pages` are offsets of pages in a text of this length."""
    if not isinstance(pages, list) or not all(type(page) is int for page in pages):
        return False
    inside = not pages or (pages[0] == 0 and pages[-1] <= length)
    return inside and all(before <= after for before, after in pairwise(pages))


def _command(limits: Limits) -> tuple[str, ...]:
    program = str(Path(__file__).resolve().parents[2])
    return (sys.executable, "-I", "-c", _START, limits.to_json(), program, str(os.getpid()))
