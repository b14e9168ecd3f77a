"""The operations of the tools: what each takes and gives, and the work. Blocking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.chat.replies import Answerer, Source
from app.chat.wording import Form, worded
from app.model import Document, Filters, QuoteClaim, Span, StoredDocument
from app.web.render import document_url

_QUESTION: Final = 500
_QUOTE: Final = 20_000
_PART: Final = 20_000  # characters of a document in one reply
_FARTHEST: Final = 2**31 - 1


class ToolFailure(Exception):
    """A call that cannot be answered; the message is for the caller."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a body; `items` are the fields of the objects of an array."""

    name: str
    type: str
    description: str
    required: bool = False
    default: int | None = None
    least: int = 0
    most: int = 0
    items: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What the operations work with."""

    answerer: Answerer
    collections: tuple[str, ...]
    base: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One tool."""

    name: str
    summary: str
    description: str
    takes: tuple[Field, ...]
    gives: tuple[Field, ...]
    work: Callable[[Work, Mapping[str, Any]], dict[str, Any]]

    @property
    def needs_body(self) -> bool:
        """Whether a field must be given."""
        return any(field.required for field in self.takes)

    def run(self, work: Work, body: Mapping[str, Any]) -> dict[str, Any]:
        """The result. Raises ToolFailure when `body` is wrong."""
        return self.work(work, {field.name: _given(body, field) for field in self.takes})


def _given(body: Mapping[str, Any], field: Field) -> Any:
    """The value of a field; unknown fields of a body are left alone."""
    value = body.get(field.name)
    if value is None or (value == "" and field.name != "quote"):
        if field.required:
            raise ToolFailure(400, f"缺少 {field.name}：{field.description}")
        empty: Any = [] if field.type == "array" else ""
        return field.default if field.type == "integer" else empty
    if field.type == "integer":
        # Models write numbers as text now and then.
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 11:
            value = int(value)
        most = field.most or _FARTHEST
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or not field.least <= value <= most
        ):
            raise ToolFailure(400, f"{field.name} 应为 {field.least} 到 {most} 的整数")
    elif field.type == "array":
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ToolFailure(400, f"{field.name} 应为文字的数组")
    elif not isinstance(value, str) or len(value) > _QUOTE:
        raise ToolFailure(400, f"{field.name} 应为文字，最多 {_QUOTE} 个字符")
    return value


# ── work ────────────────────────────────────────────────────────────────────────────────────────


