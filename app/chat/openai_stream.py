"""Replies as OpenAI-compatible clients read them: whole, and as a stream of chunks.

A stream has bare line feeds, `choices` in every chunk, and annotations in the chunk that carries
`finish_reason`: clients are known that stop at anything else.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from app.chat.replies import Source
from app.chat.wording import Form, named

_PIECE = 24  # characters of a chunk
_SOURCES = "**依据**"
_log = logging.getLogger("youju.chat")


@dataclass(frozen=True, slots=True)
class Written:
    """A reply in words with its sources, and the head that all its chunks share."""

    key: str
    created: int
    model: str
    text: str
    sources: tuple[Source, ...]
    prompt_characters: int

    def usage(self) -> dict[str, int]:
        """Characters (code points), one token each: no model is used, so none has a tokenizer."""
        written = len(self.text)
        return {
            "prompt_tokens": self.prompt_characters,
            "completion_tokens": written,
            "total_tokens": self.prompt_characters + written,
        }


def url_citations(text: str, sources: Sequence[Source]) -> list[dict[str, object]]:
    """One url_citation for each source: where its [n] first stands in `text`.

    A source without a mark in the sentences is marked at its line of the list of sources.
    """
    listed = text.find(_SOURCES)
    found: list[dict[str, object]] = []
    for one in sources:
        mark = re.compile(re.escape(f"[{one.number}]"))
        place = mark.search(text, 0, listed) if listed >= 0 else None
        place = place or mark.search(text)
        if place is None:
            continue
        start, end = place.span()
        citation = {"url": one.url, "title": title(one), "start_index": start, "end_index": end}
        found.append({"type": "url_citation", "url_citation": citation})
    return found


def title(source: Source) -> str:
    """Title, 文号 and place of a source."""
    return named(source, Form.PLAIN).removesuffix(f" {source.url}")


def whole(reply: Written) -> dict[str, object]:
    """The reply as one chat.completion."""
    message = {
        "role": "assistant",
        "content": reply.text,
        "refusal": None,
        "annotations": url_citations(reply.text, reply.sources),
    }
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {
        "id": reply.key,
        "object": "chat.completion",
        "created": reply.created,
        "model": reply.model,
        "choices": [choice],
        "usage": reply.usage(),
        "citations": _citations(reply.sources),
    }


async def lines(reply: Written, include_usage: bool, events: bool) -> AsyncIterator[bytes]:
    """The stream of a reply; a failure in the midst of it ends it with an error, without [DONE]."""
    try:
        for chunk in chunks(reply, include_usage, events):
            yield _line(chunk)
    except Exception:
        _log.exception("openai: a stream broke off")
        yield _line(error("回答中断，请重试。", "server_error", code="stream_failed"))
        return
    yield b"data: [DONE]\n\n"


def chunks(reply: Written, include_usage: bool, events: bool) -> Iterator[dict[str, object]]:
    """The chunks of a reply, in order; with `events` sources go as events of Open WebUI."""
    yield _chunk(reply, {"role": "assistant", "content": ""})
    if events:
        for one in reply.sources:
            yield {**_head(reply), "choices": [], "event": _source_event(one)}
        yield {**_head(reply), "choices": [], "event": _done_event(len(reply.sources))}
    for start in range(0, len(reply.text), _PIECE):
        chunk = _chunk(reply, {"content": reply.text[start : start + _PIECE]})
        if start == 0 and reply.sources and not events:
            chunk["citations"] = _citations(reply.sources)
        yield chunk
    marked = url_citations(reply.text, reply.sources) if not events else []
    yield _chunk(reply, {"annotations": marked} if marked else {}, "stop")
    if include_usage:
        yield {**_head(reply), "choices": [], "usage": reply.usage()}


def error(
    message: str, kind: str, param: str | None = None, code: str | None = None
) -> dict[str, object]:
    """An error object of OpenAI."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _head(reply: Written) -> dict[str, object]:
    return {
        "id": reply.key,
        "object": "chat.completion.chunk",
        "created": reply.created,
        "model": reply.model,
    }


def _chunk(
    reply: Written, delta: dict[str, object], finish: str | None = None
) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return {**_head(reply), "choices": [choice]}


def _citations(sources: Sequence[Source]) -> list[dict[str, str]]:
    return [{"title": title(one), "url": one.url} for one in sources]


def _source_event(one: Source) -> dict[str, object]:
    data = {
        "source": {"name": title(one), "url": one.url},
        "document": [one.quote],
        "metadata": [{"source": one.url, "name": title(one)}],
    }
    return {"type": "source", "data": data}


def _done_event(count: int) -> dict[str, object]:
    said = f"找到 {count} 处依据" if count else "没有找到依据"
    return {"type": "status", "data": {"description": said, "done": True}}


def _line(body: dict[str, object]) -> bytes:
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"
