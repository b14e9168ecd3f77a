"""What chat tools send to an OpenAI-compatible service beside questions."""

from __future__ import annotations

import json

import pytest

from app.chat import openai_body
from app.chat.openai_tasks import question_in, task_reply

FIRST = "社区食堂今年新建多少家？"
TOPIC = "使用四到五个字直接返回这句话的简要主题，不要解释、不要标点，如果没有主题，请直接返回“闲聊”"
RULES = "### Task:\nAnswer the user query with the context, citing as [id].\n\n"
PASSAGE = '<context>\n<source id="1" name="a.md">甲</source>\n</context>\n'
NAMING = "你是一名擅长会话的助理，你需要将用户的会话总结为 10 个字以内的标题"


def _nothing() -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(
    "text",
    [
        f"{RULES}{PASSAGE}\n{FIRST}",
        f"{RULES}{PASSAGE}\n<user_query>\n{FIRST}\n</user_query>\n",
        f"{RULES}<user_query>\n{FIRST}\n</user_query>\n{PASSAGE}",
        FIRST,
    ],
)
def test_a_question_is_found_in_the_passages_that_open_webui_puts_around_it(text: str) -> None:
    assert question_in(text) == FIRST
    assert task_reply(question_in(text), (), "", _nothing) is None


def test_a_task_that_tells_of_such_a_conversation_stays_a_task() -> None:
    prompt = (
        '### Task:\nGenerate a title. JSON: { "title": "…" }\n'
        f"<chat_history>\nUSER: {FIRST}\nASSISTANT: {PASSAGE}\n</chat_history>"
    )
    assert question_in(prompt) == prompt
    assert json.loads(task_reply(prompt, (), "", _nothing) or "") == {"title": FIRST}


@pytest.mark.parametrize(
    ("prompt", "history", "system"),
    [
        (TOPIC, (FIRST,), ""),
        ("Please generate a four to five word title summarizing it", (FIRST,), ""),
        (f"user: {FIRST}\nassistant: 12家\n\n请总结上述对话", (), NAMING),
        (json.dumps([{"role": "user", "mainText": FIRST}, {"role": "assistant"}]), (), NAMING),
        (FIRST, (), NAMING),
        (
            f"Based on the chat history, give this conversation a name.\n```\nuser: {FIRST}\n```",
            (),
            "",
        ),
    ],
)
def test_a_title_is_the_first_question(prompt: str, history: tuple[str, ...], system: str) -> None:
    assert task_reply(prompt, history, system, _nothing) == FIRST


@pytest.mark.parametrize("prompt", ["[", "[[[]]]", "[1]", "{}", "null", '[{"role":"user"}]'])
def test_a_title_of_nothing_readable_is_still_a_title(prompt: str) -> None:
    assert task_reply(prompt, (), NAMING, _nothing)


@pytest.mark.parametrize(
    "question", ["会议主题是什么？", "报告的标题怎么拟？", "任务有哪些？", "把标题总结为三点"]
)
def test_questions_about_titles_and_tasks_are_questions(question: str) -> None:
    assert task_reply(question, (FIRST,), "你是政策助手，请先写标题", _nothing) is None


def test_the_history_begins_after_the_last_new_conversation_and_holds_questions_only() -> None:
    said = ["甲有多少？", "新对话", "乙有多少？", "帮助", "", "那丙呢？"]
    turns = [{"role": "user", "content": one} for one in said]
    asked = openai_body.read(json.dumps({"model": "m", "messages": turns}).encode())
    assert (asked.history, asked.question) == (("乙有多少？",), "那丙呢？")
