from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_service import DIGEST, IDENTIFIER, OUTLINE, TEXT, TODAY, SmallEngine, application
from starlette.testclient import TestClient

from app.errors import IndexUnusable
from app.model import Filters
from app.web.application import create_application
from app.web.limits import Limits

ALL_FILTERS = Filters(
    collections=("甲", "乙"),
    document_ids=("a",),
    regions=("某市",),
    issuers=("某局",),
    status=("现行", "unknown"),
    issued_from=date(2023, 1, 1),
    issued_to=date(2024, 12, 31),
)


def ask(client: TestClient, **body: Any) -> Any:
    return client.post("/v1/ask", json={"question": "投入多少？", **body})


def test_an_answer_holds_exactly_the_fields_of_the_contract(client: TestClient) -> None:
    reply = ask(client).json()
    assert list(reply) == [
        "status", "kind", "answer", "statements", "citations", "markdown",
        "confidence", "notes", "as_of", "corpus_version",
    ]  # fmt: skip
    assert list(reply["citations"][0]) == [
        "id", "document_id", "title", "path", "start", "end", "quote", "context",
        "digest", "url", "number", "issuer", "issued_on", "page",
    ]  # fmt: skip
    assert reply["statements"][0] == {"text": "投入3.5亿元", "citations": [1], "derived": None}
    assert reply["statements"][1]["derived"] == {
        "operation": "quotient",
        "expression": "3.5 ÷ 12",
        "operands": [1],
    }
    assert (reply["kind"], reply["confidence"]) == ("amount", 0.93)


def test_a_quote_is_the_characters_between_its_offsets(client: TestClient) -> None:
    cited = ask(client).json()["citations"][0]
    text = client.get(f"/v1/documents/{cited['document_id']}").json()["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"] == "投入3.5亿元"


def test_a_refusal_names_what_is_missing_and_shows_the_nearest_passage(client: TestClient) -> None:
    reply = ask(client, question="别的").json()
    assert (reply["status"], reply["reason"]) == ("refused", "not_covered")
    assert reply["missing"] == ["2022年"]
    near = reply["nearest"][0]
    assert TEXT[near["start"] : near["end"]] == near["quote"]


def test_a_trace_is_there_only_when_it_is_wanted(client: TestClient) -> None:
    assert "trace" not in ask(client).json()
    traced = ask(client, trace=True).json()
    assert traced.pop("trace") == {"terms": ["投入"]}
    assert traced == ask(client).json()


def test_the_same_question_gives_the_same_bytes(client: TestClient) -> None:
    by_address = client.get("/v1/ask", params={"q": "投入多少？"})
    assert ask(client).content == ask(client).content == by_address.content
    assert by_address.headers["server-timing"].startswith("total;dur=")


@pytest.mark.parametrize(
    ("public_url", "url"),
    [
        (None, f"/documents/{IDENTIFIER}#c=39-46.jyc5pl17af"),
        (
            "https://policy.example/",
            f"https://policy.example/documents/{IDENTIFIER}#c=39-46.jyc5pl17af",
        ),
    ],
    ids=["relative", "public"],
)
def test_a_citation_links_to_its_characters(public_url: str | None, url: str) -> None:
    client = TestClient(application(SmallEngine(), public_url=public_url))
    assert ask(client).json()["citations"][0]["url"] == url


def test_the_day_of_the_question_is_today_unless_it_is_named(
    client: TestClient, engine: SmallEngine
) -> None:
    assert ask(client).json()["as_of"] == TODAY.isoformat()
    assert ask(client, as_of="2024-05-01").json()["as_of"] == "2024-05-01"
    assert [asked[3] for asked in engine.asked] == [TODAY, date(2024, 5, 1)]


def test_all_filters_reach_the_engine_from_a_body(client: TestClient, engine: SmallEngine) -> None:
    filters = {
        "collections": ["甲", "乙"],
        "document_ids": ["a"],
        "regions": ["某市"],
        "issuers": ["某局"],
        "status": ["现行", "unknown"],
        "issued_from": "2023-01-01",
        "issued_to": "2024-12-31",
    }
    assert ask(client, filters=filters, history=["先前"], limit=3).status_code == 200
    assert engine.asked == [("投入多少？", ("先前",), ALL_FILTERS, TODAY, 3)]


