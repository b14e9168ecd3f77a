"""Which candidate is given: the makers of candidates per kind, in order of preference."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.answer import (
    clauses,
    comparison,
    derived,
    extremes,
    frequency,
    full_term,
    in_words,
    increments,
    leftover,
    lists,
    lists_sections,
    lookups,
    names,
    numbered,
    numbers,
    periods,
    subsidy,
    templates,
    tiers,
    uplifts,
    with_change,
    yes_no,
)
from app.answer.alone import operand_alone
from app.answer.candidate import Candidate
from app.answer.confidence import confidence, signs, sort_of
from app.answer.conflict import contradicting
from app.answer.evidence import Evidence
from app.answer.further import with_further
from app.answer.lists_parts import breakdowns
from app.answer.refusal import judge, judge_computed, unsure
from app.answer.scope import this_year_of
from app.answer.verdict import Verdict
from app.answer.weights import total
from app.model import Kind, Question

Maker = Callable[[Question, Evidence], list[Candidate]]

_OWN_CASE = (
    increments.candidates,
    uplifts.of_class,
    tiers.candidates,
    subsidy.candidates,
    lookups.candidates,
)
_AMOUNTS = (
    numbered.candidates,
    frequency.candidates,
    with_change.candidates,
    in_words.candidates,
    full_term.candidates,
    *_OWN_CASE,
    comparison.several,
    derived.candidates,
    numbers.candidates,
)
MAKERS: Mapping[Kind, tuple[Maker, ...]] = {
    Kind.AMOUNT: _AMOUNTS,
    Kind.COUNT: _AMOUNTS,
    Kind.RATIO: (
        with_change.candidates,
        in_words.candidates,
        lookups.candidates,
        tiers.candidates,
        subsidy.of_ratio,
        comparison.several,
        leftover.candidates,
        derived.stated_share,
        periods.before_named,
        numbers.candidates,
        derived.candidates,
    ),
    Kind.DERIVED: (with_change.candidates, *_OWN_CASE, derived.candidates, numbers.changes),
    Kind.COMPARISON: (extremes.candidates, comparison.candidates, breakdowns),
    Kind.DATE: (extremes.candidates, names.candidates, clauses.candidates),
    Kind.PERSON: (extremes.candidates, names.candidates, clauses.candidates),
    Kind.ORGANISATION: (extremes.candidates, names.candidates, clauses.candidates),
    Kind.PLACE: (extremes.candidates, names.candidates, clauses.candidates),
    Kind.LIST: (extremes.candidates, lists.candidates, clauses.candidates),
    Kind.MEASURES: (lists.candidates, clauses.candidates),
    Kind.REFORMS: (lists.candidates, clauses.candidates),
    Kind.YES_NO: (yes_no.candidates,),
    Kind.DEFINITION: (numbered.candidates, clauses.candidates),
    Kind.PURPOSE: (clauses.candidates,),
    Kind.MECHANISM: (lists_sections.told_whole, clauses.candidates),
    Kind.CLAUSE: (
        numbered.candidates,
        extremes.candidates,
        lookups.candidates,
        derived.of_keywords,
        clauses.candidates,
    ),
}
# Makers that may have nothing to say without the question being refused for it.
_COMPUTING = frozenset(
    {
        numbered.candidates,
        frequency.candidates,
        in_words.candidates,
        with_change.candidates,
        *_OWN_CASE,
        subsidy.of_ratio,
        derived.candidates,
        derived.stated_share,
        derived.of_keywords,
        comparison.candidates,
        comparison.several,
        full_term.candidates,
        leftover.candidates,
        lists_sections.told_whole,
        periods.before_named,
        extremes.candidates,
        breakdowns,
    }
)
_LISTS = frozenset({Kind.LIST, Kind.MEASURES, Kind.REFORMS})
_NAMED = frozenset({Kind.DATE, Kind.PERSON, Kind.ORGANISATION})
_FOUND_BY = ("document", "rank", "dated")  # features that tell how well the document was found
_COMPUTED = "computed"
_TRIES = 8  # candidates tried when the better ones are of another place or year
_SAME = 0.02  # figures of other documents that score within this say something of their own


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate to give, or the verdict that refuses.

    `tried` are all candidates looked at, `judged` those that were refused, in order, with their
    verdicts; `signs` tell how sure the given one is.
    """

    candidate: Candidate | None
    verdict: Verdict | None
    tried: tuple[Candidate, ...]
    judged: tuple[tuple[Candidate | None, Verdict], ...] = ()
    signs: Mapping[str, float] = field(default_factory=dict)


def choose(question: Question, evidence: Evidence) -> Choice:
    """The best candidate that no rule refuses; the first refusal when all are refused."""
    refused: Verdict | None = None
    tried: list[Candidate] = []
    judged: list[tuple[Candidate | None, Verdict]] = []
    for maker in MAKERS[question.kind]:
        found = maker(question, evidence)
        if not found and maker in _COMPUTING:
            continue
        tried.extend(found)
        tries: list[Candidate | None] = [_item(question, one) for one in found[:_TRIES]]
        for best in tries or [None]:
            verdict = _verdict(question, best, evidence)
            if verdict is None and best is not None:
                given = _with_lists(question, best, found) or _with_others(question, best, found)
                chosen, seen = _sure(question, given, found, evidence)
                doubt = unsure(chosen, seen)
                if doubt is not None:
                    judged.append((chosen, doubt))
                    return Choice(None, refused or doubt, tuple(tried), tuple(judged), seen)
                whole = with_further(chosen, evidence)
                return Choice(whole, None, tuple(tried), tuple(judged), seen)
            refused = _telling(refused, verdict)
            judged.extend([(best, verdict)] if verdict is not None else [])
            if verdict is None or not verdict.elsewhere:
                break
    return Choice(None, refused or judge(question, None, evidence), tuple(tried), tuple(judged))


