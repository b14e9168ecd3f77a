"""Quantities in a text: a number with its unit, and how the words beside it limit it.

In: a text as it is, never rewritten. Out: `Quantity` values in reading order, whose spans do not
overlap. Dates, codes, labels and words that merely hold a numeral are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.model import Bound, Dimension, Quantity, Span
from app.text.bounds import bound_of
from app.text.codes import article_end, code_end, is_named_by_letters, is_reference
from app.text.dates import date_at
from app.text.numbers import BLANK, Form, Number, next_number, number_at
from app.text.units import Unit, compatible_units, find_unit, unit_at, unit_family

__all__ = ["compatible_units", "quantities", "same_quantity", "unit_family"]

_ONE = Decimal(1)
_PARTS = (Form.PERCENT, Form.FRACTION)
_VAGUE_LEFT = re.compile("[几数]$")  # 几十个, 数百人: no number that could be said
_HALF = Decimal("0.5")
_BLANK = re.compile(f"{BLANK}?+")
# 余 and 多 between number and unit. 多 also begins words of its own.
_INNER = re.compile(f"{BLANK}?(?:[余馀](?![下额地项])|多(?![媒功边]|元[化主文素]|次元)|几|来)")
_NEEDS_A_UNIT = frozenset("几来")
_TO = re.compile(f"{BLANK}?(?:[-－—–−~～]{{1,2}}+|至|到){BLANK}?")
_CHANGE_LEFT = re.compile("[由从]$")  # 由10%至15% is a change, no range
_HALF_TAIL = re.compile("半(?![年月天日小学])")  # 一年半
_HALF_MIDDLE = re.compile("个半(?=小时|月|年|学期|工作日|钟头)")  # 两个半小时
_TAKES_A_HALF = frozenset({"年", "天", "个月", "小时", "个小时", "倍", "学期", "个学期", "日"})
_MINUS_LEFT = re.compile("[^0-9０-９A-Za-z)）%％\\s][-－−]$")
_FOOTNOTE = re.compile("[\\[［〔][0-9０-９]{1,2}[\\]］〕]")  # 生产总值[2]: see note 2
_CODE_DIGITS = 7  # as many digits without unit or separator are a number to call, no amount
_SIGNED_UNITS = frozenset({"%", "℃", "°C", "度", "摄氏度"})
_BEFORE_RANK = re.compile("(?<![目以之提此日当年会课月天岁学眼])前$")
_RANKED_UNITS = frozenset({"名", "位", "强"})
_RANK_UNIT = re.compile("强(?![调化制])")
# Signs of one name.
_SAME_SIGN = {"％": "%", "﹪": "%"}
# 百人, 万名: hundreds without a digit count only before these units, or behind 上 近 超 每.
_BARE_UNITS = frozenset({"人", "名", "亩", "吨", "人次"})
_BARE_LEFT = re.compile("[上近超逾约每达过破余]$")


# The two below are made for every number, so they are not frozen: freezing doubles their cost.
@dataclass(slots=True)
class _Measured:
    """A number with the unit behind it. `unit` is None when there is no classifier."""

    value: Decimal
    unit: Unit | None
    about: bool
    end: int


@dataclass(slots=True)
class _Reading:
    """What was read from a number on: a quantity or none, and where to go on."""

    quantity: Quantity | None
    end: int


def quantities(text: str, span: Span | None = None) -> list[Quantity]:
    """All quantities of `text` (or of `span` of it), in reading order, without overlaps.

    Words to the left and right of `span` still limit the quantities inside it.
    """
    end = len(text) if span is None else min(span.end, len(text))
    position = 0 if span is None else span.start
    found: list[Quantity] = []
    while number := next_number(text, position, end):
        reading = _read(text, number, end)
        if reading.quantity is not None:
            found.append(reading.quantity)
        position = max(reading.end, number.span.start + 1)
    return found


def same_quantity(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities say the same amount: 5000万元 and 0.5亿元, 289人 and 289名.

    Units are converted inside their family; 约 and 不少于 are not compared, the upper ends of
    ranges are.
    """
    if a.dimension is not b.dimension or _base(a.value, a.unit) != _base(b.value, b.unit):
        return False
    if a.upper is not None and b.upper is not None:
        same_upper = _base(a.upper, a.unit) == _base(b.upper, b.unit)
    else:
        same_upper = a.upper is b.upper
    if not same_upper:
        return False
    return compatible_units(a.unit, b.unit) or compatible_units(b.unit, a.unit)


