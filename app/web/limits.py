"""How much the service takes on at once. What one request may hold is part of the contract:
see the constants of `app.web.schemas`."""

from __future__ import annotations

from dataclasses import dataclass

UPLOADS_TOGETHER = 4  # largest files that fit into one request


@dataclass(frozen=True, slots=True)
class Limits:
    """Capacity of one server process.

    `body_bytes` and `query_bytes` bound what a request may send, `body_seconds` the time it may
    take to send its body. An upload may hold several files of `upload_bytes` each, and take
    `upload_seconds`, but must not pause for `body_seconds`. `threads` engine calls run at once,
    `waiting` more may queue for them; what comes on top is told to come back later.
    """

    body_bytes: int = 64 * 1024
    query_bytes: int = 16 * 1024
    body_seconds: float = 10.0
    upload_bytes: int = 50 * 1024 * 1024
    upload_seconds: float = 600.0
    threads: int = 4
    waiting: int = 64

    @property
    def upload_request_bytes(self) -> int:
        """How much one upload may send in all."""
        return UPLOADS_TOGETHER * self.upload_bytes + self.body_bytes
