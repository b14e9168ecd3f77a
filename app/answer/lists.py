"""Answers that are lists: named sets, items side by side, sections, enumerations, clauses.

In comes a question with its evidence, out come candidates, best first, whose quotes are the items
as they stand in the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.answer import enumeration, lists_clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, is_title
from app.answer.lists_aspects import (
    MOST_OF,
    announced,
    asked_part,
    cover_list,
    item_spans,
    pointed_words,
    share,
    shown,
)
from app.answer.lists_groups import Group, bodies, groups, title_words
from app.answer.lists_named import Named, named_sets, pattern_names
from app.answer.matching import Coverage, Zone, quality
from app.answer.view import SentenceView
from app.model import Kind, Question, Section, Span, TermRole
from app.text.fold import fold

_PROCESS = re.compile("环节|步骤|流程|程序")
_POINTED = re.compile("下列|如下|以下[^,，。;；的]{0,8}[:：]?$|[:：]$")
_ONE_OF = re.compile("哪(?:一)?(?:个|项|条|种|类|款)")
_DESCRIBED = 0.6  # share of the words that an item must hold to be the one described
_LABEL = re.compile("^[(]?[0-9一二三四五六七八九十]+(?:[、.)]|是)?")
_NUMBERED = re.compile("(?<!第)[二两三四五六七八九十][大个项条种类点步][^,。?? ]{2}")
_VERB = re.compile("应当?|可以?|须|需|包括|是|为|有|要|分为|符合|提供|提交|执行|进行|不得|禁止")
_ADDRESS = re.compile("^[^,，。;；]{2,60}[:：]$")
_READ = 12  # sentences round which groups and sections are looked for
_ENUMERATED = 12  # sentences in which enumerations are read

# What finding a word is worth in the places of a list.
_LEAD = 1.0
_BEFORE = 0.5  # a sentence that only stands before the items
_HEADING = 0.9
_UPPER_HEADING = 0.75
_ITEMS = 0.8
_ONE_ITEM = 0.3
_STATED = 0.7
_ABOUT = 0.6
_SENTENCE = 0.6

_NOUN_BONUS = 0.4
_MATCH_BONUS = 0.3
_COUNT_BONUS = 0.3
_COUNT_COST = 0.25
_POINTED_BONUS = 0.1
_GROUP_BONUS = 0.05
_ITEM_COST = 0.6  # the question is about one item, not about their list
_HEADED_BONUS = 0.25
_LEAST_NAME = 3
_LOOSE_COST = 0.2  # statements side by side to which nothing leads
_PLAIN_BONUS = 0.1
_SECTION_FLOOR = 0.6
_SECTION_BONUS = 0.1
_SET_SCORE = 2.0
_NAMED_COVERAGE = 0.7
_REPEATS = 0.3
_ALONE_COST = 0.1  # one clause is seldom a list
_REFERENCES = re.compile("^[(（0-9）)]*《[^》]*》(?:[(（].*[)）])?$")
_REFERENCE_COST = 0.5  # names of documents are not what they order
_ASKS_DOCUMENTS = re.compile("文件|依据|法规|通知|条例|办法|规定|法律|政策是什么")
_RANK_SHARE = 0.6
_NEWS = 6  # characters beyond the question that clauses must say
_TITLE_LENGTH = 60
_UNRELATED = 0.25  # no word of the question in the clause itself
_PAIR_COST = 0.15  # two nouns joined by 和 are seldom a list
_TITLE_COST = 0.25
_DOCUMENT_SHARE = 0.8
_CLAUSES = {Kind.MEASURES: 0.0, Kind.LIST: -0.1}


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Lists that may answer, best first; equal ones in the order of the evidence."""
    found = _pattern(question, evidence)
    found.extend(_named(question, one) for one in named_sets(question, evidence))
    found.extend(_groups(question, evidence))
    if _ONE_OF.search(question.full):
        found = [one for made in found for one in _matching_item(question, made)]
    if question.ordinal is None or not found:
        found.extend(_sections(question, evidence))
        for ranked in evidence.ranked[:_ENUMERATED]:
            behind = _RANK_SHARE * (ranked.score - evidence.ranked[0].score)
            inline = (*_enumerations(question, ranked), *_clauses(question, ranked))
            found.extend(replace(one, score=one.score + behind) for one in inline)
    found.sort(key=lambda candidate: -candidate.score)
    return found


