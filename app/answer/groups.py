"""Which group of persons or things a rule is for, and whether the asker is of another one.

C类人才 gets nothing by a clause for A类、B类, 博士 nothing by one for 退役军人 only.
"""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.contrasts import Contrast, contrasts
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import NUMERIC, Verdict
from app.model import Kind, Question, Reason, TermRole

_MARK = "[A-Ha-h甲乙丙丁一二三四五六]"
_LABELS = re.compile(
    f"(?<![0-9A-Za-z一二三四五六七八九十])({_MARK}(?:[、和与及或]{_MARK})*)(类|型|档)"
)
_RANGE = re.compile(
    f"{_MARK}(?:类|型|档)?(?:至|到|-|—|~)|{_MARK}(?:类|型|档)[^,。;、]{{0,6}}(?:及?以[上下])"
)
_ONE = re.compile(_MARK)

_FILE = "groups.tsv"
_UPWARDS = re.compile("以上|及以下|以下|不限")
_KINDS = NUMERIC | {Kind.YES_NO}


def labels(text: str) -> frozenset[str]:
    """The labels of classes in a folded text, each with its noun: A类 and B类 in A、B类."""
    found = (
        f"{one.upper()}{match.group(2)}"
        for match in _LABELS.finditer(text)
        for one in _ONE.findall(match.group(1))
    )
    return frozenset(found)


def other_label(asked: str, said: str) -> bool:
    """Whether a folded text names classes of the sort asked about, and not the one asked about.

    >>> other_label("我是C类人才能挑学校不", "A类、B类人才可选择学校")
    True
    """
    wanted, stated = labels(asked), labels(said)
    if not wanted or _RANGE.search(said) or _RANGE.search(asked):
        return False
    sorts = {label[-1] for label in wanted}
    alike = {label for label in stated if label[-1] in sorts and _alike(label, wanted)}
    return bool(alike) and not wanted & stated


def _alike(label: str, wanted: frozenset[str]) -> bool:
    """Whether two labels are counted alike, both by letters or both by numerals."""
    return any(label[0].isascii() == one[0].isascii() for one in wanted)


def other_group(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """The rule is for another group than the one that the question names."""
    if candidate is None or candidate.kind not in _KINDS or candidate.derivation is not None:
        return None
    if candidate.figure is not None and candidate.figure.cell is not None:
        return None
    said = candidate.sentence.text
    around = " ".join((said, *candidate.sentence.headings))
    for family in contrasts(_FILE):
        asked = family.named(question.full)
        if len(asked) != 1 or asked & family.named(around) or _known_as(question, family, around):
            continue
        others = list(family.words.finditer(said))
        if others and not any(_reaches(said, found.end()) for found in others):
            named = family.words.search(question.full)
            return Verdict(Reason.WRONG_SCOPE, (named.group(),) if named else (), elsewhere=True)
    return None


def _reaches(said: str, end: int) -> bool:
    """Whether a group is named with those above or below it: 本科及以上."""
    return any(_UPWARDS.match(said, end + step) for step in range(_BEHIND))


def _known_as(question: Question, family: Contrast, around: str) -> bool:
    """Whether the group asked about stands in the text under another name of it."""
    return any(
        term.role is not TermRole.PLACE
        and family.words.search(term.text)
        and quality(term, around) >= _KNOWN
        for term in question.terms
    )


_BEHIND = 4  # characters between a group and 以上
_KNOWN = 0.6
