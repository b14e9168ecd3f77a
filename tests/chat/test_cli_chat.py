"""`youju chat`: what it finds, what it prints, and that it never shows a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from loopback import platform

from app.chat.ledger import FILE, Ledger
from app.cli import commands

SLACK = {"signing_secret": "hush-hush-1", "bot_token": "xoxb-hush-2"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YOUJU_PUBLIC_URL", "https://p.example")
    monkeypatch.setenv("YOUJU_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(commands, ["chat", *words])
    return found.exit_code, found.output


def set_up(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    monkeypatch.setenv("YOUJU_CHAT_SLACK", json.dumps({"policy": SLACK | changed}))


def test_a_good_setup_is_good_and_shows_the_addresses(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform() as fake:
        set_up(monkeypatch, api=fake.url)
        monkeypatch.setattr("app.cli_chat._SKEW", 5.0)
        code, said = run("doctor")
    assert code == 0, said
    for part in ("slack-sdk 3", "https://p.example/slack/policy/actions", "相差", "可以写"):
        assert part in said
    assert "hush" not in said


@pytest.mark.parametrize(
    ("address", "changed", "said"),
    [
        ("http://p.example", {}, "不是对外的 https 网址"),
        ("https://127.0.0.1:8000", {}, "不是对外的 https 网址"),
        ("https://p.example", {"bot_token": "hush-3"}, "xoxb-"),
        ("https://p.example", {"signing_secret": " hush "}, "signing_secret 是空的"),
    ],
)
def test_what_is_wrong_is_told_without_secrets(
    data: Path, monkeypatch: pytest.MonkeyPatch, address: str, changed: dict[str, str], said: str
) -> None:
    set_up(monkeypatch, api="http://127.0.0.1:9", **changed)
    monkeypatch.setenv("YOUJU_PUBLIC_URL", address)
    code, output = run("doctor")
    assert (code, said in output) == (3, True), output
    assert "时钟未检查" in output
    assert "hush" not in output


def test_nothing_set_up_is_told(data: Path) -> None:
    assert run("doctor")[0] == 3
    assert "没有设置" in run("list")[1]


def test_the_list_is_json_on_request(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(monkeypatch)
    found = json.loads(run("list", "--json")[1])
    assert [(one["section"], one["name"]) for one in found] == [("slack", "policy")]


def test_feedback_is_printed(data: Path) -> None:
    assert run("feedback") == (0, "")
    ledger = Ledger(data / FILE)
    ledger.feedback("slack", "policy:1", "U1", "down", "数字不对", 1.0)
    ledger.close()
    assert run("feedback") == (0, "slack\tpolicy:1\tU1\tdown\t数字不对\n")
    assert json.loads(run("feedback", "--json")[1])["verdict"] == "down"


def test_pushing_to_an_unknown_group_is_an_error(data: Path) -> None:
    code, said = run("push", "nobody", "低保标准是多少？")
    assert code == 1
    assert "wecom_webhook.nobody" in said
