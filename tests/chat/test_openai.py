"""The OpenAI-compatible interface, asked by real clients of a real server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import openai
import pytest
import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from app import main
from app.chat import openai_body, openai_stream
from app.chat.replies import Answerer, ChatReply
from app.library import index
from app.settings import load
from app.settings_chat import load_chat
from app.web.server import configuration

KEY = "sk-youju-test"
ORIGIN = "https://chat.example.org"
TEXT = (
    "关于建设口袋公园的实施意见\n\n一、总体目标\n2025年，全市口袋公园建设总投入4.2亿元。新建口袋公园120个。\n"
    "二、主要举措\n（一）完善设施布局。每个街道至少建成1处口袋公园。\n（二）扩大开放范围。口袋公园全天向居民免费开放。\n"
)
ASKED = "2025年全市口袋公园建设总投入多少？"
UNKNOWN = "火星移民有哪些补贴？"


def _app(folder: Path) -> FastAPI:
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "公园.txt").write_text(TEXT, encoding="utf-8")
    index(corpus, folder / "data")
    settings = load(
        corpus=corpus, data=folder / "data", body_limit=20_000, public_url="https://p.example.org"
    )
    section = {"key": KEY, "knowledge": {"empty": ["无"]}, "origins": [ORIGIN]}
    return main.build(settings, load_chat(openai=section))


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(configuration(app, "127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return _app(tmp_path_factory.mktemp("openai"))


@pytest.fixture(scope="module")
def base(app: FastAPI) -> Iterator[str]:
    with _served(app) as address:
        yield address


@pytest.fixture
def client(base: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{base}/v1", api_key=KEY, max_retries=0) as made:
        yield made


def _body(question: str = ASKED, **more: Any) -> dict[str, Any]:
    return {"model": "youju", "messages": [{"role": "user", "content": question}], **more}


def _post(
    base: str, body: object, path: str = "/v1/chat/completions", **headers: str
) -> tuple[int, str, dict[str, str]]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"{base}{path}", raw, given)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read().decode(), dict(response.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def _chunks(stream: str) -> list[dict[str, Any]]:
    lines = [one for one in stream.split("\n\n") if one]
    assert lines.pop() == "data: [DONE]"
    return [json.loads(one.removeprefix("data: ")) for one in lines]


def test_models_are_listed_and_looked_up(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == ["youju", "empty"]
    assert client.models.retrieve("youju").id == "youju"
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("gpt-9")
    assert refused.value.code == "model_not_found"


def test_a_whole_reply_has_marks_sources_and_offsets(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(**_body())
    message = reply.choices[0].message
    text = message.content or ""
    assert "4.2亿元" in text
    assert "依据" in text
    assert message.annotations
    for one in message.annotations:
        marked = text[one.url_citation.start_index : one.url_citation.end_index]
        assert re.fullmatch(r"\[\d+\]", marked)
        assert one.url_citation.url.startswith("https://p.example.org/")
    assert message.annotations[0].url_citation.start_index < text.index("**依据**")
    assert reply.usage is not None
    assert reply.usage.prompt_tokens == len(ASKED)
    assert reply.usage.completion_tokens == len(text)


def test_a_stream_says_the_same_in_the_order_clients_expect(
    base: str, client: openai.OpenAI
) -> None:
    whole = client.chat.completions.create(**_body()).choices[0].message.content
    asked = _body(stream=True, stream_options={"include_usage": True})
    status, raw, headers = _post(base, asked)
    assert status == 200
    assert headers["content-type"].startswith("text/event-stream")
    assert "\r" not in raw
    chunks = _chunks(raw)
    assert len({(one["id"], one["created"], one["model"]) for one in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert chunks[1]["citations"][0]["url"].startswith("https://p.example.org/")
    last = chunks[-2]["choices"][0]
    assert last["finish_reason"] == "stop"
    assert last["delta"]["annotations"]
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["total_tokens"] > 0
    parts = client.chat.completions.create(**_body(), stream=True)
    assert "".join(one.choices[0].delta.content or "" for one in parts) == whole


def test_the_async_client_streams(base: str) -> None:
    async def read() -> str:
        async with openai.AsyncOpenAI(base_url=f"{base}/v1", api_key=KEY) as made:
            parts = await made.chat.completions.create(**_body(), stream=True)
            return "".join([one.choices[0].delta.content or "" async for one in parts])

    assert "4.2亿元" in asyncio.run(read())


def test_langchain_reads_replies_and_streams(base: str) -> None:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    model = ChatOpenAI(base_url=f"{base}/v1", api_key=SecretStr(KEY), model="youju")
    assert "4.2亿元" in str(model.invoke(ASKED).content)
    assert "4.2亿元" in "".join(str(one.content) for one in model.stream(ASKED))


def test_open_webui_gets_events_in_place_of_annotations(base: str) -> None:
    _, raw, _ = _post(base, _body(stream=True), "/owui/v1/chat/completions")
    chunks = _chunks(raw)
    events = [one for one in chunks if "event" in one]
    assert {one["event"]["type"] for one in events} == {"source", "status"}
    assert all(one["choices"] == [] for one in events)
    assert "4.2亿元" in events[0]["event"]["data"]["document"][0]
    assert "annotations" not in raw
    assert '"citations"' not in raw


def test_lobechat_rules_find_the_citations(base: str) -> None:
    """LobeChat looks at annotations only in a chunk with finish_reason and no content."""
    _, raw, _ = _post(base, _body(stream=True))
    found = [
        citation["url_citation"]["url"]
        for chunk in _chunks(raw)
        for choice in chunk["choices"]
        if choice["finish_reason"] and not choice["delta"].get("content") and "usage" not in chunk
        for citation in choice["delta"].get("annotations", ())
    ]
    assert found


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        (b"{", 400, None),
        (b"\xff", 400, None),
        (b"[" * 9000, 400, None),
        ([], 400, None),
        ({"model": "youju"}, 400, "messages"),
        ({"model": "youju", "messages": []}, 400, "messages"),
        ({"messages": [{"role": "user", "content": "好"}]}, 400, "model"),
        ({**_body(), "model": "gpt-9"}, 404, "model"),
        ({"model": "youju", "messages": [{"role": "king"}]}, 400, "messages[0].role"),
        ({"model": "youju", "messages": [{"role": "system", "content": "x"}]}, 400, "messages"),
        ({"model": "youju", "messages": ["x"]}, 400, "messages[0]"),
        (_body("\ud800"), 400, "messages[0].content"),
        (_body(n=2), 400, "n"),
        (_body(stream="yes"), 400, "stream"),
        (b"x" * 30_000, 413, None),
    ],
)
def test_what_cannot_be_used_is_refused_in_the_shape_of_openai(
    base: str, body: object, status: int, param: str | None
) -> None:
    got, raw, headers = _post(base, body)
    error = json.loads(raw)["error"]
    assert got == status
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "given", ["", "Bearer wrong", f"Basic {KEY}", "Bearer 密".encode().decode("latin-1")]
)
def test_a_wrong_key_is_refused(base: str, given: str) -> None:
    status, raw, _ = _post(base, _body(), Authorization=given)
    assert status == 401
    assert json.loads(raw)["error"]["code"] == "invalid_api_key"


def test_unknown_addresses_have_the_shape_too(base: str) -> None:
    status, raw, _ = _post(base, _body(), "/v1/chat/nothing")
    assert status == 404
    assert "error" in json.loads(raw)
    status, raw, _ = _post(base, {}, "/v1/models")
    assert status == 405
    assert "error" in json.loads(raw)


def test_the_rest_of_the_service_keeps_problem_details(base: str) -> None:
    status, _, headers = _post(base, {}, "/v1/nothing")
    assert status == 404
    assert headers["content-type"] == "application/problem+json"


def test_unknown_fields_few_tokens_and_refusals_are_200(base: str) -> None:
    """The check of Dify: one word, five tokens, a field that nobody knows."""
    asked = _body("ping", max_tokens=5, thinking={"type": "disabled"}, temperature=0.2, n=1)
    status, raw, _ = _post(base, asked)
    assert status == 200
    assert json.loads(raw)["object"] == "chat.completion"
    status, raw, _ = _post(base, _body(UNKNOWN))
    message = json.loads(raw)["choices"][0]["message"]
    assert status == 200
    assert message["content"]
    assert message["annotations"] == []


def test_parts_are_joined_and_pictures_are_owned_up_to(client: openai.OpenAI) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
    for parts, said in (
        ([{"type": "text", "text": ASKED}, picture], "4.2亿元"),
        ([picture], "文字"),
    ):
        reply = client.chat.completions.create(
            model="youju",
            messages=[{"role": "user", "content": parts}],  # type: ignore[misc,list-item]
        )
        text = reply.choices[0].message.content or ""
        assert said in text
        assert "图片" in text or "只能看懂文字" in text


def test_earlier_questions_are_history_and_system_prompts_are_not() -> None:
    turns = [
        {"role": "system", "content": "你是诗人"},
        {"role": "user", "content": "甲"},
        {"role": "assistant", "content": "乙"},
        {"role": "user", "content": "丙"},
    ]
    asked = openai_body.read(json.dumps({"model": "m", "messages": turns}).encode())
    assert (asked.history, asked.question) == (("甲",), "丙")


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ('Generate a title. JSON: { "title": "…" }', "title"),
        ('Generate 1-3 tags. JSON: { "tags": ["…"] }', "tags"),
        ('Suggest 3-5 follow-up questions. JSON: { "follow_ups": ["…"] }', "follow_ups"),
        ('Generate search queries. JSON: { "queries": ["…"] }', "queries"),
        ('Complete the text. JSON: { "text": "…" }', "text"),
    ],
)
def test_tasks_of_open_webui_get_the_json_they_ask_for(
    client: openai.OpenAI, wanted: str, key: str
) -> None:
    prompt = f"### Task:\n{wanted}\n<chat_history>\nUSER: {ASKED}\nASSISTANT: 好\n</chat_history>"
    reply = client.chat.completions.create(**_body(prompt))
    body = json.loads(reply.choices[0].message.content or "")
    assert list(body) == [key]
    if key in {"title", "queries"}:
        assert ASKED[:10] in str(body)


def test_browsers_of_configured_origins_may_call(base: str) -> None:
    def preflight(origin: str) -> tuple[int, dict[str, str]]:
        request = urllib.request.Request(
            f"{base}/v1/chat/completions",
            method="OPTIONS",
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,x-stainless-os",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                return response.status, {k.lower(): v for k, v in response.headers.items()}
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {k.lower(): v for k, v in error.headers.items()}

    status, headers = preflight(ORIGIN)
    assert status == 204
    assert headers["access-control-allow-origin"] == ORIGIN
    assert "x-stainless-os" in headers["access-control-allow-headers"]
    _, headers = preflight("https://evil.example")
    assert "access-control-allow-origin" not in headers
    _, _, answered = _post(base, _body(), Origin=ORIGIN)
    assert {k.lower(): v for k, v in answered.items()}["access-control-allow-origin"] == ORIGIN


def test_overload_is_503_in_the_shape_of_openai(
    app: FastAPI, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state.workers, "_admitted", 10_000)
    status, raw, headers = _post(base, _body())
    assert (status, headers["retry-after"]) == (503, "1")
    assert json.loads(raw)["error"]["type"] == "server_error"


def test_a_fault_of_the_service_is_500_in_the_shape_of_openai(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*given: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Answerer, "ask", faulty)
    status, raw, _ = _post(base, _body(stream=True), Origin=ORIGIN)
    assert status == 500
    assert json.loads(raw)["error"]["type"] == "server_error"
    assert "secret" not in raw


def _mutated(random: Random, raw: bytes) -> bytes:
    """`raw` with some bytes changed, cut, doubled, or a JSON value put in place of another."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(raw) + 1)
        end = min(len(raw), at + random.randint(0, 12))
        put = random.choice(
            (
                b"",
                b"null",
                b"-1",
                b"1e999",
                b"NaN",
                b"[]",
                b"{}",
                b'"',
                b"\\ud800",
                b"\xff",
                b"\x00",
            )
        )
        raw = raw[:at] + put + random.choice((b"", raw[at:end] * 2)) + raw[end:]
    return raw


