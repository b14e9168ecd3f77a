"""Reading enumerations: A、B和C等N项活动."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from app.lexicon.loader import words
from app.model import Span
from app.text.numbers import number_value

_SEPARATOR = re.compile("、")
_JOINED_BODY = re.compile("[^、,]{2,}?(?:会同|联合|协同)(?=[^、,]{2,})")
# 住房和城乡建设局 is one body: what stands before 和 has no ending of a body of its own.
_BODY_END = re.compile(
    "(?:[局厅委部办署处科股院所站]|中心|政府|公司|集团|银行|学校|协会|法院|单位|机构)$"
)
_BODY = re.compile("[^、,]{2,8}?[局厅委部办署](?:[)]|$|[^门分署])")
_LAST_JOIN = re.compile("(?:以及|直至|(?<![普涉触波遍危顾])及|和|与|或者|或)(?=[^、]{2,}$)")
_TAIL = re.compile("(?:等|等等)(?:(?:[0-9]+|[一二两三四五六七八九十]+)[^、]{0,3})?[^、,。;]{0,16}$")
_OPENER = re.compile(
    "(?:收取|处以|分为|包括|包含|涵盖|涉及|提交|提供|出示|携带|具备|符合|缴纳|享受|设立|通过|开展|采用|实行|有|为|将|对|在|以(?![上下内外及])|是|的|和)"
)
_CLOSER = re.compile(
    "(?:纳入|公布|进行|办理|提供|予以|给予|开展|实施|实行|等|的|均|(?<![供相响适反对])应(?![急用届对])|(?<!许)可|由|方面|四|三|五|六|两)"
)
_SUMMED = re.compile("([0-9]+|[二两三四五六七八九十]+)[^、0-9]{1,10}$")
_MUCH_LONGER = 4
_LEAST_ITEM = 2
_FEWEST = 2
_BORDER = re.compile("[,，。;；:：!！?？\n]")
_CLOSERS = {"“": "”", "(": ")", "（": "）", "《": "》", "【": "】"}


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items named side by side in one clause. Spans are of the text that was read."""

    items: tuple[Span, ...]
    span: Span
    noun: str  # the words behind the items, after 等 where there is one


# Words that open an enumeration without naming a measure.
_OTHER_LEADS = (
    *("给予", "予以", "处以", "收取"),
    *("抓好", "办好", "做好", "搞好", "包括", "包含", "涵盖", "涉及", "分为", "分别为", "分别是"),
    *("主要有", "主要是", "即", "如", "例如", "通过", "采用", "采取", "实行", "有"),
)


@cache
def _lead_verbs() -> re.Pattern[str]:
    verbs = sorted(words("measure_cues.txt"), key=lambda word: (-len(word), word))
    leads = "|".join((*map(re.escape, verbs), *_OTHER_LEADS))
    return re.compile(f"^(?:{leads})(?:了|好|以|和)?")


def _split(text: str, start: int, end: int) -> list[Span]:
    """Cuts at 、 outside quotation marks and brackets."""
    cuts: list[Span] = []
    closing: list[str] = []
    begin = start
    for place in range(start, end):
        character = text[place]
        if character in _CLOSERS:
            closing.append(_CLOSERS[character])
        elif closing and character == closing[-1]:
            closing.pop()
            # ”“ side by side name two items even without a 、
            if character == "”" and place + 1 < end and text[place + 1] == "“":
                cuts.append(Span(begin, place + 1))
                begin = place + 1
        elif character == "、" and not closing:
            cuts.append(Span(begin, place))
            begin = place + 1
    cuts.append(Span(begin, end))
    return [piece for cut in cuts if len(cut) > 0 for piece in _bodies(text, cut)]


def _bodies(text: str, cut: Span) -> list[Span]:
    """A piece cut at 会同 and 联合, which join bodies."""
    found = _JOINED_BODY.match(text, cut.start, cut.end)
    if found is None or not _BODY_END.search(re.sub("(?:会同|联合|协同)$", "", found.group())):
        return [cut]
    return [Span(cut.start, found.end() - 2), Span(found.end(), cut.end)]


def read(
    text: str, start: int, end: int, known: Sequence[str] = (), led: bool = False
) -> Enumeration | None:
    """The enumeration in `text[start:end]`, a folded clause, or None without two items.

    `known` are words of the question: what they stand in leads to the items and is none of them.
    With `led` the first item begins at `start`: no verb of it leads to the others.
    """
    if end <= start:
        return None
    parts = _split(text, start, end)
    if len(parts) < 2:
        joined = re.search("[^、,]{2,}(?:和|与|及|或)[^、,]{2,}", text[start:end])
        if not joined:
            return None
    last = parts[-1]
    tail = _TAIL.search(text, last.start, last.end)
    noun = ""
    if tail and tail.start() > last.start and not _open(text[last.start : tail.start()]):
        noun = text[tail.start() : last.end].lstrip("等")
        parts[-1] = Span(last.start, tail.start())
    parts[-1:] = _joined(text, parts[-1])
    begun = parts[0]
    if not led:
        parts[0] = _without_verb(text, begun)
    bare = parts[0].start > begun.start  # one verb led to the items: the next is their own
    parts = _from_opened(text, parts, known)
    if len(parts) > 1:
        first = parts[0] if led else _without_lead(text, parts, known)
        parts[0] = first if led or (bare and first == parts[0]) else _without_verb(text, first)
        parts[-1] = _without_number(text, parts)
        parts[-1] = _without_rest(text, parts)
    parts[-1] = _without_bracket(text, parts[-1])
    items = tuple(part for part in parts if len(part) > 0)
    if len(items) < 2:
        return None
    return Enumeration(items, Span(items[0].start, items[-1].end), noun)


