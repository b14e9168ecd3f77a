"""MCP with the real client, over HTTP and over stdio, in the current revision and an older one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import anyio
import pytest
import uvicorn
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from pydantic import SecretStr

from app.library.indexing import index
from app.main import build
from app.settings import load
from app.settings_chat import ChatSettings, Mcp
from app.web.server import configuration

PROJECT = Path(__file__).resolve().parents[2]
CURRENT = "2026-07-28"
ERAS = pytest.mark.parametrize("mode", [CURRENT, "legacy"])
TOOLS = ["ask", "search", "fetch", "list_documents", "outline", "verify"]
QUESTION = "2022年青川县投入多少资金修建水渠？"
TEXTS = {
    "canal.txt": (
        "青川县水渠修建工作方案\n"
        "一、投入。2022年，青川县投入资金3.6亿元修建水渠。\n"
        "二、措施。新建水渠120公里，由县水务局组织实施。\n"
    ),
    "library.txt": (
        "白石市图书馆开放通知\n"
        "一、时间。图书馆每周二至周日开放。\n"
        "二、对象。凡在本市居住的人员均可办理借阅证。\n"
    ),
}
TRUSTED = "policy.example.org"


def _folders(at: Path) -> tuple[Path, Path]:
    (at / "corpus").mkdir()
    for name, text in TEXTS.items():
        (at / "corpus" / name).write_text(text, encoding="utf-8")
    return at / "corpus", at / "data"


def _served(at: Path, mcp: Mcp, public_url: str = "") -> Iterator[int]:
    corpus, data = _folders(at)
    settings = load(corpus=corpus, data=data, public_url=public_url)
    index(corpus, data)
    app = build(settings, ChatSettings(mcp=mcp))
    server = uvicorn.Server(configuration(app, "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(15)
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    mcp = Mcp(
        allowed_hosts=("internal.example.org",), allowed_origins=("https://chat.example.org",)
    )
    yield from _served(tmp_path_factory.mktemp("open"), mcp, f"https://{TRUSTED}")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    yield from _served(tmp_path_factory.mktemp("locked"), Mcp(key=SecretStr("钥匙-key")))


def talk(port: int, mode: str, said: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(f"http://127.0.0.1:{port}/mcp", mode=mode) as client:
            try:
                return await said(client)
            except MCPError as error:  # outside of the client it comes in a group
                return error

    return anyio.run(run)


def call(port: int, mode: str, tool: str, **arguments: object) -> Any:
    return talk(port, mode, lambda client: client.call_tool(tool, arguments))


def first_id(port: int) -> str:
    listed = call(port, "auto", "list_documents", limit=100).structured_content
    return next(one["id"] for one in listed["documents"] if "水渠" in one["title"])


# ── what the client sees ────────────────────────────────────────────────────────────────────────


@ERAS
def test_tools_are_listed_in_order_read_only_with_schemas_and_chinese_words(
    port: int, mode: str
) -> None:
    tools = talk(port, mode, lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.output_schema["type"] == "object"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in tool.description)


@ERAS
def test_a_question_is_answered_with_the_quotation_and_a_link_to_it(port: int, mode: str) -> None:
    result = call(port, mode, "ask", question=QUESTION)
    body = result.structured_content
    assert body["status"] == "answered"
    assert "3.6亿元" in body["answer"]
    cited = body["citations"][0]
    text = TEXTS["canal.txt"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]
    assert cited["url"].startswith(f"https://{TRUSTED}/documents/")
    assert [block.type for block in result.content] == ["text", "resource_link"]
    assert json.loads(result.content[0].text) == body
    read = talk(port, mode, lambda client: client.read_resource(result.content[1].uri))
    assert read.contents[0].text.rstrip("\n") == text.rstrip("\n")


def test_what_the_texts_do_not_say_is_refused_and_is_no_error(port: int) -> None:
    result = call(port, "auto", "ask", question="2031年黑水县投入多少资金建设机场？")
    assert not result.is_error
    assert result.structured_content["status"] == "refused"
    assert result.structured_content["answer"]


def test_an_earlier_question_completes_the_next_one(port: int) -> None:
    body = call(
        port, "auto", "ask", question="由谁组织实施？", history=["青川县新建水渠多少公里？"]
    )
    assert "水务局" in body.structured_content["answer"]


def test_filters_restrict_what_is_asked(port: int) -> None:
    filters = {"document_ids": ["no-such-document"]}
    body = call(port, "auto", "ask", question=QUESTION, filters=filters).structured_content
    assert body["status"] == "refused"


@ERAS
def test_what_search_finds_fetch_gives_verbatim_in_exactly_one_block(port: int, mode: str) -> None:
    found = call(port, mode, "search", query="水渠 水务局")
    results = found.structured_content["results"]
    assert results
    assert {"id", "title", "url"} <= set(results[0])
    assert len({one["id"] for one in results}) == len(results)
    fetched = call(port, mode, "fetch", id=results[0]["id"])
    body = fetched.structured_content
    assert {"id", "title", "text", "url", "metadata"} == set(body)
    assert body["text"] in TEXTS["canal.txt"]
    assert "水渠" in body["text"]
    assert body["id"] == results[0]["id"]
    for result in (found, fetched):
        assert [block.type for block in result.content] == ["text"]
        assert json.loads(result.content[0].text) == result.structured_content


def test_a_whole_document_is_fetched_by_its_id_and_a_part_by_offsets(port: int) -> None:
    name = first_id(port)
    whole = call(port, "auto", "fetch", id=name).structured_content
    assert whole["text"].startswith("青川县水渠")
    assert whole["metadata"]["next"] is None
    part = call(port, "auto", "fetch", id=f"{name}#2-6").structured_content
    assert part["text"] == whole["text"][2:6]


def test_sections_of_the_outline_can_be_fetched(port: int) -> None:
    name = first_id(port)
    sections = call(port, "auto", "outline", document_id=name).structured_content["sections"]
    second = sections[1]
    piece = f"{name}#{second['start']}-{second['end']}"
    assert "二、措施" in call(port, "auto", "fetch", id=piece).structured_content["text"]


def test_a_quotation_is_verified_and_a_false_one_is_not(port: int) -> None:
    name = first_id(port)
    quotes = [
        {"document_id": name, "start": 0, "end": 3, "quote": words}
        for words in ("青川县", "青州县")
    ]
    verdicts = call(port, "auto", "verify", quotes=quotes).structured_content["quotes"]
    assert [verdict["valid"] for verdict in verdicts] == [True, False]


def test_documents_are_paged_in_a_fixed_order(port: int) -> None:
    pages = [
        call(port, "auto", "list_documents", limit=1, offset=offset).structured_content
        for offset in (0, 1, 2)
    ]
    assert [page["total"] for page in pages] == [2, 2, 2]
    assert [len(page["documents"]) for page in pages] == [1, 1, 0]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("fetch", {"id": "no-such"}),
        ("fetch", {"id": "no-such#0-3"}),
        ("fetch", {"id": "x" * 1000}),
        ("outline", {"document_id": "no-such"}),
        ("ask", {"question": "  "}),
        ("ask", {"question": "问" * 501}),
        ("ask", {}),
        ("ask", {"question": QUESTION, "filters": {"colour": ["red"]}}),
        ("search", {"query": "水渠", "limit": 101}),
        ("list_documents", {"offset": -1}),
        ("verify", {"quotes": []}),
        ("no_such_tool", {}),
    ],
)
def test_arguments_that_cannot_be_used_are_told_to_the_model(
    port: int, tool: str, arguments: dict[str, Any]
) -> None:
    result = call(port, "auto", tool, **arguments)
    if isinstance(result, MCPError):
        assert result.code == -32602
        return
    assert result.is_error
    assert result.content[0].text
    assert "Traceback" not in result.content[0].text


def test_a_part_outside_of_the_text_is_an_error(port: int) -> None:
    name = first_id(port)
    for span in ("5-5", "9-3", "0-999999"):
        assert call(port, "auto", "fetch", id=f"{name}#{span}").is_error


# ── resources ───────────────────────────────────────────────────────────────────────────────────


@ERAS
def test_documents_are_resources_and_parts_of_them_too(port: int, mode: str) -> None:
    listed = talk(port, mode, lambda client: client.list_resources()).resources
    assert sorted(one.title for one in listed) == ["白石市图书馆开放通知", "青川县水渠修建工作方案"]
    uri = next(str(one.uri) for one in listed if "水渠" in one.title)
    part = talk(port, mode, lambda client: client.read_resource(f"{uri}#0-5"))
    assert part.contents[0].text == "青川县水渠"
    templates = talk(port, mode, lambda client: client.list_resource_templates())
    assert templates.resource_templates[0].uri_template == "policy://{document_id}"


@ERAS
@pytest.mark.parametrize("uri", ["policy://no-such", "policy://no-such#0-3", "file:///etc/passwd"])
def test_a_resource_that_is_not_there_is_an_invalid_parameter(
    port: int, mode: str, uri: str
) -> None:
    error = talk(port, mode, lambda client: client.read_resource(uri))
    assert isinstance(error, MCPError)
    assert error.code == -32602


# ── on the wire ─────────────────────────────────────────────────────────────────────────────────

META = {
    "io.modelcontextprotocol/protocolVersion": CURRENT,
    "io.modelcontextprotocol/clientInfo": {"name": "probe", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def post(
    port: int,
    method: str = "tools/list",
    params: dict[str, object] | None = None,
    headers: dict[str, str] | None = None,
    verb: str = "POST",
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON (None when it is something else) and headers of a request of 2026."""
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method,
        "params": {"_meta": META, **(params or {})},
    }
    sent = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": CURRENT,
        "Mcp-Method": method,
        **(headers or {}),
    }
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        data = json.dumps(body).encode() if verb == "POST" else None
        connection.request(verb, "/mcp", data, sent)
        answer = connection.getresponse()
        got = answer.read()
        try:
            shown = json.loads(got)
        except ValueError:
            shown = None
        return answer.status, shown, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_a_request_of_2026_is_answered_without_a_handshake(port: int) -> None:
    status, body, headers = post(port, "server/discover")
    assert status == 200
    assert CURRENT in body["result"]["supportedVersions"]
    assert body["result"]["resultType"] == "complete"
    assert headers["content-type"].startswith("application/json")
    assert headers["x-content-type-options"] == "nosniff"
    status, body, _ = post(port)
    assert {"ttlMs", "cacheScope", "resultType"} <= set(body["result"])


