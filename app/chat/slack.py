"""Slack: events at /slack/{name}, the buttons below a reply at /slack/{name}/actions."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat.messages import Message, without_mentions
from app.chat.replies import ChatReply
from app.chat.surface import Office, Surface
from app.chat.wording import Form, cut, worded
from app.settings_chat import ChatSettings, Slack

PLATFORM: Final = "slack"
CHARACTERS: Final = 3900  # Slack suggests 4,000 for a message
SECTION: Final = 2900  # characters of one block; Slack takes 3,000
_BYTES: Final = (12_000, 9_000, 6_000, 4_000, 2_000, 1_000, 700)  # tried one after the other
_TIMEOUT: Final = 10
_VERDICTS: Final = {"youju_up": ("👍", "up"), "youju_down": ("👎", "down")}
_MENTION: Final = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_WRAPPED: Final = re.compile(r"<(?:[^<>|]*\|)?([^<>|]*)>")
_LINK: Final = re.compile(r"\[([^\[\]]+)\]\(([^()\s]*)\)")
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_NO_RETRY: Final = {"X-Slack-No-Retry": "1"}


def genuine(secret: str, body: bytes, headers: Mapping[str, str]) -> bool:
    """Whether Slack has signed `body` within the last five minutes."""
    stamp = headers.get("x-slack-request-timestamp", "")
    sign = headers.get("x-slack-signature", "")
    # The library raises for these instead of saying no.
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and sign.isascii()):
        return False
    try:
        return bool(SignatureVerifier(secret).is_valid(body, stamp, sign))
    except UnicodeDecodeError:
        return False


def mrkdwn(text: str) -> str:
    """Markdown as Slack writes it: *bold*, <url|text>; its own marks lose their meaning."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _LINK.sub(_link, text)
    return _BOLD.sub(r"*\1* ", text)


def _link(found: re.Match[str]) -> str:
    label, url = found[1].replace("|", "｜"), found[2].replace("|", "%7C")
    return f"<{url}|{label}>" if url.startswith(("http://", "https://")) else label


def words(reply: ChatReply) -> str:
    """A reply in Slack's own marks, of at most 3,900 characters."""
    for limit in _BYTES:
        text = mrkdwn(worded(reply, Form.MARKDOWN, limit))
        if len(text) <= CHARACTERS:
            return text
    return cut(text, CHARACTERS)


def read(body: Mapping[str, Any], bot: str, settings: Slack) -> Message | None:
    """The message in an event; None for what is none of ours. Raises ValueError when malformed."""
    event = body.get("event")
    if body.get("type") != "event_callback" or not isinstance(event, dict):
        return None
    direct = event.get("type") == "message" and event.get("channel_type") == "im"
    if not direct and event.get("type") != "app_mention":
        return None
    # Messages of bots (ours too), edits, joins and the like.
    if event.get("bot_id") or event.get("subtype") not in (None, "file_share", "thread_broadcast"):
        return None
    stamp = _text(event, "ts")
    thread = _text(event, "thread_ts") if event.get("thread_ts") else ("" if direct else stamp)
    text = _WRAPPED.sub(r"\1", _MENTION.sub(" ", str(event.get("text") or "")))
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return Message(
        platform=PLATFORM,
        key=f"{bot}:{_text(body, 'event_id')}",
        bot=bot,
        chat=_text(event, "channel"),
        user=_text(event, "user"),
        text=without_mentions(text.encode("utf-8", "ignore").decode(), settings.name),
        address=json.dumps({"thread": thread}),
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise ValueError(f"{name} is missing or no text")
    value.encode()  # half a surrogate pair is a ValueError too
    return value


def blocks(text: str, key: str) -> list[dict[str, Any]]:
    """A reply in blocks, with the two buttons below it."""
    sections = [
        {"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in _parts(text)
    ]
    buttons = [
        {
            "type": "button",
            "action_id": action,
            "value": key,
            "text": {"type": "plain_text", "text": face, "emoji": True},
        }
        for action, (face, _) in _VERDICTS.items()
    ]
    return [*sections, {"type": "actions", "elements": buttons}]


def _parts(text: str) -> list[str]:
    """`text` in parts that a block holds, parted at ends of lines where there are any."""
    parts = [""]
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), SECTION):
            piece = line[start : start + SECTION]
            if len(parts[-1]) + len(piece) > SECTION:
                parts.append("")
            parts[-1] += piece
    return [part for part in parts if part.strip()]