def _open(text: str) -> bool:
    """Whether a bracket is open at the end of the folded `text`."""
    return text.count("(") > text.count(")")


def _without_bracket(text: str, last: Span) -> Span:
    """The last item without a closing bracket that nothing in it opens: (责任单位:甲局、乙局)."""
    item = text[last.start : last.end]
    return Span(last.start, last.end - 1) if item.endswith(")") and "(" not in item else last


def _joined(text: str, last: Span) -> list[Span]:
    found = _LAST_JOIN.search(text, last.start, last.end)
    if not found or found.start() - last.start < 2:
        return [last]
    left = text[last.start : found.start()]
    if not _BODY_END.search(left) and _BODY.match(text[found.end() : last.end]):
        return [last]
    return [Span(last.start, found.start()), Span(found.end(), last.end)]


def _without_verb(text: str, first: Span) -> Span:
    """The first item without the verb that governs all of them (抓好甲、乙)."""
    begin = first.start
    for _ in range(_MOST_LEADS):  # 出台支持汽车、家居: one verb governs another
        adverb = _ADVERB.match(text, begin, first.end)
        found = _lead_verbs().match(text[adverb.end() if adverb else begin : first.end])
        if not found:
            break
        end = (adverb.end() if adverb else begin) + found.end()
        if end + _LEAST_ITEM > first.end:
            break
        begin = end
        if found.group() in _OTHER_LEADS:
            break  # 涉及保障运行必需的: the verb behind it is a part of the item
    return Span(begin, first.end)


_MOST_LEADS = 3
_ADVERB = re.compile(
    "(?:积极|大力|着力|重点|不断|进一步|继续|努力|全面|深入|加快|持续|稳步|切实|逐步)+"
)


def _usual(parts: Sequence[Span], leave: int) -> int:
    """The length that items of this enumeration have, the one at `leave` aside."""
    others = sorted(len(part) for i, part in enumerate(parts) if i != leave % len(parts))
    return others[len(others) // 2]


def _without_lead(text: str, parts: Sequence[Span], known: Sequence[str]) -> Span:
    """The first item without what leads to it.

    The cut is made behind a word that opens enumerations, where the rest is as long as the other
    items are; a lead is cut when it makes the item much longer or holds a word of the question.
    """
    first = parts[0]
    usual = _usual(parts, 0)
    long = len(first) > 2 * usual + _MUCH_LONGER
    least = min(_LEAST_ITEM, usual)
    best, chosen = len(first) - usual, first
    for opener in _OPENER.finditer(text, first.start, first.end):
        rest = Span(opener.end(), first.end)
        lead = text[first.start : opener.start()]
        if len(rest) < least or _open(lead) or not (long or any(word in lead for word in known)):
            continue
        if abs(len(rest) - usual) <= best:
            best, chosen = abs(len(rest) - usual), rest
    return chosen


def _from_opened(text: str, parts: list[Span], known: Sequence[str]) -> list[Span]:
    """The parts from the last one that leads to the items asked for.

    在甲、乙地区向群众提供丙、丁: 丙 and 丁 are what is provided, 甲 and 乙 only where.
    """
    for i in range(len(parts) - _FEWEST, 0, -1):
        for opener in _OPENER.finditer(text, parts[i].start + 1, parts[i].end - _LEAST_ITEM):
            lead = text[parts[i].start : opener.start()]
            if _open(lead) or not any(word in lead for word in known):
                continue
            return [Span(opener.end(), parts[i].end), *parts[i + 1 :]]
    return parts


def _without_number(text: str, parts: Sequence[Span]) -> Span:
    """The last item without the number that sums the items up (红、黄、绿三色)."""
    last = parts[-1]
    for found in _SUMMED.finditer(text, last.start + 1, last.end):
        value = number_value(found.group(1))
        if value == len(parts):
            return Span(last.start, found.start())
    return last


def _without_rest(text: str, parts: Sequence[Span]) -> Span:
    """The last item without what is said of all of them, when it is much longer than the others."""
    last = parts[-1]
    closed = text.rfind(")的", last.start, last.end)
    if closed > 0:  # 甲(…)、乙(…)的企业除外
        return Span(last.start, closed + 1)
    if all(_BODY_END.search(text[part.start : part.end]) for part in parts[:-1]):
        body = _BODY.match(text, last.start, last.end)
        if body and body.end() <= last.end and not _BODY_END.search(text[last.start : last.end]):
            return Span(last.start, body.end() - 1)
    if len(last) <= 2 * _usual(parts, -1) + _MUCH_LONGER:
        return last
    found = _CLOSER.search(text, last.start + 2, last.end)
    return Span(last.start, found.start()) if found else last


def borders(text: str, place: int) -> Span:
    """The clause of the folded `text` round `place`, between commas and stops."""
    start = 0
    for found in _BORDER.finditer(text, 0, place):
        start = found.end()
    after = _BORDER.search(text, place)
    return Span(start, after.start() if after else len(text))


def of_clauses(text: str, spans: Sequence[Span]) -> list[Enumeration]:
    """The enumerations of several clauses of one folded text, in reading order."""
    found = (read(text, span.start, span.end) for span in spans)
    return [item for item in found if item is not None]
