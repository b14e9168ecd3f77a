"""The way a reply came about, as plain values for JSON."""

from __future__ import annotations

from app.answer.candidate import Candidate
from app.answer.choose import Choice
from app.answer.evidence import Evidence
from app.model import Question

_SHOWN = 10


def describe(question: Question, evidence: Evidence, choice: Choice) -> dict[str, object]:
    """Analysis, passages, sentences, candidates with their features, and the verdict."""
    return {
        "analysis": {
            "full": question.full,
            "kind": question.kind.value,
            "unit": question.unit,
            "roles": [role.name.lower() for role in question.roles],
            "years": list(question.years),
            "operands": list(question.operands),
            "total": question.total,
            "terms": [
                {
                    "text": term.text,
                    "role": term.role.value,
                    "weight": term.weight,
                    "forms": [form for form, _ in term.forms[:_SHOWN]],
                }
                for term in question.terms
            ],
        },
        "passages": [
            {"passage_id": hit.passage.id, "score": round(hit.score, 4)} for hit in evidence.hits
        ],
        "sentences": [
            {
                "document_id": ranked.view.id,
                "start": ranked.sentence.span.start,
                "end": ranked.sentence.span.end,
                "score": round(ranked.score, 4),
                "coverage": round(ranked.coverage.score, 4),
            }
            for ranked in evidence.ranked[:_SHOWN]
        ],
        "candidates": [_candidate(candidate) for candidate in choice.tried[:_SHOWN]],
        "refused": choice.verdict.reason.value if choice.verdict else None,
    }


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "answer": candidate.answer,
        "document_id": candidate.view.id,
        "score": round(candidate.score, 4),
        "coverage": round(candidate.coverage.score, 4),
        "missing": [term.text for term in candidate.coverage.missing],
        "features": {name: round(value, 4) for name, value in candidate.features.items()},
    }
