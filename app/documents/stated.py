"""A value that a text states, with the place where it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from app.model import Source, Span

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stated(Generic[Value]):
    """A value, the place in the text that states it or that it is computed from, and which."""

    value: Value
    span: Span
    source: Source = Source.TEXT
