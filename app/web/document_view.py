"""A document as markup: its outline as navigation, and its text with one span marked.

The characters of the element `#text` are exactly those of `Document.text`, in order, so that
`static/document.js` finds a span by counting. Where a page starts stands an element without
characters; the style sheet writes the number of the page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.model import Document, Outline, Section, Span, StoredDocument
from app.web.markup import Html, element, joined

# Characters of running text shown in the outline for a part that has no heading.
LEAD_CHARACTERS = 24
DEEPEST_LEVEL = 6

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def outline_view(document: Document, outline: Outline) -> Html:
    """Links to the parts of a document."""
    items = [
        element(
            "li",
            element("a", _entry(section, document.text), href=f"#section-{position}"),
            class_=f"level-{min(section.level, DEEPEST_LEVEL)}",
        )
        for position, section in enumerate(outline.sections)
    ]
    return element("ol", *items, class_="outline")


def text_view(stored: StoredDocument, cited: Span | None, original: str | None = None) -> Html:
    """The whole text, a paragraph for each line, with headings set off and `cited` marked.

    The marks where pages start lead to the page in the file at the address `original`.
    """
    headings = _disjoint(stored.outline.sections)
    marks = _page_marks(stored.pages, original)
    marked = _Marked(stored.document.text, cited, marks, sorted(marks))
    paragraphs = [
        element("p", joined(_pieces(marked, Span(*line.span()), headings)))
        for line in _LINE.finditer(marked.text)
    ]
    return element("div", *paragraphs, id="text")


def _page_marks(pages: Sequence[int], original: str | None) -> dict[int, Html]:
    """A mark for the start of each page by its offset; pages without text have none."""
    marks: dict[int, Html] = {}
    for number, offset in enumerate(pages, start=1):
        marks[offset] = element(
            "span" if original is None else "a",
            class_="page",
            id=f"page-{number}",
            data_page=str(number),
            href=None if original is None else f"{original}#page={number}",
            aria_label=f"第 {number} 页",
        )
    return marks


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with one span to be marked, and the marks that stand at some of its places."""

    text: str
    cited: Span | None
    marks: Mapping[int, Html]
    places: Sequence[int]

    def characters(self, start: int, end: int) -> Html:
        """The characters from `start` to `end`, with the marks among them."""
        first, last = bisect_left(self.places, start), bisect_left(self.places, end)
        pieces: list[str | Html] = []
        at = start
        for offset in self.places[first:last]:
            pieces.extend((self.text[at:offset], self.marks[offset]))
            at = offset
        return joined([*pieces, self.text[at:end]])


def _entry(section: Section, text: str) -> str:
    """The heading as it stands in the text, or the beginning of a part that has none."""
    start, end = section.heading_span.start, section.heading_span.end
    if not section.heading:
        end = min(section.span.end, end + LEAD_CHARACTERS)
    more = "" if section.heading or end == section.span.end else "…"
    return " ".join(text[start:end].split()) + more


def _disjoint(sections: Sequence[Section]) -> list[tuple[int, Span, int]]:
    """Position, heading span and level of each section, none overlapping the one before."""
    found: list[tuple[int, Span, int]] = []
    end = 0
    for position, section in enumerate(sections):
        span = section.heading_span
        if span.start >= end and len(span) > 0:
            found.append((position, span, section.level))
            end = span.end
    return found


def _pieces(
    marked: _Marked, line: Span, headings: Sequence[tuple[int, Span, int]]
) -> Iterator[Html]:
    """The characters of one line, with those of headings in an element each."""
    at = line.start
    first = bisect_left(headings, line.start, key=lambda heading: heading[1].end - 1)
    for position, span, level in headings[first:]:
        if span.start >= line.end:
            break
        part = Span(max(span.start, line.start), min(span.end, line.end))
        yield _with_mark(marked, Span(at, part.start))
        name = f"section-{position}" if part.start == span.start else None
        yield element(
            "span",
            _with_mark(marked, part),
            class_=f"heading level-{min(level, DEEPEST_LEVEL)}",
            id=name,
        )
        at = part.end
    yield _with_mark(marked, Span(at, line.end))


def _with_mark(marked: _Marked, span: Span) -> Html:
    cited = marked.cited
    if cited is None or not span.overlaps(cited):
        return marked.characters(span.start, span.end)
    part = Span(max(span.start, cited.start), min(span.end, cited.end))
    name = "cited" if part.start == cited.start else None
    return joined(
        [
            marked.characters(span.start, part.start),
            element("mark", marked.characters(part.start, part.end), id=name),
            marked.characters(part.end, span.end),
        ]
    )
