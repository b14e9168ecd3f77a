"""Tools for Coze, Dify and Open WebUI: six operations with flat bodies, and their description.

The description is OpenAPI 3.0.3 in the part of it that all importers read: no references, no
`anyOf`, absolute address, one `operationId` each. `app.chat.tools_work` does the operations.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat.plain_http import base_url, json_object, opens, token_of
from app.chat.surface import Office, Surface
from app.chat.tools_work import OPERATIONS, Field, Operation, ToolFailure, Work
from app.errors import IndexUnusable, InvalidQuestion
from app.settings_chat import ChatSettings, Tools

# Open WebUI looks for the second, with /tools as the address of the server.
DESCRIPTIONS: Final = ("/openapi-3.0.json", "/tools/openapi.json")
_FAILURES: Final[Mapping[str, str]] = {
    "400": "参数不对，error 说明哪一个",
    "401": "缺少密钥或密钥不对",
    "404": "没有这份文件",
    "503": "服务繁忙或尚未就绪",
}
_log = logging.getLogger("youju.chat")


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """The tools, when their section is there."""
    section = settings.tools
    if section is None:
        return ()
    router = APIRouter()
    for operation in OPERATIONS:
        _add(router, operation, section, office)

    async def described(request: Request) -> Response:
        document = describe(base_url(request, office), section.key is not None)
        return _shared(request, section, JSONResponse(document))

    async def preflight(request: Request) -> Response:
        return _shared(request, section, Response(status_code=204))

    for path in DESCRIPTIONS:
        router.add_api_route(path, described, methods=["GET"], include_in_schema=False)
        router.add_api_route(path, preflight, methods=["OPTIONS"], include_in_schema=False)
    return (Surface("tools", router),)


def _add(router: APIRouter, operation: Operation, section: Tools, office: Office) -> None:
    async def handle(request: Request) -> Response:
        return _shared(request, section, await _answer(request, operation, section, office))

    async def preflight(request: Request) -> Response:
        return _shared(request, section, Response(status_code=204))

    path = f"/tools/{operation.name}"
    router.add_api_route(path, handle, methods=["POST"], include_in_schema=False)
    router.add_api_route(path, preflight, methods=["OPTIONS"], include_in_schema=False)


async def _answer(
    request: Request, operation: Operation, section: Tools, office: Office
) -> Response:
    if section.key is not None and not opens(token_of(request) or "", section.key):
        return _failed(401, "密钥不对：请求头应为 Authorization: Bearer 密钥")
    # An operation without required fields may be called with no body at all.
    body = json_object(await request.body() or b"{}")
    if body is None:
        return _failed(400, "请求体应为 JSON 对象")
    work = Work(office.answerer, section.collections, base_url(request, office))
    try:
        return JSONResponse(await office.run(lambda: operation.run(work, body)))
    except ToolFailure as failure:
        return _failed(failure.status, str(failure))
    except InvalidQuestion:
        return _failed(400, "问题不能用来检索")
    except (IndexUnusable, HTTPException):
        return _failed(503, "服务繁忙或尚未就绪，请稍后再试")
    except Exception:
        _log.exception("tools: %s failed", operation.name)
        return _failed(500, "服务出错，请管理员查看日志")


def _failed(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)


def _shared(request: Request, section: Tools, response: Response) -> Response:
    """`response`, readable for pages of the configured origins."""
    origin = request.headers.get("origin", "")
    if section.origins:
        response.headers["Vary"] = "Origin"
    if origin and origin in section.origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    return response


# ── description ─────────────────────────────────────────────────────────────────────────────────


def describe(base: str, with_key: bool) -> dict[str, Any]:
    """The OpenAPI 3.0.3 document for the service at `base`."""
    document: dict[str, Any] = {
        "openapi": "3.0.3",
        "info": {
            "title": "有据：政策问答",
            "description": "回答逐字出自政策文件并附依据，查不到就明说。",
            "version": "1",
        },
        "servers": [{"url": base, "description": "有据服务"}],
        "tags": [{"name": "政策", "description": "查政策文件"}],
        "paths": {f"/tools/{each.name}": {"post": _operation(each)} for each in OPERATIONS},
    }
    if with_key:
        scheme = {"type": "http", "scheme": "bearer", "description": "youju.toml 里的 key"}
        document["components"] = {"securitySchemes": {"key": scheme}}
        document["security"] = [{"key": []}]
    return document


def _operation(operation: Operation) -> dict[str, Any]:
    failures = {
        status: {
            "description": text,
            "content": {
                "application/json": {
                    "schema": _object((Field("error", "string", "哪里不对，怎么办", True),))
                }
            },
        }
        for status, text in _FAILURES.items()
    }
    done = {
        "description": "结果",
        "content": {"application/json": {"schema": _object(operation.gives)}},
    }
    taken = {"application/json": {"schema": _object(operation.takes)}}
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.description,
        "tags": ["政策"],
        "requestBody": {"required": operation.needs_body, "content": taken},
        "responses": {"200": done, **failures},
    }


def _object(fields: Sequence[Field]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
    }
    required = [field.name for field in fields if field.required]
    return schema | ({"required": required} if required else {})


def _property(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": field.type, "description": field.description}
    if field.type == "array":
        schema["items"] = _object(field.items) if field.items else {"type": "string"}
    if field.type == "integer" and not field.items:
        schema |= {"minimum": field.least}
        schema |= {"maximum": field.most} if field.most else {}
        schema |= {"default": field.default} if field.default is not None else {}
    return schema