def _sure(
    question: Question, best: Candidate, found: Sequence[Candidate], evidence: Evidence
) -> tuple[Candidate, Mapping[str, float]]:
    """The chosen candidate with its confidence, and the signs that this rests on."""
    best = replace(best, notes=(*best.notes, *_of_this_year(question, best)))
    seen = signs(question, best, found, evidence)
    return replace(best, confidence=confidence(sort_of(best), seen)), seen


def _of_this_year(question: Question, best: Candidate) -> tuple[str, ...]:
    """A note which year 今年 is in the text of the answer, when it is not the reader's."""
    year = this_year_of(question, best.view)
    if year is None or not question.years or year in question.years:
        return ()
    return (templates.THIS_YEAR_NOTE.format(asked=question.years[0], year=year),)


def _verdict(question: Question, candidate: Candidate | None, evidence: Evidence) -> Verdict | None:
    """What speaks against `candidate`; a computed one was judged operand by operand."""
    if candidate is not None and (candidate.group == _COMPUTED or candidate.others):
        return judge_computed(question, candidate, evidence)
    return judge(question, candidate, evidence) or operand_alone(question, candidate)


def _telling(first: Verdict | None, other: Verdict | None) -> Verdict | None:
    """Of two verdicts the one that says more: another place says only that we looked elsewhere.

    Of two by the same rule it is the first, that of the better candidate.
    """
    if first is None or other is None:
        return first or other
    return other if first.elsewhere and not other.elsewhere and first.rule != other.rule else first


def _item(question: Question, candidate: Candidate) -> Candidate | None:
    if question.ordinal is None or candidate.kind not in {Kind.LIST, Kind.MEASURES, Kind.REFORMS}:
        return candidate
    return lists.item(candidate, question.ordinal)


def _with_lists(
    question: Question, best: Candidate, found: Sequence[Candidate]
) -> Candidate | None:
    """Joins the lists of other documents that answer as well, when no place tells them apart."""
    listed = best.kind in _LISTS and best.figure is None and len(best.quotes) > 1
    if not listed or question.places or question.ordinal is not None:
        return None
    others: dict[str, Candidate] = {}
    for one in found:
        equal = one.coverage.missing == best.coverage.missing and len(one.quotes) > 1
        if one.view.id != best.view.id and equal and best.score - one.score <= _SAME:
            others.setdefault(one.view.id, one)
    return replace(best, others=tuple(others.values())) if others else None


def _with_others(question: Question, best: Candidate, found: Sequence[Candidate]) -> Candidate:
    """Joins the figures or names of other documents that answer as well but differently."""
    valued = best.figure is not None or best.kind in _NAMED
    if not valued or best.others or best.derivation is not None:
        return best
    others: dict[str, Candidate] = {}
    for candidate in found:
        if candidate.view.id == best.view.id or _own(best) - _own(candidate) > _SAME:
            continue
        if _of_another_year(question, candidate):
            continue
        if _of_the_place(question, best) and not _of_the_place(question, candidate):
            continue
        if candidate.answer != best.answer and candidate.coverage.missing == best.coverage.missing:
            others.setdefault(candidate.view.id, candidate)
    rivals = contradicting(best, [*others.values(), *_within(best, found)])
    for one in rivals:
        others.setdefault(one.view.id, one)
    if not others:
        return best
    return replace(
        best, others=tuple(others.values()), notes=(*best.notes, *_conflict(best, rivals))
    )


def _within(best: Candidate, found: Sequence[Candidate]) -> list[Candidate]:
    """Candidates of the same document, elsewhere in it, that answer as well."""
    return [
        one
        for one in found
        if one.view.id == best.view.id
        and one.sentence.span != best.sentence.span
        and _own(best) - _own(one) <= _SAME
    ]


def _conflict(best: Candidate, rivals: Sequence[Candidate]) -> tuple[str, ...]:
    """The note that names the contradiction with all its values and sources."""
    if not rivals:
        return ()
    values = "；".join(
        f"《{one.view.stored.document.title}》{one.answer}" for one in (best, *rivals)
    )
    return (templates.CONFLICT_NOTE.format(values=values),)


def _of_the_place(question: Question, candidate: Candidate) -> bool:
    """Whether the document of a candidate is about a place of the question."""
    return bool(set(question.places) & set(candidate.view.stored.places))


def _of_another_year(question: Question, candidate: Candidate) -> bool:
    """Whether a name stands in a text whose title speaks of a year that is not asked for."""
    year = candidate.view.year if candidate.figure is None else None
    return year is not None and question.years != () and year not in question.years


def _own(candidate: Candidate) -> float:
    """The score of a candidate without how well its document was found."""
    if candidate.figure is None:
        return candidate.coverage.score + candidate.features.get("clause", 0.0)
    own = {name: v for name, v in candidate.features.items() if name not in _FOUND_BY}
    return total(candidate.group, own)
