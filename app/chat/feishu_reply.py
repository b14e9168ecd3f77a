"""Replies to Feishu: a card with buttons for feedback, or text when Feishu takes no card.

The library is loaded at the first reply: it is large. It fetches and renews the access token.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from app.chat import messages
from app.chat.messages import Message
from app.chat.replies import ChatReply
from app.chat.wording import Form, worded
from app.settings_chat import Feishu

BODY_BYTES: Final = 30_000  # of a request with a card; Feishu allows 30 KB
_LIMITS = (20_000, 16_000, 12_000, 9_000, 6_000, 4_000, 2_000)  # bytes of words that are tried
_SECONDS = 10.0
# Refusals that pass by themselves: too many messages, an access token that has just expired.
_PASSING = frozenset({230020, 99991400, 99991661, 99991663, 99991664, 99991668})
_PLAIN_REPLIES = frozenset(
    {messages.HELP, messages.RESET, messages.ONLY_TEXT, messages.UNAVAILABLE}
)
_loading = threading.Lock()


class Undelivered(Exception):
    """Feishu did not take a reply; names its code and message."""


@cache
def _library() -> Any:
    loaded = "lark_oapi" in sys.modules
    library = import_module("lark_oapi")
    if not loaded:
        # Loading makes an event loop for the thread it happens in; nothing would ever close it.
        loop = import_module("lark_oapi.ws.client").loop
        if not loop.is_running():
            loop.close()
            asyncio.set_event_loop(None)
    return library


def library() -> Any:
    """The `lark_oapi` package. Call it in a thread that has no event loop; it takes seconds."""
    with _loading:
        return _library()


# ── words and cards ─────────────────────────────────────────────────────────────────────────────


def words(reply: ChatReply, public_url: str) -> str:
    """`reply` in words that fit into a card. Links need the address of the service."""
    form = Form.MARKDOWN if public_url else Form.PLAIN
    for limit in _LIMITS:
        text = worded(reply, form, limit)
        if _size(text) <= BODY_BYTES:
            break
    return text


def _size(text: str) -> int:
    """The largest body of a request that carries `text`, identifiers at their longest."""
    body = {"content": card(text, "x" * 300), "msg_type": "interactive", "uuid": "x" * 50}
    return len(json.dumps(body | {"receive_id": "x" * 100}, ensure_ascii=False).encode())


def card(text: str, key: str) -> str:
    """A card with `text`, and with buttons when it answers the message `key`."""
    elements: list[dict[str, object]] = [{"tag": "markdown", "content": _escaped(text)}]
    if key:
        buttons = [("👍 有用", "up"), ("👎 没用", "down")]
        elements.append(
            {
                "tag": "column_set",
                "columns": [
                    {"tag": "column", "width": "auto", "elements": [_button(label, verdict, key)]}
                    for label, verdict in buttons
                ],
            }
        )
    whole = {"schema": "2.0", "config": {"update_multi": True}, "body": {"elements": elements}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _button(label: str, verdict: str, key: str) -> dict[str, object]:
    return {
        "tag": "button",
        "type": "text",
        "size": "small",
        "text": {"tag": "plain_text", "content": label},
        # Feishu documents `behaviors` for this form of cards, its own library writes `value`.
        "behaviors": [{"type": "callback", "value": {"verdict": verdict, "key": key}}],
        "value": {"verdict": verdict, "key": key},
    }


def _escaped(text: str) -> str:
    """Without tags: `<at id=all></at>` in a document must not call everyone."""
    return text.replace("<", "&#60;").replace(">", "&#62;")


# ── sending ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Replier:
    """Speaks to Feishu as one application. Blocking; safe to use from several threads."""

    settings: Feishu

    def send(self, message: Message, text: str) -> None:
        """Reply with a card; with text when Feishu refuses the card. Raises `Undelivered`."""
        address = json.loads(message.address)
        key = "" if text in _PLAIN_REPLIES else message.key
        code, told = self._post(address, "interactive", card(text, key))
        if code != 0 and code not in _PASSING:
            plain = json.dumps({"text": _escaped(text)}, ensure_ascii=False)
            code, told = self._post(address, "text", plain)
        if code != 0:
            raise Undelivered(f"Feishu answered {code}: {told}")

    def open_id(self) -> str:
        """The open id of the bot; "" when Feishu does not tell."""
        lark = library()
        request = (
            lark.BaseRequest.builder()
            .http_method(lark.HttpMethod.GET)
            .uri("/open-apis/bot/v3/info")
            .token_types({lark.AccessTokenType.TENANT})
            .build()
        )
        response = self._client().request(request)
        if response.raw is None or not response.success():
            return ""
        bot = json.loads(response.raw.content).get("bot")
        found = bot.get("open_id") if isinstance(bot, dict) else None
        return found if isinstance(found, str) else ""

    def _post(self, address: dict[str, str], kind: str, content: str) -> tuple[int, str]:
        library()
        im = import_module("lark_oapi.api.im.v1")
        uuid = address["uuid"]
        messages_api = self._client().im.v1.message
        if "message_id" in address:
            body = im.ReplyMessageRequestBody.builder().msg_type(kind).content(content).uuid(uuid)
            request = (
                im.ReplyMessageRequest.builder()
                .message_id(address["message_id"])
                .request_body(body.build())
                .build()
            )
            response = messages_api.reply(request)
        else:
            body = im.CreateMessageRequestBody.builder().msg_type(kind).content(content).uuid(uuid)
            request = (
                im.CreateMessageRequest.builder()
                .receive_id_type("chat_id")
                .request_body(body.receive_id(address["chat_id"]).build())
                .build()
            )
            response = messages_api.create(request)
        code = response.code if isinstance(response.code, int) else -1
        return code, str(response.msg)[:200]

    def _client(self) -> Any:
        return _client(
            self.settings.app_id, self.settings.app_secret.get_secret_value(), self.settings.api
        )


@cache
def _client(app_id: str, secret: str, domain: str) -> Any:
    lark = library()
    return (
        lark.Client.builder()
        .app_id(app_id)
        .app_secret(secret)
        .domain(domain)
        .timeout(_SECONDS)
        .log_level(lark.LogLevel.CRITICAL)  # what it logs goes to the standard output
        .build()
    )
