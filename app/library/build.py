"""Derives documents and puts them into new segments.

One document after the other in this process, or many at once in processes of their own, each
with segments of its own (`app.library.crew`). One file that cannot be used never stops the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.errors import YoujuError
from app.library.derive import derive, indexed_passages
from app.library.draft import Draft
from app.library.plan import Entry, read_file
from app.library.sandbox import Sandbox
from app.library.state import SegmentRef
from app.library.tables import ManifestRow
from app.library.version import code_version
from app.model import Extracted, IndexedPassage, StoredDocument
from app.search.tantivy_index_builder import LARGE
from app.text.segment import Segmenter

MOST_PASSAGES: Final = 250_000  # in one segment; then the next one begins


@dataclass(frozen=True, slots=True)
class Task:
    """A document to take in. `known` is what was extracted of the same file before, if anything,
    by the code `reader`."""

    entry: Entry
    known: Extracted | None = None
    reader: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document; `reason` is why it cannot be used, "" when it is in a segment."""

    source: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Built:
    """A complete segment, the sum of the hashes of its documents, and their sources."""

    ref: SegmentRef
    total: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Derived:
    stored: StoredDocument
    passages: list[IndexedPassage]
    row: ManifestRow


class Builder:
    """Puts documents into segments, one after the other.

    `fresh` gives an empty folder; `sandbox` is where files are parsed.
    """

    def __init__(
        self,
        fresh: Callable[[], Path],
        segmenter: Segmenter,
        sandbox: Sandbox,
        memory: int = LARGE,
    ) -> None:
        self._fresh = fresh
        self._sandbox = sandbox
        self._segmenter = segmenter
        self._memory = memory
        self._draft: Draft | None = None
        self._sources: list[str] = []

    def take(self, task: Task) -> Outcome:
        """Derive a document and put it into the segment at hand."""
        source = task.entry.file.source
        try:
            found = self._derived(task)
        except YoujuError as error:
            return Outcome(source, str(error))
        except OSError as error:
            return Outcome(source, f"不能读取：{error.strerror}")
        except Exception as error:
            # A fault of ours that one odd document brings out must not keep the others away.
            return Outcome(source, f"程序出错（{type(error).__name__}: {error}），请报告给开发者")
        if self._draft is None:
            self._draft = Draft(self._fresh(), self._memory)
        self._draft.put(found.stored, found.passages, found.row)
        self._sources.append(source)
        return Outcome(source)

    def finished(self, least: int = 0) -> Iterator[Built]:
        """The segment at hand, complete, when it holds `least` passages or more; else nothing."""
        draft = self._draft
        if draft is not None and draft.passages >= least:
            built = Built(draft.finish(), draft.total, tuple(self._sources))
            self._draft, self._sources = None, []
            yield built

    def close(self) -> None:
        """Let go of a segment that was not finished."""
        if self._draft is not None:
            self._draft.close()

    def _derived(self, task: Task) -> _Derived:
        extracted, row = _extracted(task, self._sandbox)
        stored = derive(task.entry, extracted, self._segmenter)
        return _Derived(stored, indexed_passages(stored, self._segmenter), row)


def _extracted(task: Task, sandbox: Sandbox) -> tuple[Extracted, ManifestRow]:
    """What is extracted of a document, now only if the file has changed."""
    entry = task.entry
    if entry.same is not None and task.known is not None:
        return task.known, entry.same
    data, state = read_file(entry.file.path)
    known, reader = task.known, task.reader
    if known is None or entry.former is None or state.digest != entry.former.digest:
        known, reader = sandbox.extract(data, entry.file.source), code_version()
    return known, ManifestRow(
        source=entry.file.source,
        id=entry.id,
        size=state.size,
        mtime_ns=state.mtime_ns,
        digest=state.digest,
        sidecar_digest=entry.sidecar_digest,
        reader=reader,
    )
