"""Failures as RFC 9457 problem details: the table of kinds, the exception, and the response.

Every failure of the service is one row of `KINDS`. `type` is the stable URI `/problems/NAME`,
which is also a page that explains it. `detail` says the value that was wrong and the way out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.responses import Response

PROBLEM_JSON = "application/problem+json"

SHOWN_CHARACTERS = 80
RETRY_SECONDS = "1"


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One kind of failure: its name in the URI, HTTP status, title, and what to do about it."""

    name: str
    status: int
    title: str
    way_out: str

    @property
    def uri(self) -> str:
        """The stable identifier, also the address of the page that explains it."""
        return f"/problems/{self.name}"


KINDS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ProblemKind("bad-request", 400, "请求无法理解", "请对照 /docs 检查请求。"),
            ProblemKind(
                "invalid-json",
                400,
                "请求体不是有效的 JSON",
                "请发送 UTF-8 编码的 JSON：键不重复，没有 NaN 与 Infinity，嵌套不超过 32 层。",
            ),
            ProblemKind(
                "invalid-encoding",
                400,
                "文字编码有误",
                "请用 UTF-8 编码，不要发送单独的代理码位（\\ud800 至 \\udfff）。",
            ),
            ProblemKind("duplicate-parameter", 400, "查询参数重复", "同一个参数请只写一次。"),
            ProblemKind(
                "unauthorized",
                401,
                "需要密钥",
                "请在 Authorization 头里写 Bearer 加密钥；浏览器可用任意用户名，以密钥为密码。",
            ),
            ProblemKind("forbidden", 403, "密钥不能做这件事", "请改用增删文档的密钥。"),
            ProblemKind(
                "admin-off",
                403,
                "没有打开增删文档",
                "要经 HTTP 增删文档，请管理员设置 YOUJU_ADMIN_KEY（至少 16 个字符）后重启服务。",
            ),
            ProblemKind("not-found", 404, "没有这个地址", "请在 /docs 查看全部地址。"),
            ProblemKind(
                "unknown-document", 404, "没有这份文件", "请在 /v1/documents 查看现有文件的编号。"
            ),
            ProblemKind(
                "original-gone",
                404,
                "原文件不在了",
                "提取出的全文仍可阅读；请管理员检查语料文件夹，或等待索引更新。",
            ),
            ProblemKind(
                "original-changed",
                409,
                "原文件已经改动",
                "索引更新之后再下载；提取出的全文仍可阅读。",
            ),
            ProblemKind(
                "method-not-allowed", 405, "该地址不支持这种方法", "请改用 Allow 头列出的方法。"
            ),
            ProblemKind(
                "request-timeout", 408, "请求发送得太慢", "请在 10 秒之内发完请求头和请求体。"
            ),
            ProblemKind(
                "document-exists",
                409,
                "已有同名的文件",
                "请改用 PUT 替换它，或换一个文件名。",
            ),
            ProblemKind("body-too-large", 413, "请求体太大", "请缩短请求体，或分几次发送。"),
            ProblemKind("query-too-long", 414, "查询串太长", "请缩短查询串，或改用 POST。"),
            ProblemKind(
                "unsupported-media-type",
                415,
                "不支持这种内容类型",
                "请用 Content-Type: application/json 发送未压缩的 UTF-8 JSON。",
            ),
            ProblemKind(
                "unsupported-format", 415, "不支持这种文件格式", "请另存为支持的格式后重发。"
            ),
            ProblemKind(
                "invalid-request", 422, "请求的内容不合要求", "请按 errors 逐项改正后重发。"
            ),
            ProblemKind("too-many-requests", 429, "请求太频繁", "请按 Retry-After 稍后再试。"),
            ProblemKind("headers-too-large", 431, "请求头太大", "请缩短请求头。"),
            ProblemKind(
                "internal-error", 500, "服务出错", "请稍后再试；若仍出错，请联系管理员查看日志。"
            ),
            ProblemKind("overloaded", 503, "服务繁忙", "请按 Retry-After 稍后再试。"),
            ProblemKind(
                "not-ready",
                503,
                "服务尚未就绪",
                "索引正在载入，或已损坏待重建；请稍后再试，若仍如此，请管理员查看日志。",
            ),
            ProblemKind(
                "writer-away",
                503,
                "索引进程不在或正忙",
                "没有收入的，请按 Retry-After 稍后重试；回答不受影响。",
            ),
            ProblemKind(
                "storage-unavailable",
                503,
                "文件夹不能写入",
                "请管理员检查语料文件夹与数据文件夹的权限和磁盘；回答不受影响。",
            ),
            ProblemKind("storage-full", 507, "磁盘已满", "请管理员腾出空间后重试；回答不受影响。"),
        )
    }
)

# The kind that stands for a bare HTTP status, raised by the framework.
KIND_OF_STATUS: Mapping[int, str] = MappingProxyType(
    {
        400: "bad-request",
        401: "unauthorized",
        403: "forbidden",
        404: "not-found",
        405: "method-not-allowed",
        408: "request-timeout",
        413: "body-too-large",
        414: "query-too-long",
        415: "unsupported-media-type",
        422: "invalid-request",
        429: "too-many-requests",
        431: "headers-too-large",
        503: "overloaded",
    }
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request that cannot be used, and why."""

    field: str
    detail: str


class Problem(HTTPException):
    """A failure to be answered with problem details.

    `name` is a row of `KINDS`. `detail` says what was wrong in this request; the way out of the
    kind is added to it.
    """

    def __init__(
        self,
        name: str,
        detail: str = "",
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = KINDS[name]
        self.errors = errors
        wanted = dict(headers or {})
        if self.kind.status in (429, 503):
            wanted.setdefault("Retry-After", RETRY_SECONDS)
        super().__init__(self.kind.status, f"{detail}{self.kind.way_out}", wanted)


def problem_of(error: HTTPException) -> Problem:
    """The problem that stands for an exception raised by the framework."""
    if isinstance(error, Problem):
        return error
    name = KIND_OF_STATUS.get(error.status_code)
    if name is None:
        name = "bad-request" if error.status_code < 500 else "internal-error"
    return Problem(name, headers=error.headers)


def problem_bytes(problem: Problem) -> bytes:
    """The JSON body of a problem, UTF-8."""
    body: dict[str, object] = {
        "type": problem.kind.uri,
        "title": problem.kind.title,
        "status": problem.kind.status,
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = [{"field": e.field, "detail": e.detail} for e in problem.errors]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def problem_response(problem: Problem) -> Response:
    """The response that carries a problem."""
    return Response(
        problem_bytes(problem),
        status_code=problem.kind.status,
        headers=dict(problem.headers or {}),
        media_type=PROBLEM_JSON,
    )


def shown(value: object) -> str:
    """A value as it may be repeated in a message: one line, printable, at most 80 characters."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    cut = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
