"""Writes a segment of the tantivy index: once, from empty to complete.

The folder of a segment of format 5 holds `format` (one line), `terms/` (tantivy's inverted index)
and the store (`app.search.store`). `format` is written last: a folder that was only half made is
not taken for a segment. Making the files durable is up to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import tantivy

from app.errors import IndexUnusable, NotWritable
from app.model import IndexedPassage
from app.search.store_writer import StoreWriter
from app.search.tantivy_index_query import build_document, build_schema
from app.search.tantivy_index_segment import FORMAT, FORMAT_FILE, TERMS, guarded

SMALL: Final = 16 * 1024 * 1024  # bytes of memory; tantivy takes no less than 15 million
LARGE: Final = 200 * 1024 * 1024  # with more memory a segment has fewer parts inside


class SegmentBuilder:
    """A segment that is being written. Passages of one document come one after the other."""

    def __init__(self, folder: Path, memory: int = LARGE) -> None:
        if folder.exists() and any(folder.iterdir()):
            raise IndexUnusable(f"{folder} is not empty; choose a new folder for the search index")
        self._folder = folder
        with _writing(folder):
            (folder / TERMS).mkdir(parents=True)
            self._store = StoreWriter(folder)
            # One thread: the same passages give the same files.
            self._writer = tantivy.Index(build_schema(), str(folder / TERMS)).writer(memory, 1)

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        """Take passages in, one at a time."""
        for entry in passages:
            # Not round the loop: an error of `passages` itself is no damage of the index.
            with _writing(self._folder):
                self._writer.add_document(build_document(entry, self._store.add(entry)))

    def finish(self) -> None:
        """Make the segment complete, and close it."""
        with _writing(self._folder):
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._store.finish()
            (self._folder / FORMAT_FILE).write_text(FORMAT, encoding="utf-8")

    def close(self) -> None:
        """Let go of the files of a segment that will not be finished."""
        with _writing(self._folder):
            self._store.close()


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """What goes wrong while a segment is made is no damage: it could not be written."""
    try:
        with guarded(folder):
            yield
    except IndexUnusable as error:
        raise NotWritable(
            f"不能写入检索索引 {folder}：{error.__cause__ or error}。"
            "已发布的索引没有改动；请检查权限和剩余空间后重试。"
        ) from error
