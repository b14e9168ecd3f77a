"""Checks an open generation byte by byte while it already answers.

Opening compares names and sizes only, so that it is quick. Reading every byte takes as long as the
index is large; it happens in a thread of its own.
"""

from __future__ import annotations

import threading
from pathlib import Path

from app.errors import IndexUnusable
from app.library.seal import verify


class Verification:
    """Compares the files of one generation with their hashes. Begins when it is made.

    Safe to ask from several threads. A process that ends does not wait for it.
    """

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._finished = threading.Event()
        self._damage: IndexUnusable | None = None
        threading.Thread(target=self._run, name="verification", daemon=True).start()

    @property
    def passed(self) -> bool:
        """Whether every byte has been found as it was written. False while that is not known."""
        return self._finished.is_set() and self._damage is None

    @property
    def damage(self) -> IndexUnusable | None:
        """What differs, once it is known."""
        return self._damage

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended, at most so long. Whether it has."""
        return self._finished.wait(seconds)

    def _run(self) -> None:
        try:
            verify(self._generation)
        except IndexUnusable as error:
            self._damage = error
        finally:
            self._finished.set()
