"""Bodies and query strings made to break a server: each has a clear 4xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_service import SmallEngine, application, check_problem
from starlette.testclient import TestClient

JSON = {"Content-Type": "application/json"}


def asked(text: str) -> bytes:
    return f'{{"question": {text}}}'.encode()


BODIES: list[tuple[str, bytes, str]] = [
    ("empty", b"", "invalid-request"),
    ("blank", b" ", "invalid-json"),
    ("not json", b"question=1", "invalid-json"),
    ("half an object", b'{"question": "', "invalid-json"),
    ("two values", b'{"question": "x"} {}', "invalid-json"),
    ("single quotes", b"{'question': 'x'}", "invalid-json"),
    ("trailing comma", b'{"question": "x",}', "invalid-json"),
    ("raw control character", b'{"question": "a\x01b"}', "invalid-json"),
    ("byte order mark", b'\xef\xbb\xbf{"question": "x"}', "invalid-json"),
    ("utf-16", '{"question": "x"}'.encode("utf-16"), "invalid-encoding"),
    ("gb18030", '{"question": "投入"}'.encode("gb18030"), "invalid-encoding"),
    ("overlong utf-8", b'{"question": "\xc0\xaf"}', "invalid-encoding"),
    ("raw surrogate", b'{"question": "\xed\xa0\x80"}', "invalid-encoding"),
    ("cut utf-8", b'{"question": "\xe6\x8a', "invalid-encoding"),
    ("lone high surrogate", asked(r'"\ud800"'), "invalid-encoding"),
    ("lone low surrogate", asked(r'"a\udfffb"'), "invalid-encoding"),
    ("swapped surrogates", asked(r'"\udc00\ud800"'), "invalid-encoding"),
    ("surrogate in a key", rb'{"question": "x", "\ud800": 1}', "invalid-encoding"),
    ("surrogate in history", rb'{"question": "x", "history": ["\ud800"]}', "invalid-encoding"),
    ("NaN", asked("NaN"), "invalid-json"),
    ("Infinity", b'{"question": "x", "limit": Infinity}', "invalid-json"),
    ("-Infinity", b'{"question": "x", "limit": -Infinity}', "invalid-json"),
    ("huge float", b'{"question": "x", "limit": 1e999}', "invalid-json"),
    ("10,000 digits", b'{"question": "x", "limit": ' + b"9" * 10_000 + b"}", "invalid-json"),
    ("duplicate key", b'{"question": "x", "question": "y"}', "invalid-json"),
    ("duplicate key inside", b'{"question": "x", "filters": {"a": 1, "a": 1}}', "invalid-json"),
    ("duplicate key, escaped", rb'{"question": "x", "\u0071uestion": "y"}', "invalid-json"),
    ("unknown key", b'{"question": "x", "__proto__": {}}', "invalid-request"),
    ("20,000 brackets", b"[" * 20_000, "invalid-json"),
    ("20,000 closed brackets", b"[" * 20_000 + b"]" * 20_000, "invalid-json"),
    ("100 closed brackets", b"[" * 100 + b"]" * 100, "invalid-json"),
    ("8,000 objects", b'{"a":' * 8_000 + b"1" + b"}" * 8_000, "invalid-json"),
    ("100,000 brackets", b"[" * 100_000, "body-too-large"),
    ("5 MB of digits", b"9" * 5_000_000, "body-too-large"),
    ("one byte too many", asked('"x"').ljust(65_537), "body-too-large"),
    ("an array", b"[1]", "invalid-request"),
    ("a string", b'"question"', "invalid-request"),
    ("null", b"null", "invalid-request"),
    ("zero", b"0", "invalid-request"),
]


@pytest.mark.parametrize("address", ["/v1/ask", "/v1/verify"])
@pytest.mark.parametrize(("body", "name"), [row[1:] for row in BODIES], ids=[r[0] for r in BODIES])
def test_a_hostile_body_gets_its_problem(
    client: TestClient, address: str, body: bytes, name: str
) -> None:
    check_problem(client.post(address, content=body, headers=JSON), name)


@pytest.mark.parametrize(
    "body",
    [asked('"x"').ljust(65_536), asked(r'"\ud83d\ude00"'), asked(r'"\u0000x"')],
    ids=["full size", "surrogate pair", "nul"],
)
def test_an_odd_but_lawful_body_is_answered(client: TestClient, body: bytes) -> None:
    assert client.post("/v1/ask", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Content-Type": "application/json"}, True),
        ({"Content-Type": "application/json; charset=UTF-8"}, True),
        ({"Content-Type": "application/vnd.api+json"}, True),
        ({"Content-Type": "Application/JSON"}, True),
        ({}, False),
        ({"Content-Type": ""}, False),
        ({"Content-Type": "text/plain"}, False),
        ({"Content-Type": "text/json"}, False),
        ({"Content-Type": "application/x-www-form-urlencoded"}, False),
        ({"Content-Type": "multipart/form-data; boundary=x"}, False),
        ({"Content-Type": "application/json; charset=gbk"}, False),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, False),
        ({"Content-Type": "\x00\xff;;;"}, False),
    ],
    ids=str,
)
def test_only_plain_utf8_json_is_taken(
    client: TestClient, headers: dict[str, str], accepted: bool
) -> None:
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    response = client.post("/v1/ask", content=asked('"x"'), headers=sent)
    if accepted:
        assert response.status_code == 200
    else:
        check_problem(response, "unsupported-media-type")


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("q=%ff", "invalid-encoding"),
        ("q=%ed%a0%80", "invalid-encoding"),
        ("%ff=1&q=x", "invalid-encoding"),
        ("q=a&q=b", "duplicate-parameter"),
        ("q=a&%71=b", "duplicate-parameter"),
        ("q=a&limit=1&limit=2", "duplicate-parameter"),
        ("q=a&nothing=1", "invalid-request"),
        ("q=%00", "invalid-request"),
        ("", "invalid-request"),
        ("&&&", "invalid-request"),
        ("q=" + "a" * 20_000, "query-too-long"),
    ],
)
@pytest.mark.parametrize("address", ["/v1/ask", "/v1/search"])
def test_a_hostile_query_string_gets_its_problem(
    client: TestClient, address: str, query: str, name: str
) -> None:
    check_problem(client.get(f"{address}?{query}"), name)


@pytest.mark.parametrize(
    "query",
    ["q=100%25", "q=%e6%8a%95", "q=a+b", "q=a%zz", "q=%", "q=x&collections=a&collections=a"],
)
def test_an_odd_but_lawful_query_string_is_answered(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/ask?{query}").status_code == 200


# Keys of the contract among others, so that the fuzz gets past the first check.
KEYS = st.sampled_from(
    ["question", "history", "filters", "as_of", "limit", "trace", "collections", "status",
     "issued_from", "quotes", "document_id", "start", "end", "quote", "digest"]
)  # fmt: skip
TEXTS = st.text(st.characters(), max_size=12) | st.sampled_from(
    ["2024-05-01", "现行", "投入", "\x00", "tongzhi-1"]
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXTS, inner, max_size=5),
    max_leaves=12,
)
CLIENT = TestClient(application(SmallEngine()))


@pytest.mark.parametrize(("address", "key"), [("/v1/ask", "question"), ("/v1/verify", "quotes")])
@settings(max_examples=100, deadline=None)
@given(value=VALUES, wrapped=st.booleans(), first=VALUES)
def test_no_json_body_breaks_the_service(
    address: str, key: str, value: Any, wrapped: bool, first: Any
) -> None:
    body = {**value, key: first} if wrapped and isinstance(value, dict) else value
    response = CLIENT.post(address, content=json.dumps(body), headers=JSON)
    assert response.status_code < 500
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=200))
def test_no_bytes_break_the_service(body: bytes) -> None:
    response = CLIENT.post("/v1/ask", content=body, headers=JSON)
    assert response.status_code in (400, 422)


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(KEYS | st.just("q") | TEXTS, TEXTS), max_size=5))
def test_no_query_breaks_the_service(pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode

    query = urlencode(pairs, errors="replace")
    for address in ("/v1/ask", "/v1/search", "/v1/documents", "/", "/documents/tongzhi-1"):
        assert CLIENT.get(f"{address}?{query}").status_code < 500