@pytest.mark.parametrize(
    ("method", "params", "headers", "status", "code"),
    [
        ("tools/list", {}, {"Mcp-Method": "tools/call"}, 400, -32020),
        ("tools/call", {"name": "ask", "arguments": {}}, {"Mcp-Name": "search"}, 400, -32020),
        ("tools/call", {"name": "ask", "arguments": {}}, {}, 400, -32020),
        ("no/such", {}, {}, 404, -32601),
    ],
)
def test_the_rules_of_2026_are_kept(
    port: int,
    method: str,
    params: dict[str, object],
    headers: dict[str, str],
    status: int,
    code: int,
) -> None:
    got, body, _ = post(port, method, params, headers)
    assert (got, body["error"]["code"]) == (status, code)


def test_an_unknown_revision_is_named_so(port: int) -> None:
    later = META | {"io.modelcontextprotocol/protocolVersion": "2099-01-01"}
    status, body, _ = post(
        port, params={"_meta": later}, headers={"MCP-Protocol-Version": "2099-01-01"}
    )
    assert (status, body["error"]["code"]) == (400, -32022)


@pytest.mark.parametrize("verb", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example.com"}, 421),
        ({"Host": "127.0.0.1.evil.example.com"}, 421),
    ],
)
def test_foreign_pages_and_names_are_shut_out(
    port: int, verb: str, headers: dict[str, str], status: int
) -> None:
    assert post(port, headers=headers, verb=verb)[0] == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:6274"},
        {"Origin": "https://chat.example.org"},
        {"Origin": f"https://{TRUSTED}"},
        {"Host": TRUSTED},
        {"Host": f"{TRUSTED}:443"},
        {"Host": "internal.example.org:8000"},
        {"Host": "localhost:8000"},
    ],
)
def test_names_and_origins_of_the_settings_are_let_in(port: int, headers: dict[str, str]) -> None:
    assert post(port, headers=headers)[0] == 200


