"""The published state of the corpus, opened for answering.

Opening reads neither the corpus nor the documents: only the state, the seals and the head of the
search index of each segment that is not open yet.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final

from app.errors import IndexUnusable, LexiconError
from app.library import home as homes
from app.library.documents import LiveDocuments, LiveNames
from app.library.home import Home
from app.library.seal import verify
from app.library.segments import OpenPart, SegmentPool
from app.library.state import State
from app.library.userwords import others
from app.library.version import code_version
from app.library.words import read_words
from app.model import Snapshot
from app.search.tantivy_index import TantivyIndex
from app.text.segment import Segmenter, segmenter

_ATTEMPTS: Final = 20  # a writer that publishes fast removes a state while it is being opened


@dataclass(frozen=True, slots=True)
class Published:
    """One state, open: what to answer from, and the segmenter that cut its terms."""

    state: State
    snapshot: Snapshot
    segmenter: Segmenter
    documents: LiveDocuments
    parts: tuple[OpenPart, ...]


class Library:
    """Gives out snapshots of what is published. Safe to use from several threads."""

    def __init__(self, corpus: Path, home: Home, pool: SegmentPool, published: Published) -> None:
        self.corpus = corpus
        self._home = home
        self._pool = pool
        self._published = published
        self._lock = threading.Lock()

    @classmethod
    def open(cls, corpus: Path, data: Path) -> Library:
        """The published state in the data folder `data`, derived from the folder `corpus`.

        Raises IndexUnusable when there is none, or it is damaged, foreign, or was derived by
        other code than this.
        """
        home = homes.find(data)
        pool = SegmentPool(home)
        return cls(corpus, home, pool, _newest(home, pool, None))

    @property
    def published(self) -> Published:
        """Snapshot and segmenter that belong together, also while another thread reloads."""
        return self._published

    @property
    def home(self) -> Home:
        """The data folder."""
        return self._home

    def snapshot(self) -> Snapshot:
        """The version of the corpus that is open now."""
        return self._published.snapshot

    @property
    def segmenter(self) -> Segmenter:
        """Cuts questions as the open version of the corpus was cut."""
        return self._published.segmenter

    def reload(self) -> bool:
        """Turn to a newer published state. Whether there was one.

        Snapshots given out before stay usable for as long as somebody holds them. When this
        raises IndexUnusable, the state that was open stays open.
        """
        with self._lock:
            before = self._published
            self._published = _newest(self._home, self._pool, before)
            return self._published is not before

    def verify(self) -> None:
        """Compare every stored byte with its hash. Raises IndexUnusable for a difference."""
        for ref in self._published.state.segments:
            verify(self._home.segment(ref.name), ref.seal)

    def close(self) -> None:
        """Release the files of the state that is open."""
        for part in self._published.parts:
            part.segment.store.close()
            part.segment.search.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _newest(home: Home, pool: SegmentPool, before: Published | None) -> Published:
    """The state that is published now, open; `before` when it is that one still."""
    for _ in range(_ATTEMPTS):
        state = _published(home)
        if before is not None and state == before.state:
            return before
        try:
            return _open(home, pool, state, before)
        except IndexUnusable:
            if _published(home) == state:
                raise
    raise IndexUnusable(f"数据文件夹 {home.folder} 变化太快，没有能打开的索引；请稍后重试。")


def _published(home: Home) -> State:
    state = home.published()
    if state is None:
        raise IndexUnusable(f"数据文件夹 {home.folder} 里还没有索引。请先运行 youju index。")
    return state


def _open(home: Home, pool: SegmentPool, state: State, before: Published | None) -> Published:
    if state.code != code_version():
        raise IndexUnusable(
            f"数据文件夹 {home.folder} 里的索引由另一个版本的程序写成。请运行 youju index 更新它。"
        )
    parts = pool.parts(state)
    documents = LiveDocuments(parts)
    index = TantivyIndex([part.live for part in parts])
    names = LiveNames(parts)
    if before is not None and before.state.words == state.words:
        snapshot = Snapshot(state.version, documents, index, before.snapshot.synonyms, names)
        return Published(state, snapshot, before.segmenter, documents, parts)
    try:
        words = read_words(home.blob(state.words))
    except (ValueError, TypeError, LookupError, LexiconError) as error:
        raise IndexUnusable(
            f"数据文件夹 {home.folder} 里的词典不能读取：{error}。请运行 youju index --rebuild。"
        ) from error
    synonyms = MappingProxyType(others(words.lexicon.synonyms))
    snapshot = Snapshot(state.version, documents, index, synonyms, names)
    return Published(state, snapshot, segmenter(words.dictionary), documents, parts)
