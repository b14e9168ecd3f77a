"""Who may do what: every address with every key, and what becomes of those who try keys."""

from __future__ import annotations

import ast
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from small_service import IDENTIFIER, SmallEngine, application, check_problem
from starlette.testclient import TestClient

import app.web.keys as keys_module
from app.web.keys import ADDRESSES, GUESSES, Keys, Need, Throttle

ASK, ADMIN = "ask-key-0123456789", "admin-key-0123456789"
QUESTION = {"question": "投入多少？"}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def basic(user: str, password: str) -> dict[str, str]:
    return {
        "Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    }


SENT = {
    "none": {},
    "wrong": bearer("wrong-key-0123456789"),
    "ask": bearer(ASK),
    "ask in a browser": basic("任何人", ASK),
    "admin": bearer(ADMIN),
    "admin in a browser": basic("x", ADMIN),
}
READERS = {"ask", "ask in a browser", "admin"}
EVERYBODY = set(SENT)

# Who is let in to each address when both keys are set. A new address must be added here.
TABLE: dict[tuple[str, str], set[str]] = {
    ("POST", "/v1/ask"): READERS,
    ("GET", "/v1/ask"): READERS,
    ("GET", "/v1/search"): READERS,
    ("POST", "/v1/verify"): READERS,
    ("GET", "/v1/documents"): READERS,
    ("GET", "/v1/documents/{document_id}"): READERS,
    ("GET", "/v1/documents/{document_id}/outline"): READERS,
    ("POST", "/v1/documents"): {"admin"},
    ("PUT", "/v1/documents/{document_id}"): {"admin"},
    ("DELETE", "/v1/documents/{document_id}"): {"admin"},
    ("POST", "/v1/documents/sync"): {"admin"},
    ("GET", "/v1/admin/status"): {"admin"},
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/"): READERS,
    ("GET", "/documents/{document_id}"): READERS,
    ("GET", "/documents/{document_id}/original"): READERS,
    ("GET", "/docs"): EVERYBODY,
    ("GET", "/openapi.json"): EVERYBODY,
    ("GET", "/problems/{name}"): EVERYBODY,
}


@pytest.fixture(scope="module")
def guarded() -> TestClient:
    return TestClient(application(SmallEngine(), keys=Keys.of(ASK, ADMIN)))


@pytest.fixture(autouse=True)
def fresh_throttle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests try many keys from one address; only those of the throttle mean to."""
    monkeypatch.setattr(keys_module, "GUESSES", 10_000)


def test_the_table_names_every_route(guarded: TestClient) -> None:
    routes = {
        (method, route.path)
        for route in guarded.app.routes  # type: ignore[attr-defined]
        for method in getattr(route, "methods", None) or ()
        if method != "HEAD"
    }
    assert routes == set(TABLE)


@pytest.mark.parametrize("sent", SENT)
@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda value: value)
def test_an_address_lets_in_who_may_and_nobody_else(
    guarded: TestClient, method: str, path: str, sent: str
) -> None:
    address = path.replace("{document_id}", IDENTIFIER).replace("{name}", "not-found")
    response = guarded.request(method, address, headers=SENT[sent])
    if sent in TABLE[method, path]:
        assert response.status_code not in (401, 403)
    elif response.status_code == 403:
        check_problem(response, "forbidden")
        assert sent.startswith("ask")
    else:
        check_problem(response, "unauthorized")
        scheme = response.headers["www-authenticate"].partition(" ")[0]
        assert scheme == ("Bearer" if path.startswith("/v1/") else "Basic")


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/v1/nothing", "//v1/ask", "/v1/ask/", "/V1/ASK", "/documents/x"],
)  # fmt: skip
def test_an_address_that_nobody_named_needs_the_ask_key(guarded: TestClient, address: str) -> None:
    check_problem(guarded.get(address), "unauthorized")
    assert guarded.get(address, headers=bearer(ASK)).status_code == 404


WRONG = {
    "another scheme": "Digest x",
    "no scheme": ASK,
    "only the scheme": "Bearer",
    "the key with more": f"Bearer {ASK}x",
    "the key with less": f"Bearer {ASK[:-1]}",
    "the key as a user": "Basic " + base64.b64encode(f"{ASK}:".encode()).decode(),
    "no base64": "Basic *",
    "no UTF-8": "Basic " + base64.b64encode(b"x:\xff").decode(),
    "too long": "Bearer " + "x" * 5000,
    "two keys": f"Bearer {ASK},{ASK}",
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_the_key_is_401(guarded: TestClient, header: str) -> None:
    response = guarded.post("/v1/ask", json=QUESTION, headers={"Authorization": header})
    body = check_problem(response, "unauthorized")
    assert ASK not in body["detail"]
    assert header == "Bearer" or header.rpartition(" ")[2] not in body["detail"]


def test_a_key_in_the_address_is_not_looked_at(guarded: TestClient) -> None:
    assert guarded.get("/", params={"key": ASK}).status_code == 401


def test_without_an_ask_key_everybody_reads_and_without_an_admin_key_nobody_changes() -> None:
    client = TestClient(application(SmallEngine()))
    assert client.post("/v1/ask", json=QUESTION).status_code == 200
    for headers in SENT.values():
        body = check_problem(client.delete("/v1/documents/x", headers=headers), "admin-off")
        assert "YOUJU_ADMIN_KEY" in body["detail"]
    upload = client.post("/v1/documents", content=b"x" * 1_000_000)
    check_problem(upload, "admin-off")


def test_a_route_with_a_key_of_its_own_is_left_to_it() -> None:
    service = application(SmallEngine(), keys=Keys.of(ASK, ADMIN))
    router = APIRouter()
    router.add_api_route("/v1/chat/completions", lambda: {"own": True}, methods=["POST"])
    service.include_router(router)
    service.state.exempt.extend(router.routes)
    client = TestClient(service)
    assert client.post("/v1/chat/completions").status_code == 200 or client.post(
        "/v1/chat/completions", json={}
    ).json() == {"own": True}
    assert client.get("/v1/chat/other").status_code == 401


# ── trying keys ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(keys_module, "GUESSES", GUESSES)
    with TestClient(application(SmallEngine(), keys=Keys.of(ASK, ADMIN))) as client:
        yield client


def test_who_tries_many_keys_has_to_wait_and_the_right_one_waits_too(tried: TestClient) -> None:
    for number in range(GUESSES):
        sent = bearer(f"guess-{number:016d}")
        check_problem(tried.get("/v1/ask?q=问", headers=sent), "unauthorized")
    for key in ("one-more-0123456789", ASK, ADMIN):
        response = tried.get("/v1/ask?q=问", headers=bearer(key))
        check_problem(response, "too-many-requests")
        assert 1 <= int(response.headers["retry-after"]) <= 60
    assert tried.get("/healthz").status_code == 200


def test_an_old_key_that_is_sent_for_ever_locks_nobody_out(tried: TestClient) -> None:
    for _ in range(GUESSES * 3):
        assert tried.get("/v1/ask?q=问", headers=bearer("old-key-0123456789")).status_code == 401
        assert tried.get("/v1/ask?q=问").status_code == 401
    assert tried.get("/v1/ask?q=投入", headers=bearer(ASK)).status_code == 200


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_ends_and_an_address_is_a_whole_network_in_ipv6() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for number in range(10_000):
        throttle.wrong(f"2001:db8::{number:x}", str(number))
    assert throttle.wait("2001:db8::ffff") > 0
    assert throttle.wait("2001:db8:1::1") == 0
    assert throttle.wait("192.0.2.1") == 0
    clock.now = throttle.wait("2001:db8::1")
    assert throttle.wait("2001:db8::1") == 0


def test_the_memory_of_addresses_is_bounded() -> None:
    throttle = Throttle(Clock())
    for number in range(ADDRESSES + 500):
        throttle.wrong(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", "x")
    assert len(throttle._seen) == ADDRESSES


# ── the keys themselves ─────────────────────────────────────────────────────────────────────────


def test_keys_are_held_as_digests_and_never_shown() -> None:
    keys = Keys.of(ASK, ADMIN)
    assert ASK not in repr(keys)
    assert ASK.encode() not in keys.ask
    assert len(keys.admin) == 32
    assert not Keys.of("", "").opens(Need.ASK, "", "")
    assert not Keys.of("", "").opens(Need.ADMIN, "", "")


def test_no_secret_is_compared_with_an_equals_sign() -> None:
    """Equality takes longer the more of a key is right. The throttle compares wrong keys only."""
    tree = ast.parse(Path(keys_module.__file__).read_text(encoding="utf-8"))
    names = {"key", "bearer", "password", "admin", "ask"}
    found: list[Any] = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops)
        and {
            getattr(part, "id", getattr(part, "attr", ""))
            for part in [node.left, *node.comparators]
        }
        & names
    ]
    assert not found
    assert any(
        isinstance(node, ast.Attribute) and node.attr == "compare_digest" for node in ast.walk(tree)
    )