def test_there_is_no_stream_to_open_and_no_session_to_close(port: int) -> None:
    for verb in ("GET", "DELETE"):
        status, _, headers = post(port, verb=verb)
        assert (status, headers["allow"]) == (405, "POST")


def test_a_body_that_is_too_large_or_no_json_is_refused(port: int) -> None:
    assert post(port, params={"x": "大" * 40_000})[0] == 413
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/mcp", b"{", {"Content-Type": "application/json"})
    assert 400 <= connection.getresponse().status < 500
    connection.close()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (None, 401),
        ("Bearer wrong", 401),
        ("钥匙-key", 401),
        ("Bearer 钥匙-key", 200),
    ],
)
def test_with_a_key_only_those_who_have_it_are_answered(
    locked: int, given: str | None, status: int
) -> None:
    headers = {} if given is None else {"Authorization": given.encode().decode("latin-1")}
    got, body, answered = post(locked, headers=headers)
    assert got == status
    if status == 401:
        assert answered["www-authenticate"] == "Bearer"
        assert body["error"]["code"] == -32001


def test_broken_requests_never_break_the_service(port: int) -> None:
    whole = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "search", "arguments": {"query": "水渠"}, "_meta": META},
        }
    ).encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    rounds = int(os.environ.get("YOUJU_MUTATIONS", "200"))
    for number in range(rounds):
        place, bit = (number * 7919) % len(whole), 1 << (number % 8)
        broken = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": CURRENT,
            "Mcp-Method": "tools/call",
            "Mcp-Name": "search",
        }
        connection.request("POST", "/mcp", broken[: len(whole) - number % 3], headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status < 500, broken
    connection.close()


# ── stdio ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", [CURRENT, "legacy"])
def test_over_stdio_the_same_tools_answer(tmp_path: Path, mode: str) -> None:
    corpus, data = _folders(tmp_path)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "app.cli", "mcp", "--corpus", str(corpus), "--data", str(data)],
        cwd=PROJECT,
    )

    async def run() -> None:
        async with Client(command, mode=mode) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
            result = await client.call_tool("ask", {"question": QUESTION})
            assert "3.6亿元" in result.structured_content["answer"]

    anyio.run(run)


