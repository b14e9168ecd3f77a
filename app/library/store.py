"""The documents of one published generation, read when they are asked for."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.errors import IndexUnusable
from app.library import tables
from app.model import StoredDocument

MOST_KEPT: Final = 256  # documents
MOST_CHARACTERS: Final = 4_000_000  # of the documents kept, together


class SqliteDocumentStore:
    """A `DocumentStore` over the SQLite file of a generation.

    Any number of threads may read. The documents used last are kept decoded. The file is closed
    by `close`, or when nobody holds the store any more: a server that has turned to a newer
    generation answers the requests that are under way from the old one.

    Every method raises IndexUnusable when it meets damage.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, StoredDocument] = OrderedDict()
        self._characters = 0
        self._ids: tuple[str, ...] | None = None
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
            columns = self._columns(document_id)
        if columns is None:
            return None
        try:
            found = tables.unpacked(columns)
        except (ValueError, TypeError, ArithmeticError, LookupError) as error:
            raise self._unusable(error) from error
        self._keep(found)
        return found

    def ids(self) -> Sequence[str]:
        """All document ids, in corpus order (sorted by source)."""
        with self._lock:
            if self._ids is None:
                try:
                    self._ids = tables.read_ids(self._connection)
                except sqlite3.DatabaseError as error:
                    raise self._unusable(error) from error
            return self._ids

    def fact(self, name: str) -> str:
        """A stored value that concerns the corpus as a whole."""
        with self._lock:
            try:
                return tables.read_fact(self._connection, name)
            except (sqlite3.DatabaseError, LookupError) as error:
                raise self._unusable(error) from error

    def names(self) -> frozenset[str]:
        """The names in the documents that no dictionary knows."""
        with self._lock:
            try:
                return tables.read_names(self._connection)
            except sqlite3.DatabaseError as error:
                raise self._unusable(error) from error

    def _columns(self, document_id: str) -> tuple[str, ...] | None:
        try:
            return tables.read_document(self._connection, document_id)
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error
        except UnicodeEncodeError:  # a lone surrogate is no id of ours
            return None

    def _keep(self, found: StoredDocument) -> None:
        """Keep a document, and let go of those used longest ago when there are too many."""
        with self._lock:
            if found.document.id in self._kept:
                return
            self._kept[found.document.id] = found
            self._characters += len(found.document.text)
            while len(self._kept) > MOST_KEPT or self._characters > MOST_CHARACTERS:
                _, dropped = self._kept.popitem(last=False)
                self._characters -= len(dropped.document.text)

    def _unusable(self, error: Exception) -> IndexUnusable:
        return IndexUnusable(
            f"索引文件 {self._path} 不能读取：{error}。"
            "请运行 youju index --rebuild 重建索引；语料不受影响。"
        )
