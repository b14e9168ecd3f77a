"""Answers that rest on several named things: A x；B y, their sum, difference, share, multiple."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer.abreast import abreast, changes, full_names, is_of_changes
from app.answer.arithmetic import (
    amount_like,
    computed,
    scale_of,
    share,
    shown,
    text_of,
    to_places,
)
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence
from app.answer.sides import proved, sides, together
from app.answer.templates import plain
from app.model import Bound, Dimension, Figure, Kind, Question, Role, TermRole

_LEAST, _MOST = 2, 6
_LONGEST_NAME = 24  # characters of a name in the answer

Maker = Callable[[Sequence[Candidate]], Candidate | None]


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The figures of the things named side by side, or what is computed from them; at most one.

    Nothing when a figure is missing, of another unit, or would be refused on its own.
    """
    operation = _operation(question)
    if operation is None:
        return []
    full = question.full if operation.lends else ""
    for names in _readings(question, operation):
        changed = changes(question, names, evidence)
        if changed is not None:
            return [changed]
        group = abreast(question, names, evidence) if operation.lends else None
        if group is None:
            found = [
                proved(side, evidence, full)
                for side in sides(question, names, lend=operation.lends)
            ]
            group = together(found) if all(found) else None
        if group is None or (is_of_changes(question) and _before_or_after(group)):
            continue
        made = (
            operation.make(group)
            if operation.make
            else _side_by_side(full_names(names, group), group)
        )
        return [made] if made is not None else []
    return []


def _before_or_after(group: Sequence[Candidate]) -> bool:
    """Whether a figure is the value before or after a change, and none of how much it is."""
    return any(figure.role in {Role.FROM, Role.TO} for figure in _figures(group))


_EACH = re.compile("分别|各(?:自|是|为|有|占|给|按|多少|几)")


def several(question: Question, evidence: Evidence) -> list[Candidate]:
    """甲和乙分别按几个月给: the figure of each, both named right at their numbers."""
    if not _EACH.search(question.full) or len(question.operands) < _LEAST:
        return []
    names = question.operands
    group = abreast(question, names, evidence)
    return [_side_by_side(full_names(names, group), group)] if group is not None else []


_PART_OF = re.compile(
    "([^,。?？;]{2,30}?)占(?:全部|所有)?([^,。?？;]{2,24}?)的?"
    "(?:百分|比例|比重|几成|多大|多少|几|$)"
)
_THAN = re.compile(
    "^(?:那|它|要|会|又)*比([^,。?？]{2,20}?)的?(?:多|少|高|低|大|小|快|慢)(?:出|了)?(?:多少|几)"
)


def _readings(question: Question, operation: _Operation) -> Iterator[tuple[str, ...]]:
    """The things named, in the order in which readings of the question are tried.

    甲、乙和丙 may be three things, or 甲、乙 together and 丙.
    """
    names = question.operands
    if operation is _SHARE:
        found = _PART_OF.search(question.full)
        names = found.groups() if found else ()
    elif not names and operation is _ADDED:
        names = _each_year(question)
    elif not names and question.context:
        than = _THAN.match(question.full)
        names = (question.context[-1], than.group(1)) if than else ()
    if not names:
        names = tuple(t.text for t in question.terms if t.role is TermRole.PLACE)
    if _LEAST <= len(names) <= _MOST:
        yield names
    if len(names) > _LEAST:
        for mark in "、和与":
            joined = f"{names[0]}{mark}{names[1]}"
            if joined in question.full:
                yield (joined, *names[2:])


def _each_year(question: Question) -> tuple[str, ...]:
    """The years of 2023年至2025年, one by one."""
    years = sorted(question.years)
    if len(years) != 2 or not _RANGE.search(question.full):
        return ()
    return tuple(f"{year}年" for year in range(years[0], years[1] + 1))[: _MOST + 1]


_RANGE = re.compile("[0-9]年?[底末]?(?:至|到|-|—|~)")


def _side_by_side(names: Sequence[str], group: Sequence[Candidate]) -> Candidate:
    parts = zip((_dated(name) for name in names), group, strict=True)
    answer = "；".join(f"{name[-_LONGEST_NAME:]} {one.answer}" for name, one in parts)
    first, *rest = group
    made = replace(
        first,
        kind=Kind.COMPARISON,
        answer=answer,
        coverage=min((one.coverage for one in group), key=lambda covered: covered.score),
        others=tuple(rest),
    )
    return with_features(made, {"weakest": min(one.score for one in group)}, "computed")


