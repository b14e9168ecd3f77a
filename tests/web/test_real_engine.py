"""The service over the real engine and a real corpus folder, from file to page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from app.engine import Engine
from app.library import Library, index
from app.model import Span
from app.web.anchors import place
from app.web.application import create_application
from app.web.limits import Limits

TEXT = (
    "\ufeff关于推进公共体育设施建设的实施意见\r\n\r\n"
    "一、总体目标\r\n"
    "2025年，全市体育设施建设总投入4.2亿元，其中市级财政投入1.5亿元。新建体育公园12个。\r\n"
    "二、主要举措\r\n"
    "（一）完善设施布局。每个街道至少建成1处健身中心。\r\n"
    "（二）扩大开放范围。学校场地在课后和节假日向居民开放。\r\n"
    "三、实施“三项工程”\r\n"
    "（一）健身步道工程。沿河修建步道。\r\n"
    "（二）场馆改造工程。更新照明和地面。\r\n"
    "（三）指导员培训工程。每年培训两次。\r\n"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder: Path = tmp_path_factory.mktemp("corpus")
    (folder / "体育.txt").write_bytes(TEXT.encode())
    data = tmp_path_factory.mktemp("home") / "data"
    index(folder, data)
    with Library.open(folder, data) as library:
        published = library.published
        engine = Engine(published.snapshot, published.segmenter)
        yield TestClient(
            create_application(
                lambda: engine, Limits(), verified=lambda: True, clock=lambda: date(2026, 1, 1)
            )
        )


def ask(client: TestClient, question: str, **rest: Any) -> Any:
    response = client.post("/v1/ask", json={"question": question, **rest})
    assert response.status_code == 200, response.text
    return response.json()


def test_an_answer_quotes_the_document_that_its_link_shows(client: TestClient) -> None:
    reply = ask(client, "2025年全市体育设施建设总投入是多少？")
    assert (reply["status"], reply["answer"]) == ("answered", "4.2亿元")
    cited = reply["citations"][0]
    document = client.get(f"/v1/documents/{cited['document_id']}").json()
    assert document["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert document["digest"] == cited["digest"]
    page = client.get(cited["url"].replace("#", "?")).text
    assert '<mark id="cited">' in page


def test_a_trace_shows_what_the_answer_was_chosen_from_and_why(client: TestClient) -> None:
    question = "2025年全市体育设施建设总投入是多少？"
    plain, traced = ask(client, question), ask(client, question, trace=True)
    trace = traced.pop("trace")
    assert traced == plain
    assert plain["confidence"] == trace["confidence"]["value"]
    assert trace["analysis"]["years"] == [2025]
    assert {passage["document_id"] for passage in trace["passages"]} == {
        plain["citations"][0]["document_id"]
    }
    best, second = trace["candidates"][:2]
    assert (best["answer"], second["answer"]) == ("4.2亿元", "1.5亿元")
    assert best["score"] > second["score"]
    parts = best["features"].values()
    assert sum(part["value"] * part["weight"] for part in parts) == pytest.approx(
        best["score"], abs=0.003
    )
    assert (trace["refused"], trace["rule"], trace["judged"]) == (None, None, [])


def test_the_trace_of_a_refusal_names_its_rule(client: TestClient) -> None:
    shown = client.get(
        "/v1/ask", params={"q": "2019年全市体育设施建设总投入是多少？", "trace": "true"}
    ).json()
    assert shown["status"] == "refused"
    assert (shown["trace"]["refused"], shown["trace"]["rule"]) == (shown["reason"], "other_year")
    assert shown["trace"]["confidence"] is None
    assert all(one["rule"] for one in shown["trace"]["judged"])


def test_what_the_corpus_does_not_hold_is_refused(client: TestClient) -> None:
    reply = ask(client, "2019年全市体育设施建设总投入是多少？")
    assert reply["status"] == "refused"
    assert "2019年" in reply["missing"]
    assert reply["nearest"]


def test_a_citation_stands_the_check_of_its_own_service(client: TestClient) -> None:
    cited = ask(client, "新建体育公园多少个？")["citations"][0]
    claim = {name: cited[name] for name in ("document_id", "start", "end", "quote", "digest")}
    claims = [claim, claim | {"quote": claim["quote"][:-1] + "〇"}]
    body = client.post("/v1/verify", json={"quotes": claims}).json()
    assert [verdict["valid"] for verdict in body["quotes"]] == [True, False]
    assert body["quotes"][0]["reason"] == "ok"


def test_search_highlights_words_of_the_text(client: TestClient) -> None:
    found = client.get("/v1/search?q=健身中心&count=true").json()
    assert found["total"] >= 1
    hit = found["hits"][0]
    text = client.get(f"/v1/documents/{hit['document_id']}").json()["text"]
    assert text[hit["start"] : hit["end"]] == hit["text"]
    assert "健身" in "".join(text[start:end] for start, end in hit["highlights"])


def test_the_first_page_offers_questions_that_the_document_answers(client: TestClient) -> None:
    page = client.get("/").text
    offered = [unquote(link) for link in re.findall(r'href="/\?q=([^"]*)"', page)]
    assert offered == [
        "“三项工程”是哪些？",
        "全市体育设施建设总投入是多少？",
        "新建体育公园多少个？",
    ]
    replies = [ask(client, question) for question in offered]
    assert [reply["answer"] for reply in replies][1:] == ["4.2亿元", "12个"]
    assert replies[0]["kind"] == "list"


def test_the_outline_and_the_page_follow_the_headings(client: TestClient) -> None:
    document = client.get("/v1/documents").json()["documents"][0]
    outline = client.get(f"/v1/documents/{document['id']}/outline").json()
    assert [section["label"] for section in outline["sections"]][:2] == ["一、", "二、"]
    page = client.get(f"/documents/{document['id']}").text
    assert page.count('id="section-') == len(outline["sections"])


@pytest.mark.parametrize(
    "question",
    ["\x00", "？", "𠮷" * 500, "的" * 500, "\u202e投入", "1" * 500, "（" * 500, "a b " * 125],
    ids=["nul", "mark", "astral", "stop", "bidi", "digits", "brackets", "letters"],
)
def test_no_question_breaks_the_real_engine(client: TestClient, question: str) -> None:
    for trace in (False, True):
        body = {"question": question, "trace": trace, "history": [question] * 3}
        assert client.post("/v1/ask", json=body).status_code in (200, 422)
    assert client.get("/v1/search", params={"q": question}).status_code in (200, 422)


def test_invisible_characters_do_not_change_the_answer(client: TestClient) -> None:
    plain = client.post("/v1/ask", json={"question": "新建体育公园多少个？"})
    odd = client.post("/v1/ask", json={"question": "新\u200b建体\x00育公\u202e园多少个？"})
    assert plain.content == odd.content


OLD = (
    "青禾市步道奖励办法\n青体发〔2021〕9号\n修建步道每公里奖励5万元。\n青禾市体育局\n2021年2月1日\n"
    "附件：1.申请表\n咨询电话：0000-1234567\n"
)
NEW = (
    "青禾市步道促进办法\n青体发〔2024〕3号\n修建步道每公里奖励8万元。\n"
    "本办法自2024年8月1日起施行。《青禾市步道奖励办法》（青体发〔2021〕9号）同时废止。\n"
    "青禾市体育局\n2024年6月18日\n"
)


@pytest.fixture(scope="module")
def repealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A document that another one repeals, on a day after that."""
    folder: Path = tmp_path_factory.mktemp("repealed")
    for name, text in (("old", OLD), ("new", NEW)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.txt.json").write_text(f'{{"id": "{name}"}}', encoding="utf-8")
    data = tmp_path_factory.mktemp("repealed-home") / "data"
    index(folder, data)
    with Library.open(folder, data) as library:
        engine = Engine(library.published.snapshot, library.published.segmenter)
        yield TestClient(
            create_application(
                lambda: engine, Limits(), verified=lambda: True, clock=lambda: date(2026, 1, 1)
            )
        )


def test_each_field_of_a_document_says_where_it_is_known_from(repealed: TestClient) -> None:
    document = repealed.get("/v1/documents/old").json()
    fields = {field["name"]: field for field in document["fields"]}
    for name, value in (
        ("number", "青体发〔2021〕9号"),
        ("issuers", "青禾市体育局"),
        ("region", "青禾市"),
        ("attachments", "申请表"),
    ):
        field = fields[name]
        assert (field["value"], field["source"]) == (value, "text")
        assert document["text"][field["start"] : field["end"]] == value
    assert document["issuers"] == ["青禾市体育局"]
    assert fields["issued_on"]["value"] == document["issued_on"] == "2021-02-01"
    assert fields["contacts"]["value"] == "咨询电话：0000-1234567"
    assert (fields["status"]["value"], fields["status"]["source"]) == ("废止", "derived")
    assert fields["status"]["start"] is None
    assert fields["relations"]["document_id"] == "new"


def test_a_document_warns_of_its_force_on_the_day_asked_for(repealed: TestClient) -> None:
    today = repealed.get("/v1/documents/old").json()
    assert today["as_of"] == "2026-01-01"
    assert today["warnings"] == [
        "《青禾市步道奖励办法》自2024-08-01起已由《青禾市步道促进办法》（青体发〔2024〕3号）废止。"
    ]
    assert repealed.get("/v1/documents/new").json()["warnings"] == []
    then = repealed.get("/v1/documents/new?as_of=2024-07-01").json()
    assert then["warnings"] == ["《青禾市步道促进办法》自2024-08-01起施行，届时之前尚未生效。"]
    assert repealed.get("/v1/documents/new?as_of=2024").status_code == 422


def test_the_page_warns_first_and_links_fields_to_their_places(repealed: TestClient) -> None:
    page = repealed.get("/documents/old").text
    assert page.index("青禾市步道促进办法》（青体发〔2024〕3号）废止。") < page.index("<dl")
    start = OLD.index("青体发")
    number = "青体发〔2021〕9号"
    where = place(Span(start, start + len(number)), number)
    assert f'<a class="origin" href="#c={where}">原文</a>' in page
    assert '<a href="/documents/new">被废止《青禾市步道促进办法》' in page
    assert '<span class="origin">推算</span>' in page
    assert "附件（1）" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"old", "new"}),
        ({"in_force": "true"}, {"new"}),
        ({"in_force": "true", "as_of": "2024-07-01"}, {"old"}),
        ({"status": "废止"}, {"old"}),
    ],
    ids=["all", "today", "then", "repealed"],
)
def test_a_search_may_leave_out_what_is_not_in_force(
    repealed: TestClient, query: dict[str, str], found: set[str]
) -> None:
    reply = repealed.get("/v1/search", params={"q": "修建步道每公里奖励", **query}).json()
    assert {hit["document_id"] for hit in reply["hits"]} == found


def test_a_question_may_leave_out_what_is_not_in_force(repealed: TestClient) -> None:
    question = "修建步道每公里奖励多少钱？"
    today = ask(repealed, question, filters={"in_force": True})
    assert (today["status"], today["answer"]) == ("answered", "8万元")
    assert not any("废止" in note for note in today["notes"])
    then = ask(repealed, question, filters={"in_force": True}, as_of="2024-07-01")
    assert then["answer"] == "5万元"
    warned = ask(repealed, question, filters={"document_ids": ["old"]})
    assert any("已由《青禾市步道促进办法》" in note for note in warned["notes"])
