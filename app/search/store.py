"""The live statistics and the passages of a search index, in one SQLite file.

Format: `terms` holds how many live passages and documents hold each term of each field; `passages`
and `documents` hold lengths and term vectors (`app.search.vectors`); `state` holds the totals and
the stamp of the commit that wrote them. Text is stored as UTF-8 bytes, lone surrogates included.

`StoreReader` sees one unchanging commit. `StoreWriter` changes everything in one transaction.
Both raise `sqlite3.Error` on a damaged file; the index turns that into `IndexUnusable`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.model import Passage, Span
from app.search.vectors import unpack

_SCHEMA = """
CREATE TABLE state (
    stamp TEXT NOT NULL, passages INTEGER NOT NULL, documents INTEGER NOT NULL,
    words INTEGER NOT NULL, bigrams INTEGER NOT NULL);
CREATE TABLE terms (
    number INTEGER PRIMARY KEY, field INTEGER NOT NULL, term BLOB NOT NULL,
    passages INTEGER NOT NULL, documents INTEGER NOT NULL, UNIQUE (field, term));
CREATE INDEX terms_unused ON terms (number) WHERE passages = 0;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, sort_key BLOB NOT NULL,
    places TEXT NOT NULL, words INTEGER NOT NULL, bigrams INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, id BLOB NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, path TEXT NOT NULL,
    words INTEGER NOT NULL, bigrams INTEGER NOT NULL, vector BLOB NOT NULL);
CREATE INDEX passages_document ON passages (document);
CREATE INDEX passages_words ON passages (words);
CREATE INDEX passages_bigrams ON passages (bigrams);
"""


_CACHE = 65_536  # KiB; the default of 2,000 made questions wait for the disk


@dataclass(frozen=True, slots=True)
class Totals:
    """The state of one commit. `words` and `bigrams` are summed lengths in terms."""

    stamp: str
    passages: int
    documents: int
    words: int
    bigrams: int


@dataclass(frozen=True, slots=True)
class TermRow:
    """A live term: its number, and how many live passages and documents hold it."""

    number: int
    passages: int
    documents: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A live passage as stored; `lengths` are in words and bigrams.

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
            _as_text(self.id), _as_text(self.document_id), span, tuple(json.loads(self.path))
        )


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A live document: its lengths in words and bigrams, its vector, the places of its title."""

    lengths: tuple[int, int]
    vector: bytes
    places: tuple[str, ...]


class StoreReader:
    """One commit of the store, unchanged for as long as this reader is open."""

    def __init__(self, path: Path) -> None:
        # A missing file is an error, not a reason to make an empty one.
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing")
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            self._connection.execute("BEGIN")
            self.totals = Totals(*self._one("SELECT * FROM state"))
        except BaseException:
            self._connection.close()
            raise

    def term(self, field: int, term: str) -> TermRow | None:
        """The live term, or None."""
        row = self._connection.execute(
            "SELECT number, passages, documents FROM terms WHERE field = ? AND term = ?",
            (field, as_bytes(term)),
        ).fetchone()
        return TermRow(*row) if row else None

    def any_term(self, field: int) -> int | None:
        """The number of some live term of `field`, or None."""
        row = self._connection.execute(
            "SELECT number FROM terms WHERE field = ? AND passages > 0 LIMIT 1", (field,)
        ).fetchone()
        return int(row[0]) if row else None

    def longest(self) -> tuple[int, int]:
        """The lengths in words and in bigrams of the longest live passages."""
        words, bigrams = self._one(
            "SELECT (SELECT max(words) FROM passages), (SELECT max(bigrams) FROM passages)"
        )
        return words or 0, bigrams or 0

    def passages(self, numbers: Iterable[int]) -> list[PassageRow]:
        """The live passages with these numbers, in the order of `numbers`.

        Raises `LookupError` when one is missing.
        """
        wanted = list(numbers)
        rows = self._connection.execute(
            "SELECT p.number, p.document, d.sort_key, p.id, d.id, p.start, p.end, p.path,"
            " p.words, p.bigrams, p.vector FROM json_each(?) AS wanted"
            " JOIN passages AS p ON p.number = wanted.value"
            " JOIN documents AS d ON d.number = p.document",
            (json.dumps(wanted),),
        )
        found = {row[0]: _passage_row(row) for row in rows}
        return [found[number] for number in wanted]

    def documents(self, numbers: Sequence[int]) -> list[DocumentRow]:
        """The live documents with these numbers, in the order of `numbers`."""
        rows = self._connection.execute(
            "SELECT d.number, d.words, d.bigrams, d.vector, d.places FROM json_each(?) AS wanted"
            " JOIN documents AS d ON d.number = wanted.value",
            (json.dumps(list(numbers)),),
        )
        found = {row[0]: DocumentRow(row[1:3], row[3], tuple(json.loads(row[4]))) for row in rows}
        return [found[number] for number in numbers]

    def live_terms(self) -> Iterator[tuple[int, int, int]]:
        """Field, number and count of live passages of every term."""
        rows = self._connection.execute("SELECT field, number, passages FROM terms")
        yield from rows

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
        expected = (self.totals.passages, self.totals.documents, *self._lengths())
        if tuple(total or 0 for total in totals) != expected:
            raise LookupError(f"the totals are {expected}, counted again {totals}")

    def close(self) -> None:
        """End the read transaction and release the file."""
        self._connection.close()

    def _lengths(self) -> tuple[int, int]:
        return self.totals.words, self.totals.bigrams

    def _vectors(self, table: str) -> Iterator[bytes]:
        for (vector,) in self._connection.execute(f"SELECT vector FROM {table}"):
            yield vector

    def _one(self, statement: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(statement).fetchone()
        if row is None:
            raise LookupError("the statistics have no state")
        return row


def create_store(path: Path, stamp: str) -> None:
    """Make an empty store; `path` must not exist."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Readers keep their commit while the writer makes the next one.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO state VALUES (?, 0, 0, 0, 0)", (stamp,))
    finally:
        connection.close()


def as_bytes(text: str) -> bytes:
    """UTF-8, lone surrogates included: a term or a name is any string."""
    return text.encode("utf-8", "surrogatepass")


def _holding(vectors: Iterable[bytes]) -> Counter[int]:
    """How many of `vectors` hold each term number."""
    counted: Counter[int] = Counter()
    for vector in vectors:
        counted.update(unpack(vector).keys())
    return counted


def _as_text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogatepass")


def _passage_row(row: tuple[Any, ...]) -> PassageRow:
    number, document, sort_key, id_, document_id, start, end, path, words, bigrams, vector = row
    return PassageRow(
        number, document, sort_key, id_, document_id, start, end, path, (words, bigrams), vector
    )
