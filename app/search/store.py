"""The statistics and the passages of one segment of a search index, in one SQLite file.

Format: `terms` holds how many passages and documents of the segment hold each term of each field;
`passages` and `documents` hold lengths and term vectors (`app.search.vectors`); `state` holds the
totals. Text is stored as UTF-8 bytes, lone surrogates included. The file is written once
(`app.search.store_writer`) and never changed, so readers open it as immutable: no lock, no log.

`StoreReader` raises `sqlite3.Error` or `LookupError` on a damaged file; the index turns that into
`IndexUnusable`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.model import Passage, Span
from app.search.vectors import unpack

SCHEMA = """
CREATE TABLE state (
    passages INTEGER NOT NULL, documents INTEGER NOT NULL,
    words INTEGER NOT NULL, bigrams INTEGER NOT NULL,
    longest_words INTEGER NOT NULL, longest_bigrams INTEGER NOT NULL);
CREATE TABLE terms (
    field INTEGER NOT NULL, term BLOB NOT NULL, number INTEGER NOT NULL,
    passages INTEGER NOT NULL, documents INTEGER NOT NULL,
    PRIMARY KEY (field, term)) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sort_key BLOB NOT NULL,
    places TEXT NOT NULL,
    words INTEGER NOT NULL, bigrams INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, id BLOB NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, path TEXT NOT NULL,
    words INTEGER NOT NULL, bigrams INTEGER NOT NULL, vector BLOB NOT NULL);
