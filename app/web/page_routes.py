"""The addresses of the pages: /, /documents/{id}, /docs, /problems/{name}, /static."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import ValidationError
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.web import schemas
from app.web.examples import examples
from app.web.interface import DocumentId
from app.web.original_routes import original_address
from app.web.pages import FOLDER, Pages, Shown
from app.web.problems import KINDS, Problem, shown
from app.web.service import Service
from app.web.validation import invalid_request

# How many documents the first page names.
NAMED_DOCUMENTS = 5
SPAN_CHARACTERS = 64


def add_pages(app: FastAPI, service: Service, pages: Pages) -> None:
    """Adds the pages to `app`; they are no part of the OpenAPI description."""

    shelf = Shelf(service)

    @app.get("/", include_in_schema=False)
    async def home(q: Annotated[str, Query()] = "") -> Response:
        return await service.workers.run(lambda: _home(service, pages, shelf, q))

    @app.get("/documents/{document_id}", include_in_schema=False)
    async def document(
        document_id: DocumentId, c: Annotated[str, Query(max_length=SPAN_CHARACTERS)] = ""
    ) -> Response:
        original = None if service.original is None else original_address(document_id)
        return await service.workers.run(
            lambda: _document(service, pages, document_id, c, original)
        )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return pages.docs()

    @app.get("/problems/{name}", include_in_schema=False)
    async def problem(name: str) -> Response:
        kind = KINDS.get(name)
        if kind is None:
            raise Problem("not-found", f"没有名为“{shown(name)}”的错误类型。")
        return pages.problems(kind)

    app.mount("/static", StaticFiles(directory=FOLDER / "static"))


def _home(service: Service, pages: Pages, shelf: Shelf, question: str) -> Response:
    if not question.strip():
        return pages.home("", None, shelf.shown())
    try:
        asked = schemas.AskRequest(question=question)
    except ValidationError as error:
        raise invalid_request(error.errors()) from None
    reply = service.ask(asked)
    return pages.home(asked.question, reply, ())


def _document(
    service: Service, pages: Pages, document_id: str, cited: str, original: str | None
) -> Response:
    stored = service.engine().snapshot.documents.get(document_id)
    if stored is None:
        # Old citations lead here: what is missing is the document, not the page.
        raise Problem(
            "unknown-document",
            f"编号“{shown(document_id)}”的文件现在不在语料中，引用它的原句因此无从核对；"
            "它可能已被删去，也可能改了文件名（编号随之改变）。",
        )
    return pages.document(stored, cited, service.warnings(stored.document), original)


class Shelf:
    """The documents of the first page, worked out once for each version of the corpus."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: tuple[str, tuple[Shown, ...]] | None = None

    def shown(self) -> tuple[Shown, ...]:
        """The first documents of the corpus, each with questions that it answers."""
        engine = self._service.engine()
        version, store = engine.snapshot.version, engine.snapshot.documents
        kept = self._kept  # two threads may both find it old and do the same work twice
        if kept is None or kept[0] != version:
            found = (store.get(name) for name in store.ids()[:NAMED_DOCUMENTS])
            today = self._service.clock()
            kept = (
                version,
                tuple(
                    Shown(each.document, examples(engine, each, today)) for each in found if each
                ),
            )
            self._kept = kept
        return kept[1]