def _base(value: Decimal, unit: str) -> Decimal:
    found = find_unit(unit)
    return value if found is None else value * found.factor


# ── one number ──────────────────────────────────────────────────────────────────────────────────


def _read(text: str, number: Number, end: int) -> _Reading:
    """The quantity that begins with `number`; the order of the questions is the precedence."""
    start = number.span.start
    if number.form in _PARTS:
        return _amount(text, number, end)
    before = text[max(0, start - 1) : start]
    if before.strip() == "" and text[max(0, start - 2) : start - 1] == "第":
        before = "第"
    if before == "第":
        article = article_end(text, start, end)
        if article is not None:
            return _Reading(None, article)
        return _ordinal(text, number, end)
    if date := date_at(text, start, end):
        return _Reading(None, date.end)
    code = code_end(text, start, end)
    if code is not None:
        return _Reading(None, max(code, start + 1))
    if _BEFORE_RANK.search(text[max(0, start - 2) : start]):
        rank = _rank(text, number, end)
        if rank is not None:
            return rank
    return _amount(text, number, end)


def _ordinal(text: str, number: Number, end: int) -> _Reading:
    unit = unit_at(text, number.span.end, end, number.form is Form.ARABIC)
    stop = number.span.end + (len(unit.name) if unit else 0)
    start = text.rindex("第", 0, number.span.start)
    return _order(number, unit.name if unit else "", Span(start, stop))


def _rank(text: str, number: Number, end: int) -> _Reading | None:
    """前10名, 前三: the first so many of an order."""
    stop = number.span.end
    unit = unit_at(text, stop, end, number.form is Form.ARABIC)
    name = unit.name if unit else ("强" if _RANK_UNIT.match(text, stop, end) else "")
    after = text[stop : stop + 1]
    if name not in _RANKED_UNITS and (name or after in ("%", "％") or after.isalpha()):
        return None
    return _order(number, name, Span(number.span.start - 1, stop + len(name)))


def _order(number: Number, unit: str, span: Span) -> _Reading:
    quantity = Quantity(number.value, unit, Dimension.ORDINAL, Bound.EXACT, None, span)
    return _Reading(quantity, span.end)


def _amount(text: str, number: Number, end: int) -> _Reading:
    first = _measured(text, number, end)
    ranged = _range(text, number, first, end)
    if ranged is not None:
        return ranged
    start = number.span.start
    stop = number.span.end if first is None else first.end
    if first is None or _is_name(text, number, first):
        return _Reading(None, stop)
    dimension = _dimension(number, first.unit)
    value, begin = first.value, start
    if _is_negative(text, start, first.unit):
        value, begin = -value, start - 1
    span = Span(begin, stop)
    bound = bound_of(text, span, dimension, first.about)
    return _Reading(Quantity(value, _name(number, first.unit), dimension, bound, None, span), stop)


def _is_name(text: str, number: Number, measured: _Measured) -> bool:
    """Whether the number names something: PM2.5, the 12345 of a hot line."""
    if number.form is not Form.ARABIC:
        return False
    start, has_unit = number.span.start, measured.unit is not None
    if not has_unit and _FOOTNOTE.match(text, start - 1):
        return True
    if not has_unit and text[start : measured.end].isdecimal() and len(number.span) >= _CODE_DIGITS:
        return True
    if is_named_by_letters(text, start, measured.end, has_unit):
        return True
    return not has_unit and number.scale == _ONE and is_reference(text, start, measured.end)


def _is_negative(text: str, start: int, unit: Unit | None) -> bool:
    name = "" if unit is None else _SAME_SIGN.get(unit.name, unit.name)
    return name in _SIGNED_UNITS and bool(_MINUS_LEFT.search(text[max(0, start - 2) : start]))


# ── number and unit ─────────────────────────────────────────────────────────────────────────────


def _measured(text: str, number: Number, end: int) -> _Measured | None:
    """The number with what stands behind it; None when it counts nothing."""
    if number.form in _PARTS:
        value = number.value * _share(number)
        return _Measured(value, None, number.about, number.span.end)
    arabic = number.form is Form.ARABIC
    inner = _INNER.match(text, number.span.end, end)
    if inner is not None:
        found = _with_unit(text, number, inner.end(), end)
        if found is not None:
            return _Measured(found.value, found.unit, True, found.end)
        if arabic and inner.group().strip() not in _NEEDS_A_UNIT:
            return _Measured(number.value, None, True, inner.end())
    found = _with_unit(text, number, number.span.end, end)
    if found is not None:
        return found
    return _Measured(number.value, None, number.about, number.span.end) if arabic else None


