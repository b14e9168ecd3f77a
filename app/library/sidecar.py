"""Reads the sidecar of a document: what its owner knows about it and the text may not say.

In: the bytes of `NAME.EXT.json`. Out: a `Sidecar`. The file is a JSON object in UTF-8 with the keys
of `FIELDS`; every key may be missing or null. Dates are written 2023-05-01.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from app.errors import InvalidSidecar
from app.library import sidecar_values as values
from app.library.sidecar_values import WrongValue, shown
from app.model import Contact, Relation, Responsibility, Source, Status

MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The fields that a sidecar states; None where it says nothing.

    `issuers` and `issuer` say the same. `digest` is the SHA-256 of the document file that the
    sidecar belongs to.
    """

    id: str | None = None
    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    status: Status | None = None
    issuers: tuple[str, ...] | None = None
    published_on: date | None = None
    revised_on: date | None = None
    relations: tuple[Relation, ...] | None = None
    attachments: tuple[str, ...] | None = None
    responsible: tuple[Responsibility, ...] | None = None
    contacts: tuple[Contact, ...] | None = None
    digest: str | None = None
    origin: Source | None = None  # upload: written by the service for a document handed in


def parse(data: bytes, name: str) -> Sidecar:
    """The sidecar in `data`; `name` is its path, for messages.

    Raises InvalidSidecar, which names file, key, value and the way out.
    """
    fields = _object(data, name)
    for key in fields:
        if key not in FIELDS:
            raise InvalidSidecar(
                f"{name}：不认识的字段“{shown(key)}”。可用的字段：{'、'.join(FIELDS)}。"
            )
    found: dict[str, Any] = {}
    for key, value in fields.items():
        try:
            if value is not None:
                found[key] = FIELDS[key](value)
        except WrongValue as wrong:
            raise InvalidSidecar(
                f"{name}：字段“{key}”的值 {shown(value)} 不能用，{wrong}；不确定时写 null。"
            ) from None
    return _with_issuers(Sidecar(**found), name)


def _with_issuers(sidecar: Sidecar, name: str) -> Sidecar:
    """`issuer` and `issuers` each filled in from the other: the names parted by 、."""
    if sidecar.issuers is None:
        names = tuple(sidecar.issuer.split("、")) if sidecar.issuer else None
        return replace(sidecar, issuers=names)
    joined = "、".join(sidecar.issuers) or None
    if sidecar.issuer not in (None, joined):
        raise InvalidSidecar(
            f"{name}：字段“issuer”的值 {shown(sidecar.issuer)} 与“issuers”的 {shown(joined)} "
            "不一致。请只写其中一个。"
        )
    return replace(sidecar, issuer=joined)


def _object(data: bytes, name: str) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise InvalidSidecar(f"{name}：有 {len(data)} 字节，附属信息文件最多 {MAX_BYTES} 字节。")
    try:
        parsed = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except UnicodeDecodeError as error:
        raise InvalidSidecar(
            f"{name}：不是 UTF-8（第 {error.start} 字节）。请另存为 UTF-8。"
        ) from error
    except WrongValue as wrong:
        raise InvalidSidecar(f"{name}：{wrong}。") from None
    except (ValueError, RecursionError) as error:
        raise InvalidSidecar(
            f"{name}：不是有效的 JSON（{error}）。请改正，或删去这个文件。"
        ) from error
    if not isinstance(parsed, dict):
        raise InvalidSidecar(f"{name}：内容应是一个 JSON 对象 {{…}}，现在是 {shown(parsed)}。")
    return parsed


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object whose keys are all different; Python would keep the last twin in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise WrongValue(f"字段“{shown(key)}”写了两次，请只留一个")
        found[key] = value
    return found


FIELDS: Final[dict[str, Callable[[object], object]]] = {
    "id": values.identifier,
    "title": values.text,
    "number": values.text,
    "issuer": values.text,
    "issuers": values.texts,
    "region": values.text,
    "issued_on": values.day,
    "published_on": values.day,
    "revised_on": values.day,
    "effective_on": values.day,
    "expires_on": values.day,
    "status": values.status,
    "relations": values.relations,
    "attachments": values.texts,
    "responsible": values.responsible,
    "contacts": values.contacts,
    "digest": values.digest,
    "origin": values.origin,
}
