"""Segments that are open for reading, each only once, shared by all states that it is part of."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass

from app.library import tables
from app.library.draft import SEARCH
from app.library.home import Home
from app.library.seal import read_seal
from app.library.state import SegmentRef, State
from app.library.store import SegmentStore
from app.search.tantivy_index import LiveSegment
from app.search.tantivy_index_segment import Segment


class OpenSegment:
    """A segment with its files open. They are closed when nobody holds it any more."""

    def __init__(self, home: Home, ref: SegmentRef) -> None:
        folder = home.segment(ref.name)
        read_seal(folder, ref.seal)
        self.name = ref.name
        # After a rebuild a name may be given to another segment.
        self.key = key_of(ref)
        self.store = SegmentStore(folder / tables.FILE)
        self.search = Segment(folder / SEARCH)
        weakref.finalize(self.search, self.search.store.close)


def key_of(ref: SegmentRef) -> str:
    """What no other segment is called."""
    return f"{ref.name} {ref.seal}"


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A segment of a state, open, and which of its documents are not live."""

    segment: OpenSegment
    gone: frozenset[str]
    live: LiveSegment


class SegmentPool:
    """Opens the segments of states. Safe to use from several threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._open: weakref.WeakValueDictionary[str, OpenSegment] = weakref.WeakValueDictionary()
        self._parts: dict[str, OpenPart] = {}

    def parts(self, state: State) -> tuple[OpenPart, ...]:
        """The segments of `state`, open.

        Raises IndexUnusable for one that is damaged or gone.
        """
        with self._lock:
            found = tuple(self._part(ref) for ref in state.segments)
            self._parts = {part.segment.key: part for part in found}
            return found

    def _part(self, ref: SegmentRef) -> OpenPart:
        known = self._parts.get(key_of(ref))
        if known is not None and known.live.gone == ref.gone:
            return known
        key = key_of(ref)
        segment = self._open.get(key)
        if segment is None:
            segment = self._open[key] = OpenSegment(self._home, ref)
        former = known.live if known is not None and known.segment is segment else None
        live = LiveSegment.without(segment.search, ref.gone, former)
        return OpenPart(segment, frozenset(ref.gone), live)
