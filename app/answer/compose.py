"""From a chosen candidate or a verdict to the reply that a reader sees."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from app.answer import templates
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.force import warnings
from app.answer.verdict import Verdict
from app.answer.view import DocumentView
from app.model import (
    Answer,
    Citation,
    Derivation,
    Figure,
    Kind,
    Modality,
    Nearest,
    Question,
    Refusal,
    Span,
    Statement,
)

_LISTS = frozenset({Kind.LIST, Kind.MEASURES, Kind.REFORMS})
_CONTEXT = 400  # characters of a citation's context at most
_NEAREST = 200  # characters of a nearest passage that are shown


def answer(
    question: Question, candidate: Candidate, limit: int, as_of: date, version: str
) -> Answer:
    """The answer that `candidate` gives, each statement with the citations that prove it."""
    conflict = candidate.kind is not Kind.COMPARISON and candidate.derivation is None
    # `limit` bounds the documents set side by side, never the operands of one value.
    parts = [candidate, *(candidate.others[: limit - 1] if conflict else candidate.others)]
    conflict = conflict and len(parts) > 1
    citations: list[Citation] = []
    for part in parts:
        for span in part.quotes:
            if not any(c.span == span and c.document_id == part.view.id for c in citations):
                citations.append(_citation(part.view, span, len(citations) + 1, _whole(part)))
    statements = tuple(Statement(cited.quote, (cited.id,)) for cited in citations)
    if candidate.derivation is not None:
        statements = (*statements, _derived(candidate.answer, candidate.derivation, citations))
    short = "；".join(_titled(part) for part in parts) if conflict else candidate.answer
    return Answer(
        kind=candidate.kind,
        answer=short,
        statements=statements,
        citations=tuple(citations),
        markdown=_markdown(short, statements, citations),
        confidence=candidate.confidence,
        notes=(*_repaired(question), *_notes(parts, as_of)),
        as_of=as_of,
        corpus_version=version,
    )


def _titled(part: Candidate) -> str:
    return f"《{part.view.stored.document.title}》：{part.answer}"


def _whole(part: Candidate) -> Span | None:
    """A short list from its first item to its last: each item is shown in the context of all."""
    if part.kind not in _LISTS:
        return None
    whole = Span(min(q.start for q in part.quotes), max(q.end for q in part.quotes))
    return whole if len(whole) <= _CONTEXT else None


def _citation(view: DocumentView, span: Span, number: int, around: Span | None = None) -> Citation:
    document = view.stored.document
    return Citation(
        id=number,
        document_id=document.id,
        title=document.title,
        path=_path(view, span.start),
        span=span,
        quote=view.quote(span),
        context=view.quote(context(view, around or span)),
        digest=document.digest,
        number=document.number,
        issuer=document.issuer,
        issued_on=document.issued_on,
        page=view.stored.page(span.start),
    )


def _path(view: DocumentView, offset: int) -> tuple[str, ...]:
    outline = view.stored.outline
    chain = (outline.sections[i] for i in outline.path(outline.at(offset)))
    return tuple(section.label + section.heading for section in chain if section.heading)


def context(view: DocumentView, span: Span) -> Span:
    """The sentences of the quote, widened while they fit: by neighbours of the same section, then
    by the items beside it, those below it and the lead-in above it.

    Answers often run on into the next sentence, so that one is taken first.
    """
    first = view.at(span.start)
    last = view.at(max(span.start, span.end - 1))
    if first >= len(view.sentences):
        return span
    last = min(last, len(view.sentences) - 1)
    section = view.sentences[first].section
    first, last = _widened(view, first, last, frozenset((section,)))
    first, last = _widened(view, first, last, _kin(view, section))
    start = min(span.start, view.sentences[first].span.start)
    return Span(start, max(span.end, view.sentences[last].span.end))


def _widened(
    view: DocumentView, first: int, last: int, sections: Container[int | None]
) -> tuple[int, int]:
    """The sentences `first` to `last` with what stands around them in one of `sections`."""
    sentences = view.sentences
    grown = True
    while grown:
        grown = False
        for index in (last + 1, first - 1):
            if not 0 <= index < len(sentences) or sentences[index].section not in sections:
                continue
            low, high = min(index, first), max(index, last)
            if sentences[high].span.end - sentences[low].span.start <= _CONTEXT:
                first, last, grown = low, high, True
    return first, last


def _kin(view: DocumentView, section: int | None) -> frozenset[int | None]:
    """A section with its siblings, its parent and its children."""
    sections = view.stored.outline.sections
    parent = None if section is None else sections[section].parent
    near = (i for i, one in enumerate(sections) if one.parent in (parent, section))
    return frozenset((section, parent, *near))


def _derived(value: str, derivation: Derivation, citations: Sequence[Citation]) -> Statement:
    known = tuple(cited.id for cited in citations)
    operands = tuple(i for i in derivation.operands if i in known) or known
    text = templates.COMPUTED.format(
        operation=templates.OPERATIONS[derivation.operation],
        expression=derivation.expression,
        value=value,
    )
    return Statement(
        text, operands, Derivation(derivation.operation, derivation.expression, operands)
    )


def _repaired(question: Question) -> tuple[str, ...]:
    """What was taken for a slip of writing, so that the reader can object."""
    return tuple(
        templates.REPAIRED_NOTE.format(written=written, meant=meant)
        for written, meant in question.repaired
    )


def _notes(parts: Sequence[Candidate], as_of: date) -> tuple[str, ...]:
    notes: dict[str, None] = {}
    for part in parts:
        notes.update((note, None) for note in part.notes)
        if part.derivation is not None:
            notes[templates.DERIVED_NOTE] = None
        if part.figure is not None:
            notes.update((note, None) for note in _figure_notes(part.figure))
        notes.update((note, None) for note in warnings(part.view.stored.document, as_of))
    return tuple(notes)


def _figure_notes(figure: Figure) -> list[str]:
    notes = []
    if figure.modality is Modality.TARGET:
        notes.append(templates.TARGET_NOTE)
    if figure.year_inherited:
        notes.append(templates.INHERITED_YEAR_NOTE.format(year=figure.year))
    return notes


def _markdown(short: str, statements: Sequence[Statement], citations: Sequence[Citation]) -> str:
    marks = "".join(f"[{cited.id}]" for cited in citations[:1])
    lines = [f"**{short}** {marks}"]
    if len(statements) > 1:
        lines = [f"**{short}**", ""]
        lines.extend(
            f"- {statement.text} {''.join(f'[{i}]' for i in statement.citations)}"
            for statement in statements
        )
    lines.extend(("", f"{templates.EVIDENCE}："))
    lines.extend(
        f"[{cited.id}] {_place(cited)}{' › '.join(cited.path)}：“{cited.quote}”"
        for cited in citations
    )
    return "\n".join(lines)


def _place(cited: Citation) -> str:
    """The title of a document, with the page where it has pages."""
    page = "" if cited.page is None else templates.PAGE.format(page=cited.page)
    return f"《{cited.title}》{page}"


def refusal(
    verdict: Verdict,
    evidence: Evidence,
    views: dict[str, DocumentView],
    limit: int,
    as_of: date,
    version: str,
) -> Refusal:
    """The refusal that `verdict` gives, with the passages to read on."""
    message = templates.REFUSAL[verdict.reason].format(missing=templates.missing(verdict.missing))
    best = evidence.best
    citations = tuple(
        _citation(best.view, span, number)
        for number, span in enumerate(verdict.proof if best else (), 1)
        if best is not None
    )
    nearest = tuple(_nearest(views, evidence, limit))
    lines = [message]
    if citations:
        lines.extend(("", f"{templates.EVIDENCE}："))
        lines.extend(f"[{cited.id}] {_place(cited)}：“{cited.quote}”" for cited in citations)
    if nearest:
        lines.extend(("", f"{templates.NEAREST}："))
        lines.extend(f"- 《{near.title}》：{near.quote}" for near in nearest)
    return Refusal(
        reason=verdict.reason,
        message=message,
        missing=verdict.missing,
        citations=citations,
        nearest=nearest,
        markdown="\n".join(lines),
        as_of=as_of,
        corpus_version=version,
    )


def _nearest(views: dict[str, DocumentView], evidence: Evidence, limit: int) -> list[Nearest]:
    found = []
    for hit in evidence.hits[:limit]:
        view = views[hit.passage.document_id]
        document = view.stored.document
        span = Span(
            hit.passage.span.start, min(hit.passage.span.end, hit.passage.span.start + _NEAREST)
        )
        found.append(
            Nearest(
                document.id,
                document.title,
                hit.passage.path,
                span,
                view.quote(span),
                document.digest,
            )
        )
    return found
