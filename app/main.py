"""Puts the service together: settings, library, engine, web.

    app = build(load())

The index must have been built (`youju index`, or `youju serve`, which does it first).
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import FastAPI

from app.engine import Engine
from app.errors import IndexUnusable
from app.library import Library, Verification
from app.settings import Settings
from app.web.application import create_application
from app.web.examples import examples
from app.web.limits import Limits

_GENERAL: Final = "有哪些举措？"
LOOK_EVERY: Final = 1.0  # seconds between two looks for a newer index
_log = logging.getLogger("youju")


def build(settings: Settings) -> FastAPI:
    """The service over the index in the data folder; it turns to a newer one by itself.

    Raises IndexUnusable when there is none that can be used.
    """
    logging.basicConfig()  # only our own log follows the setting: others might write questions down
    _log.setLevel(settings.log_level.upper())
    engine = CurrentEngine(Library.open(settings.corpus, settings.data))
    service = create_application(
        engine,
        Limits(
            body_bytes=settings.body_limit,
            body_seconds=settings.body_seconds,
            threads=settings.threads,
            waiting=settings.waiting,
        ),
        verified=engine.verified,
        public_url=settings.public_url or None,
    )
    service.state.engine = engine
    return service


def question_to_try(service: FastAPI, today: date) -> str:
    """A question that the corpus answers; a general one when its first document offers none."""
    engine: Engine = service.state.engine()
    documents = engine.snapshot.documents
    first = next((documents.get(name) for name in documents.ids()[:1]), None)
    found = examples(engine, first, today) if first is not None else ()
    return found[0] if found else _GENERAL


@dataclass(frozen=True, slots=True)
class _Serving:
    """The engine over one generation, and the check of that generation's bytes."""

    engine: Engine
    verification: Verification


class CurrentEngine:
    """Gives the engine over what is published now. Safe to call from several threads.

    A newer index that cannot be opened is logged, and the one that is open goes on answering. One
    that is found damaged while it is open answers no more; a newer one takes its place.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._serving = self._opened()
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

    def verified(self) -> bool:
        """Whether every byte of the open index has been compared with its hash."""
        return self._serving.verification.passed

    def _look(self) -> None:
        try:
            if self._library.reload():
                self._serving = self._opened()
            elif self._serving.verification.damage is not None:
                _log.error("不再据以回答：%s", self._serving.verification.damage)
        except IndexUnusable as error:
            _log.warning("继续用已打开的索引：%s", error)

    def _opened(self) -> _Serving:
        published = self._library.published
        engine = Engine(published.snapshot, published.segmenter)
        return _Serving(engine, Verification(published.generation))
