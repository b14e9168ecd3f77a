"""Requests to the servers of the platforms: JSON, to allowed hosts only, and with a time limit.

Addresses carry access tokens, so no error and no log line repeats one. Blocking.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from email.message import Message
from http.client import HTTPException
from typing import IO
from urllib.parse import urlencode, urlsplit

TIMEOUT = 5.0  # seconds
_ANSWER = 1 << 20  # bytes of an answer that are read
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Undelivered(Exception):
    """A request that did not reach the platform, or that the platform turned down.

    `code` is the error code of the platform, 0 when it gave none.
    """

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry a token to a host that nobody allowed."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        return None


def host_of(base: str) -> str:
    """The host of an address, for the list of allowed ones."""
    return (urlsplit(base).hostname or "").lower()


def call(
    base: str,
    path: str,
    hosts: Collection[str],
    query: Mapping[str, str] | None = None,
    body: Mapping[str, object] | None = None,
    timeout: float = TIMEOUT,
) -> dict[str, object]:
    """The JSON object with which `base` answers; with a `body` it is posted.

    Raises `Undelivered` for a host that is not among `hosts`, a plain-text address beyond this
    machine, silence, or an answer that is no JSON object.
    """
    host = host_of(base)
    if host not in {one.lower() for one in hosts}:
        raise Undelivered(f"{host} 不在允许的主机之列")
    if urlsplit(base).scheme != "https" and host not in _LOOPBACK:
        raise Undelivered(f"到 {host} 的请求必须用 https")
    address = base.rstrip("/") + path + ("?" + urlencode(query) if query else "")
    data = json.dumps(body, ensure_ascii=False).encode("utf-8") if body is not None else None
    request = urllib.request.Request(
        address, data, {"Content-Type": "application/json; charset=utf-8"}
    )
    return _object(_fetched(request, host, path, timeout), host, path)


def _fetched(request: urllib.request.Request, host: str, path: str, timeout: float) -> bytes:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if host in _LOOPBACK:
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=timeout) as answer:
            raw: bytes = answer.read(_ANSWER)
            return raw
    except urllib.error.HTTPError as error:
        error.close()
        raise Undelivered(f"{host}{path} 回应 HTTP {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        # Without the cause, whose text may hold the address.
        raise Undelivered(f"{host}{path} 没有回应（{type(error).__name__}）") from None


def _object(raw: bytes, host: str, path: str) -> dict[str, object]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Undelivered(f"{host}{path} 的回应不是 JSON 对象")
    return found


def checked(answer: Mapping[str, object], what: str) -> None:
    """Raises `Undelivered` unless `errcode` of an answer is 0."""
    code = answer.get("errcode", 0)
    if code != 0:
        # errmsg may repeat the request, token included; the code says what matters.
        raise Undelivered(f"{what}：errcode {code}", code if isinstance(code, int) else -1)
