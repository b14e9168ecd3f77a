"""Units and classifiers: which one stands at a place, and which of them answer for each other.

The table is `units.tsv` of the lexicon; its head explains the columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from app.errors import LexiconError
from app.lexicon.loader import table
from app.model import Dimension

_COLUMNS = 6
_NUMERALS = ("any", "arabic", "asked")
_LATIN = re.compile("[A-Za-z]")
_ENDS_LATIN = re.compile("[A-Za-z]$")
_MAGNITUDES = "十百千万亿"
_NO_CLASSIFIER = ""

# Families that 个 and a number without classifier do not stand for: they count something else
# than things or persons.
_NOT_COUNTED_BY_PIECE = frozenset(
    {"人次", "人份", "人日", "次", "岁", "分", "级", "课时", "标箱", "学分", "剂次", "户次"}
    | {"架次", "车次", "辆次", "列次", "艘次", "台次", "件次", "例次", "部次", "家次"}
)
# Families that answer for each other though the classifiers differ (asked, written).
_KINDRED = frozenset({("机构", "校"), ("台", "辆"), ("辆", "台"), ("日", "工作日"), ("种", "项")})
# 多长时间 asks for any duration.
_ANY_DURATION = frozenset({"时间", "多久", "多长时间"})


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of the table. `factor` times a value is the value in the base unit of `family`."""

    name: str
    dimension: Dimension
    factor: Decimal
    family: str
    numeral: str
    not_before: re.Pattern[str] | None


def unit_at(text: str, start: int, end: int, arabic: bool) -> Unit | None:
    """The longest unit that begins at `start` and ends by `end`, behind a number.

    `arabic` says how the number is written: some units follow Arabic numerals only (3面, but
    一面 is another word).
    """
    for unit in _by_first_character().get(text[start : start + 1], ()):
        stop = start + len(unit.name)
        if stop <= end and text.startswith(unit.name, start) and _fits(unit, text, stop, arabic):
            return unit
    return None


def find_unit(name: str) -> Unit | None:
    """The unit with this name; a magnitude before it is dropped (万元 is found as 元)."""
    known = _units()
    return known.get(name) or known.get(name.lstrip(_MAGNITUDES))


def unit_family(unit: str) -> str:
    """The family of `unit`: units of one family measure the same thing (名 and 人: 人).

    A unit that the table does not know is its own family.
    """
    found = find_unit(unit)
    return unit if found is None else found.family


def compatible_units(asked: str, unit: str) -> bool:
    """Whether a quantity in `unit` can answer a question that asks with `asked`.

    几家 is answered by 5所 and 5个, 多少个 by nearly every classifier but not by 人次, 多少钱 by
    money. "" stands for a number without classifier and for a question without one.
    """
    if asked == unit:
        return True
    asked_unit, written = find_unit(asked), find_unit(unit)
    if not _is_count(asked, asked_unit) or not _is_count(unit, written):
        return _same_measure(asked_unit, written)
    first, second = unit_family(asked), unit_family(unit)
    if first == second or (first, second) in _KINDRED:
        return True
    if first in ("个", _NO_CLASSIFIER):
        return first == _NO_CLASSIFIER or second not in _NOT_COUNTED_BY_PIECE
    return second in ("个", _NO_CLASSIFIER) and first not in _NOT_COUNTED_BY_PIECE


def _is_count(name: str, unit: Unit | None) -> bool:
    return unit is None or name == _NO_CLASSIFIER or unit.dimension is Dimension.COUNT


def _same_measure(asked: Unit | None, written: Unit | None) -> bool:
    if asked is None or written is None or asked.dimension is not written.dimension:
        return False
    if asked.family == written.family or (asked.family, written.family) in _KINDRED:
        return True
    if asked.name in _ANY_DURATION:
        return True
    return asked.name == "钱" and written.dimension is Dimension.MONEY


def _fits(unit: Unit, text: str, end: int, arabic: bool) -> bool:
    if unit.numeral == "asked" or (unit.numeral == "arabic" and not arabic):
        return False
    if _ENDS_LATIN.search(unit.name) and _LATIN.match(text, end):
        return False
    return unit.not_before is None or unit.not_before.match(text, end) is None


@cache
def _units() -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    for row in table("units.tsv", _COLUMNS):
        unit = _unit(row)
        if unit.name in found:
            raise LexiconError(f"units.tsv: 单位 {unit.name!r} 写了两行；请只留一行")
        found[unit.name] = unit
    return found


@cache
def _by_first_character() -> dict[str, tuple[Unit, ...]]:
    """The units under their first character, longest first."""
    found: dict[str, list[Unit]] = {}
    for unit in _units().values():
        found.setdefault(unit.name[0], []).append(unit)
    return {
        first: tuple(sorted(units, key=lambda unit: (-len(unit.name), unit.name)))
        for first, units in found.items()
    }


def _unit(row: tuple[str, ...]) -> Unit:
    name, dimension, factor, family, numeral, not_before = row
    if numeral not in _NUMERALS:
        raise LexiconError(f"units.tsv: {name}: 第五列 {numeral!r} 应为 {'、'.join(_NUMERALS)}")
    try:
        pattern = None if not_before == "-" else re.compile(not_before)
        return Unit(name, Dimension(dimension), Decimal(factor), family, numeral, pattern)
    except (ValueError, InvalidOperation, re.error) as error:
        raise LexiconError(f"units.tsv: {name}: 这一行读不懂：{row!r}（{error}）") from error
