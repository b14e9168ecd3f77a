"""A WeChat Official Account: the reply is the response, the same for each of three tries."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

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
    sealed_xml,
    serving,
    xml,
)

from app.chat import messages, wechat_account
from app.chat.replies import Answerer
from app.chat.wecom_crypto import Box, signature
from app.chat.wecom_wire import read_xml
from app.settings_chat import ChatSettings

BOX = Box(TOKEN, KEY, "wxapp")
CHAT = ChatSettings(
    wechat={
        "plain": {"app_id": "wxapp", "token": TOKEN},
        "aes": {"app_id": "wxapp", "token": TOKEN, "aes_key": KEY},
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared(tmp_path_factory.mktemp("wechat"))


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serving(folder, CHAT) as found:
        yield found


def plain_query(timestamp: str = "") -> dict[str, str]:
    timestamp = timestamp or str(int(time.time()))
    return {"signature": signature(TOKEN, timestamp, "n"), "timestamp": timestamp, "nonce": "n"}


def message(msgid: str, text: str = QUESTION, **other: str) -> str:
    fields = {"ToUserName": "gh_1", "FromUserName": f"user{msgid}", "CreateTime": "1700000000"}
    return xml(**{**fields, "MsgType": "text", "Content": text, "MsgId": msgid, **other})


def plain(port: int, text: str) -> dict[str, str]:
    status, raw = http(port, "/wechat/plain", plain_query(), text.encode())
    assert status == 200
    return read_xml(raw) if raw != b"success" else {}


def test_the_address_is_checked_by_its_signature(port: int) -> None:
    for name in ("plain", "aes"):
        assert http(port, f"/wechat/{name}", {**plain_query(), "echostr": "77"}) == (200, b"77")
        bad = {**plain_query(), "signature": "0" * 40, "echostr": "77"}
        assert http(port, f"/wechat/{name}", bad)[0] == 403


def test_a_question_is_answered_in_the_response(port: int) -> None:
    reply = plain(port, message("1"))
    assert (reply["ToUserName"], reply["FromUserName"]) == ("user1", "gh_1")
    assert reply["MsgType"] == "text"
    assert FIGURE in reply["Content"]
    assert "云教发〔2023〕7号" in reply["Content"]
    assert len(reply["Content"].encode()) <= wechat_account.LIMIT


def test_an_encrypted_question_gets_an_encrypted_reply(port: int) -> None:
    given, body = sealed_xml(BOX, message("2"))
    status, raw = http(port, "/wechat/aes", {**given, "encrypt_type": "aes"}, body)
    one = read_xml(raw)
    text = BOX.open(one["Encrypt"], one["MsgSignature"], one["TimeStamp"], one["Nonce"])
    assert status == 200
    assert FIGURE in read_xml(text)["Content"]


def test_a_plain_message_to_an_encrypted_account_is_turned_down(port: int) -> None:
    assert http(port, "/wechat/aes", plain_query(), message("3").encode())[0] == 403


@pytest.mark.parametrize(
    ("msgid", "other", "said"),
    [
        ("10", {"MsgType": "image"}, messages.ONLY_TEXT),
        ("11", {"MsgType": "voice", "Recognition": QUESTION}, FIGURE),
        ("12", {"MsgType": "event", "Event": "subscribe"}, "我只依据已收录的政策文件回答"),
        ("13", {"MsgType": "event", "Event": "unsubscribe"}, ""),
    ],
)
def test_each_kind_of_message(port: int, msgid: str, other: dict[str, str], said: str) -> None:
    reply = plain(port, message(msgid, **other))
    assert said in reply["Content"] if said else reply == {}


def test_three_tries_get_the_same_reply_of_one_answer(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = threading.Event()
    asked: list[str] = []
    ask = Answerer.ask

    def slow(self: Answerer, text: str, *rest: object) -> object:
        asked.append(text)
        may.wait(10)
        return ask(self, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(wechat_account, "READY", 0.1)
    monkeypatch.setattr(Answerer, "ask", slow)
    given = plain_query()
    assert http(port, "/wechat/plain", given, message("20").encode()) == (200, b"success")
    monkeypatch.setattr(wechat_account, "READY", 4.0)
    threading.Timer(0.1, may.set).start()
    replies = at_once(lambda: plain(port, message("20")))
    assert {one["Content"] for one in replies} == {replies[0]["Content"]}
    assert FIGURE in replies[0]["Content"]
    assert asked == [QUESTION]


def test_after_a_restart_a_repeat_gets_the_stored_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(tmp_path)
    with serving(tmp_path, CHAT) as port:
        before = plain(port, message("30"))["Content"]
    monkeypatch.setattr(Answerer, "ask", lambda *_: pytest.fail("asked again"))
    with serving(tmp_path, CHAT) as port:
        assert plain(port, message("30"))["Content"] == before


def test_changed_callbacks_are_turned_down(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given, body = sealed_xml(BOX, message("40"))
    encrypt = read_xml(body)["Encrypt"].encode()
    tries = [mutated(seed, given, encrypt) for seed in range(MUTATIONS)]
    monkeypatch.setattr(Answerer, "ask", lambda *_: pytest.fail("a forgery was answered"))
    seen = set()
    for asked, raw in tries:
        text = b"<xml><ToUserName>wx</ToUserName><Encrypt>" + raw + b"</Encrypt></xml>"
        seen.add(http(port, "/wechat/aes", asked, text)[0])
    assert seen <= {400, 403}
    for bad in ({**plain_query(), "signature": "x"}, {"nonce": "n"}, plain_query("1700000000")):
        assert http(port, "/wechat/plain", bad, message("41").encode())[0] == 403
    for text in ("", "no", "<xml/>", "<!DOCTYPE a><a/>", query("x")["nonce"]):
        assert http(port, "/wechat/plain", plain_query(), text.encode())[0] == 400
