"""What OpenAI-compatible clients send: the body of a completion, read by hand.

Fields that are not named here are ignored: clients send many, and none changes what a text says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.chat.messages import Wish, wish
from app.chat.openai_tasks import question_in

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_INSTRUCTS = frozenset({"system", "developer"})


class Refusal(Exception):
    """A request that is not answered, in the terms of OpenAI's error objects."""

    def __init__(
        self, status: int, message: str, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code


@dataclass(frozen=True, slots=True)
class Completion:
    """A request: the question, the earlier ones (oldest first), and how to reply.

    `system` are the instructions, which only tell prompts for titles from questions.
    `prompt_characters` counts the text of all messages. `skipped` tells that the question came
    with parts that are no text.
    """

    model: str
    question: str
    history: tuple[str, ...]
    system: str
    skipped: bool
    stream: bool
    include_usage: bool
    prompt_characters: int


def read(raw: bytes) -> Completion:
    """The request in `raw`. Raises Refusal (400) for one that cannot be used."""
    body = _object(raw)
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Refusal(400, "model 应是模型的名称，可用的见 /v1/models。", "model")
    many = body.get("n")
    if many is not None and (many is True or many != 1):
        raise Refusal(400, "n 只能是 1：同一个问题只有一个有依据的回答。", "n")
    stream = body.get("stream")
    if stream is not None and not isinstance(stream, bool):
        raise Refusal(400, "stream 应是 true 或 false。", "stream")
    options = body.get("stream_options")
    turns = _turns(body.get("messages"))
    asked = [(text, skipped) for role, text, skipped in turns if role == "user"]
    if not asked:
        raise Refusal(400, "messages 里没有 role 为 user 的消息。", "messages")
    return Completion(
        model=model,
        question=question_in(asked[-1][0]),
        history=_history([text for text, _ in asked[:-1]]),
        system="\n".join(text for role, text, _ in turns if role in _INSTRUCTS),
        skipped=asked[-1][1],
        stream=bool(stream),
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        prompt_characters=sum(len(text) for _, text, _ in turns),
    )


def _history(texts: Sequence[str]) -> tuple[str, ...]:
    """The questions among earlier messages, from the last 新对话 on."""
    questions: list[str] = []
    for text in map(question_in, texts):
        wanted = wish(text)
        if wanted is Wish.RESET:
            questions.clear()
        elif wanted is Wish.QUESTION:
            questions.append(text)
    return tuple(questions)


def _object(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "请求体不是有效的 UTF-8 JSON。") from None
    if not isinstance(body, dict):
        raise Refusal(400, "请求体应是 JSON 对象。")
    return body


def _turns(messages: object) -> Sequence[tuple[str, str, bool]]:
    """Role, text, and whether something that is no text was left out, of each message."""
    if not isinstance(messages, list) or not messages:
        raise Refusal(400, "messages 应是至少有一条消息的数组。", "messages")
    turns = []
    for place, one in enumerate(messages):
        if not isinstance(one, dict):
            raise Refusal(400, "消息应是对象。", f"messages[{place}]")
        role = one.get("role")
        if not isinstance(role, str) or role not in ROLES:
            known = "、".join(sorted(ROLES))
            raise Refusal(400, f"role 应是 {known} 之一。", f"messages[{place}].role")
        text, skipped = _content(one.get("content"), place)
        turns.append((role, text, skipped))
    return turns


def _content(content: object, place: int) -> tuple[str, bool]:
    param = f"messages[{place}].content"
    parts = content if isinstance(content, list) else [{"type": "text", "text": content or ""}]
    texts: list[str] = []
    skipped = False
    for part in parts:
        if not isinstance(part, dict):
            raise Refusal(400, "content 应是文字，或由 {type, …} 组成的数组。", param)
        if part.get("type") != "text":
            skipped = True
            continue
        text = part.get("text")
        if not isinstance(text, str):
            raise Refusal(400, "content 里的 text 应是文字。", param)
        texts.append(text)
    whole = "\n".join(texts).strip()
    try:
        whole.encode("utf-8")
    except UnicodeEncodeError:
        raise Refusal(400, "文字里有单独的代理码位，不是有效的 Unicode。", param) from None
    return whole, skipped
