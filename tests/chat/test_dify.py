"""Dify external knowledge, called as Dify calls it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from plain_service import service
from starlette.testclient import TestClient

from app.chat.dify import score_of
from app.model import Span
from app.web.anchors import place

KEY = "dify-key"
AUTH = {"Authorization": f"Bearer {KEY}"}
SECTION = {
    "key": KEY,
    "knowledge": {"everything": (), "green": ("绿化",), "nothing": ("没有这个夹",)},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("dify")
    with TestClient(service(folder, dify=SECTION)) as client:
        yield client


def body(**changed: Any) -> dict[str, Any]:
    wanted = {
        "knowledge_id": "everything",
        "query": "口袋公园",
        "retrieval_setting": {"top_k": 10, "score_threshold": 0.0},
    }
    return wanted | changed


def records(client: TestClient, **changed: Any) -> list[dict[str, Any]]:
    response = client.post("/dify/retrieval", json=body(**changed), headers=AUTH)
    assert response.status_code == 200, response.text
    assert response.json().keys() == {"records"}
    found: list[dict[str, Any]] = response.json()["records"]
    return found


def titles(client: TestClient, *parts: tuple[Any, str, Any], joined: str = "and") -> set[str]:
    conditions = [
        {"name": name, "comparison_operator": operator, "value": value}
        for name, operator, value in parts
    ]
    wanted = {"logical_operator": joined, "conditions": conditions}
    return {each["title"] for each in records(client, metadata_condition=wanted)}


def test_a_record_quotes_the_document_at_its_offsets(client: TestClient) -> None:
    found = records(client)
    assert len({each["title"] for each in found}) == 2
    for each in found:
        assert each.keys() == {"content", "score", "title", "metadata"}
        assert 0 < each["score"] <= 1
        metadata = each["metadata"]
        document = client.get(f"/v1/documents/{metadata['document_id']}").json()
        assert document["text"][metadata["start"] : metadata["end"]] == each["content"]
        where = place(Span(metadata["start"], metadata["end"]), each["content"])
        assert metadata["url"].startswith("http://testserver/documents/")
        assert metadata["url"].endswith(f"#c={where}")
    scores = [each["score"] for each in found]
    assert scores == sorted(scores, reverse=True)
    assert any(each["metadata"].get("number") == "园发〔2025〕3号" for each in found)


def test_nothing_found_is_an_empty_list(client: TestClient) -> None:
    assert records(client, query="量子隐形传态") == []
    assert records(client, knowledge_id="nothing") == []


def test_a_knowledge_base_is_its_collections(client: TestClient) -> None:
    found = records(client, knowledge_id="green")
    assert {each["metadata"]["collection"] for each in found} == {"绿化"}


def test_top_k_and_threshold_bound_the_records(client: TestClient) -> None:
    every = records(client)
    assert records(client, retrieval_setting={"top_k": 1}) == every[:1]
    bound = every[0]["score"]
    kept = records(client, retrieval_setting={"top_k": 10, "score_threshold": bound})
    assert kept == [each for each in every if each["score"] >= bound]
    assert records(client, retrieval_setting={"top_k": 10**6, "score_threshold": 1.0}) == []


def test_a_score_grows_with_bm25_and_stays_below_one() -> None:
    scores = [score_of(value) for value in (-1.0, 0.0, 0.5, 1.0, 10.0, 30.0, 300.0)]
    assert scores == sorted(scores)
    assert scores[0] == scores[1] == 0.0
    assert scores[4] == 0.5
    assert scores[-1] < 1


PARK, LIGHT = "关于建设口袋公园的实施意见", "关于改造路灯的通知"


@pytest.mark.parametrize(
    ("name", "operator", "value", "kept"),
    [
        ("title", "contains", "路灯", {LIGHT}),
        ("title", "not contains", "路灯", {PARK}),
        ("title", "start with", "关于建设", {PARK}),
        ("title", "end with", "通知", {LIGHT}),
        ("issuer", "is", "园林局", {PARK}),
        ("发文机关", "is", "城管局", {LIGHT}),
        ("issuer", "is not", "园林局", {LIGHT}),
        ("issuer", "in", ["园林局", "城管局"], {PARK, LIGHT}),
        ("issuer", "in", "园林局,水务局", {PARK}),
        ("issuer", "not in", ["园林局"], {LIGHT}),
        ("number", "empty", None, {LIGHT}),
        ("number", "not empty", None, {PARK}),
        ("status", "is", "现行", {PARK}),
        ("collection", "is", "市政", {LIGHT}),
        ("issued_on", "=", "2025-06-01", {PARK}),
        ("issued_on", "=", 2025, {PARK}),
        ("issued_on", "≠", "2025-06-01", {LIGHT}),
        ("issued_on", ">", "2024", {PARK}),
        ("issued_on", "<", "2025-06", {LIGHT}),
        ("issued_on", "≥", "2025-06-01", {PARK}),
        ("issued_on", "≤", "2023-03-05", {LIGHT}),
        ("issued_on", "before", "2025-01-01", {LIGHT}),
        ("issued_on", "after", "2023-03-05", {PARK}),
        ("issued_on", "after", 1735660800, {PARK}),
        ("issued_on", "after", "2025-06-01T08:00:00", set()),
        ("issued_on", "after", "nan", set()),
        (["number", "issuer"], "contains", "园", {PARK}),
    ],
)
def test_a_condition_keeps(
    client: TestClient, name: Any, operator: str, value: Any, kept: set[str]
) -> None:
    assert titles(client, (name, operator, value)) == kept


def test_conditions_are_joined_by_and_or_or(client: TestClient) -> None:
    both = (("issuer", "is", "园林局"), ("title", "contains", "路灯"))
    assert titles(client, *both) == set()
    assert titles(client, *both, joined="or") == {PARK, LIGHT}
    assert titles(client, ("issuer", "is", "园林局"), ("issuer", "is", "城管局")) == set()
    assert titles(client) == {PARK, LIGHT}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 1001),
        ({"Authorization": KEY}, 1001),
        ({"Authorization": "Bearer "}, 1001),
        ({"Authorization": "Basic ZGlmeQ=="}, 1001),
        ({"Authorization": "Bearer wrong"}, 1002),
        ({"Authorization": f"Bearer {KEY}x"}, 1002),
    ],
)
def test_without_the_key_everything_is_403(
    client: TestClient, headers: dict[str, str], code: int
) -> None:
    for content in (b"", json.dumps(body()).encode(), b"{"):
        response = client.post("/dify/retrieval", content=content, headers=headers)
        assert response.status_code == 403
        assert response.json()["error_code"] == code
        assert response.json()["error_msg"]


def test_the_check_that_dify_makes_of_a_new_entry_passes(client: TestClient) -> None:
    response = client.post("/dify/retrieval", headers=AUTH)
    assert response.status_code == 400
    assert response.json()["error_code"] == 2002


def test_the_whole_address_may_be_pasted(client: TestClient) -> None:
    response = client.post("/dify/retrieval/retrieval", json=body(), headers=AUTH)
    assert response.json()["records"] == records(client)


def test_an_unknown_knowledge_base_is_told(client: TestClient) -> None:
    response = client.post("/dify/retrieval", json=body(knowledge_id="other"), headers=AUTH)
    assert (response.status_code, response.json()["error_code"]) == (404, 2001)


def conditioned(name: Any, operator: Any, value: Any) -> dict[str, Any]:
    part = {"name": name, "comparison_operator": operator, "value": value}
    return {"metadata_condition": {"logical_operator": "and", "conditions": [part]}}


@pytest.mark.parametrize(
    "changed",
    [
        {"query": ""},
        {"query": 3},
        {"query": "\ud800"},
        {"knowledge_id": None},
        {"retrieval_setting": [1]},
        {"retrieval_setting": {"top_k": 0}},
        {"retrieval_setting": {"top_k": True}},
        {"retrieval_setting": {"top_k": "3"}},
        {"retrieval_setting": {"score_threshold": 1.5}},
        {"retrieval_setting": {"score_threshold": 10**400}},
        {"metadata_condition": "x"},
        {"metadata_condition": {"logical_operator": "xor"}},
        {"metadata_condition": {"conditions": [3]}},
        conditioned("colour", "is", "red"),
        conditioned("title", "like", "x"),
        conditioned("title", "is", None),
        conditioned("title", "is", ["a", "b"]),
        conditioned("title", "in", []),
    ],
)
def test_a_request_that_makes_no_sense_is_400(client: TestClient, changed: dict[str, Any]) -> None:
    content = json.dumps(body(**changed)).encode()
    response = client.post("/dify/retrieval", content=content, headers=AUTH)
    assert (response.status_code, response.json()["error_code"]) == (400, 2002)


def test_no_mutated_body_makes_the_service_fail(client: TestClient) -> None:
    chance = random.Random(5)
    whole = json.dumps(body(**conditioned("issued_on", "≥", "2024")), ensure_ascii=False).encode()
    for _ in range(200):
        mutated = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 3)] = bytes([chance.randrange(256)])
        headers = AUTH if chance.random() < 0.8 else {"Authorization": "Bearer forged"}
        response = client.post("/dify/retrieval", content=bytes(mutated), headers=headers)
        assert response.status_code in ((200, 400, 404) if headers is AUTH else (403,))


def test_without_a_map_all_is_the_whole_corpus(tmp_path: Path) -> None:
    with TestClient(service(tmp_path, dify={"key": KEY})) as client:
        assert len({each["title"] for each in records(client, knowledge_id="all")}) == 2
