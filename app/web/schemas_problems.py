"""The JSON of a failure, for the description of the interface (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemBody(_Reply):
    """A failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class FieldErrorBody(_Reply):
    """A field of the request that cannot be used, and why."""

    field: str
    detail: str


class InvalidBody(ProblemBody):
    """A failure with the fields that cannot be used."""

    errors: list[FieldErrorBody]
