"""The JSON of changing documents: what a request may hold and what a reply holds."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.web.schemas import NAME_CHARACTERS
from app.web.schemas_problems import ProblemBody

FILES: Final = 100  # of one request
FIELDS_BYTES: Final = 64 * 1024
FIELD_COUNT: Final = 50
FAILURES_SHOWN: Final = 100


class TextUpload(BaseModel):
    """A document as text. `name` without a suffix becomes a .txt file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(max_length=NAME_CHARACTERS)] = Field(
        default="", description="文件名；替换时不写"
    )
    text: Annotated[str, Field(min_length=1)] = Field(description="全文")
    collection: Annotated[str, Field(max_length=NAME_CHARACTERS)] = Field(
        default="", description="文档集；不写则不分集"
    )
    fields: Annotated[dict[str, Any], Field(max_length=FIELD_COUNT)] | None = Field(
        default=None, description="标题、文号等，写法同附属信息文件；不写则不改"
    )


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ResultBody(_Reply):
    """What became of one document; `problem` says why it failed."""

    name: str
    status: Literal["added", "replaced", "unchanged", "removed", "failed"]
    id: str | None
    source: str | None
    url: str | None
    problem: ProblemBody | None


class ResultsBody(_Reply):
    """What became of each document, in the order of the request."""

    results: list[ResultBody]
    corpus_version: str


class FailureBody(_Reply):
    """A file of the corpus folder that is not searchable, and why."""

    source: str
    reason: str


class SyncBody(_Reply):
    """What an update from the corpus folder changed, by path."""

    added: list[str]
    replaced: list[str]
    removed: list[str]
    unchanged: int
    failed: list[FailureBody]
    ignored: list[FailureBody]
    rebuilt: str
    corpus_version: str


class StatusBody(_Reply):
    """How the service is. `writer` is the indexing process; `trouble` is why its last update from
    the folder failed, "" when it did not."""

    corpus_version: str
    documents: int
    verified: bool
    writer: Literal["idle", "working", "away"]
    pid: int | None
    waiting: int
    watching: Literal["on", "poll", "off"]
    trouble: str
    failed: list[FailureBody]
