"""A name found in a clause, with what its place in the clause is worth."""

from __future__ import annotations

from dataclasses import dataclass

from app.model import Span


@dataclass(frozen=True, slots=True)
class Named:
    """A name that may answer: its span of the document and a bonus for the words beside it."""

    span: Span
    bonus: float
