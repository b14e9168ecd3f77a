"""Settings: what comes first, what is refused, and what the list of settings says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.documents.read import MAXIMUM_BYTES
from app.errors import SettingsError
from app.settings import SETTINGS, Settings, load


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("YOUJU_"):
            monkeypatch.delenv(name)


def test_without_flags_and_variables_the_defaults_are_in_force() -> None:
    settings = load()
    assert (settings.corpus, settings.data) == (Path("corpus"), Path(".youju"))
    assert (settings.host, settings.port, settings.body_limit) == ("127.0.0.1", 8000, 65536)


def test_a_variable_comes_before_the_default_and_a_flag_before_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("YOUJU_PORT", "9000")
    assert load().port == 9000
    assert load(port=9001).port == 9001
    assert load(port=None).port == 9000


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


GOOD = [
    ("public_url", "https://policy.example.org/", "https://policy.example.org"),
    ("public_url", "http://10.0.0.1:8000/youju", "http://10.0.0.1:8000/youju"),
    ("public_url", "", ""),
    ("log_level", "INFO", "info"),
    ("host", "::1", "::1"),
    ("port", "0", 0),
    ("corpus", "/srv/政策 文件", Path("/srv/政策 文件")),
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_usable_value_is_taken(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: object
) -> None:
    monkeypatch.setenv(f"YOUJU_{name.upper()}", value)
    assert getattr(load(), name) == expected


BAD = [
    ("port", "65536", "0 到 65535"),
    ("port", "八千", "整数"),
    ("port", "", "整数"),
    ("corpus", " ", "不能为空"),
    ("data", "", "不能为空"),
    ("host", "http://0.0.0.0", "主机名"),
    ("public_url", "policy.example.org", "完整的网址"),
    ("public_url", "https://[", "完整的网址"),
    ("public_url", "javascript:alert(1)", "完整的网址"),
    ("log_level", "loud", "debug、info、warning、error"),
    ("body_limit", "12", "1024 到"),
    ("body_seconds", "nan", "0.1 到"),
    ("threads", "0", "1 到 64"),
    ("waiting", "-1", "0 到"),
    ("upload_limit", "1000", "1024 到"),
    ("watch", "yes", "on、poll、off"),
]


@pytest.mark.parametrize(("name", "value", "way_out"), BAD)
def test_a_bad_value_is_refused_with_variable_flag_value_and_way_out(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, way_out: str
) -> None:
    monkeypatch.setenv(f"YOUJU_{name.upper()}", value)
    with pytest.raises(SettingsError) as caught:
        load()
    message = str(caught.value)
    flag = f"--{name.replace('_', '-')}"
    for part in (f"YOUJU_{name.upper()}", flag, repr(value), way_out):
        assert part in message, message


@pytest.mark.parametrize("name", ["admin_key", "ask_key"])
@pytest.mark.parametrize(
    "value", ["short-key", "with a blank in it", "密钥密钥密钥密钥密钥密钥密钥密钥"]
)
def test_a_key_that_cannot_be_used_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"YOUJU_{name.upper()}", value)
    with pytest.raises(SettingsError, match="至少 16 个字符") as caught:
        load()
    assert f"YOUJU_{name.upper()}" in str(caught.value)
    assert value not in str(caught.value)
    assert "--" not in str(caught.value), "a key on a command line is seen by everybody"


def test_a_key_is_shown_by_nothing_that_shows_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YOUJU_ADMIN_KEY", "a-key-of-enough-characters")
    settings = load()
    assert settings.admin_key.get_secret_value() == "a-key-of-enough-characters"
    assert "a-key" not in f"{settings!r} {settings}"


@pytest.mark.parametrize(
    ("host", "key", "is_open"),
    [
        ("127.0.0.1", "", False),
        ("127.8.0.1", "", False),
        ("::1", "", False),
        ("localhost", "", False),
        ("0.0.0.0", "", True),
        ("::", "", True),
        ("192.0.2.1", "", True),
        ("policy.example.org", "", True),
        ("0.0.0.0", "a-key-of-enough-characters", False),
    ],
)
def test_who_lets_other_machines_ask_without_a_key_is_known(
    host: str, key: str, is_open: bool
) -> None:
    assert load(host=host, ask_key=key).is_open is is_open


def test_the_largest_upload_is_the_largest_document() -> None:
    assert load().upload_limit == MAXIMUM_BYTES
    with pytest.raises(SettingsError):
        load(upload_limit=MAXIMUM_BYTES + 1)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(SettingsError) as caught:
        load(port="9" * 10_000)
    assert len(str(caught.value)) < 300


def test_a_flag_that_is_no_setting_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="port"):
        load(prot=1)


def test_the_list_holds_every_setting_with_help_and_a_default_that_is_allowed() -> None:
    assert [each.name for each in SETTINGS] == list(Settings.model_fields)
    assert all(each.help and each.allowed for each in SETTINGS)
    defaults = {each.name: each.default for each in SETTINGS if each.default != "（空）"}
    assert load(**defaults) == load()