def _dated(name: str) -> str:
    """2023 as 2023年: a bare year must not run into the number behind it."""
    return f"{name}年" if _BARE_YEAR.fullmatch(name) else name


_BARE_YEAR = re.compile("(?:19|20)[0-9]{2}")


def _figures(group: Sequence[Candidate]) -> list[Figure]:
    return [one.figure for one in group if one.figure is not None]


def _exact(figures: Sequence[Figure]) -> bool:
    """Whether the numbers can be computed with: 最高30万元 and 65%以上 are limits, no amounts."""
    limits = {Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE}
    return all(figure.quantity.bound not in limits for figure in figures)


def written(one: Candidate) -> str:
    """The number of an operand as the text writes it."""
    assert one.figure is not None
    return shown(text_of(one.view), one.figure.quantity)


def _scales(group: Sequence[Candidate]) -> list[Decimal]:
    pairs = zip(group, _figures(group), strict=True)
    return [scale_of(text_of(one.view), figure.quantity) for one, figure in pairs]


def difference(group: Sequence[Candidate]) -> Candidate | None:
    """The higher number less the lower one; of two ratios in percentage points."""
    if len(group) != 2:
        return None
    high, low = sorted(group, key=lambda one: -_figures([one])[0].quantity.value)
    first, second = _figures([high, low])
    value = first.quantity.value - second.quantity.value
    expression = f"{written(high)} - {written(low)}"
    if first.quantity.dimension is Dimension.RATIO:
        answer = f"{plain(value)}个百分点"
        expression = expression.replace("%", "")
    else:
        answer = amount_like(value, first.quantity.unit, _scales(group))
    return computed("difference", expression, answer, (high, low))


def _sum(group: Sequence[Candidate]) -> Candidate | None:
    figures = _figures(group)
    if figures[0].quantity.dimension is Dimension.RATIO or not _exact(figures):
        return None
    value = sum((figure.quantity.value for figure in figures), Decimal(0))
    answer = amount_like(value, figures[0].quantity.unit, _scales(group))
    return computed("sum", " + ".join(written(one) for one in group), answer, group)


def _share(group: Sequence[Candidate]) -> Candidate | None:
    part, whole = _figures(group)[:2]
    numerator, denominator = part.quantity.value, whole.quantity.value
    if not denominator or numerator > denominator or not _exact((part, whole)):
        return None
    value = share(numerator, denominator)
    exact = value == numerator / denominator * 100
    expression = f"{written(group[0])} / {written(group[1])}"
    return computed("share", expression, f"{plain(value)}%", group, rounded=not exact)


def _multiple(group: Sequence[Candidate]) -> Candidate | None:
    first, second = _figures(group)[:2]
    if not second.quantity.value or not _exact((first, second)):
        return None
    value = first.quantity.value / second.quantity.value
    rounded = to_places(value)
    expression = f"{written(group[0])} / {written(group[1])}"
    answer = f"{plain(rounded)}倍"
    return computed("multiple", expression, answer, group, rounded=rounded != value)


@dataclass(frozen=True, slots=True)
class _Operation:
    """What is done with the figures; `lends` tells whether the things lend each other nouns."""

    make: Maker | None
    lends: bool


_SIDE_BY_SIDE = _Operation(None, True)
_DIFFERENCE = _Operation(difference, True)
_SHARE = _Operation(_share, False)
_ADDED = _Operation(_sum, True)
# What a question asks to be computed; the first form that is found decides.
_OPERATIONS: tuple[tuple[re.Pattern[str], _Operation], ...] = (
    (re.compile("几倍|多少倍"), _Operation(_multiple, True)),
    (re.compile("占"), _SHARE),
    (
        re.compile("合计|何计|加起来|加在一起|合起来|之和|总和|总共|一共|共计|总计|(?<!公)共"),
        _ADDED,
    ),
    (re.compile("差|[多少高低大小快慢长短增减]|提高|下降|缩|扣|剩"), _DIFFERENCE),
)


def _operation(question: Question) -> _Operation | None:
    if question.kind is Kind.COMPARISON:
        return _SIDE_BY_SIDE
    return next((made for pattern, made in _OPERATIONS if pattern.search(question.full)), None)
