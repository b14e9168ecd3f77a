"""How far an indexing run is: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from app.library.report import Progress

LINES_OF_A_RUN = 20  # so many lines, at most, tell a log how far a long run is


@contextmanager
def progress() -> Iterator[Progress]:
    """What to hand to an indexing run; it writes to standard error."""
    if not sys.stderr.isatty():
        yield ProgressLines()
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    try:
        yield ProgressBar(bar)
    finally:
        bar.stop()


class ProgressLines:
    """Tells a log how far the run is, at most `LINES_OF_A_RUN` times."""

    def __init__(self) -> None:
        self._total = 0
        self._done = 0

    def expect(self, total: int) -> None:
        """`total` documents are going to be worked on."""
        self._total = total

    def advance(self, name: str) -> None:
        """The document `name` is done."""
        self._done += 1
        step = max(1, -(-self._total // LINES_OF_A_RUN))
        if self._done % step == 0 or self._done == self._total:
            click.echo(f"索引 {self._done}/{self._total} {name}", err=True)


class ProgressBar:
    """Moves a bar on a terminal; there is none when there is nothing to do."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("索引")

    def expect(self, total: int) -> None:
        """`total` documents are going to be worked on."""
        self._bar.update(self._task, total=total)
        if total:
            self._bar.start()

    def advance(self, name: str) -> None:
        """The document `name` is done."""
        self._bar.advance(self._task)
