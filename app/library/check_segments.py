"""Whether one segment is what was written, and makes sense; and what nobody needs beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library import home as homes
from app.library import tables
from app.library.check_report import Finding, Grade
from app.library.draft import SEARCH, weight
from app.library.files import TEMPORARY, digest_of
from app.library.home import DAMAGED, Home
from app.library.lock import HOLDER, LOCK
from app.library.seal import SEAL, Seal, seal_of
from app.library.state import SegmentRef, State
from app.library.store import SegmentStore
from app.library.tables import ManifestRow
from app.model import StoredDocument
from app.search.tantivy_index_segment import Segment

# What else may lie in a data folder: the records of chats, with what SQLite puts beside them, and
# where the indexing process listens.
_NEIGHBOURS: Final = frozenset(
    {"chat.db", "chat.db-wal", "chat.db-shm", "chat.db-journal", "indexer.sock", "indexer.json"}
)
_OURS: Final = frozenset(
    {homes.MARKER, homes.CURRENT, homes.STATES, homes.SEGMENTS, homes.BLOBS, LOCK, HOLDER}
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a whole segment holds: rows of the manifest; weight and count of passages of each
    document, by id; and how many files of how many bytes it is made of."""

    rows: tuple[ManifestRow, ...]
    weights: Mapping[str, int]
    counts: Mapping[str, int]
    files: int
    size: int

    @property
    def passages(self) -> int:
        """How many passages there are."""
        return sum(self.counts.values())

    def live_passages(self, gone: Collection[str]) -> int:
        """How many passages there are without the documents `gone`."""
        return self.passages - sum(self.counts.get(name, 0) for name in gone)


def examine(home: Home, ref: SegmentRef, readable: bool) -> tuple[Contents | None, list[Finding]]:
    """What a segment holds, or None, and what is wrong with it.

    With `readable`, its parts are also compared with each other; another version of the program
    may have written them in another form.
    """
    folder = home.segment(ref.name)
    try:
        seal = seal_of(folder, ref.seal)
    except IndexUnusable as error:
        return None, [_damage(folder / SEAL, str(error))]
    faults = [fault for file in seal.files if (fault := _fault(folder / file.name, file.digest))]
    if faults:
        return None, faults
    if not readable:
        return _uncounted(folder, seal), []
    try:
        return _contents(folder, seal)
    except (IndexUnusable, LookupError, ValueError) as error:
        return None, [_damage(folder, str(error))]


def strangers(home: Home, states: Sequence[State]) -> Iterator[Finding]:
    """What lies in the data folder that no state needs."""
    for path in sorted(home.folder.iterdir()):
        if path.name not in _OURS and path.name not in _NEIGHBOURS:
            yield Finding(Grade.LEFT, str(path), _what_it_is(path))
    kept = {
        homes.STATES: {f"{state.name}.json" for state in states},
        homes.SEGMENTS: {ref.name for state in states for ref in state.segments},
        homes.BLOBS: {name for state in states for name in (state.words, state.times)},
    }
    for name, needed in kept.items():
        folder = home.folder / name
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in needed:
                what = _what_it_is(path, "正在写入，或写到一半中断；下次索引时清理")
                yield Finding(Grade.LEFT, str(path), what)
    for ref in {ref for state in states for ref in state.segments}:
        yield from _inside(home.segment(ref.name), ref.seal)


def _inside(folder: Path, digest: str) -> Iterator[Finding]:
    """Files in a segment that are none of its own; lock files hold nothing."""
    try:
        own = {file.name for file in seal_of(folder, digest).files} | {SEAL}
        found = sorted(folder.rglob("*"))
    except (IndexUnusable, FileNotFoundError):
        return  # superseded and taken away while we looked: a missing one is found elsewhere
    for path in found:
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in own and path.suffix != ".lock":
            yield Finding(Grade.LEFT, str(path), "不是这一段的文件，不影响回答")


def _what_it_is(path: Path, otherwise: str = "不是有据的文件，不影响回答") -> str:
    if DAMAGED in path.name:
        return "此前发现损坏而移到一旁的，查明原因后可以删去"
    if path.name.endswith(TEMPORARY):
        return "正在写入，或写到一半中断；不影响回答"
    return otherwise


def _fault(path: Path, digest: str) -> Finding | None:
    try:
        if digest_of(path) == digest:
            return None
    except OSError as error:
        return _damage(path, f"不能读取：{error.strerror}")
    return _damage(path, "内容与写入时不同，已损坏")


def _damage(path: Path, what: str) -> Finding:
    return Finding(Grade.DAMAGE, str(path), what)


def _uncounted(folder: Path, seal: Seal) -> Contents:
    """A segment of another version of the program, of which only the bytes are known."""
    return Contents((), {}, {}, len(seal.files), sum(file.size for file in seal.files))


def _contents(folder: Path, seal: Seal) -> tuple[Contents, list[Finding]]:
    faults: list[Finding] = []
    store = SegmentStore(folder / tables.FILE)
    try:
        rows = tuple(store.manifest())
        weights: dict[str, int] = {}
        counts: dict[str, int] = {}
        for source, name in store.ids():
            stored = store.get(name)
            assert stored is not None
            weights[name] = weight(store.fields(name))
            counts[name] = len(stored.passages)
            for what in _wrong(stored, source, name):
                faults.append(_damage(folder / tables.FILE, f"{source}：{what}"))
        if {(row.source, row.id) for row in rows} != set(store.ids()):
            faults.append(_damage(folder / tables.FILE, "文件清单与文件不符"))
    finally:
        store.close()
    search = Segment(folder / SEARCH)
    try:
        search.check()
        for name, count in counts.items():
            held = len(search.store.vectors_of(name)[1])
            if held != count:
                what = f"文件 {name} 有 {count} 段文字，检索索引里有 {held} 段"
                faults.append(_damage(folder / SEARCH, what))
        if search.store.totals.passages != sum(counts.values()):
            faults.append(_damage(folder / SEARCH, "检索索引里的段落数与文件不符"))
    finally:
        search.close()
    size = sum(file.size for file in seal.files)
    return Contents(rows, weights, counts, len(seal.files), size), faults


def _wrong(stored: StoredDocument, source: str, name: str) -> Iterator[str]:
    """What does not fit together in one document."""
    document = stored.document
    text = document.text
    if (document.source, document.id) != (source, name):
        yield "路径或编号与登记的不同"
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != document.digest:
        yield "原文与登记的 SHA-256 不同"
    for passage in stored.passages:
        if not 0 <= passage.span.start < passage.span.end <= len(text):
            yield f"段落 {passage.id} 超出原文"
        if passage.document_id != name:
            yield f"段落 {passage.id} 属于另一份文件"
    if any(
        not 0 <= each.span.start <= each.span.end <= len(text) for each in stored.outline.sections
    ):
        yield "有标题超出原文"
    if list(stored.pages) != sorted(stored.pages) or any(at > len(text) for at in stored.pages):
        yield "分页的位置不对"
