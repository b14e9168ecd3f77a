"""Feishu's long connection: one thread with one event loop for all applications.

The client of the library has no way to stop, keeps its loop in a module, and gives up for good
when a reconnection is refused. So its parts are driven from here: connect, ping, and connect again
after a pause for as long as the service runs.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from app.chat import feishu_events as events
from app.chat.feishu_events import Malformed, fields
from app.chat.feishu_reply import library

_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds before connecting again
_LOOK = 0.2  # seconds between two looks whether the connection is still open
_END = 5.0  # seconds that stopping may take
# Events that applications are often subscribed to, and that need no answer.
_IGNORED = (
    "im.message.message_read_v1",
    "im.message.recalled_v1",
    "im.message.reaction.created_v1",
    "im.message.reaction.deleted_v1",
    "im.chat.access_event.bot_p2p_chat_entered_v1",
    "im.chat.member.bot.deleted_v1",
)
Handle = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]
_log = logging.getLogger("youju.chat")


@dataclass(frozen=True, slots=True)
class Line:
    """One application that is to be connected; `handle` takes header and body of its events."""

    label: str
    app_id: str
    secret: str
    domain: str
    handle: Handle


def dispatcher(line: Line) -> Any:
    """The library's dispatcher, which gives the events to `line`. The library must be loaded."""
    lark = library()
    responses = import_module("lark_oapi.event.callback.model.p2_card_action_trigger")

    def given(event: Any) -> dict[str, Any]:
        plain = fields(events.decoded(lark.JSON.marshal(event)))
        header = fields(plain.get("header"))
        if header.get("app_id") != line.app_id:
            raise Malformed("another application")
        return line.handle(header, fields(plain.get("event")))

    def answered(event: Any) -> Any:
        return responses.P2CardActionTriggerResponse(given(event))

    builder = lark.EventDispatcherHandler.builder("", "", lark.LogLevel.CRITICAL)
    for kind in (events.MESSAGE, events.ADDED):
        builder.register_p2_customized_event(kind, given)
    for kind in _IGNORED:
        builder.register_p2_customized_event(kind, lambda event: None)
    return builder.register_p2_card_action_trigger(answered).build()


class Lines:
    """The connections. `start` returns at once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to connect, in another thread."""
        if self._lines:
            self._ended.clear()
            self._thread = threading.Thread(
                target=self._run, name="youju-feishu-lines", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Close the connections."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(_END)
            self._thread = None

    def _run(self) -> None:
        library()
        if not self._ended.is_set():
            asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_lost)
        module: Any = import_module("lark_oapi.ws.client")
        module.loop = loop
        tasks = [asyncio.create_task(self._keep(line)) for line in self._lines]
        while not self._ended.is_set():
            await asyncio.sleep(_LOOK)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, line: Line) -> None:
        """Stay connected until cancelled."""
        client = self._client(line)
        failures = 0
        try:
            while True:
                try:
                    await client._connect()
                    failures = 0
                    _log.info("feishu %s: 长连接已建立", line.label)
                    await self._watch(client)
                    _log.warning("feishu %s: 长连接断开，将重连", line.label)
                except Exception as error:
                    # Only the kind: a message could show the ticket in the address.
                    _log.warning("feishu %s: 长连接失败（%s）", line.label, type(error).__name__)
                await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
                failures += 1
        finally:
            await client._disconnect()

    def _client(self, line: Line) -> Any:
        lark = library()
        return lark.ws.Client(
            line.app_id,
            line.secret,
            log_level=lark.LogLevel.CRITICAL,  # its log would show the ticket of the connection
            event_handler=dispatcher(line),
            domain=line.domain,
            auto_reconnect=False,
        )

    async def _watch(self, client: Any) -> None:
        """Return when the connection is gone."""
        ping = asyncio.create_task(client._ping_loop())
        try:
            while client._conn is not None:
                await asyncio.sleep(_LOOK)
        finally:
            ping.cancel()


def _lost(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The library's reader ends with an error when a connection closes; `_keep` sees to it."""
    _log.debug("feishu: %s", type(context.get("exception")).__name__)
