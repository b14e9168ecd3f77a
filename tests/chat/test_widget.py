"""The widget: what its frame may do, who may frame it, and what it answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from plain_service import service
from starlette.testclient import TestClient

from app.errors import SettingsError
from app.settings_chat import load_chat

ORIGIN = "https://portal.example.org"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    section = {"origins": (ORIGIN,), "title": "<b>问政策</b>"}
    with TestClient(service(tmp_path_factory.mktemp("widget"), widget=section)) as client:
        yield client


def policy(client: TestClient) -> dict[str, str]:
    written = client.get("/widget").headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in written.split(";"))


def test_only_configured_pages_may_frame_it(client: TestClient) -> None:
    assert policy(client)["frame-ancestors"] == f"'self' {ORIGIN}"
    assert "X-Frame-Options" not in client.get("/widget").headers
    for path in ("/", "/docs", "/widget.js"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"]


def test_by_default_only_the_service_itself_may_frame_it(tmp_path: Any) -> None:
    with TestClient(service(tmp_path, widget={"title": "问"})) as client:
        assert policy(client)["frame-ancestors"] == "'self'"


def test_nothing_runs_inline_and_no_cookie_is_set(client: TestClient) -> None:
    assert policy(client)["default-src"] == "'none'"
    assert policy(client)["script-src"] == policy(client)["style-src"] == "'self'"
    page = client.get("/widget")
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=|<style", page.text)
    for path in ("/widget", "/widget.js", "/widget/frame.js", "/widget/frame.css"):
        response = client.get(path)
        assert response.status_code == 200
        assert "set-cookie" not in response.headers
        assert not re.search(
            r"innerHTML|document\.cookie|localStorage|\"\*\"|eval\(", response.text
        )


def test_the_title_is_text(client: TestClient) -> None:
    page = client.get("/widget").text
    assert "&lt;b&gt;问政策" in page
    assert "<b>" not in page


def test_an_answer_has_links_that_open_the_quote(client: TestClient) -> None:
    body = {"question": "2025年全市口袋公园建设总投入是多少？", "history": []}
    reply = client.post("/widget/ask", json=body).json()
    assert (reply["answered"], reply["answer"]) == (True, "4.2亿元")
    assert reply["statements"][0]["sources"] == [reply["citations"][0]["number"]]
    assert reply["citations"][0]["url"].startswith("http://testserver/documents/")


def test_a_collection_of_the_script_tag_is_used(client: TestClient) -> None:
    body = {"question": "2025年全市口袋公园建设总投入是多少？", "collection": "市政"}
    assert not client.post("/widget/ask", json=body).json()["answered"]


def test_a_collection_that_is_not_configured_is_refused(tmp_path: Any) -> None:
    with TestClient(service(tmp_path, widget={"collections": ("市政",)})) as client:
        body = {"question": "口袋公园建设总投入是多少？"}
        assert not client.post("/widget/ask", json=body).json()["answered"]
        other = client.post("/widget/ask", json=body | {"collection": "绿化"})
        assert other.status_code == 400


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"question":" "}', b'{"question":"x","history":[1]}'],
)
def test_a_wrong_request_is_400(client: TestClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/widget/ask", content=content, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]


def test_a_page_elsewhere_cannot_send_a_form_to_it(client: TestClient) -> None:
    response = client.post("/widget/ask", content=b"{}", headers={"Content-Type": "text/plain"})
    assert response.status_code == 415


@pytest.mark.parametrize("origin", ["*", "https://a.example; script-src *", "portal.example.org"])
def test_an_origin_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="widget"):
        load_chat(widget={"origins": (origin,)})


def test_the_search_description_leads_to_the_first_page(client: TestClient) -> None:
    response = client.get("/opensearch.xml")
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    found = ElementTree.fromstring(response.text)
    url = found.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.get("template") == "http://testserver/?q={searchTerms}"
