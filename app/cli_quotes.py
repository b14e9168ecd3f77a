"""Reads a file of quotations to verify."""

from __future__ import annotations

import click
from pydantic import ValidationError

from app.model import QuoteClaim
from app.web import render, schemas
from app.web.validation import invalid_request


def read_claims(text: str) -> tuple[QuoteClaim, ...]:
    """The quotations in `text`, a request body for `POST /v1/verify`."""
    try:
        return render.claims(schemas.VerifyRequest.model_validate_json(text))
    except ValidationError as error:
        problem = invalid_request(error.errors())
        raise click.BadParameter(problem.detail, param_hint="文件") from None
