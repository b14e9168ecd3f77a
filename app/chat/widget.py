"""The widget for web pages: one script tag, a frame, no cookies; and the OpenSearch description.

    <script src="https://…/widget.js" data-title="政策问答" data-collection="教育" async></script>

Which pages may frame it is decided by `frame-ancestors`: this service itself, and `origins`.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat.plain_http import base_url, json_object
from app.chat.replies import Answerer, ChatReply
from app.chat.surface import Office, Surface
from app.errors import IndexUnusable, InvalidQuestion
from app.settings_chat import ChatSettings, Widget

_FOLDER: Final = Path(__file__).parent / "static"
_FILES: Final = {
    "/widget.js": ("widget.js", "text/javascript"),
    "/widget/frame.js": ("widget-frame.js", "text/javascript"),
    "/widget/frame.css": ("widget.css", "text/css"),
}
_QUESTION: Final = 500
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/widget/frame.css">
<script src="/widget/frame.js" type="module"></script>
</head>
<body>
<header><h1 id="title">{title}</h1>
<button id="close" type="button" aria-label="关闭" hidden>×</button></header>
<main id="log" role="log" aria-live="polite" aria-label="问与答" tabindex="0">
<p class="intro">请就政策文件提问。回答逐字出自原文，查不到就明说。</p>
</main>
<form id="ask"><label class="hidden" for="question">问题</label>
<input id="question" name="q" maxlength="500" autocomplete="off" enterkeyhint="send"
 placeholder="想问什么？" required>
<button type="submit">提问</button></form>
</body>
</html>
"""
_OPENSEARCH: Final = """<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>{title}</ShortName>
<Description>就政策文件提问，回答逐字有据</Description>
<InputEncoding>UTF-8</InputEncoding>
<Url type="text/html" method="get" template="{base}/?q={{searchTerms}}"/>
</OpenSearchDescription>
"""
_log = logging.getLogger("youju.chat")


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """The widget, when its section is there."""
    section = settings.widget
    if section is None:
        return ()
    router = APIRouter()
    page = _PAGE.format(title=html.escape(section.title))
    policy = content_policy(section.origins)

    async def frame() -> Response:
        headers = {"Content-Security-Policy": policy}
        return Response(page, media_type="text/html", headers=headers)

    async def ask(request: Request) -> Response:
        return await _answer(request, section, office)

    async def opensearch(request: Request) -> Response:
        base = html.escape(base_url(request, office))
        text = _OPENSEARCH.format(title=html.escape(section.title[:16]), base=base)
        return Response(text, media_type="application/opensearchdescription+xml")

    router.add_api_route("/widget", frame, methods=["GET"], include_in_schema=False)
    router.add_api_route("/widget/ask", ask, methods=["POST"], include_in_schema=False)
    router.add_api_route("/opensearch.xml", opensearch, methods=["GET"], include_in_schema=False)
    for path, (name, kind) in _FILES.items():
        _add_file(router, path, (_FOLDER / name).read_bytes(), kind)
    return (Surface("widget", router),)


def content_policy(origins: Sequence[str]) -> str:
    """What the frame may load and who may frame it. Forms are sent by its script only."""
    ancestors = " ".join(("'self'", *origins))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )


def _add_file(router: APIRouter, path: str, content: bytes, kind: str) -> None:
    async def file() -> Response:
        # A page that isolates itself may load the script too.
        headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(content, media_type=kind, headers=headers)

    router.add_api_route(path, file, methods=["GET"], include_in_schema=False)


async def _answer(request: Request, section: Widget, office: Office) -> Response:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        return _failed(415, "请发送 application/json")
    body = json_object(await request.body())
    question, history = (body or {}).get("question"), (body or {}).get("history", [])
    if not isinstance(question, str) or not 0 < len(question.strip()) <= _QUESTION:
        return _failed(400, f"请写一个问题，最多 {_QUESTION} 个字。")
    if not isinstance(history, list) or not all(isinstance(one, str) for one in history):
        return _failed(400, "history 应为文字的数组。")
    wanted = (body or {}).get("collection") or ""
    if not isinstance(wanted, str) or (
        wanted and section.collections and wanted not in section.collections
    ):
        return _failed(400, "这个组件不能用所指的语料夹，请联系网站管理员。")
    collections = (wanted,) if wanted else section.collections
    known = office.answerer
    answerer = Answerer(known.engine, known.clock, base_url(request, office), known.suggest)
    try:
        reply = await office.run(lambda: answerer.ask(question, history, collections))
    except InvalidQuestion:
        return _failed(400, "这个问题里没有可以查的文字。")
    except (IndexUnusable, HTTPException):
        return _failed(503, "服务繁忙或尚未就绪，请稍后再试。")
    except Exception:
        _log.exception("widget: a question was not answered")
        return _failed(500, "服务出错，请稍后再试。")
    return JSONResponse(_shown(reply))


def _shown(reply: ChatReply) -> dict[str, Any]:
    fields = asdict(reply)
    fields["answer"] = fields.pop("short")
    fields["citations"] = fields.pop("sources")
    return fields


def _failed(status: int, message: str) -> Response:
    return JSONResponse({"error": message}, status)
