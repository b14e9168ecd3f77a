"""Corrections to what a number covers: a rival noun of its own, and 实际 or 计划 left unsaid."""

from __future__ import annotations

from collections.abc import Sequence

from app.answer.matching import Coverage, weighted
from app.answer.numbers_features import narrowed, own_noun
from app.answer.view import DocumentView
from app.model import Bound, Figure, Modality, Question, QuestionTerm, Span, TermRole
from app.text.fold import fold

_HEADING = 0.6  # what finding a word in a heading is worth
_KIND_OF_NOUN = 2  # characters at the end of a compound noun that say of which sort it is


_SOMEWHERE = 0.35
_NAMING = frozenset({TermRole.CONTENT, TermRole.ACTION})


def _ends_alike(head: str, own: str) -> bool:
    return len(head) > _KIND_OF_NOUN and own.endswith(head[-_KIND_OF_NOUN:])


_COME_ABOUT = frozenset({"实际", "真正", "实绩"})
_WISHED = frozenset({"计划", "目标", "预期", "规划", "预计"})
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST})
_UNDERSTOOD = 0.8


def with_modality(question: Question, figure: Figure, covered: Coverage) -> Coverage:
    """实际 and 计划 need not be written beside a number of the year asked that is so."""
    if figure.year is None or figure.year not in question.years:
        return covered
    target = figure.modality is Modality.TARGET
    if not target and figure.quantity.bound in _LIMITS:
        return covered
    meant = _WISHED if target else _COME_ABOUT
    values = tuple(
        max(value, _UNDERSTOOD) if term.text in meant else value
        for term, value in zip(question.terms, covered.values, strict=True)
    )
    return covered if values == covered.values else weighted(question.terms, values)


def _led_to(head: str, own: str, said: str) -> bool:
    """粮食播种面积…, 总产量20万吨: the sentence has said before of what the 总产量 is."""
    common = next((i for i in range(len(head)) if own.endswith(head[i:])), len(head))
    return 0 < common < len(head) and head[:common] in said[: len(said) - len(own)]


def _told_apart(question: Question, head: str, lost: Sequence[QuestionTerm], own: str) -> bool:
    """流动人口 is asked for and 常住人口 is there: what tells them apart is found nowhere."""
    if not any(term.text + head in question.full for term in lost):
        return False
    return len(narrowed(question, own[: own.rfind(head)])) >= _KIND_OF_NOUN


def without_rivals(
    question: Question, view: DocumentView, figure: Figure, covered: Coverage
) -> Coverage:
    """房地产投资20亿元 under the heading 固定资产投资: the number has a noun of its own.

    A head noun that is only above a number is not found when another of its sort stands there.
    """
    own = own_noun(view, figure)
    said = fold(view.quote(Span(figure.sentence.start, figure.quantity.span.start))).text
    valued = list(zip(question.terms, covered.values, strict=True))
    lost = [term for term, value in valued if value < _SOMEWHERE and term.role in _NAMING]
    values = tuple(
        0.0
        if term.role is TermRole.HEAD
        and (
            (
                value <= _HEADING
                and _ends_alike(term.text, own)
                and not _led_to(term.text, own, said)
            )
            or (term.text in own and _told_apart(question, term.text, lost, own))
        )
        else value
        for term, value in valued
    )
    return covered if values == covered.values else weighted(question.terms, values)