def item(candidate: Candidate, ordinal: int) -> Candidate | None:
    """One item of a list, counted from 1, or -1 for the last; None when there are fewer."""
    place = ordinal - 1 if ordinal > 0 else ordinal
    if not -len(candidate.quotes) <= place < len(candidate.quotes):
        return None
    quote = candidate.quotes[place]
    text = candidate.view.stored.document.text
    return replace(candidate, answer=quote.of(text), quotes=(quote,), notes=())


# ── named sets ──────────────────────────────────────────────────────────────────────────────────


def _pattern(question: Question, evidence: Evidence) -> list[Candidate]:
    spans = pattern_names(question, evidence)
    if not spans or evidence.best is None:
        return []
    full = Coverage(1.0, (), tuple(1.0 for _ in question.terms))
    return [_list(question, evidence.best, spans, _SET_SCORE, full)]


def _named(question: Question, named: Named) -> Candidate:
    """A set found by its name and number is what was asked for, however the rest is worded."""
    view = named.ranked.view
    titles = [title_words(view, section) for section in named.sections]
    items = [asked_part(question, view, title) for title in titles if title is not None]
    items = items if len(items) == len(titles) else bodies(view, named.sections)
    items = items or list(named.items)
    zones = _zones(named.ranked, named.ranked.sentence.text, named.ranked.sentence.headings)
    covered = cover_list(question, view, zones, named.ranked.sentence.text)
    made = _list(question, named.ranked, items, max(_SET_SCORE, covered.score), covered)
    return replace(made, coverage=replace(covered, score=max(covered.score, _NAMED_COVERAGE)))


# ── items side by side ──────────────────────────────────────────────────────────────────────────


def _groups(question: Question, evidence: Evidence) -> list[Candidate]:
    found: list[Candidate] = []
    by_document: dict[str, list[Ranked]] = {}
    for ranked in evidence.ranked[:_READ]:
        by_document.setdefault(ranked.view.id, []).append(ranked)
    for members in by_document.values():
        view = members[0].view
        for group in groups(view, [ranked.sentence for ranked in members]):
            if len(group.items) >= 2 and not _only_title(group):
                found.append(_from_group(question, members[0], group))
    return found


def _only_title(group: Group) -> bool:
    """Whether the items are not items: an address is the lead of the whole text."""
    return not group.sections and not group.lead and not group.headings


def _from_group(question: Question, ranked: Ranked, group: Group) -> Candidate:
    view = ranked.view
    items = item_spans(question, view, group)
    texts = [fold(span.of(view.stored.document.text)).text for span in items]
    own = group.headings[0] if group.headings else ""
    points = _points(group.lead)
    common = _common(question, texts)
    zones = [
        Zone(group.lead, _LEAD if points else _BEFORE),
        *(Zone(text, _UPPER_HEADING if i else _HEADING) for i, text in enumerate(group.headings)),
        Zone(" ".join(texts), _ONE_ITEM),
        *(Zone(word, _ITEMS) for word in common),
        Zone(view.about, _ABOUT),
    ]
    lead = group.lead if points else ""
    covered = cover_list(question, view, zones, lead + own)
    words = pointed_words(question, view)
    local = share(words, " ".join((lead, *group.headings, *common)))
    noun = shown(question, lead, "" if points else own, texts) - 0.5
    by_items = shown(question, "", "", texts) - 0.5
    bonus = _NOUN_BONUS * max(min(noun, noun * local), by_items)
    bonus += local * (_GROUP_BONUS + points * _POINTED_BONUS + _count_bonus(question, len(items)))
    bonus += _HEADED_BONUS * (_names(question, own) or _names_number(question, lead + own))
    if not group.sections and not points:
        bonus -= _LOOSE_COST * (2 if question.ordinal else 1)
    bonus -= _ITEM_COST * max(0.0, max(share(words, text) for text in texts) - local)
    if all(_REFERENCES.search(text) for text in texts) and not _ASKS_DOCUMENTS.search(
        question.full
    ):
        bonus -= _REFERENCE_COST
    at_items = replace(ranked, sentence=view.sentences[view.at(items[0].start)])
    made = _list(question, at_items, items, covered.score + bonus, covered)
    return replace(made, notes=made.notes or _short_of(announced(lead + own), len(items)))


