"""A search index that grows and shrinks, as the library makes one: of segments in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.model import Filters, IndexedPassage, SearchQuery, SearchResult
from app.search.tantivy_index import LiveSegment, TantivyIndex
from app.search.tantivy_index_builder import SMALL, SegmentBuilder
from app.search.tantivy_index_segment import Segment


def build(folder: Path, passages: Iterable[IndexedPassage]) -> Path:
    """A complete segment of `passages` in `folder`; passages of a document stand together."""
    builder = SegmentBuilder(folder, SMALL)
    grouped: dict[str, list[IndexedPassage]] = {}
    for entry in passages:
        grouped.setdefault(entry.passage.document_id, []).append(entry)
    for group in grouped.values():
        builder.add(group)
    builder.finish()
    return folder


def opened(folder: Path) -> TantivyIndex:
    """The segment in `folder` as an index."""
    return TantivyIndex([LiveSegment(Segment(folder))])


class FolderIndex:
    """Every commit adds a segment with the documents that changed, and takes out the old ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments: list[tuple[Segment, list[str]]] = []
        self._live: dict[str, int] = {}
        self._documents: dict[str, list[IndexedPassage]] = {}
        self._changed: set[str] = set()
        self.index = TantivyIndex([])

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        for entry in passages:
            name = entry.passage.document_id
            self._documents.setdefault(name, []).append(entry)
            self._changed.add(name)

    def delete(self, document_id: str) -> None:
        self._documents.pop(document_id, None)
        self._changed.add(document_id)

    def commit(self) -> None:
        for name in sorted(self._changed):
            place = self._live.pop(name, None)
            if place is not None:
                self._segments[place][1].append(name)
        new = [name for name in sorted(self._changed) if name in self._documents]
        if new:
            entries = [entry for name in new for entry in self._documents[name]]
            folder = build(self._folder / str(len(self._segments)), entries)
            self._live.update((name, len(self._segments)) for name in new)
            self._segments.append((Segment(folder), []))
        self._changed.clear()
        self.index = TantivyIndex(
            [LiveSegment.without(segment, tuple(gone)) for segment, gone in self._segments]
        )

    def search(
        self,
        query: SearchQuery,
        filters: Filters,
        limit: int,
        offset: int = 0,
        count: bool = False,
    ) -> SearchResult:
        return self.index.search(query, filters, limit, offset, count)

    def frequency(self, term: str) -> int:
        return self.index.frequency(term)

    @property
    def size(self) -> int:
        return self.index.size

    def close(self) -> None:
        self.index.close()
