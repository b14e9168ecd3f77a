"""`youju chat`: which chat surfaces are set up, whether they can work, what people thought."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from app.cli_options import json_option, place_options

if TYPE_CHECKING:
    from app.settings import Settings
    from app.settings_chat import ChatSettings

NOT_SO: Final = 3
_SKEW: Final = 60.0  # seconds; WeCom and Slack allow five minutes
_TIMEOUT: Final = 5.0
_DISTRIBUTIONS: Final = {
    "mcp": ("mcp",),
    "wecom": ("cryptography", "wecom-aibot-sdk"),
    "feishu": ("cryptography", "lark-oapi"),
    "dingtalk": ("dingtalk-stream",),
    "slack": ("slack-sdk",),
}
# Section → addresses to paste, with {name} of the bot.
ADDRESSES: Final = {
    "openai": ("/v1",),
    "mcp": ("/mcp",),
    "dify": ("/dify",),
    "tools": ("/openapi-3.0.json",),
    "widget": ("/widget.js",),
    "wecom_bot": ("/wecom/bot/{name}",),
    "wecom_app": ("/wecom/app/{name}",),
    "wechat": ("/wechat/{name}",),
    "feishu": ("/feishu/{name}",),
    "dingtalk": ("/dingtalk/{name}",),
    "slack": ("/slack/{name}", "/slack/{name}/actions"),
}
_PLATFORMS: Final = ("wecom_bot", "wecom_app", "wechat", "feishu", "dingtalk", "slack")
_OUTGOING: Final = "wecom_webhook"


@dataclass(frozen=True, slots=True)
class Entry:
    """A configured surface: section, name of the bot ("" when there is only one), addresses."""

    section: str
    name: str
    mode: str
    addresses: tuple[str, ...]

    @property
    def label(self) -> str:
        """How it is called in the settings."""
        return f"{self.section}.{self.name}" if self.name else self.section


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at; `good` is None for what could not be decided or is only to be known."""

    surface: str
    good: bool | None
    text: str


@click.group()
def chat() -> None:
    """聊天平台：检查设置、列出、推送、查看评价。"""


@chat.command(name="list")
@json_option
def list_surfaces(as_json: bool) -> None:
    """列出已设置的聊天平台与要填到平台上的网址。"""
    from app.settings import load
    from app.settings_chat import load_chat

    found = list(entries(load_chat(), load().public_url))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        click.echo("  ".join((one.label, one.mode, *one.addresses)))
    if not found:
        click.echo("没有设置任何聊天平台；写法见 docs/integrations/README.md。", err=True)


