"""The live documents of a state, over all of its segments."""

from __future__ import annotations

import heapq
from collections.abc import Container, Sequence
from datetime import date

from app.library.repeals import Repeals, repealed
from app.library.segments import OpenPart
from app.model import Document, StoredDocument


class LiveDocuments:
    """A `DocumentStore`. Any number of threads may read.

    Every method raises IndexUnusable when it meets damage.
    """

    def __init__(self, parts: Sequence[OpenPart]) -> None:
        # The newest segment first: what was added last is asked for most.
        self._parts = tuple(reversed(parts))
        self._ids: tuple[str, ...] | None = None
        self._repeals = Repeals(self._parts, self._stored)

    def get(self, document_id: str) -> StoredDocument | None:
        """The document with this id, or None; 废止 when another live document repeals it."""
        stored = self._stored(document_id)
        repeal = self._repeals.of(document_id) if stored is not None else None
        return stored if stored is None or repeal is None else repealed(stored, repeal)

    def document(self, document_id: str) -> Document | None:
        """The document with this id without what was read out of it, or None."""
        part = self._holder(document_id)
        return part.segment.store.document(document_id) if part is not None else None

    def edition(self, document_id: str) -> str | None:
        """The segment that the document lies in, which never changes, and who repeals it."""
        part = self._holder(document_id)
        repeal = self._repeals.of(document_id) if part is not None else None
        if part is None or repeal is None or repeal.document_id is None:
            return part.segment.key if part is not None else None
        by = self._holder(repeal.document_id)
        return f"{part.segment.key} {repeal.document_id} {by.segment.key if by else ''}"

    def repealed(self, day: date) -> tuple[str, ...]:
        """The documents that other documents have repealed by `day`."""
        return self._repeals.by(day)

    def file_digest(self, document_id: str) -> str | None:
        """The SHA-256 of the file that the document was extracted from, or None."""
        part = self._holder(document_id)
        row = part.segment.store.row_of_id(document_id) if part is not None else None
        return row.digest if row is not None else None

    def ids(self) -> Sequence[str]:
        """All document ids, in corpus order (sorted by source)."""
        if self._ids is None:
            live = [
                [pair for pair in part.segment.store.ids() if pair[1] not in part.gone]
                for part in self._parts
            ]
            self._ids = tuple(name for _, name in heapq.merge(*live))
        return self._ids

    def _stored(self, document_id: str) -> StoredDocument | None:
        part = self._holder(document_id)
        return part.segment.store.get(document_id) if part is not None else None

    def _holder(self, document_id: str) -> OpenPart | None:
        try:
            document_id.encode("utf-8")
        except UnicodeEncodeError:  # a lone surrogate is no id of ours
            return None
        for part in self._parts:
            if document_id not in part.gone and part.segment.store.holds(document_id):
                return part
        return None


class LiveNames(Container[str]):
    """The names in the live documents that no dictionary knows; read when first asked for."""

    def __init__(self, parts: Sequence[OpenPart]) -> None:
        self._parts = tuple(parts)
        self._names: tuple[frozenset[str], ...] | None = None

    def __contains__(self, name: object) -> bool:
        if self._names is None:
            found = (part.segment.store.names(part.live.gone) for part in self._parts)
            self._names = tuple(names for names in found if names)
        return any(name in names for names in self._names)
