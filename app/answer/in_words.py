"""Sums that a text gives in words: 全额补助, 免费, 免收工本费, 据实报销."""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.weights import total
from app.model import Dimension, Kind, Question

_MONEY = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.RATIO})
_IN_WORDS = re.compile(
    "全额|免费|免收|免缴|免交|免征|全免|不收(?:取)?[^,，。;；]{0,6}费|据实|实报实销|不设|不限|零收费|一事一议"
)
_GROUP = "name"
_LEAST = 0.85  # coverage from which the words are surely those of the thing asked for
_OTHERS = frozenset({Dimension.MONEY, Dimension.RATIO, Dimension.COUNT, Dimension.MEASURE})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clause of the best sentence that gives the sum in words, where it gives no number."""
    best = evidence.best
    if best is None or question.kind not in _MONEY or question.dimension is Dimension.DURATION:
        return []
    if question.unit or best.coverage.score < _LEAST or best.coverage.missing:
        return []
    if any(figure.quantity.dimension in _OTHERS for figure in best.sentence.figures):
        return []
    for clause in best.sentence.clauses:
        if _IN_WORDS.search(clause.text) is None:
            continue
        features = {"sentence": best.score, "clause": best.coverage.score}
        return [
            Candidate(
                kind=Kind.CLAUSE,
                view=best.view,
                sentence=best.sentence,
                answer=best.view.quote(clause.span).strip(" \u3000\n;；。，,"),
                quotes=(clause.span,),
                score=total(_GROUP, features),
                coverage=best.coverage,
                group=_GROUP,
                features=features,
            )
        ]
    return []
