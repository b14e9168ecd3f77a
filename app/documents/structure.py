"""From a text to its outline: the labelled parts, nested.

A policy text is structured by labels (第一章 一、 （一） 一是), not by layout: they stand at the
start of a line or in its middle, and whole documents come as one line. See `labels` for the table
of labels, `sequence` for what makes a candidate a label, `headings` for the heading behind it.
"""

from __future__ import annotations

from app.documents.candidates import Candidate, candidates
from app.documents.headings import Part, heading
from app.documents.labels import Family, Place
from app.documents.paragraphs import is_one_line, paragraph_starts
from app.documents.sequence import Node, Sequencer
from app.model import Outline, Section, Span


def outline(text: str) -> Outline:
    """The sections of `text` in reading order; empty for a text without labels.

    Title lines and text before the first label belong to no section. Children lie inside their
    parents, siblings are disjoint. Never raises; takes time linear in the length of the text.
    """
    paragraphs = paragraph_starts(text)
    found = candidates(text, paragraphs)
    nodes = _labels(text, found, paragraphs)
    one_line = is_one_line(text)
    levels: list[int] = []
    sections = []
    for index, node in enumerate(nodes):
        levels.append(1 if node.parent is None else levels[node.parent] + 1)
        following = nodes[index + 1].candidate.span.start if index + 1 < len(nodes) else node.end
        own_end = min(following, node.end)
        found_heading = heading(text, _part(node, own_end, one_line))
        sections.append(_section(text, node, found_heading, levels[-1]))
    return Outline(tuple(sections))


def _labels(text: str, found: list[Candidate], paragraphs: list[int]) -> list[Node]:
    """The accepted labels: candidates and paragraph starts go in as one stream of positions."""
    sequencer = Sequencer(text, found, blank_is_inline=not is_one_line(text))
    position = 0
    markdown_until = 0
    for candidate in found:
        start = candidate.span.start
        while position < len(paragraphs) and paragraphs[position] < start:
            sequencer.paragraph(paragraphs[position])
            position += 1
        if start < markdown_until:
            continue
        accepted = sequencer.take(candidate)
        if accepted and position < len(paragraphs) and paragraphs[position] == start:
            position += 1
        if accepted and candidate.style.family is Family.MARKDOWN:
            markdown_until = paragraphs[position] if position < len(paragraphs) else len(text)
    for start in paragraphs[position:]:
        sequencer.paragraph(start)
    sequencer.finish()
    return sequencer.nodes


def _part(node: Node, own_end: int, one_line: bool) -> Part:
    candidate = node.candidate
    return Part(
        family=candidate.style.family,
        label=candidate.span,
        own_end=own_end,
        end=node.end,
        opens_line=candidate.place is Place.PARAGRAPH,
        one_line=one_line,
    )


def _section(text: str, node: Node, found: Span, level: int) -> Section:
    label = node.candidate.span
    return Section(
        level=level,
        label=label.of(text),
        heading=found.of(text),
        span=Span(label.start, node.end),
        heading_span=Span(label.start, _heading_end(text, label, found)),
        parent=node.parent,
    )


def _heading_end(text: str, label: Span, found: Span) -> int:
    """The end of marker and heading; a bracketed heading takes its closing bracket with it."""
    if len(found) == 0:
        return label.end
    bracketed = text[found.start - 1] in "【（" and text[found.end : found.end + 1] in ("】", "）")
    return found.end + 1 if bracketed else found.end
