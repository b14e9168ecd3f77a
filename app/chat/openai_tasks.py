"""What chat tools ask beside the conversation: titles, tags, follow-ups, search queries.

Open WebUI begins such prompts with `### Task:` and names the key of the JSON that it wants. Others
ask for a title in plain words. None of it is a question about the texts, so none is searched for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from app.chat.replies import Suggest

_TITLE = 20  # characters
_UNTITLED = "政策问答"
_TASK = "### Task:"
_CHAT = re.compile(r"<chat_history>(.*?)</chat_history>", re.S)
_USER_LINE = re.compile(r"^\s*USER[:：]\s*(.+?)\s*$", re.M | re.I)
_WRAPPED = re.compile(r"<user_query>(.*?)</user_query>", re.S)
_CONTEXT_END = "</context>"
# A last message, or a system prompt, that wants nothing but a title.
_ASKS_TITLE = re.compile(
    r"^\s*(?:使用四到五个字直接返回这句话的简要主题"
    r"|Please generate a four to five word title"
    r"|Based on the chat history, give this conversation a name)"
)
_TITLE_ROLE = re.compile(
    r"(?:会话|对话)总结为[^。\n]{0,16}标题|summarize the (?:user's )?conversation into a title"
)


def question_in(text: str) -> str:
    """The question in a message that Open WebUI wrapped in passages of its own; else `text`.

    It stands in <user_query>, or behind the passages.
    """
    if not text.lstrip().startswith(_TASK) or _CONTEXT_END not in text:
        return text
    if "<chat_history>" in text.partition("<context>")[0]:
        return text
    behind = text.rpartition(_CONTEXT_END)[2]
    wrapped = _WRAPPED.search(behind) or _WRAPPED.search(text)
    return (wrapped.group(1) if wrapped else behind).strip() or text


def task_reply(prompt: str, history: Sequence[str], system: str, suggest: Suggest) -> str | None:
    """The reply to a prompt that is no question; None when `prompt` is one.

    `history` are the questions before, `system` is the system prompt, `suggest` gives
    questions that the corpus answers.
    """
    if prompt.lstrip().startswith(_TASK):
        return _json(prompt, suggest)
    if _ASKS_TITLE.match(prompt):
        return _title([*history, *_USER_LINE.findall(prompt)])
    if _TITLE_ROLE.search(system):
        return _title(_told(prompt))
    return None


def _json(prompt: str, suggest: Suggest) -> str:
    """The JSON that a prompt of Open WebUI asks for; it is told by the key that it names."""
    chat = _CHAT.search(prompt)
    asked = _USER_LINE.findall(chat.group(1)) if chat else []
    wanted = _CHAT.sub("", prompt)
    body: dict[str, object]
    if '"follow_ups"' in wanted or "follow-up" in wanted.lower():
        body = {"follow_ups": [one for one in suggest() if one not in asked][:3]}
    elif '"tags"' in wanted:
        body = {"tags": [_UNTITLED]}
    elif '"queries"' in wanted:
        body = {"queries": asked[-1:]}
    elif '"title"' in wanted:
        body = {"title": _title(asked)}
    else:
        body = {"text": ""}
    return json.dumps(body, ensure_ascii=False)


def _title(asked: Sequence[str]) -> str:
    """The first question, shortened."""
    return asked[0][:_TITLE] if asked else _UNTITLED


def _told(prompt: str) -> Sequence[str]:
    """The questions of a conversation that is told as lines, or as JSON, in one message."""
    try:
        turns = json.loads(prompt)
    except (ValueError, RecursionError):
        return _USER_LINE.findall(prompt) or [prompt.strip()]
    said: list[str] = []
    for turn in turns if isinstance(turns, list) else ():
        if isinstance(turn, dict) and turn.get("role") == "user":
            texts = (turn.get(key) for key in ("mainText", "content"))
            said.extend(text for text in texts if isinstance(text, str) and text)
    return said
