"""Sets that a question names: 四项制度, “六个一”, names of one pattern (以“某某工程”命名的)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.answer import enumeration
from app.answer.evidence import Evidence, Ranked
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
        for count, name in names:
            spelled = _heading_set(ranked, count, name) or _inline_set(ranked, count, name)
            if spelled is not None:
                found.append(spelled)
                break
    return found


def _set_names(question: Question) -> list[tuple[int, re.Pattern[str]]]:
    """The named sets of the question: how many items, and how the text may write the name."""
    names: list[tuple[int, re.Pattern[str]]] = []
    for found in _NAMED_SET.finditer(question.full):
        value = number_value(found.group(1))
        if value is None or not 2 <= value <= _MOST_ITEMS:
            continue
        noun = found.group(2)
        if _DATE.match(noun):
            continue
        for length in range(len(noun), 0, -1):
            pattern = f"{re.escape(found.group(1))}[^,。]?{re.escape(noun[:length])}"
            names.append((int(value), re.compile(pattern)))
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


def _inline_set(ranked: Ranked, count: int, name: re.Pattern[str]) -> Named | None:
    """The set is spelled out beside its name: A、B、C“三公开”, or “三公开”:A、B、C."""
    text = ranked.sentence.text
    for found in name.finditer(text):
        border = enumeration.borders(text, found.start())
        left = enumeration.read(text, border.start, _before_quote(text, found.start()))
        for side in (left, _right_of(text, found.end())):
            if side is not None and len(side.items) == count:
                items = tuple(ranked.sentence.original(i.start, i.end) for i in side.items)
                return Named(ranked, None, (), items)
    return None


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
