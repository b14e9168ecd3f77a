"""Answers, refusals and the quotations that prove them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.model.questions import Kind
from app.model.spans import Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim piece of a document that proves a statement.

    `quote` is `document.text[span.start:span.end]`; `context` is the sentence round it; `page` the
    page on which the quote starts, counted from 1 (None for a document without pages).
    """

    id: int
    document_id: str
    title: str
    path: tuple[str, ...]
    span: Span
    quote: str
    context: str
    digest: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    page: int | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived value was computed; `operands` are citation ids."""

    operation: str
    expression: str
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer: a quote, or a template filled with quotes."""

    text: str
    citations: tuple[int, ...]
    derived: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that the corpus proves."""

    kind: Kind
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    markdown: str
    confidence: float | None
    notes: tuple[str, ...]
    as_of: date
    corpus_version: str


class Reason(StrEnum):
    """Why a question is refused."""

    NOT_COVERED = "not_covered"
    WRONG_SCOPE = "wrong_scope"
    AMBIGUOUS = "ambiguous"
    CONTRADICTED = "contradicted"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage shown with a refusal: a place to read on, no claim."""

    document_id: str
    title: str
    path: tuple[str, ...]
    span: Span
    quote: str
    digest: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that says what the corpus does not cover."""

    reason: Reason
    message: str
    missing: tuple[str, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Nearest, ...]
    markdown: str
    as_of: date
    corpus_version: str


Reply = Answer | Refusal
