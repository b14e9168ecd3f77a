"""A number that a computing question needs as an operand is not its answer.

What the text states computed (比上年多12个, 平均每校800人, 合计30万元) says so beside the number. A
number beside which nothing of the kind stands is one of those that would have to be computed with.
"""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.templates import JOINED
from app.answer.verdict import Verdict
from app.model import Dimension, Question, Reason, Role
from app.text.dates import dates
from app.text.fold import fold

# What the question computes, and what must stand in the clause of a number that answers it.
_FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            "(?<![占对同环相])比[^,。?重例值率如赛]{2,24}?(?:多|少|高|低|增加?|减少?|涨|降低?|缩短|延长|提高|下降)"
            "[^,。?多少几比到至为成]{0,3}(?:多少|几)"
        ),
        re.compile("[比较]|多|少|高|低|增|减|涨|降|缩|延|提高|升|快|慢|差"),
    ),
    (re.compile("平均(?:每|[1一])(?!月工资)|平均下来"), re.compile("均|每|/|／")),
    (
        re.compile(
            "加起来|加在[1一]起|合起来|之和|总和|(?:两|三|四|五)[项者类年个]{0,2}(?:合计|共计|总共|[1一]共)"
        ),
        re.compile("共|合计|总|累计|之和"),
    ),
)
_RULE = "operand_alone"
_FULL_TERM = re.compile("[领拿享发补缴]满(?![0-9])|满年限")
_PERIOD = re.compile("每(?:人|户|个)*(?:每)?(?:年|个?月)|[/／](?:年|月)|按月|按年")
_YEAR_BEFORE = re.compile("(?:上|前)一?年(?:度)?(?:是|有|为|呢|的)|(?:上|前)一年")
_COMPARED = re.compile("[比较与跟和同](?:上一?年|前一年|去年)|同比")
_AGAINST_LAST = re.compile("[比较]上年|[比较]去年|[比较]前一年|同比")


def operand_alone(question: Question, candidate: Candidate | None) -> Verdict | None:
    """The verdict on a number that is given where something is to be computed from it."""
    if candidate is not None and JOINED in candidate.answer:
        return None  # a number with its change: both were asked for
    if candidate is None or candidate.figure is None:
        return None
    figure = candidate.figure
    if figure.role is Role.CHANGE or figure.quantity.dimension is Dimension.POINTS:
        return None
    clause = fold(candidate.view.quote(figure.clause)).text
    for asked, stated in _FORMS:
        found = asked.search(question.full)
        if found is not None and not stated.search(clause):
            return Verdict(Reason.NOT_COVERED, (found.group(),), elsewhere=True, rule=_RULE)
    found = _FULL_TERM.search(question.full)
    if found is not None and _PERIOD.search(clause):
        return Verdict(Reason.NOT_COVERED, (found.group(),), elsewhere=True, rule=_RULE)
    return _of_year_before(question, candidate)


def _of_year_before(question: Question, candidate: Candidate) -> Verdict | None:
    """上一年是多少: the number of this year, which the text sets against last year's."""
    found = _YEAR_BEFORE.search(question.text)
    if found is None or _COMPARED.search(question.full):
        return None
    figure, figures = candidate.figure, candidate.sentence.figures
    stated = any(mention.year is not None for mention in dates(fold(question.text).text))
    if not stated and figure is not None and figure.year in question.years:
        return None  # 前一年呢 was read as the year of this figure
    place = figures.index(figure) if figure in figures else -1
    after = figures[place + 1 : place + 2] if place >= 0 else ()
    changed = after and _AGAINST_LAST.search(fold(candidate.view.quote(after[0].clause)).text)
    if not changed:
        return None
    return Verdict(Reason.WRONG_SCOPE, (found.group(),), elsewhere=True, rule=_RULE)
