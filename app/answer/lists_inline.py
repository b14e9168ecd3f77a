"""Lists inside one sentence: enumerations, and the clauses that say what is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from app.answer import enumeration, lists_clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Ranked
from app.answer.lists_aspects import asked_aspect, cover_list, shown
from app.answer.lists_build import STATED, build, count_features, zones_of
from app.answer.lists_groups import without_label
from app.answer.matching import quality
from app.answer.view import DocumentView, SentenceView
from app.lexicon.loader import table
from app.model import Kind, Question, Span, TermRole
from app.text.fold import fold

_POINTED = re.compile("下列|如下|以下[^,，。;；的]{0,8}[:：]?$|[:：]$")
_NAMED_LEAD = re.compile("[^,，。;；:：]{2,16}[:：](?![0-9/])")
_DOING_ALONE = 3.0  # one thing done is still less a list of measures
_OF_CLAUSES = frozenset({Kind.MEASURES, Kind.LIST})
_MODAL = re.compile("(?:均|都|也|同样)?(?:可以?|应当?|须|必须|需要?|能够?|会|将|均|都)$")
_TOPIC = re.compile("对(?!于?外)|凡是?|有下列")
_TREATED = re.compile(
    "(?:将|应当?|可以?|要|一律|依法|分别)*(?:给予|予以|处以?|责令|采取|实行|追究|取消)"
)
_LEAST = 2  # characters of a predicate, and of the item that it is cut from
_NEWS = 6  # characters beyond the question that clauses must say
_COLON = 12  # characters before a clause in which 配合单位: may lead to it


@dataclass(frozen=True, slots=True)
class _Frame:
    """How a question asks for an enumeration, and what stands before and behind it in the text."""

    asked: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str] | None


@cache
def _frames() -> tuple[_Frame, ...]:
    return tuple(
        _Frame(re.compile(asked), re.compile(before), None if after == "-" else re.compile(after))
        for asked, before, after in table("list_frames.tsv", 3)
    )


_ITEM = re.compile("[ 　]*[(（][一二三四五六七八九十0-9]+[)）]")


@lru_cache(maxsize=256)
def _frames_of(asked: str) -> tuple[_Frame, ...]:
    """The frames in which a question asks."""
    return tuple(frame for frame in _frames() if frame.asked.search(asked))


def of_enumerations(question: Question, ranked: Ranked) -> list[Candidate]:
    """The enumerations of one sentence, one candidate each."""
    text = ranked.sentence.text
    if lists_clauses.is_heading(ranked.view, ranked.sentence) or "|" in text:
        return []
    words = [form for term in question.terms for form, _ in term.forms if len(form) > 1]
    found: list[Candidate] = []
    place = behind_label(ranked.view, ranked.sentence)
    while place < len(text):
        border = enumeration.borders(text, place)
        border = Span(max(border.start, place), border.end)
        place = border.end + 1
        read = enumeration.read(text, border.start, border.end, words)
        read = None if read is None else _without_predicate(question, text, read)
        if read is not None and _dealt_with(text, border.end):
            continue  # 对甲、乙, 给予丙、丁: what is done to them is the list
        framed = _framed(question, ranked, border)
        found.extend(framed)
        if read is not None and not framed:
            topic = _dealt_with(text, border.start - 1)
            whole = Span(enumeration.borders(text, border.start - 2).start, border.end)
            found.append(_from_enumeration(question, ranked, read, whole if topic else border))
    return found


def _dealt_with(text: str, comma: int) -> bool:
    """Whether the clause up to `comma` says to what the next one does something."""
    if comma < 1 or text[comma : comma + 1] not in {",", "，"}:
        return False
    topic = enumeration.borders(text, comma - 1).start
    return _TOPIC.match(text, topic) is not None and _TREATED.match(text, comma + 1) is not None


def _without_predicate(
    question: Question, text: str, read: enumeration.Enumeration
) -> enumeration.Enumeration:
    """The items without what the question says of all of them (对哪些人免费: 甲、乙免费)."""
    last = read.items[-1]
    asked = question.right
    for term in reversed(question.terms):
        if len(term.text) < _LEAST or not asked.endswith(term.text):
            continue
        cut = last.of(text).rfind(term.text)
        others = any(term.text in one.of(text) for one in read.items[:-1])
        if cut >= _LEAST and not others:
            asked = asked.removesuffix(term.text)
            bare = _MODAL.sub("", last.of(text)[:cut])
            last = Span(last.start, last.start + max(len(bare), _LEAST))
    return replace(read, items=(*read.items[:-1], last))


def _framed(question: Question, ranked: Ranked, border: Span) -> list[Candidate]:
    """The enumerations that the clause leads to as the question asks: 由哪几部分组成, 由…组成."""
    text = ranked.sentence.text
    found: list[Candidate] = []
    for frame in _frames_of(question.full):
        for opener in frame.before.finditer(text, max(0, border.start - _COLON), border.end):
            if opener.end() < border.start:
                continue
            end = border.end
            if frame.after is not None:
                closer = frame.after.search(text, opener.end(), border.end)
                if closer is None:
                    continue
                end = closer.start() if closer.group() else end
            read = enumeration.read(text, max(opener.end(), border.start), end, led=True)
            if read is not None:
                # What the clause is about may stand before it: 申报贴息的,还需提交甲、乙.
                whole = Span(0, border.end)
                found.append(_from_enumeration(question, ranked, read, border, whole))
                break
    return found


def behind_label(view: DocumentView, sentence: SentenceView) -> int:
    """The place in the folded sentence behind the label that it begins with."""
    behind = without_label(view, sentence.span).start
    return next(
        (i for i in range(len(sentence.text)) if sentence.original(i, i + 1).start >= behind), 0
    )


def _from_enumeration(
    question: Question,
    ranked: Ranked,
    read: enumeration.Enumeration,
    border: Span,
    about: Span | None = None,
) -> Candidate:
    """The candidate of an enumeration in the clause `border`; `about` is what tells its topic."""
    sentence = ranked.sentence
    around = sentence.text[border.start : border.end]
    topic = about or border
    zones = zones_of(ranked, sentence.text[topic.start : topic.end], sentence.headings)
    covered = cover_list(question, ranked.view, zones, around)
    items = [sentence.text[i.start : i.end] for i in read.items]
    named = read.noun and any(quality(term, read.noun) >= STATED for term in question.terms)
    lead = around[: read.span.start - border.start] + around[read.span.end - border.start :]
    noun = 1.0 if named else shown(question, lead, "", items)
    strong = [term for term in question.terms if term.role is not TermRole.WEAK]
    colon = sentence.text[: border.start].endswith(":")
    led = sentence.text[: border.end] if colon or about else around
    by_lead = asked_aspect(question) is not None and shown(question, lead, "", ()) >= 1.0
    related = by_lead or any(quality(term, led) >= STATED for term in strong)
    features = {
        "repeats": _repeated(question, items),
        **count_features(question, len(items)),
        "noun": noun - 0.5,
        "enumerated": float(question.kind is Kind.LIST),
        "pair": float(len(items) == 2 and "、" not in around),
        "unrelated": float(around.lstrip().startswith("除")) + float(not related),
        "framed": float(about is not None),
        "inside_item": float(_ITEM.match(sentence.text) is not None and question.announced is None),
    }
    spans = [sentence.original(i.start, i.end) for i in read.items]
    return build(question, ranked, spans, covered, features)


def _shows_nothing(
    question: Question, view: DocumentView, sentence: SentenceView, spans: list[Span]
) -> bool:
    """Whether neither the sentence nor its heading nor its clauses are of the sort asked for."""
    heading = sentence.headings[0] if sentence.headings else ""
    items = [fold(view.quote(span)).text for span in spans]
    return shown(question, sentence.text, heading, items) <= 0


def _led(question: Question, text: str) -> bool:
    """Whether a few words before a colon name what is asked for (编制原则:…)."""
    lead = _NAMED_LEAD.match(text)
    return lead is not None and shown(question, lead.group(), "", ()) >= 1.0


def _repeated(question: Question, items: list[str]) -> float:
    """The share of the items that say again what the question said."""
    strong = [term for term in question.terms if term.role not in {TermRole.WEAK, TermRole.NUMBER}]
    if any(term.text == item for term in strong for item in items):
        return 1.0  # the thing asked about stands among its siblings: these are not its parts
    again = sum(any(quality(term, item) >= 0.9 for term in strong) for item in items)
    return again / len(items)


def of_clauses(question: Question, ranked: Ranked) -> list[Candidate]:
    """The clauses of one sentence that answer and say what is done."""
    sentence, view = ranked.sentence, ranked.view
    if question.kind not in _OF_CLAUSES or lists_clauses.is_heading(view, sentence):
        return []
    if _POINTED.search(sentence.text) or lists_clauses.is_signature(sentence):
        return []  # a lead-in: what it leads to is the answer
    spans = lists_clauses.of_sentence(question, view, sentence)
    if not spans:
        return []
    zones = zones_of(ranked, sentence.text, sentence.headings)
    covered = cover_list(question, view, zones, sentence.text)
    said = "".join(fold(view.quote(span)).text for span in spans)
    alone = len(spans) == 1
    features = {
        "clauses": float(question.kind is Kind.LIST),
        "count_off": count_features(question, len(spans))["count_off"],
        "repeats": float(lists_clauses.news(question, said) < _NEWS),
        "alone": alone * (_DOING_ALONE if question.kind is Kind.MEASURES else 1.0),
        "framed": float(not alone and _led(question, sentence.text)),
        "unshown": float(_shows_nothing(question, view, sentence, spans)),
    }
    items = lists_clauses.with_openings(view, spans)
    return [build(question, ranked, items, covered, features)]
