"""From the published state to the next: segments that come, documents that go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.library.build import Built
from app.library.catalog import Catalog, write_times
from app.library.home import Home
from app.library.state import SegmentRef, State, make_state


class Publication:
    """The state that is being made. `words` names the blob with the words of the new state.

    With `anew`, nothing of the published state stays in the new one.
    """

    def __init__(
        self, home: Home, former: State | None, words: str, code: str, *, anew: bool
    ) -> None:
        kept = former if former is not None and not anew else None
        self._home = home
        self._words = words
        self._code = code
        self._segments: list[SegmentRef] = list(kept.segments) if kept else []
        self._total = int(kept.total, 16) if kept else 0
        self._times = kept.times if kept else ""

    def come(self, built: Built) -> None:
        """A new segment."""
        self._segments.append(built.ref)
        self._total += built.total

    def go(self, catalog: Catalog, ids: Iterable[str]) -> None:
        """Documents that are live in `catalog`, the published state, are live no more."""
        ids = list(ids)
        self._total -= catalog.weight_of(ids)
        leaving = catalog.holders(ids)
        self._segments = [
            replace(each, gone=tuple(sorted({*each.gone, *leaving.get(each.name, ())})))
            for each in self._segments
        ]

    def note(self, times: Mapping[str, int]) -> None:
        """Times of change of files, by source, that differ from those in the segments."""
        self._times = self._home.keep_blob(write_times(times)) if times else ""

    def join(self, names: Sequence[str], ref: SegmentRef) -> None:
        """`ref` takes the place of the segments `names`, whose live documents it holds."""
        self._segments = [each for each in self._segments if each.name not in names]
        if ref.documents:
            self._segments.append(ref)

    def state(self) -> State:
        """The state as it would be published now."""
        return make_state(self._code, self._words, self._times, self._total, self._segments)

    def publish(self) -> State:
        """Publish what has come and gone so far. The state as it is published."""
        return self._home.publish(self.state())
