"""What an indexing run has to do: the corpus folder compared with the manifest.

In: the files found, and what the last run derived its documents from. Out: one `Entry` a usable
document, and the reason for each one that is not. Sidecars are read; of documents, only those
whose size or time of change differ are, to compare their hash.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.documents.read import MAXIMUM_BYTES
from app.errors import DocumentError, InvalidSidecar, UnreadableDocument
from app.library.folder import SIDECAR_SUFFIX, CorpusFile
from app.library.report import Failure
from app.library.sidecar import MAX_BYTES, Sidecar, parse
from app.library.tables import ManifestRow

# A file that changed this shortly before it was read may change again within the same tick of the
# file system's clock. Its time is not recorded, and the next run compares the hash.
_SETTLED: Final = 2_000_000_000  # nanoseconds
_ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells one content of a file from another."""

    size: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document to be in the index.

    `former` is the manifest row of its source, if any. `same` is that row, with the time of change
    that the file has now, when nothing else has changed; else None.
    """

    file: CorpusFile
    id: str
    sidecar: Sidecar
    sidecar_digest: str
    former: ManifestRow | None
    same: ManifestRow | None

    @property
    def unchanged(self) -> bool:
        """Whether the index holds the document as it is now."""
        return self.same is not None


@dataclass(frozen=True, slots=True)
class Plan:
    """Entries in corpus order, and documents that cannot be used."""

    entries: tuple[Entry, ...]
    failed: tuple[Failure, ...]


def make_plan(
    files: Iterable[CorpusFile],
    manifest: Mapping[str, ManifestRow],
    *,
    trust_times: bool,
    owner: Callable[[str], str | None] = lambda _: None,
) -> Plan:
    """Compare `files`, in corpus order, with `manifest`.

    With `trust_times`, a file of the same size and time of change counts as unchanged unread.
    `owner` gives the source of the document outside of `files` that has an id, or None.
    """
    entries: list[Entry] = []
    failed: list[Failure] = []
    owners: dict[str, str] = {}
    sources: set[str] = set()
    for file in files:
        try:
            _first_of_its_name(sources, file)
            sidecar, digest = _sidecar(file)
            name = sidecar.id or id_of(file.source)
            _claim(owners, file, name, owner(name))
            former = manifest.get(file.source)
            same = None
            if former is not None and (former.id, former.sidecar_digest) == (name, digest):
                same = _same_content(file.path, former, trust_times)
            entries.append(Entry(file, name, sidecar, digest, former, same))
        except DocumentError as error:
            failed.append(Failure(file.source, str(error)))
        except OSError as error:
            failed.append(Failure(file.source, f"不能读取：{error.strerror}"))
    return Plan(tuple(entries), tuple(failed))


def id_of(source: str) -> str:
    """The id of a document whose sidecar gives none."""
    return hashlib.sha256(source.encode("utf-8")).hexdigest()[:_ID_DIGITS]


def read_file(path: Path) -> tuple[bytes, FileState]:
    """The bytes of a document and their state. Raises UnreadableDocument when it is too large."""
    with open(path, "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_size > MAXIMUM_BYTES:
            raise UnreadableDocument(
                f"有 {status.st_size} 字节，最多 {MAXIMUM_BYTES} 字节；请分成几个文件"
            )
        data = file.read(MAXIMUM_BYTES + 1)
    settled = time.time_ns() - status.st_mtime_ns > _SETTLED
    digest = hashlib.sha256(data).hexdigest()
    return data, FileState(len(data), status.st_mtime_ns if settled else 0, digest)


def _same_content(path: Path, former: ManifestRow, trust_times: bool) -> ManifestRow | None:
    """The row of an unchanged file, its time of change renewed; None for a changed one."""
    status = os.stat(path)
    if status.st_size != former.size:
        return None
    if trust_times and status.st_mtime_ns == former.mtime_ns:
        return former
    _, state = read_file(path)
    return replace(former, mtime_ns=state.mtime_ns) if state.digest == former.digest else None


def _sidecar(file: CorpusFile) -> tuple[Sidecar, str]:
    try:
        with open(file.sidecar, "rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Sidecar(), ""
    return parse(data, file.source + SIDECAR_SUFFIX), hashlib.sha256(data).hexdigest()


def _first_of_its_name(sources: set[str], file: CorpusFile) -> None:
    """Two names that differ only in their Unicode form would be one source."""
    if file.source in sources:
        raise UnreadableDocument("另一个文件的路径与它只差 Unicode 的写法，没有收录；请改名")
    sources.add(file.source)


def _claim(owners: dict[str, str], file: CorpusFile, name: str, outside: str | None) -> None:
    """Give `file` the id `name`, unless a file before it or one `outside` has it."""
    owner = outside or owners.setdefault(name, file.source)
    if owner != file.source:
        raise InvalidSidecar(
            f"id “{name}”已由 {owner} 使用，{file.source} 没有收录；请在附属信息文件里改用别的 id"
        )