def test_all_filters_reach_the_engine_from_an_address(
    client: TestClient, engine: SmallEngine
) -> None:
    address = (
        "/v1/ask?q=投入&collections=甲&collections=乙&document_ids=a&regions=某市&issuers=某局"
        "&status=现行&status=unknown&issued_from=2023-01-01&issued_to=2024-12-31&limit=3"
    )
    assert client.get(address).status_code == 200
    assert engine.asked == [("投入", (), ALL_FILTERS, TODAY, 3)]


@pytest.mark.parametrize(
    "question",
    ["\x00投入多少？", "投\x07入多少\x1b？", "投入多少？\x85", "\x7f投入\x9f多少？"],
    ids=["nul", "bell-escape", "next-line", "delete-c1"],
)
def test_control_characters_do_not_change_the_answer(
    client: TestClient, engine: SmallEngine, question: str
) -> None:
    assert ask(client, question=question).content == ask(client).content
    assert {asked[0] for asked in engine.asked} == {"投入多少？"}


def test_tabs_and_line_ends_of_a_question_become_blanks(
    client: TestClient, engine: SmallEngine
) -> None:
    ask(client, question="投入\t多\r\n少")
    assert engine.asked[0][0] == "投入 多  少"


@pytest.mark.parametrize(
    "question",
    ["", " ", "\u3000\n", "\x00\x07", "\u200b\ufeff\u202e", "\u2028\u2029\u00ad"],
    ids=["empty", "blank", "wide-blank", "controls", "format", "separators"],
)
def test_a_question_without_visible_text_is_refused(client: TestClient, question: str) -> None:
    for response in (
        ask(client, question=question),
        client.get("/v1/ask", params={"q": question}),
        client.get("/v1/search", params={"q": question}),
    ):
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] in ("question", "q")


LIMITS: list[tuple[str, dict[str, Any], int]] = [
    ("question of 500", {"question": "问" * 500}, 200),
    ("question of 501", {"question": "问" * 501}, 422),
    ("question of 500 astral characters", {"question": "𠮷" * 500}, 200),
    ("controls do not count", {"question": "问" * 500 + "\x00"}, 200),
    ("history of 20", {"history": ["问" * 500] * 20}, 200),
    ("history of 21", {"history": ["问"] * 21}, 422),
    ("long history entry", {"history": ["问" * 501]}, 422),
    ("limit 1", {"limit": 1}, 200),
    ("limit 0", {"limit": 0}, 422),
    ("limit 20", {"limit": 20}, 200),
    ("limit 21", {"limit": 21}, 422),
    ("limit as text", {"limit": "5"}, 422),
    ("limit as boolean", {"limit": True}, 422),
    ("limit as fraction", {"limit": 1.5}, 422),
    ("trace as number", {"trace": 1}, 422),
    ("question as number", {"question": 5}, 422),
    ("question as null", {"question": None}, 422),
    ("question as list", {"question": ["问"]}, 422),
    ("day as number", {"as_of": 0}, 422),
    ("day without dashes", {"as_of": "20240501"}, 422),
    ("no such day", {"as_of": "2023-02-29"}, 422),
    ("day and time", {"as_of": "2024-05-01T00:00:00"}, 422),
    ("unknown key", {"extra": 1}, 422),
    ("unknown filter", {"filters": {"year": 2023}}, 422),
    ("unknown status", {"filters": {"status": ["有效"]}}, 422),
    ("long name", {"filters": {"regions": ["区" * 201]}}, 422),
    ("50 names", {"filters": {"regions": ["区"] * 50}}, 200),
    ("51 names", {"filters": {"regions": ["区"] * 51}}, 422),
    (
        "days out of order",
        {"filters": {"issued_from": "2024-01-02", "issued_to": "2024-01-01"}},
        422,
    ),
]


