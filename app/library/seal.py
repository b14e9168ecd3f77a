"""The seal of a generation: what it was built from, and the hash of each of its files.

`seal.json` is written last, so a generation without it was cut off. Opening compares names and
sizes, which is quick; `verify` compares hashes, which reads every byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library.codec import decode, encode
from app.library.files import digest_of, sync_file, sync_folder, write_whole

SEAL: Final = "seal.json"
FORMAT: Final = 2  # of a generation as a whole; enters the corpus version
_WAY_OUT = "请运行 youju index --rebuild 重建索引；语料不受影响。"


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of a generation: its path inside the generation, size in bytes, SHA-256."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What a generation is: `version` of the corpus, `code` that derived it, its files."""

    format: int
    version: str
    code: str
    files: tuple[SealedFile, ...]


def seal(generation: Path, version: str, code: str) -> None:
    """Make every file of `generation` durable, then write its seal."""
    files = []
    for path in _files(generation):
        sync_file(path)
        name = path.relative_to(generation).as_posix()
        files.append(SealedFile(name, path.stat().st_size, digest_of(path)))
    for folder in [*(each for each in generation.rglob("*") if each.is_dir()), generation]:
        sync_folder(folder)
    text = encode(Seal, Seal(FORMAT, version, code, tuple(files)))
    write_whole(generation / SEAL, text.encode("utf-8"))


def format_of(generation: Path) -> object:
    """The format that the seal of `generation` names, whatever it is; None when there is no seal
    that can be read."""
    try:
        stored = json.loads((generation / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stored[0] if isinstance(stored, list) and stored else None


def read_seal(generation: Path) -> Seal:
    """The seal of a generation whose files are there in their sizes.

    Raises IndexUnusable for a generation that is damaged or of another format.
    """
    path = generation / SEAL
    try:
        stored = path.read_text(encoding="utf-8")
        number = json.loads(stored)[0]
        if number != FORMAT:
            raise IndexUnusable(
                f"索引 {generation} 的格式是 {number!r}，这个版本只认识 {FORMAT}。{_WAY_OUT}"
            )
        found = decode(Seal, stored)
        for file in found.files:
            size = (generation / file.name).stat().st_size
            if size != file.size:
                raise IndexUnusable(
                    f"索引文件 {generation / file.name} 有 {size} 字节，应有 {file.size} 字节。"
                    f"{_WAY_OUT}"
                )
    except (OSError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise IndexUnusable(f"索引 {generation} 不完整：{error}。{_WAY_OUT}") from error
    return found


def verify(generation: Path) -> None:
    """Compare every file of `generation` with its hash. Raises IndexUnusable for a difference."""
    for file in read_seal(generation).files:
        path = generation / file.name
        try:
            digest = digest_of(path)
        except OSError as error:
            raise IndexUnusable(f"不能读取索引文件 {path}：{error}。{_WAY_OUT}") from error
        if digest != file.digest:
            raise IndexUnusable(f"索引文件 {path} 的内容与写入时不同，已损坏。{_WAY_OUT}")


def _files(generation: Path) -> list[Path]:
    """The files that hold data; lock files of the search library hold none."""
    return sorted(
        path for path in generation.rglob("*") if path.is_file() and path.suffix != ".lock"
    )
