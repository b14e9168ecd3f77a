"""What every chat surface says: one reply of the engine, ready to be worded for a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.engine import Engine
from app.model import Clock, Filters
from app.web import render, schemas

LIMIT = 5  # documents set side by side, and passages shown with a refusal
_HISTORY = 8  # earlier questions that are looked at
_QUESTION = 500  # characters; what a person types into a chat is shorter
Suggest = Callable[[], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Source:
    """A citation: `quote` is `text[start:end]` of the document; `url` leads to it."""

    number: int
    document_id: str
    title: str
    document_number: str | None  # 文号
    issuer: str | None
    issued_on: str | None  # ISO 8601
    path: tuple[str, ...]
    start: int
    end: int
    quote: str
    context: str
    url: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a reply and the numbers of the sources that prove it."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChatReply:
    """A reply for a chat.

    `short` is the short answer, or of a refusal its message. `listed` tells that the statements
    are the items of a list. `nearest` are passages to read on with, no claim; `suggestions` are
    questions that the corpus answers.
    """

    answered: bool
    short: str
    listed: bool
    statements: tuple[Statement, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    nearest: tuple[Source, ...]
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answerer:
    """Asks the engine of the moment. Blocking: call it in a worker thread.

    `engine` raises `IndexUnusable` while there is nothing to answer from. `clock` gives today,
    `suggest` questions for those who were refused; `public_url` has no slash at its end.
    """

    engine: Callable[[], Engine]
    clock: Clock
    public_url: str
    suggest: Suggest

    def ask(
        self, question: str, history: Sequence[str] = (), collections: Sequence[str] = ()
    ) -> ChatReply:
        """The reply to `question`; `history` are the earlier questions, oldest first."""
        reply = self.engine().ask(
            question[:_QUESTION],
            history=tuple(earlier[:_QUESTION] for earlier in history[-_HISTORY:]),
            filters=Filters(collections=tuple(collections)),
            as_of=self.clock(),
            limit=LIMIT,
        )
        body = render.reply(reply, self.public_url)
        if isinstance(body, schemas.Answered):
            return _answered(body)
        return _refused(body, self.suggest())


_LISTED = frozenset({"list", "measures", "reforms"})


def _answered(body: schemas.Answered) -> ChatReply:
    return ChatReply(
        answered=True,
        short=body.answer,
        listed=body.kind in _LISTED,
        statements=tuple(
            Statement(
                f"{item.text}（算式：{item.derived.expression}）"
                if item.derived and item.derived.expression not in item.text
                else item.text,
                tuple(item.citations),
            )
            for item in body.statements
        ),
        sources=tuple(_cited(one) for one in body.citations),
        notes=tuple(body.notes),
        nearest=(),
        suggestions=(),
    )


def _refused(body: schemas.Refused, suggestions: tuple[str, ...]) -> ChatReply:
    return ChatReply(
        answered=False,
        short=body.message,
        listed=False,
        statements=(),
        sources=tuple(_cited(one) for one in body.citations),
        notes=(),
        nearest=tuple(_near(number, one) for number, one in enumerate(body.nearest, 1)),
        suggestions=suggestions,
    )


def _cited(one: schemas.CitationBody) -> Source:
    return Source(
        number=one.id,
        document_id=one.document_id,
        title=one.title,
        document_number=one.number,
        issuer=one.issuer,
        issued_on=one.issued_on.isoformat() if one.issued_on else None,
        path=tuple(one.path),
        start=one.start,
        end=one.end,
        quote=one.quote,
        context=one.context,
        url=one.url,
    )


def _near(number: int, one: schemas.NearestBody) -> Source:
    return Source(
        number=number,
        document_id=one.document_id,
        title=one.title,
        document_number=None,
        issuer=None,
        issued_on=None,
        path=tuple(one.path),
        start=one.start,
        end=one.end,
        quote=one.quote,
        context=one.quote,
        url=one.url,
    )
