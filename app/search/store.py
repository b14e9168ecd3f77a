"""The statistics and the passages of one segment of a search index.

`store.db` is a SQLite file: `terms` holds how many passages and documents of the segment hold each
term of each field, `passages` and `documents` what they are called and where they stand, `state`
the totals. Text is stored as UTF-8 bytes, lone surrogates included. Lengths and term vectors lie in
files beside it (`app.search.vectors`). All of it is written once (`app.search.store_writer`) and
never changed, so readers open it as immutable: no lock, no log.

`StoreReader` raises `sqlite3.Error`, `OSError`, `ValueError` or `LookupError` on damage; the index
turns that into `IndexUnusable`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.model import Passage, Span
from app.search.kept import Kept
from app.search.vectors import VectorReader

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
    places TEXT NOT NULL);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, document INTEGER NOT NULL, id BLOB NOT NULL,
    start INTEGER NOT NULL, end INTEGER NOT NULL, path TEXT NOT NULL);
"""
INDEXES = (
    "CREATE INDEX passages_document ON passages (document)",
    "CREATE INDEX documents_with_places ON documents (number) WHERE places != '[]'",
)
STORE = "store.db"
PASSAGES = "passages"
DOCUMENTS = "documents"

_CACHE = 16_384  # KiB of each open segment; the default of 2,000 made questions wait for the disk


