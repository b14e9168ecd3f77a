"""What the commands need before they can answer: an index up to date, an engine.

Imported by a command when it runs, so that `youju --help` stays fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from app.cli_progress import progress
from app.errors import LibraryLocked, NotWritable, StorageError, WriterAway
from app.indexer.client import Client
from app.indexer.work import Work
from app.library.library import Library
from app.library.report import IndexReport
from app.settings import Settings

if TYPE_CHECKING:
    from app.engine import Engine


def update_index(settings: Settings, rebuild: bool = False) -> IndexReport:
    """Bring the index up to date with the corpus folder, showing how far it is.

    The indexing process does it when one runs, else this process. Files that cannot be read are
    told on standard error; they do not stop the others.
    """
    with progress() as shown:
        try:
            report = Client(settings.data).sync(shown, rebuild)
        except WriterAway:
            with Work.open(settings.corpus, settings.data, settings.upload_limit) as work:
                report = work.sync(shown, rebuild)
    for failure in report.failed:
        click.echo(f"未收入索引：{failure.source}：{failure.reason}", err=True)
    return report


def update_if_possible(settings: Settings) -> bool:
    """Bring the index up to date, unless another process is writing or nothing can be written.

    Whether it is.
    """
    try:
        update_index(settings)
    except (LibraryLocked, NotWritable, StorageError) as error:
        click.echo(f"用上一次发布的索引回答：{error}", err=True)
        return False
    return True


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """An engine over the corpus as it is now.

    When another process is writing, or nothing can be written, what was published last answers.
    """
    from app.engine import Engine  # indexing alone does not need the stages of answering

    newest = update_if_possible(settings)
    with Library.open(settings.corpus, settings.data) as library:
        if not newest:
            library.verify()  # nobody has compared its bytes yet
        yield Engine(library.snapshot(), library.segmenter)
