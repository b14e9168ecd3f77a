"""Changing the store of a search index: one transaction from the first change to `commit`.

Counts of terms are gathered in memory and written in bulk, so that indexing stays fast.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.model import IndexedPassage
from app.search.bm25 import BIGRAMS, WORDS
from app.search.store import as_bytes
from app.search.vectors import pack, unpack

_GATHERED = 500_000
"""How many terms are gathered in memory before they are written."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage as stored: its number, and its terms as term numbers in reading order."""

    number: int
    words: list[int]
    bigrams: list[int]


@dataclass(slots=True)
class _Gathered:
    """A document whose passages are coming in."""

    id: bytes
    sort_key: bytes
    number: int
    counts: Counter[int] = field(default_factory=Counter)
    words: int = 0
    bigrams: int = 0


class StoreWriter:
    """The only writer of a store. Changes become visible to new readers with `commit`."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._numbers: dict[tuple[int, str], int] = {}
        self._passages: Counter[int] = Counter()
        self._documents: Counter[int] = Counter()
        self._totals: Counter[str] = Counter()
        self._current: _Gathered | None = None

    def add(self, entry: IndexedPassage) -> Numbered:
        """Store a passage and count its terms."""
        self._begin()
        words = self._number_all(WORDS, entry.words)
        bigrams = self._number_all(BIGRAMS, entry.bigrams)
        document = self._document(entry)
        counts = Counter(words)
        counts.update(bigrams)
        passage = entry.passage
        cursor = self._connection.execute(
            "INSERT INTO passages (document, id, start, end, path, words, bigrams, vector)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.number,
                as_bytes(passage.id),
                passage.span.start,
                passage.span.end,
                json.dumps(passage.path),
                len(words),
                len(bigrams),
                pack(counts),
            ),
        )
        document.counts.update(counts)
        document.words += len(words)
        document.bigrams += len(bigrams)
        self._passages.update(counts.keys())
        self._totals.update(passages=1, words=len(words), bigrams=len(bigrams))
        number = cursor.lastrowid
        assert number is not None
        return Numbered(number, words, bigrams)

    def delete(self, document_id: str) -> None:
        """Drop the passages of a document, those of this transaction included."""
        self._begin()
        self._finish_document()
        found = self._connection.execute(
            "SELECT number, words, bigrams, vector FROM documents WHERE id = ?",
            (as_bytes(document_id),),
        ).fetchone()
        if found is None:
            return
        number, words, bigrams, vector = found
        self._documents.subtract(unpack(vector).keys())
        passages = self._connection.execute(
            "SELECT vector FROM passages WHERE document = ?", (number,)
        ).fetchall()
        for (passage_vector,) in passages:
            self._passages.subtract(unpack(passage_vector).keys())
        self._connection.execute("DELETE FROM passages WHERE document = ?", (number,))
        self._connection.execute("DELETE FROM documents WHERE number = ?", (number,))
        self._totals.subtract(
            {"passages": len(passages), "documents": 1, "words": words, "bigrams": bigrams}
        )

    def prepare(self, stamp: str) -> None:
        """Write everything gathered, under `stamp`; only `commit` is left to do."""
        self._begin()
        self._finish_document()
        self._write_terms()
        self._connection.execute("DELETE FROM terms WHERE passages = 0")
        # A number may be given to another term from now on.
        self._numbers.clear()
        self._connection.execute(
            "UPDATE state SET stamp = ?, passages = passages + ?, documents = documents + ?,"
            " words = words + ?, bigrams = bigrams + ?",
            (
                stamp,
                self._totals["passages"],
                self._totals["documents"],
                self._totals["words"],
                self._totals["bigrams"],
            ),
        )
        self._totals.clear()

    def commit(self) -> None:
        """Make what was prepared durable and visible."""
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        """Drop what was not committed."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._current = None
        for gathered in (self._numbers, self._passages, self._documents, self._totals):
            gathered.clear()

    def close(self) -> None:
        """Drop what was not committed and release the file."""
        self.rollback()
        self._connection.close()

    def _begin(self) -> None:
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")

    def _number_all(self, of: int, terms: Sequence[str]) -> list[int]:
        numbers = self._numbers
        if len(numbers) > _GATHERED:
            numbers.clear()
        found = []
        for term in terms:
            number = numbers.get((of, term))
            if number is None:
                number = numbers[of, term] = self._number(of, term)
            found.append(number)
        return found

    def _number(self, of: int, term: str) -> int:
        row = self._connection.execute(
            "SELECT number FROM terms WHERE field = ? AND term = ?", (of, as_bytes(term))
        ).fetchone()
        if row is not None:
            return int(row[0])
        cursor = self._connection.execute(
            "INSERT INTO terms (field, term, passages, documents) VALUES (?, ?, 0, 0)",
            (of, as_bytes(term)),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _document(self, entry: IndexedPassage) -> _Gathered:
        """The document of `entry`; a document that is new to the store gets a row."""
        id_ = as_bytes(entry.passage.document_id)
        if self._current is not None and self._current.id == id_:
            return self._current
        self._finish_document()
        row = self._connection.execute("SELECT number FROM documents WHERE id = ?", (id_,))
        found = row.fetchone()
        if found is None:
            cursor = self._connection.execute(
                "INSERT INTO documents (id, sort_key, places, words, bigrams, vector)"
                " VALUES (?, ?, ?, 0, 0, x'')",
                (id_, as_bytes(entry.sort_key), json.dumps(entry.title_places)),
            )
            assert cursor.lastrowid is not None
            found = (cursor.lastrowid,)
            self._totals.update(documents=1)
        self._current = _Gathered(id_, as_bytes(entry.sort_key), int(found[0]))
        return self._current

    def _finish_document(self) -> None:
        """Add what came in to the stored document, which may hold passages already."""
        current, self._current = self._current, None
        if current is None:
            return
        (stored,) = self._connection.execute(
            "SELECT vector FROM documents WHERE number = ?", (current.number,)
        ).fetchone()
        counts = Counter(unpack(stored))
        self._documents.update(current.counts.keys() - counts.keys())
        counts.update(current.counts)
        self._connection.execute(
            "UPDATE documents SET sort_key = ?, words = words + ?, bigrams = bigrams + ?,"
            " vector = ? WHERE number = ?",
            (current.sort_key, current.words, current.bigrams, pack(counts), current.number),
        )
        if len(self._passages) > _GATHERED:
            self._write_terms()

    def _write_terms(self) -> None:
        changed = sorted(self._passages.keys() | self._documents.keys())
        self._connection.executemany(
            "UPDATE terms SET passages = passages + ?, documents = documents + ? WHERE number = ?",
            ((self._passages[number], self._documents[number], number) for number in changed),
        )
        self._passages.clear()
        self._documents.clear()
