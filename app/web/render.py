"""From the nouns of the engine to the schemas of the HTTP contract, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from app.model import (
    Answer,
    Citation,
    Document,
    Filters,
    Nearest,
    Outline,
    QuoteClaim,
    QuoteVerdict,
    Refusal,
    Reply,
    SearchReply,
    Span,
    Statement,
)
from app.web import schemas
from app.web.anchors import place
from app.web.field_view import field_rows


def filters(fields: schemas.FilterFields, as_of: date) -> Filters:
    """The filters of a request as the engine takes them; `as_of` is the day that it is about."""
    return Filters(
        collections=tuple(fields.collections),
        document_ids=tuple(fields.document_ids),
        regions=tuple(fields.regions),
        issuers=tuple(fields.issuers),
        status=tuple(status.value for status in fields.status),
        issued_from=fields.issued_from,
        issued_to=fields.issued_to,
        in_force_on=as_of if fields.in_force else None,
    )


def claims(request: schemas.VerifyRequest) -> tuple[QuoteClaim, ...]:
    """The quotations of a request as the engine takes them."""
    return tuple(
        QuoteClaim(item.document_id, Span(item.start, item.end), item.quote, item.digest)
        for item in request.quotes
    )


def reply(reply: Reply, public_url: str) -> schemas.Answered | schemas.Refused:
    """The reply of the engine; links begin with `public_url`."""
    if isinstance(reply, Answer):
        return _answered(reply, public_url)
    return _refused(reply, public_url)


def traced(
    plain: schemas.Answered | schemas.Refused, trace: dict[str, object]
) -> schemas.TracedAnswered | schemas.TracedRefused:
    """The same reply with the steps that led to it."""
    fields = dict(plain) | {"trace": trace}
    if isinstance(plain, schemas.Answered):
        return schemas.TracedAnswered.model_validate(fields)
    return schemas.TracedRefused.model_validate(fields)


def search(found: SearchReply) -> schemas.SearchBody:
    """The hits of a search."""
    return schemas.SearchBody(
        total_at_least=found.total_at_least,
        total=found.total,
        hits=[
            schemas.SearchHitBody(
                passage_id=hit.passage.id,
                document_id=hit.passage.document_id,
                title=hit.title,
                path=list(hit.passage.path),
                text=hit.text,
                start=hit.passage.span.start,
                end=hit.passage.span.end,
                highlights=[(span.start, span.end) for span in hit.highlights],
                score=hit.score,
            )
            for hit in found.hits
        ],
    )


def document_fields(document: Document) -> schemas.DocumentFields:
    """What is known of a document, without its text."""
    return schemas.DocumentFields.model_validate(_fields(document))


def document(document: Document, warnings: Sequence[str], as_of: date) -> schemas.DocumentBody:
    """A document with its text, and with what a reader must know of it on the day `as_of`."""
    rows = [
        schemas.FieldBody(
            name=row.name,
            value=row.value,
            source=row.source,
            start=None if row.span is None else row.span.start,
            end=None if row.span is None else row.span.end,
            document_id=row.document_id,
        )
        for row in field_rows(document)
    ]
    more = {"fields": rows, "warnings": list(warnings), "as_of": as_of, "text": document.text}
    return schemas.DocumentBody.model_validate(_fields(document) | more)


def outline(document: Document, outline: Outline) -> schemas.OutlineBody:
    """The sections of a document."""
    return schemas.OutlineBody(
        document_id=document.id,
        digest=document.digest,
        sections=[
            schemas.SectionBody(
                level=section.level,
                label=section.label,
                heading=section.heading,
                start=section.span.start,
                end=section.span.end,
                heading_start=section.heading_span.start,
                heading_end=section.heading_span.end,
                parent=section.parent,
            )
            for section in outline.sections
        ],
    )


def verdicts(found: tuple[QuoteVerdict, ...]) -> schemas.VerifyBody:
    """The verdicts on quotations, in order."""
    return schemas.VerifyBody(
        quotes=[
            schemas.VerdictBody.model_validate(
                {
                    "valid": verdict.valid,
                    "reason": verdict.reason,
                    "start": None if verdict.span is None else verdict.span.start,
                    "end": None if verdict.span is None else verdict.span.end,
                }
            )
            for verdict in found
        ]
    )


def document_url(document_id: str, span: Span, words: str, public_url: str) -> str:
    """The address of the page that shows `words`, which stand at `span` of a document."""
    return f"{public_url}/documents/{quote(document_id, safe='')}#c={place(span, words)}"


def _answered(answer: Answer, public_url: str) -> schemas.Answered:
    return schemas.Answered(
        status="answered",
        kind=answer.kind,
        answer=answer.answer,
        statements=[_statement(statement) for statement in answer.statements],
        citations=[_citation(citation, public_url) for citation in answer.citations],
        markdown=answer.markdown,
        confidence=None if answer.confidence is None else round(answer.confidence, 2),
        notes=list(answer.notes),
        as_of=answer.as_of,
        corpus_version=answer.corpus_version,
    )


def _refused(refusal: Refusal, public_url: str) -> schemas.Refused:
    return schemas.Refused(
        status="refused",
        reason=refusal.reason,
        message=refusal.message,
        missing=list(refusal.missing),
        citations=[_citation(citation, public_url) for citation in refusal.citations],
        nearest=[_nearest(nearest, public_url) for nearest in refusal.nearest],
        markdown=refusal.markdown,
        as_of=refusal.as_of,
        corpus_version=refusal.corpus_version,
    )


def _statement(statement: Statement) -> schemas.StatementBody:
    derived = statement.derived
    return schemas.StatementBody(
        text=statement.text,
        citations=list(statement.citations),
        derived=None
        if derived is None
        else schemas.DerivationBody(
            operation=derived.operation,
            expression=derived.expression,
            operands=list(derived.operands),
        ),
    )


def _citation(citation: Citation, public_url: str) -> schemas.CitationBody:
    return schemas.CitationBody(
        id=citation.id,
        document_id=citation.document_id,
        title=citation.title,
        path=list(citation.path),
        start=citation.span.start,
        end=citation.span.end,
        quote=citation.quote,
        context=citation.context,
        digest=citation.digest,
        url=document_url(citation.document_id, citation.span, citation.quote, public_url),
        number=citation.number,
        issuer=citation.issuer,
        issued_on=citation.issued_on,
        page=citation.page,
    )


def _nearest(nearest: Nearest, public_url: str) -> schemas.NearestBody:
    return schemas.NearestBody(
        document_id=nearest.document_id,
        title=nearest.title,
        path=list(nearest.path),
        start=nearest.span.start,
        end=nearest.span.end,
        quote=nearest.quote,
        digest=nearest.digest,
        url=document_url(nearest.document_id, nearest.span, nearest.quote, public_url),
    )


def _fields(document: Document) -> dict[str, object]:
    known = {name: getattr(document, name) for name in schemas.DocumentFields.model_fields}
    return known | {"issuers": list(document.issuers)}
