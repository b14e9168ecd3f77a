"""Remembers what the indexing process itself has put into the corpus folder.

The watch tells of these changes too; they are indexed already. A file counts as ours only as long
as it and its sidecar are exactly what was put there.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import Final

from app.library.folder import SIDECAR_SUFFIX

MOST: Final = 20_000  # files that are remembered

_Mark = tuple[int, int, int]
_Marks = tuple[_Mark | None, _Mark | None]


class OwnChanges:
    """The files of `corpus` that were changed by this process. Safe to use from several threads:
    one remembers, one asks."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._marks: OrderedDict[str, _Marks] = OrderedDict()

    def remember(self, source: str) -> None:
        """The document is as this process wants it. To be told before it is indexed, so that a
        change that somebody makes meanwhile is noticed."""
        self._marks[source] = self._seen(source)
        if len(self._marks) > MOST:
            self._marks.popitem(last=False)

    def holds(self, source: str) -> bool:
        """Whether the document is as this process left it."""
        marks = self._marks.get(source)
        return marks is not None and marks == self._seen(source)

    def _seen(self, source: str) -> _Marks:
        path = self._corpus / source
        return _mark(path), _mark(path.with_name(path.name + SIDECAR_SUFFIX))


def _mark(path: Path) -> _Mark | None:
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
