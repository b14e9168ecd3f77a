"""MCP over HTTP at /mcp: the revision of 2026 and those with a handshake, on one address.

Without sessions: a read-only service has nothing to remember, and a restart breaks no client.
Host and Origin are checked first, or any web page could reach a service on the same machine.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.chat.mcp_server import PolicyServer
from app.chat.surface import Office, Surface
from app.settings_chat import ChatSettings, Mcp

PATH: Final = "/mcp"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_UNAUTHORIZED: Final = -32001  # JSON-RPC leaves -32000 to -32099 to servers


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """The MCP endpoint, when it is switched on."""
    if settings.mcp is None:
        return ()
    server = PolicyServer(office.answerer, office.run)
    security = _security(settings.mcp, office.public_url)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        transport_security=security,
    )

    @asynccontextmanager
    async def running(app: Any) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    routes = APIRouter(lifespan=running)
    gate = _Gate(inner, security, settings.mcp.key)
    routes.routes.append(Route(PATH, gate, include_in_schema=False))
    return (Surface("mcp", routes),)


def _security(settings: Mcp, public_url: str) -> TransportSecuritySettings:
    """Loopback, the address of the service, and what the settings add; each with any port."""
    hosts = [*_LOOPBACK, *settings.allowed_hosts]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in _LOOPBACK]
    origins += settings.allowed_origins
    if public_url:
        address = urlsplit(public_url)
        hosts.append(address.netloc)
        origins.append(f"{address.scheme}://{address.netloc}")
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[form for host in hosts for form in (host, f"{host}:*")],
        allowed_origins=[form for origin in origins for form in (origin, f"{origin}:*")],
    )


class _Gate:
    """Lets requests through to MCP that come from where they may, with the key, by POST."""

    def __init__(
        self, app: ASGIApp, security: TransportSecuritySettings, key: SecretStr | None
    ) -> None:
        self._app = app
        self._check = TransportSecurityMiddleware(security)
        self._key = None if key is None else f"Bearer {key.get_secret_value()}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers what may not pass."""
        request = Request(scope)
        refused = await self._check.validate_request(request)
        if refused is None and not self._is_known(request):
            refused = _error(401, _UNAUTHORIZED, "密钥不对", {"WWW-Authenticate": "Bearer"})
        if refused is None and request.method != "POST":
            # No stream of messages from the server is offered, so there is none to open or close.
            refused = _error(405, -32600, "只接受 POST", {"Allow": "POST"})
        await (self._app if refused is None else refused)(scope, receive, send)

    def _is_known(self, request: Request) -> bool:
        if self._key is None:
            return True
        given = request.headers.get("authorization", "").encode("latin-1")
        return hmac.compare_digest(given, self._key)


def _error(status: int, code: int, message: str, headers: dict[str, str]) -> Response:
    body = {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}
    return Response(
        json.dumps(body, ensure_ascii=False),
        status,
        headers=headers,
        media_type="application/json",
    )
