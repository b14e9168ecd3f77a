"""Sets that a question names: 四项制度, “六个一”, names of one pattern (以“某某工程”命名的)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answer import enumeration
from app.answer.evidence import Evidence, Ranked
from app.answer.lists_inline import behind_label
from app.model import Question, Section, Span
from app.text.fold import fold
from app.text.numbers import number_value

_NUMERAL = "[0-9一二两三四五六七八九十]"
_NAMED_SET = re.compile(
    f"(?<!第)({_NUMERAL}{{1,3}})(?:大|个|项|条|种|支|类|只|方面|批|点|步|段)?([^,。?? ]{{1,6}})"
)
_PATTERN_NAME = re.compile(
    '以[“"]?(?:某某?|XX|xx|××|…+)?([^“”",。?某]{2,4})[”"]?(?:命名|为名|冠名|结尾)'
)
_DATE = re.compile("[年月日号时分点个几]")
_RIGHT_OPENER = re.compile(
    "[”》)]?(?:管理|制度|机制|建设|工作|原则)?(?:[:：,]|,?(?:即|也就是|分别是|分别为|包括|是指|是)[:：,]?)"
)
_SHORT_NAME = re.compile(
    "(?<![第0-9])([一二两三四五六七八九十][^0-9年月日时分点个项条种类大次,。?、”“ ])"
)
# What may stand between the name of a set and the first of its counted items.
_BEFORE_FIRST = re.compile(
    '[”"»》)]?(?:[^,，。;；:：]{0,8}[,，:：。])?(?:就是|即|主要是|具体是|具体来说[,，]?)?\\s*(?=一是|首先|第一[,，、]|其一)'
)
_COUNTED_AS = (
    ("一是", "二是", "三是", "四是", "五是", "六是", "七是", "八是"),
    ("第一", "第二", "第三", "第四", "第五", "第六", "第七", "第八"),
    ("其一", "其二", "其三", "其四", "其五", "其六", "其七", "其八"),
)
_FURTHEST = 400  # characters from one counted item to the next
_CORE_END = re.compile("[,，。;；:：\n]")
_OPENING = re.compile(
    "[\\s　]*(?:[一二三四五六七八九十][是、])?(?P<words>[^,，。;；:：\\n]{3,20})(?=[,，:：。;；])"
)
_FOLLOWING = 24  # sentences below the name of a set in which its items begin
_NAME_LIKE = re.compile("(?!(?:到|对|在|为|针对|聚焦|围绕))[^0-9]{2,24}")  # no time, no condition
_LEAST_NAMES = 2
_MOST_ITEMS = 30


@dataclass(frozen=True, slots=True)
class Named:
    """A named set that was found: the sections that are its items, or the items in a sentence."""

    ranked: Ranked
    heading: Section | None
    sections: tuple[Section, ...]
    items: tuple[Span, ...]


def named_sets(question: Question, evidence: Evidence) -> list[Named]:
    """The sets of the question that the evidence spells out, in the order of the evidence."""
    found: list[Named] = []
    names = _set_names(question)
    if not names:
        return found
    for ranked in evidence.ranked:
        for count, name, noun in names:
            spelled = _heading_set(ranked, count, name) or _inline_set(ranked, count, name, noun)
            if spelled is not None:
                found.append(spelled)
                break
    return found


def _set_names(question: Question) -> list[tuple[int, re.Pattern[str], str]]:
    """The named sets of the question: how many items, how the text may write the name, its noun."""
    names: list[tuple[int, re.Pattern[str], str]] = []
    for found in _NAMED_SET.finditer(question.full):
        value = number_value(found.group(1))
        if value is None or not 2 <= value <= _MOST_ITEMS:
            continue
        noun = found.group(2)
        if _DATE.match(noun):
            continue
        for length in range(len(noun), 0, -1):
            pattern = f"{re.escape(found.group(1))}[^,。]?{re.escape(noun[:length])}"
            names.append((int(value), re.compile(pattern), noun[:length]))
    return names


def _heading_set(ranked: Ranked, count: int, name: re.Pattern[str]) -> Named | None:
    """The set stands in a heading: its items are the sections below."""
    outline = ranked.view.stored.outline
    for i in reversed(outline.path(ranked.sentence.section)):
        heading = outline.sections[i]
        if name.search(fold(heading.heading).text) is None:
            continue
        children = tuple(outline.sections[child] for child in outline.children(i))
        if len(children) == count:
            return Named(ranked, heading, children, ())
    return None


def _openings(ranked: Ranked, count: int, noun: str) -> tuple[Span, ...]:
    """The beginnings of the sentences below the name that end in its noun, when all are there.

    “三个下沉”。编制下沉:…。干部下沉:…。资金下沉:…。三项机制: 建立甲机制,…。建立乙机制,…。
    """
    view, at = ranked.view, ranked.sentence
    text = view.stored.document.text
    items: list[Span] = []
    for sentence in view.sentences[at.index + 1 : at.index + 1 + _FOLLOWING]:
        if sentence.section != at.section:
            break
        found = _OPENING.match(text, sentence.span.start, sentence.span.end)
        if found and found.group().endswith(noun) and len(found.group()) > len(noun):
            items.append(Span(found.start("words"), found.end()))
    return tuple(items) if len(items) == count else ()


def _inline_set(ranked: Ranked, count: int, name: re.Pattern[str], noun: str) -> Named | None:
    """The set is spelled out beside its name: A、B、C“三公开”, or “三公开”:A、B、C."""
    text = ranked.sentence.text
    label = behind_label(ranked.view, ranked.sentence)
    for found in name.finditer(text):
        begin = enumeration.borders(text, found.start()).start
        begin = label if "、" in text[begin:label] else begin  # 二、 parts no items
        left = enumeration.read(text, begin, _before_quote(text, found.start()))
        for side in (left, _right_of(text, found.end())):
            if side is not None and len(side.items) == count:
                items = tuple(ranked.sentence.original(i.start, i.end) for i in side.items)
                return Named(ranked, None, (), items)
        counted = _counted_items(ranked, found.end(), count)
        if not counted and len(noun) > 1:
            counted = _openings(ranked, count, noun)
        if counted:
            return Named(ranked, None, (), counted)
    return None


def _counted_items(ranked: Ranked, place: int, count: int) -> tuple[Span, ...]:
    """What 一是, 二是… behind the name introduce, up to their first stop; all or nothing."""
    text = ranked.view.stored.document.text
    last = ranked.sentence.original(place - 1, place)
    lead = _BEFORE_FIRST.match(text, last.end)
    if lead is None:
        return ()
    for words in _COUNTED_AS:
        items: list[Span] = []
        at = lead.end()
        for word in words[:count]:
            found = text.find(word, at, at + (_FURTHEST if items else len(word)))
            if found < 0 or text.find(words[0], at + 1, max(at + 1, found)) >= 0:
                break
            at = found + len(word)
            start = at + (text[at : at + 1] in "，,、")
            end = _CORE_END.search(text, start)
            items.append(Span(start, end.start() if end else len(text)))
        if len(items) == count and all(_NAME_LIKE.fullmatch(one.of(text)) for one in items):
            return tuple(items)
    return ()


def _right_of(text: str, place: int) -> enumeration.Enumeration | None:
    """The enumeration that a colon, 即 or 包括 behind the name leads to."""
    opener = _RIGHT_OPENER.match(text, place)
    if opener is None or opener.end() >= len(text):
        return None
    return enumeration.read(text, opener.end(), enumeration.borders(text, opener.end()).end)


def _before_quote(text: str, place: int) -> int:
    while place and text[place - 1] in "“《(":
        place -= 1
    return place


def defined_names(question: Question, evidence: Evidence) -> Named | None:
    """The clauses that say what each of several short names of the question is (“一降”是…)."""
    names = list(dict.fromkeys(_SHORT_NAME.findall(question.full)))
    spans: dict[str, Span] = {}
    at: Ranked | None = None
    for ranked in evidence.ranked:
        for name in names:
            before, behind = '(?:^|(?<=[“,;:。"]))[“"]?', '[”"]?(?:,?即|是指?|指|[:：])'
            pattern = f"{before}{re.escape(name)}{behind}[^,。;；]{{2,60}}"
            found = re.search(pattern, ranked.sentence.text)
            if found and name not in spans and (at is None or at.view.id == ranked.view.id):
                spans[name] = ranked.sentence.original(found.start(), found.end())
                at = at or ranked
    last = _SHORT_NAME.findall(question.left)[-1:]
    if at is None or len(spans) < _LEAST_NAMES or (last and last[0] not in spans):
        return None
    return Named(at, None, (), tuple(spans[name] for name in names if name in spans))


def pattern_names(question: Question, evidence: Evidence) -> list[Span]:
    """All names of one form in the best document: 以“某某工程”命名的."""
    asked = _PATTERN_NAME.search(question.full)
    if asked is None or evidence.best is None:
        return []
    noun = re.escape(asked.group(1))
    pattern = re.compile(f"[“][^“”]{{1,20}}{noun}”|[“][^“”]{{1,20}}”{noun}")
    spans: dict[str, Span] = {}
    for sentence in evidence.best.view.sentences:
        for found in pattern.finditer(sentence.text):
            spans.setdefault(found.group(), sentence.original(found.start(), found.end()))
    return list(spans.values())
