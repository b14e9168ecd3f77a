"""Places in a text, and text in one width with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters `text[start:end]` of a text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def moved(self, by: int) -> Span:
        """The same width, `by` characters further on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in one width, one case and simplified script, with the way back to the original.

    `offsets[i]` is the place in the original of the folded character `i`; it has one more entry,
    the length of the original, so that a folded end can be mapped too.
    """

    text: str
    offsets: Sequence[int] = field(repr=False)

    def original(self, span: Span) -> Span:
        """The span of the original text that a folded span came from."""
        if span.start >= span.end:
            return Span(self.offsets[span.start], self.offsets[span.start])
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)


@dataclass(frozen=True, slots=True)
class Token:
    """A folded search term and where it stands in the original text."""

    term: str
    span: Span
