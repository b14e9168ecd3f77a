"""Who may ask and who may change documents: keys in the Authorization header, checked first of all.

Asking and reading need the ask key when one is set; changing documents always needs the admin key,
which may also ask. Programs send `Authorization: Bearer KEY`. Browsers may send the ask key as the
password of HTTP Basic, with any user name; the admin key never, since a browser adds Basic by
itself to requests that other pages make it send. A key in an address is not looked at: addresses
are written into logs and passed on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.body_guard import refuse
from app.web.problems import Problem, problem_response

# What anybody may see: whether the service runs, how it is used, and what its pages are made of.
_OPEN: Final = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json", "/favicon.ico"})
_OPEN_FOLDERS: Final = ("/static/", "/problems/")
_READING: Final = frozenset({"GET", "HEAD"})

GUESSES: Final = 20  # wrong keys that one address may send at once
GUESSES_PER_SECOND: Final = 0.5  # and how many more it gets with time
ADDRESSES: Final = 10_000  # that are remembered
KEY_BYTES: Final = 1000


class Need(StrEnum):
    """Which key a request needs."""

    NONE = "none"
    ASK = "ask"
    ADMIN = "admin"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8")).digest() if key else b""


@dataclass(frozen=True, slots=True)
class Keys:
    """The SHA-256 digests of the keys; b"" where none is set. Make it with `of`."""

    ask: bytes = field(repr=False)
    admin: bytes = field(repr=False)

    @classmethod
    def of(cls, ask: str, admin: str) -> Keys:
        """Of the keys themselves, "" where none is set."""
        return cls(_digest(ask), _digest(admin))

    def opens(self, need: Need, bearer: str, password: str) -> bool:
        """Whether the keys of a request satisfy `need`; each is "" when not sent."""
        is_admin = _same(bearer, self.admin)
        if need is Need.ADMIN:
            return is_admin
        # All are compared, so that the time says nothing of which one was right.
        return any([is_admin, _same(bearer, self.ask), _same(password, self.ask)])


def _same(sent: str, digest: bytes) -> bool:
    return bool(sent and digest) and hmac.compare_digest(_digest(sent), digest)


NO_KEYS: Final = Keys(b"", b"")


class Throttle:
    """Slows down whoever tries keys: so many wrong ones for each address.

    The same wrong key counts once: a program with an old key tries it for ever and guesses
    nothing. `clock` counts seconds. Used by one event loop.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, tuple[float, float, bytes]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until the address may try another key; 0 when it may now."""
        left = self._left(_network(address))
        return 0.0 if left >= 1 else (1 - left) / GUESSES_PER_SECOND

    def wrong(self, address: str, sent: str) -> None:
        """The address has sent a wrong key."""
        network, digest = _network(address), _digest(sent)
        if network in self._seen and self._seen[network][2] == digest:
            return
        self._seen[network] = (self._left(network) - 1, self._clock(), digest)
        self._seen.move_to_end(network)
        if len(self._seen) > ADDRESSES:
            self._seen.popitem(last=False)

    def _left(self, network: str) -> float:
        left, since, _ = self._seen.get(network, (float(GUESSES), self._clock(), b""))
        return min(GUESSES, left + (self._clock() - since) * GUESSES_PER_SECOND)


def _network(address: str) -> str:
    """The address, or for IPv6 the /64 that one household or machine has to itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


class KeyGuard:
    """ASGI middleware: answers what lacks its key before anything of it is read.

    `routes` are all that the service has, and `exempt` those with keys of their own (the chat
    surfaces); both may grow.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Keys,
        routes: Sequence[BaseRoute],
        exempt: Sequence[BaseRoute],
    ) -> None:
        self._app = app
        self._keys = keys
        self._routes = routes
        self._exempt = exempt
        self._throttle = Throttle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, or answers with a problem."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, send)
            return
        if scope["method"] in _READING:
            await problem_response(refused)(scope, receive, send)
        else:
            await refuse(refused, scope, receive, send, is_sending=True)

    def _refusal(self, scope: Scope) -> Problem | None:
        need = self._need(scope)
        if need is Need.NONE:
            return None
        if need is Need.ADMIN and not self._keys.admin:
            return Problem("admin-off")
        bearer, password = _sent(Headers(scope=scope).get("authorization", ""))
        challenge = {"WWW-Authenticate": _challenge(scope, need)}
        if not bearer and not password:
            return Problem("unauthorized", "请求没有带密钥。", headers=challenge)
        address = scope["client"][0] if scope.get("client") else ""
        wait = self._throttle.wait(address)
        if wait:
            said = "这个地址试过的错误密钥太多。"
            retry = {"Retry-After": str(int(wait) + 1)}
            return Problem("too-many-requests", said, headers=retry)
        if self._keys.opens(need, bearer, password):
            return None
        if need is Need.ADMIN and self._keys.opens(Need.ASK, bearer, password):
            return Problem("forbidden", "这是提问与阅读的密钥。")
        self._throttle.wrong(address, bearer or password)
        return Problem("unauthorized", "密钥不对。", headers=challenge)

    def _need(self, scope: Scope) -> Need:
        path, method = scope["path"], scope["method"]
        in_documents = path == "/v1/documents" or path.startswith("/v1/documents/")
        changing = in_documents and method not in _READING
        if changing and any(route.matches(scope)[0] is Match.FULL for route in self._routes):
            return Need.ADMIN
        if path.startswith("/v1/admin/"):
            return Need.ADMIN
        if not self._keys.ask or path in _OPEN or path.startswith(_OPEN_FOLDERS):
            return Need.NONE
        own = any(route.matches(scope)[0] is not Match.NONE for route in self._exempt)
        return Need.NONE if own else Need.ASK


def _challenge(scope: Scope, need: Need) -> str:
    """How to send the key: a browser asks its user when it is told Basic."""
    is_page = not scope["path"].startswith("/v1/")
    return 'Basic realm="youju", charset="UTF-8"' if is_page else 'Bearer realm="youju"'


def _sent(header: str) -> tuple[str, str]:
    """The bearer key and the Basic password of an Authorization header, "" where there is none."""
    kind, _, rest = header.strip().partition(" ")
    value = rest.strip()
    if not value or len(value) > KEY_BYTES:
        return "", ""
    if kind.lower() == "bearer":
        return value, ""
    if kind.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return "", ""
    return "", text.partition(":")[2]
