"""What a Feishu event says: a message to answer, a chat the bot was added to, a verdict."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.chat.messages import Message, without_mentions

PLATFORM: Final = "feishu"
MESSAGE: Final = "im.message.receive_v1"
ADDED: Final = "im.chat.member.bot.added_v1"
CARD: Final = "card.action.trigger"
HELP: Final = "帮助"
VERDICTS: Final = ("up", "down")

_PLACEHOLDER = re.compile(r"@_user_\d+|@_all\b")
_LONGEST = 2000  # characters of a message that are kept
_IDENTIFIER = 200  # characters
_ALL = "@_all"
_WORDS = frozenset({"text", "a", "md", "code_block"})  # elements of rich text that hold words
Fields = Mapping[str, Any]


class Malformed(Exception):
    """A body that is not what Feishu sends."""


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in the eyes of Feishu. `open_id` is "" as long as it is not known."""

    label: str  # the name of its table in the settings
    name: str  # the name that is mentioned in groups
    open_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person thinks of the reply to the message `key`."""

    key: str
    user: str
    verdict: str


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object in `text`. Raises `Malformed`."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("the body is no JSON") from error
    if not isinstance(value, dict):
        raise Malformed("the body is no JSON object")
    return value


def fields(value: object) -> Fields:
    """`value` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def words(value: object) -> str:
    """`value` when it is text, without halves of characters, else ""."""
    return value.encode("utf-8", "ignore").decode("utf-8") if isinstance(value, str) else ""


def identifier(value: object) -> str:
    """An identifier of the platform. Raises `Malformed` when it is missing or too long."""
    found = words(value)
    if not 0 < len(found) <= _IDENTIFIER:
        raise Malformed("an identifier is missing")
    return found


def once(bot: str, event_id: str) -> str:
    """The key by which Feishu recognises a reply that is sent twice; at most 50 characters."""
    return hashlib.sha256(f"{bot}\n{event_id}".encode()).hexdigest()[:40]


# ── messages ────────────────────────────────────────────────────────────────────────────────────


def message(event_id: str, event: Fields, bot: Bot) -> Message | None:
    """The message to answer; None when it was not meant for the bot. Raises `Malformed`.

    All repeats of a message have the same message id, whatever their event id.
    """
    inner, sender = fields(event.get("message")), fields(event.get("sender"))
    if words(sender.get("sender_type")) not in ("user", ""):
        return None  # another bot: two that answer each other would never end
    message_id = identifier(inner.get("message_id"))
    chat = identifier(inner.get("chat_id"))
    if words(inner.get("chat_type")) != "p2p" and not _mentioned(inner.get("mentions"), bot):
        return None
    return Message(
        platform=PLATFORM,
        key=f"{bot.label}:{message_id}",
        bot=bot.label,
        chat=chat,
        user=_person(sender.get("sender_id")),
        text=_text(inner, bot),
        address=_address(bot, event_id, message_id=message_id),
    )


def welcome(event_id: str, event: Fields, bot: Bot) -> Message:
    """A message that is answered with the help, to the chat the bot was added to."""
    chat = identifier(event.get("chat_id"))
    return Message(
        platform=PLATFORM,
        key=f"{bot.label}:{event_id}",
        bot=bot.label,
        chat=chat,
        user="",
        text=HELP,
        address=_address(bot, event_id, chat_id=chat),
    )


def _address(bot: Bot, event_id: str, **where: str) -> str:
    return json.dumps({**where, "uuid": once(bot.label, event_id)})


def _person(identifiers: object) -> str:
    known = fields(identifiers)
    for name in ("open_id", "union_id", "user_id"):
        if found := words(known.get(name)):
            return found[:_IDENTIFIER]
    raise Malformed("the sender is missing")


def _mentioned(mentions: object, bot: Bot) -> bool:
    if not isinstance(mentions, list):
        return False
    return any(_is_bot(fields(mention), bot) for mention in mentions)


def _is_bot(mention: Fields, bot: Bot) -> bool:
    """By open id, else by name, else by whether it is a bot at all."""
    if words(mention.get("key")) == _ALL:
        return False
    known = fields(mention.get("id"))
    if bot.open_id:
        return words(known.get("open_id")) == bot.open_id
    if bot.name:
        return words(mention.get("name")) == bot.name
    return words(mention.get("mentioned_type")) in ("bot", "") and not known.get("user_id")


def _text(inner: Fields, bot: Bot) -> str:
    """The question. "" for what holds no text; a mention alone asks for help."""
    kind = words(inner.get("message_type"))
    if kind not in ("text", "post"):
        return ""
    try:
        content = decoded(words(inner.get("content")))
    except Malformed:
        return ""
    raw = words(content.get("text")) if kind == "text" else "\n".join(_lines(content))
    text = without_mentions(_PLACEHOLDER.sub(" ", raw[:_LONGEST]), bot.name)
    return text or (HELP if inner.get("mentions") else "")


def _lines(content: Fields) -> Iterator[str]:
    """The lines of a rich text, with its title; it may be wrapped in its language."""
    if not isinstance(content.get("content"), list):
        content = next((fields(one) for one in content.values() if isinstance(one, dict)), {})
    if title := words(content.get("title")):
        yield title
    lines = content.get("content")
    for line in lines if isinstance(lines, list) else ():
        elements = [fields(one) for one in line] if isinstance(line, list) else []
        yield "".join(words(one.get("text")) for one in elements if words(one.get("tag")) in _WORDS)


# ── buttons ─────────────────────────────────────────────────────────────────────────────────────


def verdict(event: Fields, bot: Bot) -> Verdict | None:
    """What a pressed button says; None for a button that is not ours. Raises `Malformed`."""
    value = fields(fields(event.get("action")).get("value"))
    chosen, key = words(value.get("verdict")), words(value.get("key"))
    if chosen not in VERDICTS or not key.startswith(f"{bot.label}:"):
        return None
    return Verdict(identifier(key), _person(event.get("operator")), chosen)
