"""Two short names of a state: of the corpus, and of the code that derives data from it.

The version of the corpus is part of every reply. It depends on the documents and the user's
dictionary alone, never on the order in which they came in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

LENGTH: Final = 16  # hex digits

# The rooms whose code decides what a generation holds, and the libraries that they ask.
_ROOMS: Final = ("text", "lexicon", "documents", "facts", "search", "library", "model")
_LIBRARIES: Final = ("jieba", "rjieba", "tantivy")


def corpus_version(parts: Iterable[str]) -> str:
    """The version of a corpus that `parts` describe completely, in a fixed order."""
    return _digest(part.encode("utf-8") for part in parts)


@cache
def code_version() -> str:
    """The fingerprint of the code and lexicons that derive data from documents.

    When it changes, everything is derived anew. It is taken from the files themselves, since a
    number that people must remember to raise is forgotten one day.
    """
    return _digest(_code())


def _code() -> Iterator[bytes]:
    for library in _LIBRARIES:
        yield f"{library} {_installed(library)}".encode()
    app = Path(__file__).parent.parent
    for room in _ROOMS:
        inside = [path for path in (app / room).rglob("*") if path.is_file()]
        for path in sorted(inside):
            if path.suffix != ".pyc":
                yield path.relative_to(app).as_posix().encode("utf-8")
                yield path.read_bytes()


def _installed(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # rjieba can be missing
        return "none"


def _digest(parts: Iterable[bytes]) -> str:
    """A hash in which the borders between parts count."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()[:LENGTH]
