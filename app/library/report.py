"""What an indexing run tells: its result, and its progress while it works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not in the index, and why. `source` is its path inside the corpus."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did, by source path in corpus order.

    `failed` files are documents that could not be used: they are not searchable until they are
    mended. `ignored` files were never taken for documents. `rebuilt` says why everything was
    derived anew, "" when it was not. `version` is the corpus version that is published now.
    """

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    ignored: tuple[Failure, ...]
    rebuilt: str
    version: str


class Progress(Protocol):
    """Whoever shows how far an indexing run is."""

    def expect(self, total: int) -> None:
        """`total` documents are going to be worked on."""

    def advance(self, name: str) -> None:
        """The document `name` is done."""


class NoProgress:
    """Shows nothing."""

    def expect(self, total: int) -> None:
        """Do nothing."""

    def advance(self, name: str) -> None:
        """Do nothing."""
