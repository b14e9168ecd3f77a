"""From a question to the terms that the index is searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.model import Question, QuestionTerm, SearchQuery, TermRole
from app.question.cues import phrases
from app.question.pieces import place_forms, stop_words
from app.text.fold import fold
from app.text.segment import Segmenter, bigrams

_WEAK = 0.4
_FORM = 0.5  # a stand-in for a word of the question counts less than the word
_FORMS = 4  # stand-ins of one word that are searched for
_CONTEXT = 0.5
_MOST_PLACES = 4


def query_for_question(question: Question, segmenter: Segmenter) -> SearchQuery:
    """Words of the question and their stand-ins, and the bigrams of its content."""
    words: dict[str, float] = {}
    for term in question.terms:
        own = _WEAK if term.role is TermRole.WEAK else 1.0
        for place, (form, quality) in enumerate(term.forms[: _FORMS + 1]):
            weight = own if place == 0 else own * _FORM * quality
            for token in segmenter.words(form):
                words[token.term] = max(words.get(token.term, 0.0), weight)
    grams: dict[str, float] = {}
    for text, weight in (
        (question.full, 1.0),
        *((earlier, _CONTEXT) for earlier in question.context),
    ):
        for gram in bigrams(_content(text)):
            grams[gram] = max(grams.get(gram, 0.0), weight)
    return SearchQuery(tuple(words.items()), tuple(grams.items()))


def place_by_place(question: Question) -> tuple[Question, ...]:
    """The question for each of its places alone, the place itself not among its words.

    Each part is meant for the documents about its place, which need not repeat the name.
    """
    places = [term for term in question.terms if term.role is TermRole.PLACE]
    if len(places) > _MOST_PLACES or len(places) == len(question.terms):
        return ()
    alone = _without(question, places)
    return tuple(replace(alone, places=place_forms(place.text)) for place in places)


def _without(question: Question, places: Sequence[QuestionTerm]) -> Question:
    full = question.full
    for place in places:
        full = full.replace(place.text, " " * len(place.text))
    return replace(
        question, full=full, terms=tuple(term for term in question.terms if term not in places)
    )


def query_for_search(text: str, segmenter: Segmenter) -> SearchQuery:
    """The terms of a plain search: its words without stop words, and its bigrams."""
    folded = fold(text).text
    tokens = [token.term for token in segmenter.words(folded)]
    kept = [term for term in tokens if term not in stop_words()] or tokens
    longer = [term for term in kept if len(term) > 1] or kept
    grams = bigrams(folded)
    return SearchQuery(
        tuple((term, 1.0) for term in dict.fromkeys(longer)),
        tuple((gram, 1.0) for gram in dict.fromkeys(grams)),
    )


def _content(full: str) -> str:
    text = full
    for span in phrases(full):
        text = text[: span.start] + " " * len(span) + text[span.end :]
    return text
