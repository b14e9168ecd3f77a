"""Pushing an answer into a WeCom group."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import SecretStr
from wecom_fake import FIGURE, QUESTION, Platform, prepared

from app import main
from app.chat.outgoing import Undelivered
from app.chat.replies import Answerer
from app.chat.wecom_webhook import LIMIT, PER_MINUTE, Pace, push
from app.library import Library
from app.settings_chat import WecomWebhook


@pytest.fixture
def platform() -> Iterator[Platform]:
    with Platform().running() as found:
        yield found


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = prepared(tmp_path_factory.mktemp("webhook"))
    engine = main.CurrentEngine(Library.open(folder / "corpus", folder / "data"))
    return Answerer(engine, lambda: date(2024, 5, 1), "https://p.example", lambda: ())


def test_question_and_answer_are_pushed_as_markdown(platform: Platform, answerer: Answerer) -> None:
    settings = WecomWebhook(key=SecretStr("k-1"), api=platform.address)
    assert push(settings, QUESTION, answerer).answered
    ((path, asked, body),) = platform.sent
    text = body["markdown"]["content"]
    assert (path, asked, body["msgtype"]) == ("/cgi-bin/webhook/send", {"key": "k-1"}, "markdown")
    assert text.startswith(f"> {QUESTION}\n\n")
    assert FIGURE in text
    assert len(text.encode()) <= LIMIT
    push(settings, "很长的问题" * 400, answerer)
    assert len(platform.sent[-1][2]["markdown"]["content"].encode()) <= LIMIT


def test_what_the_platform_turns_down_is_told_without_the_key(
    platform: Platform, answerer: Answerer
) -> None:
    platform.errors = [45009]
    with pytest.raises(Undelivered, match="45009") as told:
        push(WecomWebhook(key=SecretStr("k-2"), api=platform.address), QUESTION, answerer)
    assert "k-2" not in str(told.value)


def test_no_more_than_twenty_go_out_in_a_minute() -> None:
    clock = [0.0]
    pace = Pace(lambda: clock[0], lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    times = []
    for _ in range(3 * PER_MINUTE):
        pace.wait("key")
        times.append(clock[0])
    assert [times[0], times[PER_MINUTE - 1], times[PER_MINUTE], times[-1]] == [0, 0, 60, 120]
    pace.wait("another")
    assert clock[0] == 120
