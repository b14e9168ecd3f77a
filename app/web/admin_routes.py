"""The routes that change documents, and the status of the service. They need the admin key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import Response

from app.web.admin import Admin
from app.web.admin_schemas import ResultsBody, StatusBody, SyncBody
from app.web.interface import DocumentId
from app.web.problems import Problem
from app.web.schemas_problems import ProblemBody
from app.web.uploads import UploadRoute, described, read_upload

Handler = Callable[..., Awaitable[Response]]

_FAILURES: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemBody, "description": "没有密钥，或密钥不对"},
    403: {"model": ProblemBody, "description": "没有打开这项功能，或密钥不能做这件事"},
    409: {"model": ProblemBody, "description": "已有同名而内容不同的文件"},
    507: {"model": ProblemBody, "description": "磁盘已满"},
}
_ADDED: dict[int | str, dict[str, Any]] = {
    201: {"model": ResultsBody, "description": "收入了新的文件"},
    207: {"model": ResultsBody, "description": "有的文件没有收入，见各自的 problem"},
}


def add_admin(app: FastAPI, admin: Admin | None) -> None:
    """Adds the routes to `app`; without `admin` they say that nobody can write."""
    _add_uploads(app, admin)
    _add_upkeep(app, admin)


def _ready(admin: Admin | None) -> Admin:
    if admin is None:
        raise Problem("writer-away", "这个服务没有索引进程。")
    return admin


def _add(
    app: FastAPI, method: str, path: str, handle: Handler, reply: type[BaseModel], **more: Any
) -> None:
    responses = {**_FAILURES, **more.pop("responses", {})}
    app.router.add_api_route(
        path,
        handle,
        methods=[method],
        response_model=reply,
        route_class_override=UploadRoute,
        tags=["管理"],
        responses=responses,
        **more,
    )


def _add_uploads(app: FastAPI, admin: Admin | None) -> None:
    async def add(request: Request) -> Response:
        """回复之时，文件已经落盘、可以检索。同名同内容再发一次，结果是 unchanged。"""
        ready = _ready(admin)
        sending = await read_upload(request)
        try:
            return _reply(await ready.workers.run(partial(ready.add, sending)))
        finally:
            await sending.close()

    async def replace(document_id: DocumentId, request: Request) -> Response:
        """编号不变。不写 fields，信息也不变；写了就整体换掉。"""
        ready = _ready(admin)
        sending = await read_upload(request)
        try:
            return _reply(await ready.workers.run(partial(ready.replace, document_id, sending)))
        finally:
            await sending.close()

    more: dict[str, Any] = {"openapi_extra": described(), "summary": "收入文件"}
    _add(app, "POST", "/v1/documents", add, ResultsBody, responses=_ADDED, **more)
    more["summary"] = "替换文件"
    _add(app, "PUT", "/v1/documents/{document_id}", replace, ResultsBody, **more)


def _add_upkeep(app: FastAPI, admin: Admin | None) -> None:
    async def remove(document_id: DocumentId) -> Response:
        """连同附属信息从语料文件夹里删去。"""
        ready = _ready(admin)
        return await _done(ready, partial(ready.remove, document_id))

    async def sync() -> Response:
        """增、删、改了文件夹里的文件之后，立即更新索引；完成后才回复。"""
        ready = _ready(admin)
        return await _done(ready, ready.sync)

    async def status() -> Response:
        """索引进程在做什么，哪些文件读不了。"""
        ready = _ready(admin)
        return await _done(ready, ready.status)

    _add(app, "DELETE", "/v1/documents/{document_id}", remove, ResultsBody, summary="删去文件")
    _add(app, "POST", "/v1/documents/sync", sync, SyncBody, summary="按语料文件夹更新")
    _add(app, "GET", "/v1/admin/status", status, StatusBody, summary="运行状况")


async def _done(admin: Admin, work: Callable[[], BaseModel]) -> Response:
    body = await admin.workers.run(lambda: work().model_dump_json().encode())
    return Response(body, media_type="application/json")


def _reply(body: ResultsBody) -> Response:
    """201 when something is new, 207 when something failed among others, else 200."""
    states = {each.status for each in body.results}
    status = 207 if "failed" in states else 201 if "added" in states else 200
    response = Response(body.model_dump_json(), status, media_type="application/json")
    if status == 201 and len(body.results) == 1:
        response.headers["Location"] = f"/v1/documents/{body.results[0].id}"
    return response
