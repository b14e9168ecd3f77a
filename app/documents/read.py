"""From the bytes of a corpus file to its text.

`READERS` maps a file suffix to the reader of that format. A reader takes the bytes and the name
of the file and returns text, or raises `UnreadableDocument`. A new format is one more line there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from app.documents.decode import decode
from app.errors import UnreadableDocument

MAXIMUM_BYTES = 20 * 1024 * 1024

Reader = Callable[[bytes, str], str]

# Markdown is kept verbatim like plain text; `structure` knows its headings.
READERS: Mapping[str, Reader] = MappingProxyType({".txt": decode, ".md": decode})


def supported(name: str) -> bool:
    """Whether there is a reader for files of this name; letter case does not matter."""
    return _suffix(name) in READERS


def read(data: bytes, name: str) -> str:
    """The text of a file: verbatim, line ends kept, byte order mark dropped.

    Raises `UnreadableDocument` when the file is larger than `MAXIMUM_BYTES`, of an unknown
    format, or not text.
    """
    if len(data) > MAXIMUM_BYTES:
        raise UnreadableDocument(
            f"{name}: {len(data)} bytes, more than the limit of {MAXIMUM_BYTES}; "
            "split the file into smaller ones"
        )
    reader = READERS.get(_suffix(name))
    if reader is None:
        known = ", ".join(READERS)
        raise UnreadableDocument(
            f"{name}: no reader for files ending in {_suffix(name)!r}; convert it to one of {known}"
        )
    return reader(data, name)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
