"""Finds the documents in the corpus folder.

In: the corpus folder. Out: its documents in corpus order (sorted by NFC relative POSIX path), and
what was passed over with the reason. Only names are looked at; no file is opened.

`_youju/` at the top of the corpus is reserved for the user's dictionary. Hidden names and sidecars
(`NAME.EXT.json` beside `NAME.EXT`) are passed over without a word. Symbolic links may point to
another file of the corpus; a link that leads outside, or to a folder, is reported and not followed.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.documents.read import supported
from app.documents.signatures import former_format
from app.errors import DocumentError
from app.library.report import Failure

RESERVED = "_youju"
SIDECAR_SUFFIX = ".json"
MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A document file. `source` is its NFC POSIX path inside the corpus, `path` where it lies."""

    source: str
    collection: str
    path: Path

    @property
    def sidecar(self) -> Path:
        """Where the sidecar of this document lies, if it has one."""
        return self.path.with_name(self.path.name + SIDECAR_SUFFIX)


@dataclass(frozen=True, slots=True)
class Scan:
    """What the corpus folder holds: documents in corpus order, and what was passed over."""

    files: tuple[CorpusFile, ...]
    ignored: tuple[Failure, ...]


def scan(corpus: Path, *, without: Path | None = None) -> Scan:
    """The documents below `corpus`, leaving out the folder `without` (the data folder).

    Raises DocumentError when the corpus folder is missing or cannot be listed: an unreachable
    corpus must not be taken for an empty one.
    """
    if not corpus.is_dir():
        raise DocumentError(
            f"语料文件夹不存在：{corpus}。请建立它，或用 --corpus 指定另一个文件夹。"
        )
    root = corpus.resolve()
    excluded = without.resolve() if without is not None else None
    found: list[CorpusFile] = []
    ignored: list[Failure] = []
    for entry in _entries(root, excluded, ignored):
        relative = _composed(Path(entry.path).relative_to(root).as_posix())
        reason = _why_not(entry, relative, root)
        if reason is None:
            found.append(_corpus_file(relative, Path(entry.path)))
        elif reason:
            ignored.append(Failure(printable(relative), reason))
    found.sort(key=lambda file: (file.source, os.fsencode(file.path)))
    ignored.sort(key=lambda failure: failure.source)
    return Scan(tuple(found), tuple(ignored))


def look_up(corpus: Path, source: str) -> CorpusFile | Failure | None:
    """The document with the path `source` inside the corpus, why there is none, or None for a
    path at which nothing lies. Any path may be asked for; none is followed outside.
    """
    root = corpus.resolve()
    parts = source.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") for part in parts):
        return None
    if parts[0] == RESERVED or len(parts) > MAX_DEPTH + 1:
        return None
    folder = root.joinpath(*parts[:-1])
    try:
        if folder.resolve() != folder:
            return Failure(printable(source), "所在的文件夹是符号链接，没有收录")
        entries = [each for each in os.scandir(folder) if _composed(each.name) == parts[-1]]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        return Failure(printable(source), f"不能读取：{error}")
    for entry in entries:
        reason = _why_not(entry, source, root)
        if reason is None:
            return _corpus_file(source, Path(entry.path))
        if reason:
            return Failure(printable(source), reason)
    return None


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def printable(source: str) -> str:
    """`source` with bytes that are not UTF-8 written as escapes, so that it can be stored."""
    return source.encode("utf-8", "backslashreplace").decode("utf-8")


def _corpus_file(relative: str, path: Path) -> CorpusFile:
    collection, separator, _ = relative.partition("/")
    return CorpusFile(relative, collection if separator else "", path)


def _entries(
    root: Path, excluded: Path | None, ignored: list[Failure]
) -> Iterator[os.DirEntry[str]]:
    """Every entry below `root` that is not a real folder; hidden and reserved names left out."""
    waiting: list[tuple[Path, int]] = [(root, 0)]
    while waiting:
        folder, depth = waiting.pop()
        for entry in _listed(folder):
            if entry.name.startswith(".") or (depth == 0 and entry.name == RESERVED):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield entry
            elif Path(entry.path) == excluded:
                continue
            elif depth < MAX_DEPTH:
                waiting.append((Path(entry.path), depth + 1))
            else:
                name = printable(Path(entry.path).relative_to(root).as_posix())
                ignored.append(Failure(name, f"文件夹嵌套超过{MAX_DEPTH}层，其中的文件没有收录"))


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError as error:
        raise DocumentError(
            f"不能列出语料文件夹 {printable(str(folder))}：{error.strerror}。请检查权限后重试。"
        ) from error


def _why_not(entry: os.DirEntry[str], relative: str, root: Path) -> str | None:
    """None for a document, "" for what is silently left out, else the reason to report."""
    path = Path(entry.path)
    if entry.is_symlink():
        target = path.resolve()
        if not target.is_relative_to(root):
            return "符号链接指向语料文件夹以外，没有收录"
        if target.is_dir():
            return "指向文件夹的符号链接不跟随；其中的文件在原处收录"
    if printable(relative) != relative:
        return "路径不是有效的 UTF-8，没有收录；请改名"
    if not entry.is_file():
        return "不是普通文件，没有收录"
    if supported(entry.name):
        return None
    if entry.name.endswith(SIDECAR_SUFFIX) and supported(entry.name[: -len(SIDECAR_SUFFIX)]):
        beside = path.with_name(entry.name[: -len(SIDECAR_SUFFIX)])
        return "" if beside.exists() else "附属信息文件旁边没有同名的文档"
    return former_format(entry.name) or "不支持的文件格式，没有收录"
