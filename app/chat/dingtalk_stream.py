"""DingTalk's Stream mode: the robot connects to the platform, so that no address is needed."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from app.errors import SettingsError

if TYPE_CHECKING:
    from app.chat.dingtalk import Robot

TOPIC: Final = "/v1.0/im/bot/messages/get"
_OPEN: Final = "/v1.0/gateway/connections/open"
_STOP_SECONDS: Final = 5.0
_log = logging.getLogger("youju.chat.dingtalk")


class _Sober(logging.Filter):
    """The library writes tickets and whole messages down; keep only that something is wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep `record`, which loses its details."""
        record.msg, record.args = "dingtalk: the long connection is in trouble; it is retried", ()
        record.exc_info = record.exc_text = None
        return record.levelno >= logging.WARNING


class Listener:
    """The connection of one robot, in a thread and a loop of its own."""

    def __init__(self, robot: Robot) -> None:
        try:
            self._sdk: Any = import_module("dingtalk_stream")
        except ModuleNotFoundError as error:
            raise SettingsError(
                f"聊天设置 dingtalk 需要 {error.name}：请安装 pip install 'youju[dingtalk]'"
            ) from error
        self._robot = robot
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="youju-dingtalk", daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the connection."""
        self._stopping.set()
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: None)  # wake it up
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        asyncio.run(self._connected())

    async def _connected(self) -> None:
        self._loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(self._client().start())
        while not self._stopping.is_set() and not task.done():
            await asyncio.sleep(0.1)
        # The library takes one cancellation for a broken network and sleeps; the next one ends it.
        while not task.done():
            task.cancel()
            await asyncio.wait((task,), timeout=0.2)

    def _client(self) -> Any:
        settings = self._robot.settings
        # The library reads its address when it is imported; all robots of a service share it.
        self._sdk.DingTalkStreamClient.OPEN_CONNECTION_API = settings.api.rstrip("/") + _OPEN
        credential = self._sdk.Credential(
            settings.client_id, settings.client_secret.get_secret_value()
        )
        log = _log.getChild(self._robot.name)
        log.addFilter(_Sober())
        client = self._sdk.DingTalkStreamClient(credential, log)
        client.register_callback_handler(TOPIC, _handler(self._sdk, self._robot, log))
        return client


def _handler(sdk: Any, robot: Robot, log: logging.Logger) -> Any:
    """The library's handler, made to acknowledge a message only once it is stored."""
    from app.chat.dingtalk import NotAMessage

    def take(data: object) -> None:
        try:
            robot.take(json.loads(data) if isinstance(data, str) else data)
        except NotAMessage as error:
            logging.getLogger("youju.chat").warning("dingtalk: not answered: %s", error)

    class Handler(sdk.AsyncChatbotHandler):  # type: ignore[misc]
        async def raw_process(self, callback: Any) -> Any:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self.async_executor, take, callback.data)
            return await super().raw_process(callback)

        def process(self, callback: Any) -> tuple[int, str]:
            return sdk.AckMessage.STATUS_OK, "OK"

    handler = Handler(max_workers=2)
    handler.logger = log
    return handler
