"""The addresses of the pages: /, /documents/{id}, /docs, /problems/{name}, /static."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query
from pydantic import ValidationError
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from app.model import Document
from app.web import schemas
from app.web.interface import DocumentId
from app.web.pages import FOLDER, Pages
from app.web.problems import KINDS, Problem, shown
from app.web.service import Service
from app.web.validation import invalid_request

# How many documents the first page names.
NAMED_DOCUMENTS = 5
SPAN_CHARACTERS = 64


def add_pages(app: FastAPI, service: Service, pages: Pages) -> None:
    """Adds the pages to `app`; they are no part of the OpenAPI description."""

    @app.get("/", include_in_schema=False)
    async def home(q: Annotated[str, Query()] = "") -> Response:
        return await service.workers.run(lambda: _home(service, pages, q))

    @app.get("/documents/{document_id}", include_in_schema=False)
    async def document(
        document_id: DocumentId, c: Annotated[str, Query(max_length=SPAN_CHARACTERS)] = ""
    ) -> Response:
        return await service.workers.run(lambda: pages.document(service.stored(document_id), c))

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


def _home(service: Service, pages: Pages, question: str) -> Response:
    if not question.strip():
        return pages.home("", None, _first_documents(service))
    try:
        asked = schemas.AskRequest(question=question)
    except ValidationError as error:
        raise invalid_request(error.errors()) from None
    reply = service.ask(asked)
    return pages.home(asked.question, reply, ())


def _first_documents(service: Service) -> list[Document]:
    store = service.engine().snapshot.documents
    found = (store.get(name) for name in store.ids()[:NAMED_DOCUMENTS])
    return [stored.document for stored in found if stored]
