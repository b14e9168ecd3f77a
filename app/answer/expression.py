"""A formula as a text writes it: 救助金额＝（自付费用－起付线）×救助比例, parsed and reckoned.

In: the folded right side. Out: the names in it, and its value once each name has one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

_TOKEN = re.compile("\\s*([()+*/-]|[0-9.]+%?|[^()+*/\\-\\s0-9][^()+*/\\-\\s]*)")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "－": "-", "—": "-", "–": "-", "−": "-", "·": "*"})
_NUMBER = re.compile("([0-9]+(?:\\.[0-9]+)?)(%?)")
_OPERATORS = frozenset("()+-*/")
_BRACKETS = str.maketrans("[]{}【】", "()()()")


class Expression:
    """A parsed right side of a formula."""

    def __init__(self, written: str) -> None:
        text = written.translate(_SIGNS).translate(_BRACKETS)
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it, each once, in order."""
        found = (t for t in self._tokens if t not in _OPERATORS and not _NUMBER.fullmatch(t))
        return tuple(dict.fromkeys(found))

    @property
    def reckons(self) -> bool:
        """Whether it joins anything by a sign."""
        return any(token in "+-*/" for token in self._tokens)

    def value(self, values: Mapping[str, Decimal]) -> Decimal | None:
        """The value with `values` for the names; None when it is not well formed."""
        self._at = 0
        try:
            result = self._sum(values)
        except (KeyError, IndexError, InvalidOperation, ZeroDivisionError):
            return None
        return result if self._at == len(self._tokens) else None

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token: str = self._tokens[self._at]
        self._at += 1
        return token

    def _sum(self, values: Mapping[str, Decimal]) -> Decimal:
        result = self._product(values)
        while self._peek() in {"+", "-"}:
            sign = self._next()
            other = self._product(values)
            result = result + other if sign == "+" else result - other
        return result

    def _product(self, values: Mapping[str, Decimal]) -> Decimal:
        result = self._atom(values)
        while self._peek() in {"*", "/"}:
            sign = self._next()
            other = self._atom(values)
            result = result * other if sign == "*" else result / other
        return result

    def _atom(self, values: Mapping[str, Decimal]) -> Decimal:
        token = self._next()
        if token == "(":
            result = self._sum(values)
            if self._next() != ")":
                raise InvalidOperation
            return result
        number = _NUMBER.fullmatch(token)
        if number is not None:
            value = Decimal(number.group(1))
            return value / 100 if number.group(2) else value
        return values[token]
