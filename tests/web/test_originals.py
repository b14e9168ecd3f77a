"""The file that a document was extracted from, and the page that a citation names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from starlette.testclient import TestClient
from typesetting import Page, Setter, ofd_of, pdf_of

from app.engine import Engine
from app.errors import OriginalChanged, OriginalGone
from app.library import Library, index
from app.library.files import digest_of
from app.library.originals import original, read_original
from app.web.application import create_application
from app.web.limits import Limits
from app.web.original_routes import disposition, original_address

OPENING = "为扩大普惠托育服务供给，减轻家庭照护负担，结合本市实际，制定本方案，请各区、各部门认真贯彻执行。"


def printed() -> list[Page]:
    setter = Setter(header="某市人民政府公报", footer="— {} —")
    setter.centred("某市普惠托育服务发展实施方案", 22)
    for _ in range(14):
        setter.paragraph(OPENING)
    setter.paragraph("二、资金保障")
    setter.paragraph("2025年，全市托育服务补助资金共计4.2亿元，由市财政统筹安排。")
    return setter.pages


FILES = {
    "方案/托育 服务（2025）.pdf": pdf_of(printed()),
    "方案/托育.ofd": ofd_of(printed()),
    "方案/网页.html": "<p>社区食堂建设资金共计三千万元，由区级财政安排。</p>".encode(),
    "方案/说明.txt": "公共体育场馆免费开放时间为每周二十小时。\n".encode(),
}


class Served:
    """A corpus folder, the library over it, and the service."""

    def __init__(self, corpus: Path, data: Path) -> None:
        for source, content in FILES.items():
            path = corpus / source
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        index(corpus, data)
        self.corpus = corpus
        self.library = Library.open(corpus, data)
        engine = Engine(self.library.published.snapshot, self.library.published.segmenter)
        self.client = TestClient(
            create_application(
                lambda: engine,
                Limits(),
                verified=lambda: True,
                clock=lambda: date(2026, 1, 1),
                original=partial(original, self.library),
            )
        )

    def id_of(self, source: str) -> str:
        documents = self.client.get("/v1/documents").json()["documents"]
        return next(str(each["id"]) for each in documents if each["source"] == source)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    one = Served(tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("home") / "data")
    with one.library:
        yield one


# ── pages in citations ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("source", [name for name in FILES if name.endswith(("pdf", "ofd"))])
def test_a_citation_names_the_page_and_the_markdown_too(served: Served, source: str) -> None:
    asked = {
        "question": "2025年全市托育服务补助资金共计多少？",
        "filters": {"document_ids": [served.id_of(source)]},
    }
    reply = served.client.post("/v1/ask", json=asked).json()
    assert reply["answer"] == "4.2亿元"
    assert [cited["page"] for cited in reply["citations"]] == [2]
    assert "》第2页" in reply["markdown"]


def test_a_document_without_pages_has_no_page(served: Served) -> None:
    asked = {
        "question": "公共体育场馆免费开放时间是多久？",
        "filters": {"document_ids": [served.id_of("方案/说明.txt")]},
    }
    reply = served.client.post("/v1/ask", json=asked).json()
    assert reply["citations"][0]["page"] is None
    assert "页" not in reply["markdown"]


def test_the_reply_and_the_document_are_shown_with_the_page(served: Served) -> None:
    page = served.client.get("/", params={"q": "2025年全市托育服务补助资金共计多少？"}).text
    assert "第 2 页" in page
    identifier = served.id_of("方案/托育 服务（2025）.pdf")
    shown = served.client.get(f"/documents/{identifier}").text
    assert f'href="/documents/{identifier}/original#page=2"' in shown
    assert 'id="page-1"' in shown
    assert 'data-page="2"' in shown
    assert f'<a href="/documents/{identifier}/original">下载原文件</a>' in shown


# ── originals ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("source", "kind", "shown"),
    [
        ("方案/托育 服务（2025）.pdf", "application/pdf", True),
        ("方案/托育.ofd", "application/ofd", False),
        ("方案/网页.html", "text/html", False),
        ("方案/说明.txt", "text/plain", False),
    ],
)
def test_the_file_comes_byte_for_byte_and_cannot_run_as_our_page(
    served: Served, source: str, kind: str, shown: bool
) -> None:
    response = served.client.get(original_address(served.id_of(source)))
    assert response.status_code == 200
    assert response.content == FILES[source]
    assert response.headers["Content-Type"] == kind
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert policy.startswith("sandbox;") is not shown


def test_head_gives_the_headers_only(served: Served) -> None:
    response = served.client.head(original_address(served.id_of("方案/说明.txt")))
    assert (response.status_code, response.content) == (200, b"")
    assert "filename*" in response.headers["Content-Disposition"]


@pytest.mark.parametrize("identifier", ["0000000000000000", "..", "%2e%2e%2fsecret", "a%00b"])
def test_an_unknown_document_has_no_file(served: Served, identifier: str) -> None:
    response = served.client.get(f"/documents/{identifier}/original")
    assert response.status_code in (404, 422)
    assert "problem+json" in response.headers["Content-Type"] or "html" in response.text


def test_a_changed_file_is_not_handed_out_and_comes_back_with_its_bytes(served: Served) -> None:
    path = served.corpus / "方案/说明.txt"
    address = original_address(served.id_of("方案/说明.txt"))
    path.write_bytes(b"changed")
    changed = served.client.get(address)
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/original-changed")
    assert "说明.txt" in changed.json()["detail"]
    path.unlink()
    gone = served.client.get(address)
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/original-gone")
    path.write_bytes(FILES["方案/说明.txt"])
    assert served.client.get(address).status_code == 200


def test_without_a_folder_to_read_from_no_page_offers_a_file(served: Served) -> None:
    engine = Engine(served.library.published.snapshot, served.library.published.segmenter)
    client = TestClient(create_application(lambda: engine, Limits(), verified=lambda: True))
    identifier = served.id_of("方案/说明.txt")
    assert client.get(original_address(identifier)).status_code == 404
    assert "下载原文件" not in client.get(f"/documents/{identifier}").text


def test_a_link_out_of_the_corpus_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    os.symlink(secret, corpus / "a.txt")
    with pytest.raises(OriginalGone, match="以外"):
        read_original(corpus, "a.txt", digest_of(secret))


@pytest.mark.parametrize("source", ["../secret.txt", "/etc/hostname", "a/../../secret.txt"])
def test_a_path_out_of_the_corpus_is_not_read(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    with pytest.raises(OriginalGone):
        read_original(corpus, source, digest_of(tmp_path / "secret.txt"))


def test_a_name_in_another_form_of_unicode_is_found(tmp_path: Path) -> None:
    written = unicodedata.normalize("NFD", "résumé.txt")
    (tmp_path / written).write_bytes(b"text")
    found = read_original(tmp_path, "résumé.txt", digest_of(tmp_path / written))
    assert (found.name, found.data) == ("résumé.txt", b"text")


def test_a_folder_in_the_place_of_the_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OriginalGone):
        read_original(tmp_path, "a.txt", "0" * 64)


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    with pytest.raises(OriginalChanged, match=r"a\.txt"):
        read_original(tmp_path, "a.txt", "0" * 64)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("report 2024.pdf", "report_2024.pdf"),
        ("通知.pdf", "document.pdf"),
        ('a"b\\c.pdf', "a_b_c.pdf"),
        ("行1\r\nSet-Cookie: a=b.txt", "1_Set-Cookie_a_b.txt"),
        ("没有后缀", "document"),
    ],
)
def test_any_name_fits_into_the_header(name: str, plain: str) -> None:
    written = disposition(name, is_shown=False)
    assert written.isascii()
    assert not set("\r\n") & set(written)
    kind, first, second = written.split("; ")
    assert (kind, first) == ("attachment", f'filename="{plain}"')
    assert unquote(second.removeprefix("filename*=UTF-8''")) == name
    assert quote(name, safe="!#$&+-.^_`|~") in second