def _names(question: Question, heading: str) -> bool:
    """Whether the question names a list by the words of its folded heading."""
    words = _LABEL.sub("", heading).strip()
    return len(words) >= _LEAST_NAME and words in question.full


def _names_number(question: Question, lead: str) -> bool:
    """Whether the question names a list by its number as the folded lead does (三个方面)."""
    return any(found.group() in lead for found in _NUMBERED.finditer(question.full))


def _points(lead: str) -> bool:
    """Whether a folded lead points to what follows, and is no address."""
    if _ADDRESS.match(lead) and not _POINTED.search(lead[:-1]) and not _VERB.search(lead):
        return False
    return _POINTED.search(lead) is not None or announced(lead) is not None


def _common(question: Question, items: Sequence[str]) -> list[str]:
    """The words of the question that most items say: they tell what the items are."""
    return [
        term.text
        for term in question.terms
        if sum(quality(term, one) >= _STATED for one in items) >= MOST_OF * len(items)
    ]


def _count_bonus(question: Question, items: int) -> float:
    """The number that the question announces is a checksum."""
    wanted = announced(question.full)
    if wanted is None:
        return 0.0
    return _COUNT_BONUS if wanted == items else -_COUNT_COST


def _matching_item(question: Question, candidate: Candidate) -> list[Candidate]:
    """The one item of a list that the question describes (哪项改革解决…), if there is one."""
    view = candidate.view
    words = [term for term in question.terms if term.role is not TermRole.PLACE]
    values = []
    for quote in candidate.quotes:
        sentence = view.sentences[view.at(quote.start)]
        values.append(share(words, sentence.text))
    best = max(values)
    if best < _DESCRIBED or values.count(best) > 1:
        return [candidate]
    chosen = item(candidate, values.index(best) + 1)
    if chosen is None:
        return [candidate]
    texts = view.sentences[view.at(chosen.quotes[0].start)].text
    covered = cover_list(question, view, [Zone(texts, 1.0), Zone(view.about, _ABOUT)], texts)
    score = candidate.score - candidate.coverage.score + covered.score
    return [candidate, replace(chosen, coverage=covered, score=score + _MATCH_BONUS)]


# ── sections ────────────────────────────────────────────────────────────────────────────────────


