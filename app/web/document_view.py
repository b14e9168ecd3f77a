"""A document as markup: its outline as navigation, and its text with one span marked.

The characters of the element `#text` are exactly those of `Document.text`, in order, so that
`static/document.js` finds a span by counting.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from app.model import Document, Outline, Section, Span
from app.web.markup import Html, element, joined

# Characters of running text shown in the outline for a part that has no heading.
LEAD_CHARACTERS = 24
DEEPEST_LEVEL = 6

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CITED = re.compile(r"([0-9]{1,10})-([0-9]{1,10})", re.ASCII)


def cited_span(written: str, text: str) -> Span | None:
    """The span that `START-END` names, or None when it does not lie in `text`."""
    match = _CITED.fullmatch(written)
    if match is None:
        return None
    start, end = int(match[1]), int(match[2])
    return Span(start, end) if start < end <= len(text) else None


def fields_view(document: Document) -> Html:
    """What is known of a document, as a list of terms."""
    rows = [
        ("文号", document.number),
        ("发文机关", document.issuer),
        ("地区", document.region),
        ("成文日期", document.issued_on and document.issued_on.isoformat()),
        ("施行日期", document.effective_on and document.effective_on.isoformat()),
        ("失效日期", document.expires_on and document.expires_on.isoformat()),
        ("效力", None if document.status == "unknown" else document.status.value),
        ("来源", document.source),
        ("字数", f"{len(document.text):,}"),
        ("SHA-256", document.digest),
    ]
    shown = [
        element("div", element("dt", name), element("dd", value)) for name, value in rows if value
    ]
    return element("dl", *shown, class_="fields")


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


def text_view(document: Document, outline: Outline, cited: Span | None) -> Html:
    """The whole text, a paragraph for each line, with headings set off and `cited` marked."""
    headings = _disjoint(outline.sections)
    paragraphs = [
        element("p", joined(_pieces(document.text, Span(*line.span()), headings, cited)))
        for line in _LINE.finditer(document.text)
    ]
    return element("div", *paragraphs, id="text")


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
    text: str, line: Span, headings: Sequence[tuple[int, Span, int]], cited: Span | None
) -> Iterator[Html]:
    """The characters of one line, with those of headings in an element each."""
    at = line.start
    first = bisect_left(headings, line.start, key=lambda heading: heading[1].end - 1)
    for position, span, level in headings[first:]:
        if span.start >= line.end:
            break
        part = Span(max(span.start, line.start), min(span.end, line.end))
        yield _with_mark(text, Span(at, part.start), cited)
        name = f"section-{position}" if part.start == span.start else None
        yield element(
            "span",
            _with_mark(text, part, cited),
            class_=f"heading level-{min(level, DEEPEST_LEVEL)}",
            id=name,
        )
        at = part.end
    yield _with_mark(text, Span(at, line.end), cited)


def _with_mark(text: str, span: Span, cited: Span | None) -> Html:
    if cited is None or not span.overlaps(cited):
        return joined([span.of(text)])
    part = Span(max(span.start, cited.start), min(span.end, cited.end))
    name = "cited" if part.start == cited.start else None
    return joined(
        [
            text[span.start : part.start],
            element("mark", part.of(text), id=name),
            text[part.end : span.end],
        ]
    )
