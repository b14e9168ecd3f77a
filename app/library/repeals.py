"""Which live documents are repealed by other live documents; worked out when first asked for.

A segment keeps the keys of what its documents repeal, and the keys under which its documents are
known (`app.documents.repeals`). So no document is read but those that are concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from app.documents.repeals import keys_of, repeal_by
from app.library.segments import OpenPart
from app.model import Document, FieldOrigin, Relation, Source, Status, StoredDocument


class Repeals:
    """The repeals among the documents of one state. `stored` gives a live document by its id."""

    def __init__(
        self, parts: Sequence[OpenPart], stored: Callable[[str], StoredDocument | None]
    ) -> None:
        self._parts = parts
        self._stored = stored
        self._found: dict[str, Relation | None] = {}
        self._days: Mapping[str, date | None] | None = None

    def of(self, document_id: str) -> Relation | None:
        """The earliest repeal of a document, or None."""
        if not self._repealing:
            return None
        if document_id not in self._found:
            stored = self._stored(document_id)
            self._found[document_id] = self._repeal_of(stored.document) if stored else None
        return self._found[document_id]

    def by(self, day: date) -> tuple[str, ...]:
        """The documents that other ones have repealed by `day`, in order of their ids."""
        if self._days is None:
            keys = sorted({key for part in self._repealing for key in part.segment.store.repeals()})
            known = {
                name
                for part in (self._parts if keys else ())
                for name in part.segment.store.known(keys)
                if name not in part.gone
            }
            found = {name: self.of(name) for name in sorted(known)}
            self._days = {name: repeal.since for name, repeal in found.items() if repeal}
        return tuple(n for n, since in self._days.items() if since is None or since <= day)

    @cached_property
    def _repealing(self) -> tuple[OpenPart, ...]:
        """The segments with a document that repeals another one."""
        return tuple(part for part in self._parts if part.segment.store.repeals())

    def _repeal_of(self, document: Document) -> Relation | None:
        found = []
        for name in self._candidates(document):
            other = self._stored(name)
            repeal = repeal_by(other.document, document) if other is not None else None
            if repeal is not None:
                found.append(repeal)
        return min(found, key=_order, default=None)

    def _candidates(self, document: Document) -> dict[str, None]:
        return {
            name: None
            for key in keys_of(document)
            for part in self._repealing
            for name in part.segment.store.repeals().get(key, ())
            if name not in part.gone
        }


def repealed(stored: StoredDocument, repeal: Relation) -> StoredDocument:
    """A document with its repeal, which another document states: 废止, whatever it says itself."""
    document = stored.document
    kept = tuple(origin for origin in document.origins if origin.field != "status")
    of_others = tuple(FieldOrigin(field, Source.DERIVED, None) for field in ("status", "relations"))
    return replace(
        stored,
        document=replace(
            document,
            status=Status.REPEALED,
            relations=(*document.relations, repeal),
            origins=(*kept, *of_others),
        ),
    )


def _order(repeal: Relation) -> tuple[date, str]:
    return repeal.since or date.max, repeal.document_id or ""
