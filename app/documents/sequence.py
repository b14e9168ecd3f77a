"""Which candidates are labels, and which label stands below which.

A candidate is a label when it goes on with a sequence that is open (一、 then 二、) or begins a
new one with number 1. Rank decides about nesting. A sequence of higher rank that begins inside an
item of a lower rank, while that lower sequence goes on behind it, belongs inside the item.

Linear in the length of the text but for look-ups by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

from app.documents.candidates import Candidate
from app.documents.labels import LAST, Family, Place, Style

# At the start of a paragraph a sequence may leave out a few numbers: texts lose lines.
_GAP = 5
# Numbers up to here may open a paragraph without a predecessor; higher ones are figures.
_LONE = 50
# The rank of 一、: a series (一是) does not reach across a paragraph with a label this high.
_MAJOR = 20


@dataclass(slots=True)
class Node:
    """A label that was accepted. `end` is set when the part is closed."""

    candidate: Candidate
    parent: int | None
    end: int
    number: int
    inline: bool


@dataclass(slots=True)
class _Places:
    """Positions of the candidates of one style, to look ahead."""

    starts: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    openers: list[int] = field(default_factory=list)  # starts of those with number 1 or 2
    opener_numbers: list[int] = field(default_factory=list)

    def add(self, candidate: Candidate) -> None:
        self.starts.append(candidate.span.start)
        self.numbers.append(candidate.number)
        if candidate.number in (1, 2):
            self.openers.append(candidate.span.start)
            self.opener_numbers.append(candidate.number)


class Sequencer:
    """Takes candidates and paragraph starts in reading order and builds the tree of labels."""

    def __init__(self, text: str, found: list[Candidate], blank_is_inline: bool) -> None:
        self.nodes: list[Node] = []
        self._text = text
        self._blank_is_inline = blank_is_inline
        self._stack: list[int] = []
        self._last: dict[str, int] = {}  # of each style, the number last closed
        self._above: dict[str, str] = {}  # of each style, the style it stood below last
        self._places: defaultdict[str, _Places] = defaultdict(_Places)
        self._majors = [
            candidate.span.start
            for candidate in found
            if candidate.place is Place.PARAGRAPH and candidate.style.rank <= _MAJOR
        ]
        for candidate in found:
            self._places[candidate.style.name].add(candidate)

    def take(self, candidate: Candidate) -> bool:
        """Put the candidate into the tree if it is a label."""
        opened = self._open(candidate.style)
        if opened is None:
            if not self._starts_afresh(candidate):
                return False
            self._close_lower(candidate)
        else:
            if not self._goes_on(candidate, self.nodes[self._stack[opened]]):
                return False
            self._close(opened, candidate.span.start)
        self._push(candidate)
        return True

    def paragraph(self, start: int) -> None:
        """A paragraph without a label: parts whose label stands inside a line end before it."""
        keep = len(self._stack)
        while keep and self.nodes[self._stack[keep - 1]].inline:
            keep -= 1
        self._close(keep, start)

    def finish(self) -> None:
        """Close what is still open at the end of the text."""
        self._close(0, len(self._text))

    def _open(self, style: Style) -> int | None:
        """The place on the stack of the open part with this style."""
        for place in range(len(self._stack) - 1, -1, -1):
            if self.nodes[self._stack[place]].candidate.style is style:
                return place
        return None

    def _goes_on(self, candidate: Candidate, last: Node) -> bool:
        number = candidate.number
        if candidate.style.family is Family.MARKDOWN or number == last.number + 1:
            return True
        if number == LAST:
            return last.number >= 1
        if candidate.inserted and number == last.number:
            return True
        if number == 1:
            return self._begins(candidate)
        if candidate.place is not Place.PARAGRAPH:
            return False
        return candidate.style.family <= Family.ARTICLE or 0 <= number - last.number <= _GAP

    def _starts_afresh(self, candidate: Candidate) -> bool:
        family = candidate.style.family
        if family is Family.MARKDOWN:
            return True
        if candidate.number == 1:
            return self._begins(candidate)
        if family is Family.SERIES:
            return False
        if candidate.number - 1 == self._last.get(candidate.style.name):
            return True  # numbering that runs on across the parts above, as articles do
        if candidate.place is not Place.PARAGRAPH:
            return False
        return family <= Family.ARTICLE or 0 < candidate.number <= _LONE

    def _begins(self, candidate: Candidate) -> bool:
        """Whether a number 1 is the first of a sequence: number 2 comes before the next 1."""
        series = candidate.style.family is Family.SERIES
        if candidate.place is Place.PARAGRAPH and not series:
            return True
        places = self._places[candidate.style.name]
        following = bisect_right(places.openers, candidate.span.start)
        if following == len(places.openers) or places.opener_numbers[following] != 2:
            return False
        return not series or places.openers[following] < self._next_major(candidate.span.end)

    def _next_major(self, position: int) -> int:
        following = bisect_left(self._majors, position)
        return self._majors[following] if following < len(self._majors) else len(self._text)

    def _close_lower(self, candidate: Candidate) -> None:
        """Close the open parts that neither rank above the new sequence nor hold it."""
        keep = len(self._stack)
        while keep:
            node = self.nodes[self._stack[keep - 1]]
            if node.candidate.style.rank < candidate.style.rank or self._holds(node, candidate):
                break
            keep -= 1
        self._close(keep, candidate.span.start)

    def _holds(self, node: Node, candidate: Candidate) -> bool:
        """Whether the candidate belongs inside `node` although it ranks above it.

        A new sequence does when the sequence of `node` goes on behind it; one that runs on does
        when it stood below that style before.
        """
        if candidate.style.family <= Family.DIVISION:
            return False
        if candidate.number != 1:
            return self._above.get(candidate.style.name) == node.candidate.style.name
        places = self._places[node.candidate.style.name]
        following = bisect_right(places.starts, candidate.span.start)
        if following == len(places.starts):
            return False
        return places.numbers[following] == node.number + 1

    def _close(self, keep: int, position: int) -> None:
        """End all open parts from place `keep` of the stack on; white space stays outside."""
        if keep >= len(self._stack):
            return
        end = position
        while end and self._text[end - 1].isspace():
            end -= 1
        for index in self._stack[keep:]:
            node = self.nodes[index]
            node.end = end
            self._last[node.candidate.style.name] = node.number
        del self._stack[keep:]

    def _push(self, candidate: Candidate) -> None:
        style, place = candidate.style, candidate.place
        blank = place is Place.BLANK and not self._blank_is_inline
        previous = self._last.get(style.name, 0)
        if self._stack:
            self._above[style.name] = self.nodes[self._stack[-1]].candidate.style.name
        self.nodes.append(
            Node(
                candidate=candidate,
                parent=self._stack[-1] if self._stack else None,
                end=candidate.span.end,
                number=previous + 1 if candidate.number == LAST else candidate.number,
                inline=place is not Place.PARAGRAPH and not blank,
            )
        )
        self._stack.append(len(self.nodes) - 1)
