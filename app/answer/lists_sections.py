"""Lists read from a section: its sentences that share a word, or its clauses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer import lists_clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.lists_aspects import (
    MOST_OF,
    cover_list,
    pointed_words,
    share,
    shown,
)
from app.answer.lists_build import ABOUT, STATED, build, count_features
from app.answer.lists_groups import (
    bare,
    title_words,
)
from app.answer.matching import Zone, quality
from app.answer.view import DocumentView
from app.model import Kind, Question, Section, Span, TermRole
from app.text.fold import fold

_UNNAMED_MEASURE = -0.2
_UNNAMED = -0.3
_PROCESS = re.compile("环节|步骤|流程|程序")
_TELLING = 0.4  # weight of a word that tells sentences of one section apart
_FEWEST_SHARING = 2
_UNEVEN = 0.3  # one sentence holds so much more of the question than another: it is the answer
_SHORT_ENOUGH = 150  # characters of measures that are given whole
_READ = 12  # sentences round which groups and sections are looked for
_HEADING = 0.9
_SECTION_FLOOR = 0.6
_SECTION_LED = 0.4  # share of the words that tell lists apart that its heading must hold
_SECTION_LENGTH = 240  # characters; a longer section is no list
_SECTION_NAMED = 0.95  # of a longer section, whose sentences are given whole
_LONGEST_SECTION = 800  # characters
_SENTENCES = 4  # from which a section is told by its sentences, not by their clauses
_DOING = frozenset({Kind.MEASURES, Kind.REFORMS, Kind.MECHANISM})
_THINGS = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED})


def of_sections(question: Question, evidence: Evidence) -> list[Candidate]:
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
                found.extend(_sharing(question, ranked, outline.sections[i], title))
    return found


def told_whole(question: Question, evidence: Evidence) -> list[Candidate]:
    """The sentences of a section whose heading says what was asked how it is done."""
    return [
        one
        for one in of_sections(question, evidence)
        if len({one.view.at(quote.start) for quote in one.quotes}) == len(one.quotes) >= _SENTENCES
    ]


def _sharing(question: Question, ranked: Ranked, section: Section, title: Span) -> list[Candidate]:
    """The sentences of a section that share a word of the question which its heading lacks."""
    view = ranked.view
    heading = fold(view.quote(title)).text
    own = [one for one in view.sentences if section.span.contains(one.span)]
    words = pointed_words(question, view)
    for term in words:
        telling = term.role is not TermRole.WEAK and term.weight >= _TELLING
        if not telling or quality(term, heading) >= STATED:
            continue
        body = [one for one in own if one.span.start >= title.end and one.text[-1:] != "?"]
        held = [one for one in body if term.text in one.text]
        if not _FEWEST_SHARING <= len(held) < len(own) - 1:
            continue
        spans = [bare(view, one) for one in held]
        told = [share(words, one.text) for one in held]
        if sum(map(len, spans)) > _SHORT_ENOUGH or max(told) - min(told) > _UNEVEN:
            continue
        texts = " ".join(one.text for one in held)
        zones = [Zone(texts, 1.0), Zone(heading, _HEADING), Zone(view.about, ABOUT)]
        covered = cover_list(question, view, zones, texts)
        if covered.score < _SECTION_FLOOR:
            continue
        off = count_features(question, len(spans))["count_off"]
        noun = max(_UNNAMED, _noun_of_body(question, heading, [one.text for one in held]))
        return [build(question, ranked, spans, covered, {"count_off": off, "noun": noun})]
    return []


def _from_body(
    question: Question, ranked: Ranked, section: Section, title: Span
) -> list[Candidate]:
    view = ranked.view
    heading = fold(view.quote(title)).text
    covered = cover_list(question, view, [Zone(heading, 1.0), Zone(view.about, ABOUT)], heading)
    words = pointed_words(question, view)
    led = share(words, heading) if words else shown(question, heading, "", ())
    if covered.score < _SECTION_FLOOR or led < _SECTION_LED:
        return []
    process = _PROCESS.search(question.full) is not None
    body = Span(title.end, section.span.end)
    named = led >= _SECTION_NAMED and not process
    items = _whole(question, view, body) if named else []
    if not items:
        items = lists_clauses.of_section(view, body, process)
        if not items or sum(map(len, items)) > _SECTION_LENGTH:
            return []
    texts = [fold(view.quote(span)).text for span in items]
    features = {
        "section": 1.0,
        "noun": _noun_of_body(question, heading, texts),
        "partly": float(_partly(question, heading, texts)),
        "count_off": count_features(question, len(items))["count_off"],
    }
    return [build(question, ranked, items, covered, features)]


def _whole(question: Question, view: DocumentView, body: Span) -> list[Span]:
    """The sentences of a section of several that say what is done; none when they are too long."""
    if question.kind not in _DOING:
        return []
    own = [one for one in view.sentences if body.contains(one.span)]
    items = [bare(view, one) for one in own if not lists_clauses.is_aside(one)]
    fits = len(items) >= _SENTENCES and sum(map(len, items)) <= _LONGEST_SECTION
    return items if fits else []


def _noun_of_body(question: Question, heading: str, texts: Sequence[str]) -> float:
    """What the asked noun costs a section; less for measures and steps, which nobody names so."""
    seldom_named = question.kind is Kind.MEASURES or _PROCESS.search(question.full) is not None
    least = _UNNAMED_MEASURE if seldom_named else -0.5
    return max(least, min(0.0, shown(question, heading, "", texts) - 0.5))


def _partly(question: Question, heading: str, texts: Sequence[str]) -> bool:
    """Whether a thing asked about stands in few of the clauses of a section."""
    for term in question.terms:
        if term.role in _THINGS and quality(term, heading) < STATED:
            held = sum(quality(term, text) >= STATED for text in texts)
            if 0 < held < MOST_OF * len(texts):
                return True
    return False
