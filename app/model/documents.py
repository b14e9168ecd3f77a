"""A policy text and what is read out of it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.model.fields import Contact, FieldOrigin, Relation, Responsibility
from app.model.spans import Span


class Status(StrEnum):
    """Whether a document is in force."""

    IN_FORCE = "现行"
    TRIAL = "试行"
    REPEALED = "废止"
    EXPIRED = "失效"
    UNKNOWN = "unknown"


ENDED = frozenset({Status.REPEALED, Status.EXPIRED})
"""What is not in force any more."""


@dataclass(frozen=True, slots=True)
class Document:
    """A policy text and what is known of it. `text` is verbatim for ever.

    `issuer` is all `issuers`, parted by 、. `origins` says of each known field where it is known
    from, in the order of the fields.
    """

    id: str
    collection: str
    title: str
    text: str = field(repr=False)
    source: str
    number: str | None
    issuer: str | None
    region: str | None
    issued_on: date | None
    effective_on: date | None
    expires_on: date | None
    status: Status
    digest: str
    issuers: tuple[str, ...] = ()
    published_on: date | None = None
    revised_on: date | None = None
    relations: tuple[Relation, ...] = ()
    attachments: tuple[str, ...] = ()
    responsible: tuple[Responsibility, ...] = ()
    contacts: tuple[Contact, ...] = ()
    origins: tuple[FieldOrigin, ...] = ()


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a reader got out of a file: its verbatim text, and where its pages start.

    `pages` are ascending offsets of `text`, the first one 0; empty for a format without pages.
    """

    text: str
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part of a document.

    `label` is the marker as written (一、 （一） 第三条 一是), `heading` the words of the heading
    without the marker ("" when the label is followed by running text), `span` everything from the
    marker to the end of the part, children included. `heading_span` covers marker and heading.
    `level` grows inwards from 1. `parent` is the position of the parent in the outline, or None.
    """

    level: int
    label: str
    heading: str
    span: Span
    heading_span: Span
    parent: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a document in reading order."""

    sections: tuple[Section, ...]

    def path(self, index: int | None) -> tuple[int, ...]:
        """The sections from the outermost to `index`, as positions."""
        chain: list[int] = []
        while index is not None:
            chain.append(index)
            index = self.sections[index].parent
        return tuple(reversed(chain))

    def children(self, index: int | None) -> tuple[int, ...]:
        """The sections directly below `index` (None: the outermost), in reading order."""
        return tuple(i for i, section in enumerate(self.sections) if section.parent == index)

    def at(self, offset: int) -> int | None:
        """The innermost section that covers the character at `offset`."""
        last = bisect_right(self.sections, offset, key=lambda section: section.span.start) - 1
        found: int | None = last if last >= 0 else None
        # Sections are nested: the ones that cover the place are the last to begin and those above.
        while found is not None and self.sections[found].span.end <= offset:
            found = self.sections[found].parent
        return found


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search: some sentences of one document. `path` holds the headings above it."""

    id: str
    document_id: str
    span: Span
    path: tuple[str, ...]
