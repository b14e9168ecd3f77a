"""One writer at a time on a data folder.

The lock is the operating system's own (flock): it ends with the process that holds it, also after
kill -9, and needs no cleaning. `writer.json` beside it only tells who the writer is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.errors import LibraryLocked

LOCK: Final = "writer.lock"
HOLDER: Final = "writer.json"
PATIENCE: Final = 0.5  # seconds


@contextmanager
def writing(data: Path) -> Iterator[None]:
    """Hold the writer's lock of the folder `data`, which exists.

    Raises LibraryLocked within a second when another process, or another thread, holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(data / LOCK)
    try:
        lock.acquire(timeout=PATIENCE, poll_interval=0.05)
    except Timeout:
        raise LibraryLocked(
            f"数据文件夹 {data} 正由{_holder(data)}写入（锁文件 {data / LOCK}）。"
            "请等它结束，或用 --data 指定另一个文件夹。"
        ) from None
    try:
        (data / HOLDER).write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        (data / HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(data: Path) -> str:
    """Who holds the lock, as far as it is known: the holder may just be writing it down."""
    try:
        pid = int(json.loads((data / HOLDER).read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, LookupError, TypeError):
        return "另一个进程"
    return f"进程 {pid} "
