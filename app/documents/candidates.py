"""Every place in a text that looks like a label, before asking whether it fits a sequence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.labels import (
    LABEL,
    LABEL_STARTS,
    Family,
    Place,
    Style,
    numeral,
    ordinal,
    style_of,
)
from app.model import Span

_PLACES = {
    **dict.fromkeys("。！？!?；;：:", Place.SENTENCE),
    **dict.fromkeys("）)”’」』】》〉]", Place.CLOSING),
    **dict.fromkeys("，,、", Place.COMMA),
}

# A label that counts stands at the start of the text or behind one of these. Looking only there
# is ten times as fast as looking for labels everywhere.
_BEFORE = re.compile(f"[{re.escape(''.join(_PLACES))}\\s](?=[{LABEL_STARTS}])")

_HAN_NUMERAL = re.compile("[一二三四五六七八九十]{1,4}")
_CITATION = re.compile("[和及至、]?第|规定|[款项]")
_CONTENTS = re.compile(r"目[\s\u3000]{0,4}[录次](?=\s)")
# How far below "目录" its first entry may stand.
_CONTENTS_REACH = 40
_LONGEST_ENTRY = 60
_PAGE = re.compile("[.…·．]{0,60}[0-9]{0,4}$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible label. `inserted` marks an article put between two others (第十条之一)."""

    style: Style
    number: int
    span: Span
    place: Place
    inserted: bool


def candidates(text: str, paragraphs: list[int]) -> list[Candidate]:
    """All possible labels of `text` in order; `paragraphs` are the starts of its paragraphs."""
    starts = set(paragraphs)
    found = []
    for match in _labels(text):
        candidate = _candidate(text, match, starts)
        if candidate is not None:
            found.append(candidate)
    return _without_contents(text, found, starts)


def _labels(text: str) -> Iterator[re.Match[str]]:
    """The labels of `text` at the places where one may count, in order, none inside another."""
    match = LABEL.match(text)
    position = 0
    while True:
        if match is not None:
            yield match
            position = match.end() - 1  # its last character may be what stands before the next
        before = _BEFORE.search(text, position)
        if before is None:
            return
        position = before.end()
        match = LABEL.match(text, position)


def _candidate(text: str, match: re.Match[str], starts: set[int]) -> Candidate | None:
    style = style_of(match)
    place = _place(text, match.start(), starts)
    if place is None or place not in style.places:
        return None
    label = match.group()
    number = ordinal(label)
    if _refers(text, match.end(), style, place) or _counts(text, match, style, number):
        return None
    inserted = style.family is Family.ARTICLE and not label.endswith("条")
    return Candidate(style, number, Span(match.start(), match.end()), place, inserted)


def _place(text: str, start: int, starts: set[int]) -> Place | None:
    if start in starts:
        return Place.PARAGRAPH
    before = text[start - 1 : start]
    return Place.BLANK if before.isspace() else _PLACES.get(before)


def _refers(text: str, end: int, style: Style, place: Place) -> bool:
    """Whether the text after the label makes it a reference, as in 第三条规定.

    At the start of a paragraph most of these words may well begin the article itself.
    """
    if style.never_before is None:
        return False
    if place is Place.PARAGRAPH:
        return style.family is Family.ARTICLE and _CITATION.match(text, end) is not None
    return style.never_before.match(text, end) is not None


def _counts(text: str, match: re.Match[str], style: Style, number: int) -> bool:
    """Whether 一、 begins an enumeration of numbers, as in 一、二季度."""
    if not match.group().endswith("、") or style.family is not Family.ITEM:
        return False
    following = _HAN_NUMERAL.match(text, match.end())
    return following is not None and numeral(following.group()) == number + 1


def _without_contents(text: str, found: list[Candidate], starts: set[int]) -> list[Candidate]:
    """Drop the entries of a table of contents: from 目录 until its first entry comes again."""
    contents = next(
        (m for m in _CONTENTS.finditer(text) if m.start() in starts or _blank_before(text, m)), None
    )
    if contents is None:
        return found
    first = bisect_left(found, contents.end(), key=lambda candidate: candidate.span.start)
    if first == len(found) or found[first].span.start - contents.end() > _CONTENTS_REACH:
        return found
    entry = _entry(text, found, first)
    for again in range(first + 1, len(found)):
        if _entry(text, found, again) == entry:
            return found[:first] + found[again:]
    return found


def _blank_before(text: str, match: re.Match[str]) -> bool:
    return text[match.start() - 1 : match.start()].isspace()


def _entry(text: str, found: list[Candidate], index: int) -> str:
    """The words from a label to the next or the end of the line, without blanks and page number."""
    start = found[index].span.start
    end = found[index + 1].span.start if index + 1 < len(found) else len(text)
    line = text[start : min(end, start + _LONGEST_ENTRY)].splitlines()[0]
    return _PAGE.sub("", "".join(line.split()))