_TERMS_KEPT = 20_000
_PASSAGES_KEPT = 4_000


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
class PassageKey:
    """What orders passages of equal score: bytes of UTF-8 sort like the characters they stand
    for."""

    sort_key: bytes
    start: int
    id: bytes

    @property
    def order(self) -> tuple[bytes, int, bytes]:
        """Sorts in corpus order."""
        return self.sort_key, self.start, self.id


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

    def __init__(self, folder: Path) -> None:
        path = folder / STORE
        # A missing file is an error, not a reason to make an empty one.
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing")
        self._open = ExitStack()
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        self._places: dict[int, tuple[str, ...]] | None = None
        self._terms: Kept[tuple[int, str], TermRow | None] = Kept(_TERMS_KEPT)
        self._passages: Kept[int, Passage] = Kept(_PASSAGES_KEPT)
        try:
            self.passages = self._open.enter_context(closing(VectorReader(folder, PASSAGES)))
            """Lengths and vectors of the passages."""
            self.documents = self._open.enter_context(closing(VectorReader(folder, DOCUMENTS)))
            """Lengths and vectors of the documents."""
            connection = sqlite3.connect(
                address, uri=True, isolation_level=None, check_same_thread=False
            )
            self._connection = self._open.enter_context(closing(connection))
            self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            *totals, words, bigrams = self._one("SELECT * FROM state")
            self.totals = Totals(*totals)
            held = (len(self.passages), len(self.documents))
            if held != (self.totals.passages, self.totals.documents):
                raise LookupError(f"{held} vectors of passages and documents for {self.totals}")
        except BaseException:
            self.close()
            raise
        self.longest = (int(words), int(bigrams))
        """The lengths in words and in bigrams of the longest passages."""

    def terms(self, field: int, texts: Sequence[str]) -> dict[str, TermRow]:
        """The rows of those of `texts` that are terms of `field`."""
        known = self._terms.get_many([(field, text) for text in texts])
        unknown = [text for text in texts if (field, text) not in known]
        if unknown:
            marks = ",".join("?" * len(unknown))
            with self._lock:
                rows = self._connection.execute(
                    "SELECT term, number, passages, documents FROM terms"
                    f" WHERE field = ? AND term IN ({marks})",
                    (field, *map(as_bytes, unknown)),
                ).fetchall()
            found = {as_text(term): TermRow(*row) for term, *row in rows}
            known |= self._terms.keep({(field, text): found.get(text) for text in unknown})
        return {text: row for (_, text), row in known.items() if row is not None}

    def passage(self, number: int) -> Passage:
        """The passage as it came in. Raises `LookupError` when it is missing."""
        known = self._passages.get_many([number])
        return (known or self._passages.keep({number: self._passage(number)}))[number]

    def _passage(self, number: int) -> Passage:
        id_, document_id, start, end, path = self._one(
            "SELECT p.id, d.id, p.start, p.end, p.path FROM passages AS p"
            " JOIN documents AS d ON d.number = p.document WHERE p.number = ?",
            number,
        )
        span = Span(start, end)
        return Passage(as_text(id_), as_text(document_id), span, tuple(json.loads(path)))

    def keys(self, numbers: Sequence[int]) -> list[PassageKey]:
        """What orders these passages among others of the same score, in the order of `numbers`."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT p.number, d.sort_key, p.start, p.id FROM json_each(?) AS wanted"
                " JOIN passages AS p ON p.number = wanted.value"
                " JOIN documents AS d ON d.number = p.document",
                (json.dumps(list(numbers)),),
            ).fetchall()
        found = {number: PassageKey(*row) for number, *row in rows}
        return [found[number] for number in numbers]

    def places(self) -> Mapping[int, tuple[str, ...]]:
        """The places that titles of documents name, by document; those that name none left out."""
        if self._places is None:
            with self._lock:
                rows = self._connection.execute(
                    "SELECT number, places FROM documents WHERE places != '[]'"
                ).fetchall()
            self._places = {number: tuple(json.loads(places)) for number, places in rows}
        return self._places

    def lost(self, ids: Iterable[str]) -> Lost:
        """What goes from the statistics with the documents `ids`; unknown ones take nothing."""
        documents: list[int] = []
        passages: list[int] = []
        for name in ids:
            number, _, own = self._document(name)
            if number:
                documents.append(number)
                passages += own
        passages_of = _holding(self.passages, passages)
        documents_of = _holding(self.documents, documents)
        lengths = self.documents.lengths(np.array(documents, np.int64)).sum(axis=0)
        totals = Totals(len(passages), len(documents), int(lengths[0]), int(lengths[1]))
        return Lost(frozenset(documents), totals, passages_of, documents_of)

    def vectors_of(self, document_id: str) -> tuple[tuple[str, ...], list[dict[int, int]]]:
        """The places in the title of a document, and the counts of terms of each of its passages,
        in order; nothing for a document without passages."""
        _, places, passages = self._document(document_id)
        return places, [self.passages.terms(number) for number in passages]

    def all_terms(self) -> Iterator[tuple[int, str, int, int]]:
        """Field, text, number and count of passages of every term."""
        rows = self._connection.execute("SELECT field, term, number, passages FROM terms")
        for field, term, number, passages in rows:
            yield field, as_text(term), number, passages

    def check(self) -> None:
        """Count everything again from the vectors; raises `LookupError` on a difference."""
        (found,) = self._one("PRAGMA integrity_check(1)")
        if found != "ok":
            raise LookupError(f"the statistics are damaged: {found}")
        counted = tuple(
            _holding(reader, range(1, len(reader) + 1))
            for reader in (self.passages, self.documents)
        )
        rows = self._connection.execute("SELECT number, passages, documents FROM terms")
        for number, passages, documents in rows:
            if (counted[0].pop(number, 0), counted[1].pop(number, 0)) != (passages, documents):
                raise LookupError(f"term {number} is counted wrongly")
        if any(counted):
            raise LookupError("passages hold terms that are not counted")
        (passages,) = self._one("SELECT count(*) FROM passages")
        (documents,) = self._one("SELECT count(*) FROM documents")
        lengths = self.passages.lengths(np.arange(1, len(self.passages) + 1)).sum(axis=0)
        again = Totals(passages, documents, int(lengths[0]), int(lengths[1]))
        if again != self.totals:
            raise LookupError(f"the totals are {self.totals}, counted again {again}")

    def close(self) -> None:
        """Release the files."""
        self._open.close()

    def _document(self, name: str) -> tuple[int, tuple[str, ...], list[int]]:
        """Number of a document, places of its title, numbers of its passages; 0 for none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT number, places FROM documents WHERE id = ?", (as_bytes(name),)
            ).fetchone()
            if row is None:
                return 0, (), []
            numbers = self._connection.execute(
                "SELECT number FROM passages WHERE document = ? ORDER BY number", (row[0],)
            ).fetchall()
        return row[0], tuple(json.loads(row[1])), [number for (number,) in numbers]

    def _one(self, statement: str, *values: object) -> tuple[Any, ...]:
        with self._lock:
            row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
        if row is None:
            raise LookupError(f"nothing is stored of {values or 'the state'}")
        return row


def as_bytes(text: str) -> bytes:
    """UTF-8, lone surrogates included: a term or a name is any string."""
    return text.encode("utf-8", "surrogatepass")


def as_text(stored: bytes) -> str:
    """The string that `as_bytes` wrote."""
    return stored.decode("utf-8", "surrogatepass")


def _holding(reader: VectorReader, numbers: Iterable[int]) -> Counter[int]:
    """How many of these texts hold each term."""
    counted: Counter[int] = Counter()
    for number in numbers:
        counted.update(reader.terms(number).keys())
    return counted
