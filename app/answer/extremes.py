"""The highest or lowest of several figures, and the sum of all of them.

哪个区最多, 哪一年最高, 各区一共多少: the text names the members, the question does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answer import comparison, numbers
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence
from app.answer.refusal import judge
from app.answer.series import Member, series
from app.answer.sides import measured, without_computing
from app.model import Derivation, Kind, Question

_ASKED = re.compile(
    "(?:哪|谁|什么)[^,。?？哪谁]{0,14}?(?:排(?:名)?第一|居首|最(?P<most>[多高大快长贵早])"
    "|最(?P<least>[少低小慢短便]))"
    "|最(?P<most2>[多高大快长])的(?:是|为)?(?:哪|谁|什么)|最(?P<least2>[少低小慢短])的(?:是|为)?(?:哪|谁|什么)"
)
_OF_YEARS = re.compile("哪(?:一|个)?年|年份")
_WORDS = re.compile(
    "最?[多少高低大小快慢长短]?的?|最[多少高低大小快慢长短].{0,2}|排名?|第一|居首|哪.{0,2}|年份"
)
_FLOOR = 0.5
_MOST = 12  # members that are compared
_GROUPS = 3
_PLACE = re.compile(
    "哪(?:一)?个?(?P<kind>区县|县区|县市区|区|县|市|镇|乡|街道|地区|城市|地方|村|社区)"
)
_PLACE_END = re.compile("[区县市镇乡旗州]$|街道$|社区$|村$")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What extreme is asked for: the highest, or the lowest."""

    highest: bool
    by_year: bool
    places: bool


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The member with the highest or lowest figure of the first series found; at most one."""
    asked = _asked(question)
    if asked is None or question.operands:
        return []
    plain = _without_extremes(question)
    found = [
        one
        for one in numbers.candidates(plain, evidence)
        if one.coverage.score >= _FLOOR and judge(plain, one, evidence) is None
    ]
    for position, members in enumerate(series(found, by_year=asked.by_year)):
        if position == _GROUPS:
            break
        named = [one for one in members if not asked.places or _PLACE_END.search(one.label)]
        if 2 <= len(named) <= _MOST:
            return [_extreme(named, asked)]
    return []


def _asked(question: Question) -> _Asked | None:
    found = _ASKED.search(question.full)
    if found is None:
        return None
    lowest = found.group("least") or found.group("least2")
    return _Asked(
        highest=not lowest,
        by_year=_OF_YEARS.search(question.full) is not None,
        places=_PLACE.search(question.full) is not None,
    )


def _without_extremes(question: Question) -> Question:
    """The question for any of the figures that are compared."""
    plain = without_computing(measured(question, question.full))
    kept = tuple(
        term
        for term in plain.terms
        if not _WORDS.fullmatch(term.text) and not _asked_sort(question.full, term.text)
    )
    return replace(plain, terms=kept, bound=None, total=False, unit=_unit(question))


_AFTER_WHICH = re.compile("哪(?:一)?(?:个|项|类|种|家|所|些)?$")


def _asked_sort(full: str, word: str) -> bool:
    """Whether a word only tells of what sort the members are: 哪个乡镇."""
    place = full.find(word)
    return place > 0 and _AFTER_WHICH.search(full, max(0, place - 4), place) is not None


def _unit(question: Question) -> str:
    return "" if question.unit in {"个", "年", "倍", "大"} else question.unit


def _extreme(members: Sequence[Member], asked: _Asked) -> Candidate:
    ordered = sorted(members, key=lambda one: _value(one.candidate) * (-1 if asked.highest else 1))
    best = [one for one in ordered if _value(one.candidate) == _value(ordered[0].candidate)]
    operands = [one.candidate for one in ordered]
    sign = " > " if asked.highest else " < "
    expression = sign.join(comparison.written(one) for one in operands)
    ids: dict[tuple[str, int, int], int] = {}
    for one in operands:
        quote = one.quotes[0]
        ids.setdefault((one.view.id, quote.start, quote.end), len(ids) + 1)
    first, *rest = operands
    made = replace(
        first,
        kind=Kind.COMPARISON,
        answer="；".join(f"{one.label} {one.candidate.answer}" for one in best),
        coverage=min((one.coverage for one in operands), key=lambda covered: covered.score),
        derivation=Derivation(
            "maximum" if asked.highest else "minimum", expression, tuple(ids.values())
        ),
        others=tuple(rest),
    )
    weakest = min(one.score for one in operands)
    return with_features(made, {"weakest": weakest}, "computed")


def _value(candidate: Candidate) -> float:
    assert candidate.figure is not None
    return float(candidate.figure.quantity.value)
