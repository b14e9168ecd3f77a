"""The settings of the chat surfaces: one TOML file, or variables of the environment.

    [wecom_bot.policy]                      YOUJU_CHAT_WECOM_BOT='{"policy": {"token": "…"}}'
    token = "…"

`YOUJU_CHAT_FILE` names the file (default: youju.toml in the working folder, if there is one). The
environment wins over the file. A surface is off until its table is there. Secrets show as stars.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.errors import SettingsError

FILE_VARIABLE: Final = "YOUJU_CHAT_FILE"
DEFAULT_FILE: Final = "youju.toml"
Mode = Literal["http", "long"]
# An origin goes into a header: scheme, host, port, and nothing behind them.
Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.*\-\[\]:]+$")]
AesKey = Annotated[SecretStr, Field(min_length=43, max_length=43)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Bot(_Section):
    """What all bots share: which collections they answer from; none means all."""

    collections: tuple[str, ...] = ()
    name: str = ""  # the name that is mentioned in groups, to be stripped


class OpenAI(_Section):
    """OpenAI-compatible interface. Without `key` anyone who reaches the service may use it."""

    key: SecretStr | None = None
    model: str = "youju"
    knowledge: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # model id → collections
    origins: tuple[str, ...] = ()  # browser origins that may call it (CORS)


class Mcp(_Section):
    """MCP over HTTP at /mcp; stdio needs no setting."""

    key: SecretStr | None = None
    allowed_hosts: tuple[str, ...] = ()  # beside loopback, e.g. policy.example.org
    allowed_origins: tuple[str, ...] = ()


class Dify(_Section):
    """Dify external knowledge at /dify/retrieval."""

    key: SecretStr
    knowledge: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # id → collections


class Tools(_Section):
    """Tools by OpenAPI 3.0 at /openapi-3.0.json, for Coze, Dify and Open WebUI. Without `key`
    anyone who reaches the service may use them."""

    key: SecretStr | None = None
    collections: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()  # browser origins that may call it (CORS)


class WecomBot(_Bot):
    """WeCom AI bot: `token` and `aes_key` for callbacks, `bot_id` and `secret` for the long
    connection; one of the two."""

    token: SecretStr | None = None
    aes_key: AesKey | None = None
    bot_id: str = ""
    secret: SecretStr | None = None
    gateway: str = "wss://openws.work.weixin.qq.com"

    @model_validator(mode="after")
    def _one_way(self) -> WecomBot:
        callback = self.token is not None and self.aes_key is not None
        if callback == bool(self.bot_id and self.secret):
            raise ValueError(
                "填 token 与 aes_key（回调），或者 bot_id 与 secret（长连接），二者取一"
            )
        return self


class WecomApp(_Bot):
    """WeCom self-built application with XML callbacks."""

    corp_id: str
    agent_id: int
    secret: SecretStr
    token: SecretStr
    aes_key: AesKey
    api: str = "https://qyapi.weixin.qq.com"
    # The WeChat plug-in does not show Markdown; text is shown everywhere.
    format: Literal["text", "markdown"] = "text"


class WecomWebhook(_Section):
    """WeCom group webhook: outgoing only (`youju chat push`)."""

    key: SecretStr
    api: str = "https://qyapi.weixin.qq.com"


class WechatAccount(_Bot):
    """WeChat Official Account; with `aes_key` messages are encrypted."""

    app_id: str
    token: SecretStr
    aes_key: AesKey | None = None


class Feishu(_Bot):
    """Feishu or Lark application."""

    app_id: str
    app_secret: SecretStr
    mode: Mode = "http"
    verification_token: SecretStr | None = None
    encrypt_key: SecretStr | None = None
    api: str = "https://open.feishu.cn"

    @model_validator(mode="after")
    def _signed(self) -> Feishu:
        if self.mode == "http" and not self.encrypt_key:
            raise ValueError("HTTP 回调必须设置 encrypt_key：没有它，飞书的请求不带签名，无法核验")
        if self.mode == "http" and not self.verification_token:
            # The request that checks the address carries no signature; only the token proves it.
            raise ValueError("HTTP 回调必须设置 verification_token")
        return self


class DingTalk(_Bot):
    """DingTalk robot. `hosts` are where a reply may be posted to."""

    client_id: str
    client_secret: SecretStr
    mode: Mode = "long"
    api: str = "https://api.dingtalk.com"
    hosts: tuple[str, ...] = ("oapi.dingtalk.com",)
    loopback: bool = False  # for tests: replies may go to this machine, by http


class Slack(_Bot):
    """Slack application with events by HTTP."""

    signing_secret: SecretStr
    bot_token: SecretStr
    api: str = "https://slack.com/api/"


class Widget(_Section):
    """The widget for web pages: `origins` may embed it."""

    origins: tuple[Origin, ...] = ()
    collections: tuple[str, ...] = ()
    title: str = "政策问答"


class ChatSettings(BaseSettings):
    """All chat surfaces. Those of platforms are named: one table for each bot."""

    model_config = SettingsConfigDict(env_prefix="YOUJU_CHAT_", frozen=True, extra="forbid")

    turn_minutes: float = Field(10.0, ge=0, le=24 * 60, allow_inf_nan=False)
    openai: OpenAI | None = None
    mcp: Mcp | None = None
    dify: Dify | None = None
    tools: Tools | None = None
    widget: Widget | None = None
    wecom_bot: dict[str, WecomBot] = Field(default_factory=dict)
    wecom_app: dict[str, WecomApp] = Field(default_factory=dict)
    wecom_webhook: dict[str, WecomWebhook] = Field(default_factory=dict)
    wechat: dict[str, WechatAccount] = Field(default_factory=dict)
    feishu: dict[str, Feishu] = Field(default_factory=dict)
    dingtalk: dict[str, DingTalk] = Field(default_factory=dict)
    slack: dict[str, Slack] = Field(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the caller gives, then the environment, then the file."""
        path = Path(os.environ.get(FILE_VARIABLE) or DEFAULT_FILE)
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)


def secrets_of(section: BaseModel) -> dict[str, str]:
    """The secrets of a section in plain text, by name; to check their form, never to be shown."""
    values = ((name, getattr(section, name)) for name in type(section).model_fields)
    return {name: one.get_secret_value() for name, one in values if isinstance(one, SecretStr)}


def load_chat(**given: object) -> ChatSettings:
    """The chat settings in force.

    Raises SettingsError when the named file is missing or unreadable, or a value is wrong; the
    message names the entry and never shows a secret.
    """
    named = os.environ.get(FILE_VARIABLE)
    if named and not Path(named).is_file():
        raise SettingsError(f"{FILE_VARIABLE} 指明的文件 {named} 不存在")
    try:
        return ChatSettings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "chat"
        raise SettingsError(f"聊天设置 {place} 不能用：{first['msg']}") from None
    except ValueError as error:
        raise SettingsError(f"聊天设置的文件读不懂：{error}") from None
