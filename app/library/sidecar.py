"""Reads the sidecar of a document: what its owner knows about it and the text may not say.

In: the bytes of `NAME.EXT.json`. Out: a `Sidecar`. The file is a JSON object in UTF-8 with the keys
of `FIELDS`; every key may be missing or null. Dates are written 2023-05-01.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.errors import InvalidSidecar
from app.model import Status

MAX_BYTES = 64 * 1024
MAX_CHARACTERS = 500
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The fields that a sidecar states; None where it says nothing."""

    id: str | None = None
    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    status: Status | None = None
    origin: str | None = None  # "upload": written by the service for a document handed in
    digest: str | None = None  # SHA-256 of the document file that the sidecar was written for


class _Wrong(Exception):
    """What the value should have been."""


def parse(data: bytes, name: str) -> Sidecar:
    """The sidecar in `data`; `name` is its path, for messages.

    Raises InvalidSidecar, which names file, key, value and the way out.
    """
    fields = _object(data, name)
    for key in fields:
        if key not in FIELDS:
            raise InvalidSidecar(
                f"{name}：不认识的字段“{_shown(key)}”。可用的字段：{'、'.join(FIELDS)}。"
            )
    values: dict[str, Any] = {}
    for key, value in fields.items():
        try:
            values[key] = None if value is None else FIELDS[key](value)
        except _Wrong as wrong:
            raise InvalidSidecar(
                f"{name}：字段“{key}”的值 {_shown(value)} 不能用，{wrong}；不确定时写 null。"
            ) from None
    return Sidecar(**values)


def _object(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise InvalidSidecar(f"{name}：有 {len(data)} 字节，附属信息文件最多 {MAX_BYTES} 字节。")
    try:
        parsed = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except UnicodeDecodeError as error:
        raise InvalidSidecar(
            f"{name}：不是 UTF-8（第 {error.start} 字节）。请另存为 UTF-8。"
        ) from error
    except _Wrong as wrong:
        raise InvalidSidecar(f"{name}：{wrong}。") from None
    except (ValueError, RecursionError) as error:
        raise InvalidSidecar(
            f"{name}：不是有效的 JSON（{error}）。请改正，或删去这个文件。"
        ) from error
    if not isinstance(parsed, dict):
        raise InvalidSidecar(f"{name}：内容应是一个 JSON 对象 {{…}}，现在是 {_shown(parsed)}。")
    return parsed


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different; Python would keep the last twin in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Wrong(f"字段“{_shown(key)}”写了两次，请只留一个")
        found[key] = value
    return found


def _shown(value: object) -> str:
    """A value as it may stand in a message: short, and free of lone surrogates."""
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    short = shown if len(shown) <= 60 else shown[:60] + "…"
    return short.encode("utf-8", "backslashreplace").decode("utf-8")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _Wrong("应是文字，写在引号里")
    stripped = value.strip()
    if not stripped or len(stripped) > MAX_CHARACTERS:
        raise _Wrong(f"应有 1 到 {MAX_CHARACTERS} 个字")
    if any(unicodedata.category(character) in _CONTROL for character in stripped):
        raise _Wrong("含有换行或其他控制字符")
    return stripped


def _identifier(value: object) -> str:
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise _Wrong("应由 1 到 64 个字母、数字、点、横线、下划线组成，以字母或数字开头")
    return value


def _date(value: object) -> date:
    try:
        if not isinstance(value, str) or _DATE.fullmatch(value) is None:
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise _Wrong("应是日历上有的日期，写作 2023-05-01") from None


def _status(value: object) -> Status:
    try:
        return Status(str(value))
    except ValueError:
        raise _Wrong(f"应是 {'、'.join(Status)} 之一") from None


def _origin(value: object) -> str:
    if value != "upload":
        raise _Wrong("只能是 upload，由服务填写")
    return "upload"


def _digest(value: object) -> str:
    if not isinstance(value, str) or _DIGEST.fullmatch(value) is None:
        raise _Wrong("应是文件的 SHA-256，64 个十六进制数字")
    return value


FIELDS: Final[dict[str, Callable[[object], object]]] = {
    "id": _identifier,
    "title": _text,
    "number": _text,
    "issuer": _text,
    "region": _text,
    "issued_on": _date,
    "effective_on": _date,
    "expires_on": _date,
    "status": _status,
    "origin": _origin,
    "digest": _digest,
}
