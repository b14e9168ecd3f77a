"""What the surfaces with plain JSON share: the key, the body, the address of the service."""

from __future__ import annotations

import hmac
import json
from typing import Any

from pydantic import SecretStr
from starlette.requests import Request

from app.chat.surface import Office

_BEARER = "bearer "


def token_of(request: Request) -> str | None:
    """The token of the header `Authorization: Bearer TOKEN`; None when it has another form."""
    header = request.headers.get("authorization", "")
    token = header[len(_BEARER) :].strip()
    return token if header.lower().startswith(_BEARER) and token else None


def opens(token: str, key: SecretStr) -> bool:
    """Whether `token` is the key, compared in constant time."""
    wanted = key.get_secret_value().encode()
    return hmac.compare_digest(token.encode("utf-8", "surrogatepass"), wanted)


def json_object(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in `raw`; None for anything else, NaN and lone surrogates included."""
    try:
        value = json.loads(raw, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _refuse(name: str) -> object:
    raise ValueError(name)


def base_url(request: Request, office: Office) -> str:
    """The address before all links, without a slash at its end."""
    return office.public_url or str(request.base_url).rstrip("/")
