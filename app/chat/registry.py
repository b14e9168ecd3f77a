"""Which surfaces are configured, and the modules that make them. A module is imported only then."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Protocol, cast

from app.chat.surface import Office, Surface
from app.errors import SettingsError
from app.settings_chat import ChatSettings

# Section of the settings, module, and the extra that brings the library it needs ("" for none).
MODULES: tuple[tuple[str, str, str], ...] = (
    ("openai", "app.chat.openai_api", ""),
    ("mcp", "app.chat.mcp_http", "mcp"),
    ("dify", "app.chat.dify", ""),
    ("tools", "app.chat.tools", ""),
    ("widget", "app.chat.widget", ""),
    ("wecom_bot", "app.chat.wecom_bot", "wecom"),
    ("wecom_app", "app.chat.wecom_app", "wecom"),
    ("wechat", "app.chat.wechat_account", "wecom"),
    ("feishu", "app.chat.feishu", "feishu"),
    ("dingtalk", "app.chat.dingtalk", "dingtalk"),
    ("slack", "app.chat.slack", "slack"),
)


class _Module(Protocol):
    """What the module of a surface offers."""

    def surfaces(self, settings: ChatSettings, office: Office) -> Sequence[Surface]:
        """The surfaces that its section of the settings asks for."""


def configured(settings: ChatSettings, office: Office) -> tuple[Surface, ...]:
    """The surfaces that `settings` switch on.

    Raises SettingsError when a library is missing; it names the extra to install.
    """
    found: list[Surface] = []
    for section, name, extra in MODULES:
        if not getattr(settings, section):
            continue
        try:
            module = cast(_Module, import_module(name))
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("app."):
                raise
            raise SettingsError(
                f"聊天设置 {section} 需要 {error.name}：请安装 pip install 'youju[{extra}]'"
            ) from error
        found.extend(module.surfaces(settings, office))
    return tuple(found)
