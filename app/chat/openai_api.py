"""The OpenAI-compatible interface: /v1/models, /v1/chat/completions, and both under /owui/v1."""

from __future__ import annotations

import hmac
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from app.chat import messages, openai_body, openai_stream
from app.chat.messages import Wish
from app.chat.openai_body import Completion, Refusal
from app.chat.openai_shape import OpenAIShape, kind_of
from app.chat.openai_stream import Written
from app.chat.openai_tasks import task_reply
from app.chat.replies import Source
from app.chat.surface import Office, Surface
from app.chat.wording import Form, worded
from app.settings_chat import ChatSettings, OpenAI

BASES: tuple[tuple[str, bool], ...] = (("/v1", False), ("/owui/v1", True))
_CREATED = 1_700_000_000  # clients want a time; the model has none
_ONLY_TEXT_READ = "（图片和附件看不懂，下面只按文字回答。）"


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """The interface, when it is configured."""
    if settings.openai is None:
        return ()
    section = settings.openai

    def shaped(app: ASGIApp) -> ASGIApp:
        return OpenAIShape(app, section.origins)

    api = _Api(section, office)
    routes = APIRouter(include_in_schema=False)
    for base, events in BASES:
        routes.add_api_route(f"{base}/models", api.models, methods=["GET"])
        routes.add_api_route(f"{base}/models/{{name:path}}", api.model, methods=["GET"])
        complete = _Completions(api, events)
        routes.add_api_route(f"{base}/chat/completions", complete.answer, methods=["POST"])
    return (Surface("openai", routes, middleware=shaped),)


class _Api:
    """Models, keys, and replies."""

    def __init__(self, section: OpenAI, office: Office) -> None:
        self._key = section.key.get_secret_value().encode() if section.key else None
        self._knowledge: Mapping[str, tuple[str, ...]] = {section.model: (), **section.knowledge}
        self._office = office

    async def models(self, request: Request) -> Response:
        """The list of models."""
        try:
            self.check(request)
        except Refusal as refusal:
            return refused(refusal)
        listed = [_model(name) for name in self._knowledge]
        return JSONResponse({"object": "list", "data": listed})

    async def model(self, request: Request, name: str) -> Response:
        """One model."""
        try:
            self.check(request)
            self.collections(name)
        except Refusal as refusal:
            return refused(refusal)
        return JSONResponse(_model(name))

    def check(self, request: Request) -> None:
        """Raises Refusal (401) for a request without the configured key."""
        if self._key is None:
            return
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), self._key)
        if scheme.lower() != "bearer" or not right:
            said = "密钥不对：请在 Authorization: Bearer 后填写管理员给的密钥。"
            raise Refusal(401, said, code="invalid_api_key")

    def collections(self, name: str) -> tuple[str, ...]:
        """The collections of a model. Raises Refusal (404) for an unknown one."""
        if name not in self._knowledge:
            known = "、".join(self._knowledge)
            said = f"没有这个模型，可用的是：{known}。"
            raise Refusal(404, said, "model", "model_not_found")
        return self._knowledge[name]

    async def reply(self, asked: Completion) -> Written:
        """The reply to a request, in words."""
        collections = self.collections(asked.model)
        text, sources = await self._office.run(partial(self._words, asked, collections))
        return Written(
            key=f"chatcmpl-{uuid.uuid4().hex}",
            created=int(time.time()),
            model=asked.model,
            text=text,
            sources=sources,
            prompt_characters=asked.prompt_characters,
        )

    def _words(
        self, asked: Completion, collections: Sequence[str]
    ) -> tuple[str, tuple[Source, ...]]:
        answerer = self._office.answerer
        beside = task_reply(asked.question, asked.history, asked.system, answerer.suggest)
        if beside is not None:
            return beside, ()
        wanted = messages.wish(asked.question)
        if wanted is not Wish.QUESTION:
            return _FIXED[wanted], ()
        reply = answerer.ask(asked.question, asked.history, collections)
        text = worded(reply, Form.MARKDOWN)
        return (f"{_ONLY_TEXT_READ}\n\n{text}" if asked.skipped else text), reply.sources


_FIXED: Mapping[Wish, str] = {
    Wish.HELP: messages.HELP,
    Wish.RESET: messages.RESET,
    Wish.NOTHING: messages.ONLY_TEXT,
}


class _Completions:
    """The completions of one base path."""

    def __init__(self, api: _Api, events: bool) -> None:
        self._api = api
        self._events = events

    async def answer(self, request: Request) -> Response:
        """A completion, whole or as a stream; it is found before the response begins."""
        try:
            self._api.check(request)
            asked = openai_body.read(await request.body())
            reply = await self._api.reply(asked)
        except Refusal as refusal:
            return refused(refusal)
        if not asked.stream:
            return JSONResponse(openai_stream.whole(reply))
        return StreamingResponse(
            openai_stream.lines(reply, asked.include_usage, self._events),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )


def refused(refusal: Refusal) -> Response:
    """The response of a request that is not answered."""
    body = openai_stream.error(
        refusal.message, kind_of(refusal.status), refusal.param, refusal.code
    )
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None
    raw = json.dumps(body, ensure_ascii=False).encode()
    return Response(raw, refusal.status, headers, "application/json")


def _model(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "youju"}
