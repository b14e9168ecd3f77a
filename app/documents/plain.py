"""Plain text and Markdown: the text is the file, line ends kept, byte order mark dropped."""

from __future__ import annotations

from app.documents.decode import decode
from app.model import Extracted


def read(data: bytes, name: str) -> Extracted:
    """The text of `data`. Raises `UnreadableDocument` when its encoding cannot be told."""
    return Extracted(decode(data, name))
