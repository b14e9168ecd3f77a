"""The AI bot of WeCom by callback: what is let in, what is said, and once each."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wecom_fake import (
    FIGURE,
    KEY,
    MUTATIONS,
    QUESTION,
    TOKEN,
    at_once,
    http,
    mutated,
    prepared,
    query,
    serving,
    subprocess_serving,
)

from app.chat import messages, wecom_bot
from app.chat.ledger import FILE, Ledger
from app.chat.replies import Answerer
from app.chat.wecom_crypto import Box
from app.settings_chat import ChatSettings

PATH = "/wecom/bot/policy"
BOX = Box(TOKEN, KEY, "")
SECTION = {"wecom_bot": {"policy": {"token": TOKEN, "aes_key": KEY, "name": "政策 助手"}}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("bot"))


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serving(folder, ChatSettings(**SECTION)) as found:
        yield found


def callback(msgid: str, asked: str = QUESTION, **other: object) -> dict[str, object]:
    body: dict[str, object] = {
        "msgid": msgid,
        "aibotid": "AIB",
        "chattype": "single",
        "from": {"userid": msgid},
        "msgtype": "text",
        "text": {"content": asked},
    }
    return {**body, **other}


def sealed(body: object) -> tuple[dict[str, str], bytes]:
    encrypt = BOX.seal(json.dumps(body), "1", "n").encrypt
    return query(encrypt), json.dumps({"encrypt": encrypt}).encode()


def post(port: int, body: object) -> dict[str, Any]:
    status, raw = http(port, PATH, *sealed(body))
    assert status == 200
    if not raw:
        return {}
    one = json.loads(raw)
    assert set(one) == {"encrypt", "msgsignature", "timestamp", "nonce"}
    reply: dict[str, Any] = json.loads(
        BOX.open(one["encrypt"], one["msgsignature"], str(one["timestamp"]), one["nonce"])
    )
    return reply


def test_the_address_is_checked_with_its_decrypted_echo(port: int) -> None:
    echo = BOX.seal("4711", "1", "n").encrypt
    started = time.monotonic()
    assert http(port, PATH, {**query(echo), "echostr": echo}) == (200, b"4711")
    assert time.monotonic() - started < 1.0
    assert http(port, PATH, {**query("other"), "echostr": echo})[0] == 403


def test_a_question_is_answered_at_once_with_its_source_and_asks_for_feedback(port: int) -> None:
    reply = post(port, callback("q1"))
    stream = reply["stream"]
    assert reply["msgtype"] == "stream"
    assert stream["finish"] is True
    assert FIGURE in stream["content"]
    assert "https://p.example" in stream["content"]
    assert "云教发〔2023〕7号" in stream["content"]
    assert stream["feedback"]["id"] == stream["id"]
    again = post(port, {"msgtype": "stream", "msgid": "x", "stream": {"id": stream["id"]}})
    assert again["stream"] == {"id": stream["id"], "finish": True, "content": stream["content"]}


@pytest.mark.parametrize(
    ("name", "other", "said"),
    [
        (
            "group",
            {"chattype": "group", "chatid": "G", "text": {"content": f"@政策 助手 {QUESTION}"}},
            FIGURE,
        ),
        ("other name", {"chatid": "G", "text": {"content": f"@小助手 {QUESTION}"}}, FIGURE),
        (
            "mixed",
            {
                "msgtype": "mixed",
                "mixed": {
                    "msg_item": [
                        {"msgtype": "image", "image": {"url": "u"}},
                        {"msgtype": "text", "text": {"content": QUESTION}},
                    ]
                },
            },
            FIGURE,
        ),
        ("voice", {"msgtype": "voice", "voice": {"content": QUESTION}}, FIGURE),
        (
            "quote alone",
            {
                "text": {"content": "@政策 助手"},
                "quote": {"msgtype": "text", "text": {"content": QUESTION}},
            },
            FIGURE,
        ),
        ("image", {"msgtype": "image", "image": {"url": "https://x"}}, messages.ONLY_TEXT),
        ("file", {"msgtype": "file", "file": {"url": "https://x"}}, messages.ONLY_TEXT),
        ("help", {"text": {"content": "帮助"}}, messages.HELP),
        ("reset", {"text": {"content": "新对话"}}, messages.RESET),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_message(port: int, name: str, other: dict[str, object], said: str) -> None:
    assert said in post(port, callback(f"kind {name}", **other))["stream"]["content"]


def test_a_follow_up_is_understood_for_the_same_person_only(port: int) -> None:
    for who in ("first", "second"):
        if who == "first":
            post(port, callback("turn1", "有哪些保障措施？", **{"from": {"userid": who}}))
        body = callback(f"turn2 {who}", "第二项呢？", **{"from": {"userid": who}})
        assert ("改善办学条件" in post(port, body)["stream"]["content"]) is (who == "first")


def test_who_opens_the_chat_is_welcomed(port: int) -> None:
    body = {"msgid": "e1", "msgtype": "event", "event": {"eventtype": "enter_chat"}}
    assert post(port, body) == {"msgtype": "text", "text": {"content": messages.HELP}}
    assert post(port, {**body, "event": {"eventtype": "something"}}) == {}


def test_feedback_is_stored_with_the_reply_it_is_about(port: int, folder: Path) -> None:
    event = {
        "eventtype": "feedback_event",
        "feedback_event": {"id": "f1", "type": 2, "content": "过时"},
    }
    assert (
        post(port, {"msgid": "e2", "msgtype": "event", "from": {"userid": "u"}, "event": event})
        == {}
    )
    ledger = Ledger(folder / "data" / FILE)
    assert ("wecom_bot:policy", "f1", "u", "dislike", "过时") in ledger.feedback_given()
    ledger.close()


def test_a_slow_answer_is_streamed_until_it_is_there(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = threading.Event()
    ask = Answerer.ask
    monkeypatch.setattr(wecom_bot, "READY", 0.1)
    monkeypatch.setattr(Answerer, "ask", lambda *given: (may.wait(10), ask(*given))[1])
    first = post(port, callback("slow"))["stream"]
    assert (first["finish"], first["content"]) == (False, wecom_bot.LOOKING)
    poll = {"msgtype": "stream", "stream": {"id": first["id"]}}
    assert post(port, poll)["stream"]["finish"] is False
    may.set()
    monkeypatch.setattr(wecom_bot, "READY", 5.0)
    last = post(port, poll)["stream"]
    assert last["finish"] is True
    assert FIGURE in last["content"]
    assert "feedback" not in last


def test_a_stream_that_nobody_knows_is_ended(port: int) -> None:
    reply = post(port, {"msgtype": "stream", "stream": {"id": "nobody"}})
    assert reply["stream"]["finish"] is True


def test_the_same_message_five_times_at_once_is_answered_once(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = Answerer.ask
    monkeypatch.setattr(
        Answerer, "ask", lambda self, text, *rest: (asked.append(text), ask(self, text, *rest))[1]
    )
    replies = at_once(lambda: post(port, callback("five")))
    assert asked == [QUESTION]
    assert all(one == replies[0] for one in replies)


def test_after_kill_9_the_same_message_gets_the_same_reply_and_no_other(tmp_path: Path) -> None:
    prepared(tmp_path)
    with subprocess_serving(tmp_path, SECTION) as (process, port):
        before = finished(port, callback("killed"))
        process.kill()
        process.wait()
    with pytest.MonkeyPatch.context() as patch, serving(tmp_path, ChatSettings(**SECTION)) as port:
        patch.setattr(Answerer, "ask", lambda *_: pytest.fail("asked again"))
        again = at_once(lambda: post(port, callback("killed")))
    assert {one["stream"]["content"] for one in again} == {before["stream"]["content"]}
    assert FIGURE in before["stream"]["content"]


def finished(port: int, body: dict[str, Any]) -> dict[str, Any]:
    """The whole reply, asked for again as the platform does while there is only a part of it."""
    reply = post(port, body)
    for _ in range(100):
        if reply["stream"]["finish"]:
            break
        time.sleep(0.05)
        asked = {**body, "msgtype": "stream", "stream": {"id": reply["stream"]["id"]}}
        reply = post(port, asked)
    return reply


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a reply may take longer than users would wait for it whole."""
    monkeypatch.setattr(wecom_bot, "READY", 4.0)


