"""From a document to its passages: the small units that search finds.

A passage never crosses the start of a section, and prefers to end with a paragraph; inside a
paragraph whole sentences are packed up to about `TARGET` characters. Passages follow each other
in the order of the text, never overlap, and leave out nothing but white space.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.blocks import Block, blocks
from app.documents.labels import names_itself
from app.documents.paragraphs import paragraph_starts
from app.model import Outline, Passage, Section, Span
from app.text.sentences import clauses, sentences

# Lengths in characters. A passage holds a few sentences: enough to be understood alone, few
# enough that a match says where the answer stands.
TARGET = 200
ENOUGH = 80  # from here on a passage ends with its paragraph
TINY = 25  # shorter ones, such as a lone heading, join what follows
LONGEST_SENTENCE = 400
LONGEST_HEADING = 80


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text that lies in the sections from `outer` to `inner`, both innermost there.

    `outer` and `inner` differ when a lone heading was joined with the part below it.
    """

    span: Span
    outer: int | None
    inner: int | None


def passages(document_id: str, text: str, outline: Outline) -> tuple[Passage, ...]:
    """The passages of a document, in reading order.

    `outline` is that of `text`. Ids are `document_id:0`, `document_id:1`, …; `path` holds the
    headings above a passage as written, outermost first, each at most `LONGEST_HEADING` long.
    """
    starts = paragraph_starts(text)
    pieces = [
        _Piece(span, block.section, block.section)
        for block in blocks(text, outline, starts)
        for span in _packed(text, block)
    ]
    paths = _paths(text, outline)
    return tuple(
        Passage(f"{document_id}:{number}", document_id, piece.span, _path(paths, piece.inner))
        for number, piece in enumerate(_joined(pieces, outline))
    )


def _packed(text: str, block: Block) -> Iterator[Span]:
    """The sentences of one block, packed into spans."""
    start = end = -1
    following = 0
    for sentence in _sentences(text, block.span):
        new_paragraph = False
        while following < len(block.paragraphs) and block.paragraphs[following] <= sentence.start:
            new_paragraph = True
            following += 1
        if start >= 0 and _is_full(start, end, sentence, new_paragraph):
            yield Span(start, end)
            start = -1
        if start < 0:
            start = sentence.start
        end = sentence.end
    if start >= 0:
        yield Span(start, end)


def _is_full(start: int, end: int, sentence: Span, new_paragraph: bool) -> bool:
    if end - start < TINY:
        return sentence.end - start > LONGEST_SENTENCE
    if new_paragraph and end - start >= ENOUGH:
        return True
    return sentence.end - start > TARGET


def _sentences(text: str, span: Span) -> Iterator[Span]:
    for sentence in sentences(text, span):
        if len(sentence) <= LONGEST_SENTENCE:
            yield sentence
        else:
            yield from _cut(text, sentence)


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """A very long sentence in parts: before a clause where possible, else after 400 characters."""
    start = sentence.start
    while sentence.end - start > TARGET + ENOUGH:
        width = min(LONGEST_SENTENCE, sentence.end - start)
        border = _last_clause(text, start, TARGET) or _last_clause(text, start, width)
        if border is None and width < LONGEST_SENTENCE:
            break
        stop = border or start + LONGEST_SENTENCE
        yield _trimmed(text, start, stop)
        start = stop
        while start < sentence.end and text[start].isspace():
            start += 1
    if start < sentence.end:
        yield Span(start, sentence.end)


def _last_clause(text: str, start: int, width: int) -> int | None:
    """The start of the last clause that begins inside the next `width` characters."""
    found = clauses(text, Span(start, start + width))
    return found[-1].start if len(found) > 1 else None


def _trimmed(text: str, start: int, stop: int) -> Span:
    while text[stop - 1].isspace():
        stop -= 1
    return Span(start, stop)


def _joined(pieces: list[_Piece], outline: Outline) -> list[_Piece]:
    """Join tiny pieces with the piece behind them when that lies in the same part."""
    joined: list[_Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if before is not None and _belongs(before, piece, outline.sections):
            joined[-1] = _union(before, piece, outline.sections)
        else:
            joined.append(piece)
    return joined


def _belongs(before: _Piece, piece: _Piece, sections: tuple[Section, ...]) -> bool:
    """Whether `before` is tiny and `piece` is its continuation, its child or its next sibling."""
    if len(before.span) >= TINY or piece.span.end - before.span.start > LONGEST_SENTENCE:
        return False
    if before.inner == piece.outer:
        return True
    if piece.outer is None or before.inner is None:
        return False
    return sections[piece.outer].parent in (before.inner, sections[before.inner].parent)


def _union(before: _Piece, piece: _Piece, sections: tuple[Section, ...]) -> _Piece:
    """Both pieces as one; of two siblings, the part that holds both is what they lie in."""
    span = Span(before.span.start, piece.span.end)
    inner = piece.inner
    if piece.outer != before.inner and piece.outer is not None:
        parent = sections[piece.outer].parent
        inner = piece.inner if parent == before.inner else parent
    return _Piece(span, before.outer, inner)


def _paths(text: str, outline: Outline) -> list[tuple[str, ...]]:
    """For every section the headings from the outermost down to it."""
    paths: list[tuple[str, ...]] = []
    for section in outline.sections:
        above = () if section.parent is None else paths[section.parent]
        own = section.heading_span.of(text)[:LONGEST_HEADING]
        named = section.heading or names_itself(section.label)
        paths.append((*above, own) if named else above)
    return paths


def _path(paths: list[tuple[str, ...]], section: int | None) -> tuple[str, ...]:
    return () if section is None else paths[section]
