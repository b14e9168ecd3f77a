"""The sum of numbers that one sentence lists with 分别: 三年合计, 三县一共."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer.arithmetic import amount_like, computed, of_figure, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.operand import AMOUNTS, proved_figure
from app.answer.sides import is_range
from app.model import Figure, Question, Role
from app.text.fold import fold

_SENTENCES = 4
_FEWEST, _MOST = 2, 8
_SUM = re.compile("合计|加起来|加在一起|合起来|之和|总和|总共|一共|共计|总计|累计|(?<!公)共")
_LISTED, _EACH = "分别", "每"
_WHOLE = re.compile("合计|共计|总计|一共|总共|累计")
_JOINTS = re.compile("[、和及与以,，\\s]*$")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The sum of the first listed numbers that answer the question; at most one."""
    if not _SUM.search(question.full) or question.operands:
        return []
    for ranked in evidence.ranked[:_SENTENCES]:
        for listed in _lists(ranked):
            if _names_one(question, ranked, listed):
                continue
            start = proved_figure(question, ranked, listed[0], evidence)
            if start is not None:
                return [_sum(start, listed)]
    return []


def _names_one(question: Question, ranked: Ranked, listed: Sequence[Figure]) -> bool:
    """Whether the question is about some of the things listed, not about all of them."""
    members = [ranked.view.quote(one.member) for one in listed if one.member is not None]
    named = [member for member in members if fold(member).text in question.full]
    return 0 < len(named) < len(members)


def _lists(ranked: Ranked) -> list[tuple[Figure, ...]]:
    """The numbers of each clause with 分别 that follow each other with nothing but 、 between."""
    view, found = ranked.view, []
    figures = ranked.sentence.figures
    for place, first in enumerate(figures):
        if _LISTED not in view.quote(first.frame) or first.quantity.dimension not in AMOUNTS:
            continue
        if _WHOLE.search(view.quote(first.frame)) or _EACH in view.quote(first.clause):
            continue
        listed = [first]
        for other in figures[place + 1 :]:
            like = other.quantity.unit == first.quantity.unit and other.clause == first.clause
            if not like or not _JOINTS.match(view.quote(other.frame)):
                break
            listed.append(other)
        plain = all(not is_range(one) and one.role is not Role.CHANGE for one in listed)
        if plain and _FEWEST <= len(listed) <= _MOST:
            found.append(tuple(listed))
    return found


def _sum(start: Candidate, listed: Sequence[Figure]) -> Candidate:
    text = text_of(start.view)
    total = sum((one.quantity.value for one in listed[1:]), listed[0].quantity.value)
    scales = [scale_of(text, one.quantity) for one in listed]
    return computed(
        "sum",
        " + ".join(shown(text, one.quantity) for one in listed),
        amount_like(total, listed[0].quantity.unit, scales),
        [of_figure(start, one) for one in listed],
    )
