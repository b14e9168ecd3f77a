"""The tools and resources of MCP over the engine. Where they are served from is not known here.

All tools only read. Each gives its result twice, as the protocol asks: as structured content and
as the same JSON in one text block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import quote, unquote

import anyio.to_thread
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    CallToolResult,
    ContentBlock,
    ResourceLink,
    TextContent,
    ToolAnnotations,
)
from mcp.types import Resource as ListedResource
from mcp.types import ResourceTemplate as ListedTemplate
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from app.chat import mcp_views as views
from app.chat.replies import Answerer
from app.chat.surface import Run
from app.engine import Engine
from app.errors import IndexUnusable
from app.model import Span, StoredDocument
from app.web import render, schemas

SCHEME: Final = "policy://"
LISTED: Final = 200  # documents among the resources; `list_documents` pages through all
LONGEST: Final = 50_000  # characters in one piece
LINKS: Final = 10  # documents linked below an answer
INSTRUCTIONS: Final = (
    "回答中文政策文本的问题，每句话都附逐字可查的原文出处；语料中没有依据时明确拒答。"
    "一般先用 ask 提问，转述时保留 [n] 与出处链接，不要补充引文之外的内容；拒答时如实告知用户。"
    "要自己找材料时用 search 检索、fetch 取原文；list_documents 与 outline 了解有哪些文件和各文件的"
    "章节；verify 逐字核对引文。"
)
BUSY: Final = "服务正忙，请稍后再试。"
NOT_READY: Final = "索引暂不可用，请稍后再试；仍不行请联系管理员。"
_TEMPLATES: Final = (
    (
        SCHEME + "{document_id}",
        "政策文件",
        "政策文件的全文；document_id 来自 list_documents 或 search",
    ),
    (
        SCHEME + "{document_id}#{start}-{end}",
        "政策文件的一段",
        "政策文件的一段原文；start 与 end 是全文中的字符位置，不含 end",
    ),
)
_SPAN = re.compile(r"(.+)#([0-9]{1,10})-([0-9]{1,10})", re.ASCII | re.DOTALL)
_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)

Result = TypeVar("Result")
Question = Annotated[
    schemas.QuestionText, Field(description="问题，用完整的中文句子，最多 500 个字符")
]
Words = Annotated[schemas.QuestionText, Field(description="要找的词句，最多 500 个字符")]
History = Annotated[
    tuple[schemas.EarlierQuestion, ...],
    Field(max_length=schemas.HISTORY_ENTRIES, description="此前的问题，最早的在前，供追问时补全"),
]
Wanted = Annotated[schemas.FilterFields, Field(description="只用哪些文件；不写则不限")]
Count = Annotated[int, Field(ge=1, le=schemas.PAGE_LIMIT, description="最多几条")]
Skipped = Annotated[int, Field(ge=0, le=schemas.POSITION_LIMIT, description="跳过前几条")]
DocumentId = Annotated[
    str,
    Field(min_length=1, max_length=schemas.NAME_CHARACTERS, description="文件编号"),
]
PieceId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=schemas.NAME_CHARACTERS + 32,
        description="search 给出的 id，或文件编号，或 文件编号#起-止（全文中的字符位置）",
    ),
]
Quotes = Annotated[
    list[schemas.QuoteRequest],
    Field(min_length=1, max_length=schemas.QUOTES, description="要核对的引文"),
]
_NO_FILTERS: Final = schemas.FilterFields()


class UnknownPiece(LookupError):
    """No document has this id, or it has no such part. The message is for the caller."""


class PolicyServer(MCPServer[Any]):
    """The MCP server; `answerer` gives the engine of the moment, `run` threads to block in."""

    def __init__(self, answerer: Answerer, run: Run) -> None:
        super().__init__(
            name="youju",
            title="有据",
            description="中文政策文本的有据问答",
            instructions=INSTRUCTIONS,
            website_url=answerer.public_url or None,
            version=version("youju"),
            log_level="WARNING",
        )
        self._answerer = answerer
        self._run = run
        _add_tools(self)

    async def work(self, task: Callable[[Engine], Result]) -> Result:
        """What `task` makes of the engine of the moment, in a thread. Raises ToolError."""
        try:
            return await self._run(lambda: task(self._answerer.engine()))
        except IndexUnusable:
            raise ToolError(NOT_READY) from None
        except UnknownPiece as error:
            raise ToolError(str(error)) from None
        except HTTPException:
            raise ToolError(BUSY) from None

    @property
    def answerer(self) -> Answerer:
        """Who answers."""
        return self._answerer

    # ── resources ───────────────────────────────────────────────────────────────────────────────

    async def list_resources(self) -> list[ListedResource]:
        """The first documents, in corpus order."""
        try:
            found = await self.work(lambda engine: views.documents(engine, 0, LISTED))
        except ToolError as error:
            raise MCPError(INTERNAL_ERROR, str(error)) from None
        return [
            ListedResource(
                uri=uri_of(one.id),
                name=one.title,
                title=one.title,
                description="，".join(filter(None, (one.issuer, one.number))) or None,
                mime_type="text/plain",
            )
            for one in found
        ]

    async def list_resource_templates(self) -> list[ListedTemplate]:
        """How the address of a document, and of a part of one, is written."""
        return [
            ListedTemplate(
                uri_template=template, name=name, description=said, mime_type="text/plain"
            )
            for template, name, said in _TEMPLATES
        ]

    async def read_resource(
        self, uri: Any, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents]:
        """The verbatim text at an address. Raises ResourceNotFoundError."""
        wanted = str(uri)
        if not wanted.startswith(SCHEME):
            raise ResourceNotFoundError(f"资源的地址应以 {SCHEME} 开头。")
        name = unquote(wanted.removeprefix(SCHEME))
        if len(name) > schemas.NAME_CHARACTERS + 32:
            raise ResourceNotFoundError("资源的地址太长。")
        try:
            text = await self._run(lambda: _text_at(self._answerer.engine(), name))
        except UnknownPiece as error:
            raise ResourceNotFoundError(str(error)) from None
        except IndexUnusable:
            raise ResourceError(NOT_READY) from None
        except HTTPException:
            raise ResourceError(BUSY) from None
        return [ReadResourceContents(content=text, mime_type="text/plain")]


def run_stdio(answerer: Answerer) -> None:
    """Answer on standard output what comes in on standard input, until it ends."""
    PolicyServer(answerer, anyio.to_thread.run_sync).run("stdio")


def uri_of(document_id: str, span: Span | None = None) -> str:
    """The address of a document, or of a part of it, as a resource."""
    part = "" if span is None else f"#{span.start}-{span.end}"
    return f"{SCHEME}{quote(document_id, safe='')}{part}"


# ── tools ───────────────────────────────────────────────────────────────────────────────────────


def _add_tools(server: PolicyServer) -> None:
    """In this order they are listed."""
    for title, tool in (
        ("提问", _ask(server)),
        ("检索", _search(server)),
        ("取原文", _fetch(server)),
        ("文件清单", _list_documents(server)),
        ("章节目录", _outline(server)),
        ("核对引文", _verify(server)),
    ):
        server.add_tool(tool, title=title, description=tool.__doc__, annotations=_READS)


def _ask(server: PolicyServer) -> Callable[..., Any]:
    async def ask(
        question: Question, history: History = (), filters: Wanted = _NO_FILTERS
    ) -> Annotated[CallToolResult, views.AskBody]:
        """就政策文本提问，得到简短的回答、逐条陈述和逐字原文依据；没有依据时拒答并说明缺什么。"""
        answerer = server.answerer
        day = answerer.clock()
        body = await server.work(
            lambda engine: views.asked(
                render.reply(
                    engine.ask(
                        question,
                        history=history,
                        filters=render.filters(filters, day),
                        as_of=day,
                    ),
                    answerer.public_url,
                )
            )
        )
        titles = {one.document_id: one.title for one in body.citations}
        links = [
            ResourceLink(type="resource_link", uri=uri_of(name), name=title, mime_type="text/plain")
            for name, title in list(titles.items())[:LINKS]
        ]
        return _result(body, links)

    return ask


def _search(server: PolicyServer) -> Callable[..., Any]:
    async def search(
        query: Words, limit: Count = 10, filters: Wanted = _NO_FILTERS
    ) -> Annotated[CallToolResult, views.SearchBody]:
        """检索政策原文，最相关的在前；用结果的 id 调用 fetch 可取所在章节的原文。"""
        url = server.answerer.public_url
        day = server.answerer.clock()
        chosen = render.filters(filters, day)
        return _result(
            await server.work(
                lambda engine: views.searched(
                    engine, engine.search(query, chosen, limit, as_of=day), url
                )
            )
        )

    return search


def _fetch(server: PolicyServer) -> Callable[..., Any]:
    async def fetch(id: PieceId) -> Annotated[CallToolResult, views.FetchBody]:
        """按 id 取政策文件的原文，逐字不改；一次最多五万字，未完时 metadata.next 是下一段的 id。"""
        url = server.answerer.public_url
        return _result(
            await server.work(
                lambda engine: views.fetched(*_piece(engine, id), longest=LONGEST, public_url=url)
            )
        )

    return fetch


def _list_documents(server: PolicyServer) -> Callable[..., Any]:
    async def list_documents(
        limit: Count = 20, offset: Skipped = 0
    ) -> Annotated[CallToolResult, schemas.DocumentList]:
        """列出语料中的政策文件：编号、标题、文号、发文机关、地区、日期和效力状态；顺序固定，可翻页。"""
        return _result(
            await server.work(
                lambda engine: schemas.DocumentList(
                    total=len(engine.snapshot.documents.ids()),
                    documents=views.documents(engine, offset, limit),
                )
            )
        )

    return list_documents


def _outline(server: PolicyServer) -> Callable[..., Any]:
    async def outline(document_id: DocumentId) -> Annotated[CallToolResult, schemas.OutlineBody]:
        """一份政策文件的章节目录；用 文件编号#start-end 调用 fetch 可取一节的原文。"""

        def look(engine: Engine) -> schemas.OutlineBody:
            stored = _stored(engine, document_id)
            return render.outline(stored.document, stored.outline)

        return _result(await server.work(look))

    return outline


