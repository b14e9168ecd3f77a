"""The stretches of text between the borders of sections."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from app.model import Outline, Span


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text with one innermost section all through (None: in no section).

    `paragraphs` are the starts of paragraphs inside it, the first character of it left out.
    """

    span: Span
    section: int | None
    paragraphs: tuple[int, ...]


def blocks(text: str, outline: Outline, paragraphs: list[int]) -> Iterator[Block]:
    """The blocks of `text` in order; together they are the whole text. Empty ones are left out."""
    position = 0
    open_sections: list[int] = []
    for index, section in enumerate(outline.sections):
        start = section.span.start
        while open_sections and outline.sections[open_sections[-1]].span.end <= start:
            end = outline.sections[open_sections[-1]].span.end
            yield from _block(position, end, open_sections, paragraphs)
            position = max(position, end)
            open_sections.pop()
        yield from _block(position, start, open_sections, paragraphs)
        position = start
        open_sections.append(index)
    while open_sections:
        end = outline.sections[open_sections[-1]].span.end
        yield from _block(position, end, open_sections, paragraphs)
        position = max(position, end)
        open_sections.pop()
    yield from _block(position, len(text), open_sections, paragraphs)


def _block(
    start: int, end: int, open_sections: list[int], paragraphs: list[int]
) -> Iterator[Block]:
    if start >= end:
        return
    inside = paragraphs[bisect_right(paragraphs, start) : bisect_left(paragraphs, end)]
    section = open_sections[-1] if open_sections else None
    yield Block(Span(start, end), section, tuple(inside))
