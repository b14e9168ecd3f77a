"""The published state of the corpus, opened for answering.

Opening reads neither the corpus nor the documents: only the seal, a few rows and the head of the
search index.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType

from app.errors import IndexUnusable, LexiconError
from app.library import home as homes
from app.library import tables
from app.library.codec import decode
from app.library.draft import DICTIONARY, LEXICON, SEARCH
from app.library.home import Home
from app.library.seal import read_seal, verify
from app.library.store import SqliteDocumentStore
from app.library.userwords import Lexicon, others
from app.library.version import code_version
from app.model import Snapshot
from app.search.tantivy_index import TantivyIndex
from app.text.segment import Dictionary, Segmenter, segmenter


@dataclass(frozen=True, slots=True)
class Published:
    """One generation, open: what to answer from, and the segmenter that cut its terms."""

    generation: Path
    snapshot: Snapshot
    segmenter: Segmenter
    store: SqliteDocumentStore


class Library:
    """Gives out snapshots of what is published. Safe to use from several threads."""

    def __init__(self, corpus: Path, home: Home, published: Published) -> None:
        self.corpus = corpus
        self._home = home
        self._published = published
        self._lock = threading.Lock()

    @classmethod
    def open(cls, corpus: Path, data: Path) -> Library:
        """The published state in the data folder `data`, derived from the folder `corpus`.

        Raises IndexUnusable when there is none, or it is damaged, foreign, or was derived by
        other code than this.
        """
        home = homes.find(data)
        return cls(corpus, home, _open(_generation(home)))

    @property
    def published(self) -> Published:
        """Snapshot and segmenter that belong together, also while another thread reloads."""
        return self._published

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
            generation = _generation(self._home)
            if generation == self._published.generation:
                return False
            self._published = _open(generation)
            return True

    def verify(self) -> None:
        """Compare every stored byte with its hash. Raises IndexUnusable for a difference."""
        verify(self._published.generation)

    def close(self) -> None:
        """Release the files of the state that is open."""
        published = self._published
        published.store.close()
        published.snapshot.index.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _generation(home: Home) -> Path:
    generation = home.published()
    if generation is None:
        raise IndexUnusable(f"数据文件夹 {home.folder} 里还没有索引。请先运行 youju index。")
    return generation


def _open(generation: Path) -> Published:
    sealed = read_seal(generation)
    if sealed.code != code_version():
        raise IndexUnusable(
            f"索引 {generation} 由另一个版本的程序写成。请运行 youju index 更新它。"
        )
    store = SqliteDocumentStore(generation / tables.FILE)
    try:
        lexicon = decode(Lexicon, store.fact(LEXICON))
        dictionary = Dictionary.from_json(store.fact(DICTIONARY))
        index = TantivyIndex.open(generation / SEARCH)
    except (ValueError, TypeError, LookupError, LexiconError) as error:
        store.close()
        raise IndexUnusable(
            f"索引 {generation} 不能读取：{error}。请运行 youju index --rebuild。"
        ) from error
    except IndexUnusable:
        store.close()
        raise
    # The last one to let go of a superseded snapshot closes its files.
    weakref.finalize(store, index.close)
    synonyms = MappingProxyType(others(lexicon.synonyms))
    snapshot = Snapshot(sealed.version, store, index, synonyms, store.names())
    return Published(generation, snapshot, segmenter(dictionary), store)
