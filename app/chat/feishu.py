"""Feishu and Lark: events by HTTP at /feishu/{name}, or over a long connection.

Each event is checked, taken in durably, acknowledged, and answered afterwards in another thread.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat import feishu_events as events
from app.chat.feishu_crypto import Box, Forged, fresh, same
from app.chat.feishu_events import PLATFORM, Bot, Malformed, decoded, fields, identifier
from app.chat.feishu_reply import Replier, words
from app.chat.feishu_socket import Line, Lines
from app.chat.messages import Message
from app.chat.surface import Office, Surface
from app.errors import SettingsError
from app.settings_chat import ChatSettings, Feishu

_LABEL = re.compile("[A-Za-z0-9_-]+")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ASK_AGAIN = 60.0  # seconds until the bot's own open id is asked for again
_THANKS = {"toast": {"type": "success", "content": "已记录，谢谢反馈"}}
_NOT_OURS = {"toast": {"type": "info", "content": "这个按钮已经失效"}}
_log = logging.getLogger("youju.chat")


class Rejected(Exception):
    """A request that is turned away with a status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(slots=True)
class _Application:
    """One configured application. `bot` is replaced once its open id is known."""

    settings: Feishu
    office: Office
    bot: Bot
    now: Callable[[], float] = time.time
    replier: Replier = field(init=False)

    def __post_init__(self) -> None:
        self.replier = Replier(self.settings)

    # ── what is let in ──────────────────────────────────────────────────────────────────────────

    def opened(self, raw: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        """The body of a request, checked. Raises `Rejected`.

        Nothing is read before the signature is found right, but for the one request that Feishu
        does not sign: the check of the address, which must then carry the verification token.
        """
        box = Box(_secret(self.settings.encrypt_key))
        timestamp = headers.get("x-lark-request-timestamp", "")
        nonce = headers.get("x-lark-request-nonce", "")
        signed = True
        try:
            box.check(headers.get("x-lark-signature", ""), timestamp, nonce, raw)
        except Forged:
            signed = False
        if signed and not fresh(timestamp, self.now()):
            raise Rejected(401, "stale timestamp")
        try:
            body = self._body(raw, box)
            self._check_sender(body, signed)
        except (Forged, Malformed) as error:
            raise Rejected(400 if signed else 401, "malformed body") from error
        return body

    def _body(self, raw: bytes, box: Box) -> dict[str, Any]:
        body = decoded(raw)
        encrypt = body.get("encrypt")
        return decoded(box.open(encrypt)) if isinstance(encrypt, str) else body

    def _check_sender(self, body: dict[str, Any], signed: bool) -> None:
        challenge = body.get("type") == "url_verification"
        if not signed and not challenge:
            raise Rejected(401, "wrong signature")
        header = fields(body.get("header"))
        token = events.words(body.get("token") if challenge else header.get("token"))
        if not same(token, _secret(self.settings.verification_token)):
            raise Rejected(401, "wrong verification token")
        if challenge:
            return
        if events.words(header.get("app_id")) != self.settings.app_id:
            raise Rejected(403, "another application")

    # ── what is done ────────────────────────────────────────────────────────────────────────────

    def handle(self, header: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
        """Take an event in; what Feishu is to be told. Blocking. Raises `Malformed`."""
        kind, event_id = events.words(header.get("event_type")), identifier(header.get("event_id"))
        if kind == events.CARD:
            return self._feedback(event)
        message: Message | None = None
        if kind == events.MESSAGE:
            message = events.message(event_id, event, self.bot)
        elif kind == events.ADDED:
            message = events.welcome(event_id, event, self.bot)
        if message is not None:
            self.office.desk.accept(message, self.words, self.replier.send, self.collections)
        return {}

    def _feedback(self, event: Mapping[str, Any]) -> dict[str, Any]:
        found = events.verdict(event, self.bot)
        if found is None:
            return _NOT_OURS
        ledger = self.office.desk.ledger
        ledger.feedback(PLATFORM, found.key, found.user, found.verdict, "", self.now())
        return _THANKS

    def words(self, reply: Any) -> str:
        """A reply in words."""
        return words(reply, self.office.public_url)

    @property
    def collections(self) -> Sequence[str]:
        """Where the answers come from."""
        return self.settings.collections

    def introduce(self) -> bool:
        """Ask Feishu who the bot is; whether it is known now. Blocking."""
        if not self.bot.open_id:
            try:
                self.bot = replace(self.bot, open_id=self.replier.open_id())
            except Exception as error:
                # Only the kind: a message could show an address with a ticket.
                _log.warning("feishu %s: 取不到机器人信息（%s）", self.bot.label, _kind(error))
        return bool(self.bot.open_id)


def _secret(value: Any) -> str:
    return value.get_secret_value() if value is not None else ""


def _kind(error: Exception) -> str:
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__


def _endpoint(application: _Application) -> Callable[[Request], Any]:
    async def receive(request: Request) -> Response:
        raw = await request.body()
        try:
            body = application.opened(raw, request.headers)
            if body.get("type") == "url_verification":
                return JSONResponse({"challenge": identifier(body.get("challenge"))})
            work = partial(
                application.handle, fields(body.get("header")), fields(body.get("event"))
            )
            return JSONResponse(await application.office.run(work))
        except Rejected as error:
            return _refusal(error.status, str(error))
        except Malformed as error:
            return _refusal(400, str(error))

    return receive


def _refusal(status: int, reason: str) -> Response:
    return JSONResponse({"code": status, "msg": reason}, status)


class _Service:
    """All Feishu applications: their routes, their long connections, and unfinished replies."""

    def __init__(self, applications: Mapping[str, _Application], office: Office) -> None:
        self._applications = applications
        self._office = office
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._lines = Lines(
            [
                Line(
                    label=label,
                    app_id=one.settings.app_id,
                    secret=one.settings.app_secret.get_secret_value(),
                    domain=one.settings.api,
                    handle=one.handle,
                )
                for label, one in applications.items()
                if one.settings.mode == "long"
            ]
        )

    def routes(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        for label, one in self._applications.items():
            if one.settings.mode == "http":
                router.add_api_route(
                    f"/feishu/{label}", _endpoint(one), methods=["POST"], response_model=None
                )
        return router

    def start(self) -> None:
        self._stopping.clear()
        if self._applications:
            any_one = next(iter(self._applications.values()))
            self._office.desk.recover(PLATFORM, any_one.words, self._send, self._collections)
        self._threads = [
            threading.Thread(target=self._introduce, name="youju-feishu-bots", daemon=True)
        ]
        for thread in self._threads:
            thread.start()
        self._lines.start()

    def stop(self) -> None:
        self._stopping.set()
        self._lines.stop()
        for thread in self._threads:
            thread.join(5.0)

    def _introduce(self) -> None:
        unknown = list(self._applications.values())
        while unknown and not self._stopping.is_set():
            unknown = [one for one in unknown if not one.introduce()]
            if unknown:
                self._stopping.wait(_ASK_AGAIN)

    def _send(self, message: Message, text: str) -> None:
        self._applications[message.bot].replier.send(message, text)

    def _collections(self, bot: str) -> Sequence[str]:
        known = self._applications.get(bot)
        return known.collections if known is not None else ()


def _origin(label: str, address: str) -> str:
    """The address of Feishu without a path. The secret goes there, so only by https; http is for
    tests on the same machine."""
    parts = urlsplit(address.rstrip("/"))
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not safe or not parts.hostname or parts.username is not None or parts.path or parts.query:
        raise SettingsError(f"聊天设置 feishu.{label}.api 应是 https://主机名，不带路径")
    return address.rstrip("/")


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """One surface for all Feishu applications.

    Raises SettingsError when a name does not fit into an address, ModuleNotFoundError when the
    library is missing.
    """
    if find_spec("lark_oapi") is None:
        raise ModuleNotFoundError("No module named 'lark_oapi'", name="lark_oapi")
    applications = {}
    for label, section in settings.feishu.items():
        if not _LABEL.fullmatch(label):
            raise SettingsError(f"聊天设置 feishu.{label}：名字只能用英文字母、数字、- 和 _")
        section = section.model_copy(update={"api": _origin(label, section.api)})
        applications[label] = _Application(section, office, Bot(label, section.name))
    service = _Service(applications, office)
    return (Surface("feishu", service.routes(), service.start, service.stop),)
