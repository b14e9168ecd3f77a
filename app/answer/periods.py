"""Values of another time: the year before a stated change, several years of so much a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from app.answer.arithmetic import (
    amount_like,
    amount_short,
    computed,
    of_figure,
    percent,
    scale_of,
    shown,
    text_of,
)
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.operand import AMOUNTS, divided, proved_figure
from app.answer.sides import is_range
from app.model import DateMention, Dimension, Figure, Kind, Question, Role, TermRole
from app.text.dates import dates
from app.text.fold import fold
from app.text.quantities import compatible_units, quantities

_SENTENCES = 10
_FEW_SENTENCES = 4
_REVERSE = re.compile("倒推|推算|反推|折算|估算|算一下|算算|反算|倒算")
_PREVIOUS = re.compile("前一年|上一?年|去年|头一年|年初|上年末")
_BEGINNING = "年初"
_COMPARING = re.compile("(?<!占)比(?![例重值率])|较|同比|环比|增|减|升|降|涨|跌|变化|提高|扩大|缩")
_TOTAL = re.compile("共|合计|总|加起来|累计|之和")
_REAL_GROWTH = re.compile("地区生产总值|国内生产总值|增加值|gdp|实际增长|不变价|可比价")

# ── the year before ─────────────────────────────────────────────────────────────────────────────


def earlier(question: Question, evidence: Evidence) -> list[Candidate]:
    """The value of the time before, from a value and its stated change against that time.

    A growth in percent is used only when the question wants it reckoned back, and for nominal
    totals only: that of output is at constant prices.
    """
    wanted = question.years or _PREVIOUS.search(question.full)
    if not wanted or question.bound is not None or len(question.years) > 1:
        return []
    reverse = _REVERSE.search(question.full) is not None
    if not reverse and _COMPARING.search(question.full):
        return []
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for value, change in _changes(ranked):
            if not reverse and change.quantity.dimension is Dimension.RATIO:
                continue
            if not (reverse or _is_time_before(question, ranked, value, change)):
                continue
            asked = _at_stated_time(question)
            if reverse:
                years = tuple(year + 1 for year in question.years if value.year == year + 1)
                asked = replace(asked, years=years)
            start = proved_figure(asked, ranked, value, evidence)
            if start is None or not _of_kind(question, value) or not _is_there(asked, ranked):
                continue
            made = _before(start, value, change)
            found.extend([made] if made is not None else [])
    return found


def before_named(question: Question, evidence: Evidence) -> list[Candidate]:
    """As `earlier`, where the change is said to be against the very year asked for."""
    if len(question.years) != 1:
        return []
    named = re.compile(f"[比较]{question.years[0]}年")
    near = tuple(one for one in evidence.ranked[:_FEW_SENTENCES] if named.search(one.sentence.text))
    return earlier(question, Evidence(near, evidence.hits)) if near else []


def _is_there(question: Question, ranked: Ranked) -> bool:
    """Whether the sentence or its document is about each place of the question."""
    near = f"{ranked.view.about} {ranked.sentence.text}"
    return all(quality(t, near) for t in question.terms if t.role is TermRole.PLACE)


_KINDS = {
    Kind.RATIO: frozenset({Dimension.RATIO}),
    Kind.AMOUNT: frozenset({Dimension.MONEY, Dimension.DURATION}),
}


def _of_kind(question: Question, value: Figure) -> bool:
    """Whether a value is of the kind and unit asked for."""
    kinds = _KINDS.get(question.kind)
    counted = value.quantity.dimension is Dimension.COUNT and question.unit not in {"", "个"}
    if counted and not compatible_units(question.unit, value.quantity.unit):
        return False
    return kinds is None or value.quantity.dimension in kinds


def _at_stated_time(question: Question) -> Question:
    """The question asked of the figure: the time before is the one that is not stated."""
    terms = tuple(
        term
        for term in question.terms
        if term.role is not TermRole.NUMBER and not _PREVIOUS.fullmatch(term.text)
    )
    return replace(question, terms=terms, years=())


_AGAINST_YEAR = re.compile("[比较]((?:19|20)[0-9]{2})年")
_AGAINST_BEGINNING = re.compile("[比较](?:上年末|年初|上年底|去年底|去年末)")
_AGAINST_LAST = re.compile("[比较](?:上一?年|去年|上年度|前一年)|同比")


def _is_time_before(question: Question, ranked: Ranked, value: Figure, change: Figure) -> bool:
    """Whether a change is against the very time that the question asks for."""
    against = fold(ranked.view.quote(change.frame)).text
    asked = question.years[0] if question.years else None
    named = _AGAINST_YEAR.search(against)
    if named:
        return asked == int(named.group(1))
    last, beginning = _AGAINST_LAST.search(against), _AGAINST_BEGINNING.search(against)
    if not last and not beginning:
        return False
    year = value.year or ranked.view.year
    if _BEGINNING in question.full:
        return beginning is not None and asked in {year, None}
    if asked is None:
        return True
    spoken = _PREVIOUS.search(question.full) is not None
    if year is None:  # both speak of 今年 alone
        return spoken and not any(m.year == asked and not m.relative for m in _mentions(question))
    return asked == year - 1 or (spoken and asked == year)


def _mentions(question: Question) -> list[DateMention]:
    """The times that the question and those before it name."""
    return [m for text in (question.full, *question.context) for m in dates(text)]


def _changes(ranked: Ranked) -> Iterator[tuple[Figure, Figure]]:
    """A number and its change against the time before, the next number of the sentence."""
    for value, change in pairwise(ranked.sentence.figures):
        grown = value.role is not Role.CHANGE and (
            change.role is Role.CHANGE
            or _CHANGED_BY.search(fold(ranked.view.quote(change.frame)).text) is not None
        )
        if grown and value.quantity.dimension in _CHANGING and not is_range(value):
            yield value, change


_CHANGED_BY = re.compile(
    "[比较](?:上一?年(?:度|末|底|同期)?|去年(?:末|底|同期)?|前一年|(?:19|20)[0-9]{2}年[末底]?|年初)"
    "[^,。;0-9]{0,6}?(?:缩短|延长|压缩|压减|提前|提速|加快|少|多|减|增|降|升)了?$"
)
_CHANGING = AMOUNTS | {Dimension.RATIO, Dimension.DURATION}
_FALLS = re.compile("下降|减少|降低|下跌|回落|减|缩短|缩小|压缩|收窄|降")


def _before(start: Candidate, value: Figure, change: Figure) -> Candidate | None:
    view, text = start.view, text_of(start.view)
    frame = fold(view.quote(change.frame)).text
    falls = _FALLS.search(frame) is not None
    points = change.quantity.dimension is Dimension.POINTS
    if change.quantity.dimension is Dimension.RATIO:
        if value.quantity.dimension is Dimension.RATIO:
            return None
        named = fold(view.quote(value.clause)).text + fold(view.quote(change.clause)).text
        if _REAL_GROWTH.search(named):
            return None
        rate = percent(change)
        return divided("earlier", start, value, change, 1 - rate if falls else 1 + rate)
    if points != (value.quantity.dimension is Dimension.RATIO):
        return None
    if not points and change.quantity.unit != value.quantity.unit:
        return None
    step = change.quantity.value
    result = value.quantity.value + (step if falls else -step)
    sign = "+" if falls else "-"
    return computed(
        "earlier",
        f"{shown(text, value.quantity)} {sign} {shown(text, change.quantity)}{'%' * points}",
        amount_like(result, value.quantity.unit, [scale_of(text, value.quantity)]),
        (of_figure(start, value), of_figure(start, change)),
    )


# ── 每年 ────────────────────────────────────────────────────────────────────────────────────────

_EVERY = {"年": re.compile("每年|年均"), "个月": re.compile("每月|月均")}
_MOST_PERIODS = 50


def over_time(question: Question, evidence: Evidence) -> list[Candidate]:
    """每年安排2400万元, asked for three years together."""
    periods = _asked_periods(question)
    if periods is None or not _TOTAL.search(question.full):
        return []
    count, unit = periods
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for figure in ranked.sentence.figures:
            clause = fold(ranked.view.quote(figure.clause)).text
            if figure.quantity.dimension not in AMOUNTS or not _EVERY[unit].search(clause):
                continue
            if not _lasts(question, ranked, count):
                continue
            start = proved_figure(replace(question, years=()), ranked, figure, evidence)
            if start is not None:
                found.append(_times(start, figure, count, unit))
    return found


def _times(start: Candidate, figure: Figure, count: int, unit: str) -> Candidate:
    text, quantity = text_of(start.view), figure.quantity
    value = quantity.value * count
    scale = scale_of(text, quantity)
    answer = amount_like(value, quantity.unit, [scale])
    if scale == 1 and quantity.dimension is Dimension.MONEY:
        answer = amount_short(value, quantity.unit)
    expression = f"{shown(text, quantity)} × {count}{unit}"
    return computed("periods", expression, answer, (of_figure(start, figure),))


def _asked_periods(question: Question) -> tuple[int, str] | None:
    """How many years (or months) the question adds up: 三年, 2023年至2025年."""
    for quantity in quantities(question.full):
        if quantity.dimension is Dimension.DURATION and quantity.unit in {"年", "个月"}:
            value = quantity.value
            if value == value.to_integral_value() and 1 < value <= _MOST_PERIODS:
                return int(value), quantity.unit
    years = sorted(mention.year for mention in dates(question.full) if mention.year is not None)
    if len(years) == 2 and re.search("至|到|-|—|~", question.full) and years[0] < years[1]:
        return years[1] - years[0] + 1, "年"
    return None


def _lasts(question: Question, ranked: Ranked, count: int) -> bool:
    """Whether the years that the sentence states hold those that are asked for."""
    stated = sorted(m.year for m in dates(ranked.sentence.text) if m.year is not None)
    asked = sorted(question.years)
    if len(stated) < 2:
        return not asked
    first, last = stated[0], stated[-1]
    inside = all(first <= year <= last for year in asked)
    return inside and last - first + 1 >= count
