"""How sure an answer is: the precision measured for answers with signs like its own.

The signs of a chosen candidate are weighed by the group `confidence` of the table of weights; the
sum is looked up in `confidence.tsv`, the precision measured on questions with known answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.weights import data, total
from app.lexicon.loader import rows
from app.model import Kind, Question, TermRole

GROUP = "confidence"
GATE = "gate"
FILE = "confidence.tsv"
COLUMNS = 5  # sort, from, confidence, answers, right ones
ALL = "all"  # the sort of answers that has no rows of its own

_SORTS: Mapping[Kind, str] = {
    Kind.AMOUNT: "figure",
    Kind.COUNT: "figure",
    Kind.RATIO: "figure",
    Kind.DERIVED: "computed",
    Kind.COMPARISON: "computed",
    Kind.DATE: "name",
    Kind.PERSON: "name",
    Kind.ORGANISATION: "name",
    Kind.PLACE: "name",
    Kind.LIST: "list",
    Kind.MEASURES: "list",
    Kind.REFORMS: "list",
    Kind.YES_NO: "verdict",
}
SORTS = (*dict.fromkeys(_SORTS.values()), "text")
# Sums of signs below which answers are not given: on the tuning halves of both sets of the bench
# most of them were wrong. Lists and verdicts are right as often there as elsewhere.
_LEAST: Mapping[str, float] = {"figure": 0.4, "text": -1.0, "name": 0.3}
_WIDE = frozenset({"clause", "contact"})  # groups whose scores differ by points, not by tenths
_POINTS = 5.0
_TERMS = 6


def sort_of(candidate: Candidate) -> str:
    """The sort of answers that a candidate is measured with."""
    return _SORTS.get(candidate.kind, "text")


def signs(
    question: Question, candidate: Candidate, found: Sequence[Candidate], evidence: Evidence
) -> dict[str, float]:
    """What tells a right answer from a wrong one, by name."""
    covered = candidate.coverage
    values = covered.values
    if len(values) == len(question.terms):  # an operand was covered by a question of its own
        weighed = zip(question.terms, values, strict=True)
        values = tuple(v for term, v in weighed if term.weight and term.role is not TermRole.WEAK)
    own = [one for one in evidence.ranked if one.view.id == candidate.view.id]
    best = evidence.best
    return {
        sort_of(candidate): 1.0,
        "coverage": covered.score,
        "weakest": min(values, default=0.0),
        "missing": float(len(covered.missing)),
        "margin": _margin(candidate, found),
        "document": max((one.document_prior for one in own), default=0.0),
        "first": float(best is not None and best.sentence.span == candidate.sentence.span),
        "terms": min(_TERMS, len(question.terms)) / _TERMS,
        "others": float(bool(candidate.others)),
    }


def _margin(candidate: Candidate, found: Sequence[Candidate]) -> float:
    """How far the candidate scores before the next one that says something else, 0 to 1."""
    rivals = [one.score for one in found if one.answer != candidate.answer]
    scale = _POINTS if candidate.group in _WIDE else 1.0
    return min(1.0, max(0.0, candidate.score - max(rivals)) / scale) if rivals else 1.0


def sure_enough(sort: str, found: Mapping[str, float]) -> bool:
    """Whether an answer of one sort with these signs may be given at all."""
    return sort not in _LEAST or total(GATE, found) >= _LEAST[sort]


def confidence(sort: str, found: Mapping[str, float]) -> float:
    """The precision measured for answers of one sort with these signs."""
    value = total(GROUP, found)
    table = _table()
    bins = table.get(sort) or table[ALL]
    sure = bins[0][1]
    for start, precision in bins:
        if value >= start:
            sure = precision
    return sure


@cache
def _table() -> Mapping[str, tuple[tuple[float, float], ...]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for sort, start, precision, _, _ in rows(data(FILE), FILE, COLUMNS):
        found.setdefault(sort, []).append((float(start), float(precision)))
    return {sort: tuple(bins) for sort, bins in found.items()}
