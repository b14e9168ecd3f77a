"""How much the service takes on at once. What one request may hold is part of the contract:
see the constants of `app.web.schemas`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Capacity of one server process.

    `body_bytes` and `query_bytes` bound what a request may send, `body_seconds` the time it may
    take to send its body. `threads` engine calls run at once, `waiting` more may queue for them;
    what comes on top is told to come back later.
    """

    body_bytes: int = 64 * 1024
    query_bytes: int = 16 * 1024
    body_seconds: float = 10.0
    threads: int = 4
    waiting: int = 64
