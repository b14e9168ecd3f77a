"""The SQLite file of a segment: documents with what was derived from them, and the manifest.

Structured columns hold one line of JSON each (`app.library.codec`); `text` is the verbatim text.
Written while the segment is unpublished, made durable when it is sealed, then never changed again.
So it needs no journal (a draft that was cut off is thrown away whole), and readers open it as
immutable: no lock and no file beside it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.documents.repeals import keys_of, keys_of_repeals
from app.library.codec import decode, encode
from app.model import Document, Extracted, Figure, Measure, Outline, Passage, StoredDocument

FILE: Final = "library.sqlite"

_SCHEMA: Final = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, fields TEXT NOT NULL, text TEXT NOT NULL,
    outline TEXT NOT NULL, passages TEXT NOT NULL, figures TEXT NOT NULL, measures TEXT NOT NULL,
    names TEXT NOT NULL, places TEXT NOT NULL, pages TEXT NOT NULL);
CREATE TABLE names (name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (name, id)) WITHOUT ROWID;
CREATE TABLE manifest (
    source TEXT PRIMARY KEY, id TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    digest TEXT NOT NULL, sidecar_digest TEXT NOT NULL, reader TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE known (key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE repeals (key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, id)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX names_of_documents ON names (id);
CREATE UNIQUE INDEX manifest_ids ON manifest (id);
"""


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """What a document was derived from.

    `size` in bytes, `mtime_ns` (0: not to be trusted) and `digest` are of the file,
    `sidecar_digest` of its sidecar ("" without one), `reader` the code that extracted the text.
    """

    source: str
    id: str
    size: int
    mtime_ns: int
    digest: str
    sidecar_digest: str
    reader: str


def connect_new(path: Path) -> sqlite3.Connection:
    """A new file with empty tables, and an open transaction that `finish` ends."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(_SCHEMA)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def finish(connection: sqlite3.Connection) -> None:
    """Complete a new file and close it."""
    for statement in _INDEXES.strip().split("\n"):
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """A published file; may be used from any thread, by one at a time.

    Raises sqlite3.Error when there is no such file.
    """
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


def put_document(connection: sqlite3.Connection, stored: StoredDocument) -> str:
    """Store a document. Its fields as they are stored."""
    document = stored.document
    fields = encode(Document, replace(document, text=""))
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.source,
            fields,
            document.text,
            encode(Outline, stored.outline),
            encode(tuple[Passage, ...], stored.passages),
            encode(tuple[Figure, ...], stored.figures),
            encode(tuple[Measure, ...], stored.measures),
            encode(tuple[str, ...], stored.names),
            encode(tuple[str, ...], stored.places),
            encode(tuple[int, ...], stored.pages),
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO names VALUES (?, ?)", [(name, document.id) for name in stored.names]
    )
    for table, keys in (("known", keys_of(document)), ("repeals", keys_of_repeals(document))):
        connection.executemany(
            f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", [(key, document.id) for key in keys]
        )
    return fields


def read_repeals(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Keys of documents that others repeal, each with the id of the repealing document."""
    return list(connection.execute("SELECT key, id FROM repeals ORDER BY key, id"))


def read_known(connection: sqlite3.Connection, keys: Sequence[str]) -> list[str]:
    """The ids of the documents that are known by one of the keys (`app.documents.repeals`)."""
    rows = connection.execute(
        "SELECT DISTINCT id FROM known WHERE key IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(keys)),),
    )
    return [name for (name,) in rows]


def read_document(connection: sqlite3.Connection, document_id: str) -> tuple[str, ...] | None:
    """The stored columns of a document, for `unpacked`; None when there is no such document."""
    found: tuple[str, ...] | None = connection.execute(
        "SELECT fields, text, outline, passages, figures, measures, names, places, pages"
        " FROM documents WHERE id = ?",
        (document_id,),
    ).fetchone()
    return found


def read_head(connection: sqlite3.Connection, document_id: str) -> tuple[str, ...] | None:
    """Fields and text of a document, for `unpacked_head`; None when there is no such document."""
    found: tuple[str, ...] | None = connection.execute(
        "SELECT fields, text FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    return found


def unpacked_head(columns: tuple[str, ...]) -> Document:
    """The document whose fields and text are `columns`."""
    fields, text = columns
    return replace(decode(Document, fields), text=text)


def unpacked(columns: tuple[str, ...]) -> StoredDocument:
    """The document that was stored in `columns`."""
    fields, text, outline, passages, figures, measures, names, places, pages = columns
    return StoredDocument(
        unpacked_head((fields, text)),
        decode(Outline, outline),
        decode(tuple[Passage, ...], passages),
        decode(tuple[Figure, ...], figures),
        decode(tuple[Measure, ...], measures),
        decode(tuple[str, ...], names),
        decode(tuple[str, ...], places),
        decode(tuple[int, ...], pages),
    )


def read_names(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of all documents."""
    return frozenset(name for (name,) in connection.execute("SELECT DISTINCT name FROM names"))


def read_names_without(connection: sqlite3.Connection, gone: Sequence[str]) -> frozenset[str]:
    """The names that stand in no document but those with the ids `gone`."""
    listed = json.dumps(list(gone))
    rows = connection.execute(
        "SELECT DISTINCT name FROM names AS n WHERE id IN (SELECT value FROM json_each(?1))"
        " AND NOT EXISTS (SELECT 1 FROM names AS o WHERE o.name = n.name"
        " AND o.id NOT IN (SELECT value FROM json_each(?1)))",
        (listed,),
    )
    return frozenset(name for (name,) in rows)


def read_extracted(connection: sqlite3.Connection, document_id: str) -> Extracted | None:
    """What was extracted of a document, or None."""
    found = connection.execute(
        "SELECT text, pages FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    return None if found is None else Extracted(found[0], decode(tuple[int, ...], found[1]))


def read_ids(connection: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """Source and id of every document, sorted by source."""
    return tuple(connection.execute("SELECT source, id FROM documents ORDER BY source"))


def read_fields(connection: sqlite3.Connection, document_id: str) -> str:
    """The stored fields of a document, all but its text. Raises LookupError for an unknown one."""
    found = connection.execute(
        "SELECT fields FROM documents WHERE id = ?", (document_id,)
    ).fetchone()
    if found is None:
        raise LookupError(f"{FILE} holds no document {document_id}")
    return str(found[0])


def put_manifest(connection: sqlite3.Connection, row: ManifestRow) -> None:
    """Store what a document was derived from."""
    connection.execute(
        "INSERT INTO manifest VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row.source,
            row.id,
            row.size,
            row.mtime_ns,
            row.digest,
            row.sidecar_digest,
            row.reader,
        ),
    )


def read_manifest(connection: sqlite3.Connection) -> list[ManifestRow]:
    """What every document was derived from."""
    rows = connection.execute(f"SELECT {_ROW} FROM manifest")
    return [ManifestRow(*row) for row in rows]


def read_row(connection: sqlite3.Connection, column: str, value: str) -> ManifestRow | None:
    """What the document was derived from whose `column` (source or id) is `value`, or None."""
    found = connection.execute(
        f"SELECT {_ROW} FROM manifest WHERE {column} = ?", (value,)
    ).fetchone()
    return None if found is None else ManifestRow(*found)


_ROW: Final = "source, id, size, mtime_ns, digest, sidecar_digest, reader"
