"""What a chat surface is to the service, and how the configured ones are put on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from app.chat.desk import Desk
from app.chat.replies import Answerer

Result = TypeVar("Result")


class Run(Protocol):
    """Runs blocking work in a worker thread; raises when too much is waiting."""

    def __call__(self, work: Callable[[], Result], /) -> Awaitable[Result]:
        """What `work` returns."""


@dataclass(frozen=True, slots=True)
class Office:
    """What every surface gets: the answerer, the desk that answers each message once, the threads
    to block in, and the address of the service ("" when none is set)."""

    answerer: Answerer
    desk: Desk
    run: Run
    public_url: str


@dataclass(frozen=True, slots=True)
class Surface:
    """A configured surface.

    `routes` are added to the service, and `middleware` around the whole of it. `start` begins
    what runs beside it (a long connection, unfinished replies) and must return at once; `stop`
    ends it.
    """

    name: str
    routes: APIRouter | None = None
    start: Callable[[], None] | None = None
    stop: Callable[[], None] | None = None
    middleware: Callable[[ASGIApp], ASGIApp] | None = None


def mount(app: FastAPI, surfaces: Sequence[Surface]) -> None:
    """Adds the routes and the middleware of `surfaces` to `app`."""
    for surface in surfaces:
        if surface.middleware is not None:
            app.add_middleware(surface.middleware)
        if surface.routes is not None:
            app.include_router(surface.routes)
