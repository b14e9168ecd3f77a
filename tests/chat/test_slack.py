"""Slack: events, replies and buttons, with the real slack_sdk against a stand-in for Slack."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from loopback import (
    MUTATIONS,
    QUESTION,
    Platform,
    at_once,
    mutated,
    platform,
    post,
    prepared,
    serving,
    until,
)
from slack_sdk.signature import SignatureVerifier

from app.chat.ledger import FILE, Ledger
from app.chat.replies import ChatReply, Source, Statement
from app.chat.slack import SECTION, blocks, genuine, mrkdwn, words
from app.settings_chat import ChatSettings

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
PATH = "/slack/policy"


def chat_settings(fake: Platform) -> ChatSettings:
    section = {"signing_secret": SECRET, "bot_token": "xoxb-1", "api": f"{fake.url}/api/"}
    return ChatSettings(slack={"policy": section})


def headers(raw: bytes, stamp: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int(time.time() if stamp is None else stamp))
    # Slack signs bytes; the library would refuse those that are no text.
    sign = SignatureVerifier(secret).generate_signature(
        timestamp=timestamp, body=raw.decode("utf-8", "replace")
    )
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": str(sign),
    }


def event(key: str = "Ev1", text: str = QUESTION, **changed: Any) -> bytes:
    inner = {
        "type": "app_mention",
        "user": "U1",
        "text": f"<@U0BOT> {text}",
        "ts": "1700000000.000100",
        "channel": "C1",
        "event_ts": "1700000000.000100",
    }
    body = {
        "type": "event_callback",
        "team_id": "T1",
        "event_id": key,
        "event_time": 1700000000,
        "event": {name: value for name, value in (inner | changed).items() if value is not None},
    }
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return prepared(tmp_path_factory.mktemp("slack"))


@pytest.fixture(scope="module")
def running(places: tuple[Path, Path]) -> Iterator[tuple[int, Platform]]:
    with platform() as fake, serving(places, chat_settings(fake)) as port:
        yield port, fake


@pytest.fixture
def service(running: tuple[int, Platform]) -> tuple[int, Platform]:
    running[1].posts.clear()
    return running


def test_the_signature_is_that_of_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"type":"url_verification","challenge":"x"}'
    sign = "v0=e59d0b6a59b7155dcbe3ae674b07f6079326412f4e639dc9bbf87a584d886d2f"
    given = {"x-slack-request-timestamp": "1700000000", "x-slack-signature": sign}
    monkeypatch.setattr("slack_sdk.signature.Clock.now", lambda self: 1_700_000_300.0)
    assert genuine(SECRET, body, given)
    assert not genuine(SECRET, body + b" ", given)
    monkeypatch.setattr("slack_sdk.signature.Clock.now", lambda self: 1_700_000_301.0)
    assert not genuine(SECRET, body, given)


def test_the_challenge_is_echoed(service: tuple[int, Platform]) -> None:
    raw = b'{"type":"url_verification","challenge":"3eZbrw1a"}'
    status, body = post(service[0], PATH, raw, headers(raw))
    assert (status, json.loads(body)) == (200, {"challenge": "3eZbrw1a"})


@pytest.mark.parametrize(
    ("changed", "thread"),
    [
        ({}, "1700000000.000100"),
        ({"thread_ts": "1699999999.000001"}, "1699999999.000001"),
        ({"type": "message", "channel_type": "im", "channel": "D1", "text": QUESTION}, None),
    ],
)
def test_a_question_is_answered_in_its_thread(
    service: tuple[int, Platform], changed: dict[str, Any], thread: str | None
) -> None:
    port, fake = service
    raw = event(f"Ev{thread}", **changed)
    assert post(port, PATH, raw, headers(raw))[0] == 200
    assert until(lambda: len(fake.posts) == 1)
    path, head, _ = fake.posts[0]
    body = fake.bodies()[0]
    assert (path, head["Authorization"]) == ("/api/chat.postMessage", "Bearer xoxb-1")
    assert body["channel"] == changed.get("channel", "C1")
    assert body.get("thread_ts") == thread
    assert "48家" in body["text"]
    assert "<https://p.example/" in body["text"]
    assert "**" not in body["text"]


@pytest.mark.parametrize(
    "changed",
    [
        {"bot_id": "B1"},
        {"type": "message", "channel_type": "im", "subtype": "message_changed"},
        {"type": "message", "channel_type": "channel"},
        {"type": "reaction_added"},
    ],
)
def test_what_is_no_question_is_acknowledged_and_not_answered(
    service: tuple[int, Platform], changed: dict[str, Any]
) -> None:
    port, fake = service
    raw = event(f"Silent{changed}"[:40], **changed)
    assert post(port, PATH, raw, headers(raw))[0] == 200
    time.sleep(0.1)
    assert fake.posts == []


def test_five_deliveries_and_a_restart_make_one_answer(tmp_path: Path) -> None:
    folders = prepared(tmp_path)
    raw = event("EvFive")
    again = headers(raw) | {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    with platform() as fake:
        with serving(folders, chat_settings(fake)) as port:
            at_once(5, lambda: post(port, PATH, raw, again))
            assert until(lambda: len(fake.posts) >= 1)
        with serving(folders, chat_settings(fake)) as port:
            assert post(port, PATH, raw, again)[0] == 200
            time.sleep(0.3)
        assert len(fake.posts) == 1


def test_no_mutated_body_breaks_the_service(service: tuple[int, Platform]) -> None:
    port, _ = service
    chance, answers = random.Random(7), set()
    good = event("Mutated", "帮助")
    for _ in range(MUTATIONS):
        raw = mutated(good, chance)
        answers.add(post(port, PATH, raw, headers(raw))[0])
        if raw != good:
            assert post(port, PATH, raw, headers(good))[0] == 401
    assert answers <= {200, 400, 401, 413}, answers


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Slack-Signature": "v0=0"},
        {"X-Slack-Signature": "\xe9"},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 5000},
    ],
)
def test_odd_headers_are_refused(service: tuple[int, Platform], changed: dict[str, str]) -> None:
    raw = event("Odd")
    for path in (PATH, f"{PATH}/actions"):
        assert post(service[0], path, raw, headers(raw) | changed)[0] == 401
    assert post(service[0], PATH, raw, headers(raw, time.time() - 400))[0] == 401


def test_the_buttons_store_what_people_think(
    service: tuple[int, Platform], places: tuple[Path, Path]
) -> None:
    port, fake = service
    raw = event("EvJudged")
    post(port, PATH, raw, headers(raw))
    assert until(lambda: len(fake.posts) == 1)
    buttons = fake.bodies()[0]["blocks"][-1]["elements"]
    assert [one["text"]["text"] for one in buttons] == ["👍", "👎"]
    for button, key in ((buttons[0], None), (buttons[1], None), (buttons[0], "unknown")):
        pressed = {"action_id": button["action_id"], "value": key or button["value"]}
        payload = {"type": "block_actions", "user": {"id": "U9"}, "actions": [pressed]}
        raw = urlencode({"payload": json.dumps(payload)}).encode()
        head = headers(raw) | {"Content-Type": "application/x-www-form-urlencoded"}
        assert post(port, f"{PATH}/actions", raw, head)[0] == 200
    for odd in (b"", b"payload=", b"payload=[]", b"payload={}", b"payload=%7B%22actions%22:1%7D"):
        assert post(port, f"{PATH}/actions", odd, headers(odd))[0] == 400
    ledger = Ledger(places[1] / FILE)
    given = ledger.feedback_given()
    ledger.close()
    assert given == [("slack", "policy:EvJudged", "U9", "down", "")]


def test_marks_of_slack_are_written() -> None:
    text = "**48家**[1]\n<!channel> A&B\n[《通知》（青政〔2025〕3号）](https://p.example/a?b=1&c=2)"
    assert mrkdwn(text) == (
        "*48家* [1]\n&lt;!channel&gt; A&amp;B\n"
        "<https://p.example/a?b=1&amp;c=2|《通知》（青政〔2025〕3号）>"
    )
    assert mrkdwn("[《通知》](/documents/a)") == "《通知》"


@pytest.mark.parametrize("sign", ["补", "&", "<>", "👨‍👩‍👧", "**", "a"])
@pytest.mark.parametrize("count", [1, 40, 400])
def test_a_reply_is_never_too_long_and_keeps_its_source(sign: str, count: int) -> None:
    url = "https://p.example/documents/a"
    source = Source(1, "a", "关于补贴的通知", None, None, None, (), 0, 1, "补", "补", url)
    reply = ChatReply(
        True,
        sign * 60,
        True,
        tuple(Statement(f"{number}{sign * 60}", (1,)) for number in range(count)),
        (source,),
        (),
        (),
        (),
    )
    text = words(reply)
    assert len(text) <= 4000
    assert f"<{url}|" in text
    shown = blocks(text, "k")
    assert all(len(one["text"]["text"]) <= SECTION for one in shown[:-1])
    assert len(json.dumps(shown, ensure_ascii=False).encode()) < 40_000
