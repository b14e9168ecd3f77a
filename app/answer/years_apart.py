"""By how much one indicator differs between two years: 2021年到2022年增加几家, 比上年少多少.

The value of each year is stated, in one text or in two; a change that a text states itself is
left to those who look for it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from app.answer import comparison, numbers
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.refusal import judge
from app.answer.sides import is_range, measured, together, without_computing, year_of
from app.model import Kind, Question, Role, TermRole
from app.text.dates import dates
from app.text.fold import fold

_CHANGED = re.compile(
    "(?:增加|增长|净增|新增|减少|下降|提高|上升|降低|扩大|缩小|多|少|高|低|增|减|涨|降|变化|相?差)"
    "[^,。?比较多少几到至为成]{0,3}(?:多少|几|$)"
)
_AGAINST = re.compile("[比较](?:上一?年|去年|前一年|上年度)")
_LAST_WORDS = re.compile("上一?年度?|去年|前一年|这个数|实际|安排")
_POINTS = "百分点"
_PERCENT = re.compile("百分之|增速|增幅|降幅|涨幅|增长率|%")
_TRIES = 6


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The difference of the values of two years; at most one."""
    if not _CHANGED.search(question.full) or _PERCENT.search(question.full):
        return []
    years = _years(question)
    if years is None:
        return []
    if question.kind is Kind.RATIO and _POINTS not in question.full:
        return []
    found = [_of_year(question, year, evidence) for year in years]
    group = together(found) if all(found) else None
    made = comparison.difference(group) if group is not None else None
    return [made] if made is not None else []


def _years(question: Question) -> tuple[int, int] | None:
    """The two years that are set against each other."""
    own = _stated(fold(question.text).text)
    earlier = tuple(year for text in question.context for year in _stated(text))
    if _AGAINST.search(question.full):
        last = own or earlier
        return (last[-1] - 1, last[-1]) if last else None
    both = tuple(dict.fromkeys((*earlier[-1:], *own)))
    return (min(both), max(both)) if len(both) == 2 else None


def _stated(text: str) -> tuple[int, ...]:
    found = (mention.year for mention in dates(text) if not mention.relative)
    return tuple(dict.fromkeys(year for year in found if year is not None))


def _of_year(question: Question, year: int, evidence: Evidence) -> list[Candidate]:
    """The figures of one year that answer the question about it, best first."""
    plain = measured(without_computing(question), question.full)
    terms = tuple(
        term
        for term in plain.terms
        if term.role is not TermRole.NUMBER
        and not _LAST_WORDS.fullmatch(term.text)
        and not _CHANGED.fullmatch(term.text)
    )
    asked = replace(
        plain,
        terms=terms,
        years=(year,),
        total=False,
        bound=None,
        full=_CHANGED.sub(" ", question.full),
    )
    found = []
    for one in numbers.candidates(asked, evidence):
        figure = one.figure
        if figure is None or is_range(figure) or figure.role in {Role.CHANGE, Role.SHARE}:
            continue
        if year_of(one) == year and judge(asked, one, evidence) is None:
            found.append(one)
        if len(found) == _TRIES:
            break
    return found