def _chosen(work: Work, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The collections of a call: never more than the configured ones."""
    wanted = given["collection"]
    if not wanted:
        return work.collections
    if work.collections and wanted not in work.collections:
        raise ToolFailure(400, f"collection 只能是：{'、'.join(work.collections)}")
    return (wanted,)


def _stored(work: Work, document_id: str) -> StoredDocument:
    found = work.answerer.engine().snapshot.documents.get(document_id)
    if found is None or not _open(work, found.document):
        raise ToolFailure(404, "没有这份文件；编号见 list_documents")
    return found


def _open(work: Work, document: Document) -> bool:
    return not work.collections or document.collection in work.collections


def _ask(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    answerer = Answerer(work.answerer.engine, work.answerer.clock, work.base, work.answerer.suggest)
    reply = answerer.ask(given["question"], given["history"], _chosen(work, given))
    return {
        "answered": reply.answered,
        "answer": reply.short,
        "text": worded(reply, Form.MARKDOWN),
        "citations": [_source(one) for one in reply.sources],
        "nearest": [_source(one) for one in reply.nearest],
        "suggestions": list(reply.suggestions),
    }


def _source(one: Source) -> dict[str, Any]:
    fields = asdict(one)
    fields["path"] = " / ".join(step.strip() for step in one.path)
    return {name: "" if value is None else value for name, value in fields.items()}


def _search(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    filters = Filters(collections=_chosen(work, given))
    found = work.answerer.engine().search(given["query"][:_QUESTION], filters, given["limit"])
    return {
        "passages": [
            {
                "title": hit.title,
                "text": hit.text,
                "document_id": hit.passage.document_id,
                "start": hit.passage.span.start,
                "end": hit.passage.span.end,
                "path": " / ".join(step.strip() for step in hit.passage.path),
                "url": document_url(hit.passage.document_id, hit.passage.span, hit.text, work.base),
            }
            for hit in found.hits
        ]
    }


def _list(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    store = work.answerer.engine().snapshot.documents
    wanted = _chosen(work, given)
    ids = list(store.ids())
    if wanted:
        each = ((name, store.get(name)) for name in ids)
        ids = [name for name, one in each if one and one.document.collection in wanted]
    page = ids[given["offset"] : given["offset"] + given["limit"]]
    documents = [one.document for one in map(store.get, page) if one]
    return {"total": len(ids), "documents": [_fields(document) for document in documents]}


def _fields(document: Document) -> dict[str, Any]:
    names = ("title", "number", "issuer", "region", "issued_on", "status", "collection")
    values = {name: getattr(document, name) for name in names}
    shown = {name: "" if value is None else str(value) for name, value in values.items()}
    return {"document_id": document.id, **shown, "length": len(document.text)}


def _get(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    document = _stored(work, given["document_id"]).document
    start = min(given["start"], len(document.text))
    end = min(start + given["length"], len(document.text))
    span = Span(start, end)
    return {
        **_fields(document),
        "text": span.of(document.text),
        "start": start,
        "end": end,
        "complete": end == len(document.text),
        "url": document_url(document.id, span, span.of(document.text), work.base),
    }


def _outline(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    stored = _stored(work, given["document_id"])
    return {
        "title": stored.document.title,
        "sections": [
            {
                "level": section.level,
                "heading": section.heading_span.of(stored.document.text).strip(),
                "start": section.span.start,
                "end": section.span.end,
            }
            for section in stored.outline.sections
        ],
    }


def _verify(work: Work, given: Mapping[str, Any]) -> dict[str, Any]:
    if given["start"] > given["end"]:
        raise ToolFailure(400, "start 不能大于 end")
    document_id = _stored(work, given["document_id"]).document.id
    claim = QuoteClaim(document_id, Span(given["start"], given["end"]), given["quote"], None)
    (verdict,) = work.answerer.engine().verify((claim,))
    span = verdict.span
    place = {} if span is None else {"start": span.start, "end": span.end}
    return {"valid": verdict.valid, "reason": verdict.reason, **place}


# ── table ───────────────────────────────────────────────────────────────────────────────────────

_COLLECTION = Field("collection", "string", "只用这个语料夹；不填则用全部")
_DOCUMENT = Field(
    "document_id", "string", "文件编号，见 list_documents、ask 或 search 的结果", True
)
_PLACE = (
    Field("title", "string", "文件标题"),
    Field("document_id", "string", "文件编号"),
    Field("start", "integer", "从第几个字起（从 0 数）"),
    Field("end", "integer", "到第几个字止（不含）"),
    Field("path", "string", "所在的标题"),
    Field("url", "string", "打开即标出这一处"),
)
_SOURCE = (
    Field("number", "integer", "依据的序号，即回答里的 [n]"),
    *_PLACE,
    Field("document_number", "string", "文号"),
    Field("issuer", "string", "发文机关"),
    Field("issued_on", "string", "成文日期"),
    Field("quote", "string", "原文，一字不改"),
    Field("context", "string", "原文所在的句子"),
)
_DOCUMENT_FIELDS = (
    Field("document_id", "string", "文件编号"),
    Field("title", "string", "标题"),
    Field("number", "string", "文号"),
    Field("issuer", "string", "发文机关"),
    Field("region", "string", "地区"),
    Field("issued_on", "string", "成文日期"),
    Field("status", "string", "效力"),
    Field("collection", "string", "语料夹"),
    Field("length", "integer", "全文字数"),
)

OPERATIONS: Final = (
    Operation(
        "ask",
        "提问",
        "就政策文件提问。回答逐字有据；没有依据时 answered 为 false，并说明缺什么。请转述 text。",
        (
            Field("question", "string", "问题，最多 500 个字", True),
            Field("history", "array", "此前的问题，最早的在前；没有就不填"),
            _COLLECTION,
        ),
        (
            Field("answered", "boolean", "是否有据可答"),
            Field("answer", "string", "简短的回答，或不能回答的说明"),
            Field("text", "string", "完整的回答与依据，Markdown"),
            Field("citations", "array", "依据", items=_SOURCE),
            Field("nearest", "array", "不能回答时，相近的原文", items=_SOURCE),
            Field("suggestions", "array", "不能回答时，可以这样问"),
        ),
        _ask,
    ),
    Operation(
        "search",
        "检索原文",
        "按词语检索政策文件的原文段落，最相关的在前。",
        (
            Field("query", "string", "要找的词句", True),
            _COLLECTION,
            Field("limit", "integer", "最多几段", default=10, least=1, most=50),
        ),
        (
            Field(
                "passages",
                "array",
                "段落",
                items=(*_PLACE, Field("text", "string", "原文，一字不改")),
            ),
        ),
        _search,
    ),
    Operation(
        "list_documents",
        "文件目录",
        "列出有哪些政策文件，按语料夹内的路径排序。",
        (
            _COLLECTION,
            Field("limit", "integer", "最多几份", default=20, least=1, most=100),
            Field("offset", "integer", "跳过前几份", default=0),
        ),
        (
            Field("total", "integer", "一共几份"),
            Field("documents", "array", "文件", items=_DOCUMENT_FIELDS),
        ),
        _list,
    ),
    Operation(
        "get_document",
        "文件原文",
        "取一份文件的原文；太长时分几次取，complete 为 false 就从 end 接着取。",
        (
            _DOCUMENT,
            Field("start", "integer", "从第几个字起", default=0),
            Field("length", "integer", "最多几个字", default=_PART, least=1, most=_PART),
        ),
        (
            *_DOCUMENT_FIELDS,
            Field("text", "string", "原文，一字不改"),
            Field("start", "integer", "从第几个字起"),
            Field("end", "integer", "到第几个字止"),
            Field("complete", "boolean", "是否已到文末"),
            Field("url", "string", "文件的网页"),
        ),
        _get,
    ),
    Operation(
        "outline",
        "文件提纲",
        "一份文件的各级标题及其位置。",
        (_DOCUMENT,),
        (
            Field("title", "string", "标题"),
            Field(
                "sections",
                "array",
                "各级标题",
                items=(
                    Field("level", "integer", "第几级"),
                    Field("heading", "string", "标题"),
                    Field("start", "integer", "这一部分从第几个字起"),
                    Field("end", "integer", "到第几个字止"),
                ),
            ),
        ),
        _outline,
    ),
    Operation(
        "verify",
        "核对引文",
        "核对一句引文是否仍在文件的这个位置，一字不差。",
        (
            _DOCUMENT,
            Field("start", "integer", "引文从第几个字起", True),
            Field("end", "integer", "引文到第几个字止", True),
            Field("quote", "string", "引文", True),
        ),
        (
            Field("valid", "boolean", "引文是否成立"),
            Field("reason", "string", "ok、changed、moved、gone 或 mismatch"),
            Field("start", "integer", "现在从第几个字起；找不到时没有"),
            Field("end", "integer", "现在到第几个字止；找不到时没有"),
        ),
        _verify,
    ),
)
