"""Failures of the service in the shape of OpenAI, and CORS, on the OpenAI-compatible paths.

The service answers failures with problem details, some of them before any route is looked for
(a body that is too large). Clients of OpenAI read only `error`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.chat.openai_stream import error

_PATHS = re.compile(r"/v1/(?:models|chat)(?:/|$)|/owui/v1(?:/|$)")
_NAMES = re.compile(r"[A-Za-z0-9_\-, ]{1,500}")
_KINDS = {
    401: "authentication_error",
    429: "rate_limit_error",
}


def kind_of(status: int) -> str:
    """The `type` of an error object for an HTTP status."""
    fallback = "server_error" if status >= 500 else "invalid_request_error"
    return _KINDS.get(status, fallback)


class OpenAIShape:
    """ASGI middleware; `origins` are the browser origins that may call."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; its failures come back reshaped."""
        if scope["type"] != "http" or not _PATHS.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = origin if origin in self._origins else ""
        if allowed and scope["method"] == "OPTIONS":
            await _preflight(allowed, headers, send)
            return
        await self._app(scope, receive, _Reshaped(send, allowed))


class _Reshaped:
    """A `send` that turns problem details into error objects."""

    def __init__(self, send: Send, origin: str) -> None:
        self._send = send
        self._origin = origin
        self._held: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            if self._origin:
                headers["Access-Control-Allow-Origin"] = self._origin
                headers["Access-Control-Expose-Headers"] = "Retry-After"
                headers.add_vary_header("Origin")
            if headers.get("content-type", "").startswith("application/problem+json"):
                self._held = {**message, "headers": headers.raw}
                return
        elif self._held is not None and message["type"] == "http.response.body":
            # A problem is one piece; it must not wait for the end of a refused body.
            start, self._held = self._held, None
            body = _reshaped(message.get("body", b""), start["status"])
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Type"] = "application/json"
            headers["Content-Length"] = str(len(body))
            await self._send(start)
            message = {**message, "body": body}
        await self._send(message)


def _reshaped(raw: bytes, status: int) -> bytes:
    problem = json.loads(raw) if raw else {}
    said = f"{problem.get('title', '请求失败')}：{problem.get('detail', '')}"
    code = str(problem.get("type", "")).rpartition("/")[2] or None
    return json.dumps(error(said, kind_of(status), code=code), ensure_ascii=False).encode()


async def _preflight(origin: str, headers: Headers, send: Send) -> None:
    wanted = headers.get("access-control-request-headers", "")
    names = wanted if _NAMES.fullmatch(wanted) else "authorization, content-type"
    answer = {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST, OPTIONS",
        "access-control-allow-headers": names,
        "access-control-max-age": "600",
        "vary": "Origin",
    }
    raw = [(name.encode(), value.encode()) for name, value in answer.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
