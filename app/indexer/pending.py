"""What has changed in the corpus folder and waits to be indexed. Safe to use from several threads.

A file that is still being written changes again and again; it is taken when it has been quiet for
a while. What failed is taken again later, each time after a longer wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

QUIET: Final = 0.5  # seconds without a change until a file counts as written
LONGEST: Final = 60.0  # seconds between two attempts
MOST: Final = 500  # more changed files than that: the whole folder is looked at


@dataclass(frozen=True, slots=True)
class Changed:
    """Corpus paths to look at; `whole`: the whole folder."""

    sources: tuple[str, ...]
    whole: bool


class Pending:
    """Collects changes. `quiet` is the time without a change, `clock` counts seconds."""

    def __init__(self, quiet: float = QUIET, clock: Callable[[], float] = time.monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}
        self._whole: float | None = None
        self._failures = 0

    def add(self, sources: Iterable[str]) -> None:
        """These corpus paths have changed just now."""
        with self._lock:
            now = self._clock()
            for source in sources:
                self._due[source] = now + self._quiet
            if len(self._due) > MOST:
                self._due.clear()
                self._whole = now + self._quiet

    def add_whole(self, wait: float | None = None) -> None:
        """Something has changed that only a look at the whole folder can tell."""
        with self._lock:
            self._whole = self._clock() + (self._quiet if wait is None else wait)

    def wait(self) -> float | None:
        """Seconds until something is due; None when nothing waits."""
        with self._lock:
            times = [*self._due.values(), *([] if self._whole is None else [self._whole])]
            return max(0.0, min(times) - self._clock()) if times else None

    def take(self) -> Changed | None:
        """What is due now; it does not wait any more."""
        with self._lock:
            now = self._clock()
            if self._whole is not None:
                if self._whole > now:
                    return None  # it will cover the single files too
                self._whole = None
                self._due.clear()
                return Changed((), True)
            ready = tuple(sorted(source for source, due in self._due.items() if due <= now))
            for source in ready:
                del self._due[source]
            return Changed(ready, False) if ready else None

    def done(self) -> None:
        """What was taken has been indexed."""
        with self._lock:
            self._failures = 0

    def covered(self) -> None:
        """The whole folder has been indexed for another reason."""
        with self._lock:
            self._whole = None
            self._failures = 0

    def again(self) -> float:
        """What was taken has failed: the whole folder is due after a wait. How long that is."""
        with self._lock:
            wait = min(LONGEST, 2.0**self._failures)
            self._failures = min(self._failures + 1, 10)
            self._whole = self._clock() + wait
            return wait
