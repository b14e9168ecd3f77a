"""Pairwise 分别: A、B、C分别奖励x、y、z binds each number to its item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.model import Quantity, Span

_RESPECTIVELY = re.compile("分别|依次|各")
_BETWEEN = re.compile("[、,，和与及及以 ]{1,3}")
_SPLIT = re.compile("、|以及|和|与|及|或")
_BORDER = re.compile("[,，。;；:：\n]")
_LEAD = re.compile(
    ".*(?:首次认定的|认定的|获评的|获得的|新建的|达到|通过|对于?|给予|突破|评为|主导制定|制定|引进的?|属于|为|的|是)"
)
_LABEL = re.compile(
    "[（(]?[一二三四五六七八九十0-9０-９]{1,3}[)）]?[、.．]|[（(][一二三四五六七八九十0-9０-９]{1,3}[)）]"
)
_MOST = 8


@dataclass(frozen=True, slots=True)
class Pairing:
    """A number's own item among several, and the items of the other numbers."""

    member: Span
    siblings: tuple[Span, ...]


def pairings(text: str, sentence: Span, numbers: Sequence[Quantity]) -> dict[int, Pairing]:
    """For each number that 分别 binds to an item: its place in `numbers` and the pairing.

    `numbers` are the quantities of `sentence` in reading order. In 甲类、乙类,分别奖励3万元、1万元
    the first goes with 甲类, the second with 乙类.
    """
    found: dict[int, Pairing] = {}
    for group in _groups(text, numbers):
        first = numbers[group[0]].span.start
        cue = _last_cue(text, sentence.start, first)
        if cue is None:
            continue
        items = _items(text, sentence.start, _outside(text, sentence.start, cue), len(group))
        for position, item in zip(group, items, strict=False):
            others = tuple(other for other in items if other != item)
            found[position] = Pairing(item, others)
    return found


def _groups(text: str, numbers: Sequence[Quantity]) -> list[list[int]]:
    """Runs of two or more numbers with nothing but 、 or 和 between them."""
    groups: list[list[int]] = []
    for i, number in enumerate(numbers):
        if groups and _BETWEEN.fullmatch(text, numbers[i - 1].span.end, number.span.start):
            groups[-1].append(i)
        else:
            groups.append([i])
    return [group for group in groups if 2 <= len(group) <= _MOST]


def _last_cue(text: str, start: int, end: int) -> int | None:
    place = None
    for cue in _RESPECTIVELY.finditer(text, start, end):
        place = cue.start()
    return place


def _outside(text: str, start: int, cue: int) -> int:
    """Where the items before `cue` end: before the bracket that it stands in, if any.

    游客300万人次、收入20亿元（上年分别为280万人次、18亿元）: the items are named outside.
    """
    opened = max(text.rfind("(", start, cue), text.rfind("（", start, cue))
    closed = max(text.rfind(")", start, cue), text.rfind("）", start, cue))
    return opened if opened > max(start, closed) else cue


def _items(text: str, start: int, cue: int, count: int) -> list[Span]:
    """The nearest enumeration of `count` items before the cue, or nothing."""
    label = _LABEL.match(text, start, cue)
    start = label.end() if label is not None else start
    end = cue
    for _ in range(_MOST):
        while end > start and text[end - 1] in ",，:：、 的":
            end -= 1
        begin = start
        for border in _BORDER.finditer(text, start, end):
            begin = border.end()
        parts = _parts(text, begin, end)
        if len(parts) == count:
            return _trimmed(text, parts)
        if begin <= start:
            return []
        end = begin
    return []


def _parts(text: str, start: int, end: int) -> list[Span]:
    parts: list[Span] = []
    begin = start
    for cut in _SPLIT.finditer(text, start, end):
        parts.append(Span(begin, cut.start()))
        begin = cut.end()
    parts.append(Span(begin, end))
    return [part for part in parts if len(part) > 0]


def _trimmed(text: str, parts: list[Span]) -> list[Span]:
    """The items without what leads to the first and without the noun that all of them share."""
    first, *rest = parts
    lead = _LEAD.match(text, first.start, first.end)
    if lead is not None and lead.end() < first.end:
        first = Span(lead.end(), first.end)
    if any(character.isdigit() for character in text[first.start : first.end]):
        return [first, *rest]  # each has a number of its own, and its words before it
    last = rest[-1]
    usual = len(rest[-2]) if len(rest) > 1 else len(first)
    if len(last) > usual + 1:
        last = Span(last.start, last.start + usual)
    return [first, *rest[:-1], last]
