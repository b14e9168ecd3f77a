"""The JSON of the HTTP contract, version 1: what a request may hold and what a reply holds.

All offsets count characters (code points) of `Document.text`, half-open. Reply schemas have no
defaults: every field is always there, null when unknown. Requests refuse unknown fields.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    model_validator,
)

from app.model import Kind, Reason, Source, Status
from app.web.cleaning import is_blank, without_controls

QUESTION_CHARACTERS = 500
HISTORY_ENTRIES = 20
NAME_CHARACTERS = 200
FILTER_VALUES = 50
ASK_LIMIT = 20
PAGE_LIMIT = 100
OFFSET_LIMIT = 900  # the search index shows no hit beyond the thousandth
QUOTES = 100
QUOTE_CHARACTERS = 20_000
DIGEST_CHARACTERS = 128
POSITION_LIMIT = 2**31 - 1

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

# ── requests ────────────────────────────────────────────────────────────────────────────────────


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("没有可见的文字，请写一个问题")
    return text


def _cleaned(value: object) -> object:
    return without_controls(value) if isinstance(value, str) else value


def _iso_date(value: object) -> object:
    """pydantic alone would also take seconds since 1970 and times of day for a date."""
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise ValueError("应为 2024-05-01 这样的日期")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("历法上没有这一天") from None


QuestionText = Annotated[
    str,
    BeforeValidator(_cleaned),
    Field(min_length=1, max_length=QUESTION_CHARACTERS),
    AfterValidator(_visible),
]
EarlierQuestion = Annotated[str, BeforeValidator(_cleaned), Field(max_length=QUESTION_CHARACTERS)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS)]
Names = Annotated[list[Name], Field(max_length=FILTER_VALUES)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Position = Annotated[int, Field(strict=True, ge=0, le=POSITION_LIMIT)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterFields(_Request):
    """Which documents may be used. What is left out or empty does not restrict."""

    collections: Names = Field(default=[], description="语料夹名")
    document_ids: Names = Field(default=[], description="文件编号")
    regions: Names = Field(default=[], description="地区")
    issuers: Names = Field(default=[], description="发文机关")
    status: list[Status] = Field(default=[], max_length=FILTER_VALUES, description="效力状态")
    issued_from: Day | None = Field(default=None, description="成文日期不早于")
    issued_to: Day | None = Field(default=None, description="成文日期不晚于")
    in_force: bool = Field(default=False, description="只用当日有效的：未到期、未废止、已施行")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.issued_from and self.issued_to and self.issued_from > self.issued_to:
            raise ValueError(f"issued_from {self.issued_from} 晚于 issued_to {self.issued_to}")
        return self


# Query parameters that may stand more than once.
LIST_PARAMETERS = frozenset({"collections", "document_ids", "regions", "issuers", "status"})


class AskRequest(_Request):
    """A question, with what was asked before and which documents may answer it."""

    model_config = ConfigDict(json_schema_extra={"example": {"question": "2025年投入了多少资金？"}})

    question: QuestionText = Field(description="问题，最多 500 个字符；控制字符会被去掉")
    history: list[EarlierQuestion] = Field(
        default=[], max_length=HISTORY_ENTRIES, description="此前的问题，最早的在前"
    )
    filters: FilterFields = Field(default=FilterFields(), description="只用哪些文件")
    as_of: Day | None = Field(default=None, description="以哪一天为准；不写则为今天")
    limit: int = Field(
        default=5, strict=True, ge=1, le=ASK_LIMIT, description="最多给出几段相近的文字"
    )
    trace: bool = Field(default=False, strict=True, description="附上推理过程")


class AskQuery(FilterFields):
    """The same as query parameters. History needs `POST`."""

    q: QuestionText = Field(description="问题，最多 500 个字符；控制字符会被去掉")
    as_of: Day | None = Field(default=None, description="以哪一天为准；不写则为今天")
    limit: int = Field(default=5, ge=1, le=ASK_LIMIT, description="最多给出几段相近的文字")
    trace: bool = Field(default=False, description="附上推理过程")


class SearchQuery(FilterFields):
    """Words to look for, and which part of the hits to show."""

    q: QuestionText = Field(description="要找的词句，最多 500 个字符")
    limit: int = Field(default=10, ge=1, le=PAGE_LIMIT, description="最多几条")
    offset: int = Field(default=0, ge=0, le=OFFSET_LIMIT, description="跳过前几条")
    count: bool = Field(default=False, description="数出总数")
    as_of: Day | None = Field(default=None, description="以哪一天为准；不写则为今天")


class DocumentQuery(_Request):
    """On which day the force of a document is judged."""

    as_of: Day | None = Field(default=None, description="以哪一天为准；不写则为今天")


class PageQuery(_Request):
    """Which part of a listing to show."""

    limit: int = Field(default=20, ge=1, le=PAGE_LIMIT, description="最多几条")
    offset: int = Field(default=0, ge=0, le=POSITION_LIMIT, description="跳过前几条")


class QuoteRequest(_Request):
    """A quotation and where it is said to stand."""

    document_id: Name
    start: Position
    end: Position
    quote: Annotated[str, Field(max_length=QUOTE_CHARACTERS)]
    digest: Annotated[str, Field(max_length=DIGEST_CHARACTERS)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start > self.end:
            raise ValueError(f"start {self.start} 大于 end {self.end}")
        return self


class VerifyRequest(_Request):
    """Quotations to check against the corpus."""

    quotes: list[QuoteRequest] = Field(min_length=1, max_length=QUOTES)


# ── replies ─────────────────────────────────────────────────────────────────────────────────────


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DerivationBody(_Reply):
    """How a value was computed from quotes; `operands` are citation ids."""

    operation: str
    expression: str
    operands: list[int]


class StatementBody(_Reply):
    """A sentence of an answer and the citations that prove it."""

    text: str
    citations: list[int]
    derived: DerivationBody | None


class CitationBody(_Reply):
    """`quote` is `text[start:end]` of the document; `context` is the sentence around it; `page`
    counts from 1 and is where the quote starts, null for a document without pages."""

    id: int
    document_id: str
    title: str
    path: list[str]
    start: int
    end: int
    quote: str
    context: str
    digest: str
    url: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    page: int | None


class NearestBody(_Reply):
    """A passage to read on with, no claim."""

    document_id: str
    title: str
    path: list[str]
    start: int
    end: int
    quote: str
    digest: str
    url: str


class Answered(_Reply):
    """An answer that the corpus proves."""

    status: Literal["answered"]
    kind: Kind
    answer: str
    statements: list[StatementBody]
    citations: list[CitationBody]
    markdown: str
    confidence: float | None
    notes: list[str]
    as_of: date
    corpus_version: str


class Refused(_Reply):
    """What the corpus does not cover, and the nearest passages."""

    status: Literal["refused"]
    reason: Reason
    message: str
    missing: list[str]
    citations: list[CitationBody]
    nearest: list[NearestBody]
    markdown: str
    as_of: date
    corpus_version: str


class TracedAnswered(Answered):
    """An answer with the steps that led to it."""

    trace: dict[str, object]


class TracedRefused(Refused):
    """A refusal with the steps that led to it."""

    trace: dict[str, object]


PlainReply = Annotated[Answered | Refused, Discriminator("status")]
TracedReplyBody = Annotated[TracedAnswered | TracedRefused, Discriminator("status")]
AskReply = PlainReply | TracedReplyBody


class SearchHitBody(_Reply):
    """A passage found; `highlights` are pairs of offsets into the document's text."""

    passage_id: str
    document_id: str
    title: str
    path: list[str]
    text: str
    start: int
    end: int
    highlights: list[tuple[int, int]]
    score: float


