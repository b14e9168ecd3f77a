"""Starts the indexing process, starts it again when it dies, and stops it with the server."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Final

from app.errors import WriterAway, YoujuError
from app.indexer.messages import error_of
from app.indexer.options import LOCKED, Options

SHORTEST: Final = 0.5  # seconds until the first restart; each further one waits twice as long
LONGEST: Final = 30.0
SETTLED: Final = 60.0  # seconds after which a process counts as healthy
STARTING: Final = 60.0
STOPPING: Final = 5.0
# The child finds the code where this process found it.
_BOOT: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import runpy; "
    "runpy.run_module('app.indexer', run_name='__main__', alter_sys=True)"
)
_log = logging.getLogger("youju.indexer")


class Supervisor:
    """Keeps one indexing process running for a corpus folder and its data folder."""

    def __init__(self, corpus: Path, data: Path, *, limit: int, watch: str, log_level: str) -> None:
        self._options = Options(
            corpus=str(corpus.absolute()),
            data=str(data.absolute()),
            limit=limit,
            watch=watch,
            log_level=log_level,
            parent=os.getpid(),
        )
        self._process: subprocess.Popen[str] | None = None
        self._first = threading.Event()
        self._error: YoujuError | None = None
        self._stopping = threading.Event()
        # The process dies with the thread that started it, so this thread stays.
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Start the process and wait until it takes work.

        Raises what keeps it from working (LibraryLocked when another process writes,
        IndexUnusable, …). It is tried again all the same, until `stop`.
        """
        self._thread.start()
        self._first.wait(STARTING)
        if self._error is not None:
            raise self._error
        if not self._first.is_set():
            raise WriterAway(f"索引进程在 {STARTING:g} 秒内没有准备好；请查看日志。")

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def stop(self) -> None:
        """End the process: it finishes what it has begun, for a while, then it is ended."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        try:
            process.stdin.close()
            process.wait(STOPPING)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()
        self._thread.join(STOPPING)

    def _run(self) -> None:
        wait = SHORTEST
        while not self._stopping.is_set():
            started = time.monotonic()
            code = self._once()
            if self._stopping.is_set():
                return
            wait = SHORTEST if time.monotonic() - started > SETTLED else wait
            if code != LOCKED:
                _log.error("索引进程结束了（%d），%g 秒后重新启动", code, wait)
            self._stopping.wait(wait)
            wait = min(LONGEST, wait * 2)

    def _once(self) -> int:
        """Run the process once. Its exit code."""
        process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, str(_root()), self._options.to_json()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._process = process
        with process:
            if self._stopping.is_set():
                process.kill()
            assert process.stdout is not None
            self._error = _first_error(process.stdout)
            if self._error is not None and self._first.is_set():
                _log.debug("索引进程不能工作：%s", self._error)
            self._first.set()
            return process.wait()


def _first_error(output: IO[str]) -> YoujuError | None:
    """What the first line of the process says is wrong; None when it is ready."""
    line = output.readline()
    try:
        found = json.loads(line)
        return None if "ready" in found else error_of(found["error"], found["message"])
    except (ValueError, LookupError, TypeError):
        return WriterAway("索引进程没有启动；请查看日志。")


def _root() -> Path:
    return Path(__file__).resolve().parents[2]
