"""The documents of one segment, read when they are asked for."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from app.errors import IndexUnusable
from app.library import tables
from app.library.tables import ManifestRow
from app.model import Document, Extracted, StoredDocument

MOST_KEPT: Final = 256  # documents
_REMEMBERED: Final = 10_000  # answers of `holds`
MOST_CHARACTERS: Final = 4_000_000  # of the documents kept, together

Value = TypeVar("Value")


class SegmentStore:
    """Documents and manifest of a segment, live or not. Any number of threads may read.

    The documents used last are kept decoded. The file is closed by `close`, or when nobody holds
    the store any more: a server that has turned to a newer state answers the requests that are
    under way from the old one.

    Every method raises IndexUnusable when it meets damage.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, StoredDocument] = OrderedDict()
        self._characters = 0
        self._ids: tuple[tuple[str, str], ...] | None = None
        self._held: dict[str, bool] = {}
        self._names: frozenset[str] | None = None
        self._repeals: Mapping[str, tuple[str, ...]] | None = None
        try:
            self._connection = tables.connect_for_reading(path)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        self.close = weakref.finalize(self, self._connection.close)

    def get(self, document_id: str) -> StoredDocument | None:
        """The document with this id, or None."""
        with self._lock:
            kept = self._kept.get(document_id)
            if kept is not None:
                self._kept.move_to_end(document_id)
                return kept
        columns = self._read(lambda: tables.read_document(self._connection, document_id))
        return self._keep(self._decoded(tables.unpacked, columns)) if columns is not None else None

    def document(self, document_id: str) -> Document | None:
        """The document with this id without what was read out of it, or None."""
        with self._lock:
            kept = self._kept.get(document_id)
        if kept is not None:
            return kept.document
        columns = self._read(lambda: tables.read_head(self._connection, document_id))
        return self._decoded(tables.unpacked_head, columns) if columns is not None else None

    def ids(self) -> Sequence[tuple[str, str]]:
        """Source and id of every document, sorted by source."""
        if self._ids is None:
            self._ids = self._read(lambda: tables.read_ids(self._connection))
        return self._ids

    def names(self, gone: Sequence[str]) -> frozenset[str]:
        """The names in its documents but `gone` that no dictionary knows."""
        if self._names is None:
            self._names = self._read(lambda: tables.read_names(self._connection))
        if not gone:
            return self._names
        return self._names - self._read(lambda: tables.read_names_without(self._connection, gone))

    def repeals(self) -> Mapping[str, tuple[str, ...]]:
        """Which documents repeal another one, by the keys of that one; read once."""
        if self._repeals is None:
            found: dict[str, list[str]] = {}
            for key, name in self._read(lambda: tables.read_repeals(self._connection)):
                found.setdefault(key, []).append(name)
            self._repeals = {key: tuple(names) for key, names in found.items()}
        return self._repeals

    def known(self, keys: Sequence[str]) -> list[str]:
        """The documents that are known by one of the keys."""
        return self._read(lambda: tables.read_known(self._connection, keys))

    def manifest(self) -> list[ManifestRow]:
        """What each document was derived from."""
        return self._read(lambda: tables.read_manifest(self._connection))

    def row_of_source(self, source: str) -> ManifestRow | None:
        """What the document with this source was derived from, or None."""
        return self._read(lambda: tables.read_row(self._connection, "source", source))

    def row_of_id(self, document_id: str) -> ManifestRow | None:
        """What the document with this id was derived from, or None."""
        return self._read(lambda: tables.read_row(self._connection, "id", document_id))

    def holds(self, document_id: str) -> bool:
        """Whether there is a document with this id. Asked for each hit of a search."""
        known = self._held.get(document_id)
        if known is None:
            known = self.row_of_id(document_id) is not None
            if len(self._held) >= _REMEMBERED:
                self._held.clear()
            self._held[document_id] = known
        return known

    def fields(self, document_id: str) -> str:
        """The stored fields of a document."""
        return self._read(lambda: tables.read_fields(self._connection, document_id))

    def extracted(self, document_id: str) -> Extracted | None:
        """What was extracted of a document, or None."""
        return self._read(lambda: tables.read_extracted(self._connection, document_id))

    def _read(self, work: Callable[[], Value]) -> Value:
        try:
            with self._lock:
                return work()
        except (sqlite3.DatabaseError, LookupError, ValueError) as error:
            raise self._unusable(error) from error

    def _decoded(self, work: Callable[[tuple[str, ...]], Value], columns: tuple[str, ...]) -> Value:
        try:
            return work(columns)
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise self._unusable(error) from error

    def _keep(self, found: StoredDocument) -> StoredDocument:
        """Keep a document, and let go of those used longest ago when there are too many."""
        with self._lock:
            known = self._kept.get(found.document.id)
            if known is not None:
                return known
            self._kept[found.document.id] = found
            self._characters += len(found.document.text)
            while len(self._kept) > MOST_KEPT or self._characters > MOST_CHARACTERS:
                if len(self._kept) == 1:
                    break
                _, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped.document.text)
        return found

    def _unusable(self, error: Exception) -> IndexUnusable:
        return IndexUnusable(
            f"索引文件 {self._path} 不能读取：{error}。"
            "请运行 youju index --rebuild 重建索引；语料不受影响。"
        )
