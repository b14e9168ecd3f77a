"""What a list question asks of a list: its noun, its number, and the asked part of each item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from app.answer.evidence import cover
from app.answer.lists_groups import Group
from app.answer.matching import Coverage, Zone, quality, weighted
from app.answer.view import DocumentView
from app.lexicon.loader import table
from app.model import Kind, Question, QuestionTerm, Span, TermRole
from app.text.fold import fold
from app.text.numbers import number_value
from app.text.sentences import clauses

_COUNTED = re.compile(
    "(?<![第0-9一二三四五六七八九十])([0-9]{1,2}|[二两三四五六七八九十]{1,3})"
    "(?:大|个|项|条|种|支|类|只|点|步|段|款|批|次|方面|举措|措施|改革)"
)
_MOST_COUNT = 30
_NOT_ANNOUNCED = re.compile("(?:19|20)$")
_ASPECT_NOUN = re.compile("难题|难点|目标|目的|对象|重点|方向|问题")
_MANNER = re.compile(
    "^(?:(?:深入|全面|大力|系统|扎实|持续|积极|稳步|不断|着力|切实|加快|进一步|有序|统筹|逐步)"
    "(?:推进|推动|实施|开展|深化|落实|促进)?|(?:推进|推动|实施|开展|深化))"
)
_LEAST_LEFT = 4  # characters that must be left when words of manner are cut
MOST_OF = 0.6  # share of the items that must show a form for all of them to have it
_BY_HEADING = 0.6
_NOT_ASKED = 0.5
_REFORMS = re.compile("[0-9二两三四五六七八九十](?:大|项|个)[^,。;]{0,6}改革")
# Verbs with which questions ask for a list; they tell no list from another.
_ASKING = re.compile(
    "^(?:提出|采取|采用|出台|推出|制定|发布|列出|总结|做|搞|干|打算|准备|需要?|要|应当?|可以|给予?|提供|规定|要求"
    "|实施|开展|实行|包括|包含|分为|遵循|满足|符合|具备|用|有|进行|享受|达到|完成|是|按|分成|体现)$"
)
_LEAST_WEIGHT = 0.3  # a word of less weight tells nothing apart
_STATED = 0.7
_SHOWN = 0.9  # what a list noun is worth when the lead shows it in other words
_SHORTENED = 0.6  # what a two-character abbreviation of a name in the document is worth
_GAP = 4
_REFORM = 5.0  # the clause with the reform, whatever else of the question another one holds


@dataclass(frozen=True, slots=True)
class Aspect:
    """A noun of lists: how questions, leads and items word it."""

    asked: re.Pattern[str]
    lead: re.Pattern[str]
    item: re.Pattern[str] | None


@cache
def _aspects() -> tuple[Aspect, ...]:
    return tuple(
        Aspect(re.compile(asked), re.compile(lead), None if item == "-" else re.compile(item))
        for asked, lead, item in table("list_aspects.tsv", 3)
    )


@lru_cache(maxsize=4096)
def _named_by(word: str) -> tuple[Aspect, ...]:
    """The nouns of lists that a word of a question names."""
    return tuple(aspect for aspect in _aspects() if aspect.asked.search(word))


def asked_aspect(question: Question) -> Aspect | None:
    """The noun of lists that the question asks for, if any.

    It stands behind the question phrase (哪些条件), else it is the last one (条件是什么).
    """
    return _asked_in(question.full, question.left)


@lru_cache(maxsize=256)
def _asked_in(full: str, left: str) -> Aspect | None:
    phrase = full.find(left) + len(left) if left else 0
    behind: list[tuple[int, int, Aspect]] = []
    before: list[tuple[int, int, Aspect]] = []
    for i, aspect in enumerate(_aspects()):
        for found in aspect.asked.finditer(full):
            side = behind if found.start() >= phrase else before
            side.append((found.start(), i, aspect))
    if behind:
        return min(behind, key=lambda one: one[:2])[2]
    return max(before, key=lambda one: one[:2])[2] if before else None


@lru_cache(maxsize=4096)
def announced(folded: str) -> int | None:
    """The number of items that a folded text announces last (三项措施, 启示有三点), or None."""
    counts = [number_value(found.group(1)) for found in _COUNTED.finditer(folded)]
    fitting = [int(count) for count in counts if count is not None and 2 <= count <= _MOST_COUNT]
    return fitting[-1] if fitting else None


def shown(question: Question, lead: str, heading: str, items: Sequence[str]) -> float:
    """How well the asked noun is shown, 0…1: by the lead or most items, or by the heading.

    Of reforms the items must speak, or the number in the lead (四项改革): leads name them often.
    """
    aspect = asked_aspect(question)
    if aspect is None:
        return _NOT_ASKED
    if aspect.item is not None and _mostly(aspect.item, items):
        return 1.0
    if question.kind is Kind.REFORMS and aspect.asked.search("改革"):
        return _BY_HEADING if _REFORMS.search(lead + heading) else 0.0
    if aspect.lead.search(lead):
        return 1.0
    return _BY_HEADING if aspect.lead.search(heading) else 0.0


def _mostly(pattern: re.Pattern[str], items: Sequence[str]) -> bool:
    held = sum(pattern.search(one) is not None for one in items)
    return held > 0 and held >= MOST_OF * len(items)


def _told(aspect: Aspect, lead: str, items: Sequence[str]) -> bool:
    by_items = aspect.item is not None and _mostly(aspect.item, items)
    return by_items or aspect.lead.search(lead) is not None


def describing_words(question: Question, view: DocumentView) -> tuple[QuestionTerm, ...]:
    """The words that describe one item among its siblings: not the place, the title, the noun."""
    topic = _topic(view)
    return tuple(
        term
        for term in question.terms
        if term.role is not TermRole.PLACE
        and not _named_by(term.text)
        and quality(term, topic) < _STATED
    )


def _topic(view: DocumentView) -> str:
    document = view.stored.document
    return _folded(f"{document.title} {document.region or ''}")


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return fold(text).text


def pointed_words(question: Question, view: DocumentView) -> tuple[QuestionTerm, ...]:
    """The words that tell the asked list from the others of the same document.

    Places, list nouns and what the title says of all of them do not.
    """
    topic = _topic(view)
    own = [
        term
        for term in question.terms
        if term.role not in {TermRole.PLACE, TermRole.NUMBER}
        and (term.role is TermRole.WEAK or term.weight >= _LEAST_WEIGHT)
        and not _ASKING.match(term.text)
        and not _named_by(term.text)
        and quality(term, topic) < _STATED
    ]
    return tuple(term for term in own if term.role is not TermRole.WEAK) or tuple(own)


def share(words: Sequence[QuestionTerm], text: str) -> float:
    """The share of `words`, by weight, that the folded `text` states."""
    total = sum(word.weight for word in words)
    if not total:
        return 1.0
    return sum(word.weight * quality(word, text) for word in words) / total


def cover_list(
    question: Question,
    view: DocumentView,
    zones: Sequence[Zone],
    lead: str,
    items: Sequence[str] = (),
) -> Coverage:
    """Coverage of a list. Nouns that lead or items word otherwise, and abbreviations, count too."""
    found = cover(question, view, zones)
    values = list(found.values)
    for i, term in enumerate(question.terms):
        if any(_told(aspect, lead, items) for aspect in _named_by(term.text)):
            values[i] = max(values[i], _SHOWN)
        if not values[i] and term.role is TermRole.CONTENT and _shortened(term.text, view.about):
            values[i] = _SHORTENED
    return weighted(question.terms, tuple(values))


def _shortened(word: str, text: str) -> bool:
    """Whether `text` holds a name of which the two characters of `word` are an abbreviation."""
    if len(word) != 2:
        return False
    first, last = map(re.escape, word)
    return re.search(f"{first}[^,。;、]{{1,{_GAP}}}{last}", text) is not None


def asked_part(question: Question, view: DocumentView, whole: Span) -> Span:
    """The part of a heading that was asked for: the difficulty, the reform, or all of it."""
    text = view.stored.document.text
    parts = clauses(text, whole)
    if len(parts) < 2:
        return _trimmed(text, whole) if question.kind is Kind.REFORMS else whole
    asked = [t for t in question.terms if t.role not in {TermRole.NUMBER, TermRole.PLACE}]
    scores = []
    for part in parts:
        folded = fold(part.of(text)).text
        score = sum(term.weight * quality(term, folded) for term in asked)
        if _asks_reform(question):
            score += _REFORM if "改革" in folded else 0.0
        scores.append(score)
    best = max(scores)
    if best <= 0:
        return Span(parts[0].start, parts[-1].end)
    return _trimmed(text, parts[scores.index(best)])


def _asks_reform(question: Question) -> bool:
    """Whether the reforms are asked for, and not their aims or what they are against."""
    if question.kind is not Kind.REFORMS:
        return False
    return question.right.startswith("改革") or not _ASPECT_NOUN.search(question.full)


def _trimmed(text: str, part: Span) -> Span:
    """A clause without the words of manner in front of what it names."""
    found = _MANNER.match(fold(part.of(text)).text)
    if found and found.end() + _LEAST_LEFT <= len(part):
        return Span(part.start + found.end(), part.end)
    return part


def item_spans(question: Question, view: DocumentView, group: Group) -> list[Span]:
    """The items of a group, each cut to what was asked when all are headings."""
    if not group.sections or not all(section.heading for section in group.sections):
        return list(group.items)
    return [asked_part(question, view, span) for span in group.items]
