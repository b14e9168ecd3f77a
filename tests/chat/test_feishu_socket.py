"""Feishu over a long connection: the library's own client against a gateway on loopback."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import feishu_fake as fake_feishu
import pytest
from feishu_fake import Fake, event, mention, message
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from app.chat import feishu_reply
from app.chat.feishu_events import ADDED, CARD, MESSAGE
from app.settings_chat import ChatSettings


@dataclass
class Gateway:
    """The other end of the connection: what it received, and the open connections."""

    connections: list[ServerConnection] = field(default_factory=list)
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    pings: int = 0

    def talk(self, connection: ServerConnection) -> None:
        from lark_oapi.ws.pb.pbbp2_pb2 import Frame

        self.connections.append(connection)
        try:
            for raw in connection:
                frame = Frame()
                frame.ParseFromString(raw)
                headers = {one.key: one.value for one in frame.headers}
                if headers["type"] == "ping":
                    self.pings += 1
                else:
                    self.acknowledged[headers["message_id"]] = json.loads(frame.payload)
        except ConnectionClosed:
            pass
        finally:
            self.connections.remove(connection)

    def send(self, name: str, body: dict[str, Any], parts: int = 1, connection: int = 0) -> None:
        """Send an event in `parts` frames."""
        from lark_oapi.ws.pb.pbbp2_pb2 import Frame

        raw = json.dumps(body, ensure_ascii=False).encode()
        size = -(-len(raw) // parts)
        for seq in range(parts):
            frame = Frame()
            frame.SeqID, frame.LogID, frame.service, frame.method = 1, 1, 7, 1
            values = {"type": "event", "message_id": name, "trace_id": "t"}
            for key, value in (values | {"sum": str(parts), "seq": str(seq)}).items():
                header = frame.headers.add()
                header.key, header.value = key, value
            frame.payload = raw[seq * size : (seq + 1) * size]
            self.connections[connection].send(frame.SerializeToString())

    def answer(self, name: str) -> dict[str, Any]:
        assert fake_feishu.until(lambda: name in self.acknowledged), "not acknowledged"
        return self.acknowledged[name]


@contextmanager
def gateway(fake: Fake) -> Iterator[Gateway]:
    running = Gateway()
    server = serve(running.talk, "127.0.0.1", 0)
    port = server.socket.getsockname()[1]
    fake.gateway = f"ws://127.0.0.1:{port}/ws?device_id=d1&service_id=7&access_key=k&ticket=t1"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Fake, Gateway]]:
    places = fake_feishu.prepared(tmp_path_factory.mktemp("feishu"))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(feishu_reply.library).result()
    with pytest.MonkeyPatch.context() as patch, fake_feishu.feishu() as fake:
        patch.setenv("NO_PROXY", "127.0.0.1")
        with gateway(fake) as gate:
            settings = fake_feishu.chat_settings(
                fake.domain, mode="long", encrypt_key=None, verification_token=None
            )
            with fake_feishu.serving(places, settings) as port:
                assert fake_feishu.until(lambda: bool(gate.connections)), "not connected"
                assert fake_feishu.post(port, b"{}", {})[0] == 404  # no callback address
                yield fake, gate
            assert fake_feishu.until(lambda: not gate.connections), "not disconnected"


def test_a_question_is_acknowledged_and_answered_once(connected: tuple[Fake, Gateway]) -> None:
    fake, gate = connected
    for number in range(5):
        gate.send(f"m{number}", event(MESSAGE, message("om_long")))
    for number in range(5):
        assert gate.answer(f"m{number}")["code"] == 200
    assert fake_feishu.until(lambda: bool(fake.to("om_long")))
    assert "36座" in fake.to("om_long")[0]["content"]
    gate.send("m5", event(MESSAGE, message("om_long"), "ev_other"))
    gate.answer("m5")
    assert len(fake.to("om_long")) == 1
    assert fake_feishu.until(lambda: gate.pings > 0)


def test_an_event_in_pieces_is_put_together(connected: tuple[Fake, Gateway]) -> None:
    fake, gate = connected
    asked = message("om_parts", "@_user_1 帮助", "group", [mention()])
    gate.send("parts", event(MESSAGE, asked), parts=3)
    assert gate.answer("parts")["code"] == 200
    assert fake_feishu.until(lambda: bool(fake.to("om_parts")))


def test_who_adds_the_bot_is_welcomed(connected: tuple[Fake, Gateway]) -> None:
    fake, gate = connected
    gate.send("added", event(ADDED, {"chat_id": "oc_long"}, "ev_added"))
    assert gate.answer("added")["code"] == 200
    assert fake_feishu.until(
        lambda: any(body.get("receive_id") == "oc_long" for _, body in list(fake.posts))
    )


def test_a_pressed_button_is_thanked_for(connected: tuple[Fake, Gateway]) -> None:
    _, gate = connected
    action = {"tag": "button", "value": {"verdict": "up", "key": "policy:om_long"}}
    gate.send("card", event(CARD, {"operator": {"open_id": "ou_p"}, "action": action}))
    told = gate.answer("card")
    assert told["code"] == 200
    assert json.loads(base64.b64decode(told["data"]))["toast"]["type"] == "success"


@pytest.mark.parametrize(
    "body",
    [
        event(MESSAGE, message("om_bad"), app_id="cli_other"),
        event(MESSAGE, {"message": {}}),
        event(CARD, {"action": {"value": {"verdict": "up", "key": "policy:1"}}}),
    ],
    ids=["another application", "no message", "no person"],
)
def test_what_is_wrong_is_not_taken_in(
    connected: tuple[Fake, Gateway], body: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    fake, gate = connected
    gate.send(request.node.name, body)
    assert gate.answer(request.node.name)["code"] == 500
    assert not fake.to("om_bad")


def test_events_that_need_no_answer_are_acknowledged(connected: tuple[Fake, Gateway]) -> None:
    _, gate = connected
    gate.send("read", event("im.message.message_read_v1", {"reader": {}}))
    assert gate.answer("read")["code"] == 200


def test_a_lost_connection_comes_back(connected: tuple[Fake, Gateway]) -> None:
    fake, gate = connected
    lost = gate.connections[0]
    lost.close()
    assert fake_feishu.until(lambda: bool(gate.connections) and gate.connections[0] is not lost)
    gate.send("again", event(MESSAGE, message("om_again")))
    assert gate.answer("again")["code"] == 200
    assert fake_feishu.until(lambda: bool(fake.to("om_again")))


def test_several_applications_are_connected_side_by_side(tmp_path: Path) -> None:
    places = fake_feishu.prepared(tmp_path)
    with pytest.MonkeyPatch.context() as patch, fake_feishu.feishu() as fake:
        patch.setenv("NO_PROXY", "127.0.0.1")
        with gateway(fake) as gate:
            one = fake_feishu.chat_settings(fake.domain, mode="long").feishu["policy"]
            two = one.model_copy(update={"app_id": "cli_b2"})
            chat = ChatSettings(feishu={"one": one, "two": two})
            with fake_feishu.serving(places, chat):
                assert fake_feishu.until(lambda: len(gate.connections) == 2)
                gate.send("both", event(MESSAGE, message("om_two")), connection=0)
                gate.send("both again", event(MESSAGE, message("om_two")), connection=1)
                codes = {gate.answer(name)["code"] for name in ("both", "both again")}
                assert codes == {200, 500}  # it is for the one, and not for the other
                assert fake_feishu.until(lambda: bool(fake.to("om_two")))
            assert fake_feishu.until(lambda: not gate.connections)
