"""What the last indexing run left: its manifest, its texts, and whether it can be built upon."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import IndexUnusable, LexiconError
from app.library import tables
from app.library.draft import read_lexicon_of
from app.library.home import Home
from app.library.seal import FORMAT, format_of, read_seal, verify
from app.library.tables import ManifestRow
from app.library.userwords import Lexicon
from app.model import Extracted
from app.text.segment import Dictionary

_OTHER_FORMAT = "索引的格式已改变"


@dataclass(frozen=True, slots=True)
class Former:
    """The published generation, whole and in our format."""

    generation: Path
    version: str
    code: str
    lexicon: Lexicon
    dictionary: Dictionary
    manifest: Mapping[str, ManifestRow] = field(repr=False)
    _connection: sqlite3.Connection = field(repr=False)

    def extracted(self, document_id: str) -> Extracted | None:
        """What was extracted of a document, or None."""
        return tables.read_extracted(self._connection, document_id)

    def close(self) -> None:
        """Let go of its files."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Found:
    """`former` is None when there is nothing to build upon, and `reason` says why ("" when there
    has never been anything). `damaged` is the generation to set aside."""

    former: Former | None
    reason: str = ""
    damaged: Path | None = None


def find_former(home: Home) -> Found:
    """The published generation, checked byte by byte before anything is taken over from it.

    Raises IndexUnusable when it may be whole but cannot be read for lack of permission.
    """
    generation: Path | None = None
    try:
        generation = home.published()
        if generation is None:
            return Found(None)
        number = format_of(generation)
        if isinstance(number, int) and number != FORMAT:
            return Found(None, _OTHER_FORMAT)
        return Found(_open(generation))
    except IndexUnusable as error:
        if isinstance(error.__cause__, PermissionError):
            raise
        return Found(None, str(error), generation)


def _open(generation: Path) -> Former:
    sealed = read_seal(generation)
    verify(generation)
    try:
        connection = tables.connect_for_reading(generation / tables.FILE)
        lexicon, dictionary = read_lexicon_of(connection)
        manifest = tables.read_manifest(connection)
    except (sqlite3.Error, ValueError, TypeError, LookupError, LexiconError) as error:
        raise IndexUnusable(f"索引 {generation} 不能读取：{error}") from error
    return Former(
        generation, sealed.version, sealed.code, lexicon, dictionary, manifest, connection
    )
