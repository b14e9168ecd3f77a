"""The seal of a segment: the hash of each of its files.

`seal.json` is written last, so a segment without it was cut off; the state that a segment is part
of holds the hash of the seal. Opening compares names and sizes, which is quick; `verify` compares
hashes, which reads every byte.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library.codec import decode, encode
from app.library.files import digest_of, sync_file, sync_folder, write_whole

SEAL: Final = "seal.json"
SYNCS: Final = 16  # files that are made durable at once
_WAY_OUT = "请运行 youju index --rebuild 重建索引；语料不受影响。"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of a segment: its path inside the segment, size in bytes, SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The files of a segment."""

    files: tuple[SealedFile, ...]


def seal(segment: Path) -> str:
    """Make every file of `segment` durable, then write its seal. The SHA-256 of the seal."""
    files = []
    paths = _files(segment)
    folders = [*(each for each in segment.rglob("*") if each.is_dir()), segment]
    # A disk makes many files durable in little more time than one when it is asked for all at once.
    with ThreadPoolExecutor(SYNCS) as pool:
        list(pool.map(sync_file, paths))
        list(pool.map(sync_folder, folders))
    for path in paths:
        name = path.relative_to(segment).as_posix()
        files.append(SealedFile(name, path.stat().st_size, digest_of(path)))
    data = encode(Seal, Seal(tuple(files))).encode("utf-8")
    write_whole(segment / SEAL, data)
    sync_folder(segment.parent)
    return hashlib.sha256(data).hexdigest()


def seal_of(segment: Path, digest: str) -> Seal:
    """The seal of a segment, whatever its files are like; `digest` is that of the seal.

    Raises IndexUnusable when the seal is missing or damaged.
    """
    try:
        data = (segment / SEAL).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise IndexUnusable(f"索引文件 {segment / SEAL} 的内容与写入时不同，已损坏。{_WAY_OUT}")
        return decode(Seal, data.decode("utf-8"))
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise IndexUnusable(f"索引 {segment} 不完整：{error}。{_WAY_OUT}") from error


def read_seal(segment: Path, digest: str) -> Seal:
    """The seal of a segment whose files are there in their sizes; `digest` is that of the seal.

    Raises IndexUnusable for a segment that is damaged.
    """
    found = seal_of(segment, digest)
    try:
        for file in found.files:
            size = (segment / file.name).stat().st_size
            if size != file.size:
                raise IndexUnusable(
                    f"索引文件 {segment / file.name} 已损坏：{size} 字节，应有 {file.size} 字节。"
                    f"{_WAY_OUT}"
                )
    except OSError as error:
        raise IndexUnusable(f"索引 {segment} 不完整：{error}。{_WAY_OUT}") from error
    return found


def verify(segment: Path, digest: str) -> None:
    """Compare every file of `segment` with its hash. Raises IndexUnusable for a difference."""
    for file in read_seal(segment, digest).files:
        path = segment / file.name
        try:
            found = digest_of(path)
        except OSError as error:
            raise IndexUnusable(f"不能读取索引文件 {path}：{error}。{_WAY_OUT}") from error
        if found != file.digest:
            raise IndexUnusable(f"索引文件 {path} 的内容与写入时不同，已损坏。{_WAY_OUT}")


def _files(segment: Path) -> list[Path]:
    """The files that hold data; lock files of the search library hold none."""
    return sorted(path for path in segment.rglob("*") if path.is_file() and path.suffix != ".lock")