@chat.command()
@json_option
@place_options
def doctor(as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """检查每个聊天平台能否工作；有一项不行，退出码为 3。不显示密钥。"""
    from app.settings import load
    from app.settings_chat import load_chat

    found = tuple(findings(load(corpus=corpus, data=data), load_chat()))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
    else:
        for one in found:
            mark = {True: "好", False: "错", None: "注"}[one.good]
            click.echo(f"[{mark}] {one.surface}：{one.text}")
    if any(one.good is False for one in found):
        raise click.exceptions.Exit(NOT_SO)


@chat.command()
@click.argument("name", metavar="名称")
@click.argument("question", metavar="问题")
@place_options
def push(name: str, question: str, corpus: Path | None, data: Path | None) -> None:
    """把一个问题的回答推送到企业微信群（wecom_webhook.名称）。"""
    from datetime import date
    from importlib import import_module

    from app.chat.replies import Answerer
    from app.cli_library import open_engine
    from app.errors import SettingsError
    from app.settings import load
    from app.settings_chat import load_chat

    known = load_chat().wecom_webhook
    if name not in known:
        names = "、".join(known) or "一个也没有"
        raise SettingsError(f"没有设置 wecom_webhook.{name}；已设置的：{names}")
    try:
        module = import_module("app.chat.wecom_webhook")
    except ModuleNotFoundError as error:
        raise SettingsError("这个版本没有企业微信群推送") from error
    settings = load(corpus=corpus, data=data)
    with open_engine(settings) as engine:
        answerer = Answerer(lambda: engine, date.today, settings.public_url, lambda: ())
        told = module.push(known[name], question, answerer)
        click.echo(getattr(told, "short", told))  # a reply, or its words


@chat.command()
@json_option
@place_options
def feedback(as_json: bool, corpus: Path | None, data: Path | None) -> None:
    """打印聊天里对回答的评价，一行一条。"""
    from app.chat.ledger import FILE, Ledger
    from app.settings import load

    path = load(corpus=corpus, data=data).data / FILE
    if not path.is_file():
        return
    ledger = Ledger(path)
    try:
        given = ledger.feedback_given()
    finally:
        ledger.close()
    names = ("platform", "key", "user", "verdict", "reason")
    for row in given:
        fields = dict(zip(names, row, strict=True))
        click.echo(json.dumps(fields, ensure_ascii=False) if as_json else "\t".join(row))


# ── what is configured, and what is wrong with it ───────────────────────────────────────────────


def entries(chat: ChatSettings, public_url: str) -> Iterator[Entry]:
    """The configured surfaces."""
    for section in (*ADDRESSES, _OUTGOING):
        value = getattr(chat, section)
        named = value if isinstance(value, dict) else {"": value} if value else {}
        for name, one in named.items():
            long = getattr(one, "mode", "http") == "long" or bool(getattr(one, "bot_id", ""))
            mode = "outgoing" if section == _OUTGOING else "long" if long else "http"
            paths = ADDRESSES.get(section, ()) if mode == "http" else ()
            yield Entry(
                section, name, mode, tuple(public_url + path.format(name=name) for path in paths)
            )


def findings(settings: Settings, chat: ChatSettings) -> Iterator[Finding]:
    """All that was looked at, in order. Looks at the network for the time of day."""
    found = tuple(entries(chat, settings.public_url))
    if not found:
        yield Finding("chat", False, "没有设置任何聊天平台")
        return
    for one in found:
        yield Finding(one.label, True, "设置齐全")
        yield from _libraries(one)
        yield from _address(one, settings.public_url)
        yield from _odd_values(one, chat)
    yield _ledger(settings.data)
    yield _clock(found, chat, settings.public_url)


def _libraries(one: Entry) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from app.chat.registry import MODULES

    extra = next((extra for section, _, extra in MODULES if section == one.section), "")
    for name in _DISTRIBUTIONS.get(extra, ()):
        try:
            yield Finding(one.label, True, f"已安装 {name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(one.label, False, f"缺少 {name}：pip install 'youju[{extra}]'")


def _address(one: Entry, public_url: str) -> Iterator[Finding]:
    from urllib.parse import urlsplit

    if one.mode != "http":
        yield Finding(one.label, None, "不需要回调网址")
        return
    parts = urlsplit(public_url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if one.section in _PLATFORMS:
        if not public_url:
            yield Finding(one.label, False, "没有设 YOUJU_PUBLIC_URL，平台找不到这里")
        elif parts.scheme != "https" or local:
            yield Finding(one.label, False, f"{public_url} 不是对外的 https 网址")
    yield Finding(one.label, None, f"填到平台上的网址：{'  '.join(one.addresses)}")


def _odd_values(one: Entry, chat: ChatSettings) -> Iterator[Finding]:
    """Values that a platform would never give; their text is not shown."""
    from app.settings_chat import secrets_of

    section = getattr(chat, one.section)
    value = section[one.name] if one.name else section
    for field, text in secrets_of(value).items():
        if not text or text != text.strip() or not text.isascii():
            yield Finding(one.label, False, f"{field} 是空的，或含有空格、中文等")
        elif field == "aes_key" and not text.isalnum():
            yield Finding(one.label, False, "aes_key 应是 43 个字母或数字")
        elif field == "bot_token" and not text.startswith("xoxb-"):
            yield Finding(one.label, False, "bot_token 应以 xoxb- 开头")


def _ledger(data: Path) -> Finding:
    import time

    from app.chat.ledger import FILE, Ledger

    try:
        ledger = Ledger(data / FILE)
        try:
            ledger.forget(0.0)  # writes, and drops nothing
        finally:
            ledger.close()
    except Exception as error:  # of the file system or of the database
        return Finding("chat", False, f"{data / FILE} 不能写：{error}")
    return Finding("chat", True, f"{data / FILE} 可以写（{time.strftime('%Y-%m-%d %H:%M')}）")


def _clock(found: tuple[Entry, ...], chat: ChatSettings, public_url: str) -> Finding:
    import time
    import urllib.error
    import urllib.request
    from email.utils import parsedate_to_datetime

    values = (getattr(chat, one.section) for one in found if one.name)
    apis = (getattr(one, "api", "") for value in values for one in value.values())
    url = next((api for api in apis if api), public_url)
    if not url:
        return Finding("chat", None, "没有可以对时的网址，时钟未检查")
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, method="HEAD"), timeout=_TIMEOUT
        ) as response:
            told = response.headers.get("Date")
    except urllib.error.HTTPError as error:
        told = error.headers.get("Date")
        error.close()
    except (OSError, ValueError) as error:
        return Finding("chat", None, f"连不上 {url}（{type(error).__name__}），时钟未检查")
    try:
        skew = time.time() - parsedate_to_datetime(told or "").timestamp()
    except ValueError:
        return Finding("chat", None, f"{url} 没有给出时间，时钟未检查")
    good = abs(skew) <= _SKEW
    return Finding("chat", good, f"时钟与 {url} 相差 {skew:+.0f} 秒")
