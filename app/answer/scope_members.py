"""Numbers that several named things share, asked for one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import NUMERIC, Verdict
from app.model import Dimension, Figure, Kind, Question, QuestionTerm, Reason, Role, TermRole
from app.text.fold import fold

_MEANS = re.compile("通过|采取|采用|利用|依托|借助|运用|以")  # 通过甲、乙培训…: not what is counted
_MEMBERS = re.compile("(?:[^,，。;；、]{2,20}、)+[^,，。;；、]{2,20}?$")
# 甲、乙等高层次人才67人 counts the sort named behind 等, of which 甲 is only one kind.
_SORT = re.compile("(?:^|[,;])([^,;。等]{2,40})等([^,;。、等]{2,12})$")
_SHORTEST_NAME = 2
_NAMED = 0.9
_SAY_LITTLE = frozenset({TermRole.WEAK, TermRole.PLACE, TermRole.NUMBER})


def one_of_several(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A number that covers several named things together, asked for one of them."""
    if candidate is None or candidate.figure is None or candidate.kind not in NUMERIC:
        return None
    figure = candidate.figure
    shared = _shared_by(question, candidate)
    if shared:
        return Verdict(Reason.WRONG_SCOPE, shared)
    if figure.member is not None or figure.cell is not None:
        return None  # 分别 or the row of a table gives each its own number
    if figure.quantity.dimension is Dimension.DURATION:
        return None  # 甲、乙和丙每2年调整一次: a time that is set for all holds for each of them
    frame = fold(candidate.view.quote(figure.frame)).text
    sort = _SORT.search(frame)
    if sort is not None and not _MEANS.match(sort.group(1)):
        kinds = re.split("[、和及]", sort.group(1))
        if _named(question, kinds) and not _names(question, sort.group(2)):
            return Verdict(Reason.WRONG_SCOPE, (sort.group(1),))
    found = _MEMBERS.search(frame)
    if found is None or "等" in found.group().split("、")[-1] or _MEANS.match(found.group()):
        return None
    members = found.group().split("、")
    named = _named(question, members)
    if 0 < len(named) < len(members):
        return Verdict(Reason.WRONG_SCOPE, tuple(m for m in members if m not in named))
    return None


def beside_shared(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """A count whose clause says nothing of the question, beside one shared by the thing asked of.

    In 引进编剧等人才38人，评选名嘴60名 neither number is that of 编剧.
    """
    if candidate is None or candidate.figure is None or question.kind is not Kind.COUNT:
        return None
    if candidate.figure.role is Role.PART:
        return None  # 其中甲类8项 is a part of what was said before
    telling = [term for term in question.terms if term.role not in _SAY_LITTLE]
    own = _clause(candidate, candidate.figure)
    if not telling or any(quality(term, own) for term in telling):
        return None
    for other in candidate.sentence.figures:
        text = _clause(candidate, other)
        if other is not candidate.figure and all(quality(t, text) >= _NAMED for t in telling):
            shared = one_of_several(question, replace(candidate, figure=other), evidence)
            if shared is not None:
                return shared
    return None


def _clause(candidate: Candidate, figure: Figure) -> str:
    return fold(candidate.view.quote(figure.clause)).text


def _named(question: Question, members: Sequence[str]) -> list[str]:
    """Those of `members` that the question names, by more than what all of them end in."""
    shared = len(_ending(members)) if len(members) > 1 else 0
    own = [member[: len(member) - shared] for member in members]
    if any(len(part) < _SHORTEST_NAME for part in own):
        own = list(members)
    own[0] = _without_act(question, own[0])
    return [member for member, part in zip(members, own, strict=True) if _names(question, part)]


def _without_act(question: Question, first: str) -> str:
    """评选州级名医: the first of several without the verb that the question has as well."""
    for term in question.terms:
        rest = first.removeprefix(term.text)
        if term.role is TermRole.ACTION and len(rest) >= _SHORTEST_NAME:
            first = rest
    return first


def _ending(texts: Sequence[str]) -> str:
    """What all the texts end in."""
    length = 0
    while length < min(map(len, texts)) and len({text[-length - 1 :] for text in texts}) == 1:
        length += 1
    return texts[0][len(texts[0]) - length :]


_TOGETHER = re.compile("([^,;。]{2,60}?)等(?:共)?[0-9一二两三四五六七八九十]+(?:余|多)?.")


def _shared_by(question: Question, candidate: Candidate) -> tuple[str, ...]:
    """甲、乙等5所学校共投入…: asked for 甲 alone. The members that share the number, or nothing."""
    found = _TOGETHER.search(candidate.sentence.text)
    if found is None or candidate.figure is None or not candidate.figure.aggregate:
        return ()
    text = candidate.sentence.text
    outside = text[: found.start()] + text[found.end(1) :]
    own = [
        term
        for term in question.terms
        if (term.strict and term.role is not TermRole.ACTION)
        or (term.role is TermRole.PLACE and not quality(term, candidate.view.about))
    ]
    named = [t for t in own if quality(t, found.group(1)) >= 0.85 and not quality(t, outside)]
    whole = found.group().removeprefix(found.group(1))[1:]  # 5所
    asked = "等" in question.full or whole in question.full
    return (found.group(1),) if named and not asked else ()


def _names(question: Question, member: str) -> bool:
    """Whether a word of the question stands in the name of a member."""
    return any(_is_in(term, member) for term in question.terms)


def _is_in(term: QuestionTerm, member: str) -> bool:
    if term.role is TermRole.PLACE or len(term.text) < _SHORTEST_NAME:
        return False
    if term.role is TermRole.WEAK:
        return term.text in member
    return quality(term, member) >= _NAMED
