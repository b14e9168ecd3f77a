"""The AI bot of WeCom over a long connection: no public address and no encryption keys needed.

One thread with an event loop of its own runs the SDK client. The platform keeps one connection for
each bot and drops the older one when another is made, so only one process may serve a bot.
Source: developer.work.weixin.qq.com/document/path/101463.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from wecom_aibot_sdk import WSClient  # type: ignore[import-untyped]

from app.chat.messages import Message
from app.chat.outgoing import host_of
from app.chat.surface import Office, Surface
from app.chat.wecom_bot import (
    event_kind,
    message_of,
    platform,
    store_feedback,
    welcome,
    words,
)
from app.chat.wecom_wire import Malformed
from app.settings_chat import WecomBot

_DELIVERY = 12.0  # seconds; the SDK waits five for a receipt
_STOP = 10.0
_LOOK = 0.25  # seconds between two looks at the connection
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds before another connection is tried
# The SDK connects again after some ends of a connection and not after others (an orderly close,
# a refused subscription), so that it is told not to, and a new client is made here.
_ONCE = 1
_LAST_WORDS = "giving up"
# The frame that is replied to is not valid any more, or its stream has ended.
_GONE = ("errcode=846605", "errcode=846608")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_log = logging.getLogger("youju.chat")
Frame = Mapping[str, Any]


def surface(name: str, bot: WecomBot, office: Office) -> Surface:
    """The long connection of one bot."""
    connection = _Connection(name, bot, office)
    return Surface(platform(name), start=connection.start, stop=connection.stop)


class _Quiet:
    """Passes warnings of the SDK on without what follows their first words: frames hold what
    people wrote."""

    def debug(self, message: str, *_: object) -> None:
        """Nothing."""

    def info(self, message: str, *_: object) -> None:
        """Nothing."""

    def warn(self, message: str, *_: object) -> None:
        """The first words."""
        _log.warning("wecom_bot: %s", message)

    def error(self, message: str, *_: object) -> None:
        """The first words, unless they say that there will be no other connection."""
        if _LAST_WORDS not in message:
            _log.warning("wecom_bot: %s", message)


class _Connection:
    def __init__(self, name: str, bot: WecomBot, office: Office) -> None:
        self._name = name
        self._bot = bot
        self._office = office
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=f"youju-wecom-{name}", daemon=True)
        self._client: Any = None
        self._recovered = False
        self._pause = _PAUSE
        self._taken_over = False

    # ── beginning and end ───────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Connect, in the thread; return at once."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being sent and hang up."""
        if not self._thread.is_alive():
            return
        try:
            self._wait(self._hang_up, _STOP)
        except Exception:
            _log.warning("wecom_bot %s: the connection did not end in order", self._name)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        watch = self._loop.create_task(self._watch())  # noqa: F841, which keeps it
        try:
            self._loop.run_forever()
        finally:
            rest = asyncio.all_tasks(self._loop)
            for task in rest:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()

    async def _watch(self) -> None:
        """Connect, and connect anew whenever the connection is gone."""
        while not self._taken_over:
            client = self._client = self._new_client()
            try:
                await client.connect()
            except Exception as error:
                _log.warning("wecom_bot %s: %s", self._name, type(error).__name__)
            while client.is_connected:
                await asyncio.sleep(_LOOK)
            await self._hang_up()
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _new_client(self) -> Any:
        secret = self._bot.secret.get_secret_value() if self._bot.secret else ""
        local = host_of(self._bot.gateway) in _LOOPBACK
        client = WSClient(
            self._bot.bot_id,
            secret,
            max_reconnect_attempts=_ONCE,
            max_auth_failure_attempts=_ONCE,
            ws_url=self._bot.gateway,
            ws_options={"proxy": None} if local else None,
            logger=_Quiet(),
        )
        client.on("authenticated", self._on_authenticated)
        client.on("message", self._on_message)
        client.on("event", self._on_event)
        return client

    async def _hang_up(self) -> None:
        if self._client is not None:
            await self._client.disconnect()

    def _wait(self, work: Callable[[], Coroutine[Any, Any, Any]], seconds: float) -> None:
        """Run `work` in the loop of the connection and wait for it in this thread."""
        if not self._loop.is_running():
            raise ConnectionError("the connection has ended")
        asyncio.run_coroutine_threadsafe(work(), self._loop).result(seconds)

    # ── what comes in (in the loop) ─────────────────────────────────────────────────────────────

    async def _on_authenticated(self) -> None:
        self._pause = _PAUSE
        if self._recovered:
            return
        self._recovered = True
        desk, collections = self._office.desk, self._bot.collections
        await asyncio.to_thread(
            desk.recover, platform(self._name), words, self._deliver, lambda _: collections
        )

    async def _on_message(self, frame: Frame) -> None:
        address = json.dumps({"req_id": _request_id(frame)})
        try:
            message = message_of(frame.get("body") or {}, self._name, self._bot, address)
        except Malformed as error:
            _log.warning("wecom_bot %s: %s", self._name, error)
            return
        await asyncio.to_thread(
            self._office.desk.accept, message, words, self._deliver, self._bot.collections
        )

    async def _on_event(self, frame: Frame) -> None:
        body = frame.get("body") or {}
        kind = event_kind(body)
        if kind == "enter_chat":
            await self._client.reply_welcome(frame, welcome())
        elif kind == "feedback_event":
            await asyncio.to_thread(store_feedback, body, self._name, self._office)
        elif kind == "disconnected_event":
            # Connecting again would throw the other one out, and so on without end.
            self._taken_over = True
            _log.error("wecom_bot %s: 另一个进程接管了这个机器人，本进程不再回答", self._name)

    # ── what goes out (in a thread of the desk) ─────────────────────────────────────────────────

    def _deliver(self, message: Message, text: str) -> None:
        frame = {"headers": {"req_id": json.loads(message.address).get("req_id", "")}}
        feedback = {"id": message.key}
        try:
            self._wait(
                lambda: self._client.reply_stream(
                    frame, message.key, text, True, feedback=feedback
                ),
                _DELIVERY,
            )
        except Exception as error:
            if not any(code in str(error) for code in _GONE):
                raise
            # After a restart the message itself can be too old to reply to; the chat is not.
            body = {"msgtype": "markdown", "markdown": {"content": text}}
            self._wait(lambda: self._client.send_message(message.chat, body), _DELIVERY)


def _request_id(frame: Frame) -> str:
    headers = frame.get("headers")
    found = headers.get("req_id") if isinstance(headers, dict) else None
    return found if isinstance(found, str) else ""
