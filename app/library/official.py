"""A document with its official fields: what its owner says of it, else what its text states.

The sidecar wins over the text, field by field, and `Document.origins` says who is believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

from app.documents.fields import Fields, read_fields
from app.documents.force import KnownDays
from app.documents.stated import Stated
from app.library.plan import Entry
from app.library.sidecar import Sidecar
from app.model import Document, FieldOrigin, Source, Status

_Value = TypeVar("_Value")


def document_of(entry: Entry, text: str) -> Document:
    """The document that `entry` is, with the text that was read out of its file."""
    sidecar = entry.sidecar
    known = KnownDays(sidecar.issued_on, sidecar.published_on, sidecar.effective_on)
    stated = read_fields(text, entry.file.path.name, known)
    chosen = _Chosen(sidecar)
    title = chosen.title(stated)
    number = chosen.one("number", sidecar.number, stated.number)
    issuers = chosen.many("issuers", sidecar.issuers, stated.issuers)
    return Document(
        id=entry.id,
        collection=entry.file.collection,
        title=title,
        text=text,
        source=entry.file.source,
        number=number,
        issuer="、".join(issuers) or None,
        region=chosen.one("region", sidecar.region, stated.region),
        issued_on=chosen.one("issued_on", sidecar.issued_on, stated.issued_on),
        published_on=chosen.one("published_on", sidecar.published_on, stated.published_on),
        revised_on=chosen.one("revised_on", sidecar.revised_on, stated.revised_on),
        effective_on=chosen.one("effective_on", sidecar.effective_on, stated.effective_on),
        expires_on=chosen.one("expires_on", sidecar.expires_on, stated.expires_on),
        status=chosen.one("status", sidecar.status, stated.status) or Status.UNKNOWN,
        digest=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        issuers=issuers,
        relations=chosen.many("relations", sidecar.relations, stated.relations),
        attachments=chosen.many("attachments", sidecar.attachments, stated.attachments),
        responsible=chosen.many("responsible", sidecar.responsible, stated.responsible),
        contacts=chosen.many("contacts", sidecar.contacts, stated.contacts),
        origins=tuple(chosen.origins),
    )


class _Chosen:
    """Chooses between what is told and what is stated, and notes whom it believed."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar
        self._told = sidecar.origin or Source.SIDECAR
        self.origins: list[FieldOrigin] = []

    def title(self, stated: Fields) -> str:
        """The title; the name of the file, which no place in the text shows, is derived."""
        if self._sidecar.title is None and isinstance(stated.title, str):
            self.origins.append(FieldOrigin("title", Source.DERIVED, None))
            return stated.title
        found = None if isinstance(stated.title, str) else stated.title
        return self.one("title", self._sidecar.title, found) or ""

    def one(self, field: str, told: _Value | None, stated: Stated[_Value] | None) -> _Value | None:
        """The value of a field, or None."""
        if told is not None:
            self.origins.append(FieldOrigin(field, self._told, None))
            return told
        if stated is not None:
            self.origins.append(FieldOrigin(field, stated.source, stated.span))
            return stated.value
        return None

    def many(
        self, field: str, told: tuple[_Value, ...] | None, stated: Sequence[Stated[_Value]]
    ) -> tuple[_Value, ...]:
        """The values of a field."""
        if told is not None:
            self.origins.extend(FieldOrigin(field, self._told, None) for _ in told)
            return told
        self.origins.extend(FieldOrigin(field, one.source, one.span) for one in stated)
        return tuple(one.value for one in stated)
