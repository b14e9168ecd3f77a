"""The address that the service listens on: whether it is free, and how a reader writes it."""

from __future__ import annotations

import os
import socket

from app.errors import SettingsError

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listens everywhere; a reader needs one address


def web_address(host: str, port: int) -> str:
    """The http address under which this machine reaches the service."""
    name = _ANY.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def require_free(host: str, port: int) -> None:
    """Raise SettingsError when the address cannot be listened on.

    Asked before indexing, which may take long, and because the server itself would only log it.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as attempt:
            if os.name == "posix":
                # As the server does: an address that was left a moment ago counts as free.
                attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(address)
    except OSError as error:
        raise SettingsError(
            f"不能在 {host} 的端口 {port} 上监听：{error.strerror or error}。"
            "请停下占用它的程序，或用 --port、--host 另选一个。"
        ) from error
