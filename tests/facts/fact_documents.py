"""Documents of invented sentences."""

from __future__ import annotations

from datetime import date

from app.model import Document, Status


def document(text: str) -> Document:
    return Document(
        id="d",
        collection="",
        title="",
        text=text,
        source="d.txt",
        number=None,
        issuer=None,
        region=None,
        issued_on=date(2024, 1, 1),
        effective_on=None,
        expires_on=None,
        status=Status.UNKNOWN,
        digest="",
    )
