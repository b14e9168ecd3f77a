"""The encryption of WeCom callbacks: the published vector, round trips, and forgeries."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat.wecom_crypto import Box, Forged, signature

TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
BOX = Box(TOKEN, KEY, "")
MESSAGE = json.dumps(
    {
        "msgid": "CAI1",
        "aibotid": "AIB",
        "chattype": "single",
        "from": {"userid": "u"},
        "msgtype": "text",
        "text": {"content": "公积金怎么提取"},
    },
    ensure_ascii=False,
    separators=(",", ":"),
)


def test_the_known_message_has_the_known_signature() -> None:
    sealed = BOX.seal(MESSAGE, "1700000000", "nonce1", b"0123456789abcdef")
    assert sealed.signature == "e3fc8cda6f41d110c15bf5d3407ebbd0ee8481a4"
    assert BOX.open(sealed.encrypt, sealed.signature, "1700000000", "nonce1") == MESSAGE


@given(st.text(max_size=300), st.sampled_from(["", "wwcorp123", "wxapp"]))
def test_what_is_sealed_opens_again(message: str, receiver: str) -> None:
    box = Box(TOKEN, KEY, receiver)
    try:
        message.encode()
    except UnicodeEncodeError:
        return
    sealed = box.seal(message, "1", "n")
    assert box.open(sealed.encrypt, sealed.signature, "1", "n") == message


@pytest.mark.parametrize(
    ("receiver", "given", "timestamp"),
    [("", "0" * 40, "1"), ("", None, "2"), ("someone", None, "1")],
    ids=["signature", "timestamp", "receiver"],
)
def test_a_forged_message_is_not_opened(receiver: str, given: str | None, timestamp: str) -> None:
    sealed = BOX.seal(MESSAGE, "1", "n")
    with pytest.raises(Forged):
        Box(TOKEN, KEY, receiver).open(sealed.encrypt, given or sealed.signature, timestamp, "n")


@pytest.mark.parametrize("encrypt", ["", "no base64!", "QUJD", "A" * 64])
def test_signed_rubbish_is_not_opened(encrypt: str) -> None:
    with pytest.raises(Forged):
        BOX.open(encrypt, signature(TOKEN, "1", "n", encrypt), "1", "n")
