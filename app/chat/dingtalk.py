"""DingTalk robots: messages by HTTP at /dingtalk/{name}, or by Stream mode (`mode = "long"`).

The signature of the HTTP mode covers the time and the secret, not the body: whoever has seen one
pair of headers can sign any body for an hour. So a reply is posted only to the configured hosts,
a message is answered once by its id, and the page for DingTalk asks for TLS and a list of
addresses in front of the service.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import re
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.chat.messages import Message, without_mentions
from app.chat.replies import ChatReply
from app.chat.surface import Office, Surface
from app.chat.wording import Form, worded
from app.settings_chat import ChatSettings, DingTalk

PLATFORM: Final = "dingtalk"
FRESH: Final = 3600.0  # seconds that a signed pair of headers is good for
LIMIT: Final = 15_000  # bytes; the platform takes 5,000 characters
A_MINUTE: Final = 20  # messages; one more and the group is closed to the robot for ten minutes
TITLE: Final = 20  # characters, shown in the list of chats
_TIMEOUT: Final = 10.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MARKS: Final = re.compile(r"[*\[\]#]|\(\S*\)|^\s*[-\d]+[. ]", re.M)
_log = logging.getLogger("youju.chat")


class NotAMessage(ValueError):
    """A body that is no message, or one that must not be answered; says why."""


def signature(secret: str, timestamp: str) -> str:
    """What DingTalk sends as `sign` with `timestamp`."""
    text = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), text, "sha256")).decode()


def signed(secret: str, timestamp: str, sign: str, now: float) -> bool:
    """Whether the two headers are genuine and fresh; `now` in seconds."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        return False
    genuine = hmac.compare_digest(signature(secret, timestamp).encode(), sign.encode())
    return genuine and abs(now - int(timestamp) / 1000) <= FRESH


def may_post(url: str, settings: DingTalk) -> bool:
    """Whether a reply may go to `url`: https to a configured host, at the usual port."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        return False
    if settings.loopback and parts.scheme == "http":
        return host in _LOOPBACK
    return parts.scheme == "https" and host in settings.hosts and port in (None, 443)


def read(body: object, bot: str, settings: DingTalk) -> Message:
    """The message in `body`, which is the same in both modes. Raises NotAMessage."""
    if not isinstance(body, dict):
        raise NotAMessage("the body is no object")
    url = _text(body, "sessionWebhook")
    if not may_post(url, settings):
        raise NotAMessage("sessionWebhook is none of the configured hosts")
    until = body.get("sessionWebhookExpiredTime", 0)
    if isinstance(until, bool) or not isinstance(until, int):
        raise NotAMessage("sessionWebhookExpiredTime is no number")
    user = _text(body, "senderStaffId", "") or _text(body, "senderId")
    return Message(
        platform=PLATFORM,
        key=f"{bot}:{_text(body, 'msgId')}",
        bot=bot,
        chat=_text(body, "conversationId"),
        user=user,
        text=without_mentions(_said(body), settings.name),
        address=json.dumps({"url": url, "until": until}),
    )


def _text(body: Mapping[str, object], name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str) or (default is None and not value) or len(value) > 2048:
        raise NotAMessage(f"{name} is missing or no text")
    try:
        value.encode()  # half a surrogate pair can be written in JSON, and nowhere else
    except UnicodeEncodeError:
        raise NotAMessage(f"{name} is no text") from None
    return value


def _said(body: Mapping[str, object]) -> str:
    """The words of a message: typed, formatted, or heard; "" of pictures and files."""
    kind = body.get("msgtype", "text")
    inner = body.get("text" if kind == "text" else "content")
    if not isinstance(inner, dict):
        return ""
    if kind == "richText":
        parts = inner.get("richText")
        found = (
            [one.get("text") for one in parts if isinstance(one, dict)]
            if isinstance(parts, list)
            else []
        )
        said = " ".join(part for part in found if isinstance(part, str))
    else:
        value = inner.get("content" if kind == "text" else "recognition")
        said = value if isinstance(value, str) else ""
    return said.encode("utf-8", "ignore").decode()


def words(reply: ChatReply) -> str:
    """A reply in the Markdown of DingTalk."""
    return worded(reply, Form.MARKDOWN, LIMIT)


@dataclass(slots=True)
class Throttle:
    """Lets `most` messages a minute through to each chat; the next one waits."""

    most: int = A_MINUTE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _times: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, chat: str) -> None:
        """Return when a message may be sent to `chat`."""
        while (pause := self._taken(chat)) > 0:
            self.sleep(pause)

    def _taken(self, chat: str) -> float:
        """0 when there was room, which is then taken; else the seconds until there is."""
        with self._lock:
            now = self.clock()
            for name in [name for name, times in self._times.items() if times[-1] < now - 60]:
                del self._times[name]
            times = self._times.setdefault(chat, deque(maxlen=self.most))
            if len(times) == self.most and now - times[0] < 60:
                return 60 - (now - times[0])
            times.append(now)
            return 0.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would lead around the list of hosts."""

    def redirect_request(self, *given: object) -> None:
        """None: the redirect is an error."""
        return


