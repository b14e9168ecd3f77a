"""One segment of a search index, for measurements that need no library round it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.model import IndexedPassage
from app.search.tantivy_index import LiveSegment, TantivyIndex
from app.search.tantivy_index_builder import SegmentBuilder
from app.search.tantivy_index_segment import Segment


def built(folder: Path, passages: Iterable[IndexedPassage]) -> TantivyIndex:
    """An index over one segment of `passages`, written to the empty folder `folder`. Passages of
    one document come one after the other."""
    builder = SegmentBuilder(folder)
    builder.add(passages)
    builder.finish()
    return opened(folder)


def opened(folder: Path) -> TantivyIndex:
    """An index over the segment in `folder`."""
    return TantivyIndex([LiveSegment(Segment(folder))])
