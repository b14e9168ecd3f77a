"""Puts the web service together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fastapi import FastAPI

from app.engine import Engine
from app.library.originals import Original
from app.model import Clock
from app.web.admin import Admin, Writer
from app.web.admin_routes import add_admin
from app.web.body_guard import BodyGuard
from app.web.description import describe, failures
from app.web.envelope import Envelope
from app.web.handlers import add_handlers
from app.web.interface import add_interface
from app.web.keys import NO_KEYS, KeyGuard, Keys
from app.web.limits import Limits
from app.web.original_routes import add_originals
from app.web.page_routes import add_pages
from app.web.pages import Pages
from app.web.routing import StrictRoute
from app.web.service import Service
from app.web.workers import Workers

_DESCRIPTION = (
    "政策问答：回答逐字出自文件，查不到就明说。位置一律按字（Unicode 码位）计。"
    "失败时返回 application/problem+json。"
)


WRITING_THREADS = 8  # requests that wait for the indexing process at once


@dataclass(frozen=True, slots=True)
class Writing:
    """Who changes documents, and how the service turns to what was published."""

    writer: Writer
    turn: Callable[[], None]


def create_application(
    engine: Callable[[], Engine],
    limits: Limits,
    verified: Callable[[], bool],
    public_url: str | None = None,
    clock: Clock = date.today,
    keys: Keys = NO_KEYS,
    writing: Writing | None = None,
    original: Callable[[str], Original] | None = None,
) -> FastAPI:
    """The service over the engine that `engine` gives at each request.

    `engine` raises `IndexUnusable` as long as there is nothing to answer from; `verified` says
    whether every byte of the index has been checked. `public_url` is put before the links of
    citations. `clock` gives the day for questions that name none. `keys` say who may do what, and
    `writing` is how documents are changed; without it they are not. `original` gives the file of a
    document by its id; without it files are not handed out. Routes that are added to
    `app.state.exempt` have keys of their own.
    """
    app = FastAPI(
        title="有据",
        description=_DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=failures(),
    )
    app.router.route_class = StrictRoute
    service = Service(
        engine=engine,
        workers=Workers(limits.threads, limits.waiting),
        clock=clock,
        public_url=(public_url or "").rstrip("/"),
        verified=verified,
        original=original,
    )
    app.state.workers = service.workers
    pages = Pages()
    add_interface(app, service)
    add_admin(app, _admin(service, writing, limits))
    add_pages(app, service, pages)
    add_originals(app, service)
    add_handlers(app, pages)
    describe(app)
    # The one added last is the outermost.
    app.state.exempt = []
    app.add_middleware(BodyGuard, limits=limits)
    app.add_middleware(KeyGuard, keys=keys, routes=app.routes, exempt=app.state.exempt)
    app.add_middleware(Envelope)
    return app


def _admin(service: Service, writing: Writing | None, limits: Limits) -> Admin | None:
    if writing is None:
        return None
    workers = Workers(WRITING_THREADS, limits.waiting)
    return Admin(service, writing.writer, writing.turn, workers, limits.upload_bytes)
