"""A segment that is being written: the SQLite file and the search index, side by side.

Nobody reads a draft. `finish` makes it complete and durable; publishing it is up to the caller.
A draft that was cut off belongs to no state and is removed by the next writer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from app.library import tables
from app.library.seal import seal
from app.library.state import SegmentRef
from app.library.tables import ManifestRow
from app.model import IndexedPassage, StoredDocument
from app.search.tantivy_index_builder import LARGE, SegmentBuilder

SEARCH: Final = "search"


class Draft:
    """The next segment, in the empty folder `folder`. `memory` is in bytes."""

    def __init__(self, folder: Path, memory: int = LARGE) -> None:
        self._folder = folder
        self._index = SegmentBuilder(folder / SEARCH, memory)
        try:
            self._connection = tables.connect_new(folder / tables.FILE)
        except BaseException:
            self._index.close()
            raise
        self._documents = 0
        self.passages = 0
        """How many passages it holds so far."""
        self.total = 0
        """The sum of the hashes of its documents."""

    def put(
        self, stored: StoredDocument, passages: Sequence[IndexedPassage], row: ManifestRow
    ) -> None:
        """Take a document in. No other with the same source or id may be in the draft."""
        self._index.add(passages)
        self.total += weight(tables.put_document(self._connection, stored))
        tables.put_manifest(self._connection, row)
        self._documents += 1
        self.passages += len(passages)

    def finish(self) -> SegmentRef:
        """Make the segment complete and durable, and close it."""
        tables.finish(self._connection)
        self._index.finish()
        digest = seal(self._folder)
        return SegmentRef(self._folder.name, digest, self._documents, self.passages)

    def close(self) -> None:
        """Let go of the files; what was not finished is of no use."""
        with closing(self._index):
            self._connection.close()


def weight(fields: str) -> int:
    """What a document with these stored fields adds to the sum of hashes of a state.

    The sum depends on the documents alone and not on their order, and one document can be taken
    out of it. Source: Bellare and Micciancio, "A New Paradigm for Collision-Free Hashing" (1997),
    the construction AdHASH.
    """
    return int.from_bytes(hashlib.sha256(fields.encode("utf-8")).digest(), "big")
