"""The official fields of a document beyond its title, and where each field is known from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.model.spans import Span


class Source(StrEnum):
    """Who says so: the text itself, its sidecar, the upload, or a computation from the text."""

    TEXT = "text"
    SIDECAR = "sidecar"
    UPLOAD = "upload"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """Where a field is known from; `span` is the place in the text that states or implies it.

    A field of several values has one origin for each of them, in their order.
    """

    field: str
    source: Source
    span: Span | None


class RelationKind(StrEnum):
    """What a document does to another one, or what another one has done to it."""

    REPEALS = "废止"
    AMENDS = "修改"
    REPEALED_BY = "被废止"


@dataclass(frozen=True, slots=True)
class Relation:
    """Another document that this one repeals or amends, or that repeals it.

    `title` is what stands between 《》, `number` its 文号 as written. `since` is the day of the
    repeal, `document_id` the other document if the corpus holds it; both may be unknown.
    """

    kind: RelationKind
    title: str
    number: str | None = None
    since: date | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Responsibility:
    """The units that answer for a task: `role` is 牵头单位, 责任单位 or 配合单位."""

    role: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach somebody: `kind` is 联系人, 电话, 传真, 地址 or 邮箱, `value` as written.

    `label` is the word before it (咨询电话), `holder` who is reached there, "" when not said.
    """

    kind: str
    value: str
    label: str
    holder: str = ""
