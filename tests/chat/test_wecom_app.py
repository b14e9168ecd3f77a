"""A self-built WeCom application: acknowledged at once, answered once by message/send."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wecom_fake import (
    FIGURE,
    KEY,
    MUTATIONS,
    QUESTION,
    TOKEN,
    Platform,
    at_once,
    http,
    mutated,
    prepared,
    query,
    sealed_xml,
    serving,
    until,
    xml,
)

from app.chat import messages
from app.chat.ledger import FILE, Ledger
from app.chat.outgoing import Undelivered, call
from app.chat.wecom_app import Api
from app.chat.wecom_crypto import Box
from app.chat.wecom_wire import Malformed, read_xml, write_xml
from app.settings_chat import ChatSettings

PATH = "/wecom/app/policy"
BOX = Box(TOKEN, KEY, "wwcorp")
SECRET = "very-secret-of-the-app"


def chat_settings(address: str) -> ChatSettings:
    app = {
        "corp_id": "wwcorp",
        "agent_id": 1000002,
        "secret": SECRET,
        "token": TOKEN,
        "aes_key": KEY,
        "api": address,
    }
    return ChatSettings(wecom_app={"policy": app})


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with Platform().running() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("app"))


@pytest.fixture(scope="module")
def port(folder: Path, platform: Platform) -> Iterator[int]:
    with serving(folder, chat_settings(platform.address)) as found:
        yield found


def message(msgid: str, user: str, text: str = QUESTION, **other: str) -> str:
    fields = {
        "ToUserName": "wwcorp",
        "FromUserName": user,
        "CreateTime": "1700000000",
        "MsgType": "text",
    }
    return xml(**{**fields, "Content": text, "MsgId": msgid, "AgentID": "1000002", **other})


def to(platform: Platform, user: str) -> list[str]:
    return [body["text"]["content"] for _, _, body in platform.sent if body.get("touser") == user]


def test_the_address_is_checked_with_its_decrypted_echo(port: int) -> None:
    echo = BOX.seal("4711", "1", "n").encrypt
    assert http(port, PATH, {**query(echo), "echostr": echo}) == (200, b"4711")
    assert http(port, PATH, {**query("other"), "echostr": echo})[0] == 403


def test_a_question_is_acknowledged_empty_and_answered_by_a_message(
    port: int, platform: Platform
) -> None:
    started = time.monotonic()
    assert http(port, PATH, *sealed_xml(BOX, message("1", "zhang"))) == (200, b"")
    assert time.monotonic() - started < 2.0
    (text,) = until(lambda: to(platform, "zhang"))
    assert FIGURE in text
    assert "云教发〔2023〕7号" in text
    assert len(text.encode()) <= 2048
    path, asked, body = next(one for one in platform.sent if one[2]["touser"] == "zhang")
    assert (path, body["agentid"]) == ("/cgi-bin/message/send", 1000002)
    assert asked["access_token"].startswith("token")


@pytest.mark.parametrize(
    ("user", "other", "said"),
    [
        ("image", {"MsgType": "image"}, messages.ONLY_TEXT),
        ("help", {"Content": "帮助"}, messages.HELP),
        ("subscribe", {"MsgType": "event", "Event": "subscribe"}, messages.HELP),
    ],
)
def test_what_is_no_question(
    port: int, platform: Platform, user: str, other: dict[str, str], said: str
) -> None:
    assert http(port, PATH, *sealed_xml(BOX, message(user, user, **other)))[0] == 200
    assert until(lambda: to(platform, user)) == [said]


def test_five_times_at_once_and_after_a_restart_there_is_one_answer(
    tmp_path: Path, platform: Platform
) -> None:
    prepared(tmp_path)
    given, body = sealed_xml(BOX, message("five", "five"))
    for _ in range(2):
        with serving(tmp_path, chat_settings(platform.address)) as port:
            assert {one[0] for one in at_once(lambda p=port: http(p, PATH, given, body))} == {200}  # type: ignore[misc]
            until(lambda: to(platform, "five"))
    assert len(to(platform, "five")) == 1


def test_events_are_known_by_sender_and_time(port: int, platform: Platform) -> None:
    for when in ("1", "1", "2"):
        event = message("", "twice", MsgType="event", Event="subscribe", CreateTime=when)
        http(port, PATH, *sealed_xml(BOX, event))
    until(lambda: len(to(platform, "twice")) == 2)


def test_a_token_is_kept_and_replaced_when_the_platform_says_so(platform: Platform) -> None:
    api = Api(chat_settings(platform.address).wecom_app["policy"])
    before = platform.tokens
    api.send("keeper", "一")
    api.send("keeper", "二")
    assert platform.tokens == before + 1
    for code in (40014, 42001):
        platform.errors = [code]
        api.send("keeper", "三")
    assert platform.tokens == before + 3
    assert to(platform, "keeper") == ["一", "二", "三", "三"]
    platform.errors = [81013]
    with pytest.raises(Undelivered, match="81013"):
        api.send("keeper", "四")


def test_no_secret_is_in_what_is_logged(
    platform: Platform, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    api = Api(chat_settings(platform.address).wecom_app["policy"])
    with caplog.at_level(logging.DEBUG):
        for code in (60020, 302):
            platform.errors = [code]
            with pytest.raises(Undelivered) as told:
                api.send("keeper", "五")
            assert "token" not in str(told.value).replace("gettoken", "")
    assert SECRET not in caplog.text
    with pytest.raises(Undelivered) as silent:
        call("http://127.0.0.1:9", "/x", ("127.0.0.1",), {"secret": SECRET})
    assert SECRET not in str(silent.value)


@pytest.mark.parametrize(
    ("base", "said"),
    [("https://evil.example", "允许"), ("http://ok.example", "https"), ("file:///etc", "允许")],
)
def test_only_allowed_hosts_are_called(base: str, said: str) -> None:
    with pytest.raises(Undelivered, match=said):
        call(base, "/", ("ok.example",))


def test_changed_callbacks_are_turned_down(port: int, folder: Path, platform: Platform) -> None:
    given, body = sealed_xml(BOX, message("mutated", "mutant"))
    seen: set[int] = set()
    for seed in range(MUTATIONS):
        asked, raw = mutated(seed, given, body)
        if b"<ToUserName>" in raw and raw != body and _same(raw, body):
            continue  # changed outside of what is signed and read
        seen.add(http(port, PATH, asked, raw)[0])
    assert seen <= {400, 403}
    assert to(platform, "mutant") == []


def _same(raw: bytes, body: bytes) -> bool:
    try:
        return read_xml(raw).get("Encrypt") == read_xml(body)["Encrypt"]
    except Malformed:
        return False


@pytest.mark.parametrize(
    "text",
    ["", "no xml", "<xml/>", "<xml><FromUserName>u</FromUserName></xml>", "[]",
     '<!DOCTYPE xml [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName><MsgType>text</MsgType></xml>'],
)  # fmt: skip
def test_signed_rubbish_is_turned_down(port: int, text: str) -> None:
    assert http(port, PATH, *sealed_xml(BOX, text))[0] == 400


@pytest.mark.parametrize(
    "text",
    ["<!DOCTYPE xml><xml/>", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "<a>" * 20 + "</a>" * 20, "<a>&b;</a>"],
)  # fmt: skip
def test_dangerous_xml_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_xml(text)


def test_a_document_type_in_what_a_person_wrote_is_only_text() -> None:
    assert read_xml(xml(Content="<!DOCTYPE a> & 问"))["Content"] == "<!DOCTYPE a> & 问"


@given(st.text(max_size=60))
def test_what_is_written_can_be_read(text: str) -> None:
    kept = "".join(one for one in text if one >= " " or one in "\t\n")
    if not any("\ud800" <= one <= "\udfff" or one in "\ufffe\uffff" for one in text):
        assert read_xml(write_xml(Content=text))["Content"] == kept


def test_what_was_taken_in_and_not_answered_is_answered_after_a_restart(
    tmp_path: Path, platform: Platform
) -> None:
    from app.chat.messages import Message

    prepared(tmp_path)
    ledger = Ledger(tmp_path / "data" / FILE)
    ledger.claim(Message("wecom_app:policy", "k", "policy", "late", "late", QUESTION), time.time())
    ledger.close()
    with serving(tmp_path, chat_settings(platform.address)):
        (text,) = until(lambda: to(platform, "late"))
    assert FIGURE in text