@pytest.mark.parametrize(
    ("body", "status"), [row[1:] for row in LIMITS], ids=[r[0] for r in LIMITS]
)
def test_each_limit_of_a_question_holds(client: TestClient, body: Any, status: int) -> None:
    assert ask(client, **body).status_code == status


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/v1/search?q=档案", 200),
        ("/v1/search", 422),
        ("/v1/search?q=档案&limit=100&offset=900", 200),
        ("/v1/search?q=档案&limit=101", 422),
        ("/v1/search?q=档案&offset=-1", 422),
        ("/v1/search?q=档案&offset=901", 422),
        ("/v1/search?q=档案&count=maybe", 422),
        ("/v1/search?q=档案&unknown=1", 422),
        ("/v1/ask?q=档案&history=先前", 422),
        ("/v1/ask?q=" + "问" * 501, 422),
        ("/v1/ask?q=档案&limit=" + "9" * 5000, 422),
        ("/v1/documents?limit=0", 422),
        ("/v1/documents?offset=2147483648", 422),
        ("/v1/documents?page=2", 422),
        ("/v1/documents/" + "x" * 200, 404),
        ("/v1/documents/" + "x" * 201, 422),
        ("/v1/documents/" + "x" * 201 + "/outline", 422),
    ],
)
def test_each_limit_of_an_address_holds(client: TestClient, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_search_shows_where_the_words_stand(client: TestClient) -> None:
    found = client.get("/v1/search?q=投入").json()
    assert list(found) == ["total_at_least", "total", "hits"]
    assert (found["total_at_least"], found["total"]) == (1, None)
    hit = found["hits"][0]
    assert list(hit) == [
        "passage_id", "document_id", "title", "path", "text", "start", "end", "highlights", "score",
    ]  # fmt: skip
    assert hit["text"] == TEXT[hit["start"] : hit["end"]]
    assert [TEXT[start:end] for start, end in hit["highlights"]] == ["投入3.5亿元"]
    assert client.get("/v1/search?q=投入&count=true").json()["total"] == 1


def test_documents_are_listed_with_their_fields_and_without_their_text(client: TestClient) -> None:
    listed = client.get("/v1/documents").json()
    assert listed["total"] == 1
    fields = listed["documents"][0]
    assert "text" not in fields
    assert fields["issued_on"] == "2025-06-01"
    assert client.get("/v1/documents?offset=1").json() == {"total": 1, "documents": []}
    whole = client.get(f"/v1/documents/{IDENTIFIER}").json()
    assert whole == fields | {
        "text": TEXT, "fields": [], "warnings": [], "as_of": whole["as_of"]
    }  # fmt: skip


def test_an_outline_holds_places_of_the_text(client: TestClient) -> None:
    outline = client.get(f"/v1/documents/{IDENTIFIER}/outline").json()
    assert (outline["document_id"], outline["digest"]) == (IDENTIFIER, DIGEST)
    assert [section["parent"] for section in outline["sections"]] == [None, None, 1, 1]
    first = outline["sections"][0]
    assert TEXT[first["heading_start"] : first["heading_end"]] == "一、总体要求"
    assert len(outline["sections"]) == len(OUTLINE.sections)


def test_quotations_are_verified_in_order(client: TestClient) -> None:
    claim = {"document_id": IDENTIFIER, "start": 39, "end": 46, "quote": "投入3.5亿元"}
    body = {"quotes": [claim, claim | {"quote": "投入9亿元"}, claim | {"document_id": "x"}]}
    assert client.post("/v1/verify", json=body).json() == {
        "quotes": [
            {"valid": True, "reason": "ok", "start": 39, "end": 46},
            {"valid": False, "reason": "mismatch", "start": None, "end": None},
            {"valid": False, "reason": "gone", "start": None, "end": None},
        ]
    }


@pytest.mark.parametrize(
    "change",
    [{"start": -1}, {"start": 47}, {"end": 2**31}, {"end": 46.0}, {"quote": None}, {"url": "x"}],
    ids=str,
)
def test_a_quotation_that_cannot_be_is_refused(client: TestClient, change: Any) -> None:
    claim = {"document_id": IDENTIFIER, "start": 39, "end": 46, "quote": "投入"} | change
    response = client.post("/v1/verify", json={"quotes": [claim]})
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"].startswith("quotes.0")


def test_health_needs_no_corpus_and_readiness_does() -> None:
    def none() -> SmallEngine:
        raise IndexUnusable("no index yet")

    client = TestClient(create_application(none, Limits(), verified=lambda: False))
    assert client.get("/healthz").json() == {"status": "ok"}
    response = client.get("/readyz")
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    assert response.json()["type"] == "/problems/not-ready"


@pytest.mark.parametrize("verified", [True, False])
def test_readiness_names_the_corpus_and_says_whether_it_is_verified(verified: bool) -> None:
    client = TestClient(application(SmallEngine(), verified=lambda: verified))
    assert client.get("/readyz").json() == {
        "status": "ready",
        "verified": verified,
        "corpus_version": "v1",
        "documents": 1,
    }


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for address in ("/", "/healthz", "/v1/ask?q=投入", "/static/style.css"):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


def test_a_new_snapshot_is_used_by_the_next_request() -> None:
    engines = [SmallEngine(), SmallEngine()]
    client = TestClient(create_application(lambda: engines[0], Limits(), lambda: True))
    ask(client)
    engines.reverse()
    ask(client)
    assert [len(engine.asked) for engine in engines] == [1, 1]
