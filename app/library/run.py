"""What an indexing run has found out so far, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.library.plan import Entry
from app.library.report import Failure, IndexReport


@dataclass(slots=True)
class Run:
    """What became of the documents, by source in corpus order."""

    ignored: tuple[Failure, ...] = ()
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)

    def finish(self, entries: Sequence[Entry]) -> None:
        """Note all `entries` that have not failed as being in the index."""
        bad = {failure.source for failure in self.failed}
        for entry in entries:
            source = entry.file.source
            if source in bad:
                continue
            if entry.unchanged:
                self.unchanged.append(source)
            elif entry.former is not None:
                self.replaced.append(source)
            else:
                self.added.append(source)

    def report(self, reason: str, version: str) -> IndexReport:
        """The report of a run that ended with `version` published."""
        return IndexReport(
            added=tuple(self.added),
            replaced=tuple(self.replaced),
            removed=tuple(self.removed),
            unchanged=tuple(self.unchanged),
            failed=tuple(sorted(self.failed, key=lambda failure: failure.source)),
            ignored=self.ignored,
            rebuilt=reason,
            version=version,
        )
