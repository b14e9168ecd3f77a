"""The tools for Coze, Dify and Open WebUI, called by what their description says."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from plain_service import service
from starlette.testclient import TestClient

KEY = "tool-key"
AUTH = {"Authorization": f"Bearer {KEY}"}
ORIGIN = "https://webui.example.org"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    section = {"key": KEY, "origins": (ORIGIN,)}
    with TestClient(service(tmp_path_factory.mktemp("tools"), tools=section)) as client:
        yield client


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi-3.0.json").json()
    return found


def parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


def call(client: TestClient, description: dict[str, Any], name: str, **body: Any) -> Any:
    """The result of an operation; its body and result must be what the description says."""
    operation = description["paths"][f"/tools/{name}"]["post"]
    taken = operation["requestBody"]["content"]["application/json"]["schema"]
    jsonschema.validate(body, taken | {"additionalProperties": False})
    response = client.post(f"/tools/{name}", json=body, headers=AUTH)
    assert response.status_code == 200, response.text
    given = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(response.json(), given)
    assert response.json().keys() <= given["properties"].keys()
    return response.json()


def test_the_description_holds_only_what_every_importer_reads(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.0.3"
    assert description["servers"][0]["url"] == "http://testserver"
    names = [each["post"]["operationId"] for each in description["paths"].values()]
    assert len(names) == len(set(names)) <= 10
    assert all(re.fullmatch(r"[a-z][a-z_]*", name) for name in names)
    for each in parts(description):
        assert not each.keys() & {"anyOf", "oneOf", "allOf", "$ref", "const", "examples"}
        assert isinstance(each.get("type", ""), str | dict)
        assert each.get("type") != "array" or "items" in each
    for each in description["paths"].values():
        body = each["post"]["requestBody"]["content"]["application/json"]["schema"]
        flat = {"string", "integer", "boolean", "array"}
        assert {field["type"] for field in body["properties"].values()} <= flat
        assert all(
            re.search("[一-鿿]", field["description"]) for field in body["properties"].values()
        )


def test_open_webui_finds_the_same_description_under_its_own_name(
    client: TestClient, description: dict[str, Any]
) -> None:
    assert client.get("/tools/openapi.json").json() == description


def test_an_answer_comes_with_its_quotes(client: TestClient, description: dict[str, Any]) -> None:
    reply = call(client, description, "ask", question="2025年全市口袋公园建设总投入是多少？")
    assert (reply["answered"], reply["answer"]) == (True, "4.2亿元")
    cited = reply["citations"][0]
    assert cited["url"].startswith("http://testserver/documents/")
    checked = {name: cited[name] for name in ("document_id", "start", "end", "quote")}
    assert call(client, description, "verify", **checked)["valid"]
    assert not call(client, description, "verify", **checked | {"quote": "9亿元"})["valid"]


def test_a_refusal_says_what_can_be_asked(client: TestClient, description: dict[str, Any]) -> None:
    reply = call(client, description, "ask", question="火星基地什么时候建成？", history=[])
    assert not reply["answered"]
    assert reply["citations"] == []
    assert reply["suggestions"]


def test_the_way_from_the_list_to_the_text(client: TestClient, description: dict[str, Any]) -> None:
    listed = call(client, description, "list_documents")
    assert listed["total"] == len(listed["documents"]) == 2
    assert call(client, description, "list_documents", limit=1, offset=1)["documents"] == [
        listed["documents"][1]
    ]
    name = next(one["document_id"] for one in listed["documents"] if one["collection"] == "绿化")
    whole = call(client, description, "get_document", document_id=name)
    assert whole["complete"]
    part = call(client, description, "get_document", document_id=name, start=3, length=5)
    assert part["text"] == whole["text"][3:8]
    assert not part["complete"]
    sections = call(client, description, "outline", document_id=name)["sections"]
    assert any("主要举措" in section["heading"] for section in sections)


def test_search_finds_passages_of_a_collection(
    client: TestClient, description: dict[str, Any]
) -> None:
    every = call(client, description, "search", query="口袋公园")["passages"]
    one = call(client, description, "search", query="口袋公园", collection="市政")["passages"]
    assert {each["title"] for each in one} == {"关于改造路灯的通知"}
    assert len(every) > len(one)


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("ask", {}, 400),
        ("ask", {"question": 3}, 400),
        ("ask", {"question": "问", "history": "x"}, 400),
        ("search", {"query": "x", "limit": 0}, 400),
        ("search", {"query": "x", "limit": True}, 400),
        ("get_document", {"document_id": "nothing"}, 404),
        ("outline", {"document_id": "nothing"}, 404),
        ("verify", {"document_id": "nothing", "start": 1, "end": 2, "quote": "x"}, 404),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    client: TestClient, name: str, body: dict[str, Any], status: int
) -> None:
    response = client.post(f"/tools/{name}", json=body, headers=AUTH)
    assert response.status_code == status
    assert response.json()["error"]


def test_without_the_key_no_tool_works(client: TestClient, description: dict[str, Any]) -> None:
    for path in description["paths"]:
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert client.post(path, json={}, headers=headers).status_code == 401


def test_a_browser_may_call_from_configured_origins_only(client: TestClient) -> None:
    allowed = client.options("/tools/ask", headers={"Origin": ORIGIN})
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN
    other = client.options("/tools/ask", headers={"Origin": "https://other.example.org"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_no_mutated_body_makes_a_tool_fail(client: TestClient) -> None:
    chance = random.Random(7)
    whole = '{"document_id":"a","start":1,"end":"2","quote":"公园","question":"公园","query":"x"}'
    for number in range(200):
        mutated = bytearray(whole.encode())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 3)] = bytes([chance.randrange(256)])
        name = ("ask", "search", "list_documents", "get_document", "outline", "verify")[number % 6]
        response = client.post(f"/tools/{name}", content=bytes(mutated), headers=AUTH)
        assert response.status_code in (200, 400, 404)


def test_the_configured_collections_are_all_that_is_shown(tmp_path: Any) -> None:
    with TestClient(service(tmp_path, tools={"collections": ("市政",)})) as client:
        listed = client.post("/tools/list_documents").json()
        assert [each["collection"] for each in listed["documents"]] == ["市政"]
        assert (
            client.post("/tools/search", json={"query": "x", "collection": "绿化"}).status_code
            == 400
        )
        every = client.get("/v1/documents").json()["documents"]
        hidden = next(each["id"] for each in every if each["collection"] == "绿化")
        body = {"document_id": hidden}
        assert client.post("/tools/get_document", json=body).status_code == 404