class Bot:
    """One configured application."""

    def __init__(self, name: str, settings: Slack, office: Office) -> None:
        self.name = name
        self.settings = settings
        self._secret = settings.signing_secret.get_secret_value()
        self._office = office
        self._client = WebClient(
            settings.bot_token.get_secret_value(),
            base_url=settings.api.rstrip("/") + "/",
            timeout=_TIMEOUT,
        )
        self._client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))

    def deliver(self, message: Message, text: str) -> None:
        """Post a reply to the channel, and in the thread, of its message."""
        thread = json.loads(message.address)["thread"]
        self._client.chat_postMessage(
            channel=message.chat,
            text=text,
            blocks=blocks(text, message.key),
            thread_ts=thread or None,
            unfurl_links=False,
            unfurl_media=False,
        )

    async def event(self, request: Request) -> Response:
        """POST /slack/{name}: a repeat (X-Slack-Retry-Num) is acknowledged and not answered."""
        raw = await request.body()
        if not genuine(self._secret, raw, request.headers):
            return _refused(401, "invalid_signature")
        try:
            body = json.loads(raw)
            if not isinstance(body, dict):
                raise ValueError("no object")
            if body.get("type") == "url_verification":
                return JSONResponse({"challenge": _text(body, "challenge")})
            message = read(body, self.name, self.settings)
        except (ValueError, RecursionError):
            return _refused(400, "invalid_event")
        if message is not None:
            desk = self._office.desk
            await self._office.run(
                partial(desk.accept, message, words, self.deliver, self.settings.collections)
            )
        return JSONResponse({"ok": True})

    async def action(self, request: Request) -> Response:
        """POST /slack/{name}/actions: a button below a reply was pressed."""
        raw = await request.body()
        if not genuine(self._secret, raw, request.headers):
            return _refused(401, "invalid_signature")
        try:
            body = json.loads(parse_qs(raw.decode())["payload"][0])
            action, user = body["actions"][0], _text(body["user"], "id")
            _, verdict = _VERDICTS[_text(action, "action_id")]
            key = _text(action, "value")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return _refused(400, "invalid_action")
        await self._office.run(partial(self._judged, key, user, verdict))
        return Response()

    def _judged(self, key: str, user: str, verdict: str) -> None:
        ledger = self._office.desk.ledger
        if ledger.known(PLATFORM, key) is not None:
            ledger.feedback(PLATFORM, key, user, verdict, "", time.time())


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"ok": False, "error": reason}, status, headers=_NO_RETRY)


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """A surface for all applications. It sends the unfinished replies of before a restart."""
    bots = {name: Bot(name, one, office) for name, one in settings.slack.items()}
    routes = APIRouter()
    for name, bot in bots.items():
        routes.add_route(f"/slack/{name}", bot.event, ["POST"], include_in_schema=False)
        routes.add_route(f"/slack/{name}/actions", bot.action, ["POST"], include_in_schema=False)

    def deliver(message: Message, text: str) -> None:
        if message.bot in bots:
            bots[message.bot].deliver(message, text)

    def collections(bot: str) -> Sequence[str]:
        return bots[bot].settings.collections if bot in bots else ()

    def recover() -> None:
        office.desk.recover(PLATFORM, words, deliver, collections)

    return (Surface(PLATFORM, routes, start=recover),)
