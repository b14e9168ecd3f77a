"""uvicorn's httptools protocol, with a deadline and a size for request headers.

uvicorn waits for ever for the end of a header and keeps all of it in memory. Here a connection
that has not sent its headers in time, or sends too many, is answered with a problem and closed.
So are malformed requests and connections above the bound, which uvicorn answers in plain text.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.problems import PROBLEM_JSON, Problem, problem_bytes

HEADER_SECONDS = 10.0
HEADER_BYTES = 64 * 1024
CONNECTIONS = 1000


class GuardedProtocol(HttpToolsProtocol):
    """One connection. The deadline runs from its beginning, and from each further request."""

    header_seconds = HEADER_SECONDS
    _deadline: asyncio.TimerHandle | None = None
    _header_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the deadline; refuses the connection when there are too many."""
        super().connection_made(transport)
        self._start_deadline()
        if len(self.connections) > CONNECTIONS:
            self._refuse(Problem("overloaded", f"已有 {CONNECTIONS} 个连接。"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the deadline."""
        self._stop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hands data to the parser and counts what belongs to an unfinished header."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._deadline is None or self.transport.is_closing():
            return
        self._header_bytes += len(data)
        if self._header_bytes > HEADER_BYTES:
            self._refuse(Problem("headers-too-large", f"请求头超过 {HEADER_BYTES} 字节。"))

    def on_message_begin(self) -> None:
        """A request begins: its headers must come in time."""
        self._start_deadline()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are here; the body has its own deadline (`app.web.body_guard`)."""
        self._stop_deadline()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What is not HTTP gets a problem too."""
        self._refuse(Problem("bad-request", "收到的不是有效的 HTTP 请求。"))

    def _start_deadline(self) -> None:
        if self._deadline is None:
            self._header_bytes = 0
            self._deadline = self.loop.call_later(self.header_seconds, self._too_slow)

    def _stop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        said = f"{self.header_seconds:g} 秒内没有收完请求头。"
        self._refuse(Problem("request-timeout", said))

    def _refuse(self, problem: Problem) -> None:
        """Writes the problem and closes; only closes where it would stand for another answer."""
        self._stop_deadline()
        if self.transport.is_closing():
            return
        if self._is_unanswered():
            self.transport.write(_raw_response(problem))
        self.transport.close()

    def _is_unanswered(self) -> bool:
        """Whether the next response on the wire belongs to what is being read now."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return True
        # The body of the only request at work is broken.
        return cycle.more_body and not cycle.response_started and not self.pipeline


def _raw_response(problem: Problem) -> bytes:
    status = HTTPStatus(problem.kind.status)
    body = problem_bytes(problem)
    headers = {
        **(problem.headers or {}),
        "Content-Type": PROBLEM_JSON,
        "Content-Length": str(len(body)),
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n".encode() + body
