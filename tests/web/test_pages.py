from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_service import (
    DOCUMENT,
    IDENTIFIER,
    OUTLINE,
    TEXT,
    SmallEngine,
    Store,
    Version,
    application,
)
from starlette.testclient import TestClient

from app.model import Outline, Section, Span, StoredDocument
from app.web.anchor_view import cited_view
from app.web.document_view import text_view
from app.web.markup import Html, element, escaped
from app.web.pages import FOLDER

PAGES = [
    "/",
    "/?q=投入多少？",
    "/?q=别的",
    f"/documents/{IDENTIFIER}",
    "/docs",
    "/problems/not-found",
]


class Reader(HTMLParser):
    """Keeps the elements and the text of a page, and the text of #text and of its marks."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked = ""
        self._marks = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._marks += tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._marks -= tag == "mark"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._marks else ""


def read(client: TestClient, address: str) -> Reader:
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Reader(response.text)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_runs_no_inline_code_and_loads_nothing_from_elsewhere(
    client: TestClient, address: str
) -> None:
    page = client.get(address)
    policy = page.headers["content-security-policy"]
    for rule in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    for tag, attributes in Reader(page.text).elements:
        assert tag != "style"
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        for name in ("src", "href"):
            address = attributes.get(name) or "/"
            assert address.startswith(("/", "#")), address
            assert not address.startswith("//")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_its_language_and_its_width(client: TestClient, address: str) -> None:
    elements = read(client, address).elements
    assert ("html", {"lang": "zh-CN"}) in elements
    assert any(attributes.get("name") == "viewport" for _, attributes in elements)
    assert sum(tag == "h1" for tag, _ in elements) == 1


def test_every_file_that_a_page_loads_is_served(client: TestClient) -> None:
    wanted = set()
    for address in PAGES:
        for _, attributes in read(client, address).elements:
            for name in ("src", "href"):
                if (attributes.get(name) or "").startswith("/static/"):
                    wanted.add(attributes[name])
    served = {f"/static/{file.name}" for file in (FOLDER / "static").iterdir()}
    assert wanted == served
    for name in wanted:
        response = client.get(str(name))
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"


def test_scripts_put_text_on_the_page_only_as_text() -> None:
    for file in (FOLDER / "static").glob("*.js"):
        source = file.read_text(encoding="utf-8")
        for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert door not in source, f"{file.name} uses {door}"


def test_the_first_page_names_documents(client: TestClient) -> None:
    page = read(client, "/")
    links = [attributes.get("href") for tag, attributes in page.elements if tag == "a"]
    assert f"/documents/{IDENTIFIER}" in links
    assert DOCUMENT.title in page.text


def test_a_corpus_without_documents_has_a_first_page() -> None:
    engine = SmallEngine(snapshot=Version("v0", Store({})))
    assert "语料夹还是空的" in TestClient(application(engine)).get("/").text


def test_an_answer_is_shown_without_javascript(client: TestClient) -> None:
    page = read(client, "/?q=投入多少？")
    for shown in ("3.5亿元", "[1]", "依据", "算式：3.5 ÷ 12", "按<u>全市</u>口径", "第 40–46 字"):
        assert shown in page.text
    assert page.marked == "投入3.5亿元"
    links = [attributes.get("href") for _, attributes in page.elements]
    assert f"/documents/{IDENTIFIER}?c=39-46.jyc5pl17af#cited" in links
    assert "#citation-1" in links
    fields = [attributes for tag, attributes in page.elements if tag == "input"]
    assert fields[0]["value"] == "投入多少？"


def test_a_refusal_is_shown_without_javascript(client: TestClient) -> None:
    page = read(client, "/?q=别的")
    for shown in ("语料没有涉及", "语料中没有<b>2022年</b>的数据。", "2022年", "供参考，不是答案"):
        assert shown in page.text


def test_a_document_page_marks_the_cited_characters(client: TestClient) -> None:
    page = read(client, f"/documents/{IDENTIFIER}?c=39-52")
    assert page.marked == TEXT[39:52] == "投入3.5亿元。𠮷祥𡈽地<"
    assert sum(attributes.get("id") == "cited" for _, attributes in page.elements) == 1


@pytest.mark.parametrize("written", ["0-99999", "9-3", "5-5", "x", "1-2-3", "-1-2", "１-２"])
def test_a_place_outside_the_text_is_not_marked_and_said(client: TestClient, written: str) -> None:
    page = read(client, f"/documents/{IDENTIFIER}?c={written}")
    assert page.marked == ""
    assert f"“{written}”不在本文之内" in page.text


def test_an_outline_leads_to_its_headings(client: TestClient) -> None:
    page = read(client, f"/documents/{IDENTIFIER}")
    targets = [
        link[1:]
        for _, attributes in page.elements
        if (link := attributes.get("href") or "").startswith("#section-")
    ]
    assert len(targets) == len(OUTLINE.sections)
    identifiers = {attributes.get("id") for _, attributes in page.elements}
    assert set(targets) <= identifiers


@pytest.mark.parametrize(
    "payload",
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><svg/onload=alert(1)>",
        "</title><script>alert(1)</script>",
        "$main ${main} {{7*7}}",
        "&lt;b&gt; &amp;",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_question_is_shown_and_never_run(client: TestClient, payload: str) -> None:
    page = client.get("/", params={"q": payload}).text
    reader = Reader(page)
    assert payload in reader.text
    assert next(a for tag, a in reader.elements if tag == "input")["value"] == payload
    assert [a.get("src") for tag, a in reader.elements if tag == "script"] == ["/static/home.js"]
    assert not {"img", "svg", "b"} & {tag for tag, _ in reader.elements}


def test_corpus_text_is_shown_and_never_run(client: TestClient) -> None:
    page = read(client, f"/documents/{IDENTIFIER}")
    assert "<script>alert(1)</script>" in page.text
    assert [a.get("src") for tag, a in page.elements if tag == "script"] == ["/static/document.js"]
    assert not {"i", "b"} & {tag for tag, _ in page.elements}


def characters(markup: str) -> str:
    """What a browser makes of markup without raw CR: its text."""
    assert "\r" not in markup
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Outline, Span, list[int]]:
    text = draw(st.text(st.sampled_from("一二。\r\n<&>\"'𠮷 \x00#;1"), min_size=1, max_size=40))
    places = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(places, places).map(sorted), max_size=5))
    sections = tuple(
        Section(1, "", "", Span(start, len(text)), Span(start, end), None)
        for start, end in sorted(spans)
    )
    start, end = sorted((draw(places), draw(places)))
    pages = draw(st.lists(places, max_size=4))
    return text, Outline(sections), Span(start, end), [0, *pages] if pages else []


@given(documents())
def test_the_characters_of_the_page_are_those_of_the_text(
    drawn: tuple[str, Outline, Span, list[int]],
) -> None:
    from dataclasses import replace

    text, outline, span, pages = drawn
    document = replace(DOCUMENT, text=text)
    cited, _ = cited_view(f"{span.start}-{span.end}", document)
    stored = StoredDocument(document, outline, (), (), (), (), pages=tuple(sorted(pages)))
    markup = text_view(stored, cited, "/documents/1/original")
    assert characters(markup) == text.replace("\x00", "\ufffd")
    marked = "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", markup, re.DOTALL))
    assert characters(marked) == span.of(text).replace("\x00", "\ufffd")


def test_a_long_document_is_shown_in_time_that_grows_with_its_length() -> None:
    from dataclasses import replace
    from time import perf_counter

    def seconds(lines: int) -> float:
        line = "第一条 为了规范管理，制定本办法。\n"
        text = line * lines
        sections = tuple(
            Section(1, "第一条", "", Span(at, at + len(line)), Span(at, at + 3), None)
            for at in range(0, len(text), len(line))
        )
        document, pages = replace(DOCUMENT, text=text), tuple(range(0, len(text), 50))
        stored = StoredDocument(document, Outline(sections), (), (), (), (), pages=pages)
        started = perf_counter()
        text_view(stored, Span(10, 20))
        return perf_counter() - started

    small = min(seconds(1000) for _ in range(3))
    assert min(seconds(4000) for _ in range(3)) < small * 12 + 0.05


@pytest.mark.parametrize(
    ("made", "markup"),
    [
        (element("p", "<", Html("<br>")), "<p>&lt;<br></p>"),
        (element("a", href='"&', title=None), '<a href="&quot;&amp;"></a>'),
        (element("input", aria_label="x", class_="y"), '<input aria-label="x" class="y">'),
        (escaped("a\r\n\x00"), "a&#13;\n\ufffd"),
    ],
    ids=["children", "attributes", "void", "line-ends"],
)
def test_markup_escapes_what_is_not_markup(made: Html, markup: str) -> None:
    assert made == markup
