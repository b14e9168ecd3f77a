"""Reads request bodies for the application: bounded in size and in time.

The server itself has no bound on either. A body is taken in whole before the application sees the
request, which is cheap because it is small. Only an upload is passed on as it comes, counted.
"""

from __future__ import annotations

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.limits import Limits
from app.web.problems import Problem, problem_response

# A client that is still sending when it is refused reads the answer only if we go on reading for
# a while; a connection closed with unread data in it is reset, and the answer is lost.
LINGER_BYTES = 32 * 1024 * 1024
LINGER_SECONDS = 5.0


class _Disconnected(Exception):
    """The client went away before its body was complete."""


class BodyGuard:
    """ASGI middleware: 413 for a large body, 414 for a long query string, 408 for a slow body."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with its body read, or answers with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if _is_upload(scope):
                await self._stream(scope, receive, send)
                return
            self._check_announced(scope, self._limits.body_bytes)
            body = await self._read(receive)
        except Problem as problem:
            await refuse(problem, scope, receive, send, is_sending=problem.kind.status == 413)
            return
        except _Disconnected:
            return
        await self._app(scope, _replay(body, receive), send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes an upload on piece by piece; what breaks a bound is answered here."""
        most = self._limits.upload_request_bytes
        self._check_announced(scope, most)
        counted = _Counted(receive, most, self._limits)

        async def answer(message: Message) -> None:
            if counted.broken is None:
                await send(message)

        await self._app(scope, counted.receive, answer)
        if counted.broken is not None:
            raise counted.broken

    def _check_announced(self, scope: Scope, most: int) -> None:
        if len(scope["query_string"]) > self._limits.query_bytes:
            size, longest = len(scope["query_string"]), self._limits.query_bytes
            raise Problem("query-too-long", f"查询串有 {size} 字节，最多 {longest} 字节。")
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced[:20]) > most:
            raise _too_large(f"请求体有 {announced[:20]} 字节", most)

    async def _read(self, receive: Receive) -> bytes:
        body = bytearray()
        more = True
        with anyio.move_on_after(self._limits.body_seconds) as timer:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _Disconnected
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > self._limits.body_bytes:
                    raise _too_large("请求体还没有收完就已超出", self._limits.body_bytes)
        if timer.cancelled_caught:
            said = f"{self._limits.body_seconds:g} 秒内只收到请求体的 {len(body)} 字节。"
            raise Problem("request-timeout", said)
        return bytes(body)


class _Counted:
    """The body of an upload as it comes. `broken` is the bound that it broke, if any."""

    def __init__(self, receive: Receive, most: int, limits: Limits) -> None:
        self._receive = receive
        self._most = most
        self._limits = limits
        self._got = 0
        self._until = anyio.current_time() + limits.upload_seconds
        self.broken: Problem | None = None

    async def receive(self) -> Message:
        """The next piece. Raises `Problem` when a bound is broken."""
        if self.broken is not None:
            raise self.broken
        message: Message = {}
        wait = min(self._limits.body_seconds, self._until - anyio.current_time())
        with anyio.move_on_after(max(0.0, wait)) as timer:
            message = await self._receive()
        if timer.cancelled_caught:
            self.broken = Problem("request-timeout", f"请求体收到 {self._got} 字节后没有下文。")
            raise self.broken
        self._got += len(message.get("body", b""))
        if self._got > self._most:
            self.broken = _too_large("请求体还没有收完就已超出", self._most)
            raise self.broken
        return message


def _is_upload(scope: Scope) -> bool:
    """Whether the request sends documents, which are larger than questions."""
    method, path = scope["method"], scope["path"]
    if method == "POST":
        return bool(path == "/v1/documents")
    return bool(method == "PUT" and path.startswith("/v1/documents/"))


def _too_large(said: str, most: int) -> Problem:
    return Problem("body-too-large", f"{said}，最多 {most} 字节。")


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


async def refuse(
    problem: Problem, scope: Scope, receive: Receive, send: Send, *, is_sending: bool
) -> None:
    """Sends the whole answer, then ends the response and the connection.

    With `is_sending`, the client is still sending, and is read for a while in between.
    """
    response = problem_response(problem)
    response.headers["Connection"] = "close"

    async def held_open(message: Message) -> None:
        await send({**message, "more_body": True} if "body" in message else message)

    await response(scope, receive, held_open)
    if is_sending:
        await _linger(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _linger(receive: Receive) -> None:
    """Reads and drops what the client is still sending, up to a bound."""
    dropped = 0
    with anyio.move_on_after(LINGER_SECONDS):
        while dropped < LINGER_BYTES:
            message = await receive()
            dropped += len(message.get("body", b""))
            if message["type"] == "http.disconnect" or not message.get("more_body", False):
                return
