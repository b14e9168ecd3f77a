"""The title of a text that stands in no library."""

from __future__ import annotations

from app.documents.head_labels import labelled
from app.documents.titles import title


def title_of(text: str) -> str:
    """The title that the text states, or ""."""
    found = title(text, "", labelled(text))
    return found.value if found else ""
