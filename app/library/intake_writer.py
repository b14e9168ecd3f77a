"""The writer of a data folder, held open: brings the index up to date again and again.

The lock is held from `open` to `close`, so that nobody indexes while documents are taken in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from app.errors import IndexUnusable
from app.library import home as homes
from app.library.folder import scan
from app.library.indexing import _update
from app.library.lock import writing
from app.library.report import IndexReport, NoProgress, Progress
from app.library.userwords import read_lexicon


class CorpusWriter:
    """Derives the data of one corpus folder. Open it with `open`; not for several threads."""

    def __init__(self, corpus: Path, data: Path, held: ExitStack) -> None:
        self._corpus = corpus
        self._data = data
        self._held = held

    @classmethod
    def open(cls, corpus: Path, data: Path) -> CorpusWriter:
        """The writer of the data folder `data`, which is made when there is none.

        Raises LibraryLocked when another process writes, IndexUnusable when the folder is not ours
        or cannot be written.
        """
        with _reported(data), ExitStack() as held:
            homes.prepare(data)
            held.enter_context(writing(data))
            homes.claim(data)
            return cls(corpus, data, held.pop_all())

    def sync(self, progress: Progress | None = None, rebuild: bool = False) -> IndexReport:
        """Bring the index up to date with the whole corpus folder; see `indexing.index`."""
        scanned = scan(self._corpus, without=self._data)
        lexicon = read_lexicon(self._corpus)
        with _reported(self._data):
            home = homes.claim(self._data)
            return _update(home, scanned, lexicon, progress or NoProgress(), rebuild)

    def refresh(self, sources: Sequence[str], progress: Progress | None = None) -> IndexReport:
        """Bring the index up to date for the corpus paths `sources`, as the folder has them now."""
        return self.sync(progress)

    def tend(self) -> bool:
        """One bounded step of upkeep in the background. Whether there is more to do."""
        return False

    def close(self) -> None:
        """Let go of the lock."""
        self._held.close()

    def __enter__(self) -> CorpusWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def _reported(data: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise IndexUnusable(
            f"不能写入数据文件夹 {data}：{error}。"
            "已发布的索引没有改动；请检查权限和剩余空间后重试。"
        ) from error
