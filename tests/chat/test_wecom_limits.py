"""Whatever a reply holds, it fits where WeCom and WeChat show it, with its first source."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.chat import messages, wechat_account, wecom_app, wecom_bot
from app.chat.replies import ChatReply, Source, Statement
from app.chat.wording import Form, worded

WORDS = st.text(alphabet="政策补助元0123456789，。\n🙂👨‍👩‍👧é[]*", max_size=400)


@st.composite
def replies(draw: st.DrawFn) -> ChatReply:
    count = draw(st.integers(1, 12))
    title = draw(st.text(alphabet="通知办法🙂", min_size=1, max_size=60))
    sources = tuple(
        Source(n, "d", title, "国发〔2024〕1号", None, None, ("第一条",), 0, 1, "q", "q", "https://p.example/d")
        for n in range(1, count + 1)
    )  # fmt: skip
    text = draw(WORDS)
    statements = tuple(Statement(text * draw(st.integers(1, 5)), (n,)) for n in range(1, count + 1))
    return ChatReply(True, text, draw(st.booleans()), statements, sources, (text,), (), (text,))


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        (wecom_bot.words, wecom_bot.LIMIT),
        (wechat_account.words, wechat_account.LIMIT),
        (lambda reply: worded(reply, Form.PLAIN, wecom_app.LIMIT), wecom_app.LIMIT),
    ],
    ids=["bot", "account", "application"],
)
@hypothesis_settings(max_examples=60, deadline=None)
@given(reply=replies())
def test_a_reply_fits(words: Callable[[ChatReply], str], limit: int, reply: ChatReply) -> None:
    text = words(reply)
    assert len(text.encode()) <= limit
    assert "依据" in text
    assert "https://p.example/d" in text


def test_what_is_said_besides_answers_fits() -> None:
    for text in (messages.HELP, messages.RESET, messages.ONLY_TEXT, messages.UNAVAILABLE):
        assert len(text.encode()) <= min(wecom_app.LIMIT, wechat_account.LIMIT)
