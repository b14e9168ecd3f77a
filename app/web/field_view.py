"""What is known of a document, field by field, with where each value is known from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

from app.model import Contact, Document, FieldOrigin, Relation, Responsibility, Source, Span
from app.web.anchors import place
from app.web.markup import Html, element, joined

LABELS: Final = {
    "title": "标题",
    "number": "文号",
    "issuers": "发文机关",
    "region": "地区",
    "issued_on": "成文日期",
    "published_on": "发布日期",
    "revised_on": "修订日期",
    "effective_on": "施行日期",
    "expires_on": "失效日期",
    "status": "效力",
    "relations": "相关文件",
    "attachments": "附件",
    "responsible": "责任单位",
    "contacts": "联系方式",
}
SOURCES: Final = {
    Source.TEXT: "原文",
    Source.SIDECAR: "附属信息",
    Source.UPLOAD: "上传",
    Source.DERIVED: "推算",
}
_LISTS: Final = ("relations", "attachments", "responsible", "contacts")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One value of a field. `document_id` is the document that it leads to, if any."""

    name: str
    value: str
    source: Source
    span: Span | None
    document_id: str | None


def field_rows(document: Document) -> tuple[FieldRow, ...]:
    """The values that are known, in the order of LABELS."""
    origins: dict[str, list[FieldOrigin]] = {}
    for origin in document.origins:
        origins.setdefault(origin.field, []).append(origin)
    return tuple(
        FieldRow(
            name,
            _shown(value),
            origin.source,
            origin.span,
            value.document_id if isinstance(value, Relation) else None,
        )
        for name in LABELS
        for value, origin in zip(_values(document, name), origins.get(name, ()), strict=False)
    )


def fields_view(document: Document, original: str | None = None) -> Html:
    """The fields of a document as a list of terms, each value with where it is known from.

    `original` is the address of the file that it was extracted from.
    """
    rows = field_rows(document)
    text = document.text
    entries = [
        element(
            "div",
            element("dt", LABELS[name]),
            *(element("dd", _entry(row, text)) for row in group),
        )
        for name in LABELS
        if name != "title" and name not in _LISTS
        if (group := [row for row in rows if row.name == name])
    ]
    rest = (
        ("来源", document.source),
        ("原文件", element("a", "下载原文件", href=original) if original else ""),
        ("字数", f"{len(document.text):,}"),
        ("SHA-256", document.digest),
    )
    entries += [
        element("div", element("dt", name), element("dd", value)) for name, value in rest if value
    ]
    lists = [_list(name, [row for row in rows if row.name == name], text) for name in _LISTS]
    return joined([element("dl", *entries, class_="fields"), *lists])


def warnings_view(warnings: tuple[str, ...]) -> Html:
    """What a reader must know before reading."""
    return joined(element("p", said, class_="notice warning", role="note") for said in warnings)


def _list(name: str, rows: list[FieldRow], text: str) -> Html:
    if not rows:
        return Html()
    return element(
        "details",
        element("summary", f"{LABELS[name]}（{len(rows)}）"),
        element("ul", *(element("li", _entry(row, text)) for row in rows)),
        class_="fields-more",
    )


def _entry(row: FieldRow, text: str) -> Html:
    """A value, and a mark that leads to the place in the text that it is known from."""
    value: str = row.value
    if row.document_id is not None:
        value = element("a", value, href=f"/documents/{quote(row.document_id, safe='')}")
    mark = SOURCES[row.source]
    if row.span is None:
        return joined([value, " ", element("span", mark, class_="origin")])
    link = f"#c={place(row.span, row.span.of(text))}"
    return joined([value, " ", element("a", mark, class_="origin", href=link)])


def _values(document: Document, name: str) -> Iterator[object]:
    value = getattr(document, name)
    if isinstance(value, tuple):
        yield from value
    elif value is not None:
        yield value


def _shown(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Relation):
        number = f"（{value.number}）" if value.number else ""
        since = f"，自{value.since.isoformat()}起" if value.since else ""
        return f"{value.kind}《{value.title}》{number}{since}"
    if isinstance(value, Responsibility):
        return f"{value.role}：{'、'.join(value.units)}"
    if isinstance(value, Contact):
        holder = f"{value.holder} " if value.holder else ""
        return f"{value.label}：{holder}{value.value}"
    return str(value)