"""
PASSAGES_OF_DOCUMENTS = "CREATE INDEX passages_document ON passages (document)"

_CACHE = 16_384  # KiB of each open segment; the default of 2,000 made questions wait for the disk


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is. `words` and `bigrams` are summed lengths in terms."""

    passages: int
    documents: int
    words: int
    bigrams: int


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term: its number in this segment, and how many of its passages and documents hold it."""

    number: int
    passages: int
    documents: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored; `lengths` are in words and bigrams.

    Most rows are only scored, so that names and headings stay undecoded until `passage` is asked
    for. Bytes of UTF-8 sort like the characters they stand for.
    """

    number: int
    document: int
    sort_key: bytes
    id: bytes
    document_id: bytes
    start: int
    end: int
    path: str
    lengths: tuple[int, int]
    vector: bytes

    @property
    def passage(self) -> Passage:
        """The passage as it came in."""
        span = Span(self.start, self.end)
        return Passage(
            as_text(self.id), as_text(self.document_id), span, tuple(json.loads(self.path))
        )


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document: its lengths in words and bigrams, its vector, the places of its title."""

    lengths: tuple[int, int]
    vector: bytes
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """What the documents that a segment no longer counts take away from its statistics.

    `documents` are their numbers; `passages_of` and `documents_of` say by term number in how many
    of their passages, and of them, a term stood.
    """

    documents: frozenset[int]
    totals: Totals
    passages_of: Counter[int]
    documents_of: Counter[int]

    def joined(self, more: Lost) -> Lost:
        """What is lost with these documents and with `more`."""
        mine, theirs = self.totals, more.totals
        return Lost(
            self.documents | more.documents,
            Totals(
                mine.passages + theirs.passages,
                mine.documents + theirs.documents,
                mine.words + theirs.words,
                mine.bigrams + theirs.bigrams,
            ),
            self.passages_of + more.passages_of,
            self.documents_of + more.documents_of,
        )


NOTHING_LOST = Lost(frozenset(), Totals(0, 0, 0, 0), Counter(), Counter())


class StoreReader:
    """One segment, open for reading. Any number of threads may ask; they take turns."""

    def __init__(self, path: Path) -> None:
        # A missing file is an error, not a reason to make an empty one.
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing")
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            *totals, words, bigrams = self._one("SELECT * FROM state")
        except BaseException:
            self._connection.close()
            raise
        self.totals = Totals(*totals)
        self.longest = (int(words), int(bigrams))
        """The lengths in words and in bigrams of the longest passages."""

    def term(self, field: int, term: str) -> TermRow | None:
        """The row of a term, or None."""
        with self._lock:
            row = self._connection.execute(
                "SELECT number, passages, documents FROM terms WHERE field = ? AND term = ?",
                (field, as_bytes(term)),
            ).fetchone()
        return TermRow(*row) if row else None

    def passages(self, numbers: Iterable[int]) -> list[PassageRow]:
        """The passages with these numbers, in the order of `numbers`.

        Raises `LookupError` when one is missing.
        """
        wanted = list(numbers)
        with self._lock:
            rows = self._connection.execute(
                "SELECT p.number, p.document, d.sort_key, p.id, d.id, p.start, p.end, p.path,"
                " p.words, p.bigrams, p.vector FROM json_each(?) AS wanted"
                " JOIN passages AS p ON p.number = wanted.value"
                " JOIN documents AS d ON d.number = p.document",
                (json.dumps(wanted),),
            ).fetchall()
        found = {row[0]: _passage_row(row) for row in rows}
        return [found[number] for number in wanted]

    def documents(self, numbers: Sequence[int]) -> list[DocumentRow]:
        """The documents with these numbers, in the order of `numbers`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT d.number, d.words, d.bigrams, d.vector, d.places"
                " FROM json_each(?) AS wanted JOIN documents AS d ON d.number = wanted.value",
                (json.dumps(list(numbers)),),
            ).fetchall()
        found = {row[0]: DocumentRow(row[1:3], row[3], tuple(json.loads(row[4]))) for row in rows}
        return [found[number] for number in numbers]

    def lost(self, ids: Iterable[str]) -> Lost:
        """What goes from the statistics with the documents `ids`; unknown ones take nothing."""
        numbers: set[int] = set()
        count = words = bigrams = 0
        passages_of: Counter[int] = Counter()
        documents_of: Counter[int] = Counter()
        for name in ids:
            row, vectors = self._vectors_of(name)
            if row is None:
                continue
            numbers.add(row[0])
            words, bigrams = words + row[1], bigrams + row[2]
            documents_of.update(unpack(row[3]).keys())
            for vector in vectors:
                count += 1
                passages_of.update(unpack(vector).keys())
        totals = Totals(count, len(numbers), words, bigrams)
        return Lost(frozenset(numbers), totals, passages_of, documents_of)

    def vectors_of(self, document_id: str) -> tuple[tuple[str, ...], list[dict[int, int]]]:
        """The places in the title of a document, and the counts of terms of each of its passages,
        in order; nothing for a document without passages."""
        with self._lock:
            row = self._connection.execute(
                "SELECT number, places FROM documents WHERE id = ?", (as_bytes(document_id),)
            ).fetchone()
            if row is None:
                return (), []
            vectors = self._connection.execute(
                "SELECT vector FROM passages WHERE document = ? ORDER BY number", (row[0],)
            ).fetchall()
        return tuple(json.loads(row[1])), [unpack(vector) for (vector,) in vectors]

    def terms(self) -> Iterator[tuple[int, str, int, int]]:
        """Field, text, number and count of passages of every term."""
        rows = self._connection.execute("SELECT field, term, number, passages FROM terms")
        for field, term, number, passages in rows:
            yield field, as_text(term), number, passages

    def check(self) -> None:
        """Count everything again from the vectors; raises `LookupError` on a difference."""
        (found,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise LookupError(f"the statistics are damaged: {found}")
        counted = (_holding(self._vectors("passages")), _holding(self._vectors("documents")))
        rows = self._connection.execute("SELECT number, passages, documents FROM terms")
        for number, passages, documents in rows:
            if (counted[0].pop(number, 0), counted[1].pop(number, 0)) != (passages, documents):
                raise LookupError(f"term {number} is counted wrongly")
        if any(counted):
            raise LookupError("passages hold terms that are not counted")
        totals = self._one(
            "SELECT count(*), (SELECT count(*) FROM documents), sum(words), sum(bigrams)"
            " FROM passages"
        )
        if Totals(*(total or 0 for total in totals)) != self.totals:
            raise LookupError(f"the totals are {self.totals}, counted again {totals}")

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _vectors_of(self, name: str) -> tuple[tuple[Any, ...] | None, list[bytes]]:
        """Number, lengths and vector of a document, and the vectors of its passages."""
        with self._lock:
            row = self._connection.execute(
                "SELECT number, words, bigrams, vector FROM documents WHERE id = ?",
                (as_bytes(name),),
            ).fetchone()
            if row is None:
                return None, []
            rows = self._connection.execute(
                "SELECT vector FROM passages WHERE document = ?", (row[0],)
            ).fetchall()
        return row, [vector for (vector,) in rows]

    def _vectors(self, table: str) -> Iterator[bytes]:
        for (vector,) in self._connection.execute(f"SELECT vector FROM {table}"):
            yield vector

    def _one(self, statement: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(statement).fetchone()
        if row is None:
            raise LookupError("the statistics have no state")
        return row


def as_bytes(text: str) -> bytes:
    """UTF-8, lone surrogates included: a term or a name is any string."""
    return text.encode("utf-8", "surrogatepass")


def as_text(stored: bytes) -> str:
    """The string that `as_bytes` wrote."""
    return stored.decode("utf-8", "surrogatepass")


def _holding(vectors: Iterable[bytes]) -> Counter[int]:
    """How many of `vectors` hold each term number."""
    counted: Counter[int] = Counter()
    for vector in vectors:
        counted.update(unpack(vector).keys())
    return counted


def _passage_row(row: tuple[Any, ...]) -> PassageRow:
    number, document, sort_key, id_, document_id, start, end, path, words, bigrams, vector = row
    return PassageRow(
        number, document, sort_key, id_, document_id, start, end, path, (words, bigrams), vector
    )
