"""What the tools of MCP return. Their JSON schemas are published with them."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.engine import Engine
from app.model import SearchReply, Span, StoredDocument
from app.web import render, schemas

SECTION: Final = 4_000  # characters: a section that a hit is shown with is not longer


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskBody(_Body):
    """The reply to a question; of a refusal `answer` says what is missing."""

    status: Literal["answered", "refused"]
    answer: str = Field(description="简短的回答；拒答时说明语料中缺什么")
    statements: list[schemas.StatementBody] = Field(
        description="逐条陈述，citations 指向依据的编号"
    )
    citations: list[schemas.CitationBody] = Field(description="逐字原文依据")
    nearest: list[schemas.NearestBody] = Field(description="拒答时相近的原文，仅供参考，不是依据")
    notes: list[str] = Field(description="需要一并告知用户的说明")
    markdown: str = Field(description="排好版的完整回复")
    as_of: date
    corpus_version: str


class FoundBody(_Body):
    """A place found; `id` is what `fetch` takes."""

    id: str
    title: str
    url: str
    text: str
    path: list[str]


class SearchBody(_Body):
    """Places found, best first."""

    results: list[FoundBody]


class PieceBody(_Body):
    """What is known of a piece; `next` is the id of what follows when it had to be cut."""

    document_id: str
    start: int
    end: int
    number: str | None
    issuer: str | None
    region: str | None
    issued_on: date | None
    status: str
    digest: str
    next: str | None


class FetchBody(_Body):
    """A piece of a document, verbatim."""

    id: str
    title: str
    text: str
    url: str
    metadata: PieceBody


def asked(reply: schemas.Answered | schemas.Refused) -> AskBody:
    """The reply to a question, answered or refused, in one shape."""
    if isinstance(reply, schemas.Answered):
        status: Literal["answered", "refused"] = "answered"
        answer, statements, notes = reply.answer, reply.statements, reply.notes
        nearest: list[schemas.NearestBody] = []
    else:
        status, answer, statements, notes = "refused", reply.message, [], []
        nearest = reply.nearest
    return AskBody(
        status=status,
        answer=answer,
        statements=statements,
        citations=reply.citations,
        nearest=nearest,
        notes=notes,
        markdown=reply.markdown,
        as_of=reply.as_of,
        corpus_version=reply.corpus_version,
    )


def searched(engine: Engine, found: SearchReply, public_url: str) -> SearchBody:
    """The hits; those in one section share its id, and only the best is shown."""
    results: dict[str, FoundBody] = {}
    for hit in found.hits:
        stored = engine.snapshot.documents.get(hit.passage.document_id)
        if stored is None:
            continue
        span = _around(stored, hit.passage.span)
        name = piece_id(stored.document.id, span)
        results.setdefault(
            name,
            FoundBody(
                id=name,
                title=hit.title,
                url=render.document_url(stored.document.id, hit.passage.span, hit.text, public_url),
                text=hit.text,
                path=list(hit.passage.path),
            ),
        )
    return SearchBody(results=list(results.values()))


def piece_id(document_id: str, span: Span) -> str:
    """The name of a part of a document. Texts never change, so it holds for ever."""
    return f"{document_id}#{span.start}-{span.end}"


def _around(stored: StoredDocument, span: Span) -> Span:
    """The largest section around `span` that is short enough, or `span` itself."""
    around = [
        section.span
        for section in stored.outline.sections
        if section.span.start <= span.start
        and span.end <= section.span.end
        and section.span.end - section.span.start <= SECTION
    ]
    return min(around, key=lambda one: (one.start, -one.end), default=span)


def fetched(stored: StoredDocument, span: Span, longest: int, public_url: str) -> FetchBody:
    """A part of a document, at most `longest` characters."""
    document = stored.document
    shown = Span(span.start, min(span.end, span.start + longest))
    rest = Span(shown.end, span.end)
    return FetchBody(
        id=piece_id(document.id, shown),
        title=document.title,
        text=document.text[shown.start : shown.end],
        url=render.document_url(document.id, shown, shown.of(document.text), public_url),
        metadata=PieceBody(
            document_id=document.id,
            start=shown.start,
            end=shown.end,
            number=document.number,
            issuer=document.issuer,
            region=document.region,
            issued_on=document.issued_on,
            status=document.status.value,
            digest=document.digest,
            next=piece_id(document.id, rest) if rest.start < rest.end else None,
        ),
    )


def documents(engine: Engine, offset: int, limit: int) -> list[schemas.DocumentFields]:
    """A part of the list of documents, in corpus order."""
    store = engine.snapshot.documents
    chosen = (store.get(name) for name in store.ids()[offset : offset + limit])
    return [render.document_fields(each.document) for each in chosen if each]
