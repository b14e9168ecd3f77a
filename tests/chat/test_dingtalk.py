"""DingTalk: robots by HTTP."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

from app.chat.dingtalk import Throttle, may_post, read, signature, signed
from app.settings_chat import ChatSettings, DingTalk

SECRET = "ding-secret-1"
PATH = "/dingtalk/policy"


def chat_settings(**changed: Any) -> ChatSettings:
    section = {
        "client_id": "ding1",
        "client_secret": SECRET,
        "mode": "http",
        "loopback": True,
        "name": "小据",
    }
    return ChatSettings(dingtalk={"policy": section | changed})


def event(fake: Platform, key: str = "msg1", text: str = QUESTION, **changed: Any) -> bytes:
    body = {
        "msgId": key,
        "msgtype": "text",
        "conversationId": "cid1",
        "conversationType": "2",
        "senderStaffId": "staff1",
        "senderId": "$:1",
        "isInAtList": True,
        "text": {"content": f" @小据 {text} "},
        "sessionWebhook": f"{fake.url}/robot/sendBySession?session=s1",
        "sessionWebhookExpiredTime": int(time.time() * 1000) + 60_000,
        "createAt": int(time.time() * 1000),
    }
    return json.dumps(body | changed, ensure_ascii=False).encode()


def headers(stamp: float | None = None, secret: str = SECRET) -> dict[str, str]:
    timestamp = str(int((time.time() if stamp is None else stamp) * 1000))
    return {
        "Content-Type": "application/json",
        "timestamp": timestamp,
        "sign": signature(secret, timestamp),
    }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return prepared(tmp_path_factory.mktemp("dingtalk"))


@pytest.fixture(scope="module")
def running(places: tuple[Path, Path]) -> Iterator[tuple[int, Platform]]:
    with platform() as fake, serving(places, chat_settings()) as port:
        yield port, fake


@pytest.fixture
def service(running: tuple[int, Platform]) -> tuple[int, Platform]:
    running[1].posts.clear()
    return running


def test_the_signature_is_that_of_the_reference() -> None:
    sign = signature("secret", "1700000000000")
    assert sign == "OuzzJR5+xZ4/EYwqtNt6sMYZQMTa/HEGvc9miJe7XzY="
    assert signed("secret", "1700000000000", sign, 1_700_000_000 + 3600)
    assert not signed("secret", "1700000000000", sign, 1_700_000_000 + 3601)
    assert not signed("secret", "1700000000000", sign, 1_700_000_000 - 3601)


@pytest.mark.parametrize("text", [QUESTION, f"{QUESTION}  @小据", f"@其他人 {QUESTION}"])
@pytest.mark.parametrize("conversation", ["1", "2"])
def test_a_question_is_answered_with_its_source(
    service: tuple[int, Platform], text: str, conversation: str
) -> None:
    port, fake = service
    raw = event(fake, f"{text}{conversation}", text, conversationType=conversation)
    assert post(port, PATH, raw, headers())[0] == 200
    assert until(lambda: len(fake.posts) == 1)
    body = fake.bodies()[0]
    assert body["msgtype"] == "markdown"
    assert "48家" in body["markdown"]["text"]
    assert "https://p.example/" in body["markdown"]["text"]
    assert 0 < len(body["markdown"]["title"]) <= 20
    assert len(body["markdown"]["text"].encode()) <= 15_000


@pytest.mark.parametrize(("text", "said"), [("帮助", "我只依据"), ("新对话", "不再参考")])
def test_commands_are_understood(service: tuple[int, Platform], text: str, said: str) -> None:
    port, fake = service
    post(port, PATH, event(fake, text, text), headers())
    assert until(lambda: len(fake.posts) == 1)
    assert said in fake.bodies()[0]["markdown"]["text"]


@pytest.mark.parametrize(
    "given",
    [
        {},
        headers(secret="another"),
        headers(stamp=time.time() - 3700),
        headers(stamp=time.time() + 3700),
        {**headers(), "timestamp": "\xb2"},
        {**headers(), "sign": "\xe9"},
        {**headers(), "timestamp": "9" * 5000},
    ],
)
def test_what_is_not_signed_freshly_is_refused(
    service: tuple[int, Platform], given: dict[str, str]
) -> None:
    port, fake = service
    status, body = post(port, PATH, event(fake, "forged"), given)
    assert (status, json.loads(body)["errcode"]) == (401, 401)
    assert fake.posts == []


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://oapi.dingtalk.com/robot/sendBySession?session=1", True),
        ("https://oapi.dingtalk.com:443/robot", True),
        ("http://oapi.dingtalk.com/robot", False),
        ("https://oapi.dingtalk.com:8443/robot", False),
        ("https://oapi.dingtalk.com.example.org/robot", False),
        ("https://oapi.dingtalk.com@example.org/robot", False),
        ("https://user@oapi.dingtalk.com/robot", False),
        ("http://127.0.0.1:8000/robot", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_replies_go_to_the_configured_hosts_only(url: str, allowed: bool) -> None:
    settings = DingTalk(client_id="a", client_secret="b")
    assert may_post(url, settings) is allowed


def test_an_event_that_wants_a_reply_elsewhere_is_refused(service: tuple[int, Platform]) -> None:
    port, fake = service
    raw = event(fake, "elsewhere", sessionWebhook="https://example.org/hook")
    assert post(port, PATH, raw, headers())[0] == 400


def test_a_redirect_is_not_followed(service: tuple[int, Platform]) -> None:
    port, fake = service
    fake.answers["/leads-away"] = {"location": f"{fake.url}/inside"}
    raw = event(fake, "redirected", sessionWebhook=f"{fake.url}/leads-away")
    assert post(port, PATH, raw, headers())[0] == 200
    assert until(lambda: len(fake.posts) == 1)
    time.sleep(0.1)
    assert {path for path, _, _ in fake.posts} == {"/leads-away"}


def test_nothing_is_posted_after_the_time_for_it(service: tuple[int, Platform]) -> None:
    port, fake = service
    raw = event(fake, "late", sessionWebhookExpiredTime=int(time.time() * 1000) - 1)
    assert post(port, PATH, raw, headers())[0] == 200
    post(port, PATH, event(fake, "in time"), headers())
    assert until(lambda: len(fake.posts) >= 1)
    time.sleep(0.2)
    assert len(fake.posts) == 1


def test_five_deliveries_and_a_restart_make_one_answer(tmp_path: Path) -> None:
    folders = prepared(tmp_path)
    with platform() as fake:
        raw, head = event(fake, "five"), headers()
        with serving(folders, chat_settings()) as port:
            at_once(5, lambda: post(port, PATH, raw, head))
            assert until(lambda: len(fake.posts) >= 1)
        with serving(folders, chat_settings()) as port:
            at_once(5, lambda: post(port, PATH, raw, head))
            time.sleep(0.3)
        assert len(fake.posts) == 1


def test_no_mutated_body_breaks_the_service(service: tuple[int, Platform]) -> None:
    port, fake = service
    chance, answers = random.Random(5), set()
    for number in range(MUTATIONS):
        raw = mutated(event(fake, "mutated", "帮助", msgtype="text"), chance)
        answers.add(post(port, PATH, raw, headers())[0])
        forged = headers(secret=f"guess{number}")
        assert post(port, PATH, raw, forged)[0] == 401
    assert answers <= {200, 400, 413}, answers


def test_the_twenty_first_message_of_a_minute_waits() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    throttle = Throttle(clock=lambda: now[0], sleep=sleep)
    for _ in range(20):
        throttle.wait("one")
        now[0] += 1
    throttle.wait("another")
    assert slept == []
    throttle.wait("one")
    assert slept == [40.0]


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            {"msgtype": "richText", "content": {"richText": [{"text": "低保"}, {"text": "标准"}]}},
            "低保 标准",
        ),
        ({"msgtype": "audio", "content": {"recognition": "低保标准"}}, "低保标准"),
        ({"msgtype": "picture", "content": {"downloadCode": "x"}}, ""),
    ],
)
def test_other_kinds_of_messages_are_read(changed: dict[str, Any], text: str) -> None:
    settings = DingTalk(client_id="a", client_secret="b", loopback=True)
    body = json.loads(event(Platform(port=1))) | changed
    assert read(body, "policy", settings).text == text
