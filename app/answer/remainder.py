"""A whole less its one stated part: 非甲, and 乡村 beside 城镇."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answer import numbers
from app.answer.arithmetic import amount_like, computed, of_figure, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.operand import asked_for
from app.answer.refusal import judge
from app.answer.scope import other_place
from app.answer.sides import is_range, year_of
from app.answer.view import DocumentView
from app.model import Figure, Kind, Question, QuestionTerm, Role, TermRole
from app.text.fold import fold

_SENTENCES = 10
# Classes that make up a whole by two: what is not the one is the other.
_HALVES = (("城镇", "乡村"), ("城镇", "农村"), ("男", "女"), ("境内", "境外"), ("城市", "农村"))
_NOT = "非"
_LEAST_WHOLE = 0.5


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """非甲 and 乡村: a whole less its one stated part, when the text gives no figure for it."""
    swaps = _opposites(question)
    if not swaps or _stated(question, evidence, [name for name, _ in swaps]):
        return []
    found: list[Candidate] = []
    for ranked in evidence.ranked[:_SENTENCES]:
        found.extend(
            made
            for named, opposite in swaps
            for made in _less_part(question, ranked, named, opposite, evidence)
        )
    return found


def _opposites(question: Question) -> list[tuple[str, str]]:
    """The classes asked for, each with the one that makes up the whole together with it."""
    full = question.full
    found = [pair for a, b in _HALVES for pair in ((a, b), (b, a)) if pair[0] in full]
    for negated in re.finditer(f"{_NOT}([^,。?？ 是有的]{{1,12}})", full):
        tail = negated.group(1)
        found.extend((_NOT + tail[:size], tail[:size]) for size in range(min(4, len(tail)), 0, -1))
    return found


def _stated(question: Question, evidence: Evidence, names: Sequence[str]) -> bool:
    """Whether a figure of the text answers the question as it is, naming the class asked for."""
    asked = replace(question, kind=Kind.COUNT) if question.kind is Kind.DERIVED else question
    best = next(iter(numbers.candidates(asked, evidence)), None)
    if best is None or not any(name in best.sentence.text for name in names):
        return False
    return judge(asked, best, evidence) is None


def _less_part(
    question: Question, ranked: Ranked, named: str, opposite: str, evidence: Evidence
) -> Iterator[Candidate]:
    """The whole less the part whose frame names `opposite` right at its beginning."""
    view = ranked.view
    for whole, part in _wholes_and_parts(ranked):
        frame = fold(view.quote(part.frame)).text.removeprefix("其中").lstrip(":,，：")
        if not frame.startswith(opposite):
            continue
        terms = tuple(_without(term, named) for term in question.terms)
        asked = replace(question, terms=tuple(term for term in terms if term is not None))
        if not _head_named(asked, view, whole, part):
            continue
        start = _proved_loosely(asked, ranked, whole, evidence)
        if start is None:
            continue
        value = whole.quantity.value - part.quantity.value
        text = text_of(view)
        scales = [scale_of(text, figure.quantity) for figure in (whole, part)]
        yield computed(
            "rest",
            f"{shown(text, whole.quantity)} - {shown(text, part.quantity)}",
            amount_like(value, whole.quantity.unit, scales),
            (of_figure(start, whole), of_figure(start, part)),
        )


def _without(term: QuestionTerm, named: str) -> QuestionTerm | None:
    """A term without the class asked for (人口 of 乡村人口); None when nothing is left of it."""
    rest = term.text.removeprefix(named)
    if rest != term.text and len(rest) > 1 and _NOT not in named:
        return replace(term, text=rest, role=TermRole.CONTENT, forms=((rest, 1.0),))
    if term.text in named or named in term.text or _NOT in term.text:
        return None
    return replace(term, role=TermRole.CONTENT) if term.role is TermRole.HEAD else term


def _head_named(asked: Question, view: DocumentView, whole: Figure, part: Figure) -> bool:
    """Whether whole or part is of the thing asked for: 税收收入 for 非税收入."""
    frames = fold(view.quote(whole.frame)).text + " " + fold(view.quote(part.frame)).text
    rest = [term for term in asked.terms if term.role is not TermRole.PLACE]
    return any(quality(term, frames) >= 0.7 for term in rest)


def _wholes_and_parts(ranked: Ranked) -> Iterator[tuple[Figure, Figure]]:
    """A number and its only part: 收入90亿元,增长6%,其中税收收入60亿元.

    The whole is the last number of the part's unit before 其中, in this sentence or the one
    before. A part that has a sibling (、 or another 其中 item of the unit) is left out.
    """
    sentence, view = ranked.sentence, ranked.view
    before: list[Figure] = []
    if sentence.index:
        before = list(view.sentences[sentence.index - 1].figures)
    figures = [*before, *sentence.figures]
    for place, part in enumerate(figures):
        if part not in sentence.figures or not _is_part(view, part):
            continue
        unit = part.quantity.unit
        wholes = [f for f in figures[:place] if f.quantity.unit == unit and f.role is Role.PLAIN]
        if wholes and wholes[-1].quantity.value > part.quantity.value and not is_range(part):
            yield wholes[-1], part


def _is_part(view: DocumentView, figure: Figure) -> bool:
    return "其中" in view.quote(figure.frame)


def _proved_loosely(
    asked: Question, ranked: Ranked, whole: Figure, evidence: Evidence
) -> Candidate | None:
    """The candidate for a whole that the question does not name (非税收入 of all 收入)."""
    base = asked_for(asked, whole, ranked.view)
    view = ranked.view
    sentences = [ranked]
    if whole not in ranked.sentence.figures:
        sentences = [replace(ranked, sentence=view.sentences[ranked.sentence.index - 1])]
    for candidate in numbers.candidates(base, Evidence(tuple(sentences), evidence.hits)):
        right = candidate.figure == whole and candidate.coverage.score >= _LEAST_WHOLE
        if right and other_place(base, candidate, evidence) is None:
            stated = year_of(candidate)
            if not asked.years or stated is None or stated in asked.years:
                return candidate
    return None
