"""The way a reply came about, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping

from app.answer.candidate import Candidate
from app.answer.choose import Choice
from app.answer.confidence import GROUP, sort_of
from app.answer.evidence import Evidence
from app.answer.weights import total, weights
from app.model import Hit, Question

_SHOWN = 10


def describe(question: Question, evidence: Evidence, choice: Choice) -> dict[str, object]:
    """Analysis, passages, sentences, candidates with their features, and the verdict."""
    verdict = choice.verdict
    return {
        "analysis": _analysis(question),
        "passages": [_passage(hit) for hit in evidence.hits],
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
        "judged": [
            {
                "answer": candidate.answer if candidate is not None else None,
                "rule": judged.rule,
                "reason": judged.reason.value,
                "missing": list(judged.missing),
            }
            for candidate, judged in choice.judged[:_SHOWN]
        ],
        "confidence": _confidence(choice) if choice.candidate is not None else None,
        "refused": verdict.reason.value if verdict else None,
        "rule": verdict.rule if verdict else None,
    }


def _analysis(question: Question) -> dict[str, object]:
    return {
        "full": question.full,
        "kind": question.kind.value,
        "unit": question.unit,
        "roles": [role.name.lower() for role in question.roles],
        "years": list(question.years),
        "places": list(question.places),
        "operands": list(question.operands),
        "total": question.total,
        "terms": [
            {
                "text": term.text,
                "role": term.role.value,
                "weight": term.weight,
                "strict": term.strict,
                "forms": [form for form, _ in term.forms[:_SHOWN]],
            }
            for term in question.terms
        ],
    }


def _passage(hit: Hit) -> dict[str, object]:
    return {
        "passage_id": hit.passage.id,
        "document_id": hit.passage.document_id,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "score": round(hit.score, 4),
    }


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "answer": candidate.answer,
        "document_id": candidate.view.id,
        "score": round(candidate.score, 4),
        "coverage": round(candidate.coverage.score, 4),
        "missing": [term.text for term in candidate.coverage.missing],
        "group": candidate.group,
        "features": _weighed(candidate.group, candidate.features),
    }


def _confidence(choice: Choice) -> dict[str, object]:
    assert choice.candidate is not None
    return {
        "sort": sort_of(choice.candidate),
        "value": choice.candidate.confidence,
        "score": round(total(GROUP, choice.signs), 4),
        "features": _weighed(GROUP, choice.signs),
    }


def _weighed(group: str, features: Mapping[str, float]) -> dict[str, object]:
    """Features by name, each with its value and its weight."""
    known = weights(group)
    return {
        name: {"value": round(value, 4), "weight": known[name]} for name, value in features.items()
    }
