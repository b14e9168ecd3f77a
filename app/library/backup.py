"""A backup of one published state while others ask and write: corpus, index and chats in one file.

What belongs to a state never changes, so its files are opened first and stay readable also when a
writer removes them. Corpus files are taken only as the state knows them: when one has changed, the
state that knows of the change is waited for. The same state gives the same archive, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from app.errors import BackupError, IndexUnusable
from app.library import home as homes
from app.library import tables
from app.library.backup_list import (
    CORPUS,
    DATA,
    FORMAT,
    LEDGER,
    LIST,
    BackupList,
    Member,
    write_list,
)
from app.library.files import TEMPORARY, digest_of, sync_folder
from app.library.folder import RESERVED, CorpusFile, scan
from app.library.home import Home, marker
from app.library.seal import SEAL, seal_of
from app.library.state import State
from app.library.store import SegmentStore
from app.library.tables import ManifestRow
from app.library.userwords import SYNONYMS, WORDS, read_lexicon
from app.library.words import read_words

PATIENCE: Final = 15.0  # seconds to wait until the index knows what has changed in the corpus
_PAUSE: Final = 0.2
_CHUNK: Final = 1024 * 1024


class _Changed(Exception):
    """Something is not as the state knows it: a newer state may."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What went into a backup. `left_out` files of the corpus folder are not in the index."""

    version: str
    documents: int
    files: int
    size: int
    left_out: int


@dataclass(frozen=True, slots=True)
class _Source:
    """A file to go into the archive: how it is listed, and where its bytes are."""

    member: Member
    file: IO[bytes] | Path


