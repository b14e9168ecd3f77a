"""Files that survive a crash: written whole or not at all, and known by their hash."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

TEMPORARY: Final = ".new"


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step: whoever looks finds the old file or the new one.

    Durable when this returns. A crash may leave `path` with the suffix `.new` behind.
    """
    temporary = path.with_name(path.name + TEMPORARY)
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Windows cannot open folders and syncs them itself."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def sync_file(path: Path) -> None:
    """Make the content of `path` durable."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def digest_of(path: Path) -> str:
    """The SHA-256 of the file at `path`, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
