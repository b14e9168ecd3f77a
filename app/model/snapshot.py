"""What the engine works on: one published, unchanging version of the corpus."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.model.documents import Document, Outline, Passage
from app.model.figures import Figure, Measure
from app.model.search import SearchIndex


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with all that was read out of it when it was indexed.

    `names` are folded names in it that no dictionary knows, `places` those that it is about,
    `pages` the offsets at which its pages start (empty for a format without pages).
    """

    document: Document
    outline: Outline
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]
    names: tuple[str, ...]
    places: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """The page that holds the character at `offset`, counted from 1; None without pages."""
        return bisect_right(self.pages, offset) or None


class DocumentStore(Protocol):
    """Read access to the documents of one published version of the corpus."""

    def get(self, document_id: str) -> StoredDocument | None:
        """The document with this id, or None."""

    def document(self, document_id: str) -> Document | None:
        """The document with this id without what was read out of it, or None."""

    def edition(self, document_id: str) -> str | None:
        """Names the edition of a document: another one whenever anything of it has changed."""

    def ids(self) -> Sequence[str]:
        """All document ids, in corpus order (sorted by source)."""

    def repealed(self, day: date) -> tuple[str, ...]:
        """The ids of the documents that other documents have repealed by `day`."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published, unchanging version of the corpus: what the engine answers from.

    `names` are the folded names in its documents that no dictionary knows.
    """

    version: str
    documents: DocumentStore
    index: SearchIndex
    synonyms: Mapping[str, frozenset[str]]
    names: Container[str]


Clock = Callable[[], date]