_opener = urllib.request.build_opener(_NoRedirect)


class Robot:
    """One configured robot."""

    def __init__(self, name: str, settings: DingTalk, office: Office) -> None:
        self.name = name
        self.settings = settings
        self._office = office
        self._throttle = Throttle()

    def take(self, body: object) -> bool:
        """Take in a message, durably; False for a repeat. Blocking. Raises NotAMessage."""
        message = read(body, self.name, self.settings)
        return self._office.desk.accept(message, words, self.deliver, self.settings.collections)

    def deliver(self, message: Message, text: str) -> None:
        """Post a reply to where its message came from."""
        address = json.loads(message.address)
        if not may_post(address["url"], self.settings):
            _log.warning("dingtalk: %s may not be answered at its address any more", message.key)
            return
        self._throttle.wait(f"{message.bot}:{message.chat}")
        if address["until"] and time.time() * 1000 >= address["until"]:
            _log.warning("dingtalk: the time to answer %s is over", message.key)
            return
        title = _MARKS.sub("", text).strip()[:TITLE].split("\n")[0] or "有据"
        body = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
        request = urllib.request.Request(
            address["url"],
            json.dumps(body, ensure_ascii=False).encode(),
            {"Content-Type": "application/json; charset=utf-8"},
        )
        with _opener.open(request, timeout=_TIMEOUT) as response:
            told = json.loads(response.read(65536) or b"{}")
        if told.get("errcode", 0) != 0:
            raise OSError(f"DingTalk refused the reply with errcode {told['errcode']}")

    async def called(self, request: Request) -> Response:
        """POST /dingtalk/{name}."""
        headers = request.headers
        secret = self.settings.client_secret.get_secret_value()
        given = headers.get("timestamp", ""), headers.get("sign", "")
        if not signed(secret, *given, time.time()):
            return _refused(401, "timestamp or sign is wrong")
        try:
            body = json.loads(await request.body())
            await self._office.run(partial(self.take, body))
        except (ValueError, RecursionError) as error:
            reason = str(error) if isinstance(error, NotAMessage) else "the body is no JSON"
            return _refused(400, reason)
        return JSONResponse({"msgtype": "empty"})


def _refused(status: int, reason: str) -> Response:
    return JSONResponse({"errcode": status, "errmsg": reason}, status)


def surfaces(settings: ChatSettings, office: Office) -> Sequence[Surface]:
    """A surface for each robot. Unfinished replies of before a restart are sent by the first."""
    robots = {name: Robot(name, one, office) for name, one in settings.dingtalk.items()}

    def deliver(message: Message, text: str) -> None:
        if message.bot in robots:
            robots[message.bot].deliver(message, text)

    def collections(bot: str) -> Sequence[str]:
        return robots[bot].settings.collections if bot in robots else ()

    def recover() -> None:
        office.desk.recover(PLATFORM, words, deliver, collections)

    return (Surface(PLATFORM, start=recover), *(_surface(robot) for robot in robots.values()))


def _surface(robot: Robot) -> Surface:
    name = f"{PLATFORM}.{robot.name}"
    if robot.settings.mode == "long":
        from app.chat.dingtalk_stream import Listener

        listener = Listener(robot)
        return Surface(name, start=listener.start, stop=listener.stop)
    routes = APIRouter()
    routes.add_route(f"/dingtalk/{robot.name}", robot.called, ["POST"], include_in_schema=False)
    return Surface(name, routes)
