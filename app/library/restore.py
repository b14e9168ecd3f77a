"""Puts a backup back: into empty folders only, and only when every byte is what was written.

Everything is unpacked and compared before CURRENT is written, which publishes it. When something
is wrong, what was unpacked is removed again, so that the folders are as empty as before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

from app.errors import BackupError
from app.library.backup_list import (
    CORPUS,
    DATA,
    LIST,
    MOST_BYTES_OF_LIST,
    BackupList,
    Member,
    read_list,
)
from app.library.check import check
from app.library.check_report import CheckReport
from app.library.files import TEMPORARY, sync_folder, write_whole
from app.library.home import CURRENT

_CHUNK: Final = 1024 * 1024
_LONGEST_HEADER: Final = 4 * _CHUNK  # of one entry; tarfile would read any into memory
_HARMLESS: Final = frozenset({"lost+found", ".DS_Store"})


def restore(archive: Path, corpus: Path, data: Path) -> CheckReport:
    """Unpack the backup `archive` into the folders `corpus` and `data`, publish it, and check it.

    Raises BackupError when a folder is not empty, or the archive is damaged or no backup; nothing
    is published then.
    """
    for folder in (corpus, data):
        _require_empty(folder)
    made: list[Path] = []
    try:
        with _opened(archive) as tar:
            listed = _list(tar, archive)
            _require_space(listed, corpus, data)
            current = _unpacked(tar, listed, archive, {CORPUS: corpus, DATA: data}, made)
        for folder in sorted({each.parent for each in made} | {corpus, data}):
            sync_folder(folder)
        write_whole(data / CURRENT, current)
    except OSError as error:
        _remove(made, corpus, data)
        raise BackupError(f"不能恢复：{error}。请检查权限和剩余空间后重试。") from error
    except BaseException:
        _remove(made, corpus, data)
        raise
    return check(corpus, data)


def _require_empty(folder: Path) -> None:
    try:
        found = {path.name for path in folder.iterdir()} - _HARMLESS if folder.exists() else set()
    except OSError as error:
        raise BackupError(f"不能使用 {folder}：{error.strerror}。请指定一个空文件夹。") from error
    if found:
        shown = "、".join(sorted(name.encode("utf-8", "replace").decode() for name in found)[:3])
        raise BackupError(
            f"{folder} 不是空的（有 {shown}）。只恢复到空的或还没有的文件夹；其中的内容没有改动。"
        )


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with open(archive, "rb") as file:
            bounded = cast(IO[bytes], _Bounded(file))
            with tarfile.open(fileobj=bounded, mode="r:", errorlevel=2) as tar:
                yield tar
    except FileNotFoundError as error:
        if error.filename != str(archive):
            raise
        raise BackupError(f"没有这个文件：{archive}。") from error
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise _foreign(archive, str(error)) from error


def _foreign(archive: Path, why: str) -> BackupError:
    return BackupError(f"{archive} 不是有据的备份，或已损坏（{why}）。没有发布任何东西。")


class _Bounded:
    """A file of which nobody may ask for too much at once, whatever its headers say."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if not 0 <= size <= _LONGEST_HEADER:
            raise tarfile.ReadError("有一项的说明长得不合理")
        return self._file.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """Where we are."""
        return self._file.tell()


def _list(tar: tarfile.TarFile, archive: Path) -> BackupList:
    first = tar.next()
    if first is None or first.name != LIST or not first.isreg():
        raise _foreign(archive, f"第一项不是 {LIST}")
    if first.size > MOST_BYTES_OF_LIST:
        raise _foreign(archive, "清单长得不合理")
    return read_list(b"".join(_bytes_of(tar, first)))


def _bytes_of(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Iterator[bytes]:
    file = tar.extractfile(entry)
    assert file is not None
    while chunk := file.read(_CHUNK):
        yield chunk


def _require_space(listed: BackupList, corpus: Path, data: Path) -> None:
    for folder in (corpus, data):
        folder.mkdir(parents=True, exist_ok=True)
        sync_folder(folder.parent)
    wanted = sum(member.size for member in listed.members)
    for folder in (corpus, data):
        free = shutil.disk_usage(folder).free
        if wanted > free:
            raise BackupError(f"{folder} 所在的磁盘剩余 {free} 字节，恢复要 {wanted} 字节。")


def _unpacked(
    tar: tarfile.TarFile,
    listed: BackupList,
    archive: Path,
    folders: dict[str, Path],
    made: list[Path],
) -> bytes:
    """Unpack everything but CURRENT, whose content is given back. `made` are the files so far."""
    current = b""
    for member in listed.members:
        entry = tar.next()
        if entry is None:
            raise _foreign(archive, f"缺 {member.name}")
        if (entry.name, entry.size) != (member.name, member.size) or not entry.isreg():
            raise _foreign(archive, f"{entry.name[:80]!r} 与清单不符")
        top, _, inside = member.name.partition("/")
        if member.name == f"{DATA}/{CURRENT}":
            current = b"".join(_bytes_of(tar, entry))
            good = hashlib.sha256(current).hexdigest() == member.digest
        else:
            path = folders[top].joinpath(*inside.split("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            good = _write(tar, entry, member, path, made)
        if not good:
            raise _foreign(archive, f"{member.name} 的内容与清单不符")
    if tar.next() is not None:
        raise _foreign(archive, "有清单以外的东西")
    return current


def _write(
    tar: tarfile.TarFile, entry: tarfile.TarInfo, member: Member, path: Path, made: list[Path]
) -> bool:
    """Unpack one file durably. Whether it is what the list says."""
    found = hashlib.sha256()
    with open(path, "xb") as file:
        made.append(path)
        for chunk in _bytes_of(tar, entry):
            found.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if member.mtime_ns:
        os.utime(path, ns=(member.mtime_ns, member.mtime_ns))
    return found.hexdigest() == member.digest


def _remove(made: list[Path], corpus: Path, data: Path) -> None:
    """Take back what was unpacked, and the folders that were made for it."""
    for path in [data / CURRENT, data / f"{CURRENT}{TEMPORARY}", *made]:
        path.unlink(missing_ok=True)
    for folder in sorted({above for path in made for above in path.parents}, reverse=True):
        inside = any(folder.is_relative_to(top) and folder != top for top in (corpus, data))
        if inside and not any(folder.iterdir()):
            folder.rmdir()
