"""Feishu by HTTP: what is let in, what is answered, once each, and within the limits."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import feishu_fake as fake_feishu
import pytest
from feishu_fake import BOX, QUESTION, TOKEN, Fake, event, mention, message, post, push, sealed
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from app.chat import feishu_events, feishu_reply
from app.chat.feishu_crypto import Box, Forged, fresh
from app.chat.feishu_events import ADDED, CARD, MESSAGE, decoded
from app.chat.ledger import FILE, Ledger
from app.chat.replies import ChatReply, Source, Statement
from app.errors import SettingsError
from app.settings_chat import ChatSettings, load_chat

MUTATIONS = int(os.environ.get("YOUJU_MUTATIONS", "200"))


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return fake_feishu.prepared(tmp_path_factory.mktemp("feishu"))


@pytest.fixture(scope="module")
def fake() -> Iterator[Fake]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        # Loading the library takes seconds; replies are waited for below.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(feishu_reply.library).result()
        with fake_feishu.feishu() as running:
            yield running


@pytest.fixture(scope="module")
def port(places: tuple[Path, Path], fake: Fake) -> Iterator[int]:
    with fake_feishu.serving(places, fake_feishu.chat_settings(fake.domain)) as found:
        yield found


def texts(body: dict[str, Any]) -> str:
    """The words of a message that was posted."""
    content = json.loads(body["content"])
    if body["msg_type"] == "text":
        return str(content["text"])
    return str(content["body"]["elements"][0]["content"])


def answered(fake: Fake, message_id: str) -> str:
    assert fake_feishu.until(lambda: bool(fake.to(message_id))), "no reply came"
    return texts(fake.to(message_id)[0])


# ── the check of the address ────────────────────────────────────────────────────────────────────

CHALLENGE = {"challenge": "ch-1", "token": TOKEN, "type": "url_verification"}


@pytest.mark.parametrize("raw", [json.dumps(CHALLENGE).encode(), sealed(CHALLENGE)])
@pytest.mark.parametrize("with_signature", [True, False])
def test_the_challenge_comes_back(port: int, raw: bytes, with_signature: bool) -> None:
    headers = fake_feishu.signed(raw) if with_signature else {"Content-Type": "application/json"}
    assert post(port, raw, headers) == (200, {"challenge": "ch-1"})


@pytest.mark.parametrize(
    "body", [CHALLENGE | {"token": "wrong"}, {"challenge": "x", "type": "url_verification"}]
)
def test_a_challenge_without_the_token_is_turned_away(port: int, body: dict[str, Any]) -> None:
    status, told = post(port, json.dumps(body).encode(), {})
    assert (status, told["code"]) == (401, 401)
    assert "challenge" not in told


# ── what is let in ──────────────────────────────────────────────────────────────────────────────


def test_only_what_is_signed_fresh_and_for_us_is_taken_in(port: int, fake: Fake) -> None:
    body = event(MESSAGE, message("om_forged"))
    raw, now = sealed(body), time.time()
    stale, early = fake_feishu.signed(raw, now - 8.1 * 3600), fake_feishu.signed(raw, now + 400)
    foreign = fake_feishu.signed(raw, box=Box("another key"))
    other_token = sealed(event(MESSAGE, message("om_forged"), token="another"))
    other_app = sealed(event(MESSAGE, message("om_forged"), app_id="cli_other"))
    cases = [
        (raw, {}, 401),
        (raw, foreign, 401),
        (raw, stale, 401),
        (raw, early, 401),
        (raw + b" ", fake_feishu.signed(raw), 401),
        (other_token, fake_feishu.signed(other_token), 401),
        (other_app, fake_feishu.signed(other_app), 403),
        (json.dumps(body).encode(), {}, 401),
    ]
    for sent, headers, wanted in cases:
        status, told = post(port, sent, headers)
        assert (status, told["code"]) == (wanted, wanted)
    for broken in (b"", b"[]", b"{", b'{"encrypt": "QUJD"}', b'{"encrypt": 5}', b"[" * 50_000):
        assert post(port, broken, fake_feishu.signed(broken))[0] in (400, 401)
    time.sleep(0.2)
    assert not fake.to("om_forged")


def test_a_repeat_seven_hours_later_may_carry_its_first_timestamp(port: int, fake: Fake) -> None:
    raw = sealed(event(MESSAGE, message("om_late")))
    assert post(port, raw, fake_feishu.signed(raw, time.time() - 7.2 * 3600)) == (200, {})
    assert "36座" in answered(fake, "om_late")


@pytest.mark.parametrize("stamp", ["", "abc", "-1", "٣", "9" * 30, "1e9", " 1700000000"])
def test_a_timestamp_that_is_none_is_not_fresh(stamp: str) -> None:
    assert not fresh(stamp, 1_700_000_000.0)


def test_seconds_and_milliseconds_are_both_fresh() -> None:
    assert fresh("1700000000", 1_700_000_000.0)
    assert fresh("1700000000000", 1_700_000_000.0)


def mutated(random_: random.Random, raw: bytes, headers: dict[str, str]) -> tuple[bytes, dict]:
    """A request with one thing changed."""
    headers = dict(headers)
    name = random_.choice(["body", "body", "body", "body", *headers])
    if name != "body":
        old = headers[name]
        at = random_.randrange(len(old))
        new = random_.choice("0123456789abcdef ")
        headers[name] = random_.choice([old[:at] + new + old[at + 1 :], "", old[:at], old * 2])
        return raw, headers
    at = random_.randrange(len(raw))
    changed = [
        raw[:at] + bytes([random_.randrange(256)]) + raw[at + 1 :],
        raw[:at],
        raw[:at] + raw[at:][::-1],
        raw[:at] + raw[: random_.randrange(40)] + raw[at:],
        raw.replace(b'"', b"'", 1),
    ]
    return random_.choice(changed), headers


def test_no_mutated_request_is_accepted_and_none_breaks_the_service(port: int, fake: Fake) -> None:
    random_ = random.Random(5)
    originals = [
        sealed(event(MESSAGE, message("om_mutated"))),
        json.dumps(event(MESSAGE, message("om_mutated"))).encode(),
        sealed(event(ADDED, {"chat_id": "om_mutated"})),
    ]
    tried = 0
    for _ in range(MUTATIONS):
        raw = random_.choice(originals)
        headers = fake_feishu.signed(raw)
        other, changed = mutated(random_, raw, headers)
        signature_kept = {k: v.strip() for k, v in changed.items() if k != "Content-Type"} == {
            k: v for k, v in headers.items() if k != "Content-Type"
        }
        if other == raw and signature_kept:
            continue
        tried += 1
        status, _ = post(port, other, changed)
        assert 400 <= status < 500
    assert tried > MUTATIONS * 0.8
    time.sleep(0.1)
    assert not fake.to("om_mutated")


def test_no_signed_rubbish_breaks_the_service(port: int) -> None:
    random_ = random.Random(6)
    whole = json.dumps(event(MESSAGE, message("om_rubbish", chat="group")))
    values = ['""', "null", "[]", "{}", "7", '"\\ud800"', '"x"', "[[[{}]]]"]
    for _ in range(MUTATIONS // 2):
        pieces = whole.split('": ')
        at = random_.randrange(1, len(pieces))
        rest = pieces[at].partition(", ")
        pieces[at] = random_.choice(values) + (rest[1] + rest[2] if rest[1] else "}}")
        raw = json.dumps({"encrypt": BOX.seal('": '.join(pieces))}).encode()
        assert post(port, raw, fake_feishu.signed(raw))[0] in (200, 400, 401, 403)


# ── what is answered ────────────────────────────────────────────────────────────────────────────


def test_a_question_is_answered_with_a_card_and_its_source(port: int, fake: Fake) -> None:
    assert push(port, event(MESSAGE, message("om_card"), "ev_card")) == (200, {})
    text = answered(fake, "om_card")
    assert "36座" in text
    assert "[1]" in text
    assert "依据" in text
    assert "https://p.example/" in text
    body = fake.to("om_card")[0]
    assert body["msg_type"] == "interactive"
    assert 0 < len(body["uuid"]) <= 50
    path = next(path for path, sent in fake.posts if sent is body)
    assert path == "/open-apis/im/v1/messages/om_card/reply"


def post_content(*lines: list[dict[str, str]]) -> str:
    return json.dumps({"title": "", "content": list(lines)}, ensure_ascii=False)


RICH = post_content(
    [{"tag": "at", "user_id": "@_user_1"}, {"tag": "text", "text": " 2025年全市新建"}],
    [{"tag": "text", "text": "社区图书馆多少座？"}],
)
ASKED = {
    "in a group": message("1", f"@_user_1 {QUESTION}", "group", [mention()]),
    "mention at the end": message("2", f"{QUESTION} @_user_1", "group", [mention()]),
    "two mentions": message(
        "3", f"@_user_1 @_user_2 {QUESTION}", "group", [mention("ou_x"), mention(key="@_user_2")]
    ),
    "rich text": message(
        "4", chat="group", mentions=[mention()], message_type="post", content=RICH
    ),
    "rich text in its language": message(
        "5", message_type="post", content=json.dumps({"zh_cn": json.loads(RICH)})
    ),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
def test_a_question_is_understood(port: int, fake: Fake, asked: dict[str, Any]) -> None:
    message_id = f"om_asked_{asked['message']['message_id']}"
    asked = asked | {"message": asked["message"] | {"message_id": message_id}}
    assert push(port, event(MESSAGE, asked)) == (200, {})
    assert "36座" in answered(fake, message_id)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        (message("om_w1", "@_user_1", "group", [mention()]), "发“帮助”看这段说明"),
        (message("om_w2", "帮助"), "发“帮助”看这段说明"),
        (message("om_w3", "新对话"), "请直接提问"),
        (message("om_w4", message_type="image", content='{"image_key":"k"}'), "只能看懂文字"),
        (message("om_w5", message_type="text", content="no json"), "只能看懂文字"),
    ],
)
def test_what_is_no_question_gets_a_word(
    port: int, fake: Fake, asked: dict[str, Any], wanted: str
) -> None:
    push(port, event(MESSAGE, asked))
    message_id = asked["message"]["message_id"]
    assert wanted in answered(fake, message_id)
    assert "column_set" not in fake.to(message_id)[0]["content"]


def test_what_was_not_meant_for_the_bot_is_not_answered(port: int, fake: Fake) -> None:
    everyone = mention(key="@_all")
    robot = message("om_no4") | {"sender": {"sender_id": {"open_id": "x"}, "sender_type": "app"}}
    for asked in (
        message("om_no1", chat="group"),
        message("om_no2", f"@_user_1 {QUESTION}", "group", [mention("ou_colleague", "小李")]),
        message("om_no3", f"@_all {QUESTION}", "group", [everyone]),
        robot,
    ):
        assert push(port, event(MESSAGE, asked)) == (200, {})
    assert push(port, event("im.message.message_read_v1", {})) == (200, {})
    time.sleep(0.3)
    assert not fake.to("om_no")


def test_who_adds_the_bot_is_welcomed_once(port: int, fake: Fake) -> None:
    for _ in range(3):
        assert push(port, event(ADDED, {"chat_id": "oc_new"}, "ev_added")) == (200, {})
    sent = [body for _, body in fake.posts if body.get("receive_id") == "oc_new"]
    assert fake_feishu.until(
        lambda: any(body.get("receive_id") == "oc_new" for _, body in fake.posts)
    )
    time.sleep(0.2)
    sent = [body for _, body in fake.posts if body.get("receive_id") == "oc_new"]
    assert len(sent) == 1
    assert "政策文件" in texts(sent[0])


def test_a_refused_card_is_sent_as_text(port: int, fake: Fake) -> None:
    fake.refuse["interactive"] = 230099
    try:
        push(port, event(MESSAGE, message("om_text")))
        assert fake_feishu.until(lambda: len(fake.to("om_text")) == 2)
    finally:
        fake.refuse.clear()
    first, second = fake.to("om_text")
    assert (first["msg_type"], second["msg_type"]) == ("interactive", "text")
    assert "36座" in texts(second)


def test_a_pressed_button_is_stored(port: int, fake: Fake, places: tuple[Path, Path]) -> None:
    push(port, event(MESSAGE, message("om_liked")))
    answered(fake, "om_liked")
    elements = json.loads(fake.to("om_liked")[0]["content"])["body"]["elements"]
    buttons = [column["elements"][0] for column in elements[1]["columns"]]
    for button in buttons:
        action = {"tag": "button", "value": button["behaviors"][0]["value"]}
        pressed = {"operator": {"open_id": "ou_person"}, "action": action}
        status, told = push(port, event(CARD, pressed, "ev_pressed"))
        assert (status, told["toast"]["type"]) == (200, "success")
    foreign = {"operator": {"open_id": "u"}, "action": {"value": {"verdict": "up", "key": "x:1"}}}
    assert push(port, event(CARD, foreign))[1]["toast"]["type"] == "info"
    ledger = Ledger(places[1] / FILE)
    try:
        given = ledger.feedback_given()
    finally:
        ledger.close()
    assert ("feishu", "policy:om_liked", "ou_person", "down", "") in given
    assert not [one for one in given if one[1] == "x:1"]


# ── once each ───────────────────────────────────────────────────────────────────────────────────


def test_the_same_event_five_times_at_once_is_answered_once(port: int, fake: Fake) -> None:
    raw = sealed(event(MESSAGE, message("om_five")))
    headers = fake_feishu.signed(raw)
    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(lambda _: post(port, raw, headers), range(5)))
    assert told == [(200, {})] * 5
    assert push(port, event(MESSAGE, message("om_five"), "ev_another")) == (200, {})
    answered(fake, "om_five")
    time.sleep(0.3)
    assert len(fake.to("om_five")) == 1


SERVE = """
import sys, uvicorn
from pathlib import Path
import feishu_fake as fake
from app.main import build
from app.settings import Settings
settings = Settings(corpus=Path(sys.argv[1]), data=Path(sys.argv[2]), log_level="error")
app = build(settings, fake.chat_settings(sys.argv[3]))
server = uvicorn.Server(uvicorn.Config(app, fd=int(sys.argv[4]), log_level="error"))
server.run()
"""


def test_nothing_is_answered_again_after_a_kill(tmp_path: Path, fake: Fake) -> None:
    places = fake_feishu.prepared(tmp_path)
    raw = sealed(event(MESSAGE, message("om_killed")))
    here = Path(__file__).resolve()
    paths = os.pathsep.join([str(here.parent), str(here.parents[2])])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        command = [sys.executable, "-c", SERVE, *map(str, places), fake.domain]
        process = subprocess.Popen(
            [*command, str(listening.fileno())],
            env=os.environ | {"PYTHONPATH": paths},
            pass_fds=[listening.fileno()],
        )
        try:
            # The connection waits in the queue of the socket until the server takes it.
            with ThreadPoolExecutor(5) as pool:
                told = list(pool.map(lambda _: post(port, raw, fake_feishu.signed(raw)), range(5)))
            assert [status for status, _ in told] == [200] * 5
            assert fake_feishu.until(lambda: bool(fake.to("om_killed")), 15)
            time.sleep(0.2)  # until the delivery is written down
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    with fake_feishu.serving(places, fake_feishu.chat_settings(fake.domain)) as again:
        for _ in range(5):
            assert post(again, raw, fake_feishu.signed(raw)) == (200, {})
        time.sleep(0.3)
    assert len(fake.to("om_killed")) == 1


# ── with Feishu's own library ───────────────────────────────────────────────────────────────────


@given(st.text(max_size=200).filter(lambda text: text.isprintable()))
@hypothesis_settings(max_examples=30, deadline=None)
def test_the_library_opens_what_we_seal(text: str) -> None:
    cipher = feishu_reply.library().AESCipher(fake_feishu.KEY)
    sealed_text = BOX.seal(text)
    assert cipher.decrypt_str(sealed_text) == text
    assert BOX.open(sealed_text) == text


def test_the_library_and_we_take_the_same_bytes() -> None:
    lark = feishu_reply.library()
    seen: list[Any] = []
    handler = (
        lark.EventDispatcherHandler.builder(fake_feishu.KEY, TOKEN, lark.LogLevel.CRITICAL)
        .register_p2_im_message_receive_v1(seen.append)
        .build()
    )
    body = event(MESSAGE, message("om_both"))
    raw = sealed(body)
    request = lark.RawRequest()
    request.uri, request.body, request.headers = "/", raw, fake_feishu.signed(raw)
    assert handler.do(request).status_code == 200
    assert seen[0].event.message.message_id == "om_both"
    headers = request.headers
    BOX.check(headers["X-Lark-Signature"], headers["X-Lark-Request-Timestamp"], "n1", request.body)
    assert decoded(BOX.open(decoded(raw)["encrypt"])) == body
    request.body = raw + b" "
    assert handler.do(request).status_code == 500
    with pytest.raises(Forged):
        BOX.check(
            headers["X-Lark-Signature"], headers["X-Lark-Request-Timestamp"], "n1", request.body
        )


@pytest.mark.parametrize("cut", [0, 1, 16, 31, 33])
def test_cipher_text_of_a_wrong_length_is_not_opened(cut: int) -> None:
    with pytest.raises(Forged):
        BOX.open(base64.b64encode(b"x" * cut).decode())


def test_the_signature_is_the_documented_hash() -> None:
    wanted = hashlib.sha256(b"1" + b"n" + fake_feishu.KEY.encode() + b"{}").hexdigest()
    assert BOX.signature("1", "n", b"{}") == wanted


# ── limits and settings ─────────────────────────────────────────────────────────────────────────


@given(
    st.lists(
        st.text('政策图书"\\\n<>&*👨‍👩‍👧é', min_size=1, max_size=2000), min_size=1, max_size=30
    )
)
@hypothesis_settings(max_examples=25, deadline=None)
def test_a_reply_always_fits_into_a_card_and_keeps_its_source(lines: list[str]) -> None:
    source = Source(
        1, "d", "题目", "国发〔2024〕1号", None, None, (), 0, 1, "x", "x", "https://p.example/d"
    )
    reply = ChatReply(
        True, lines[0], True, tuple(Statement(one, (1,)) for one in lines), (source,), (), (), ()
    )
    text = feishu_reply.words(reply, "https://p.example")
    content = feishu_reply.card(text, "policy:om_" + "x" * 60)
    body = {"content": content, "msg_type": "interactive", "uuid": "x" * 40}
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 30_000
    assert "https://p.example/d" in text
    assert "<" not in json.loads(content)["body"]["elements"][0]["content"]


@pytest.mark.parametrize("missing", ["encrypt_key", "verification_token"])
def test_http_needs_both_keys(missing: str) -> None:
    section = {"app_id": "a", "app_secret": "s3cr3t", "encrypt_key": "k", "verification_token": "t"}
    with pytest.raises(SettingsError, match=missing) as raised:
        load_chat(feishu={"x": section | {missing: ""}})
    assert "s3cr3t" not in str(raised.value)


def test_what_was_taken_in_before_a_crash_is_answered_at_the_next_start(
    tmp_path: Path, fake: Fake
) -> None:
    places = fake_feishu.prepared(tmp_path)
    waiting = feishu_events.message("ev", message("om_waiting"), feishu_events.Bot("policy", ""))
    assert waiting is not None
    ledger = Ledger(places[1] / FILE)
    ledger.claim(waiting, time.time())
    ledger.close()
    with fake_feishu.serving(places, fake_feishu.chat_settings(fake.domain)) as port:
        assert "36座" in answered(fake, "om_waiting")
        assert push(port, event(MESSAGE, message("om_waiting"))) == (200, {})
        time.sleep(0.1)
    assert len(fake.to("om_waiting")) == 1


def test_one_service_speaks_for_several_applications(tmp_path: Path, fake: Fake) -> None:
    places = fake_feishu.prepared(tmp_path)
    first = fake_feishu.chat_settings(fake.domain).feishu["policy"]
    second = first.model_copy(update={"encrypt_key": SecretStr("key-2"), "collections": ("none",)})
    chat = ChatSettings(feishu={"one": first, "two": second})
    with fake_feishu.serving(places, chat) as port:
        raw = sealed(event(MESSAGE, message("om_shared")))
        assert post(port, raw, fake_feishu.signed(raw), "/feishu/two")[0] == 401
        assert post(port, raw, fake_feishu.signed(raw), "/feishu/one") == (200, {})
        assert "36座" in answered(fake, "om_shared")
        box = Box("key-2")
        body = event(MESSAGE, message("om_shared_2"))
        raw = json.dumps({"encrypt": box.seal(json.dumps(body))}).encode()
        headers = fake_feishu.signed(raw, box=box)
        assert post(port, raw, headers, "/feishu/two") == (200, {})
        assert "36座" not in answered(fake, "om_shared_2")


def test_no_secret_is_written_to_a_log(
    fake: Fake, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    section = fake_feishu.chat_settings(fake.domain, app_id="cli_wrong").feishu["policy"]
    replier = feishu_reply.Replier(section)
    asked = feishu_events.message("ev", message("om_secret"), feishu_events.Bot("policy", ""))
    assert asked is not None
    caplog.set_level(0)
    try:
        replier.send(asked, "x")
    except Exception:
        logging.getLogger("youju.chat").exception("not answered")
    written = caplog.text + "".join(capsys.readouterr())
    assert "not answered" in written
    for secret in (fake_feishu.SECRET, fake_feishu.KEY, TOKEN):
        assert secret not in written
        assert secret not in repr(section)


@pytest.mark.parametrize(
    ("label", "domain", "told"),
    [
        ("政策", "https://open.feishu.cn", "只能用英文字母"),
        ("policy", "http://open.feishu.cn", "https://主机名"),
        ("policy", "https://open.feishu.cn/open-apis", "https://主机名"),
        ("policy", "https://u:p@open.feishu.cn", "https://主机名"),
    ],
)
def test_settings_that_could_not_work_are_refused_at_the_start(
    places: tuple[Path, Path], label: str, domain: str, told: str
) -> None:
    section = fake_feishu.chat_settings(domain).feishu["policy"]
    chat = ChatSettings(feishu={label: section})
    with pytest.raises(SettingsError, match=told), fake_feishu.serving(places, chat):
        pass
