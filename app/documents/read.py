"""From the bytes of a corpus file to its text.

`READERS` maps a file suffix to the module that reads the format. Its function `read` takes the
bytes and the name of the file and returns what it extracted, or raises `UnreadableDocument`. The
module is imported when the first file of its format comes. A new format is one more line there.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import PurePath
from types import MappingProxyType

from app.documents.signatures import former_format
from app.errors import UnreadableDocument
from app.model import Extracted

MAXIMUM_BYTES = 50 * 1024 * 1024

# Markdown is kept verbatim like plain text; `structure` knows its headings.
READERS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "app.documents.plain",
        ".md": "app.documents.plain",
        ".html": "app.documents.html",
        ".htm": "app.documents.html",
        ".docx": "app.documents.docx",
        ".xlsx": "app.documents.xlsx",
        ".pdf": "app.documents.pdf",
        ".ofd": "app.documents.ofd",
    }
)


def supported(name: str) -> bool:
    """Whether there is a reader for files of this name; letter case does not matter."""
    return _suffix(name) in READERS


def read(data: bytes, name: str) -> Extracted:
    """What the file `name` with the bytes `data` says.

    Raises `UnreadableDocument` when the file is larger than `MAXIMUM_BYTES`, of an unknown
    format, or damaged.
    """
    if len(data) > MAXIMUM_BYTES:
        raise UnreadableDocument(
            f"{name}：有 {len(data)} 字节，最多 {MAXIMUM_BYTES} 字节；请分成几个文件"
        )
    reader = READERS.get(_suffix(name))
    if reader is None:
        former = former_format(name)
        if former is not None:
            raise UnreadableDocument(f"{name}：{former}")
        known = "、".join(READERS)
        raise UnreadableDocument(
            f"{name}：不能读取后缀为“{_suffix(name)}”的文件；请另存为 {known} 之一"
        )
    found: Extracted = import_module(reader).read(data, name)
    return found


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
