"""Links to quoted words: made from them, found again in another text, and never on other words.

The vectors and the drawn texts are given to the code of the server and to that of the page.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_service import DOCUMENT, IDENTIFIER, OUTLINE, SmallEngine, Store, Version, application
from starlette.testclient import TestClient

from app.model import Document, Span, StoredDocument
from app.web.anchor_view import cited_view, version_line
from app.web.anchors import (
    LONGEST,
    REACH,
    Anchor,
    Standing,
    anchored,
    fingerprint,
    place,
    read_place,
)
from app.web.pages import FOLDER

VECTORS = json.loads(Path(__file__).with_name("anchor_vectors.json").read_text("utf-8"))
QUOTE = "投入3.5亿元"
BEFORE = "一、概况。2025年,投入3.5亿元。"
SCRIPT = f"""
import {{ anchored, codesOf, fingerprint, readPlace, said }} from "{(FOLDER / "static" / "anchor.js").as_uri()}";
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf-8"));
const made = given.fingerprints.map((words) => {{
  const codes = codesOf(words);
  return fingerprint(codes, 0, codes.length);
}});
const found = given.anchored.map(([written, text]) => {{
  const [codes, place] = [codesOf(text), readPlace(written)];
  const one = place ? anchored(place, codes) : {{ standing: "outside" }};
  const span = one.start === undefined ? null : [one.start, one.end];
  return [one.standing, span, said(written, place, one, codes.length, given.version)];
}});
console.log(JSON.stringify({{ made, found }}));
"""


@pytest.mark.parametrize("vector", VECTORS["fingerprints"], ids=lambda each: each["fingerprint"])
def test_words_have_one_fingerprint(vector: dict[str, str]) -> None:
    assert fingerprint(vector["words"]) == vector["fingerprint"]


@pytest.mark.parametrize("vector", VECTORS["anchored"], ids=lambda each: each["why"])
def test_words_are_found_where_they_stand_now(vector: dict[str, Any]) -> None:
    anchor = read_place(vector["written"])
    assert anchor is not None
    found = anchored(anchor, vector["text"])
    span = None if found.span is None else [found.span.start, found.span.end]
    assert [found.standing, span] == [vector["standing"], vector["span"]]


@pytest.mark.parametrize("written", VECTORS["unreadable"])
def test_what_is_no_place_is_not_read(written: str) -> None:
    assert read_place(written) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_fingerprint_is_two_polynomials_of_the_code_points(words: str) -> None:
    codes = [ord(each) or 0xFFFD for each in words]
    halves = []
    for base, modulus in ((31_415_926, 60_466_169), (27_182_818, 60_466_141)):
        whole = sum(code * base**power for power, code in enumerate(reversed(codes)))
        halves.append(whole % modulus)
    made = fingerprint(words)
    assert re.fullmatch("[0-9a-z]{10}", made)
    assert [int(made[:5], 36), int(made[5:], 36)] == halves


texts = st.text(st.sampled_from("一二。\r\n𠮷\x00a"), max_size=30)


@st.composite
def updates(draw: st.DrawFn) -> tuple[str, Span, str]:
    """A text, a place in it, and a later text that often holds the same words."""
    old = draw(texts.filter(bool))
    start = draw(st.integers(0, len(old) - 1))
    span = Span(start, draw(st.integers(start + 1, len(old))))
    kept = draw(st.sampled_from([old, span.of(old), ""]))
    return old, span, draw(texts) + kept + draw(texts)


@given(updates())
def test_only_the_quoted_words_are_marked_and_the_nearest_of_them(
    drawn: tuple[str, Span, str],
) -> None:
    old, span, new = drawn
    quote = span.of(old)
    written = place(span, quote)
    assert re.fullmatch(r"[0-9a-z.-]+", written)
    anchor = read_place(written)
    assert anchor is not None
    found = anchored(anchor, new)
    places = [at for at in range(len(new)) if new.startswith(quote, at)]
    if found.span is None:
        assert (found.standing, places) == (Standing.GONE, [])
    else:
        assert found.span.of(new) == quote
        assert found.span.start == min(places, key=lambda at: (abs(at - span.start), at))
        assert found.standing == (Standing.HERE if found.span == span else Standing.MOVED)
        assert found.again == (found.span != span and len(places) > 1)


def test_a_very_long_place_has_no_fingerprint() -> None:
    assert place(Span(3, 3 + LONGEST), "一" * LONGEST).startswith(f"3-{3 + LONGEST}.")
    assert place(Span(3, 4 + LONGEST), "一" * (LONGEST + 1)) == f"3-{4 + LONGEST}"


def test_the_server_says_how_far_it_searched() -> None:
    anchor = Anchor(Span(0, len(QUOTE)), fingerprint(QUOTE))
    far = "一" * (REACH + 1) + QUOTE
    assert anchored(anchor, far).standing == Standing.NOT_NEAR
    near = "一" * (REACH - 1) + QUOTE
    assert anchored(anchor, near).span == Span(REACH - 1, REACH - 1 + len(QUOTE))
    cited, notice = cited_view(place(anchor.span, QUOTE), replace(DOCUMENT, text=far))
    assert cited is None
    assert f"前后各 {REACH} 字之内没有" in notice


def test_words_are_found_however_far_behind_the_end_their_old_place_is() -> None:
    anchor = read_place(f"9999999990-9999999997.{fingerprint(QUOTE)}")
    assert anchor is not None
    start = BEFORE.index(QUOTE)
    assert anchored(anchor, BEFORE).span == Span(start, start + len(QUOTE))


def drawn_links() -> list[tuple[str, str]]:
    """Links into texts, drawn by arithmetic so that each run has the same."""
    letters = "一二三\n𠮷a"
    state, made = 1, []
    for _ in range(300):
        words = ""
        for _ in range(40):
            state = state * 1103515245 + 12345 & 0x7FFFFFFF
            words += letters[(state >> 16) % len(letters)]
        start = (state >> 8) % 30
        span = Span(start, start + 1 + (state >> 20) % 9)
        other = words[7:] + words[:7] if state & 256 else words[::-1] + words
        made.append((place(span, span.of(words)), other))
    return made


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the script of the page")
def test_the_script_of_the_page_does_and_says_what_the_server_does() -> None:
    words = [each["words"] for each in VECTORS["fingerprints"]]
    links = [(each["written"], each["text"]) for each in VECTORS["anchored"]]
    links += drawn_links()
    links += [(written, BEFORE) for written in VECTORS["unreadable"] if written.isascii()]
    version = version_line(DOCUMENT)
    given_ = {"fingerprints": words, "anchored": links, "version": version}
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", SCRIPT],
        input=json.dumps(given_),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    real = json.loads(done.stdout)
    assert real["made"] == [each["fingerprint"] for each in VECTORS["fingerprints"]]
    standings = set()
    for (written, text), (standing, span, said) in zip(links, real["found"], strict=True):
        anchor = read_place(written)
        cited, notice = cited_view(written, replace(DOCUMENT, text=text))
        expected = Standing.OUTSIDE if anchor is None else anchored(anchor, text).standing
        assert standing == expected, written
        assert span == (None if cited is None else [cited.start, cited.end]), written
        if written.strip() and written.isprintable():
            assert said == re.sub("<[^>]*>", "", notice), written
        standings.add(standing)
    assert standings == {"here", "moved", "gone", "outside"}


def service(text: str) -> TestClient:
    """The service after the document has got this text."""
    document = replace(DOCUMENT, text=text, digest="f" * 64)
    stored = StoredDocument(document, type(OUTLINE)(()), (), (), (), ())
    return TestClient(application(SmallEngine(snapshot=Version("v2", Store({IDENTIFIER: stored})))))


def page(client: TestClient, written: str, document_id: str = IDENTIFIER) -> str:
    headers = {"Accept": "text/html"}
    return client.get(f"/documents/{document_id}?c={written}", headers=headers).text


def written_then() -> str:
    start = BEFORE.index(QUOTE)
    return place(Span(start, start + len(QUOTE)), QUOTE)


def test_a_page_marks_words_that_stand_and_says_nothing() -> None:
    shown = page(service(BEFORE), written_then())
    assert f'<mark id="cited">{QUOTE}</mark>' in shown
    assert shown.count("notice") == 2  # the empty one for the script: id and class


def test_a_page_marks_words_that_moved_and_says_so() -> None:
    shown = page(service("新的一段。" + BEFORE), written_then())
    assert f'新的一段。一、概况。2025年,<mark id="cited">{QUOTE}</mark>' in shown
    assert "原句已移到这里：原在第 12–18 字，现在第 17–23 字。" in shown


def test_a_page_says_when_the_words_stand_at_several_places() -> None:
    shown = page(service("新的一段。" + BEFORE + BEFORE), written_then())
    assert shown.count("<mark") == 1
    assert "现在第 17–23 字。相同的文字不止一处，标出的是离原处最近的一处。" in shown


def test_a_page_marks_nothing_when_the_words_are_gone_and_names_its_version() -> None:
    shown = page(service(BEFORE.replace("3.5", "3.6")), written_then())
    assert "<mark" not in shown
    assert "引用的原句已不在本文件的现行版本里：原在第 12–18 字，共 7 字；" in shown
    assert "现行版本：成文日期 2025-06-01，SHA-256 ffffffffffff。" in shown
    assert 'data-version="成文日期 2025-06-01，SHA-256 ffffffffffff"' in shown


def test_a_link_of_before_fingerprints_marks_its_place_as_ever() -> None:
    shown = page(service(BEFORE), written_then().partition(".")[0])
    assert f'<mark id="cited">{QUOTE}</mark>' in shown


def test_a_document_that_is_gone_is_404_and_the_page_says_what_is_missing() -> None:
    client = service(BEFORE)
    address = f"/documents/former?c={written_then()}"
    response = client.get(address, headers={"Accept": "text/html"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "编号“former”的文件现在不在语料中，引用它的原句因此无从核对" in response.text


@pytest.mark.parametrize(
    ("issued", "said"),
    [(DOCUMENT.issued_on, "成文日期 2025-06-01，SHA-256 "), (None, "SHA-256 ")],
    ids=["dated", "undated"],
)
def test_a_version_is_named_by_its_date_and_its_hash(issued: Any, said: str) -> None:
    document: Document = replace(DOCUMENT, issued_on=issued)
    assert version_line(document) == said + DOCUMENT.digest[:12]