def _verify(server: PolicyServer) -> Callable[..., Any]:
    async def verify(quotes: Quotes) -> Annotated[CallToolResult, schemas.VerifyBody]:
        """逐字核对引文是否仍在原处；不在原处的说明是移动、改动还是删去。"""
        claims = render.claims(schemas.VerifyRequest(quotes=quotes))
        return _result(await server.work(lambda engine: render.verdicts(engine.verify(claims))))

    return verify


def _result(body: BaseModel, links: Iterable[ResourceLink] = ()) -> CallToolResult:
    shown = body.model_dump(mode="json")
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    content: list[ContentBlock] = [TextContent(type="text", text=text), *links]
    return CallToolResult(content=content, structured_content=shown)


# ── pieces of documents ─────────────────────────────────────────────────────────────────────────


def _stored(engine: Engine, document_id: str) -> StoredDocument:
    found = engine.snapshot.documents.get(document_id)
    if found is None:
        raise UnknownPiece(
            f"编号“{document_id[:80]}”不在语料中；请用 list_documents 或 search 查找。"
        )
    return found


def _piece(engine: Engine, name: str) -> tuple[StoredDocument, Span]:
    """The document and the part that `name` means: an id, or an id and a span."""
    whole = engine.snapshot.documents.get(name)
    if whole is not None:
        return whole, Span(0, len(whole.document.text))
    parted = _SPAN.fullmatch(name)
    if parted is None:
        return _stored(engine, name), Span(0, 0)
    stored = _stored(engine, parted[1])
    start, end = int(parted[2]), int(parted[3])
    length = len(stored.document.text)
    if not start < end <= length:
        raise UnknownPiece(f"“{name[:80]}”不在全文之内：全文共 {length} 个字符，起点应小于终点。")
    return stored, Span(start, end)


def _text_at(engine: Engine, name: str) -> str:
    stored, span = _piece(engine, name)
    return stored.document.text[span.start : span.end]
