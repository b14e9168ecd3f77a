"""Dify external knowledge: POST /dify/retrieval.

The wrong key is 403 and an empty body 400, because Dify's check of a new entry takes only 403, 404
and 502 for failures. A score is s / (s + 10) of the BM25 score s: it grows with s and stays between
0 and 1.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat import conditions
from app.chat.conditions import Conditions, WrongCondition
from app.chat.plain_http import base_url, json_object, opens, token_of
from app.chat.surface import Office, Surface
from app.engine import Engine
from app.errors import IndexUnusable, InvalidQuestion
from app.model import Document, Filters, SearchHit
from app.settings_chat import ChatSettings, Dify
from app.web import render

# The second is what comes out when the whole address is pasted, to which Dify adds /retrieval.
PATHS: Final = ("/dify/retrieval", "/dify/retrieval/retrieval")
ALL: Final = "all"  # the knowledge_id of the whole corpus when no other is set
MOST: Final = 100
_TOP_K = 5
_HALF = 10.0  # the BM25 score that becomes 0.5
_PAGE = 100
_DEEPEST = 1000  # the index shows no hit beyond
_QUERY = 500
_log = logging.getLogger("youju.chat")


class _Failure(Exception):
    """An error in Dify's shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A request, checked."""

    query: str
    collections: tuple[str, ...]
    top_k: int
    threshold: float
    conditions: Conditions


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """The surface of Dify, when its section is there."""
    section = settings.dify
    if section is None:
        return ()
    router = APIRouter()

    async def retrieval(request: Request) -> Response:
        try:
            _check_key(request, section)
            wanted = _read(json_object(await request.body()), section)
            base = base_url(request, office)
            records = await office.run(lambda: retrieve(office.answerer.engine(), wanted, base))
        except _Failure as failure:
            return _failed(failure.status, failure.code, failure.message)
        except InvalidQuestion:
            return _failed(400, 2002, "query 不能用来检索")
        except (IndexUnusable, HTTPException):
            return _failed(503, 3001, "服务繁忙或尚未就绪，请稍后再试")
        except Exception:
            _log.exception("dify: retrieval failed")
            return _failed(500, 3002, "服务出错，请管理员查看日志")
        return JSONResponse({"records": records})

    for path in PATHS:
        router.add_api_route(path, retrieval, methods=["POST"], include_in_schema=False)
    return (Surface("dify", router),)


def score_of(bm25: float) -> float:
    """A BM25 score as a number from 0 to 1 that grows with it."""
    return round(max(bm25, 0.0) / (max(bm25, 0.0) + _HALF), 4)


def retrieve(engine: Engine, wanted: _Wanted, base: str) -> list[dict[str, Any]]:
    """The best passages that meet the conditions and the threshold, best first."""
    filters = conditions.narrowed(Filters(collections=wanted.collections), wanted.conditions)
    records: list[dict[str, Any]] = []
    offset = 0
    page = _PAGE if wanted.conditions.parts else wanted.top_k
    while offset < _DEEPEST:
        hits = engine.search(wanted.query, filters, page, offset).hits
        for hit in hits:
            score = score_of(hit.score)
            if score < wanted.threshold or len(records) == wanted.top_k:
                return records
            stored = engine.snapshot.documents.get(hit.passage.document_id)
            if stored is not None and _fits(stored.document, wanted):
                records.append(_record(hit, score, stored.document, base))
        if len(hits) < page:
            break
        offset += page
    return records


def _fits(document: Document, wanted: _Wanted) -> bool:
    inside = not wanted.collections or document.collection in wanted.collections
    return inside and wanted.conditions.hold(document)


def _record(hit: SearchHit, score: float, document: Document, base: str) -> dict[str, Any]:
    passage = hit.passage
    known = {
        name: conditions.text_of(document, name)
        for name in ("collection", "number", "issuer", "region", "status", "issued_on")
    }
    return {
        "content": hit.text,
        "score": score,
        "title": document.title,
        "metadata": {
            "url": render.document_url(document.id, passage.span, hit.text, base),
            "document_id": document.id,
            "start": passage.span.start,
            "end": passage.span.end,
            "path": " / ".join(step.strip() for step in passage.path),
            "digest": document.digest,
            "source": document.source,
            **{name: value for name, value in known.items() if value},
        },
    }


def _check_key(request: Request, section: Dify) -> None:
    token = token_of(request)
    if token is None:
        raise _Failure(403, 1001, "Authorization 头应为 Bearer 加密钥")
    if not opens(token, section.key):
        raise _Failure(403, 1002, "密钥不对")


def _read(body: dict[str, Any] | None, section: Dify) -> _Wanted:
    """The request in `body`. Raises _Failure."""
    if body is None:
        raise _wrong("请求体应为 JSON 对象")
    query = body.get("query")
    if not isinstance(query, str) or not query.strip():
        raise _wrong("query 应为不空的文字")
    setting = body.get("retrieval_setting") or {}
    if not isinstance(setting, dict):
        raise _wrong("retrieval_setting 应为对象")
    try:
        wanted = conditions.read(body.get("metadata_condition"))
    except WrongCondition as error:
        raise _wrong(str(error)) from None
    return _Wanted(
        query=query.strip()[:_QUERY],
        collections=_collections(body.get("knowledge_id"), section),
        top_k=_top_k(setting.get("top_k")),
        threshold=_threshold(setting.get("score_threshold")),
        conditions=wanted,
    )


def _collections(name: object, section: Dify) -> tuple[str, ...]:
    if not isinstance(name, str) or not name:
        raise _wrong("knowledge_id 应为文字")
    if name in section.knowledge:
        return section.knowledge[name]
    if not section.knowledge and name == ALL:
        return ()
    raise _Failure(404, 2001, "没有这个知识库：请核对 youju.toml 的 [dify.knowledge]")


def _top_k(given: object) -> int:
    if given is None:
        return _TOP_K
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise _wrong("top_k 应为不小于 1 的整数")
    return min(given, MOST)


def _threshold(given: object) -> float:
    if given is None:
        return 0.0
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _wrong("score_threshold 应为 0 到 1 的数")
    if not 0 <= given <= 1:
        raise _wrong("score_threshold 应为 0 到 1 的数")
    return float(given)


def _wrong(message: str) -> _Failure:
    return _Failure(400, 2002, message)


def _failed(status: int, code: int, message: str) -> Response:
    return JSONResponse({"error_code": code, "error_msg": message}, status)
