"""Whether the number or the date that a question brings meets the condition a text sets.

我17岁 against 未满十八周岁的, 15万元 against 20万元以上的, 2024年3月 against 某年12月31日前.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.model import Bound, DateMention, Dimension, Quantity
from app.text.dates import dates
from app.text.quantities import quantities, same_quantity
from app.text.units import compatible_units

_COLLOQUIAL = re.compile("(?<=[0-9])个(?=[亿万])")  # 6个亿
_LARGE = Decimal(10000)  # a bare number from here on may be an amount of money
_BELOW = re.compile("(?:不足|未满|不满|低于|少于|小于|未达到?|不到)$")
_NOT = frozenset("不得未没")  # 不低于 is no upper bound
_ABOVE = re.compile("(?:超过|高于|大于|多于|超出)$")
_ALIKE = (frozenset({"岁", "周岁"}), frozenset({"人", "人次", "名", "位"}), frozenset({"户", "家"}))
# 放宽至50周岁 is the upper bound of an age, a share or a time, the lower one of a floor.
_WIDENED = re.compile("(?:放宽|宽限|放开)(?:至|到|为)$")
_FLOOR = re.compile("门槛|最低|下限|起[补付点]|起征")
# Who has gone three years without a fault has gone two without one.
_RUN = re.compile("(?:连续|累计)$")
_DAY_COUNTED = "(?:\\((?:不?含|包括)[^()]*\\))?"  # 8月31日(含)以前
_BEFORE_IT = re.compile(f"{_DAY_COUNTED}(?:(?:之|以)?前|止|截止)")
_AFTER_IT = re.compile(f"{_DAY_COUNTED}(?:(?:之|以)?后|之?日?起|以来)")
_UP_TO = re.compile(f"{_DAY_COUNTED}(?:至|到|-|—+|~)(?=(?:19|20)[0-9]{{2}}年)")
_FROM_TO = re.compile(f"[年月日0-9]{_DAY_COUNTED}(?:至|到|-|—+|~)$")
_EVENT = re.compile("年?(?:才|就|刚|底|初)")


def fits(asked: str, stated: str) -> bool | None:
    """Whether the numbers and dates of the folded question meet those of the folded text.

    None when none of them can be compared.
    """
    answers = [
        answer
        for answer in (_numbers(asked_quantities(asked), stated), _dates(asked, stated))
        if answer is not None
    ]
    return all(answers) if answers else None


def asked_quantities(asked: str) -> tuple[Quantity, ...]:
    """The quantities of a folded question, 6个亿 read as 6亿."""
    return tuple(quantities(_COLLOQUIAL.sub("", asked)))


def meets(wanted: Quantity, stated: Quantity, text: str) -> bool:
    """Whether `wanted` lies within the bounds that `text` sets with `stated`."""
    before = text[max(0, stated.span.start - 4) : stated.span.start]
    if _ends(_BELOW, before):
        return wanted.value < stated.value
    if _ends(_ABOVE, before):
        return wanted.value > stated.value
    if same_quantity(wanted, stated):
        return True
    if _RUN.search(before):
        return wanted.value > stated.value
    if _WIDENED.search(before):
        floor = _FLOOR.search(text, 0, stated.span.start) is not None
        return wanted.value > stated.value if floor else wanted.value < stated.value
    low: Decimal | None = stated.value
    high: Decimal | None = stated.upper if stated.upper is not None else stated.value
    if stated.bound is Bound.AT_LEAST:
        high = None
    if stated.bound is Bound.AT_MOST:
        low = None
    return (low is None or wanted.value >= low) and (high is None or wanted.value <= high)


def tier(asked: str, clauses: Sequence[str]) -> int | None:
    """The clause of a ladder (连续2年…, 连续3年…) that the numbers of a question reach.

    None without a ladder, or when its first step is not reached.
    """
    steps: list[tuple[Decimal, int]] = []
    reached: list[tuple[Decimal, int]] = []
    for wanted in asked_quantities(asked):
        for place, clause in enumerate(clauses):
            for stated in quantities(clause):
                if not comparable(wanted, stated) or not _is_floor(stated, clause):
                    continue
                steps.append((stated.value, place))
                if meets(wanted, stated, clause):
                    reached.append((stated.value, place))
    if len({value for value, _ in steps}) < 2 or not reached:
        return None
    return max(reached)[1]


def _is_floor(stated: Quantity, text: str) -> bool:
    before = text[max(0, stated.span.start - 4) : stated.span.start]
    return stated.bound is Bound.AT_LEAST or _RUN.search(before) is not None


def _ends(pattern: re.Pattern[str], before: str) -> bool:
    """Whether `before` ends with a comparison that is not denied (不低于, 不超过)."""
    found = pattern.search(before)
    return found is not None and before[: found.start()][-1:] not in _NOT


def comparable(wanted: Quantity, stated: Quantity) -> bool:
    """Whether two quantities measure the same sort of thing."""
    if stated.dimension is Dimension.MONEY and not wanted.unit and wanted.value >= _LARGE:
        return True
    if wanted.dimension is not stated.dimension:
        return False
    if wanted.dimension is not Dimension.COUNT:
        return wanted.unit == stated.unit or same_quantity(wanted, stated)
    if any(wanted.unit in group and stated.unit in group for group in _ALIKE):
        return True
    return compatible_units(wanted.unit, stated.unit) or compatible_units(stated.unit, wanted.unit)


def _numbers(asked: Sequence[Quantity], text: str) -> bool | None:
    stated = quantities(text)
    answers = []
    for wanted in asked:
        rivals = [one for one in stated if comparable(wanted, one)]
        if rivals:
            answers.append(any(meets(wanted, one, text) for one in rivals))
    return all(answers) if answers else None


def _dates(asked: str, text: str) -> bool | None:
    answers = []
    for wanted in dates(asked):
        if wanted.year is None or not (wanted.month or _EVENT.match(asked, wanted.span.end)):
            continue
        for stated in dates(text):
            answer = _meets_date(wanted, stated, text)
            if answer is not None:
                answers.append(answer)
    return all(answers) if answers else None


def _until(wanted: DateMention, stated: DateMention) -> bool:
    last = (stated.year, stated.month or 12, stated.day or 31)
    return (wanted.year, wanted.month or 1, wanted.day or 1) <= last


def _from(wanted: DateMention, stated: DateMention) -> bool:
    first = (stated.year, stated.month or 1, stated.day or 1)
    return (wanted.year, wanted.month or 12, wanted.day or 31) >= first


def _meets_date(wanted: DateMention, stated: DateMention, text: str) -> bool | None:
    if stated.year is None or wanted.year is None:
        return None
    if _BEFORE_IT.match(text, stated.span.end):
        return _until(wanted, stated)
    if _FROM_TO.search(text, 0, stated.span.start):
        return _until(wanted, stated)
    if _AFTER_IT.match(text, stated.span.end):
        return _from(wanted, stated)
    if _UP_TO.match(text, stated.span.end):
        return _from(wanted, stated) if dates(text[stated.span.end :]) else None
    return None
