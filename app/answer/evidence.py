"""Which sentences may hold the answer, and how well each covers the question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answer.matching import Coverage, Knowledge, Zone, coverage, knowledge, weighted
from app.answer.view import DocumentView, SentenceView
from app.model import Hit, Question, TermRole
from app.text.fold import fold

# What finding a word is worth, by where it stands relative to the sentence.
_SENTENCE = 1.0
_REFERRED = 0.85  # what the sentence refers to by its article
_OWN_HEADING = 0.8
_UPPER_HEADING = 0.7
_ABOUT = 0.6
_BEFORE = 0.5
_AFTER = 0.3
_ABOUT_PLACE = 0.9  # the place that a document is about
_DOCUMENT_PLACE = 0.6  # a place named anywhere in the document

_COVERAGE_SHARE = 0.7
_BIGRAM_SHARE = 0.3
_PASSAGE_PRIOR = 0.25
_TITLE_COST = 0.25  # a title names everything and answers nothing
_DOCUMENT_PRIOR = 0.8
_OTHER_PLACE_COST = 0.2  # of a document about another place than the one asked

_REFERRING = 0.9  # how much of the score of a provision goes to the sentence that refers to it
_NEIGHBOURS = 1  # sentences taken in beside a hit: passages are small, answers cross their borders
_KEPT = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence that came with a hit.

    `prior` is the score of the hit, `document_prior` that of the best hit in the same document,
    each relative to the best of all.
    """

    view: DocumentView
    sentence: SentenceView
    prior: float
    document_prior: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score and what it covers of the question."""

    view: DocumentView
    sentence: SentenceView
    score: float
    coverage: Coverage
    document_prior: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences that may answer, best first, and the hits they came from."""

    ranked: tuple[Ranked, ...]
    hits: tuple[Hit, ...]

    @property
    def best(self) -> Ranked | None:
        """The best sentence, if any."""
        return self.ranked[0] if self.ranked else None


_TITLE = re.compile(
    "关于[^。]{4,80}?的?(?:通知|意见|公告|通告|决定|函|方案|办法|措施|批复|规定|报告|指南|指引)"
)
_TITLE_SENTENCES = 3


def is_title(sentence: SentenceView) -> bool:
    """Whether a sentence is the title of its document or the address below it."""
    return sentence.index < _TITLE_SENTENCES and _TITLE.search(sentence.text) is not None


def _only_title(view: DocumentView, sentence: SentenceView) -> bool:
    """Whether a sentence is nothing but the title or the issuer: it names and says nothing."""
    if sentence.index >= _TITLE_SENTENCES:
        return False
    document = view.stored.document
    named = fold(f"{document.title} {document.issuer or ''}").text
    return sentence.text.strip() in named


def sentences_of(hits: Sequence[Hit], views: Mapping[str, DocumentView]) -> tuple[Found, ...]:
    """The sentences of the hits and their neighbours, each once, in order of the hits."""
    found: dict[tuple[str, int], Found] = {}
    best = max((hit.score for hit in hits), default=0.0) or 1.0
    documents: dict[str, float] = {}
    for hit in hits:
        documents.setdefault(hit.passage.document_id, hit.score / best)
    for hit in hits:
        view = views[hit.passage.document_id]
        first = view.at(hit.passage.span.start) - _NEIGHBOURS
        last = view.at(max(hit.passage.span.start, hit.passage.span.end - 1)) + _NEIGHBOURS
        for index in range(max(0, first), min(len(view.sentences), last + 1)):
            if _only_title(view, view.sentences[index]):
                continue
            found.setdefault(
                (view.id, index),
                Found(view, view.sentences[index], hit.score / best, documents[view.id]),
            )
    for one in tuple(found.values()):
        for index in one.view.references.citing(one.sentence):
            # The penalty stands in another article than the act: 违反第十条第三项规定的.
            prior = one.prior * _REFERRING
            found.setdefault(
                (one.view.id, index),
                Found(one.view, one.view.sentences[index], prior, one.document_prior),
            )
    return tuple(found.values())


def as_good_as(best: float, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """`hits` of a narrower query, with scores raised so that the first one has the score `best`."""
    top = max((hit.score for hit in hits), default=0.0)
    return tuple(replace(hit, score=hit.score * best / top) for hit in hits) if top else ()


def zones(view: DocumentView, sentence: SentenceView) -> list[Zone]:
    """Where the words of a question may stand for `sentence` to answer it."""
    result = [Zone(sentence.text, _SENTENCE), Zone(view.about, _ABOUT)]
    if said := view.references.said(sentence):
        result.append(Zone(said, _REFERRED))
    for depth, heading in enumerate(sentence.headings):
        result.append(Zone(heading, _UPPER_HEADING if depth else _OWN_HEADING))
    for step, worth in ((-1, _BEFORE), (1, _AFTER)):
        index = sentence.index + step
        if 0 <= index < len(view.sentences):
            other = view.sentences[index]
            if other.section == sentence.section:
                result.append(Zone(other.text, worth))
    return result


def cover(question: Question, view: DocumentView, places: Sequence[Zone]) -> Coverage:
    """Coverage in `places`; a place name counts also when the document names it elsewhere."""
    found = coverage(question.terms, places)
    if all(term.role is not TermRole.PLACE for term in question.terms):
        return found
    known = knowledge(question.terms)
    values = tuple(
        max(value, _place_value(known, place, view)) if term.role is TermRole.PLACE else value
        for place, (term, value) in enumerate(zip(question.terms, found.values, strict=True))
    )
    return weighted(question.terms, values)


def _place_value(known: Knowledge, place: int, view: DocumentView) -> float:
    """A document about a place need not name it in each sentence."""
    if known.quality(place, view.about):
        return _ABOUT_PLACE
    return _DOCUMENT_PLACE * known.quality(place, view.text)


def rank(
    question: Question,
    found: Sequence[Found],
    bigram_scores: Sequence[float],
    hits: Sequence[Hit],
) -> Evidence:
    """Orders the sentences by coverage, bigram BM25 and the rank of their passage."""
    top = max(bigram_scores, default=0.0) or 1.0
    ranked = []
    for item, bigram in zip(found, bigram_scores, strict=True):
        covered = cover(question, item.view, zones(item.view, item.sentence))
        score = (
            _COVERAGE_SHARE * covered.score
            + _BIGRAM_SHARE * max(0.0, bigram) / top
            + _PASSAGE_PRIOR * item.prior
            + _DOCUMENT_PRIOR * (item.document_prior - 1)
            - _TITLE_COST * is_title(item.sentence)
        )
        ranked.append(Ranked(item.view, item.sentence, score, covered, item.document_prior))
    ranked = _of_the_place(question, ranked)
    # `found` comes in order of the hits, and the sort is stable: equal scores keep it.
    ranked.sort(key=lambda item: -item.score)
    return Evidence(tuple(ranked[:_KEPT]), tuple(hits))


def _of_the_place(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """`ranked` with documents about other places behind those about the place asked.

    A document that is about no place in particular keeps its rank.
    """
    asked = set(question.places)
    if not any(asked & set(item.view.stored.places) for item in ranked):
        return ranked
    return [
        replace(
            item,
            score=item.score - _OTHER_PLACE_COST,
            document_prior=item.document_prior - _OTHER_PLACE_COST,
        )
        if item.view.stored.places and not asked & set(item.view.stored.places)
        else item
        for item in ranked
    ]
