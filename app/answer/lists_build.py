"""A list of items as a candidate, with what its number says for or against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.answer.candidate import Candidate
from app.answer.evidence import Ranked, is_title
from app.answer.lists_aspects import announced
from app.answer.matching import Coverage, Zone
from app.answer.weights import total
from app.model import Kind, Question, Span

ABOUT = 0.6  # what finding a word in the title or opening of the document is worth
STATED = 0.7  # quality from which a word counts as stated
_LEAD = 1.0
_SENTENCE = 0.6
_TITLE_LENGTH = 60
_GROUP = "list"


def build(
    question: Question,
    ranked: Ranked,
    items: Sequence[Span],
    covered: Coverage,
    features: Mapping[str, float],
) -> Candidate:
    """The candidate whose quotes are `items`; coverage and features are those of the list."""
    text = ranked.view.stored.document.text
    near = items[0].start < ranked.sentence.span.start + _TITLE_LENGTH
    features = {
        "coverage": covered.score,
        **features,
        "document": ranked.document_prior - 1,
        "title": float(near and is_title(ranked.sentence)),
    }
    kind = question.kind if question.kind in {Kind.MEASURES, Kind.REFORMS} else Kind.LIST
    return Candidate(
        kind=kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer="；".join(span.of(text) for span in items),
        quotes=tuple(items),
        score=total(_GROUP, features),
        coverage=covered,
        group=_GROUP,
        features=features,
        notes=short_of(announced(question.full), len(items)),
    )


def item(candidate: Candidate, ordinal: int) -> Candidate | None:
    """One item of a list, counted from 1, or -1 for the last; None when there are fewer."""
    place = ordinal - 1 if ordinal > 0 else ordinal
    if not -len(candidate.quotes) <= place < len(candidate.quotes):
        return None
    quote = candidate.quotes[place]
    text = candidate.view.stored.document.text
    return replace(candidate, answer=quote.of(text), quotes=(quote,), notes=())


def short_of(wanted: int | None, items: int) -> tuple[str, ...]:
    """The note that a list is shorter than its number says."""
    if wanted is None or wanted <= items:
        return ()
    return (f"应有{wanted}项，原文这里找到{items}项。",)


def count_features(question: Question, items: int) -> dict[str, float]:
    """The number that the question announces is a checksum."""
    wanted = announced(question.full)
    return {
        "count": float(wanted == items),
        "count_off": float(wanted is not None and wanted != items),
    }


def zones_of(ranked: Ranked, clause: str, headings: Sequence[str]) -> list[Zone]:
    """Where the words of a question may stand for a list in one clause to answer it."""
    return [
        Zone(clause, _LEAD),
        Zone(ranked.sentence.text, _SENTENCE),
        Zone(ranked.view.about, ABOUT),
        *(Zone(heading, ABOUT) for heading in headings),
    ]