def test_on_standard_output_stands_nothing_but_json_rpc(tmp_path: Path) -> None:
    corpus, data = _folders(tmp_path)
    (corpus / "broken.txt").write_bytes(b"\x00\xff\x00")  # told on standard error
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": META}},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": QUESTION}, "_meta": META},
        },
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "mcp", "--corpus", str(corpus), "--data", str(data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    answers = []
    for line in lines:
        process.stdin.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        process.stdin.flush()
        answers.append(json.loads(process.stdout.readline()))
    rest, said = process.communicate(timeout=20)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert rest == b""
    assert "broken.txt" in said.decode()
    assert process.returncode == 0


# ── the programs of others, in Node ─────────────────────────────────────────────────────────────

# A folder where `npm i node@22 @modelcontextprotocol/conformance @modelcontextprotocol/inspector` ran.
NODE = os.environ.get("YOUJU_NODE_CLIENTS", "")
SCENARIOS = ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"]
needs_node = pytest.mark.skipif(
    not NODE,
    reason="YOUJU_NODE_CLIENTS is not set: MCP conformance runner and inspector did not run",
)


def node(script: str, *words: str) -> str:
    """What a script of the official packages writes; it must end well."""
    modules = Path(NODE) / "node_modules"
    command = [
        modules / "node" / "bin" / "node",
        modules / "@modelcontextprotocol" / script,
        *words,
    ]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode() + done.stderr.decode()


@needs_node
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_conformance_runner_is_content(port: int, scenario: str) -> None:
    address = f"http://127.0.0.1:{port}/mcp"
    said = node("conformance/dist/index.js", "server", "--url", address, "--scenario", scenario)
    assert " 0 failed, 0 warnings" in said


@needs_node
def test_the_inspector_gets_a_cited_answer(port: int) -> None:
    said = node(
        "inspector/clients/launcher/build/index.js",
        "--cli",
        f"http://127.0.0.1:{port}/mcp",
        *("--transport", "http", "--method", "tools/call", "--tool-name", "ask"),
        *("--tool-arg", f"question={QUESTION}"),
    )
    body = json.loads(said[said.index("{") :])["structuredContent"]
    assert body["citations"][0]["quote"] in TEXTS["canal.txt"]
