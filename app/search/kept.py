"""What was read before, kept for the next question."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """Values that never change, by key; all are dropped when there are more than `most`.

    Safe to use from several threads: each step is one that the interpreter does not interrupt, and
    what two threads read at once is the same.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[_Key, _Value] = {}

    def get_many(self, keys: Iterable[_Key]) -> dict[_Key, _Value]:
        """The values of those of `keys` that are kept, in their order."""
        values = self._values
        return {key: values[key] for key in keys if key in values}

    def keep(self, more: Mapping[_Key, _Value]) -> Mapping[_Key, _Value]:
        """Keeps `more`, and gives it back."""
        if len(self._values) + len(more) > self._most:
            self._values = {}  # whoever looks into the old one may go on
        self._values.update(more)
        return more
