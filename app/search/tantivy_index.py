"""The embedded search index: tantivy finds, SQLite keeps statistics and passages, we rank.

A folder of format 3 holds `format` (one line), `terms/` (tantivy's inverted index) and `store.db`
(`app.search.store`). Both parts carry the stamp of the commit that wrote them. A commit makes
tantivy durable first, then the store: a crash between the two leaves stamps that differ, which
opening reports as `IndexUnusable`. Everything here can be rebuilt from the corpus.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy

from app.errors import IndexUnusable, LibraryLocked
from app.model import Filters, IndexedPassage, SearchQuery, SearchResult
from app.search.bm25 import WORDS
from app.search.ranking import rank, resolve
from app.search.store import create_store
from app.search.store_writer import StoreWriter
from app.search.tantivy_index_query import (
    MARKER,
    build_document,
    build_marker,
    build_schema,
    counting_query,
    key,
    term_query,
)
from app.search.tantivy_index_view import Proposer, guarded, open_view

FORMAT = "youju search index, format 3\n"

DEEPEST_HIT = 1_000
"""The largest `offset + limit` of a search."""

MOST_TERMS = 256
"""How many terms per field a query may have; further ones are left out."""

_REMEMBERED = 10_000
"""How many answers of `frequency` are kept until the next commit."""

_WRITER_MEMORY = 64 * 1024 * 1024


class TantivyIndex:
    """A `SearchIndex` on disk. A handle sees one commit until `commit` or `reload`.

    Safe to use from several threads; they take turns. Only one process can hold a folder writable.
    Every method raises `IndexUnusable` when it meets damage.
    """

    def __init__(self, folder: Path, writable: bool) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._writer: tantivy.IndexWriter | None = None
        self._changes: StoreWriter | None = None
        self._changed = False
        self._frequencies: dict[str, int] = {}
        with guarded(folder):
            _check_format(folder)
            self._index = tantivy.Index.open(str(folder / "terms"))
            self._schema = self._index.schema
            self._view = open_view(self._folder, self._index)
        if writable:
            try:
                self._open_writers()
            except BaseException:
                self.close()
                raise

    @classmethod
    def create(cls, folder: Path) -> TantivyIndex:
        """Make an empty index, open for writing. `folder` must be absent or empty."""
        if folder.exists() and any(folder.iterdir()):
            raise IndexUnusable(f"{folder} is not empty; choose a new folder for the search index")
        (folder / "terms").mkdir(parents=True)
        stamp = _new_stamp()
        writer = tantivy.Index(build_schema(), str(folder / "terms")).writer(_WRITER_MEMORY, 1)
        writer.add_document(build_marker(stamp))
        writer.commit()
        writer.wait_merging_threads()
        del writer  # lets go of tantivy's lock
        create_store(folder / "store.db", stamp)
        # Written last: a folder that was only half made is not taken for an index.
        (folder / "format").write_text(FORMAT, encoding="utf-8")
        return cls(folder, writable=True)

    @classmethod
    def open(cls, folder: Path, writable: bool = False) -> TantivyIndex:
        """Open an index. Raises `IndexUnusable`, or `LibraryLocked` when another writer has it."""
        return cls(folder, writable)

    # ── changing ────────────────────────────────────────────────────────────────────────────────

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        """Take passages in, one at a time; visible after `commit`."""
        with self._lock:
            writer, changes = self._writers()
            for entry in passages:
                # Not round the loop: an error of `passages` itself is no damage of the index.
                with guarded(self._folder):
                    writer.add_document(build_document(entry, changes.add(entry)))

    def delete(self, document_id: str) -> None:
        """Drop all passages of a document; visible after `commit`."""
        with self._lock, guarded(self._folder):
            writer, changes = self._writers()
            changes.delete(document_id)
            writer.delete_documents_by_term("document", key(document_id))

    def commit(self) -> None:
        """Make what was added and deleted durable and visible, all at once."""
        with self._lock, guarded(self._folder):
            if not self._changed:
                return
            writer, changes = self._writers()
            stamp = _new_stamp()
            changes.prepare(stamp)
            writer.delete_documents_by_term("marker", MARKER)
            writer.add_document(build_marker(stamp))
            writer.commit()
            changes.commit()
            self._changed = False
            self.reload()

    # ── searching ───────────────────────────────────────────────────────────────────────────────

    def search(
        self,
        query: SearchQuery,
        filters: Filters,
        limit: int,
        offset: int = 0,
        count: bool = False,
    ) -> SearchResult:
        """The best passages for `query`, exact BM25 over live statistics, ties in corpus order.

        A hit holds a word or a bigram of the query; `total` counts the passages that do. Raises
        `ValueError` when `limit` or `offset` is negative or their sum is above `DEEPEST_HIT`.
        """
        if limit < 0 or offset < 0 or limit + offset > DEEPEST_HIT:
            raise ValueError(
                f"limit {limit} and offset {offset} must not be negative, nor above"
                f" {DEEPEST_HIT} together; narrow the search with filters"
            )
        asked = [list(islice(terms, MOST_TERMS)) for terms in (query.words, query.bigrams)]
        with self._lock, guarded(self._folder):
            terms = resolve(self._view.store, asked)
            if not terms:
                return SearchResult((), 0, 0 if count else None)
            proposer = Proposer(self._view, self._schema, terms, filters)
            hits = rank(self._view.store, terms, proposer, offset + limit) if limit else []
            total = self._count(counting_query(self._schema, terms, filters)) if count else None
            return SearchResult(tuple(hits[offset:]), max(total or 0, proposer.seen), total)

    def frequency(self, term: str) -> int:
        """How many live passages hold `term` as a word."""
        known = self._frequencies.get(term)
        if known is not None:
            return known
        with self._lock, guarded(self._folder):
            row = self._view.store.term(WORDS, term)
            frequency = row.passages if row else 0
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            self._frequencies[term] = frequency
            return frequency

    @property
    def size(self) -> int:
        """How many live passages there are."""
        return self._view.store.totals.passages

    # ── keeping ─────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        """See the newest commit, of this process or another."""
        with self._lock, guarded(self._folder):
            before, self._view = self._view, open_view(self._folder, self._index)
            self._frequencies = {}
            before.store.close()

    def check(self) -> None:
        """Compare the two parts term by term; raises `IndexUnusable` when they differ.

        Reads everything: some seconds for 100,000 passages.
        """
        with self._lock, guarded(self._folder):
            self._view.store.check()
            for field, number, passages in self._view.store.live_terms():
                found = self._count(term_query(self._schema, field, number))
                if found != passages:
                    raise LookupError(f"term {number}: {found} passages found, {passages} stored")

    def rollback(self) -> None:
        """Drop what was added and deleted since the last commit."""
        with self._lock, guarded(self._folder):
            writer, changes = self._writers()
            writer.rollback()
            changes.rollback()
            self._changed = False

    def close(self) -> None:
        """Release files and locks; what was not committed is dropped."""
        with self._lock:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.rollback()
                writer.wait_merging_threads()
            self._view.store.close()
            # Last, so that SQLite folds its log into the one file that a copy has to hold.
            if self._changes is not None:
                self._changes.close()
                self._changes = None

    def _count(self, query: tantivy.Query) -> int:
        result: Any = self._view.searcher.search(query, 1, count=True)
        return int(result.count)  # the type stub leaves `count` out

    def _writers(self) -> tuple[tantivy.IndexWriter, StoreWriter]:
        if self._writer is None or self._changes is None:
            raise RuntimeError(f"{self._folder} is open for reading; open it with writable=True")
        self._changed = True
        return self._writer, self._changes

    def _open_writers(self) -> None:
        try:
            # One thread: the same passages give the same segments.
            self._writer = self._index.writer(_WRITER_MEMORY, 1)
        except ValueError as error:
            raise LibraryLocked(
                f"{self._folder} is being written by another process; wait for it or stop it"
            ) from error
        self._changes = StoreWriter(self._folder / "store.db")


def _check_format(folder: Path) -> None:
    found = (folder / "format").read_text(encoding="utf-8")
    if found != FORMAT:
        raise LookupError(f"its format is {found[:80]!r}, expected {FORMAT!r}")


def _new_stamp() -> str:
    """A name for a commit. It never reaches an answer, so it may differ from run to run."""
    return secrets.token_hex(8)
