"""The settings of the service, and the only reader of the environment.

A flag of the command line comes first, then the variable `YOUJU_NAME`, then the default.
`SETTINGS` lists them all with their bounds and help, for the command line and the documentation.
What one request may hold (length of a question, number of hits) is part of the HTTP contract and
no setting: see `app.web.schemas`.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import SettingsError

PREFIX: Final = "YOUJU_"
KEY_CHARACTERS: Final = 16


def _written(value: object) -> object:
    """An empty variable would stand for the working folder, or for a host of no name."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("不能为空；要用默认值，请不要设置它")
    return value


def _host(value: str) -> str:
    if any(character.isspace() or character in "/?#@" for character in value):
        raise ValueError("应是主机名或 IP 地址，例如 127.0.0.1；不带 http:// 和路径")
    return value


def _address(value: str) -> str:
    """An http address without the slash at its end, or ""."""
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and not (parts.query or parts.fragment) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in value):
        raise ValueError("应是完整的网址，例如 https://policy.example.org，不带问号和井号")
    return value.rstrip("/")


def _key(value: SecretStr) -> SecretStr:
    """A key goes into a header, and must not be guessed."""
    text = value.get_secret_value()
    if text and (len(text) < KEY_CHARACTERS or any(not "!" <= each <= "~" for each in text)):
        raise ValueError(
            f"应有至少 {KEY_CHARACTERS} 个字符，只用字母、数字和 ASCII 标点，没有空白；"
            "可以用 openssl rand -hex 32 生成"
        )
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Key = Annotated[SecretStr, AfterValidator(_key)]
Folder = Annotated[Path, BeforeValidator(_written)]


class Settings(BaseSettings):
    """All settings, checked. Read them with `load`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    corpus: Folder = Field(
        Path("corpus"), description="语料文件夹；只有收入、替换、删除文档时才改动其中的文件"
    )
    data: Folder = Field(Path(".youju"), description="数据文件夹，存放可以重建的索引")
    host: Annotated[str, BeforeValidator(_written), AfterValidator(_host)] = Field(
        "127.0.0.1", description="监听的地址；0.0.0.0 表示对外开放"
    )
    port: int = Field(8000, ge=0, le=65535, description="监听的端口；0 表示任选一个空闲端口")
    public_url: Annotated[str, AfterValidator(_address)] = Field(
        "", description="对外的网址，写进依据的链接；留空则用相对链接"
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        Field("info", description="日志的详细程度")
    )
    body_limit: int = Field(65536, ge=1024, le=16 * 1024 * 1024, description="请求正文最多多少字节")
    body_seconds: float = Field(
        10.0, ge=0.1, le=600, allow_inf_nan=False, description="请求正文最多用多少秒传完"
    )
    threads: int = Field(4, ge=1, le=64, description="同时处理多少个请求")
    waiting: int = Field(64, ge=0, le=10_000, description="最多多少个请求排队等候，再多则返回 503")
    admin_key: Key = Field(SecretStr(""), description="增删文档的密钥；留空则不能经 HTTP 增删")
    ask_key: Key = Field(SecretStr(""), description="提问与阅读的密钥；留空则不要密钥")
    upload_limit: int = Field(
        50 * 1024 * 1024, ge=1024, le=50 * 1024 * 1024, description="收入的文档每份最多多少字节"
    )
    watch: Annotated[Literal["on", "poll", "off"], BeforeValidator(_lower)] = Field(
        "on", description="是否自动收录语料文件夹里的变动；poll 是每秒查看，用于网络文件夹"
    )

    @property
    def is_open(self) -> bool:
        """Whether people on other machines may ask without a key."""
        if self.ask_key.get_secret_value() or self.host == "localhost":
            return False
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the list of settings, in words for people."""

    name: str
    variable: str
    flag: str  # "" for a secret: a command line can be read by everyone on the machine
    default: str
    allowed: str
    help: str


def load(**flags: object) -> Settings:
    """The settings in force. `flags` are values given on the command line; None is not given.

    Raises SettingsError, which names the variable and the flag, shows the value and says what
    would be right.
    """
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    unknown = sorted(given.keys() - Settings.model_fields.keys())
    if unknown:
        near = get_close_matches(unknown[0], Settings.model_fields, n=1)
        hint = (
            f"是不是 {near[0]}？" if near else f"可用的设置：{'、'.join(Settings.model_fields)}。"
        )
        raise SettingsError(f"没有名为“{unknown[0]}”的设置；{hint}")
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError(_message(error)) from None


def _message(error: ValidationError) -> str:
    """What is wrong with the first bad setting; `_TROUBLES` holds the wording."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    setting = next(each for each in SETTINGS if each.name == name)
    shown = repr(first["input"]) if setting.flag else "（不显示）"
    short = shown if len(shown) <= 80 else shown[:80] + "…"
    if first["type"] == "value_error":
        trouble = str(first["ctx"]["error"])
    else:
        trouble = f"应为{setting.allowed}"
    either = f"（或 {setting.flag}）" if setting.flag else ""
    return (
        f"设置 {setting.variable}{either}的值 {short} 不能用：{trouble}。"
        f"默认值是 {setting.default}。"
    )


_KINDS: Final[dict[object, str]] = {
    int: "整数",
    float: "数",
    str: "文字",
    Path: "文件夹的路径",
    SecretStr: "文字",
}


def _setting(name: str, field: FieldInfo) -> Setting:
    return Setting(
        name=name,
        variable=PREFIX + name.upper(),
        flag="" if field.annotation is SecretStr else "--" + name.replace("_", "-"),
        default=str(field.default) or "（空）",
        allowed=_allowed(field),
        help=field.description or "",
    )


def _allowed(field: FieldInfo) -> str:
    """What values a setting may have, in words: from its type and its bounds."""
    choices = getattr(field.annotation, "__args__", ())
    if choices:
        return "、".join(map(str, choices)) + " 之一"
    bounds = {
        name: getattr(each, name)
        for each in field.metadata
        for name in ("ge", "le")
        if getattr(each, name, None) is not None
    }
    kind = _KINDS[field.annotation]
    return f"{bounds['ge']} 到 {bounds['le']} 的{kind}" if bounds else kind


SETTINGS: Final = tuple(_setting(name, field) for name, field in Settings.model_fields.items())
