"""Checks the segments of an open state byte by byte while it already answers.

Opening compares names and sizes only, so that it is quick. Reading every byte takes as long as the
index is large; it happens in a thread of its own. A segment never changes, so that each is read
only once, however many states it is part of.
"""

from __future__ import annotations

import threading

from app.errors import IndexUnusable
from app.library.home import Home
from app.library.seal import verify
from app.library.segments import key_of
from app.library.state import State


class Verification:
    """Compares the files of one state with their hashes. Begins when it is made.

    `before` is the check of the state that was open before: what it has found whole is not read
    again. Safe to ask from several threads. A process that ends does not wait for it.
    """

    def __init__(self, home: Home, state: State, before: Verification | None = None) -> None:
        self._home = home
        self._finished = threading.Event()
        self._damage: IndexUnusable | None = None
        self._lock = threading.Lock()
        self._whole = before.whole() if before is not None else set()
        self._wanted = [ref for ref in state.segments if key_of(ref) not in self._whole]
        self._whole &= {key_of(ref) for ref in state.segments}
        if self._wanted:
            threading.Thread(target=self._run, name="verification", daemon=True).start()
        else:
            self._finished.set()

    @property
    def passed(self) -> bool:
        """Whether every byte has been found as it was written. False while that is not known."""
        return self._finished.is_set() and self._damage is None

    @property
    def damage(self) -> IndexUnusable | None:
        """What differs, once it is known."""
        return self._damage

    def whole(self) -> set[str]:
        """The segments that have been found whole so far."""
        with self._lock:
            return set(self._whole)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended, at most so long. Whether it has."""
        return self._finished.wait(seconds)

    def _run(self) -> None:
        try:
            for ref in self._wanted:
                verify(self._home.segment(ref.name), ref.seal)
                with self._lock:
                    self._whole.add(key_of(ref))
        except IndexUnusable as error:
            # A state that has been superseded may be removed while it is read.
            if self._still_wanted():
                self._damage = error
        finally:
            self._finished.set()

    def _still_wanted(self) -> bool:
        try:
            published = self._home.published()
        except IndexUnusable:
            return True
        return published is None or {key_of(ref) for ref in self._wanted} <= {
            key_of(ref) for ref in published.segments
        }
