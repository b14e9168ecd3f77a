"""Lists inside one sentence: enumerations, and the clauses that say what is done."""

from __future__ import annotations

import re

from app.answer import enumeration, lists_clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Ranked
from app.answer.lists_aspects import cover_list, shown
from app.answer.lists_build import STATED, build, count_features, zones_of
from app.answer.lists_groups import without_label
from app.answer.matching import quality
from app.answer.view import DocumentView, SentenceView
from app.model import Kind, Question, Span, TermRole
from app.text.fold import fold

_POINTED = re.compile("下列|如下|以下[^,，。;；的]{0,8}[:：]?$|[:：]$")
_NEWS = 6  # characters beyond the question that clauses must say
_OF_CLAUSES = frozenset({Kind.MEASURES, Kind.LIST})


def of_enumerations(question: Question, ranked: Ranked) -> list[Candidate]:
    """The enumerations of one sentence, one candidate each."""
    text = ranked.sentence.text
    if lists_clauses.is_heading(ranked.view, ranked.sentence):
        return []
    words = [form for term in question.terms for form, _ in term.forms if len(form) > 1]
    found: list[Candidate] = []
    place = _behind_label(ranked.view, ranked.sentence)
    while place < len(text):
        border = enumeration.borders(text, place)
        border = Span(max(border.start, place), border.end)
        place = border.end + 1
        read = enumeration.read(text, border.start, border.end, words)
        if read is not None:
            found.append(_from_enumeration(question, ranked, read, border))
    return found


def _behind_label(view: DocumentView, sentence: SentenceView) -> int:
    """The place in the folded sentence behind the label that it begins with."""
    behind = without_label(view, sentence.span).start
    return next(
        (i for i in range(len(sentence.text)) if sentence.original(i, i + 1).start >= behind), 0
    )


def _from_enumeration(
    question: Question, ranked: Ranked, read: enumeration.Enumeration, border: Span
) -> Candidate:
    sentence = ranked.sentence
    around = sentence.text[border.start : border.end]
    zones = zones_of(ranked, around, sentence.headings)
    covered = cover_list(question, ranked.view, zones, around)
    items = [sentence.text[i.start : i.end] for i in read.items]
    named = read.noun and any(quality(term, read.noun) >= STATED for term in question.terms)
    lead = read.noun + around[: read.span.start - border.start]
    noun = 1.0 if named else shown(question, lead, "", ())
    strong = [term for term in question.terms if term.role is not TermRole.WEAK]
    related = any(quality(term, around) >= STATED for term in strong)
    features = {
        "repeats": _repeated(question, items),
        **count_features(question, len(items)),
        "noun": noun - 0.5,
        "enumerated": float(question.kind is Kind.LIST),
        "pair": float(len(items) == 2 and "、" not in around),
        "unrelated": float(around.lstrip().startswith("除")) + float(not related),
    }
    spans = [sentence.original(i.start, i.end) for i in read.items]
    return build(question, ranked, spans, covered, features)


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
    features = {
        "clauses": float(question.kind is Kind.LIST),
        "count_off": count_features(question, len(spans))["count_off"],
        "repeats": float(lists_clauses.news(question, said) < _NEWS),
        "alone": float(len(spans) == 1),
    }
    return [build(question, ranked, spans, covered, features)]
