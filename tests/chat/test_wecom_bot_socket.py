"""The AI bot of WeCom over a long connection: the real SDK client against a gateway on loopback."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve
from wecom_fake import FIGURE, QUESTION, prepared, serving, until

from app.chat import messages
from app.chat.ledger import FILE, Ledger
from app.settings_chat import ChatSettings

SECRET = "secret-of-the-long-bot"


class Gateway:
    """The platform's end: lets a bot in, pushes frames, keeps and acknowledges the replies."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.subscribed: list[dict[str, Any]] = []
        self.gone: set[str] = set()  # request ids that are not valid any more
        self.refusals = 0
        self.bot: ServerConnection | None = None

    def serve(self, connection: ServerConnection) -> None:
        try:
            for raw in connection:
                frame = json.loads(raw)
                answer = {"headers": frame["headers"], "errcode": 0, "errmsg": "ok"}
                if frame["cmd"] == "aibot_subscribe":
                    self.subscribed.append(frame["body"])
                    if self.refusals:
                        self.refusals -= 1
                        connection.send(json.dumps({**answer, "errcode": 853000}))
                        continue
                elif frame["cmd"] != "ping":
                    if frame["headers"]["req_id"] in self.gone:
                        answer["errcode"] = 846605
                    else:
                        self.frames.append(frame)
                connection.send(json.dumps(answer))
                if frame["cmd"] == "aibot_subscribe":
                    self.bot = connection
        except ConnectionClosed:
            pass

    def push(self, request: str, body: dict[str, Any]) -> None:
        cmd = "aibot_event_callback" if body["msgtype"] == "event" else "aibot_msg_callback"
        assert self.bot is not None
        self.bot.send(json.dumps({"cmd": cmd, "headers": {"req_id": request}, "body": body}))

    def to(self, request: str) -> list[dict[str, Any]]:
        return [one for one in self.frames if one["headers"]["req_id"] == request]


@contextmanager
def gateway() -> Iterator[tuple[Gateway, str]]:
    found = Gateway()
    server: Server = serve(found.serve, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found, f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()


def settings(address: str) -> ChatSettings:
    bot = {"bot_id": "BOT", "secret": SECRET, "gateway": address, "name": "助手"}
    return ChatSettings(wecom_bot={"long": bot})


def question(msgid: str, **other: object) -> dict[str, Any]:
    body = {
        "msgid": msgid,
        "aibotid": "BOT",
        "chattype": "single",
        "from": {"userid": "zhang"},
        "msgtype": "text",
        "text": {"content": QUESTION},
    }
    return {**body, **other}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("long"))


@pytest.fixture(scope="module")
def bot(folder: Path) -> Iterator[Gateway]:
    with gateway() as (found, address), serving(folder, settings(address)):
        until(lambda: found.bot)
        yield found


def test_the_bot_gives_its_id_and_secret(bot: Gateway) -> None:
    assert bot.subscribed[0] == {"bot_id": "BOT", "secret": SECRET}


def test_a_question_is_answered_whole_and_asks_for_feedback(bot: Gateway) -> None:
    bot.push("r1", question("m1"))
    (frame,) = until(lambda: bot.to("r1"))
    stream = frame["body"]["stream"]
    assert (frame["cmd"], stream["finish"]) == ("aibot_respond_msg", True)
    assert FIGURE in stream["content"]
    assert stream["feedback"]["id"]


def test_a_mention_in_a_group_is_stripped(bot: Gateway) -> None:
    text = {"content": "@助手 帮助"}
    bot.push("r2", question("m2", chattype="group", chatid="G", text=text))
    (frame,) = until(lambda: bot.to("r2"))
    assert frame["body"]["stream"]["content"] == messages.HELP


def test_who_opens_the_chat_is_welcomed(bot: Gateway) -> None:
    bot.push("r3", {"msgid": "e1", "msgtype": "event", "event": {"eventtype": "enter_chat"}})
    (frame,) = until(lambda: bot.to("r3"))
    assert frame["cmd"] == "aibot_respond_welcome_msg"
    assert frame["body"]["text"]["content"] == messages.HELP


def test_feedback_is_stored(bot: Gateway, folder: Path) -> None:
    event = {"eventtype": "feedback_event", "feedback_event": {"id": "f", "type": 1}}
    bot.push("r4", {"msgid": "e2", "msgtype": "event", "from": {"userid": "u"}, "event": event})
    ledger = Ledger(folder / "data" / FILE)
    assert until(ledger.feedback_given) == [("wecom_bot:long", "f", "u", "like", "")]
    ledger.close()


def test_the_same_message_five_times_is_answered_once(bot: Gateway) -> None:
    for number in range(5):
        bot.push(f"five{number}", question("five"))
    bot.push("after", question("after"))
    until(lambda: bot.to("after"))
    time.sleep(0.1)
    assert sum(len(bot.to(f"five{number}")) for number in range(5)) == 1


@pytest.mark.parametrize("orderly", [True, False])
def test_a_lost_connection_is_made_again(bot: Gateway, orderly: bool) -> None:
    before, old = len(bot.subscribed), bot.bot
    assert old is not None
    if orderly:
        old.close(1001)
    else:
        old.socket.shutdown(socket.SHUT_RDWR)
    until(lambda: len(bot.subscribed) > before and bot.bot is not old)
    bot.push(f"again {orderly}", question(f"again {orderly}"))
    until(lambda: bot.to(f"again {orderly}"))


def test_a_bot_that_is_refused_tries_again(tmp_path: Path) -> None:
    prepared(tmp_path)
    with gateway() as (found, address):
        found.refusals = 1
        with serving(tmp_path, settings(address)):
            until(lambda: found.bot)
    assert len(found.subscribed) == 2


def test_a_bot_that_is_taken_over_leaves_the_other_one_alone(tmp_path: Path) -> None:
    prepared(tmp_path)
    with gateway() as (found, address), serving(tmp_path, settings(address)):
        until(lambda: found.bot)
        found.push("d", {"msgtype": "event", "event": {"eventtype": "disconnected_event"}})
        time.sleep(1.6)
        assert len(found.subscribed) == 1


def test_after_a_restart_the_rest_is_answered_in_the_chat_and_nothing_twice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    prepared(tmp_path)
    caplog.set_level(logging.DEBUG, logger="youju")
    with gateway() as (found, address), serving(tmp_path, settings(address)):
        until(lambda: found.bot)
        found.push("one", question("answered"))
        until(lambda: found.to("one"))
    ledger = Ledger(tmp_path / "data" / FILE)
    from app.chat.messages import Message

    rest = Message("wecom_bot:long", "k", "long", "zhang", "zhang", QUESTION, '{"req_id": "old"}')
    ledger.claim(rest, time.time())
    ledger.close()
    with gateway() as (found, address):
        found.gone = {"old"}
        with serving(tmp_path, settings(address)):
            until(lambda: found.bot)
            found.push("two", question("answered"))
            (frame,) = until(lambda: found.frames)
            time.sleep(0.1)
    assert len(found.frames) == 1
    assert (frame["cmd"], frame["body"]["chatid"]) == ("aibot_send_msg", "zhang")
    assert FIGURE in frame["body"]["markdown"]["content"]
    assert SECRET not in caplog.text
    assert QUESTION not in caplog.text