def test_mutated_bodies_never_fail_the_service_and_never_pass_without_the_key(base: str) -> None:
    random = Random(5)
    parts = [{"type": "text", "text": ASKED}, {"type": "image_url", "image_url": {"url": "x"}}]
    sound = _body(n=1, stream=False, stream_options={"include_usage": True}, max_tokens=5)
    sound["messages"] += [
        {"role": "assistant", "content": None},
        {"role": "user", "content": parts},
    ]
    raw = json.dumps(sound, ensure_ascii=False).encode()
    for turn in range(int(os.environ.get("YOUJU_MUTATIONS", "200"))):
        body = _mutated(random, raw)
        path = ("/v1/chat/completions", "/owui/v1/chat/completions")[turn % 2]
        status, said, _ = _post(base, body, path)
        assert status in {200, 400, 404}, body
        assert ("error" in json.loads(said)) == (status != 200) if said[0] == "{" else True
        status, said, _ = _post(base, body, path, Authorization=f"Bearer {KEY[:-1]}")
        assert status == 401, body


def test_the_client_tries_again_after_429(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right, calls = Answerer.ask, []

    def busy(self: Answerer, *given: Any) -> ChatReply:
        calls.append(given)
        if len(calls) == 1:
            raise HTTPException(429, headers={"Retry-After": "1"})
        return right(self, *given)

    monkeypatch.setattr(Answerer, "ask", busy)
    with openai.OpenAI(base_url=f"{base}/v1", api_key=KEY) as made:
        reply = made.chat.completions.create(**_body())
    assert len(calls) == 2
    assert "4.2亿元" in (reply.choices[0].message.content or "")


def test_a_stream_that_breaks_off_ends_with_an_error(
    base: str, client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(openai_stream, "url_citations", broken)
    _, raw, _ = _post(base, _body(stream=True))
    assert "[DONE]" not in raw
    assert '"error"' in raw.split("\n\n")[-2]
    with pytest.raises(openai.APIError, match="回答中断"):
        list(client.chat.completions.create(**_body(), stream=True))


def test_a_client_that_goes_away_leaves_the_service_at_work(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    raw = json.dumps(_body(stream=True)).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Length: {len(raw)}\r\n\r\n"
    )
    for _ in range(20):
        with socket.create_connection((host, int(port))) as gone:
            gone.sendall(head.encode() + raw)
    status, _, _ = _post(base, _body())
    assert status == 200


_DIFY = """
import sys
from dify_plugin.interfaces.model.openai_compatible.llm import OAICompatLargeLanguageModel
from dify_plugin.entities.model.message import UserPromptMessage
class Model(OAICompatLargeLanguageModel):
    # The plugin would fetch a tokenizer to count with.
    def _get_num_tokens_by_gpt2(self, text):
        return len(text)
model = Model([])
credentials = {"endpoint_url": sys.argv[1], "api_key": sys.argv[2], "mode": "chat"}
model.validate_credentials("youju", dict(credentials))
model.started_at = 0.0
parts = model._generate("youju", dict(credentials), [UserPromptMessage(content=sys.argv[3])], {})
print("".join(str(one.delta.message.content) for one in parts))
"""


def test_dify_accepts_the_key_and_reads_the_stream(base: str) -> None:
    """In a process of its own: the plugin library changes others when it is imported."""
    done = subprocess.run(
        [sys.executable, "-c", _DIFY, f"{base}/v1", KEY, ASKED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "4.2亿元" in done.stdout


_NODE = """
import OpenAI from "openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
const [baseURL, apiKey, asked] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const messages = [{ role: "user", content: asked }];
const said = [];
said.push((await client.chat.completions.create({ model: "youju", messages })).choices[0].message.content);
let text = "";
for await (const one of await client.chat.completions.create({ model: "youju", messages, stream: true }))
  text += one.choices[0]?.delta?.content ?? "";
said.push(text);
const model = createOpenAICompatible({ name: "youju", baseURL, apiKey })("youju");
said.push((await generateText({ model, prompt: asked })).text);
text = "";
for await (const one of streamText({ model, prompt: asked }).textStream) text += one;
said.push(text);
console.log(JSON.stringify(said));
"""


def test_node_clients_read_replies_and_streams(base: str) -> None:
    folder = os.environ.get("YOUJU_NODE_CLIENTS", "")
    if not folder or shutil.which("node") is None:
        pytest.skip("npm openai and @ai-sdk/openai-compatible: YOUJU_NODE_CLIENTS is not set")
    script = Path(folder) / "youju_clients.mjs"
    script.write_text(_NODE, encoding="utf-8")
    done = subprocess.run(
        ["node", str(script), f"{base}/v1", KEY, ASKED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    assert len(said) == 4
    assert all("4.2亿元" in one for one in said)
