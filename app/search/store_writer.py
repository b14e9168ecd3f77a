"""Writing the store of a segment: once, from empty to complete.

Term numbers and counts are kept in memory and written in bulk at the end. Passages of a document
come one after the other.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.model import IndexedPassage
from app.search.bm25 import FIELDS
from app.search.store import DOCUMENTS, INDEXES, PASSAGES, SCHEMA, STORE, as_bytes
from app.search.vectors import Numbers, VectorWriter

_ROWS: Final = 2_000  # passages that are gathered before they are written


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage as stored: its number, and its terms as term numbers in reading order."""

    number: int
    words: list[int]
    bigrams: list[int]


class _Numbering(dict[str, int]):
    """Gives every new term of a field the next free number of the segment."""

    def __init__(self, used: list[int]) -> None:
        super().__init__()
        self._used = used

    def __missing__(self, term: str) -> int:
        number = self._used[0]
        self._used[0] = number + 1
        self[term] = number
        return number


@dataclass(slots=True)
class _Gathered:
    """A document whose passages are coming in."""

    entry: IndexedPassage
    number: int
    terms: list[Numbers] = field(default_factory=list)
    words: int = 0
    bigrams: int = 0


class StoreWriter:
    """The only writer of a store in `folder`. Its files are of use after `finish`."""

    def __init__(self, folder: Path) -> None:
        self._passage_vectors = VectorWriter(folder, PASSAGES)
        self._document_vectors = VectorWriter(folder, DOCUMENTS)
        self._connection = sqlite3.connect(
            folder / STORE, isolation_level=None, check_same_thread=False
        )
        # A file that was cut off is thrown away whole: neither log nor syncing helps so far.
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(SCHEMA)
        self._connection.execute("BEGIN")
        used = [1]
        self._used = used
        self._numbers = tuple(_Numbering(used) for _ in FIELDS)
        self._passages = np.zeros(1 << 16, np.uint32)
        self._documents = np.zeros(1 << 16, np.uint32)
        self._rows: list[tuple[Any, ...]] = []
        self._totals = {"passages": 0, "documents": 0, "words": 0, "bigrams": 0}
        self._longest = [0, 0]
        self._current: _Gathered | None = None

    def add(self, entry: IndexedPassage) -> Numbered:
        """Store a passage and count its terms."""
        words, bigrams = (
            list(map(numbering.__getitem__, terms))
            for numbering, terms in zip(self._numbers, (entry.words, entry.bigrams), strict=True)
        )
        document = self._document(entry)
        terms = np.array(words + bigrams, np.uint32)
        self._make_room()
        held = self._passage_vectors.add(terms, len(words), len(bigrams), document.number)
        self._passages[held] += 1
        self._totals["passages"] += 1
        number = self._totals["passages"]
        passage = entry.passage
        self._rows.append(
            (
                number,
                document.number,
                as_bytes(passage.id),
                passage.span.start,
                passage.span.end,
                json.dumps(passage.path),
            )
        )
        if len(self._rows) >= _ROWS:
            self._write_rows()
        document.terms.append(terms)
        document.words += len(words)
        document.bigrams += len(bigrams)
        self._longest = [max(self._longest[0], len(words)), max(self._longest[1], len(bigrams))]
        return Numbered(number, words, bigrams)

    def finish(self) -> None:
        """Write all that was gathered, and close the files; they are not synced."""
        self._finish_document()
        self._write_rows()
        self._make_room()
        for of, numbering in enumerate(self._numbers):
            self._connection.executemany(
                "INSERT INTO terms VALUES (?, ?, ?, ?, ?)", self._terms(of, numbering)
            )
        totals = self._totals
        self._connection.execute(
            "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?)",
            (
                totals["passages"],
                totals["documents"],
                totals["words"],
                totals["bigrams"],
                *self._longest,
            ),
        )
        for statement in INDEXES:
            self._connection.execute(statement)
        self._connection.execute("COMMIT")
        self.close()

    def close(self) -> None:
        """Release the files; what was not finished is of no use."""
        with closing(self._passage_vectors), closing(self._document_vectors):
            self._connection.close()

    def _terms(self, of: int, numbering: _Numbering) -> list[tuple[int, bytes, int, int, int]]:
        """The rows of a field in the order of the table, so that it is filled from one end."""
        return sorted(
            (of, as_bytes(term), number, int(self._passages[number]), int(self._documents[number]))
            for term, number in numbering.items()
        )

    def _make_room(self) -> None:
        while self._used[0] > len(self._passages):
            self._passages = np.concatenate([self._passages, np.zeros_like(self._passages)])
            self._documents = np.concatenate([self._documents, np.zeros_like(self._documents)])

    def _document(self, entry: IndexedPassage) -> _Gathered:
        current = self._current
        if current is not None and (current.entry.passage.document_id == entry.passage.document_id):
            return current
        self._finish_document()
        self._totals["documents"] += 1
        self._current = _Gathered(entry, self._totals["documents"])
        return self._current

    def _finish_document(self) -> None:
        current, self._current = self._current, None
        if current is None:
            return
        self._make_room()
        terms = np.concatenate(current.terms)
        held = self._document_vectors.add(terms, current.words, current.bigrams)
        self._documents[held] += 1
        entry = current.entry
        self._totals["words"] += current.words
        self._totals["bigrams"] += current.bigrams
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?)",
            (
                current.number,
                as_bytes(entry.passage.document_id),
                as_bytes(entry.sort_key),
                json.dumps(entry.title_places),
            ),
        )

    def _write_rows(self) -> None:
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", self._rows)
        self._rows.clear()