def test_changed_callbacks_are_turned_down(port: int, folder: Path) -> None:
    given, body = sealed(callback("mutated"))
    seen = {http(port, PATH, *mutated(seed, given, body))[0] for seed in range(MUTATIONS)}
    assert seen <= {400, 403}
    ledger = Ledger(folder / "data" / FILE)
    key = wecom_bot.message_of(callback("mutated"), "policy", _bot()).key
    assert ledger.known("wecom_bot:policy", key) is None
    ledger.close()


def _bot() -> Any:
    return ChatSettings(**SECTION).wecom_bot["policy"]


@pytest.mark.parametrize(
    "body",
    [[], "text", {}, {"msgtype": 7}, {"msgtype": "stream"}, {"msgtype": "text", "msgid": 1},
     {"msgid": "m", "from": "me"}, {"msgtype": "stream", "stream": {"id": "文"}}],
)  # fmt: skip
def test_signed_rubbish_is_turned_down(port: int, body: object) -> None:
    assert http(port, PATH, *sealed(body))[0] == 400


@pytest.mark.parametrize(
    "other",
    [{"text": {"content": "\ud800"}}, {"text": {"content": 7}}, {"text": []}, {"msgtype": "mixed"},
     {"text": {"content": "\0"}}, {"chatid": 9}, {"quote": "no"}],
)  # fmt: skip
def test_an_odd_message_is_answered(port: int, other: dict[str, object]) -> None:
    assert post(port, callback(f"odd {other}", **other))["stream"]["finish"] is True


def test_a_stale_message_is_turned_down(port: int) -> None:
    given, body = sealed(callback("old"))
    encrypt = json.loads(body)["encrypt"]
    old = query(encrypt, timestamp=str(int(time.time()) - 2 * 24 * 3600))
    assert http(port, PATH, old, body)[0] == 403
    assert http(port, PATH, given, body)[0] == 200
