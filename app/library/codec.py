"""Writes the frozen dataclasses of `app.model` as compact JSON and reads them back.

A dataclass becomes an array of its fields in order, without names; what the fields mean is known
from the type that is asked for. A date is ISO 8601, a Decimal its exact decimal string, an
enumeration its value. So `decode(type, encode(type, value)) == value` for every value.

Stored text is only readable with the same model: a store carries the fingerprint of the code that
wrote it (`app.library.version`) and is derived anew when that changes.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")
_Turn = Callable[[Any], Any]

_PLAIN = (str, int, float, bool, types.NoneType)
_AS_TEXT: dict[type, tuple[_Turn, _Turn]] = {
    Decimal: (str, Decimal),
    date: (date.isoformat, date.fromisoformat),
}


def encode(kind: type[Value], value: Value) -> str:
    """`value`, which is of type `kind`, as one line of JSON."""
    turned = _turns(cast(Hashable, kind))[0](value)
    return json.dumps(turned, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decode(kind: type[Value], stored: str) -> Value:
    """The value of type `kind` that `encode` wrote.

    Raises ValueError, TypeError, ArithmeticError or LookupError when the text is something else.
    """
    value: Value = _turns(cast(Hashable, kind))[1](json.loads(stored))
    return value


@cache
def _turns(kind: Any) -> tuple[_Turn, _Turn]:
    """How to write and how to read a type; found out once for each type."""
    if kind in _PLAIN:
        return _same, _same
    if kind in _AS_TEXT:
        return _AS_TEXT[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _value_of, kind
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_turns(kind)
    if get_origin(kind) is tuple:
        return _tuple_turns(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return _optional_turns(kind)
    raise TypeError(f"no way to store a value of type {kind!r}")


def _same(value: Any) -> Any:
    return value


def _value_of(member: Enum) -> Any:
    return member.value


def _dataclass_turns(kind: type) -> tuple[_Turn, _Turn]:
    hints = get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    turns = tuple(_turns(hints[name]) for name in names)

    def write(value: Any) -> list[Any]:
        return [turn[0](getattr(value, name)) for name, turn in zip(names, turns, strict=True)]

    def read(stored: Any) -> Any:
        return kind(*(turn[1](item) for turn, item in zip(turns, stored, strict=True)))

    return write, read


def _tuple_turns(kind: Any) -> tuple[_Turn, _Turn]:
    """Only `tuple[X, ...]`: the model has no tuples of mixed types."""
    item, *rest = get_args(kind)
    if rest != [Ellipsis]:
        raise TypeError(f"no way to store a value of type {kind!r}")
    write_item, read_item = _turns(item)

    def write(value: Any) -> list[Any]:
        return [write_item(item) for item in value]

    def read(stored: Any) -> Any:
        return tuple(read_item(item) for item in stored)

    return write, read


def _optional_turns(kind: Any) -> tuple[_Turn, _Turn]:
    """Only `X | None`: nothing in the stored text tells other alternatives apart."""
    present = [choice for choice in get_args(kind) if choice is not types.NoneType]
    if len(present) != 1 or len(get_args(kind)) != 2:
        raise TypeError(f"no way to store a value of type {kind!r}")
    write_present, read_present = _turns(present[0])

    def write(value: Any) -> Any:
        return None if value is None else write_present(value)

    def read(stored: Any) -> Any:
        return None if stored is None else read_present(stored)

    return write, read