class SearchBody(_Reply):
    """Hits best first; `total` is null unless a count was asked for."""

    total_at_least: int
    total: int | None
    hits: list[SearchHitBody]


class DocumentFields(_Reply):
    """What is known of a document; `source` is its path inside the corpus folder."""

    id: str
    collection: str
    title: str
    source: str
    number: str | None
    issuer: str | None
    issuers: list[str]
    region: str | None
    issued_on: date | None
    published_on: date | None
    revised_on: date | None
    effective_on: date | None
    expires_on: date | None
    status: Status
    digest: str


class FieldBody(_Reply):
    """A value that is known of a document, and where it is known from.

    `source` is text (it stands in the text), derived (computed from it), sidecar or upload;
    `start` and `end` are the place in the text, null without one. A field of several values comes
    several times. `document_id` is the other document of a relation, when the corpus holds it.
    """

    name: str
    value: str
    source: Source
    start: int | None
    end: int | None
    document_id: str | None


class DocumentBody(DocumentFields):
    """A document with its verbatim text; `warnings` say why it is not in force on `as_of`."""

    fields: list[FieldBody]
    warnings: list[str]
    as_of: date
    text: str


class DocumentList(_Reply):
    """A part of all documents, in corpus order."""

    total: int
    documents: list[DocumentFields]


class SectionBody(_Reply):
    """A part of a document; `parent` is the position of the part around it, or null."""

    level: int
    label: str
    heading: str
    start: int
    end: int
    heading_start: int
    heading_end: int
    parent: int | None


class OutlineBody(_Reply):
    """The parts of a document in reading order."""

    document_id: str
    digest: str
    sections: list[SectionBody]


class VerdictBody(_Reply):
    """Whether a quotation stands, and where it stands now (null when it is gone)."""

    valid: bool
    reason: Literal["ok", "changed", "moved", "gone", "mismatch"]
    start: int | None
    end: int | None


class VerifyBody(_Reply):
    """One verdict for each quotation, in the order of the request."""

    quotes: list[VerdictBody]


class HealthBody(_Reply):
    """The process runs."""

    status: Literal["ok"]


class ReadyBody(_Reply):
    """The corpus is loaded and can be asked."""

    status: Literal["ready"]
    verified: bool
    corpus_version: str
    documents: int
