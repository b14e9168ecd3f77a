"""The JSON routes under /v1, and the two health checks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import FastAPI, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from app.web import schemas
from app.web.service import Service

DocumentId = Annotated[
    str, Path(min_length=1, max_length=schemas.NAME_CHARACTERS, description="文件编号")
]


def add_interface(app: FastAPI, service: Service) -> None:
    """Adds the JSON routes to `app`."""
    _add_questions(app, service)
    _add_documents(app, service)
    _add_health(app, service)


async def _json(service: Service, work: Callable[[], BaseModel]) -> Response:
    """Does `work` and writes its result as JSON, both in a worker thread."""
    body = await service.workers.run(lambda: work().model_dump_json().encode())
    return Response(body, media_type="application/json")


def _add_questions(app: FastAPI, service: Service) -> None:
    @app.post("/v1/ask", response_model=schemas.AskReply, tags=["问答"], summary="提问")
    async def ask(asked: schemas.AskRequest) -> Response:
        """回答逐字来自语料并附依据；语料里没有的，说明缺什么。"""
        return await _json(service, partial(service.ask, asked))

    @app.get("/v1/ask", response_model=schemas.AskReply, tags=["问答"], summary="用网址提问")
    async def ask_by_address(query: Annotated[schemas.AskQuery, Query()]) -> Response:
        """与 POST 相同，只是没有 history。"""
        return await _json(service, partial(service.ask, _as_request(query)))

    @app.get("/v1/search", response_model=schemas.SearchBody, tags=["问答"], summary="检索")
    async def search(query: Annotated[schemas.SearchQuery, Query()]) -> Response:
        """按 BM25 检索语料的段落，最相关的在前。"""
        return await _json(service, partial(service.search, query))

    @app.post("/v1/verify", response_model=schemas.VerifyBody, tags=["问答"], summary="核对引文")
    async def verify(request: schemas.VerifyRequest) -> Response:
        """逐条核对引文是否仍在原处，一字不差。"""
        return await _json(service, partial(service.verify, request))


def _add_documents(app: FastAPI, service: Service) -> None:
    @app.get(
        "/v1/documents", response_model=schemas.DocumentList, tags=["文件"], summary="文件目录"
    )
    async def documents(query: Annotated[schemas.PageQuery, Query()]) -> Response:
        """按语料夹内的路径排序。"""
        return await _json(service, partial(service.documents, query))

    @app.get(
        "/v1/documents/{document_id}",
        response_model=schemas.DocumentBody,
        tags=["文件"],
        summary="文件全文",
    )
    async def document(
        document_id: DocumentId, query: Annotated[schemas.DocumentQuery, Query()]
    ) -> Response:
        """文件的各项信息、每项信息的出处和逐字全文。"""
        return await _json(service, partial(service.document, document_id, query))

    @app.get(
        "/v1/documents/{document_id}/outline",
        response_model=schemas.OutlineBody,
        tags=["文件"],
        summary="文件提纲",
    )
    async def outline(document_id: DocumentId) -> Response:
        """文件的各级标题及其位置。"""
        return await _json(service, partial(service.outline, document_id))


def _add_health(app: FastAPI, service: Service) -> None:
    @app.get("/healthz", response_model=schemas.HealthBody, tags=["运行"], summary="进程在运行")
    async def health() -> Response:
        """不查语料，立即回答。"""
        body = schemas.HealthBody(status="ok").model_dump_json()
        return Response(body, media_type="application/json")

    @app.get("/readyz", response_model=schemas.ReadyBody, tags=["运行"], summary="可以提问")
    async def ready() -> Response:
        """语料已载入时 200，否则 503。verified：索引的每个字节是否已与写入时的哈希核对。"""
        body = service.readiness().model_dump_json()
        return Response(body, media_type="application/json")


def _as_request(query: schemas.AskQuery) -> schemas.AskRequest:
    filters = {name: getattr(query, name) for name in schemas.FilterFields.model_fields}
    return schemas.AskRequest.model_construct(
        question=query.q,
        history=[],
        filters=schemas.FilterFields.model_construct(**filters),
        as_of=query.as_of,
        limit=query.limit,
        trace=query.trace,
    )
