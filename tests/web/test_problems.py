"""Every failure is RFC 9457 problem details; this file is the specification of their shape."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from small_service import IDENTIFIER, SmallEngine, application, check_problem
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

import app.web.problems as problems
from app.errors import IndexUnusable, InvalidQuestion, LexiconError
from app.web.problems import KINDS, Problem, problem_of, problem_response, shown

ADDRESSES = {
    "/v1/ask": "POST, GET, HEAD",
    "/v1/search": "GET, HEAD",
    "/v1/verify": "POST",
    "/v1/documents": "POST, GET, HEAD",
    "/v1/documents/{document_id}": "PUT, DELETE, GET, HEAD",
    "/v1/documents/sync": "POST, PUT, DELETE, GET, HEAD",
    "/v1/admin/status": "GET, HEAD",
    "/v1/documents/{document_id}/outline": "GET, HEAD",
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/": "GET, HEAD",
    "/documents/{document_id}": "GET, HEAD",
    "/documents/{document_id}/original": "GET, HEAD",
    "/docs": "GET, HEAD",
    "/openapi.json": "GET, HEAD",
    "/problems/{name}": "GET, HEAD",
    "/static": "GET, HEAD",
}


def test_the_table_of_addresses_names_every_route(engine: SmallEngine) -> None:
    assert {route.path for route in application(engine).routes} == set(ADDRESSES)  # type: ignore[attr-defined]


LACKING = [
    (address, methods, method)
    for address, methods in ADDRESSES.items()
    for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "QUERY")
    # Without an admin key nothing is told of /v1/admin but that it is off.
    if method not in methods.split(", ") and address != "/v1/admin/status"
]


@pytest.mark.parametrize(("address", "methods", "method"), LACKING)
def test_a_method_that_a_route_lacks_is_405_with_the_methods_that_it_has(
    client: TestClient, address: str, methods: str, method: str
) -> None:
    if address == "/static":
        address = "/static/style.css"
    response = client.request(method, re.sub(r"\{.*?\}", IDENTIFIER, address))
    body = check_problem(response, "method-not-allowed")
    assert set(response.headers["allow"].split(", ")) == set(methods.split(", "))
    assert f"“{method}”" in body["detail"]


@pytest.mark.parametrize(
    ("address", "name", "value"),
    [
        ("/nothing", "not-found", "/nothing"),
        ("/v1", "not-found", "/v1"),
        ("/v1/ask/", "not-found", "/v1/ask/"),
        ("/static/nothing.js", "not-found", "nothing.js"),
        ("/static/..%2fpages.py", "not-found", ""),
        ("/problems/nothing", "not-found", "nothing"),
        ("/" + "长" * 200, "not-found", "长" * 78 + "…"),
        ("/v1/documents/nothing", "unknown-document", "nothing"),
        ("/v1/documents/nothing/outline", "unknown-document", "nothing"),
        ("/documents/nothing", "unknown-document", "nothing"),
    ],
)
def test_what_does_not_exist_is_404_and_named(
    client: TestClient, address: str, name: str, value: str
) -> None:
    assert value in check_problem(client.get(address), name)["detail"]


@pytest.mark.parametrize(
    ("method", "address", "body", "fields"),
    [
        ("POST", "/v1/ask", {}, {"question"}),
        ("POST", "/v1/ask", [], {"请求体"}),
        ("POST", "/v1/ask", {"question": "问", "limit": 0, "x": 1}, {"limit", "x"}),
        ("POST", "/v1/ask", {"question": "问", "filters": {"status": ["x"]}}, {"filters.status.0"}),
        ("POST", "/v1/verify", {"quotes": []}, {"quotes"}),
        ("GET", "/v1/ask", None, {"q"}),
        ("GET", "/v1/search?q=问&limit=x", None, {"limit"}),
        ("GET", "/v1/documents?offset=x", None, {"offset"}),
        ("GET", f"/v1/documents/{'x' * 300}", None, {"document_id"}),
        ("GET", f"/v1/documents/{'x' * 300}/outline", None, {"document_id"}),
        ("GET", f"/documents/{'x' * 300}", None, {"document_id"}),
        ("GET", "/documents/x?c=" + "1" * 100, None, {"c"}),
        ("GET", "/?q=" + "问" * 501, None, {"question"}),
    ],
)
def test_fields_that_cannot_be_used_are_listed(
    client: TestClient, method: str, address: str, body: Any, fields: set[str]
) -> None:
    sent = {"json": body} if method == "POST" else {}
    problem = check_problem(client.request(method, address, **sent), "invalid-request")
    assert {error["field"] for error in problem["errors"]} == fields
    for error in problem["errors"]:
        assert re.search(r"[\u4e00-\u9fff]", error["detail"]), "a message that is not Chinese"
        assert "不合要求" not in error["detail"], "pydantic's error type has no message of ours"
        assert len(error["detail"]) < 200


def test_a_body_of_many_unknown_keys_is_answered_in_short(client: TestClient) -> None:
    body = {f"k{i}": i for i in range(3000)} | {"question": "问"}
    problem = check_problem(client.post("/v1/ask", json=body), "invalid-request")
    assert len(problem["errors"]) == 20
    assert "共 3000 处" in problem["detail"]


def test_a_fault_of_the_engine_is_500_without_its_message(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = client.post("/v1/ask", json={"question": "错误"})
    body = check_problem(response, "internal-error")
    assert "fault of the engine" not in json.dumps(body)
    assert "a fault of the engine" in caplog.text


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (InvalidQuestion("问题是空的"), "invalid-request"),
        (IndexUnusable("no index yet"), "not-ready"),
        (LexiconError("bad line"), "internal-error"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_errors_of_the_engine_have_a_meaning(error: Exception, name: str) -> None:
    def fail() -> None:
        raise error

    response = TestClient(application(SmallEngine(wait=fail))).get("/v1/ask?q=问")
    check_problem(response, name)


@pytest.mark.parametrize("status", [400, 404, 405, 408, 413, 414, 415, 422, 429, 431, 503])
def test_a_bare_status_of_the_framework_becomes_a_problem(status: int) -> None:
    response = problem_response(problem_of(HTTPException(status)))
    assert response.status_code == status
    assert json.loads(bytes(response.body))["status"] == status
    assert ("retry-after" in response.headers) == (status in (429, 503))


@pytest.mark.parametrize(("status", "becomes"), [(418, 400), (507, 500)])
def test_a_status_without_a_kind_becomes_the_nearest_one(status: int, becomes: int) -> None:
    assert problem_of(HTTPException(status)).kind.status == becomes


def test_a_browser_gets_a_page_and_the_interface_never_does(client: TestClient) -> None:
    wanted = {"Accept": "text/html,application/xhtml+xml"}
    page = client.get("/documents/<x>", headers=wanted)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;x&gt;" in page.text
    check_problem(client.get("/v1/documents/x", headers=wanted), "unknown-document")


@pytest.mark.parametrize("name", list(KINDS))
def test_every_type_is_the_address_of_a_page_that_explains_it(
    client: TestClient, name: str
) -> None:
    page = client.get(KINDS[name].uri)
    assert page.status_code == 200
    assert KINDS[name].title in page.text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("短", "短"),
        ("长" * 80, "长" * 80),
        ("长" * 81, "长" * 79 + "…"),
        ("a\nb\u202e\x00", r"a\nb\u202e\x00"),
        ("\ud800", r"\ud800"),
        ({"a": [1]}, '{"a": [1]}'),
    ],
    ids=["short", "80", "81", "controls", "surrogate", "object"],
)
def test_a_value_is_shown_in_one_short_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_every_problem_that_is_raised_stands_in_the_table() -> None:
    folder = Path(problems.__file__).parent
    named = {
        name
        for file in folder.glob("*.py")
        for name in re.findall(r'Problem\(\s*"([a-z-]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named <= set(KINDS)
    with pytest.raises(KeyError):
        Problem("no-such-kind")


def test_the_description_tells_of_problems_and_of_nothing_else(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(schema)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert {"422", "500", "503"} <= set(operation["responses"]), path
            for status, response in operation["responses"].items():
                kinds = list(response["content"])
                is_failure = int(status) >= 400
                assert kinds == [problems.PROBLEM_JSON if is_failure else "application/json"]
    for name, model in schema["components"]["schemas"].items():
        if (
            name.endswith(("Body", "Answered", "Refused", "Fields", "List"))
            and name != "FilterFields"
        ):
            assert set(model["required"]) == set(model["properties"]), name
