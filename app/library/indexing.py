"""Brings the derived data up to date with the corpus folder, once."""

from __future__ import annotations

from pathlib import Path

from app.library.report import IndexReport, Progress
from app.library.writer import Writer


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
    with Writer(corpus, data) as writer:
        report = writer.sync(progress, rebuild)
        while writer.crowded and writer.tend():
            pass
        return report