def _sections(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clauses of sections without items whose heading covers the question."""
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for ranked in evidence.ranked[:_READ]:
        outline = ranked.view.stored.outline
        for i in reversed(outline.path(ranked.sentence.section)):
            if (ranked.view.id, i) in seen:
                continue
            seen.add((ranked.view.id, i))
            title = title_words(ranked.view, outline.sections[i])
            if title is not None and not outline.children(i):
                found.extend(_from_body(question, ranked, outline.sections[i], title))
    return found


def _from_body(
    question: Question, ranked: Ranked, section: Section, title: Span
) -> list[Candidate]:
    view = ranked.view
    heading = fold(view.quote(title)).text
    covered = cover_list(question, view, [Zone(heading, 1.0), Zone(view.about, _ABOUT)], heading)
    if covered.score < _SECTION_FLOOR:
        return []
    process = _PROCESS.search(question.full) is not None
    items = lists_clauses.of_section(view, Span(title.end, section.span.end), process)
    if not items:
        return []
    score = covered.score + _SECTION_BONUS + min(0.0, _count_bonus(question, len(items)))
    return [_list(question, ranked, items, score, covered)]


# ── enumerations and clauses ────────────────────────────────────────────────────────────────────


def _zones(ranked: Ranked, clause: str, headings: Sequence[str]) -> list[Zone]:
    return [
        Zone(clause, _LEAD),
        Zone(ranked.sentence.text, _SENTENCE),
        Zone(ranked.view.about, _ABOUT),
        *(Zone(heading, _ABOUT) for heading in headings),
    ]


def _enumerations(question: Question, ranked: Ranked) -> list[Candidate]:
    text = ranked.sentence.text
    if lists_clauses.is_heading(ranked.view, ranked.sentence):
        return []
    words = [form for term in question.terms for form, _ in term.forms if len(form) > 1]
    found: list[Candidate] = []
    place = 0
    while place < len(text):
        border = enumeration.borders(text, place)
        place = border.end + 1
        read = enumeration.read(text, border.start, border.end, words)
        if read is not None:
            found.append(_from_enumeration(question, ranked, read, border))
    return found


def _from_enumeration(
    question: Question, ranked: Ranked, read: enumeration.Enumeration, border: Span
) -> Candidate:
    sentence = ranked.sentence
    around = sentence.text[border.start : border.end]
    zones = _zones(ranked, around, sentence.headings)
    covered = cover_list(question, ranked.view, zones, around)
    items = [sentence.text[i.start : i.end] for i in read.items]
    bonus = -_REPEATS * _repeated(question, items) + _count_bonus(question, len(items))
    named = read.noun and any(quality(term, read.noun) >= _STATED for term in question.terms)
    lead = read.noun + around[: read.span.start - border.start]
    noun = 1.0 if named else shown(question, lead, "", ())
    bonus += _NOUN_BONUS * (noun - 0.5) + (_PLAIN_BONUS if question.kind is Kind.LIST else 0.0)
    if len(items) == 2 and "、" not in around:
        bonus -= _PAIR_COST
    if around.lstrip().startswith("除"):
        bonus -= _UNRELATED
    strong = [term for term in question.terms if term.role is not TermRole.WEAK]
    if not any(quality(term, around) >= _STATED for term in strong):
        bonus -= _UNRELATED
    spans = [sentence.original(i.start, i.end) for i in read.items]
    return _list(question, ranked, spans, covered.score + bonus, covered)


def _repeated(question: Question, items: list[str]) -> float:
    """The share of the items that say again what the question said."""
    strong = [term for term in question.terms if term.role not in {TermRole.WEAK, TermRole.NUMBER}]
    if any(term.text == item for term in strong for item in items):
        return 1.0  # the thing asked about stands among its siblings: these are not its parts
    again = sum(any(quality(term, item) >= 0.9 for term in strong) for item in items)
    return again / len(items)


def _clauses(question: Question, ranked: Ranked) -> list[Candidate]:
    """The clauses of one sentence that answer and say what is done."""
    sentence, view = ranked.sentence, ranked.view
    if question.kind not in _CLAUSES or lists_clauses.is_heading(view, sentence):
        return []
    if _POINTED.search(sentence.text) or lists_clauses.is_signature(sentence):
        return []  # a lead-in: what it leads to is the answer
    spans = lists_clauses.of_sentence(question, view, sentence)
    if not spans:
        return []
    zones = _zones(ranked, sentence.text, sentence.headings)
    covered = cover_list(question, view, zones, sentence.text)
    score = covered.score + _CLAUSES[question.kind] + min(0.0, _count_bonus(question, len(spans)))
    if lists_clauses.news(question, "".join(fold(view.quote(span)).text for span in spans)) < _NEWS:
        score -= _REPEATS
    if len(spans) == 1:
        score -= _ALONE_COST
    return [_list(question, ranked, spans, score, covered)]


def _list(
    question: Question, ranked: Ranked, items: Sequence[Span], score: float, covered: Coverage
) -> Candidate:
    text = ranked.view.stored.document.text
    document = _DOCUMENT_SHARE * (ranked.document_prior - 1)
    if items[0].start < ranked.sentence.span.start + _TITLE_LENGTH:
        document -= _TITLE_COST * is_title(ranked.sentence)
    kind = question.kind if question.kind in {Kind.MEASURES, Kind.REFORMS} else Kind.LIST
    return Candidate(
        kind=kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer="；".join(span.of(text) for span in items),
        quotes=tuple(items),
        score=score + document,
        coverage=covered,
        features={"list": score, "document": document},
        notes=_short_of(announced(question.full), len(items)),
    )


def _short_of(wanted: int | None, items: int) -> tuple[str, ...]:
    """The note that a list is shorter than its number says."""
    if wanted is None or wanted <= items:
        return ()
    return (f"应有{wanted}项，原文这里找到{items}项。",)


__all__ = ["SentenceView", "candidates", "item"]
