"""A reply as markup, for readers without JavaScript. `static/home.js` builds the same elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import quote

from app.model import Kind, Reason, Span
from app.web.anchors import place
from app.web.markup import Html, element, escaped, joined
from app.web.schemas import (
    Answered,
    CitationBody,
    NearestBody,
    Refused,
    StatementBody,
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.NOT_COVERED: "语料没有涉及",
        Reason.WRONG_SCOPE: "口径不符",
        Reason.AMBIGUOUS: "问法不止一种理解",
        Reason.CONTRADICTED: "与语料不符",
        Reason.OFF_TOPIC: "与语料无关",
        Reason.UNCLEAR: "没有看懂问题",
    }
)

# Kinds whose answer is the list of statements; the joined line would say it twice.
LISTED = frozenset({Kind.LIST, Kind.MEASURES, Kind.REFORMS})

# Longer answers are set like running text, shorter ones large.
SHORT_ANSWER = 24


def reply_view(question: str, reply: Answered | Refused) -> Html:
    """The question and what was found."""
    heading = element("h2", question, class_="question")
    if isinstance(reply, Answered):
        body = joined([*_answer(reply), _citations(reply.citations)])
        return element("article", heading, body, _version(reply), class_="reply answered")
    return element("article", heading, *_refusal(reply), _version(reply), class_="reply refused")


def _answer(reply: Answered) -> list[Html]:
    alone = len(reply.statements) == 1 and reply.statements[0].text == reply.answer
    size = "answer short" if len(reply.answer) <= SHORT_ANSWER else "answer"
    parts: list[Html] = []
    if alone:
        parts.append(_statement("p", reply.statements[0], size))
    else:
        if reply.kind not in LISTED:
            parts.append(element("p", reply.answer, class_=size))
        tag = "ol" if reply.kind in LISTED else "ul"
        items = [_statement("li", statement, None) for statement in reply.statements]
        parts.append(element(tag, *items, class_="statements"))
    if reply.notes:
        notes = [element("li", note) for note in reply.notes]
        parts.append(element("ul", *notes, class_="notes"))
    return parts


def _statement(tag: str, statement: StatementBody, class_: str | None) -> Html:
    marks = [
        element("a", f"[{number}]", href=f"#citation-{number}", class_="mark")
        for number in statement.citations
    ]
    derived = (
        [element("span", f"算式：{statement.derived.expression}", class_="derived")]
        if statement.derived
        else []
    )
    return element(tag, statement.text, *marks, *derived, class_=class_)


def _refusal(reply: Refused) -> list[Html]:
    parts = [
        element("p", REASONS[reply.reason], class_="reason"),
        element("p", reply.message, class_="message"),
    ]
    if reply.missing:
        missing = [element("li", word) for word in reply.missing]
        parts.append(element("p", "语料中缺少", class_="missing-label"))
        parts.append(element("ul", *missing, class_="missing"))
    if reply.citations:
        parts.append(_citations(reply.citations))
    if reply.nearest:
        parts.append(element("h3", "相近的段落", element("small", "供参考，不是答案")))
        nearest = [_source(passage, passage.quote, None) for passage in reply.nearest]
        parts.append(element("ol", *nearest, class_="sources"))
    return parts


def _citations(citations: Sequence[CitationBody]) -> Html:
    items = [
        _source(citation, citation.context or citation.quote, f"citation-{citation.id}")
        for citation in citations
    ]
    return joined([element("h3", "依据"), element("ol", *items, class_="sources numbered")])


def _source(source: CitationBody | NearestBody, context: str, id_: str | None) -> Html:
    where = place(Span(source.start, source.end), source.quote)
    address = f"/documents/{quote(source.document_id, safe='')}?c={where}#cited"
    path = [element("span", step) for step in source.path]
    return element(
        "li",
        element("blockquote", _marked(context, source.quote)),
        element("p", element("a", source.title, href=address), *path, class_="from"),
        element("p", " · ".join(_facts(source)), class_="facts"),
        id=id_,
    )


def _marked(context: str, quoted: str) -> Html:
    """`context` with the quote in it marked."""
    before, found, after = context.partition(quoted) if quoted else (context, "", "")
    if not found or before + after == "":
        return escaped(context)
    return joined([before, element("mark", found), after])


def _facts(source: CitationBody | NearestBody) -> list[str]:
    facts = [f"第 {source.start + 1}–{source.end} 字"]
    if isinstance(source, CitationBody):
        if source.page is not None:
            facts.insert(0, f"第 {source.page} 页")
        issued = source.issued_on.isoformat() if source.issued_on else None
        facts = [fact for fact in (source.issuer, source.number, issued) if fact] + facts
    return [*facts, f"SHA-256 {source.digest[:12]}"]


def _version(reply: Answered | Refused) -> Html:
    said = [f"以 {reply.as_of.isoformat()} 为准", f"语料版本 {reply.corpus_version}"]
    if isinstance(reply, Answered) and reply.confidence is not None:
        said.append(f"把握 {reply.confidence:.2f}")
    return element("p", " · ".join(said), class_="version")
