"""平均每所学校多少学位: a total divided by a count, both stated in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP
from itertools import pairwise

from app.answer import numbers
from app.answer.arithmetic import computed, of_figure, scale_of, shown, text_of, to_places
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.operand import AMOUNTS, proved_figure, proved_loosely
from app.answer.sides import is_range, without_computing
from app.answer.templates import MAGNITUDES, plain
from app.model import Bound, Dimension, Figure, Question
from app.text.fold import fold
from app.text.units import find_unit, unit_family

_SENTENCES = 6
_ASKED = re.compile(
    "(?:平均|人均)(?:到|下来|算下来|[修建改造铺种栽办架安装]{1,2}(?=[每1一]))?(?:每|一|1)?(?:一)?"
    "([^,。?？几多]{1,10}?)(?=[^,。?？]*(?:多少|几))"
)
_PACE = re.compile("[时车流网]速|每|设计|限|深|高度|宽")  # a measure of something else
_HAN = re.compile("[一-鿿]")
_VERBS = "要花多得投需能有用建修是大约的平可会给拨发支补奖拿"
_TOLD = frozenset({"人", "户", "亩", "公里", "平方米", "名", "天", "年", "月"})  # need no noun
_LONGEST_UNIT = 3
_WHOLE_FROM = 100  # averages from here on are given without decimals
_COUNTED = frozenset({Dimension.COUNT, Dimension.MEASURE})
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """A total per unit of a count that stands in the same sentence; nothing when stated itself."""
    yearly = _a_year(question, evidence)
    if yearly:
        return yearly
    each = _each(question.full)
    if each is None or _stated(question, evidence):
        return []
    unit, noun, stretch = each
    kept = tuple(term for term in question.terms if term.text not in stretch)
    asked = without_computing(replace(question, terms=kept))
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for total, count in _pairs(ranked, unit, noun):
            start = proved_figure(asked, ranked, total, evidence)
            if start is not None:
                found.append(_divided(start, total, count))
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


_YEARLY = re.compile("平均[每1一](?:个)?年|每年平均|年均|[1一]年平均|平均下来[每1一]年")
_YEARS = re.compile(
    "(?<![0-9第])([2-9]|10|[二三四五六七八九十两])年(?!级|制|期|前|后|以|级|度|左右|多)"
)
_DIGITS = "零一二三四五六七八九十"
_YEAR_WORDS = re.compile("[0-9一二三四五六七八九十两]+年(?:里|间|来|内|中)?|平均|每年|年均|[1一]年")


def _a_year(question: Question, evidence: Evidence) -> list[Candidate]:
    """五年改造642个, asked for one year on average; the question names the years as well."""
    if not _YEARLY.search(question.full):
        return []
    rest = _YEARLY.sub(" ", question.full)
    asked_years = _YEARS.search(rest)
    if asked_years is None:
        return []
    kept = tuple(t for t in question.terms if not _YEAR_WORDS.fullmatch(t.text))
    asked = without_computing(replace(question, terms=kept, roles=()))
    for ranked in evidence.ranked[:_SENTENCES]:
        for span, total in pairwise(ranked.sentence.figures):
            amount = total.quantity.dimension in AMOUNTS and total.quantity.bound not in _LIMITS
            if not amount or not _lasts(span, total, _number(asked_years)):
                continue
            start = proved_loosely(asked, ranked, total, evidence)
            if start is not None:
                return [_by_years(start, total, _number(asked_years))]
    return []


def _lasts(span: Figure, total: Figure, years: int) -> bool:
    """Whether a total came about in so many years, named right before it: 五年改造642个."""
    quantity = span.quantity
    right = quantity.unit == "年" and quantity.bound is Bound.EXACT and quantity.value == years
    return right and span.clause == total.clause


def _number(found: re.Match[str]) -> int:
    word = found.group(1).replace("两", "二")
    return int(word) if word.isdecimal() else _DIGITS.index(word)


def _by_years(start: Candidate, total: Figure, years: int) -> Candidate:
    text = text_of(start.view)
    scale = scale_of(text, total.quantity)
    value = total.quantity.value / years / scale
    rounded = to_places(value)
    return computed(
        "average",
        f"{shown(text, total.quantity)} / {years}",
        f"{plain(rounded)}{MAGNITUDES.get(scale, '')}{total.quantity.unit}",
        (of_figure(start, total),),
        rounded=rounded != value,
    )


def _each(full: str) -> tuple[str, str, str] | None:
    """Classifier, noun and the words 平均每所学校 of a question."""
    if "人均" in full:
        return "人", "", "人均"
    found = _ASKED.search(full)
    if found is None:
        return None
    named = full[found.start(1) : found.start(1) + _LONGEST_UNIT]
    for size in range(len(named), 0, -1):
        if find_unit(named[:size]) is not None:
            noun = full[found.start(1) + size :][:1]
            told = named[:size] not in _TOLD and _HAN.match(noun) and noun not in _VERBS
            return named[:size], noun if told else "", full[found.start() : found.start(1) + size]
    return None


def _stated(question: Question, evidence: Evidence) -> bool:
    """Whether the text itself states an average for what is asked."""
    best = next(iter(numbers.candidates(question, evidence)), None)
    if best is None or best.figure is None:
        return False
    frame = fold(best.view.quote(best.figure.clause)).text
    return "平均" in frame or "均" in frame or "每" in frame


def _pairs(ranked: Ranked, unit: str, noun: str) -> Iterator[tuple[Figure, Figure]]:
    """Every total of a sentence with the one count in the unit asked for."""
    figures = [f for f in ranked.sentence.figures if not is_range(f)]
    counts = [f for f in figures if _counts(ranked, f, unit, noun)]
    if len(counts) != 1 or not counts[0].quantity.value:
        return
    for total in figures:
        kind = total.quantity.dimension in AMOUNTS and total.quantity.bound not in _LIMITS
        if kind and total != counts[0]:
            yield total, counts[0]


def _counts(ranked: Ranked, figure: Figure, unit: str, noun: str) -> bool:
    quantity = figure.quantity
    if quantity.dimension not in _COUNTED or quantity.bound in _LIMITS:
        return False
    if unit_family(unit) != unit_family(quantity.unit):
        return False
    if quantity.dimension is Dimension.MEASURE and _PACE.search(ranked.view.quote(figure.frame)):
        return False
    return noun in ranked.sentence.text


def _divided(start: Candidate, total: Figure, count: Figure) -> Candidate:
    text = text_of(start.view)
    scale = scale_of(text, total.quantity)
    value = total.quantity.value / count.quantity.value
    if value < scale:
        scale = max((step for step in MAGNITUDES if value >= step), default=value / value)
    places = to_places(value / scale)
    rounded = places if abs(places) < _WHOLE_FROM else places.to_integral_value(ROUND_HALF_UP)
    answer = f"{plain(rounded)}{MAGNITUDES.get(scale, '')}{total.quantity.unit}"
    return computed(
        "average",
        f"{shown(text, total.quantity)} / {shown(text, count.quantity)}",
        answer,
        (of_figure(start, total), of_figure(start, count)),
        rounded=rounded * scale != value,
    )
