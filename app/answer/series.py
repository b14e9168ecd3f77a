"""Figures of one sort side by side in the text, each with the name that tells it from the others.

甲区12个，乙区9个，丙区7个; A、B、C分别x、y、z; a row or a column of a table; one indicator over
several years, also over several documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.answer.candidate import Candidate
from app.answer.view import DocumentView
from app.model import Dimension, Figure, Role
from app.text.fold import fold
from app.text.quantities import compatible_units

_FEWEST = 2
_LONGEST_LABEL = 24  # characters
_NEAR = 0.3  # a figure covered by so much less than the best one is of another sort
_EDGES = re.compile(
    "^(?:其中|到|至|在|对|将|和|与|及|的|为|是|有|共|各|、|,| )+"
    "|(?:分别|约|共计?|达到?|超过?|为|是|有|设|建|的|了|计划|安排|新建|建成|完成|实现|[:：,、 ])+$"
)
_NUMBER = re.compile("[0-9]")
_YEAR = re.compile("(?:19|20)[0-9]{2}年[初末底]?")


@dataclass(frozen=True, slots=True)
class Member:
    """One figure of a series: its name, folded, and the candidate that proves it."""

    label: str
    candidate: Candidate


def series(found: Sequence[Candidate], *, by_year: bool) -> Iterator[tuple[Member, ...]]:
    """The series among `found`, figures that answer one question, best first.

    With `by_year` the members are the years of one indicator; else the named things that stand in
    the sentence, the table or the run of sentences of the best figure.
    """
    seen: set[tuple[str, int]] = set()
    for first in found:
        if first.figure is None or (first.view.id, first.figure.quantity.span.start) in seen:
            continue
        alike = _without_wholes([one for one in found if _alike(first, one)])
        group = _years(alike) if by_year else _named(first, alike)
        seen.update(
            (one.candidate.view.id, one.candidate.figure.quantity.span.start)
            for one in group
            if one.candidate.figure is not None
        )
        if len(group) >= _FEWEST:
            yield group


def _alike(first: Candidate, other: Candidate) -> bool:
    """Whether two figures may be compared: unit, role and how much of the question they cover."""
    left, right = first.figure, other.figure
    if left is None or right is None or (left.role is Role.CHANGE) != (right.role is Role.CHANGE):
        return False
    if left.quantity.dimension is not right.quantity.dimension or left.modality != right.modality:
        return False
    if first.coverage.score - other.coverage.score > _NEAR:
        return False
    if left.quantity.dimension in {Dimension.COUNT, Dimension.MEASURE}:
        return compatible_units(left.quantity.unit, right.quantity.unit)
    return left.quantity.unit == right.quantity.unit


def _without_wholes(found: Sequence[Candidate]) -> list[Candidate]:
    """The figures without the sums that stand before their own parts (合计156项,其中…)."""
    wholes: set[tuple[str, int]] = set()
    for one in found:
        for whole, part in pairwise(one.sentence.figures):
            bigger = whole.quantity.value >= part.quantity.value
            if part.role is Role.PART and whole.role is not Role.PART and bigger:
                wholes.add((one.view.id, whole.quantity.span.start))
    return [
        one
        for one in found
        if one.figure is not None and (one.view.id, one.figure.quantity.span.start) not in wholes
    ]


def _years(alike: Sequence[Candidate]) -> tuple[Member, ...]:
    """The best figure of each year that a figure or the title of its document states."""
    years: dict[int, Member] = {}
    for one in alike:
        assert one.figure is not None
        year = one.figure.year or one.view.year
        if year is not None:
            years.setdefault(year, Member(f"{year}年", one))
    return tuple(years[year] for year in sorted(years))


def _named(first: Candidate, alike: Sequence[Candidate]) -> tuple[Member, ...]:
    """The figures round `first` with names of their own, in reading order."""
    members: dict[str, Member] = {}
    near = [one for one in alike if _beside(first, one)]
    near.sort(key=lambda one: one.figure.quantity.span.start if one.figure else 0)
    for one in near:
        assert one.figure is not None
        label = label_of(one.view, one.figure)
        if label and label not in members:
            members[label] = Member(label, one)
    return tuple(members.values())


def _beside(first: Candidate, other: Candidate) -> bool:
    """Whether two figures stand in one sentence, in one table column, or in parallel sentences."""
    assert first.figure is not None
    assert other.figure is not None
    if first.view.id != other.view.id:
        return False
    left, right = first.figure, other.figure
    if left.cell is not None or right.cell is not None:
        same = left.cell is not None and right.cell is not None
        return same and left.cell == right.cell
    if first.sentence.index == other.sentence.index:
        return (left.member is None) == (right.member is None)
    return first.sentence.section == other.sentence.section or _siblings(first, other)


def _siblings(first: Candidate, other: Candidate) -> bool:
    """Whether two sentences stand in neighbouring parts below one heading."""
    sections = first.view.stored.outline.sections
    left, right = first.sentence.section, other.sentence.section
    return (
        left is not None
        and right is not None
        and sections[left].parent == sections[right].parent
        and sections[left].level == sections[right].level
    )


def label_of(view: DocumentView, figure: Figure) -> str:
    """The name of what a figure counts, folded, "" when it has none: 甲区 of 甲区12个."""
    if figure.member is not None:
        return _trimmed(fold(view.quote(figure.member)).text)
    span = figure.frame
    if figure.role is Role.CHANGE and figure.subject is not None:
        span = figure.subject  # 教育支出9.8亿元,增长4.1%
    frame = fold(view.quote(span)).text
    if figure.role is Role.CHANGE:
        frame = _NUMBER.split(frame, maxsplit=1)[0]
    return _trimmed(_YEAR.sub("", re.split("[。:：]", frame)[-1]))


def _trimmed(label: str) -> str:
    label = _EDGES.sub("", _EDGES.sub("", label.strip()))
    return label if 0 < len(label) <= _LONGEST_LABEL else ""
