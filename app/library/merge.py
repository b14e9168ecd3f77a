"""Joining small segments, and leaving out what is not live, so that searches stay fast.

In the manner of a log-structured merge tree (O'Neil et al., 1996): the smallest segments are
joined as soon as together they are about as large as the next one. So a document is written anew
only some times, however many are added one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.library.catalog import Catalog
from app.library.derive import entry_of
from app.library.draft import Draft
from app.library.segments import OpenPart
from app.library.state import SegmentRef
from app.model import IndexedPassage, StoredDocument
from app.search.tantivy_index_segment import Segment

LARGEST: Final = 300_000  # passages that a joined segment may hold
MOST_SEGMENTS: Final = 24
_GONE_SHARE: Final = 0.25  # of the documents of a segment; then it is written anew without them


def to_merge(segments: Sequence[SegmentRef]) -> tuple[str, ...]:
    """The names of the segments that should become one; none when all is well."""
    wasteful = [each for each in segments if len(each.gone) > _GONE_SHARE * each.documents]
    if wasteful:
        return (min(wasteful, key=lambda each: each.passages).name,)
    rising = sorted(segments, key=lambda each: (each.passages, each.name))
    total = 0
    best = 0
    for smaller, each in enumerate(rising):
        if total + each.passages > LARGEST:
            break
        if smaller and 2 * total >= each.passages:
            best = smaller + 1
        total += each.passages
    return tuple(each.name for each in rising[:best])


def merged(draft: Draft, catalog: Catalog, parts: Sequence[OpenPart]) -> SegmentRef:
    """Put all live documents of `parts` into `draft` and finish it.

    The terms of a passage come from its vector: nothing is cut or derived anew.
    """
    for part in parts:
        texts = _terms(part.segment.search)
        for stored, row in catalog.stored(part):
            draft.put(stored, _passages(part.segment.search, texts, stored), row)
    return draft.finish()


def _terms(segment: Segment) -> dict[int, tuple[int, str]]:
    """Field and text of every term of a segment, by number."""
    return {number: (field, text) for field, text, number, _ in segment.store.all_terms()}


def _passages(
    segment: Segment, texts: dict[int, tuple[int, str]], stored: StoredDocument
) -> list[IndexedPassage]:
    places, vectors = segment.store.vectors_of(stored.document.id)
    found = []
    for passage, counts in zip(stored.passages, vectors, strict=True):
        terms: tuple[list[str], list[str]] = ([], [])
        for number, count in counts.items():
            field, text = texts[number]
            terms[field].extend([text] * count)
        found.append(entry_of(stored, passage, terms[0], terms[1], places))
    return found