def _share(number: Number) -> Decimal:
    return Decimal(100) if number.form is Form.PERCENT else _ONE


def _with_unit(text: str, number: Number, start: int, end: int) -> _Measured | None:
    """The number with the unit that stands at `start`, halves included (一年半)."""
    if middle := _HALF_MIDDLE.match(text, start, end):
        unit = unit_at(text, middle.end(), end, True) or find_unit("个月")
        stop = middle.end() + (1 if text[middle.end()] == "月" else len(unit.name if unit else ""))
        return _Measured(number.value + _HALF, unit, number.about, stop)
    blank = _BLANK.match(text, start, end)
    start = blank.end() if blank else start
    unit = unit_at(text, start, end, number.form is Form.ARABIC)
    if unit is None or (unit.name == "大" and blank and blank.group()):
        return None
    if not _counts(text, number, unit):
        return None
    stop = start + len(unit.name)
    value = number.value * 10 if unit.name == "成" else number.value
    if unit.name in _TAKES_A_HALF and _HALF_TAIL.match(text, stop, end):
        return _Measured(value + _HALF, unit, number.about, stop + 1)
    if unit.name == "成" and _HALF_TAIL.match(text, stop, end):
        return _Measured(value + 5, unit, number.about, stop + 1)
    return _Measured(value, unit, number.about, stop)


def _counts(text: str, number: Number, unit: Unit) -> bool:
    """Whether a numeral counts its unit: not 一九 (digits), and 百 alone only before some units."""
    start = number.span.start
    if number.form is Form.DIGITS:
        return False
    first = text[start]
    if unit.name == "大" and first == "一":
        return False
    if number.form is not Form.CHINESE or first not in "十百千万亿萬億":
        return True
    if _VAGUE_LEFT.search(text[max(0, start - 1) : start]):
        return False
    if first == "十":
        return True
    if unit.name in _BARE_UNITS:
        return True
    return bool(_BARE_LEFT.search(text[max(0, start - 1) : start]))


def _dimension(number: Number, unit: Unit | None) -> Dimension:
    if number.form in _PARTS:
        return Dimension.RATIO
    return Dimension.COUNT if unit is None else unit.dimension


def _name(number: Number, unit: Unit | None) -> str:
    """The unit as it is reported: 百分之三 and 三成 are in %, a third is in no unit."""
    if number.form is Form.PERCENT or (unit is not None and unit.name == "成"):
        return "%"
    return "" if unit is None else _SAME_SIGN.get(unit.name, unit.name)


# ── ranges ──────────────────────────────────────────────────────────────────────────────────────


def _range(text: str, number: Number, first: _Measured | None, end: int) -> _Reading | None:
    """10—15个工作日, 5到10万元, 10%~15%: two numbers of one unit, the lower one first."""
    between = _TO.match(text, number.span.end if first is None else first.end, end)
    if between is None:
        return None
    second = number_at(text, between.end(), end)
    if second is None or date_at(text, second.span.start, end) is not None:
        return None
    if second.form not in _PARTS and code_end(text, second.span.start, end) is not None:
        return _Reading(None, second.span.start)
    last = _measured(text, second, end)
    if last is None:
        return None
    if is_named_by_letters(text, number.span.start, last.end, last.unit is not None):
        return None
    lower = _lower(text, number, first, second, last)
    if lower is None or lower >= last.value:
        return None
    span = Span(number.span.start, last.end)
    dimension = _dimension(second, last.unit)
    name = _name(second, last.unit)
    quantity = Quantity(lower, name, dimension, Bound.RANGE, last.value, span)
    return _Reading(quantity, span.end)


def _lower(
    text: str, number: Number, first: _Measured | None, second: Number, last: _Measured
) -> Decimal | None:
    """The lower end of a range in the unit of the upper one; None when it is no range."""
    if first is not None and first.unit is not None:
        start = number.span.start
        if _CHANGE_LEFT.search(text[max(0, start - 1) : start]):
            return None
        return first.value if _name(number, first.unit) == _name(second, last.unit) else None
    if number.form in _PARTS or number.form is Form.DIGITS:
        return first.value if first is not None and number.form is second.form else None
    value = number.value * 10 if last.unit is not None and last.unit.name == "成" else number.value
    scaled = value * second.scale
    return scaled if number.scale == _ONE and scaled < last.value else value
