"""`youju serve` around the server: the indexing process beside it, and what it says first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Final

import click

from app.cli_address import web_address
from app.cli_progress import progress
from app.errors import LibraryLocked, NotWritable, StorageError, WriterAway, YoujuError
from app.indexer.client import Client
from app.indexer.supervisor import Supervisor
from app.library.library import Library
from app.settings import Settings

_PATIENCE: Final = 5.0  # seconds that a server waits for its index to be brought up to date


@contextmanager
def indexing(settings: Settings) -> Iterator[None]:
    """The indexing process runs, and the index is up to date as far as that can be.

    Another process that writes already is asked to bring it up to date instead. When nothing can
    be written, or the update takes more than a few seconds, the index that is there answers.
    """
    supervisor = Supervisor(
        settings.corpus,
        settings.data,
        limit=settings.upload_limit,
        watch=settings.watch,
        log_level=settings.log_level,
    )
    try:
        update = _Update(supervisor, settings)
        update.start()
        # The update is another process at work: what the server needs is imported meanwhile.
        import_module("app.main")
        import_module("app.web.server")
        update.wait(_PATIENCE if _can_answer(settings) else None)
        yield
    finally:
        supervisor.stop()


class _Update(threading.Thread):
    """Brings the index up to date, beside the server when it takes long."""

    def __init__(self, supervisor: Supervisor, settings: Settings) -> None:
        super().__init__(name="update", daemon=True)
        self._supervisor = supervisor
        self._settings = settings
        self._error: YoujuError | None = None
        self._awaited = True

    def run(self) -> None:
        """Update, and keep what went wrong for whoever waits."""
        try:
            _bring_up_to_date(self._supervisor, self._settings)
        except (LibraryLocked, NotWritable, StorageError, WriterAway) as error:
            click.echo(f"用上一次发布的索引回答：{error}", err=True)
        except YoujuError as error:
            self._error = error
            if not self._awaited:
                click.echo(f"索引没有更新：{error}", err=True)

    def wait(self, seconds: float | None) -> None:
        """Wait for the end, at most so long. Raises YoujuError for what went wrong until then."""
        self.join(seconds)
        self._awaited = False
        if self._error is not None:
            raise self._error
        if self.is_alive():
            click.echo("索引还在更新，先用上一次发布的索引回答。", err=True)


def _can_answer(settings: Settings) -> bool:
    """Whether there is an index to answer from while it is brought up to date."""
    try:
        Library.open(settings.corpus, settings.data).close()
    except YoujuError:
        return False
    return True


def _bring_up_to_date(supervisor: Supervisor, settings: Settings) -> None:
    try:
        supervisor.start()
    except LibraryLocked as locked:
        if not Client(settings.data).is_there():
            raise
        click.echo(f"由另一个进程更新索引：{locked}", err=True)
    with progress() as shown:
        report = Client(settings.data).sync(shown)
    for failure in report.failed:
        click.echo(f"未收入索引：{failure.source}：{failure.reason}", err=True)


def greet(settings: Settings, question: str) -> None:
    """Say where the service is, a question to try, and whether others can read it."""
    from app.main import open_to_all

    if settings.port:  # with 0 the server chooses, and tells what it chose
        address = settings.public_url or web_address(settings.host, settings.port)
        click.echo(f"有据：{address}    接口说明：{address}/docs    按 Ctrl+C 停止")
        needed = bool(settings.ask_key.get_secret_value())
        key = ' -H "Authorization: Bearer $YOUJU_ASK_KEY"' if needed else ""
        click.echo(f"试一试：curl -G{key} {address}/v1/ask --data-urlencode 'q={question}'")
    if settings.is_open:
        click.echo(f"警告：{open_to_all(settings.host)}")