def back_up(corpus: Path, data: Path, target: Path) -> BackupReport:
    """Write a backup to `target` in one step: durable when this returns, or not there at all.

    Raises IndexUnusable when there is no index or it is damaged, BackupError when the corpus does
    not agree with the index, or the file cannot be written.
    """
    temporary = target.with_name(target.name + TEMPORARY)
    try:
        with open(temporary, "wb") as file:
            report = back_up_to(corpus, data, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise BackupError(
            f"不能写入备份 {target}：{error.strerror}。请检查权限和剩余空间后重试。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return report


def back_up_to(corpus: Path, data: Path, file: IO[bytes]) -> BackupReport:
    """Write a backup to `file`, which can be wound back. Raises as `back_up` does."""
    home = homes.find(data)
    end = time.monotonic() + PATIENCE
    while True:
        file.seek(0)
        file.truncate()
        before = home.published()
        try:
            if before is None:
                raise IndexUnusable(f"数据文件夹 {data} 里还没有索引。请先运行 youju index。")
            return _written(corpus, home, before, file)
        except (_Changed, IndexUnusable) as error:
            same = home.published() == before
            if isinstance(error, IndexUnusable) and same:
                raise
            if time.monotonic() > end:
                raise BackupError(
                    f"语料与索引不一致：{error}。没有写出备份；请先运行 youju index。"
                ) from error
        time.sleep(_PAUSE if same else 0)


def _written(corpus: Path, home: Home, state: State, file: IO[bytes]) -> BackupReport:
    with ExitStack() as stack:
        sources = list(_of_state(home, state, stack))
        rows, files = _documents(corpus, home, state)
        sources += _of_corpus(corpus, home, state, rows, files)
        sources += _chats(home, stack)
        sources.sort(key=lambda source: source.member.name)
        listed = BackupList(
            format=FORMAT,
            version=state.version,
            left_out=len(files) - len(rows),
            members=tuple(source.member for source in sources),
        )
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
            head = write_list(listed)
            archive.addfile(_entry(LIST, len(head), 0), io.BytesIO(head))
            for source in sources:
                _put(archive, source)
    size = sum(source.member.size for source in sources)
    return BackupReport(state.version, len(rows), len(sources), size, listed.left_out)


def _put(archive: tarfile.TarFile, source: _Source) -> None:
    """Copy a file, and see on the way that it is what the list says."""
    member = source.member
    with ExitStack() as stack:
        if isinstance(source.file, Path):
            try:
                opened: IO[bytes] = stack.enter_context(open(source.file, "rb"))
            except OSError as error:
                raise _Changed(f"{source.file} 不能读取（{error.strerror}）") from error
        else:
            opened = source.file
        counted = _Hashing(opened, member.size)
        try:
            archive.addfile(_entry(member.name, member.size, member.mtime_ns), counted)
        except _Short as error:
            raise _not_as_listed(member) from error
        if counted.digest() != member.digest:
            raise _not_as_listed(member)


def _not_as_listed(member: Member) -> Exception:
    """A file of the index never changes, so that waiting for a newer state would be of no use."""
    if member.name.startswith(f"{DATA}/"):
        return IndexUnusable(
            f"索引文件 {member.name.partition('/')[2]} 已损坏，没有写出备份。"
            "请运行 youju index，再备份。"
        )
    return _Changed(f"{member.name} 与索引所知的不同")


class _Short(Exception):
    """A file ended before its size."""


class _Hashing(io.RawIOBase):
    """Reads a file, and hashes what is read."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(min(self._left if size < 0 else size, _CHUNK))
        if len(data) < min(size, self._left):
            raise _Short
        self._hash.update(data)
        self._left -= len(data)
        return data

    def digest(self) -> str:
        """The SHA-256 of what was read; of no use when more follows."""
        return self._hash.hexdigest() if not self._file.read(1) else ""


def _entry(name: str, size: int, mtime_ns: int) -> tarfile.TarInfo:
    """A header without anything of this machine."""
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mtime = mtime_ns // 1_000_000_000
    entry.mode = 0o644
    return entry


def _of_state(home: Home, state: State, stack: ExitStack) -> Iterator[_Source]:
    """The files of the data folder, open, so that nobody can take them away."""
    name = f"{homes.STATES}/{state.name}.json"
    file = _opened(home.folder / name, stack)
    data = file.read()
    file.seek(0)
    digest = hashlib.sha256(data).hexdigest()
    yield _Source(Member(f"{DATA}/{name}", len(data), digest, 0), file)
    for at, content in (
        (homes.CURRENT, f"{state.name} {digest}\n".encode("ascii")),
        (homes.MARKER, marker()),
    ):
        yield _of_bytes(f"{DATA}/{at}", content)
    for blob in sorted({state.words, state.times} - {""}):
        yield _of_bytes(f"{DATA}/{homes.BLOBS}/{blob}", home.blob(blob))
    for ref in state.segments:
        folder = home.segment(ref.name)
        sealed = seal_of(folder, ref.seal)
        inside = f"{DATA}/{homes.SEGMENTS}/{ref.name}"
        yield _of_bytes(f"{inside}/{SEAL}", (folder / SEAL).read_bytes())
        for each in sealed.files:
            member = Member(f"{inside}/{each.name}", each.size, each.digest, 0)
            yield _Source(member, _opened(folder / each.name, stack))


def _opened(path: Path, stack: ExitStack) -> IO[bytes]:
    try:
        return stack.enter_context(open(path, "rb"))
    except OSError as error:
        raise IndexUnusable(f"不能读取索引文件 {path}：{error.strerror}。") from error


def _of_bytes(name: str, content: bytes) -> _Source:
    digest = hashlib.sha256(content).hexdigest()
    return _Source(Member(name, len(content), digest, 0), io.BytesIO(content))


def _documents(
    corpus: Path, home: Home, state: State
) -> tuple[list[ManifestRow], dict[str, CorpusFile]]:
    """The rows of the live documents, and all files of the corpus that could be documents."""
    rows: list[ManifestRow] = []
    for ref in state.segments:
        store = SegmentStore(home.segment(ref.name) / tables.FILE)
        rows += (row for row in store.manifest() if row.id not in ref.gone)
        store.close()
    files = {file.source: file for file in reversed(scan(corpus, without=home.folder).files)}
    return rows, files


def _of_corpus(
    corpus: Path,
    home: Home,
    state: State,
    rows: Iterable[ManifestRow],
    files: dict[str, CorpusFile],
) -> Iterator[_Source]:
    """The documents as the state knows them, with sidecars, and the user's dictionary."""
    for row in rows:
        file = files.get(row.source)
        if file is None:
            raise _Changed(f"语料里没有 {row.source}")
        time_ns = os.stat(file.path).st_mtime_ns
        member = Member(f"{CORPUS}/{row.source}", row.size, row.digest, time_ns)
        yield _Source(member, file.path)
        if row.sidecar_digest:
            yield _small(f"{CORPUS}/{row.source}.json", file.sidecar, row.sidecar_digest)
        elif file.sidecar.exists():
            raise _Changed(f"{row.source} 的附属信息是新加的")
    if read_lexicon(corpus) != read_words(home.blob(state.words)).lexicon:
        raise _Changed(f"词典 {RESERVED} 有改动")
    for path in (corpus / RESERVED / WORDS, corpus / RESERVED / SYNONYMS):
        if path.is_file():
            yield _of_bytes(f"{CORPUS}/{RESERVED}/{path.name}", path.read_bytes())


def _small(name: str, path: Path, digest: str) -> _Source:
    try:
        found = _of_bytes(name, path.read_bytes())
    except OSError as error:
        raise _Changed(f"{path} 不能读取（{error.strerror}）") from error
    if found.member.digest != digest:
        raise _Changed(f"{name} 与索引所知的不同")
    return found


def _chats(home: Home, stack: ExitStack) -> Iterator[_Source]:
    """The records of chats, copied in one consistent step while the service goes on."""
    path = home.folder / LEDGER
    if not path.is_file():
        return
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="youju-backup-")))
    copy = folder / LEDGER
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(copy)) as there,
        ):
            here.backup(there)
    except sqlite3.Error as error:
        raise BackupError(f"不能读取聊天记录 {path}：{error}。没有写出备份。") from error
    member = Member(f"{DATA}/{LEDGER}", copy.stat().st_size, digest_of(copy), 0)
    yield _Source(member, copy)
