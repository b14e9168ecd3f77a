"""The engine over a small corpus: verify, search, filters, trace, and whatever one may ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine import Engine
from app.library import Library, index
from app.model import Answer, Filters, QuoteClaim, Refusal, Reply, Span
from app.web import render

AS_OF = date(2024, 5, 1)
DOCUMENTS = {
    "林业/禾山.txt": (
        "禾山县2022年林长制工作总结\n"
        "一、总体情况\n2022年，全县造林1.8万亩，选聘护林员316名。设立“林长公示牌”420块。\n"
        "二、主要做法\n（一）完善巡护体系\n护林员每周巡护不少于5次。\n"
        "（二）推进智慧监测\n建成瞭望塔18座，安装摄像头240个。\n",
        {
            "id": "forest-north",
            "region": "禾山县",
            "issuer": "禾山县林业局",
            "issued_on": "2023-01-15",
        },
    ),
    "林业/禾水.txt": (
        "禾水县2023年林长制工作总结\n一、总体情况\n2023年，全县造林2.6万亩，选聘护林员405名。\n",
        {
            "id": "forest-south",
            "region": "禾水县",
            "issuer": "禾水县林业局",
            "issued_on": "2024-01-15",
        },
    ),
    "水利/河湖.txt": (
        "\ufeff禾山县河湖管护办法\r\n第一条 每条河流设河长1名，护河员负责日常巡查。\r\n"
        "第二条 禁止向河道倾倒垃圾。\r\n",
        {"id": "river", "region": "禾山县", "status": "现行", "issued_on": "2021-06-01"},
    ),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("engine")
    corpus = folder / "corpus"
    for source, (text, fields) in DOCUMENTS.items():
        path = corpus / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        path.with_name(path.name + ".json").write_text(
            json.dumps(fields, ensure_ascii=False), encoding="utf-8"
        )
    assert index(corpus, folder / "data").failed == ()
    with Library.open(corpus, folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


def text_of(engine: Engine, document_id: str) -> str:
    stored = engine.snapshot.documents.get(document_id)
    assert stored is not None
    return stored.document.text


def check(engine: Engine, reply: Reply) -> None:
    """Every quotation is a slice of the document that it names, in the version it names."""
    quotes = [(one.document_id, one.span, one.quote, one.digest) for one in reply.citations]
    if isinstance(reply, Refusal):
        quotes += [(one.document_id, one.span, one.quote, one.digest) for one in reply.nearest]
    else:
        assert reply.answer
        assert reply.citations
    for document_id, span, quote, digest in quotes:
        text = text_of(engine, document_id)
        assert 0 <= span.start < span.end <= len(text)
        assert span.of(text) == quote
        assert digest == hashlib.sha256(text.encode()).hexdigest()


QUESTION = "选聘护林员多少名？"


@pytest.mark.parametrize(
    "question",
    [
        "禾山县2022年选聘护林员多少名？",
        "禾山县２０２２年選聘護林員多少名？",
        "禾山县\u200b2022年\u202e选聘护\ufeff林员多少名？",
        "禾山县2022年选聘护林员多少名?",
        "  禾山县2022年选聘护林员多少名？\n",
    ],
    ids=["plain", "traditional", "invisible", "half-width", "blanks"],
)
def test_the_same_words_in_another_form_get_the_same_answer(engine: Engine, question: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    plain = engine.ask("禾山县2022年选聘护林员多少名？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply == plain
    assert reply.answer == "316名"


@pytest.mark.parametrize(
    ("filters", "answer"),
    [
        (Filters(regions=("禾山县",)), "316名"),
        (Filters(regions=("禾水县",)), "405名"),
        (Filters(document_ids=("forest-south",)), "405名"),
        (Filters(issuers=("禾山县林业局",)), "316名"),
        (Filters(collections=("林业",), issued_from=date(2024, 1, 1)), "405名"),
        (Filters(issued_to=date(2023, 1, 15)), "316名"),
        (Filters(issued_from=date(2024, 1, 15), issued_to=date(2024, 1, 15)), "405名"),
    ],
    ids=["north", "south", "id", "issuer", "collection-and-date", "until", "day"],
)
def test_filters_narrow_the_documents_that_answer(
    engine: Engine, filters: Filters, answer: str
) -> None:
    reply = engine.ask(QUESTION, filters=filters, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
    assert len({cited.document_id for cited in reply.citations}) == 1


@pytest.mark.parametrize(
    "filters",
    [
        Filters(collections=("水利",)),
        Filters(document_ids=("nobody",)),
        Filters(status=("废止",)),
        Filters(issued_from=date(2030, 1, 1)),
    ],
    ids=["collection", "id", "status", "date"],
)
def test_filters_that_leave_no_answer_lead_to_a_refusal(engine: Engine, filters: Filters) -> None:
    reply = engine.ask(QUESTION, filters=filters, as_of=AS_OF)
    assert isinstance(reply, Refusal)
    allowed = {"river"} if filters.collections else set()
    assert {near.document_id for near in reply.nearest} <= allowed


def test_without_a_place_both_counties_are_named(engine: Engine) -> None:
    reply = engine.ask(QUESTION, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert {cited.document_id for cited in reply.citations} == {"forest-north", "forest-south"}
    assert "316名" in reply.answer
    assert "405名" in reply.answer


def test_a_reply_tells_the_version_and_day_it_holds_for(engine: Engine) -> None:
    for question in (QUESTION, "禾山县有多少家养老院？"):
        reply = engine.ask(question, as_of=AS_OF)
        assert reply.as_of == AS_OF
        assert reply.corpus_version == engine.snapshot.version


def test_a_quotation_is_verified(engine: Engine) -> None:
    text = text_of(engine, "forest-north")
    place = text.index("选聘护林员316名")
    span = Span(place, place + len("选聘护林员316名"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    claims = {
        "ok": QuoteClaim("forest-north", span, "选聘护林员316名", digest),
        "changed": QuoteClaim("forest-north", span, "选聘护林员316名", "0" * 64),
        "moved": QuoteClaim("forest-north", span.moved(3), "选聘护林员316名", digest),
        "mismatch": QuoteClaim("forest-north", span, "选聘护林员999名", digest),
        "gone": QuoteClaim("no-such-document", span, "选聘护林员316名", digest),
    }
    verdicts = engine.verify(list(claims.values()))
    assert [verdict.reason for verdict in verdicts] == list(claims)
    assert [verdict.valid for verdict in verdicts] == [True, True, False, False, False]
    assert [verdict.span for verdict in verdicts] == [span, span, span, None, None]


def test_words_that_an_older_version_had_are_gone(engine: Engine) -> None:
    claim = QuoteClaim("forest-north", Span(0, 7), "旧版本里的一句", "0" * 64)
    assert engine.verify([claim])[0].reason == "gone"


@pytest.mark.parametrize(
    "claim",
    [
        QuoteClaim("forest-north", Span(0, 0), "", None),
        QuoteClaim("forest-north", Span(10**9, 10**9 + 3), "护林员", None),
        QuoteClaim("forest-north", Span(5, 2), "护林员", None),
        QuoteClaim("", Span(0, 3), "护林员", None),
    ],
    ids=["empty", "far", "backwards", "nameless"],
)
def test_an_odd_claim_is_not_valid_and_raises_nothing(engine: Engine, claim: QuoteClaim) -> None:
    assert not engine.verify([claim])[0].valid


def test_a_quotation_without_digest_is_checked_by_its_words(engine: Engine) -> None:
    text = text_of(engine, "river")
    place = text.index("禁止")
    claim = QuoteClaim("river", Span(place, place + 2), "禁止", None)
    assert engine.verify([claim])[0].reason == "ok"


@pytest.mark.parametrize("query", ["护林员", "護林員", "河道 垃圾", "瞭望塔 摄像头", "２.６万亩"])
def test_search_shows_passages_with_the_places_of_its_words(engine: Engine, query: str) -> None:
    found = engine.search(query)
    assert found.hits
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    for hit in found.hits:
        text = text_of(engine, hit.passage.document_id)
        span = hit.passage.span
        assert span.of(text) == hit.text
        last = span.start
        for place in hit.highlights:
            assert last <= place.start < place.end <= span.end
            last = place.end
    first = found.hits[0]
    shown = [place.of(text_of(engine, first.passage.document_id)) for place in first.highlights]
    assert shown


@pytest.mark.parametrize("query", ["护林员", "２.６万亩", "河道"])
def test_an_exact_total_is_no_less_than_the_hits_shown(engine: Engine, query: str) -> None:
    found = engine.search(query, count=True)
    assert found.total is not None
    assert found.total >= len(found.hits)
    assert found.total_at_least <= found.total


def test_search_pages_do_not_overlap(engine: Engine) -> None:
    whole = engine.search("林长制 护林员 护河员", limit=10).hits
    assert len(whole) >= 2
    paged = [
        hit
        for offset in range(len(whole))
        for hit in engine.search("林长制 护林员 护河员", limit=1, offset=offset).hits
    ]
    assert tuple(paged) == whole
    assert engine.search("林长制", limit=1, offset=500).hits == ()


def test_search_for_what_nobody_says_finds_nothing(engine: Engine) -> None:
    found = engine.search("蒸汽机车", count=True)
    assert (found.hits, found.total) == ((), 0)


@pytest.mark.parametrize(
    "question",
    [
        "禾山县2022年选聘护林员多少名？",
        "有哪些做法？",
        "今天天气怎么样？",
        "",
        "禾山县有几座瞭望塔？",
    ],
)
def test_a_trace_is_plain_json_and_does_not_change_the_reply(engine: Engine, question: str) -> None:
    traced = engine.trace(question, as_of=AS_OF)
    assert traced.reply == engine.ask(question, as_of=AS_OF)
    shown = json.loads(json.dumps(traced.trace, ensure_ascii=False, allow_nan=False))
    assert shown["analysis"]["kind"]
    refused = isinstance(traced.reply, Refusal)
    assert shown["refused"] == (traced.reply.reason.value if refused else None)


_WORDS = st.lists(
    st.sampled_from(
        [
            "禾山县",
            "禾水县",
            "2022年",
            "2023年",
            "护林员",
            "造林",
            "河长",
            "多少",
            "几",
            "名",
            "万亩",
            "占",
            "比例",
            "为什么",
            "哪些",
            "做法",
            "是不是",
            "吗",
            "？",
            "从",
            "由",
            "减少到",
            "316",
            "999",
            "和",
            "哪个",
            "更多",
            "相差",
            "第二项",
            "（",
            "“",
            "”",
            "《",
            "》",
            "呢",
            "其中",
            "全县",
            "一共",
            "\u200b",
            "８８",
        ]
    ),
    max_size=14,
).map("".join)
_ANY = st.text(st.characters(codec="utf-8"), max_size=500)
_RUNS = st.builds(
    lambda piece, count: (piece * count)[:500],
    st.sampled_from("8０（“一、的多哪"),
    st.integers(1, 500),
)
_PLENTY = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@_PLENTY
@given(_WORDS | _ANY | _RUNS, st.lists(_WORDS | _ANY, max_size=2))
def test_whatever_is_asked_gets_a_reply_whose_quotations_are_slices(
    engine: Engine, question: str, history: list[str]
) -> None:
    reply = engine.ask(question, history, as_of=AS_OF)
    check(engine, reply)
    assert engine.ask(question, history, as_of=AS_OF) == reply
    assert render.reply(reply, "").model_dump_json()


@_PLENTY
@given(_WORDS | _ANY | _RUNS)
def test_whatever_is_searched_for_gets_places_inside_the_passages(
    engine: Engine, query: str
) -> None:
    for hit in engine.search(query).hits:
        assert all(hit.passage.span.contains(place) for place in hit.highlights)


def test_an_engine_without_documents_refuses(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("empty")
    (folder / "corpus").mkdir()
    index(folder / "corpus", folder / "data")
    with Library.open(folder / "corpus", folder / "data") as library:
        empty = Engine(library.published.snapshot, library.published.segmenter)
        reply = empty.ask(QUESTION, as_of=AS_OF)
        assert isinstance(reply, Refusal)
        assert reply.nearest == ()
        assert empty.search("护林员").hits == ()
