"""What comes in from a chat: one message of one person, free of mentions; and what 帮助 says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_MENTION = re.compile("^(?:[ \u3000\u2005\xa0]*@[^ \u3000\u2005\xa0@]{1,40}[ \u3000\u2005\xa0]+)+")
_MENTION_ALONE = re.compile("^@[^ \u3000\u2005\xa0@]{1,40}$")
_MENTION_END = re.compile("(?:[ \u3000\u2005\xa0]+@[^ \u3000\u2005\xa0@]{1,40})+$")
_HELP = re.compile(
    r"^[/／]?(?:帮助|使用说明|使用帮助|怎么用|如何使用|help|\?|？|hi|hello|你好|您好|在吗)"
    r"[!！。?？~ ]*$",
    re.I,
)
_RESET = re.compile("^[/／]?(?:新对话|重新开始|清空|清除|reset|new)[!！。 ]*$", re.I)
_BLANK = re.compile(r"[\s\u3000\u2005\xa0]+")


class Wish(StrEnum):
    """What a message wants."""

    QUESTION = "question"
    HELP = "help"
    RESET = "reset"  # forget the questions before
    NOTHING = "nothing"  # an empty message, or one without text


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    `platform` names the surface, `key` what its repeats have in common, `chat` the group or the
    single chat, `user` who wrote. `bot` names the configured bot, `address` what the surface
    needs to reply (a message id, an address to post to): it must be JSON text.
    """

    platform: str
    key: str
    bot: str
    chat: str
    user: str
    text: str
    address: str = "{}"


def without_mentions(text: str, name: str = "") -> str:
    """`text` without the mention of the bot: at the beginning, at the end, or `name` anywhere."""
    if name:
        text = text.replace(f"@{name}", " ")
    text = _MENTION.sub("", text.strip())
    if _MENTION_ALONE.match(text):
        return ""
    return _BLANK.sub(" ", _MENTION_END.sub("", text)).strip()


def wish(text: str) -> Wish:
    """What the text of a message wants; `text` is without mentions."""
    if not text.strip():
        return Wish.NOTHING
    if _HELP.match(text):
        return Wish.HELP
    return Wish.RESET if _RESET.match(text) else Wish.QUESTION


HELP = (
    "我只依据已收录的政策文件回答，每个回答都附原文依据；文件里没有的，会直接说没有。\n"
    "可以问数据（多少、占比、同比）、举措（有哪些措施、补贴多少、怎么申请）、改革，也可以接着追问（那去年呢、第二项呢）。\n"
    "发“新对话”清除前面的问题，发“帮助”看这段说明。"
)
RESET = "好的，前面的问题不再参考，请直接提问。"
ONLY_TEXT = "目前只能看懂文字，请把问题打成文字发给我。"
UNAVAILABLE = "暂时没有可用的文件索引，请稍后再试。"
