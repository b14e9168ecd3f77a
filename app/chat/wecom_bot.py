"""The AI bot of WeCom (智能机器人): callbacks in JSON, encrypted both ways, at /wecom/bot/NAME.

An answer that is ready within a second goes out whole. One that takes longer is streamed: the
platform asks again with the id of our stream until it is told `finish`. The stream id is the key
of the message in the ledger, so that a stream goes on after a restart.
Source: developer.work.weixin.qq.com/document/path/100719, 101031, 101138.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from fastapi import APIRouter, Request, Response

from app.chat import messages
from app.chat.messages import Message, without_mentions
from app.chat.replies import ChatReply
from app.chat.surface import Office, Surface
from app.chat.wecom_crypto import Box, Forged
from app.chat.wecom_wire import (
    Malformed,
    add_url_check,
    awaited,
    digest,
    opened,
    promptly,
    read_json,
    refused,
    signed,
    within_response,
)
from app.chat.wording import Form, worded
from app.errors import SettingsError
from app.settings_chat import ChatSettings, WecomBot

LIMIT = 20_480  # UTF-8 bytes of a reply
READY = 0.2  # seconds in which a reply is given whole; for a later one WeCom asks again
LOOKING = "正在查找依据……"
_VERDICTS = {1: "like", 2: "dislike", 3: "cancel"}
_REASON = 500  # characters
Fields = Mapping[str, object]


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """One surface for each configured bot: a callback address, or a long connection."""
    return tuple(
        _callback(name, bot, office) if bot.token else _long(name, bot, office)
        for name, bot in settings.wecom_bot.items()
    )


def _long(name: str, bot: WecomBot, office: Office) -> Surface:
    try:
        from app.chat.wecom_bot_socket import surface
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("app."):
            raise
        raise SettingsError(
            f"聊天设置 wecom_bot 需要 {error.name}：请安装 pip install 'youju[wecom]'"
        ) from error
    return surface(name, bot, office)


def words(reply: ChatReply) -> str:
    """A reply as the bot writes it."""
    return worded(reply, Form.MARKDOWN, LIMIT)


# ── what both ways of connection share ──────────────────────────────────────────────────────────


def platform(name: str) -> str:
    """The bot `name` in the ledger."""
    return f"wecom_bot:{name}"


def message_of(body: Fields, name: str, bot: WecomBot, address: str = "{}") -> Message:
    """The message in a callback; raises `Malformed`."""
    msgid, sender = body.get("msgid"), _fields(body, "from").get("userid")
    if not (isinstance(msgid, str) and msgid and isinstance(sender, str) and sender):
        raise Malformed("a message without msgid or sender")
    chat = body.get("chatid")
    return Message(
        platform=platform(name),
        key=digest(platform(name), msgid),
        bot=name,
        chat=chat if isinstance(chat, str) and chat else sender,
        user=sender,
        text=_text(body, bot.name),
        address=address,
    )


def _text(body: Fields, name: str) -> str:
    """The words of a message; those of the message it quotes when it has none of its own."""
    own = without_mentions(_words_of(body), name)
    return own or without_mentions(_words_of(_fields(body, "quote")), name)


def _words_of(body: Fields, part: bool = False) -> str:
    kind = body.get("msgtype")
    if kind == "mixed" and not part:
        items = _fields(body, "mixed").get("msg_item")
        listed = items if isinstance(items, list) else []
        parts = [_words_of(one, part=True) for one in listed if isinstance(one, dict)]
        return "\n".join(one for one in parts if one)
    content = _fields(body, str(kind)).get("content") if kind in ("text", "voice") else ""
    # Lone surrogates are valid in JSON and in nothing that is written afterwards.
    return content.encode("utf-8", "ignore").decode() if isinstance(content, str) else ""


def _fields(body: Fields, name: str) -> Fields:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def event_kind(body: Fields) -> str:
    """Which event a callback tells of; "" for none."""
    kind = _fields(body, "event").get("eventtype")
    return kind if body.get("msgtype") == "event" and isinstance(kind, str) else ""


def welcome() -> dict[str, object]:
    """What the bot says to someone who opens its chat."""
    return {"msgtype": "text", "text": {"content": messages.HELP}}


def store_feedback(body: Fields, name: str, office: Office) -> None:
    """Keep what a person thinks of a reply. Blocking."""
    told = _fields(_fields(body, "event"), "feedback_event")
    key, kind = told.get("id"), told.get("type")
    verdict = _VERDICTS.get(kind) if isinstance(kind, int) else None
    if not isinstance(key, str) or not key or verdict is None:
        return
    reasons = told.get("inaccurate_reason_list")
    parts = [str(one) for one in reasons] if isinstance(reasons, list) else []
    content = told.get("content")
    reason = " ".join((*parts, content if isinstance(content, str) else "")).strip()
    user = _fields(body, "from").get("userid")
    office.desk.ledger.feedback(
        platform(name),
        key[:256].encode("utf-8", "ignore").decode(),
        user if isinstance(user, str) else "",
        verdict,
        reason[:_REASON].encode("utf-8", "ignore").decode(),
        time.time(),
    )


def stream(key: str, text: str, finish: bool, first: bool) -> dict[str, object]:
    """A reply, or what there is of it; the first one asks for feedback under its own key."""
    body: dict[str, object] = {"id": key, "finish": finish, "content": text}
    if first:
        body["feedback"] = {"id": key}
    return {"msgtype": "stream", "stream": body}


# ── callbacks ───────────────────────────────────────────────────────────────────────────────────


def _callback(name: str, bot: WecomBot, office: Office) -> Surface:
    box = Box(_secret(bot.token), _secret(bot.aes_key), "")
    routes = APIRouter()
    path = f"/wecom/bot/{name}"

    add_url_check(routes, path, box)

    @routes.post(path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        try:
            given = signed(request)
            body = read_json(opened(box, read_json(await request.body()).get("encrypt"), given))
            reply = await _handle(body, name, bot, office)
        except (Forged, Malformed) as error:
            return refused(error)
        return _sealed(box, reply) if reply is not None else Response()

    def recover() -> None:
        office.desk.recover(platform(name), words, within_response, lambda _: bot.collections)

    return Surface(platform(name), routes, start=recover)


async def _handle(
    body: Fields, name: str, bot: WecomBot, office: Office
) -> dict[str, object] | None:
    """The reply to one callback; None when nothing is to be said."""
    kind = body.get("msgtype")
    if kind == "stream":
        return await _continued(body, name, office)
    if kind == "event":
        event = _EVENTS.get(event_kind(body))
        return await office.run(partial(event, body, name, office)) if event else None
    message = message_of(body, name, bot)
    text = await promptly(office, message, words, bot.collections, READY)
    return stream(message.key, text or LOOKING, text is not None, first=True)


async def _continued(body: Fields, name: str, office: Office) -> dict[str, object]:
    key = _fields(body, "stream").get("id")
    if not isinstance(key, str) or not key.isascii():
        raise Malformed("a stream without id")
    known = await office.run(lambda: office.desk.ledger.known(platform(name), key))
    if known is None:
        return stream(key, messages.UNAVAILABLE, finish=True, first=False)
    text = await awaited(office, platform(name), key, READY)
    return stream(key, text or LOOKING, text is not None, first=False)


def _entered(body: Fields, name: str, office: Office) -> dict[str, object] | None:
    return welcome()


def _rated(body: Fields, name: str, office: Office) -> dict[str, object] | None:
    store_feedback(body, name, office)
    return None


_EVENTS: Mapping[str, Callable[[Fields, str, Office], dict[str, object] | None]] = {
    "enter_chat": _entered,
    "feedback_event": _rated,
}


def _sealed(box: Box, reply: Fields) -> Response:
    text = json.dumps(reply, ensure_ascii=False, separators=(",", ":"))
    sealed = box.seal(text, str(int(time.time())), secrets.token_hex(8))
    envelope = {
        "encrypt": sealed.encrypt,
        "msgsignature": sealed.signature,
        "timestamp": int(sealed.timestamp),
        "nonce": sealed.nonce,
    }
    return Response(json.dumps(envelope), media_type="application/json")


def _secret(value: object) -> str:
    """The text of a secret that the settings have checked to be there."""
    reveal = getattr(value, "get_secret_value", None)
    if reveal is None:
        raise SettingsError("聊天设置 wecom_bot 缺少 token 或 aes_key")
    return str(reveal())
