"""Answers to yes-or-no questions: 是, 否 or 有条件, always with the clause that decides."""

from __future__ import annotations

from dataclasses import replace

from app.answer import clauses
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.polarity import verdict
from app.model import Kind, Question
from app.text.fold import fold


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clauses that decide the question, with their verdict in front."""
    return [_decided(question, found) for found in clauses.candidates(question, evidence)]


def _decided(question: Question, found: Candidate) -> Candidate:
    decision = verdict(question, fold(found.answer).text)
    return replace(found, kind=Kind.YES_NO, answer=f"{decision}：{found.answer}")
