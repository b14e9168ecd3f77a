"""Watches the corpus folder and notes what changes in it.

The operating system tells of changes at once; where it cannot (a limit is reached, or the folder
lies on another machine and `poll` is set) the folder is looked at every second.
"""

from __future__ import annotations

import logging
import os
import threading
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Final

from app.documents.read import supported
from app.indexer.own import OwnChanges
from app.indexer.pending import Pending
from app.library.folder import RESERVED, SIDECAR_SUFFIX
from app.library.intake_journal import INTAKE

ON: Final = "on"
POLL: Final = "poll"
OFF: Final = "off"
_STEP: Final = 100  # milliseconds in which changes that belong together gather
_LOOKED_AT: Final = 2000  # entries of a new folder; more than that make a look at everything
_POLL: Final = 1000  # milliseconds between two looks without help of the operating system
_log = logging.getLogger("youju.indexer")


class Watch:
    """A thread that fills `pending` from the corpus folder until `stop`, and sets `wake` then.

    What is among `own` is indexed already.
    """

    def __init__(
        self, corpus: Path, data: Path, own: OwnChanges, pending: Pending, wake: threading.Event
    ) -> None:
        self._own = own
        self._corpus = corpus.resolve()
        self._data = data.resolve()
        self._pending = pending
        self._wake = wake
        self._stop = threading.Event()
        self.mode = OFF

    def start(self, mode: str) -> None:
        """Begin to watch; `mode` is on, poll or off."""
        if mode == OFF:
            return
        self.mode = mode
        threading.Thread(target=self._run, name="watch", daemon=True).start()

    def stop(self) -> None:
        """End the thread; nobody waits for it."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._follow()
            except Exception as error:
                if self.mode == ON:
                    _log.warning("系统不能通知语料文件夹的变化（%s），改为每秒查看", error)
                    self.mode = POLL
                else:
                    _log.warning("不能查看语料文件夹的变化，稍后再试：%s", error)
                self._stop.wait(5.0)
                self._pending.add_whole()
                self._wake.set()

    def _follow(self) -> None:
        from watchfiles import watch

        changes = watch(
            self._corpus,
            watch_filter=None,
            debounce=_STEP * 5,
            step=_STEP,
            stop_event=self._stop,
            raise_interrupt=False,
            force_polling=self.mode == POLL,
            poll_delay_ms=_POLL,
            ignore_permission_denied=True,
        )
        for changed in changes:
            self.note(path for _, path in changed)

    def note(self, paths: Iterable[str]) -> None:
        """Something has changed at each of `paths`."""
        sources: set[str] = set()
        whole = False
        for path in paths:
            found = self._source(Path(path))
            if found is None:
                whole = True
            elif found and not self._own.holds(found):
                sources.add(found)
        if sources:
            self._pending.add(sources)
        if whole:
            self._pending.add_whole()
        if sources or whole:
            self._wake.set()

    def _source(self, path: Path) -> str | None:
        """The document that a path belongs to; "" for what does not matter, None when it is more
        than one document."""
        if not path.is_relative_to(self._corpus) or path.is_relative_to(self._data):
            return ""
        relative = PurePosixPath(path.relative_to(self._corpus).as_posix())
        parts = relative.parts
        if not parts:
            return None
        if any(part.startswith(".") for part in parts) or parts[:2] == (RESERVED, INTAKE):
            return ""
        if parts[0] == RESERVED:
            # The dictionary; its folder also appears when the first document is taken in.
            return "" if len(parts) == 1 and _entries(path) == [INTAKE] else None
        name = unicodedata.normalize("NFC", relative.as_posix())
        if supported(name):
            return None if path.is_dir() else name
        if name.endswith(SIDECAR_SUFFIX) and supported(name.removesuffix(SIDECAR_SUFFIX)):
            return name.removesuffix(SIDECAR_SUFFIX)
        # A folder that came or went, or a file that is no document.
        return "" if path.is_file() or self._holds_own_only(path, name) else None

    def _holds_own_only(self, folder: Path, name: str) -> bool:
        """Whether a folder came into being because documents were taken in here."""
        inside = _entries(folder)
        sources = [f"{name}/{unicodedata.normalize('NFC', each)}" for each in inside[:_LOOKED_AT]]
        return 0 < len(inside) <= _LOOKED_AT and all(
            self._own.holds(source.removesuffix(SIDECAR_SUFFIX)) for source in sources
        )


def _entries(folder: Path) -> list[str]:
    """The names in a folder; none when it is not there or is no folder."""
    try:
        return os.listdir(folder)
    except OSError:
        return []
