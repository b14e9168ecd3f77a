"""DingTalk's Stream mode: the service in a process of its own, with the real dingtalk-stream,
connected to a stand-in for the gateway."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets
from loopback import QUESTION, Platform, platform, prepared, until

PROJECT = Path(__file__).resolve().parent.parent.parent
TOPIC = "/v1.0/im/bot/messages/get"
OPEN = "/v1.0/gateway/connections/open"


class Gateway:
    """The other end of the long connection, in a thread of its own."""

    def __init__(self) -> None:
        self.acks: list[dict[str, Any]] = []
        self.sockets: list[Any] = []
        self.loop = asyncio.new_event_loop()
        self.port = 0
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self._serve(),))

    async def _serve(self) -> None:
        async with websockets.serve(self._met, "127.0.0.1", 0) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            await self._end.wait()

    async def _met(self, met: Any) -> None:
        self.sockets.append(met)
        try:
            async for raw in met:
                self.acks.append(json.loads(raw))
        except websockets.ConnectionClosed:
            pass
        finally:
            self.sockets.remove(met)

    def __enter__(self) -> Gateway:
        self.thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *error: object) -> None:
        self.loop.call_soon_threadsafe(self._end.set)
        self.thread.join(10)
        self.loop.close()

    def send(self, frame: dict[str, Any]) -> None:
        work = self.sockets[-1].send(json.dumps(frame))
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)


def frame(fake: Platform, key: str, number: str) -> dict[str, Any]:
    data = {
        "msgId": key,
        "msgtype": "text",
        "conversationId": "cid1",
        "conversationType": "1",
        "senderStaffId": "staff1",
        "text": {"content": QUESTION},
        "sessionWebhook": f"{fake.url}/robot",
        "sessionWebhookExpiredTime": int(time.time() * 1000) + 60_000,
    }
    head = {"messageId": number, "topic": TOPIC, "contentType": "application/json"}
    return {"specVersion": "1.0", "type": "CALLBACK", "headers": head, "data": json.dumps(data)}


@contextmanager
def process(
    places: tuple[Path, Path], fake: Platform, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    section = {
        "client_id": "ding1",
        "client_secret": "ding-secret-1",
        "api": fake.url,
        "loopback": True,
    }
    environment = os.environ | {"YOUJU_CHAT_DINGTALK": json.dumps({"policy": section})}
    words = ("--corpus", str(places[0]), "--data", str(places[1]), "--port", str(port))
    with log.open("ab") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", *words],
            cwd=PROJECT,
            env=environment,
            stdout=out,
            stderr=out,
        )
    try:
        yield running
    finally:
        running.kill()
        running.wait(10)


def test_messages_are_acknowledged_and_answered_once_also_after_a_kill(tmp_path: Path) -> None:
    pytest.importorskip("dingtalk_stream")
    places, log = prepared(tmp_path), tmp_path / "log"
    with platform() as fake, Gateway() as gateway:
        fake.answers[OPEN] = {"endpoint": f"ws://127.0.0.1:{gateway.port}/c", "ticket": "ticket-1"}

        def replies() -> list[Any]:
            return [json.loads(body) for path, _, body in list(fake.posts) if path == "/robot"]

        with process(places, fake, log) as first:
            assert until(lambda: bool(gateway.sockets), 20), log.read_text()
            opened = json.loads(fake.posts[0][2])
            assert (opened["clientId"], opened["clientSecret"]) == ("ding1", "ding-secret-1")
            assert {"type": "CALLBACK", "topic": TOPIC} in opened["subscriptions"]
            for number in range(5):
                gateway.send(frame(fake, "m1", f"n{number}"))
            assert until(lambda: len(gateway.acks) == 5 and len(replies()) >= 1), log.read_text()
            assert {one["code"] for one in gateway.acks} == {200}
            assert sorted(one["headers"]["messageId"] for one in gateway.acks) == [
                f"n{number}" for number in range(5)
            ]
            assert "48家" in replies()[0]["markdown"]["text"]
            time.sleep(0.3)  # until the reply is noted as sent
            first.kill()
            first.wait(10)
        assert until(lambda: not gateway.sockets)
        with process(places, fake, log) as second:
            assert until(lambda: bool(gateway.sockets), 20), log.read_text()
            gateway.send(frame(fake, "m1", "n9"))
            assert until(lambda: len(gateway.acks) == 6)
            time.sleep(0.3)
            assert len(replies()) == 1
            begun = time.monotonic()
            second.terminate()
            assert second.wait(10) == 0
            assert time.monotonic() - begun < 6
        said = log.read_text()
        assert "ticket-1" not in said
        assert "ding-secret-1" not in said
        assert QUESTION not in said
