"""Checks the values of a sidecar, each by its kind; see `app.library.sidecar`.

In: a value from JSON. Out: the value as a document holds it. Raises WrongValue, which says what
it should have been.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar

from app.documents.contacts import KINDS as CONTACT_KINDS
from app.documents.responsible import ROLES
from app.model import Contact, Relation, RelationKind, Responsibility, Source, Status

MAX_CHARACTERS: Final = 500
MAX_ITEMS: Final = 200  # of a list in a sidecar

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DIGEST = re.compile("[0-9a-f]{64}")

_Item = TypeVar("_Item")


class WrongValue(Exception):
    """What the value should have been."""


def shown(value: object) -> str:
    """A value as it may stand in a message: short, and free of lone surrogates."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    short = written if len(written) <= 60 else written[:60] + "…"
    return short.encode("utf-8", "backslashreplace").decode("utf-8")


def text(value: object) -> str:
    """One line of words."""
    if not isinstance(value, str):
        raise WrongValue("应是文字，写在引号里")
    stripped = value.strip()
    if not stripped or len(stripped) > MAX_CHARACTERS:
        raise WrongValue(f"应有 1 到 {MAX_CHARACTERS} 个字")
    if any(unicodedata.category(character) in _CONTROL for character in stripped):
        raise WrongValue("含有换行或其他控制字符")
    return stripped


def identifier(value: object) -> str:
    """The id of a document."""
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise WrongValue("应由 1 到 64 个字母、数字、点、横线、下划线组成，以字母或数字开头")
    return value


def day(value: object) -> date:
    """A day of the calendar."""
    try:
        if not isinstance(value, str) or _DATE.fullmatch(value) is None:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise WrongValue("应是日历上有的日期，写作 2023-05-01") from None


def status(value: object) -> Status:
    """Whether the document is in force."""
    try:
        return Status(str(value))
    except ValueError:
        raise WrongValue(f"应是 {'、'.join(Status)} 之一") from None


def digest(value: object) -> str:
    """The SHA-256 of the document that the sidecar belongs to."""
    if not isinstance(value, str) or _DIGEST.fullmatch(value) is None:
        raise WrongValue("应是文档文件的 SHA-256，64 个小写的十六进制数字")
    return value


def origin(value: object) -> Source:
    """Who wrote the sidecar: the service, for a document that was handed in."""
    if value != Source.UPLOAD.value:
        raise WrongValue(f"只能是 {Source.UPLOAD.value}，由服务填写")
    return Source.UPLOAD


def texts(value: object) -> tuple[str, ...]:
    """A list of lines."""
    return _items(value, text)


def relations(value: object) -> tuple[Relation, ...]:
    """What the document does to others, or others to it."""
    return _items(value, _relation)


def responsible(value: object) -> tuple[Responsibility, ...]:
    """Who answers for what."""
    return _items(value, _responsibility)


def contacts(value: object) -> tuple[Contact, ...]:
    """Ways to reach somebody."""
    return _items(value, _contact)


def _items(value: object, check: Callable[[object], _Item]) -> tuple[_Item, ...]:
    if not isinstance(value, list) or len(value) > MAX_ITEMS:
        raise WrongValue(f"应是方括号里的一列，最多 {MAX_ITEMS} 项")
    found = []
    for number, item in enumerate(value, 1):
        try:
            found.append(check(item))
        except WrongValue as wrong:
            raise WrongValue(f"第 {number} 项{wrong}") from None
    return tuple(found)


def _relation(value: object) -> Relation:
    held = _fields(value, ("kind", "title"), ("number", "since"))
    return Relation(
        kind=RelationKind(_one_of(held["kind"], "kind", tuple(RelationKind))),
        title=text(held["title"]),
        number=_optional(held.get("number"), text),
        since=_optional(held.get("since"), day),
    )


def _responsibility(value: object) -> Responsibility:
    held = _fields(value, ("role", "units"), ())
    return Responsibility(_one_of(held["role"], "role", ROLES), texts(held["units"]))


def _contact(value: object) -> Contact:
    held = _fields(value, ("kind", "value"), ("label", "holder"))
    kind = _one_of(held["kind"], "kind", CONTACT_KINDS)
    label = _optional(held.get("label"), text) or kind
    return Contact(kind, text(held["value"]), label, _optional(held.get("holder"), text) or "")


def _fields(value: object, needed: tuple[str, ...], more: tuple[str, ...]) -> dict[str, Any]:
    known = "、".join((*needed, *more))
    if not isinstance(value, dict):
        raise WrongValue(f"应是有 {known} 的 JSON 对象")
    for key in value:
        if key not in needed and key not in more:
            raise WrongValue(f"有不认识的“{shown(key)}”，可用的是 {known}")
    for key in needed:
        if value.get(key) is None:
            raise WrongValue(f"缺少 {key}")
    return value


def _one_of(value: object, name: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise WrongValue(f"的 {name} 应是 {'、'.join(allowed)} 之一")
    return value


def _optional(value: object, check: Callable[[object], _Item]) -> _Item | None:
    return None if value is None else check(value)
