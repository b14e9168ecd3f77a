"""What the asker states of his own case: numbers with what they count, times and shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.model import Bound, Dimension, Kind, Quantity, Question
from app.text.fold import fold
from app.text.quantities import quantities
from app.text.spoken import with_digits

_GIVEN = frozenset({Dimension.MONEY, Dimension.COUNT, Dimension.MEASURE, Dimension.DURATION})
_MONTHS = {"月": 1, "个月": 1, "年": 12, "季度": 3, "个季度": 3, "学期": 6, "个学期": 6}
_ONE_PERIOD = re.compile("(?:每|一个?|单)(月|年|季度|学期)")
_SPENT = re.compile("花|投|买|购|支出|费|砸|掏|付|用|贷|缴|交|价|款|额")
_COINS = frozenset({"块", "块钱"})
_BORDER = re.compile("[,。?？;!、 能可补给奖应得呢的搞做建买改上进来用在去]|$")
_AFTER = 6  # characters behind a number in which the thing counted stands


@dataclass(frozen=True, slots=True)
class Given:
    """What the question states: its numbers with the words behind each, and months asked for."""

    full: str
    numbers: tuple[tuple[Quantity, str], ...]
    months: int | None
    shares: tuple[Quantity, ...] = ()
    said: str = ""  # the words that the numbers stand in, with digits


def given(question: Question) -> Given:
    """The numbers of the last words of the user, else of the whole question."""
    said = (fold(question.text).text.strip(), question.full, *reversed(question.context))
    for text in map(with_digits, said):
        found = tuple(
            (
                _as_money(question, quantity, text),
                text[quantity.span.end : quantity.span.end + _AFTER],
            )
            for quantity in quantities(text)
            if quantity.bound in {Bound.EXACT, Bound.ABOUT} and quantity.dimension in _GIVEN
        )
        counted = tuple(one for one in found if one[0].unit not in _MONTHS)
        if counted or found:
            full = " ".join((*question.context, question.full))
            shares = tuple(q for q in quantities(text) if q.dimension is Dimension.RATIO)
            return Given(full, counted, _months(found, full), shares, text)
    return Given(question.full, (), None)


def _behind(quantity: Quantity, text: str) -> str:
    return text[quantity.span.end : quantity.span.end + _AFTER]


_MONEY_NOUN = re.compile(
    "利息|租金|贷款|保费|投资|设备|费|资金|本金|房款|货款|工资|学费|药费|成本|营收|产值|税"
)
_LARGE = re.compile("[万亿]$")
_LEAST_LARGE = 10_000  # 8万6500


def _as_money(question: Question, quantity: Quantity, text: str) -> Quantity:
    """花了30万, 要是800万呢: a bare number behind a word for spending is money, and so is a large
    one that stands alone in a question for money."""
    if quantity.unit in _COINS:
        return replace(quantity, unit="元", dimension=Dimension.MONEY)
    before = text[max(0, quantity.span.start - _AFTER) : quantity.span.start]
    after = text[quantity.span.end : quantity.span.end + 1]
    if quantity.unit:
        return quantity
    alone = _BORDER.match(after) is not None
    written = text[quantity.span.start : quantity.span.end]
    large = _LARGE.search(written) is not None or quantity.value >= _LEAST_LARGE
    spent = _SPENT.search(before) and (alone or _MONEY_NOUN.match(text, quantity.span.end))
    if not spent and not (large and alone and question.kind is Kind.AMOUNT):
        return quantity
    return replace(quantity, unit="元", dimension=Dimension.MONEY)


def _months(found: Sequence[tuple[Quantity, str]], full: str) -> int | None:
    """How many months the question adds up, or None when it names no time."""
    for quantity, _ in found:
        step = _MONTHS.get(quantity.unit)
        if step is not None and quantity.value * step == int(quantity.value * step):
            return int(quantity.value * step)
    named = _ONE_PERIOD.search(full)
    return _MONTHS[named.group(1)] if named else None


def shared(name: str, beside: str) -> int:
    """The length of the longest piece that a name shares with the words beside a number."""
    for size in range(min(len(name), len(beside)), 1, -1):
        if any(name[at : at + size] in beside for at in range(len(name) - size + 1)):
            return size
    return 0
