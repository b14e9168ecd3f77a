"""The work of the indexing process: documents in and out of the corpus, and the index after them.

Also done by the command line itself when no such process runs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from app.errors import StorageError, YoujuError
from app.indexer.messages import FAILED, Batch, Result, refusal
from app.indexer.own import OwnChanges
from app.library.folder import scan
from app.library.intake import Done, Intake, Placement, Upload
from app.library.intake_reading import Foretaste
from app.library.intake_storage import indexing
from app.library.report import Failure, IndexReport, Progress
from app.library.writer import Writer

_log = logging.getLogger("youju.indexer")


@dataclass(frozen=True, slots=True)
class Removal:
    """The document at the corpus path `source` shall go."""

    source: str


class Work:
    """Writes one corpus folder and its data folder. Open it with `open`; not for several threads.

    `failed` are the documents that could not be used in the last look at the whole folder, and
    `version` is what is published, both as far as they are known. `own` knows what came in here.
    """

    def __init__(
        self, corpus: Path, data: Path, limit: int, writer: Writer, reading: Foretaste
    ) -> None:
        self._corpus = corpus
        self._data = data
        self._writer = writer
        self._reading = reading
        self._intake = Intake(corpus, limit, reading.extract, closed=data)
        self.own = OwnChanges(corpus)
        self.failed: tuple[Failure, ...] = ()
        self.version = ""

    @classmethod
    def open(cls, corpus: Path, data: Path, limit: int) -> Work:
        """Take the writer's lock of `data` and finish what a crash left half done in `corpus`.

        Raises DocumentError when there is no corpus folder, LibraryLocked, IndexUnusable, and
        StorageError when the data folder cannot be written. A corpus folder that cannot be written
        is none of these: it can still be indexed.
        """
        if not corpus.is_dir():
            scan(corpus)  # which says so, before a data folder is made
        reading = Foretaste()
        with indexing(data):
            writer = Writer(corpus, data, reading)
        work = cls(corpus, data, limit, writer, reading)
        try:
            finished = work._intake.recover()
            if finished:
                _log.info("补完了 %d 份中断的收件", finished)
        except StorageError as error:
            _log.warning("中断的收件还没有补完：%s", error)
        return work

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> IndexReport:
        """Bring the index up to date with the whole folder. Raises YoujuError."""
        with indexing(self._data):
            report = self._noted(self._writer.sync(progress, rebuild))
        self.failed = report.failed
        return report

    def refresh(self, sources: Sequence[str]) -> IndexReport:
        """Bring the index up to date for these corpus paths. Raises YoujuError."""
        with indexing(self._data):
            report = self._noted(self._writer.refresh(sources))
        seen = {*sources}
        others = [each for each in self.failed if each.source not in seen]
        own = [each for each in report.failed if each.source in seen]
        self.failed = tuple(sorted([*others, *own], key=lambda failure: failure.source))
        return report

    @property
    def crowded(self) -> bool:
        """Whether upkeep cannot wait."""
        return self._writer.crowded

    def tend(self) -> bool:
        """One step of upkeep. Whether there is more to do."""
        return self._writer.tend()

    def change(self, wanted: Sequence[Upload | Removal]) -> Batch:
        """Take in and remove documents, in this order; one that fails does not stop the others.

        What succeeded is durable and published when this returns. When the index cannot be
        brought up to date, all is put back, and every result says why.
        """
        try:
            return self._change(wanted)
        finally:
            self._reading.forget()

    def close(self) -> None:
        """Let go of the lock."""
        self._writer.close()

    def __enter__(self) -> Work:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _change(self, wanted: Sequence[Upload | Removal]) -> Batch:
        placed: list[Placement | Result] = [self._placed(each) for each in wanted]
        made = [each for each in placed if isinstance(each, Placement)]
        if not made:
            return Batch(tuple(each for each in placed if isinstance(each, Result)), self.version)
        for each in made:
            self.own.remember(each.source)
        try:
            report = self.refresh([*dict.fromkeys(each.source for each in made)])
        except Exception as error:
            self._undo(made)
            reason = refusal(error)
            if not isinstance(error, YoujuError):
                _log.exception("索引没有更新")
                self._reopen()
            return Batch(
                tuple(
                    each
                    if isinstance(each, Result)
                    else Result(each.source, each.id, FAILED, reason.error, reason.message)
                    for each in placed
                ),
                self.version,
            )
        return self._settled(placed, report)

    def _noted(self, report: IndexReport) -> IndexReport:
        self.version = report.version
        return report

    def _placed(self, wanted: Upload | Removal) -> Placement | Result:
        try:
            if isinstance(wanted, Upload):
                return self._intake.put(wanted)
            return self._intake.remove(wanted.source)
        except Exception as error:
            if not isinstance(error, YoujuError):
                _log.exception("%s 没有收入", wanted.source)
            reason = refusal(error)
            return Result(wanted.source, "", FAILED, reason.error, reason.message)

    def _settled(self, placed: Sequence[Placement | Result], report: IndexReport) -> Batch:
        """The results, after documents that cannot be used have been taken out again."""
        reasons = {failure.source: failure.reason for failure in report.failed}
        made = [each for each in placed if isinstance(each, Placement)]
        unusable = [each for each in made if each.source in reasons and each.done != Done.REMOVED]
        changed = [each for each in unusable if each.before]
        if changed:
            self._undo(changed)
            try:
                self.refresh([*dict.fromkeys(each.source for each in changed)])
            except YoujuError as error:
                _log.warning("取出不能用的文档之后，索引没有更新：%s", error)
        bad = {each.source for each in unusable}
        # A file that lay there already and was not in the index is new to those who ask.
        new = {*report.added} - {each.source for each in made if each.done is not Done.UNCHANGED}
        return Batch(tuple(_result(each, bad, reasons, new) for each in placed), self.version)

    def _undo(self, placements: Sequence[Placement]) -> None:
        for placement in reversed(placements):
            try:
                self._intake.undo(placement)
            except Exception as error:
                _log.error("%s 没有恢复原状：%s", placement.source, error)

    def _reopen(self) -> None:
        """After a fault nobody knows what the writer holds in memory."""
        self._writer.close()
        self._writer = Writer(self._corpus, self._data, self._reading)


def _result(
    each: Placement | Result, bad: set[str], reasons: dict[str, str], new: set[str]
) -> Result:
    if isinstance(each, Result):
        return each
    if each.source in bad:
        return Result(each.source, each.id, FAILED, "UnreadableDocument", reasons[each.source])
    done = Done.ADDED if each.source in new else each.done
    return Result(each.source, each.id, done.value, "", "")
