"""What every route needs, and the work that routes do with it in a thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.engine import Engine
from app.library.originals import Original
from app.model import Clock, Document, StoredDocument
from app.web import render, schemas
from app.web.problems import Problem, shown
from app.web.workers import Workers


@dataclass(frozen=True, slots=True)
class Service:
    """The engine of the moment, the threads it runs in, and the edge of the deployment.

    `engine` gives the engine over the snapshot that is published now, so that each request sees
    one version of the corpus. It raises `IndexUnusable` as long as there is none. `clock` gives
    today: the only clock of an answer. `public_url` has no slash at its end. `original` gives the
    file of a document; without it files are not handed out.
    """

    engine: Callable[[], Engine]
    workers: Workers
    clock: Clock
    public_url: str
    verified: Callable[[], bool]
    original: Callable[[str], Original] | None = None

    def ask(
        self, asked: schemas.AskRequest
    ) -> schemas.Answered | schemas.Refused | schemas.TracedAnswered | schemas.TracedRefused:
        """The reply to a question; with its trace when the request wants it."""
        engine = self.engine()
        as_of = asked.as_of or self.clock()
        filters = render.filters(asked.filters, as_of)
        if not asked.trace:
            plain = engine.ask(
                asked.question,
                history=tuple(asked.history),
                filters=filters,
                as_of=as_of,
                limit=asked.limit,
            )
            return render.reply(plain, self.public_url)
        traced = engine.trace(
            asked.question,
            history=tuple(asked.history),
            filters=filters,
            as_of=as_of,
            limit=asked.limit,
        )
        return render.traced(render.reply(traced.reply, self.public_url), dict(traced.trace))

    def search(self, wanted: schemas.SearchQuery) -> schemas.SearchBody:
        """The passages that hold the words of a query."""
        as_of = wanted.as_of or self.clock()
        found = self.engine().search(
            wanted.q,
            filters=render.filters(wanted, as_of),
            limit=wanted.limit,
            offset=wanted.offset,
            count=wanted.count,
            as_of=as_of,
        )
        return render.search(found)

    def documents(self, page: schemas.PageQuery) -> schemas.DocumentList:
        """A part of the list of documents, in corpus order."""
        store = self.engine().snapshot.documents
        ids = store.ids()
        chosen = (store.get(name) for name in ids[page.offset : page.offset + page.limit])
        return schemas.DocumentList(
            total=len(ids),
            documents=[render.document_fields(each.document) for each in chosen if each],
        )

    def stored(self, document_id: str) -> StoredDocument:
        """The document with this id. Raises `Problem` (404)."""
        found = self.engine().snapshot.documents.get(document_id)
        if found is None:
            raise Problem("unknown-document", f"编号“{shown(document_id)}”不在语料中。")
        return found

    def document(self, document_id: str, wanted: schemas.DocumentQuery) -> schemas.DocumentBody:
        """A document with its text. Raises `Problem` (404)."""
        document = self.stored(document_id).document
        as_of = wanted.as_of or self.clock()
        return render.document(document, self.engine().warnings(document, as_of), as_of)

    def warnings(self, document: Document) -> tuple[str, ...]:
        """What a reader of a document must know of its force today."""
        return self.engine().warnings(document, self.clock())

    def outline(self, document_id: str) -> schemas.OutlineBody:
        """The sections of a document. Raises `Problem` (404)."""
        found = self.stored(document_id)
        return render.outline(found.document, found.outline)

    def verify(self, request: schemas.VerifyRequest) -> schemas.VerifyBody:
        """Whether each quotation of a request still stands."""
        return render.verdicts(self.engine().verify(render.claims(request)))

    def readiness(self) -> schemas.ReadyBody:
        """Which corpus is served. Raises `IndexUnusable` as long as there is none."""
        snapshot = self.engine().snapshot
        return schemas.ReadyBody(
            status="ready",
            verified=self.verified(),
            corpus_version=snapshot.version,
            documents=len(snapshot.documents.ids()),
        )
