"""A bounded pool of threads for the engine, which would block the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from app.web.problems import Problem

Result = TypeVar("Result")


class Workers:
    """Runs work in `threads` threads; at most `waiting` more pieces queue for one."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._limiter = anyio.CapacityLimiter(threads)
        self._most = threads + waiting
        self._admitted = 0

    async def run(self, work: Callable[[], Result]) -> Result:
        """What `work` returns. Raises `Problem` (503) at once when the queue is full."""
        if self._admitted >= self._most:
            raise Problem("overloaded", f"已有 {self._admitted} 个请求在处理或等候。")
        self._admitted += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._admitted -= 1
