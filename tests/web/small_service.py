"""A small real engine over documents held in memory, and the service around it."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import uvicorn
from fastapi import FastAPI

from app.answer.force import warnings
from app.model import (
    Answer,
    Citation,
    Derivation,
    Document,
    Filters,
    Kind,
    Nearest,
    Outline,
    Passage,
    QuoteClaim,
    QuoteVerdict,
    Reason,
    Refusal,
    Reply,
    SearchHit,
    SearchReply,
    Section,
    Span,
    Statement,
    Status,
    StoredDocument,
)
from app.web.application import create_application
from app.web.envelope import SECURITY_HEADERS
from app.web.limits import Limits
from app.web.problems import KINDS
from app.web.server import configuration

TODAY = date(2026, 11, 23)
NO_FILTERS = Filters()
LIMITS = Limits()
TEXT = (
    "\ufeff关于加强档案管理的通知\r\n"
    "一、总体要求\r\n"
    "2025年,全市新建档案馆12座,投入3.5亿元。𠮷祥𡈽地<b>&amp;</b>也要写对。\r\n"
    "二、主要举措\n"
    "一是建立目录。二是定期检查。\x00\r"
    "“好”的<script>alert(1)</script>做法要推广。\n"
)


def span_of(piece: str) -> Span:
    start = TEXT.index(piece)
    return Span(start, start + len(piece))


def section(level: int, label: str, heading: str, end: int, parent: int | None) -> Section:
    whole = span_of(label + heading)
    return Section(level, label, heading, Span(whole.start, end), whole, parent)


SECOND = TEXT.index("二、主要举措")
OUTLINE = Outline(
    (
        section(1, "一、", "总体要求", SECOND, None),
        section(1, "二、", "主要举措", len(TEXT), None),
        section(2, "一是", "", TEXT.index("二是"), 1),
        section(2, "二是", "", TEXT.index("“好”"), 1),
    )
)
DIGEST = hashlib.sha256(TEXT.encode()).hexdigest()
IDENTIFIER = "tongzhi-1"
DOCUMENT = Document(
    id=IDENTIFIER,
    collection="",
    title="关于<i>档案</i>的通知",
    text=TEXT,
    source="通知.txt",
    number="档发〔2025〕3号",
    issuer="市档案局",
    region=None,
    issued_on=date(2025, 6, 1),
    effective_on=None,
    expires_on=None,
    status=Status.IN_FORCE,
    digest=DIGEST,
)
PASSAGE = Passage(
    "p1", IDENTIFIER, span_of("2025年,全市新建档案馆12座,投入3.5亿元。"), ("一、总体要求",)
)
AMOUNT = span_of("投入3.5亿元")


@dataclass(frozen=True)
class Store:
    documents: Mapping[str, StoredDocument]

    def get(self, document_id: str) -> StoredDocument | None:
        return self.documents.get(document_id)

    def document(self, document_id: str) -> Document | None:
        stored = self.documents.get(document_id)
        return stored.document if stored else None

    def edition(self, document_id: str) -> str | None:
        return "only" if document_id in self.documents else None

    def ids(self) -> Sequence[str]:
        return list(self.documents)

    def repealed(self, day: date) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True)
class Version:
    version: str
    documents: Store


@dataclass(frozen=True)
class Traced:
    reply: Reply
    trace: Mapping[str, object]


@dataclass
class SmallEngine:
    """Answers what holds 投入, refuses the rest; keeps what it was asked."""

    asked: list[tuple[str, tuple[str, ...], Filters, date, int]] = field(default_factory=list)
    wait: Callable[[], object] = lambda: None
    snapshot: Version = Version(
        "v1", Store({IDENTIFIER: StoredDocument(DOCUMENT, OUTLINE, (PASSAGE,), (), (), ())})
    )

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        filters: Filters = NO_FILTERS,
        *,
        as_of: date,
        limit: int = 5,
    ) -> Reply:
        self.asked.append((question, tuple(history), filters, as_of, limit))
        self.wait()
        if question == "错误":
            raise RuntimeError("a fault of the engine")
        return answered(as_of) if "投入" in question else refused(as_of)

    def trace(self, question: str, **rest: object) -> Traced:
        return Traced(self.ask(question, **rest), {"terms": ["投入"]})  # type: ignore[arg-type]

    def search(
        self, text: str, filters: Filters, limit: int, offset: int, count: bool, *, as_of: date
    ) -> SearchReply:
        hit = SearchHit(PASSAGE, DOCUMENT.title, PASSAGE.span.of(TEXT), (AMOUNT,), 1.25)
        return SearchReply((hit,)[offset : offset + limit], 1, 1 if count else None)

    def warnings(self, document: Document, as_of: date) -> tuple[str, ...]:
        return warnings(document, as_of)

    def verify(self, quotes: Sequence[QuoteClaim]) -> tuple[QuoteVerdict, ...]:
        return tuple(self._verdict(claim) for claim in quotes)

    def _verdict(self, claim: QuoteClaim) -> QuoteVerdict:
        stored = self.snapshot.documents.get(claim.document_id)
        if stored is None:
            return QuoteVerdict(False, "gone", None)
        valid = claim.span.of(stored.document.text) == claim.quote
        return QuoteVerdict(valid, "ok" if valid else "mismatch", claim.span if valid else None)


def citation(number: int, span: Span) -> Citation:
    return Citation(
        id=number,
        document_id=IDENTIFIER,
        title=DOCUMENT.title,
        path=("一、总体要求",),
        span=span,
        quote=span.of(TEXT),
        context=PASSAGE.span.of(TEXT),
        digest=DIGEST,
        number=DOCUMENT.number,
        issuer=DOCUMENT.issuer,
        issued_on=DOCUMENT.issued_on,
        page=None,
    )


def answered(as_of: date) -> Answer:
    return Answer(
        kind=Kind.AMOUNT,
        answer="3.5亿元",
        statements=(
            Statement("投入3.5亿元", (1,)),
            Statement("每座约0.29亿元", (1,), Derivation("quotient", "3.5 ÷ 12", (1,))),
        ),
        citations=(citation(1, AMOUNT),),
        markdown="**3.5亿元** [1]",
        confidence=0.9251,
        notes=("按<u>全市</u>口径",),
        as_of=as_of,
        corpus_version="v1",
    )


def refused(as_of: date) -> Refusal:
    return Refusal(
        reason=Reason.NOT_COVERED,
        message="语料中没有<b>2022年</b>的数据。",
        missing=("2022年",),
        citations=(),
        nearest=(
            Nearest(
                IDENTIFIER,
                DOCUMENT.title,
                PASSAGE.path,
                PASSAGE.span,
                PASSAGE.span.of(TEXT),
                DIGEST,
            ),
        ),
        markdown="语料中没有2022年的数据。",
        as_of=as_of,
        corpus_version="v1",
    )


def application(engine: SmallEngine, limits: Limits = LIMITS, **rest: object) -> FastAPI:
    arguments = {"verified": lambda: True, "clock": lambda: TODAY, **rest}
    return create_application(lambda: engine, limits, **arguments)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Running:
    """A server in a thread of this process."""

    port: int
    engine: SmallEngine


def run(app: FastAPI) -> Iterator[int]:
    """Serves `app` on a free port while the generator is suspended."""
    config = configuration(app, "127.0.0.1", 0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def check_problem(response: Any, name: str) -> Any:
    """Asserts that `response` is the problem called `name`, and gives its body."""
    kind = KINDS[name]
    assert response.status_code == kind.status
    assert response.headers["content-type"] == "application/problem+json"
    body = json.loads(response.content)
    assert set(body) - {"errors"} == {"type", "title", "status", "detail"}
    assert (body["type"], body["title"], body["status"]) == (
        f"/problems/{name}",
        kind.title,
        kind.status,
    )
    assert body["detail"].endswith(kind.way_out)
    assert bool(body.get("errors")) == (kind.status == 422)
    for header in SECURITY_HEADERS:
        assert header in response.headers
    return body
