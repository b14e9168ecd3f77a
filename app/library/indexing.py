"""Brings the derived data up to date with the corpus folder.

In: the corpus folder and the data folder. Out: an `IndexReport`, and a newly published generation
when something changed. The corpus is only read. One file that cannot be used never stops the
others; it is reported, and is not searchable until it is mended.

A run compares the corpus with the manifest, builds the next generation beside the published one
(as a copy with the changes, or anew), and publishes it in one step. A crash before that step
leaves the old state, and the next run does the work again.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.documents.read import read
from app.errors import IndexUnusable, YoujuError
from app.library import home as homes
from app.library.derive import derive, indexed_passages
from app.library.draft import Draft
from app.library.folder import Scan, scan
from app.library.former import Former, Found, find_former
from app.library.home import Home
from app.library.lock import writing
from app.library.plan import Entry, Plan, make_plan, read_file
from app.library.report import Failure, IndexReport, NoProgress, Progress
from app.library.tables import ManifestRow
from app.library.userwords import Lexicon, read_lexicon
from app.library.version import code_version
from app.model import Extracted
from app.text.segment import Dictionary, Segmenter, dictionary, segmenter

_NEW_CODE = "程序已更新"
_NEW_WORDS = "用户词典已改变"
_ASKED = "按要求重建"


def index(
    corpus: Path, data: Path, progress: Progress | None = None, rebuild: bool = False
) -> IndexReport:
    """Index the documents in `corpus` into the data folder `data`.

    With `rebuild`, everything is derived anew; the text of an unchanged file is taken over, since
    extracted text stays as it is for ever.

    Raises LibraryLocked when another process is writing, IndexUnusable when `data` is not ours or
    cannot be written, LexiconError for a bad line in the user's dictionary, and DocumentError when
    the corpus folder cannot be read. The published state is then as it was.
    """
    scanned = scan(corpus, without=data)
    lexicon = read_lexicon(corpus)
    try:
        homes.prepare(data)
        with writing(data):
            return _update(homes.claim(data), scanned, lexicon, progress or NoProgress(), rebuild)
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexUnusable(
            f"不能写入数据文件夹 {data}：{error}。"
            "已发布的索引没有改动；请检查权限和剩余空间后重试。"
        ) from error


@dataclass(slots=True)
class _Outcome:
    """What became of the documents, by source in corpus order."""

    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def done(self, entry: Entry) -> None:
        """Note that `entry` is in the index."""
        if entry.unchanged:
            self.unchanged.append(entry.file.source)
        elif entry.former is not None:
            self.replaced.append(entry.file.source)
        else:
            self.added.append(entry.file.source)

    def report(self, scanned: Scan, reason: str, version: str) -> IndexReport:
        """The report of a run that ended with `version` published."""
        failed = sorted(self.failed, key=lambda failure: failure.source)
        return IndexReport(
            added=tuple(self.added),
            replaced=tuple(self.replaced),
            removed=tuple(self.removed),
            unchanged=tuple(self.unchanged),
            failed=tuple(failed),
            ignored=scanned.ignored,
            rebuilt=reason,
            version=version,
        )


def _update(
    home: Home, scanned: Scan, lexicon: Lexicon, progress: Progress, rebuild: bool
) -> IndexReport:
    found = find_former(home)
    former = found.former
    try:
        reason = _why_anew(found, lexicon, rebuild)
        manifest = former.manifest if former is not None else {}
        plan = make_plan(scanned.files, manifest, trust_times=not rebuild)
        gone = _gone(plan, former)
        outcome = _Outcome(failed=list(plan.failed))
        outcome.removed = _removed(gone, scanned)
        if former is not None and not reason and _nothing_to_do(plan, gone, lexicon, former):
            outcome.unchanged = [entry.file.source for entry in plan.entries]
            version = former.version
        else:
            run = _Run(home, former, lexicon, progress, anew=former is None or bool(reason))
            version = run.build(plan, gone, outcome)
        if found.damaged is not None:
            home.set_aside(found.damaged)
    finally:
        if former is not None:
            former.close()
    home.tidy()
    return outcome.report(scanned, reason, version)


def _why_anew(found: Found, lexicon: Lexicon, rebuild: bool) -> str:
    """Why everything must be derived anew; "" when it need not, or was never derived before."""
    former = found.former
    if former is None:
        return found.reason
    if rebuild:
        return _ASKED
    if former.code != code_version():
        return _NEW_CODE
    return _NEW_WORDS if former.lexicon.words != lexicon.words else ""


def _gone(plan: Plan, former: Former | None) -> list[ManifestRow]:
    """The rows of documents that are not in the index any more."""
    if former is None:
        return []
    wanted = {entry.file.source for entry in plan.entries}
    return [row for source, row in sorted(former.manifest.items()) if source not in wanted]


def _removed(gone: Sequence[ManifestRow], scanned: Scan) -> list[str]:
    """The sources among `gone` whose files are gone too; the others have failed."""
    present = {file.source for file in scanned.files}
    return [row.source for row in gone if row.source not in present]


def _nothing_to_do(
    plan: Plan, gone: Sequence[ManifestRow], lexicon: Lexicon, former: Former
) -> bool:
    settled = all(entry.unchanged for entry in plan.entries)
    return settled and not gone and lexicon.synonyms == former.lexicon.synonyms


@dataclass(frozen=True, slots=True)
class _Run:
    """The building of one generation: `anew`, or as a copy of the former one with the changes."""

    home: Home
    former: Former | None
    lexicon: Lexicon
    progress: Progress
    anew: bool

    def build(self, plan: Plan, gone: Sequence[ManifestRow], outcome: _Outcome) -> str:
        """Build the generation and publish it. The version that is published in the end."""
        folder = self.home.fresh()
        try:
            draft = self._begin(folder)
            try:
                words = self._dictionary()
                changed = self._fill(draft, plan, gone, segmenter(words), outcome)
                version = draft.finish(self.lexicon, words) if changed else ""
            finally:
                draft.close()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if not version:
            shutil.rmtree(folder, ignore_errors=True)
            assert self.former is not None
            return self.former.version
        self.home.publish(folder)
        return version

    def _begin(self, folder: Path) -> Draft:
        if self.anew or self.former is None:
            return Draft.fresh(folder)
        return Draft.copied(folder, self.former.generation)

    def _dictionary(self) -> Dictionary:
        """The former dictionary where it still holds: making one takes a second and 70 MB."""
        former = self.former
        same_words = former is not None and former.lexicon.words == self.lexicon.words
        if former is not None and same_words and former.code == code_version():
            return former.dictionary
        return dictionary(self.lexicon.words)

    def _fill(
        self,
        draft: Draft,
        plan: Plan,
        gone: Sequence[ManifestRow],
        cutter: Segmenter,
        outcome: _Outcome,
    ) -> bool:
        """Put all changes into `draft`. Whether it differs from what is published now."""
        work = [entry for entry in plan.entries if self.anew or not entry.unchanged]
        if not self.anew:
            # First all that leaves: an id may pass from one document to another.
            for row in [*gone, *(entry.former for entry in work if entry.former is not None)]:
                draft.drop(row)
            for entry in plan.entries:
                if entry.same is not None:
                    draft.note(entry.same)
                    outcome.done(entry)
        self.progress.expect(len(work))
        for entry in work:
            failure = self._take_in(draft, entry, cutter)
            if failure is None:
                outcome.done(entry)
            else:
                outcome.failed.append(failure)
            self.progress.advance(entry.file.source)
        dropped = bool(gone) or any(entry.former is not None for entry in work)
        same_synonyms = (
            self.former is not None and self.former.lexicon.synonyms == self.lexicon.synonyms
        )
        return self.anew or dropped or bool(outcome.added) or not same_synonyms

    def _take_in(self, draft: Draft, entry: Entry, cutter: Segmenter) -> Failure | None:
        """Derive one document and put it in; or say why that cannot be done."""
        source = entry.file.source
        try:
            extracted, row = self._extracted(entry)
            stored = derive(entry, extracted, cutter)
            passages = indexed_passages(stored, cutter)
        except YoujuError as error:
            return Failure(source, str(error))
        except OSError as error:
            return Failure(source, f"不能读取：{error.strerror}")
        except Exception as error:
            # A fault of ours that one odd document brings out must not keep the others away.
            return Failure(source, f"程序出错（{type(error).__name__}: {error}），请报告给开发者")
        draft.put(stored, passages, row)
        return None

    def _extracted(self, entry: Entry) -> tuple[Extracted, ManifestRow]:
        """What is extracted of a document, extracted now only if the file has changed."""
        row = entry.former
        if self.former is not None and entry.same is not None:
            former = self.former.extracted(entry.id)
            if former is not None:
                return former, entry.same
        data, state = read_file(entry.file.path)
        reader = code_version()
        found = None
        if self.former is not None and row is not None and state.digest == row.digest:
            found, reader = self.former.extracted(row.id), row.reader
        if found is None:
            found, reader = read(data, entry.file.source), code_version()
        return found, ManifestRow(
            source=entry.file.source,
            id=entry.id,
            size=state.size,
            mtime_ns=state.mtime_ns,
            digest=state.digest,
            sidecar_digest=entry.sidecar_digest,
            reader=reader,
        )
