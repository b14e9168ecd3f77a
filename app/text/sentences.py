"""Divide a text into sentences, and a sentence into clauses.

Both work on the text as it is written, full-width or half-width, and give spans of it. A mark
inside a short pair of quotation marks or brackets divides nothing: 落实“停、减，缓”政策 is one
clause. Pairs do not reach over a line break, so one that is never closed does no harm below it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.model import Span

# A quotation longer than this, quotation marks included, is divided like any other text.
LONGEST_KEPT_PAIR = 62

# Marks that open, and marks that close. What stands in one group pairs with one another, since
# careless texts mix widths: （1).
_KINDS = (
    ("“", "”"),
    ("‘", "’"),
    ("「", "」"),
    ("『", "』"),
    ("（(", "）)"),
    ("《〈", "》〉"),
    ("【〔[［", "】〕]］"),
)
_OPENING = {mark: kind for kind, (openers, _) in enumerate(_KINDS) for mark in openers}
_CLOSING = {mark: kind for kind, (_, closers) in enumerate(_KINDS) for mark in closers}
# One character opens and closes: which of the two it does follows from what came before it.
_STRAIGHT = {'"': len(_KINDS), "＂": len(_KINDS)}
_BRACKETS = _OPENING | _CLOSING | _STRAIGHT
_BRACKET = re.compile("[" + re.escape("".join(_BRACKETS)) + "]")

_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")

# ? and ! in the midst of Latin letters belong to an address. A half-width stop ends a sentence
# only after a Chinese character and before a blank, where no decimal point and no abbreviation
# can be meant; after a numeral (一. 总体要求) it belongs to a label.
_ENDER = (
    r"(?:[。！？；;｡]|(?<![A-Za-z0-9/])[!?]|[!?](?![A-Za-z0-9])|…{2,}"
    r"|(?<=[\u4e00-\u9fff])(?<![一二三四五六七八九十])\.(?=\s|$))"
)
# The same behind its first character, followed by others. A pattern that begins with a set of
# characters is searched for many times as fast as one that begins with a choice.
_ENDER_SIGN = "。！？；;｡!?…."
_REST_OF_ENDER = (
    r"(?:(?<=[。！？；;｡])|(?<![A-Za-z0-9/].)(?<=[!?])|(?<=[!?])(?![A-Za-z0-9])|(?<=…)…+"
    r"|(?<=[\u4e00-\u9fff]\.)(?<![一二三四五六七八九十]\.)(?=\s|$))"
    f"{_ENDER}*"
)
# Not a divider: the comma of 1,855, the colon of 10:30 and of an address.
_REST_OF_DIVIDER = (
    r"(?<=[，,])(?!(?<=[0-9０-９].)[0-9０-９]{3}(?![0-9０-９]))"
    r"|(?<=[：:])(?!(?<=[0-9０-９].)[0-9０-９])(?!//)"
)
_SENTENCE_END = re.compile(f"[{_ENDER_SIGN}]{_REST_OF_ENDER}")
_CLAUSE_END = re.compile(f"[{_ENDER_SIGN}，,：:](?:{_REST_OF_ENDER}|{_REST_OF_DIVIDER})")

_EDGE_OF_CLAUSE = frozenset("，,：:。｡！!？?；;…、.．·—–")


def sentences(text: str, span: Span) -> list[Span]:
    """The sentences of `text` inside `span`, in reading order, without the white space round them.

    A sentence ends after 。！？；…… and at a line break. Quotation marks and brackets that close
    directly after the mark belong to the sentence. Only white space lies between sentences.
    """
    return list(each_sentence(text, span))


def each_sentence(text: str, span: Span) -> Iterator[Span]:
    """The sentences that `sentences` gives, one by one, for who does not need them all."""
    return _divided(text, span, _SENTENCE_END, _without_blanks)


def clauses(text: str, span: Span) -> list[Span]:
    """The clauses of `text` inside `span`, in reading order, without punctuation at the edges.

    A clause ends where a sentence does, and at ， and ：, but not at 、. Of two spans given by
    this function none is empty and none overlaps another.
    """
    return list(_divided(text, span, _CLAUSE_END, _without_punctuation))


# Not frozen, since one is made for every line and sentence.
@dataclass(slots=True)
class _Line:
    """A stretch of text without line break, and the pairs of marks in it.

    `partners` leads from each mark of a pair to the other one. `kept_starts` and `kept_ends` are
    the pairs that are kept whole, in reading order; a pair inside another one is left out.
    """

    start: int
    end: int
    partners: dict[int, int]
    kept_starts: list[int]
    kept_ends: list[int]

    def keeps(self, position: int) -> bool:
        """Whether `position` lies between the marks of a pair that is kept whole."""
        before = bisect_left(self.kept_starts, position) - 1
        return before >= 0 and position < self.kept_ends[before]


_Trim = Callable[[str, int, int, _Line], Span]


def _divided(text: str, span: Span, end_mark: re.Pattern[str], trim: _Trim) -> Iterator[Span]:
    for line in _lines(text, span):
        start = line.start
        for mark in end_mark.finditer(text, line.start, line.end):
            stop = mark.end()
            while stop < line.end and _closes(text, stop, line):
                stop += 1
            if not line.keeps(stop - 1):
                piece = trim(text, start, stop, line)
                if piece.start < piece.end:
                    yield piece
                start = stop
        piece = trim(text, start, line.end, line)
        if piece.start < piece.end:
            yield piece


def _closes(text: str, position: int, line: _Line) -> bool:
    return text[position] in _CLOSING or line.partners.get(position, position) < position


def _lines(text: str, span: Span) -> Iterator[_Line]:
    for match in _LINE.finditer(text, span.start, span.end):
        partners = _partners(text, match.start(), match.end())
        starts: list[int] = []
        ends: list[int] = []
        for opener, closer in sorted(partners.items()):
            if 0 < closer - opener < LONGEST_KEPT_PAIR and (not ends or closer > ends[-1]):
                starts.append(opener)
                ends.append(closer)
        yield _Line(match.start(), match.end(), partners, starts, ends)


def _partners(text: str, start: int, end: int) -> dict[int, int]:
    """The pairs of marks, both ways.

    Each kind of mark is paired by itself: marks of two kinds may cross in careless texts, and one
    stray mark must not undo the pairs round it.
    """
    partners: dict[int, int] = {}
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for match in _BRACKET.finditer(text, start, end):
        mark, place = match[0], match.start()
        same_kind = waiting[_BRACKETS[mark]]
        if same_kind and mark not in _OPENING:
            opener = same_kind.pop()
            partners[opener], partners[place] = place, opener
        elif mark not in _CLOSING:
            same_kind.append(place)
    return partners


def _without_blanks(text: str, start: int, end: int, _line: _Line) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _without_punctuation(text: str, start: int, end: int, line: _Line) -> Span:
    """Marks of division fall away at both edges, and brackets whose partner is elsewhere."""

    def falls_away(place: int) -> bool:
        character = text[place]
        if character in _BRACKETS:
            return not start <= line.partners.get(place, -1) < end
        return character in _EDGE_OF_CLAUSE or character.isspace()

    while start < end and falls_away(start):
        start += 1
    while end > start and falls_away(end - 1):
        end -= 1
    return Span(start, end)
