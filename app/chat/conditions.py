"""Conditions on the fields of documents, as Dify writes them, and what the index does of them.

A condition is checked on every document that is found. Those that the index knows itself are given
to it as filters too, so that they do not cost hits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Any

from app.model import Document, Filters

_CHINA = timedelta(hours=8)  # a moment given in seconds falls on this day
_CONDITIONS = 50
_VALUES = 100
_TEXT = 1000

# The names of a field in conditions; all of them stand for the attribute on the right.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "document_id": "id",
        "id": "id",
        "collection": "collection",
        "语料夹": "collection",
        "title": "title",
        "document_name": "title",
        "标题": "title",
        "number": "number",
        "文号": "number",
        "issuer": "issuer",
        "发文机关": "issuer",
        "region": "region",
        "地区": "region",
        "status": "status",
        "效力": "status",
        "issued_on": "issued_on",
        "成文日期": "issued_on",
        "effective_on": "effective_on",
        "施行日期": "effective_on",
        "expires_on": "expires_on",
        "失效日期": "expires_on",
        "source": "source",
        "来源": "source",
    }
)


class WrongCondition(ValueError):
    """A condition that cannot be understood; the message says which."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`operator` must hold for one of the `fields` (attributes of documents) with `values`."""

    fields: tuple[str, ...]
    operator: str
    values: tuple[str, ...]

    def holds(self, document: Document) -> bool:
        """Whether the document meets the condition."""
        return any(
            OPERATORS[self.operator](text_of(document, field), self.values) for field in self.fields
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that must all hold, or one of them when `any_of` is set."""

    parts: tuple[Condition, ...] = ()
    any_of: bool = False

    def hold(self, document: Document) -> bool:
        """Whether the document meets them; none at all is always met."""
        if not self.parts:
            return True
        met = (part.holds(document) for part in self.parts)
        return any(met) if self.any_of else all(met)


def text_of(document: Document, field: str) -> str:
    """The field of a document as it stands in metadata; "" when it is not known."""
    value = getattr(document, field)
    return "" if value is None else str(value)


# ── operators ───────────────────────────────────────────────────────────────────────────────────

Test = Callable[[str, tuple[str, ...]], bool]


def _order(found: str, wanted: str) -> int | None:
    """-1, 0 or 1; None when the two cannot be compared.

    A year or month is compared with the same part of a date: all of 2024 is after “2023”.
    """
    if not found or not wanted:
        return None
    day = _day(found)
    if day is not None:
        stamp = _moment(wanted) or wanted
        if not _is_date(stamp):
            return None
        part = found[: len(stamp)]
        return (part > stamp) - (part < stamp)
    try:
        left, right = float(found), float(wanted)
    except ValueError:
        return None
    if not (isfinite(left) and isfinite(right)):
        return None
    return (left > right) - (left < right)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _is_date(text: str) -> bool:
    """Whether it is a year, a month or a day: 2024, 2024-05, 2024-05-01."""
    full = text + "0000-01-01"[len(text) :] if len(text) in (4, 7) else text
    return _day(full) is not None


def _moment(text: str) -> str | None:
    """The day of a number of (milli)seconds since 1970, or of a date with a time behind it."""
    if len(text) > 10 and text[10] in "T " and _day(text[:10]):
        return text[:10]
    if len(text) < 9 or not (text.isascii() and text.replace(".", "", 1).isdigit()):
        return None
    seconds = float(text)
    seconds = seconds / 1000 if seconds > 1e11 else seconds
    if seconds > 1e11:
        return None
    return (datetime.fromtimestamp(seconds, UTC) + _CHINA).date().isoformat()


def _compared(*accepted: int) -> Test:
    return lambda found, values: _order(found, values[0]) in accepted


def _same(found: str, wanted: str) -> bool:
    return found == wanted or _order(found, wanted) == 0


OPERATORS: Mapping[str, Test] = MappingProxyType(
    {
        "contains": lambda found, values: values[0] in found,
        "not contains": lambda found, values: values[0] not in found,
        "start with": lambda found, values: found.startswith(values[0]),
        "end with": lambda found, values: found.endswith(values[0]),
        "is": lambda found, values: found == values[0],
        "is not": lambda found, values: found != values[0],
        "in": lambda found, values: found in values,
        "not in": lambda found, values: found not in values,
        "empty": lambda found, values: not found,
        "not empty": lambda found, values: bool(found),
        "=": lambda found, values: _same(found, values[0]),
        "≠": lambda found, values: not _same(found, values[0]),
        ">": _compared(1),
        "<": _compared(-1),
        "≥": _compared(0, 1),
        "≤": _compared(-1, 0),
        "before": _compared(-1),
        "after": _compared(1),
    }
)
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "!=": "≠",
        ">=": "≥",
        "<=": "≤",
        "==": "=",
        "starts with": "start with",
        "ends with": "end with",
    }
)
_MANY = frozenset({"in", "not in"})
_NONE = frozenset({"empty", "not empty"})


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def read(given: object) -> Conditions:
    """The conditions of a request. Raises WrongCondition."""
    if given is None:
        return Conditions()
    if not isinstance(given, dict):
        raise WrongCondition("metadata_condition 应为对象")
    joined = given.get("logical_operator") or "and"
    if joined not in ("and", "or"):
        raise WrongCondition("logical_operator 应为 and 或 or")
    parts = given.get("conditions") or []
    if not isinstance(parts, list) or len(parts) > _CONDITIONS:
        raise WrongCondition(f"conditions 应为数组，最多 {_CONDITIONS} 项")
    return Conditions(tuple(_condition(part) for part in parts), joined == "or")


def _condition(given: object) -> Condition:
    if not isinstance(given, dict):
        raise WrongCondition("conditions 的每一项应为对象")
    names = given.get("name")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not names or len(names) > _CONDITIONS:
        raise WrongCondition("name 应为字段名")
    unknown = [name for name in names if not isinstance(name, str) or name not in FIELDS]
    if unknown:
        raise WrongCondition(f"没有这个字段；可用的字段：{'、'.join(FIELDS)}")
    operator = given.get("comparison_operator")
    operator = _SPELLINGS.get(operator, operator) if isinstance(operator, str) else ""
    if operator not in OPERATORS:
        raise WrongCondition(f"没有这个比较；可用的比较：{'、'.join(OPERATORS)}")
    fields = tuple(FIELDS[name] for name in names)
    return Condition(fields, operator, _values(given.get("value"), operator))


def _values(given: Any, operator: str) -> tuple[str, ...]:
    if operator in _NONE:
        return ()
    if operator in _MANY and isinstance(given, str):
        given = [part.strip() for part in given.replace("，", ",").split(",") if part.strip()]
    many = given if isinstance(given, list) else [given]
    values = tuple(_value(one) for one in many[: _VALUES + 1])
    if not values or len(values) > _VALUES or (operator not in _MANY and len(values) > 1):
        raise WrongCondition(f"{operator} 的 value 个数不对")
    return values


def _value(given: object) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise WrongCondition("value 应为文字或数")
    text = str(given)
    if len(text) > _TEXT:
        raise WrongCondition(f"value 最多 {_TEXT} 个字符")
    return text


# ── filters of the index ────────────────────────────────────────────────────────────────────────

_FILTERS: Mapping[str, str] = MappingProxyType(
    {
        "collection": "collections",
        "id": "document_ids",
        "region": "regions",
        "issuer": "issuers",
        "status": "status",
    }
)
_BOUNDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "issued_from": ("=", "is", ">", "≥", "after"),
        "issued_to": ("=", "is", "<", "≤", "before"),
    }
)


def narrowed(filters: Filters, conditions: Conditions) -> Filters:
    """`filters` with those conditions that the index can check; never more than they say."""
    if conditions.any_of:
        return filters
    wanted: dict[str, Any] = {}
    for part in conditions.parts:
        if len(part.fields) != 1 or not all(part.values):
            continue
        field = part.fields[0]
        name = _FILTERS.get(field)
        # A filter that is set already says something else; the check on documents joins the two.
        if name and part.operator in ("is", "in") and not getattr(filters, name):
            wanted.setdefault(name, part.values)
        elif field == "issued_on" and part.values and (day := _day(part.values[0])):
            for bound, operators in _BOUNDS.items():
                if part.operator in operators:
                    wanted.setdefault(bound, day)
    return replace(filters, **wanted)
