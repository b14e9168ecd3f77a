"""Puts the service together: settings, library, engine, web.

    app = build(load())

The index must have been built (`youju index`, or `youju serve`, which does it first).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Final

from fastapi import FastAPI

from app.chat.desk import Desk
from app.chat.ledger import FILE as LEDGER
from app.chat.ledger import Ledger
from app.chat.registry import MODULES, configured
from app.chat.replies import Answerer
from app.chat.surface import Office, Surface, mount
from app.engine import Engine
from app.errors import IndexUnusable
from app.indexer.client import Client
from app.library import Library, Verification
from app.library.originals import original
from app.model import Clock
from app.settings import Settings
from app.settings_chat import ChatSettings, load_chat
from app.web.application import Writing, create_application
from app.web.examples import examples
from app.web.keys import Keys
from app.web.limits import Limits

_GENERAL: Final = "有哪些举措？"
LOOK_EVERY: Final = 1.0  # seconds between two looks for a newer index
SURFACES: Final = tuple(section for section, _, _ in MODULES)
_log = logging.getLogger("youju")


def build(settings: Settings, chat: ChatSettings | None = None) -> FastAPI:
    """The service over the index in the data folder; it turns to a newer one by itself.

    `chat` are the settings of the chat surfaces; by default those of file and environment.
    Raises IndexUnusable when there is no index that can be used, SettingsError when the settings
    of a chat surface are wrong.
    """
    logging.basicConfig()  # only our own log follows the setting: others might write questions down
    _log.setLevel(settings.log_level.upper())
    library = Library.open(settings.corpus, settings.data)
    engine = CurrentEngine(library)
    service = create_application(
        engine,
        Limits(
            body_bytes=settings.body_limit,
            body_seconds=settings.body_seconds,
            upload_bytes=settings.upload_limit,
            threads=settings.threads,
            waiting=settings.waiting,
        ),
        verified=engine.verified,
        public_url=settings.public_url or None,
        keys=Keys.of(settings.ask_key.get_secret_value(), settings.admin_key.get_secret_value()),
        writing=Writing(Client(settings.data), engine.turn),
        original=partial(original, library),
    )
    service.state.engine = engine
    if settings.is_open:
        _log.warning("%s", open_to_all(settings.host))
    _add_chat(service, settings, load_chat() if chat is None else chat, engine)
    return service


def open_to_all(host: str) -> str:
    """What to tell whoever lets other machines ask without a key."""
    return (
        f"监听 {host}，本机以外的人不用密钥就能提问和阅读全文；"
        "要限制，请设置 YOUJU_ASK_KEY，或只监听 127.0.0.1。"
    )


def _with_ask_key(chat: ChatSettings, settings: Settings) -> ChatSettings:
    """The ask key guards the surfaces of programs too, where they have no key of their own."""
    if not settings.ask_key.get_secret_value():
        return chat
    guarded = {
        name: section.model_copy(update={"key": settings.ask_key})
        for name in ("openai", "mcp", "tools")
        if (section := getattr(chat, name)) is not None and section.key is None
    }
    return chat.model_copy(update=guarded)


def _add_chat(
    service: FastAPI, settings: Settings, chat: ChatSettings, engine: CurrentEngine
) -> None:
    """Puts the configured chat surfaces on the service; they start and stop with it."""
    if not any(getattr(chat, name) for name in SURFACES):
        return
    chat = _with_ask_key(chat, settings)
    answerer = Answerer(
        engine, date.today, settings.public_url, partial(_suggestions, engine, date.today)
    )
    desk = Desk(answerer, Ledger(settings.data / LEDGER), chat.turn_minutes * 60)
    office = Office(answerer, desk, service.state.workers.run, settings.public_url)
    surfaces = configured(chat, office)
    mount(service, surfaces)
    # Each of these checks who is asking in the way of its platform.
    service.state.exempt.extend(
        route for surface in surfaces if surface.routes for route in surface.routes.routes
    )
    inner = service.router.lifespan_context

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with inner(app):
            _each(surfaces, "start")
            try:
                yield
            finally:
                _each(surfaces, "stop")
                desk.close()

    service.router.lifespan_context = running


def _each(surfaces: Sequence[Surface], name: str) -> None:
    for surface in surfaces:
        work = getattr(surface, name)
        if work is not None:
            work()


def _suggestions(engine: CurrentEngine, clock: Clock) -> tuple[str, ...]:
    """Questions that the first document answers; they are found once for each index."""
    return _tried(engine(), clock())


@lru_cache(maxsize=2)
def _tried(engine: Engine, today: date) -> tuple[str, ...]:
    documents = engine.snapshot.documents
    first = next((documents.get(name) for name in documents.ids()[:1]), None)
    return examples(engine, first, today) if first is not None else ()


def question_to_try(service: FastAPI, today: date) -> str:
    """A question that the corpus answers; a general one when its first document offers none."""
    engine: Engine = service.state.engine()
    documents = engine.snapshot.documents
    first = next((documents.get(name) for name in documents.ids()[:1]), None)
    found = examples(engine, first, today) if first is not None else ()
    return found[0] if found else _GENERAL


@dataclass(frozen=True, slots=True)
class _Serving:
    """The engine over one state, and the check of that state's bytes."""

    engine: Engine
    verification: Verification


class CurrentEngine:
    """Gives the engine over what is published now. Safe to call from several threads.

    A newer index that cannot be opened is logged, and the one that is open goes on answering. One
    that is found damaged while it is open answers no more; a newer one takes its place.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._serving = self._opened(None)
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self) -> Engine:
        """The engine for one request, which should use no other until it is answered.

        Raises IndexUnusable when the bytes that it would read are not those that were written.
        """
        if time.monotonic() - self._looked > LOOK_EVERY and self._lock.acquire(blocking=False):
            # One thread looks; the others answer from what is open.
            try:
                self._look()
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        serving = self._serving
        damage = serving.verification.damage
        if damage is not None:
            raise IndexUnusable(str(damage))
        return serving.engine

    def turn(self) -> None:
        """Turn to what is published now, at once. Raises IndexUnusable when it cannot be opened."""
        with self._lock:
            if self._library.reload():
                self._serving = self._opened(self._serving)
            self._looked = time.monotonic()

    def verified(self) -> bool:
        """Whether every byte of the open index has been compared with its hash."""
        return self._serving.verification.passed

    def _look(self) -> None:
        try:
            if self._library.reload():
                self._serving = self._opened(self._serving)
            elif self._serving.verification.damage is not None:
                _log.error("不再据以回答：%s", self._serving.verification.damage)
        except IndexUnusable as error:
            _log.warning("继续用已打开的索引：%s", error)

    def _opened(self, before: _Serving | None) -> _Serving:
        """The newest state; what the one `before` it has laid out or checked is taken over."""
        published = self._library.published
        engine = Engine(
            published.snapshot, published.segmenter, before.engine if before is not None else None
        )
        checked = before.verification if before is not None else None
        return _Serving(engine, Verification(self._library.home, published.state, checked))
