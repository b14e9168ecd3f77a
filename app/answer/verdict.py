"""Why a question is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.model import Kind, Question, QuestionTerm, Reason, Span, TermRole


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a question is refused.

    `proof` are spans that correct a false premise. `elsewhere` tells that another document may
    still answer, since this one is of another place or year. `rule` names the rule that refused.
    """

    reason: Reason
    missing: tuple[str, ...]
    proof: tuple[Span, ...] = ()
    elsewhere: bool = False
    rule: str = ""


Rule = Callable[[Question, Candidate | None, Evidence], Verdict | None]

NUMERIC = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.RATIO})


def names(terms: Sequence[QuestionTerm]) -> tuple[str, ...]:
    """The words that are named to the reader as missing."""
    return tuple(term.text for term in terms if term.role is not TermRole.WEAK)
