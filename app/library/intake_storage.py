"""What errors of the disk mean for somebody who wants to store something, and the way out."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable, StorageError, StorageFull, StorageReadOnly

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turns errors of the disk below `folder` into StorageError, which says the way out."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, folder) from error


def storage_error(error: OSError, folder: Path) -> StorageError:
    """What an error of the disk means for somebody who wants to store something in `folder`."""
    said = f"{error.strerror or error}（{folder}）"
    if error.errno in _FULL:
        return StorageFull(f"磁盘已满，没有收入：{said}。请腾出空间后重试；已有的文件不受影响。")
    if error.errno in _CLOSED:
        return StorageReadOnly(
            f"文件夹不能写入，没有收入：{said}。请检查权限后重试；回答不受影响。"
        )
    return StorageError(f"没有收入：{said}。请检查磁盘后重试；已有的文件不受影响。")


@contextmanager
def indexing(data: Path) -> Iterator[None]:
    """Turns errors of the disk while the data folder is written into the StorageError they are."""
    try:
        yield
    except (IndexUnusable, OSError) as error:
        cause = error.__cause__ if isinstance(error, IndexUnusable) else error
        full = isinstance(cause, sqlite3.OperationalError) and "full" in str(cause)
        if isinstance(cause, OSError):
            kind = type(storage_error(cause, data))
        elif full:
            kind = StorageFull
        else:
            raise
        raise kind(str(error)) from error
