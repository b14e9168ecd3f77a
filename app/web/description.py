"""The OpenAPI description: failures are problem details, under their own media type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI

from app.web.problems import PROBLEM_JSON
from app.web.schemas_problems import InvalidBody, ProblemBody

_DESCRIPTIONS: Mapping[int, str] = MappingProxyType(
    {
        400: "请求无法解析",
        401: "需要密钥，见 WWW-Authenticate",
        404: "没有这个地址或这份文件",
        408: "请求发送得太慢",
        413: "请求体太大",
        415: "不支持这种内容类型",
        422: "请求的内容不合要求，见 errors",
        500: "服务出错",
        503: "服务繁忙或尚未就绪，见 Retry-After",
    }
)

# FastAPI describes its own 422 body; ours takes its place, and nothing else refers to these.
_REPLACED = ("HTTPValidationError", "ValidationError")


def failures() -> dict[int | str, dict[str, Any]]:
    """The failures that every route may answer with, for `FastAPI(responses=…)`."""
    return {
        status: {
            "model": InvalidBody if status == 422 else ProblemBody,
            "description": description,
        }
        for status, description in _DESCRIPTIONS.items()
    }


def describe(app: FastAPI) -> None:
    """Makes the description of `app` say what failures look like."""
    generate: Callable[[], dict[str, Any]] = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _move_failures(generate())
        return generate()

    app.openapi = described  # type: ignore[method-assign]


def _move_failures(schema: dict[str, Any]) -> None:
    """Changes `schema`, which FastAPI keeps, in place."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if int(status) >= 400 and "application/json" in content:
                    content[PROBLEM_JSON] = content.pop("application/json")
    for name in _REPLACED:
        schema["components"]["schemas"].pop(name, None)
