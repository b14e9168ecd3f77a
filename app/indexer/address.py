"""Where the indexing process listens: a socket in the data folder that only its owner may use.

On Windows, and where the path of the folder is too long for a socket, it is a port of the loopback
interface and a key, both written into a file of the data folder that only its owner may read.
Frames carry bytes and their length; nothing that is received is ever executed (no pickle).
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Final

from app.errors import WriterAway

SOCKET: Final = "indexer.sock"
PORT_FILE: Final = "indexer.json"
WAITING: Final = 64  # connections that have not been accepted yet
_PATH_BYTES: Final = 100  # a socket's path may have 104 to 108 bytes, depending on the system
_AWAY: Final = "没有正在运行的索引进程（数据文件夹 {data}）。请先启动 youju serve。"


class Door:
    """Where connections of one data folder come in."""

    def __init__(self, data: Path, listener: Listener) -> None:
        self._data = data
        self._listener = listener

    def accept(self) -> Connection:
        """The next connection. Raises OSError, also for a caller without the key."""
        try:
            return self._listener.accept()
        except AuthenticationError as error:
            raise OSError(f"a caller without the key: {error}") from error

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):  # the name of the socket may be gone already
            self._listener.close()
        with suppress(OSError):
            _forget(self._data)


def listen(data: Path) -> Door:
    """Begin to listen for the folder `data`. Only for the holder of its writer's lock."""
    _forget(data)
    if not _has_sockets():
        return Door(data, _listen_on_port(data))
    with _short(data) as folder:
        if folder is None:
            return Door(data, _listen_on_port(data))
        before = os.umask(0o177)
        try:
            listener = Listener(f"{folder}/{SOCKET}", family="AF_UNIX", backlog=WAITING)
        finally:
            os.umask(before)
    return Door(data, listener)


def _forget(data: Path) -> None:
    """Remove what a listener before left behind."""
    for name in (SOCKET, PORT_FILE):
        (data / name).unlink(missing_ok=True)


def connect(data: Path) -> Connection:
    """A connection to the process that listens for `data`. Raises WriterAway when none does."""
    try:
        if _has_sockets() and (data / SOCKET).exists():
            with _short(data) as folder:
                if folder is not None:
                    return Client(f"{folder}/{SOCKET}", family="AF_UNIX")
        written = json.loads((data / PORT_FILE).read_text(encoding="utf-8"))
        address = ("127.0.0.1", int(written["port"]))
        return Client(address, family="AF_INET", authkey=bytes.fromhex(written["key"]))
    except (OSError, ValueError, LookupError, TypeError, EOFError) as error:
        raise WriterAway(_AWAY.format(data=data)) from error


def _listen_on_port(data: Path) -> Listener:
    key = secrets.token_bytes(32)
    listener = Listener(("127.0.0.1", 0), family="AF_INET", backlog=WAITING, authkey=key)
    assert isinstance(listener.address, tuple)
    written = json.dumps({"port": listener.address[1], "key": key.hex()})
    number = os.open(data / PORT_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(written)
    return listener


def _has_sockets() -> bool:
    return os.name == "posix"


@contextmanager
def _short(data: Path) -> Iterator[str | None]:
    """A path of the folder that is short enough; None when there is none on this system."""
    whole = os.path.abspath(data)
    if len(os.fsencode(f"{whole}/{SOCKET}")) <= _PATH_BYTES:
        yield whole
        return
    if sys.platform != "linux":
        yield None
        return
    number = os.open(whole, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{number}"
    finally:
        with suppress(OSError):
            os.close(number)
