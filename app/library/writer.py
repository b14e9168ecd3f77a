"""The only one that changes the derived data: brings it up to date with the corpus folder.

A writer holds the lock of the data folder for as long as it is open. Each change derives what is
new into segments beside the published ones, and publishes a new state in one step; a crash before
that step leaves the old state, and the next run does the work again. The corpus is only read. One
file that cannot be used never stops the others; it is reported, and is not searchable until it is
mended.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final

from app.errors import NotWritable, YoujuError
from app.library import home as homes
from app.library.build import MOST_PASSAGES, Builder, Built, Outcome, Task
from app.library.crew import build_apart
from app.library.draft import Draft
from app.library.folder import CorpusFile, look_up, scan
from app.library.former import Former, find_former
from app.library.lock import writing
from app.library.merge import MOST_SEGMENTS, merged, to_merge
from app.library.plan import Plan, make_plan
from app.library.publication import Publication
from app.library.report import Failure, IndexReport, NoProgress, Progress
from app.library.run import Run
from app.library.sandbox import Sandbox
from app.library.segments import SegmentPool
from app.library.state import State
from app.library.tables import ManifestRow
from app.library.userwords import Lexicon, read_lexicon
from app.library.version import code_version
from app.library.words import Words, write_words
from app.search.tantivy_index_builder import LARGE, SMALL
from app.text.segment import Dictionary, Segmenter, dictionary, segmenter

_NEW_CODE = "程序已更新"
_NEW_WORDS = "用户词典已改变"
_ASKED = "按要求重建"

_MANY: Final = 3_000_000  # bytes of documents from which on several processes are worth their start
_MOST_WORKERS: Final = 8


class Writer:
    """The writer of a data folder. Use it as a context, in one thread at a time."""

    def __init__(self, corpus: Path, data: Path, sandbox: Sandbox | None = None) -> None:
        """Waits shortly for the lock. `sandbox` is where files are parsed; it is closed at the end.

        Raises LibraryLocked when another process is writing, and IndexUnusable when `data` is not
        ours or cannot be written.
        """
        self._corpus = corpus
        self._data = data
        self._stack = ExitStack()
        self._sandbox = self._stack.enter_context(sandbox or Sandbox())
        self._segmenter: tuple[Dictionary, Segmenter] | None = None
        try:
            with self._writable():
                homes.prepare(data)
                self._stack.enter_context(writing(data))
                self._home = homes.claim(data)
                self._pool = SegmentPool(self._home)
                self._former = find_former(self._home, self._pool)
                self._home.tidy()
        except BaseException:
            self._stack.close()
            raise

    def close(self) -> None:
        """Let go of the lock."""
        self._stack.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> IndexReport:
        """Bring everything up to date with the corpus folder.

        With `rebuild`, everything is derived anew; the text of an unchanged file is taken over,
        since extracted text stays as it is for ever.

        Raises IndexUnusable when the data folder cannot be written, LexiconError for a bad line
        in the user's dictionary, and DocumentError when the corpus folder cannot be read. The
        published state is then as it was.
        """
        scanned = scan(self._corpus, without=self._data)
        lexicon = read_lexicon(self._corpus)
        reason = self._why_anew(lexicon, rebuild)
        with self._writable():
            catalog = self._former.catalog
            manifest = {row.source: row for row in catalog.rows()}
            plan = make_plan(scanned.files, manifest, trust_times=not rebuild)
            run = Run(scanned.ignored, failed=list(plan.failed))
            present = {file.source for file in scanned.files}
            wanted = {entry.file.source for entry in plan.entries}
            gone = [row for source, row in sorted(manifest.items()) if source not in wanted]
            run.removed = [row.source for row in gone if row.source not in present]
            return self._apply(plan, gone, lexicon, reason, run, progress or NoProgress())

    def refresh(self, sources: Sequence[str], progress: Progress | None = None) -> IndexReport:
        """Bring the documents with these paths inside the corpus folder up to date.

        What lies at none of them is taken out of the index. Raises as `sync` does.
        """
        lexicon = read_lexicon(self._corpus)
        former = self._former
        if self._why_anew(lexicon, False) or former.state is None or former.damage:
            return self.sync(progress)  # what was lost by damage is derived again, too
        if former.words is not None and lexicon != former.words.lexicon:
            return self.sync(progress)
        with self._writable():
            named = dict.fromkeys(sources)
            found = [look_up(self._corpus, source) for source in sorted(named)]
            files = [each for each in found if isinstance(each, CorpusFile)]
            refused = [each for each in found if isinstance(each, Failure)]
            rows = {name: row for name in named if (row := former.catalog.of_source(name))}

            def owner(name: str) -> str | None:
                row = former.catalog.of_id(name)
                return row.source if row is not None and row.source not in named else None

            plan = make_plan(files, rows, trust_times=False, owner=owner)
            run = Run(failed=[*refused, *plan.failed])
            wanted = {entry.file.source for entry in plan.entries}
            gone = [row for source, row in sorted(rows.items()) if source not in wanted]
            bad = {failure.source for failure in run.failed}
            run.removed = [row.source for row in gone if row.source not in bad]
            return self._apply(plan, gone, lexicon, "", run, progress or NoProgress())

    @property
    def crowded(self) -> bool:
        """Whether there are so many segments that searches become slow."""
        state = self._former.state
        return state is not None and len(state.segments) > MOST_SEGMENTS

    def tend(self) -> bool:
        """Join some small segments. Whether there may be more to join."""
        state = self._former.state
        if state is None or state.code != code_version() or self._former.damage:
            return False
        names = to_merge(state.segments)
        if not names:
            return False
        with self._writable():
            catalog = self._former.catalog
            parts = [part for part in catalog.parts if part.segment.name in names]
            draft = Draft(self._home.fresh(), SMALL)
            try:
                ref = merged(draft, catalog, parts)
            finally:
                draft.close()
            publication = Publication(self._home, state, state.words, state.code, anew=False)
            publication.join(names, ref)
            self._publish(publication)
            self._home.tidy()
        return True

    def _why_anew(self, lexicon: Lexicon, rebuild: bool) -> str:
        """Why everything must be derived anew; "" when it need not, or never was before."""
        former = self._former
        if former.state is None or former.words is None:
            return former.damage
        if rebuild:
            return _ASKED
        if former.state.code != code_version():
            return _NEW_CODE
        if former.words.lexicon.words != lexicon.words:
            return _NEW_WORDS
        return ""

    def _apply(
        self,
        plan: Plan,
        gone: Sequence[ManifestRow],
        lexicon: Lexicon,
        reason: str,
        run: Run,
        progress: Progress,
    ) -> IndexReport:
        """Derive what is new, take out what is gone, publish, and report."""
        former = self._former
        anew = former.state is None or bool(reason)
        words = self._words(lexicon)
        named = self._home.keep_blob(write_words(words))
        publication = Publication(self._home, former.state, named, code_version(), anew=anew)
        work = [entry for entry in plan.entries if anew or not entry.unchanged]
        leaving = {row.source: row.id for row in gone}
        leaving |= {each.file.source: each.former.id for each in work if each.former is not None}
        self._note_times(publication, plan, leaving, anew)
        tasks = [Task(each, reader=each.former.reader if each.former else "") for each in work]
        progress.expect(len(work))
        for found in self._built(tasks, words):
            if isinstance(found, Outcome):
                if found.reason:
                    run.failed.append(Failure(found.source, found.reason))
                progress.advance(found.source)
                continue
            publication.come(found)
            if not anew:
                replaced = [leaving.pop(name) for name in found.sources if name in leaving]
                publication.go(former.catalog, replaced)
            if (former.state is None or not anew) and len(found.sources) < len(work):
                # What is done already is kept when the run is cut off.
                self._publish(publication)
        if not anew:
            publication.go(former.catalog, leaving.values())
        run.finish(plan.entries)
        state = self._former.state
        if state is None or former.damage or publication.state() != replace(state, name=""):
            state = self._publish(publication)
            self._home.tidy()
        return run.report(reason or former.damage, state.version)

    def _publish(self, publication: Publication) -> State:
        state = publication.publish()
        self._former = Former.of(self._home, self._pool, state)
        return state

    def _built(self, tasks: list[Task], words: Words) -> Iterator[Outcome | Built]:
        """What becomes of each document, and the segments that they are in, once complete."""
        workers = min(os.cpu_count() or 1, _MOST_WORKERS, len(tasks))
        known = (self._with_text(task) for task in tasks)
        if workers > 1 and _size(tasks) > _MANY:
            yield from build_apart(self._home, words.dictionary, known, workers)
            return
        memory = LARGE if _size(tasks) > _MANY else SMALL
        builder = Builder(self._home.fresh, self._cutter(words), self._sandbox, memory)
        try:
            for task in known:
                yield builder.take(task)
                yield from builder.finished(MOST_PASSAGES)
            yield from builder.finished()
        finally:
            builder.close()

    def _with_text(self, task: Task) -> Task:
        """The task with what was extracted before, when it may be taken over."""
        former = task.entry.former
        if former is None:
            return task
        return replace(task, known=self._former.catalog.extracted(former.id))

    def _words(self, lexicon: Lexicon) -> Words:
        """The former dictionary where it still holds: making one takes a second and 70 MB."""
        words, state = self._former.words, self._former.state
        if words is None or state is None or state.code != code_version():
            return Words(lexicon, dictionary(lexicon.words))
        if words.lexicon.words != lexicon.words:
            return Words(lexicon, dictionary(lexicon.words))
        return Words(lexicon, words.dictionary)

    def _cutter(self, words: Words) -> Segmenter:
        """The segmenter with these words; it is kept, since a warm one is ready at once."""
        if self._segmenter is None or self._segmenter[0] != words.dictionary:
            self._segmenter = words.dictionary, segmenter(words.dictionary)
        return self._segmenter[1]

    def _note_times(
        self, publication: Publication, plan: Plan, gone: Iterable[str], anew: bool
    ) -> None:
        """Remember when files were changed whose content is as it was, so that the next run need
        not read them."""
        if anew:
            return
        times = dict(self._former.catalog.times)
        for source in gone:
            times.pop(source, None)
        for entry in plan.entries:
            if entry.same is not None and entry.former is not None and entry.same != entry.former:
                times[entry.file.source] = entry.same.mtime_ns
        if times != self._former.catalog.times:
            publication.note(times)

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # What was begun is of no use; on a full disk the space is needed.
            with suppress(OSError, YoujuError, AttributeError):
                self._home.tidy()
            if not isinstance(error, (OSError, sqlite3.OperationalError)):
                raise
            raise NotWritable(
                f"不能写入数据文件夹 {self._data}：{error}。"
                "已发布的索引没有改动；请检查权限和剩余空间后重试。"
            ) from error


def _size(tasks: Sequence[Task]) -> int:
    """The bytes of the files, as far as they can be told."""
    total = 0
    for task in tasks:
        try:
            total += os.stat(task.entry.file.path).st_size
        except OSError:
            continue
    return total
