"""A generation that is being written: the SQLite file and the search index, side by side.

Nobody reads a draft. `finish` makes it complete and durable; publishing it is up to the caller.
A draft that was cut off has no seal and is removed by the next writer.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.library import tables
from app.library.codec import decode, encode
from app.library.seal import FORMAT, SEAL, seal
from app.library.tables import ManifestRow
from app.library.userwords import Lexicon
from app.library.version import code_version, corpus_version
from app.model import IndexedPassage, StoredDocument
from app.search.tantivy_index import TantivyIndex
from app.text.segment import Dictionary

SEARCH: Final = "search"
LEXICON: Final = "lexicon"
DICTIONARY: Final = "dictionary"


class Draft:
    """The next generation. Begin it with `fresh` or `copied`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, index: TantivyIndex) -> None:
        self._folder = folder
        self._connection = connection
        self._index = index

    @classmethod
    def fresh(cls, folder: Path) -> Draft:
        """An empty generation in the empty folder `folder`."""
        index = TantivyIndex.create(folder / SEARCH)
        return cls(folder, _connected(tables.connect_new, folder, index), index)

    @classmethod
    def copied(cls, folder: Path, former: Path) -> Draft:
        """A generation that begins with all that the complete generation `former` holds."""
        shutil.copytree(
            former, folder, ignore=shutil.ignore_patterns(SEAL, "*.lock"), dirs_exist_ok=True
        )
        index = TantivyIndex.open(folder / SEARCH, writable=True)
        return cls(folder, _connected(tables.connect_copy, folder, index), index)

    def put(
        self, stored: StoredDocument, passages: Sequence[IndexedPassage], row: ManifestRow
    ) -> None:
        """Take a document in. One with the same source or id must have been dropped before."""
        tables.put_document(self._connection, stored)
        tables.put_manifest(self._connection, row)
        self._index.add(passages)

    def note(self, row: ManifestRow) -> None:
        """Renew what is known of the file of a document that stays."""
        tables.put_manifest(self._connection, row)

    def drop(self, row: ManifestRow) -> None:
        """Take a document out."""
        tables.drop_document(self._connection, row)
        self._index.delete(row.id)

    def finish(self, lexicon: Lexicon, dictionary: Dictionary) -> str:
        """Make the generation complete and durable, and close it. The version of its corpus."""
        tables.put_fact(self._connection, LEXICON, encode(Lexicon, lexicon))
        tables.put_fact(self._connection, DICTIONARY, dictionary.to_json())
        version = corpus_version(
            [
                str(FORMAT),
                encode(Lexicon, lexicon),
                *tables.read_fields(self._connection),
            ]
        )
        self._connection.execute("COMMIT")
        self._index.commit()
        self.close()
        seal(self._folder, version, code_version())
        return version

    def close(self) -> None:
        """Let go of the files; what was not finished is of no use."""
        self._connection.close()
        self._index.close()


def _connected(
    connect: Callable[[Path], sqlite3.Connection], folder: Path, index: TantivyIndex
) -> sqlite3.Connection:
    try:
        return connect(folder / tables.FILE)
    except BaseException:
        index.close()
        raise


def read_lexicon_of(connection: sqlite3.Connection) -> tuple[Lexicon, Dictionary]:
    """The user's lexicon that a generation was built with, and the dictionary it made.

    Raises sqlite3.Error, ValueError, TypeError, LookupError or LexiconError for a damaged one.
    """
    lexicon = decode(Lexicon, tables.read_fact(connection, LEXICON))
    return lexicon, Dictionary.from_json(tables.read_fact(connection, DICTIONARY))
