"""Answers to yes-or-no questions: 是, 否 or 有条件, always with the clause that decides."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import clauses
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.polarity import condition, decides, verdict
from app.answer.runs import asked_of
from app.model import Kind, Question, Span
from app.text.fold import fold

# What may stand behind the last word of a question without being its verb.
_MODAL = re.compile(
    "只|仅|单|光|这|那|可以|能够|能|可|会|要|得|应该|应当|应|需要|须|必须|是|有(?!效)|在|了|过|的|还|都|也|就|算|到|呢|吧|来|去|给|不"
)
_NOT_HAN = re.compile("[^一-鿿]")
_LONGEST_VERB = 2
# Whether something may be done is decided by a clause that allows, orders or forbids.
_LEAVE_ASKED = re.compile("可以|能|可否|允许|准|行不行|行吗|要不要|需不需要|必须|应该|要.{0,12}吗")
_RULE = re.compile("可以?|不得|禁止|严禁|不予|不能|允许|准予|应当?|必须|须|免|暂不|不再|不收")
_FOUND = 0.35  # value from which a word counts as found


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clauses that decide the question, with their verdict in front."""
    beside, verb = asked_of(question).beside, _bare_verb(question)
    found = [
        _decided(question, one)
        for one in clauses.candidates(question, evidence)
        if _speaks_to(question, one, beside, verb)
    ]
    found = [with_features(one, _fitness(question, one, beside)) for one in found]
    found.sort(key=lambda one: -one.score)
    return found


def _fitness(question: Question, found: Candidate, beside: tuple[int, ...]) -> dict[str, float]:
    """What speaks for a clause as the deciding one: words held, and a rule where one is asked."""
    answer = fold(found.answer).text
    values = [quality(term, answer) for term in question.terms]
    total = sum(term.weight for term in question.terms) or 1.0
    held = sum(t.weight * value for t, value in zip(question.terms, values, strict=True)) / total
    near = sum(values[place] for place in beside) / len(beside) if beside else 0.0
    ruled = _LEAVE_ASKED.search(question.full) and _RULE.search(answer)
    return {"held": held, "near": near, "ruled": float(bool(ruled))}


def _bare_verb(question: Question) -> str:
    """A verb of one or two characters that is no term, "" if there is none.

    It stands behind the last word left of the question phrase (能买吗) or before the first word
    right of it (能不能买…).
    """
    left, right = question.left, question.right
    ends = [left.rfind(term.text) + len(term.text) for term in question.terms if term.text in left]
    starts = [right.find(term.text) for term in question.terms if term.text in right]
    rest = right[: min(starts, default=0)] if right else left[max(ends, default=0) :]
    verb = _MODAL.sub("", _NOT_HAN.sub("", rest))
    return verb if len(verb) <= _LONGEST_VERB else ""


def _speaks_to(question: Question, found: Candidate, beside: tuple[int, ...], verb: str) -> bool:
    """Whether a clause or what is around it holds what is asked, or its opposite, or its number."""
    values = found.coverage.values
    if verb and not any(character in found.sentence.text for character in verb):
        return decides(question, fold(found.answer).text)
    if not beside or any(values[place] >= _FOUND for place in beside):
        return True
    return decides(question, fold(found.answer).text)


def _decided(question: Question, found: Candidate) -> Candidate:
    span = _with_condition(found, found.quotes[0])
    clause = found.view.quote(span)
    decision = verdict(question, fold(clause).text)
    return replace(found, kind=Kind.YES_NO, answer=f"{decision}：{clause}", quotes=(span,))


def _with_condition(found: Candidate, span: Span) -> Span:
    """`span` with the clauses before it in its sentence from the first that sets a condition."""
    sentence = found.sentence
    if not sentence.span.contains(span):
        return span
    for part in sentence.clauses:
        if part.span.end > span.start:
            break
        if condition(part.text):
            return clauses.without_label(found.view, Span(part.span.start, span.end))
    return span
