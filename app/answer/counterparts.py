"""Rules of counterparts: the answer is of the other of two things that exclude each other."""

from __future__ import annotations

import re

from app.answer import contrasts
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.verdict import NUMERIC, Verdict
from app.model import Kind, Question, Reason
from app.text.fold import fold

_LOST = 0.53  # above half a compound noun, below a near form


def other_side(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """轻度, where the text speaks of 中度 and 重度: the word is not found and its contrary is."""
    if candidate is None or len(candidate.coverage.values) != len(question.terms):
        return None
    lost = [
        term.text
        for term, value in zip(question.terms, candidate.coverage.values, strict=True)
        if value < _LOST and len(term.text) > 1
    ]
    if not lost:
        return None
    said = (*_clause(candidate), fold(candidate.answer).text, candidate.sentence.text)
    if not contrasts.other_side(question.full, lost, said):
        return None
    return Verdict(Reason.WRONG_SCOPE, tuple(lost), elsewhere=candidate.kind is not Kind.YES_NO)


def _clause(candidate: Candidate) -> tuple[str, ...]:
    """The clause of the number, if the candidate is one."""
    if candidate.figure is None:
        return ()
    return (fold(candidate.view.quote(candidate.figure.clause)).text,)


def joined_for_one(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """中央和省级补助共1.1亿元: asked for what 中央 alone gives."""
    if candidate is None or candidate.figure is None or candidate.kind not in NUMERIC:
        return None
    figure = candidate.figure
    if figure.member is not None or figure.cell is not None:
        return None
    number = fold(candidate.view.quote(figure.quantity.span)).text
    said = fold(candidate.view.quote(figure.clause)).text.split(number)[0]
    if not contrasts.joined(question.full, said):
        return None
    return Verdict(Reason.WRONG_SCOPE, (said,))


_PLAN = re.compile(
    "(?:十[一二三四五六七八九]?|九|八|七|二十)五(?=[^0-9一二三四五六七八九十年月日个]|$)"
)


def other_plan(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """十五五, where the text speaks of 十四五 only: another five years."""
    if candidate is None:
        return None
    asked = set(_PLAN.findall(question.full))
    if not asked:
        return None
    said = set(_PLAN.findall(f"{candidate.view.about} {candidate.view.text}"))
    absent = asked - said
    if not absent or not said:
        return None
    return Verdict(Reason.WRONG_SCOPE, tuple(sorted(absent)), elsewhere=True)
