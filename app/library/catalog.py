"""What the live documents of a state were derived from, looked up without reading all of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from app.library.draft import weight
from app.library.segments import OpenPart
from app.library.tables import ManifestRow
from app.model import Extracted, StoredDocument


@dataclass(frozen=True, slots=True)
class Catalog:
    """The manifest rows of a state. `times` are later times of change of files, by source."""

    parts: tuple[OpenPart, ...]
    times: Mapping[str, int]

    def of_source(self, source: str) -> ManifestRow | None:
        """The row of the live document with this source, or None."""
        for part in reversed(self.parts):
            row = part.segment.store.row_of_source(source)
            if row is not None and row.id not in part.gone:
                return self._timed(row)
        return None

    def of_id(self, document_id: str) -> ManifestRow | None:
        """The row of the live document with this id, or None."""
        part = self._holder(document_id)
        row = part.segment.store.row_of_id(document_id) if part is not None else None
        return self._timed(row) if row is not None else None

    def rows(self) -> Iterator[ManifestRow]:
        """The rows of all live documents."""
        for part in self.parts:
            for row in part.segment.store.manifest():
                if row.id not in part.gone:
                    yield self._timed(row)

    def extracted(self, document_id: str) -> Extracted | None:
        """What was extracted of a live document, or None."""
        part = self._holder(document_id)
        return part.segment.store.extracted(document_id) if part is not None else None

    def stored(self, part: OpenPart) -> Iterator[tuple[StoredDocument, ManifestRow]]:
        """The live documents of one segment with their rows, in corpus order."""
        for source, name in part.segment.store.ids():
            if name not in part.gone:
                stored = part.segment.store.get(name)
                row = part.segment.store.row_of_source(source)
                if stored is None or row is None:
                    raise LookupError(f"{part.segment.name} holds no whole document {name}")
                yield stored, self._timed(row)

    def weight_of(self, ids: Iterable[str]) -> int:
        """What these live documents add to the sum of hashes of the state."""
        total = 0
        for name in ids:
            part = self._holder(name)
            if part is not None:
                total += weight(part.segment.store.fields(name))
        return total

    def holders(self, ids: Iterable[str]) -> dict[str, list[str]]:
        """The live documents with these ids, by the name of the segment that holds them."""
        found: dict[str, list[str]] = {}
        for name in ids:
            part = self._holder(name)
            if part is not None:
                found.setdefault(part.segment.name, []).append(name)
        return found

    def _holder(self, document_id: str) -> OpenPart | None:
        for part in reversed(self.parts):
            if document_id not in part.gone and part.segment.store.row_of_id(document_id):
                return part
        return None

    def _timed(self, row: ManifestRow) -> ManifestRow:
        time = self.times.get(row.source)
        return row if time is None else replace(row, mtime_ns=time)


def write_times(times: Mapping[str, int]) -> bytes:
    """Times of files as a blob."""
    return json.dumps(dict(sorted(times.items())), ensure_ascii=False).encode("utf-8")


def read_times(data: bytes) -> dict[str, int]:
    """What `write_times` wrote. Raises ValueError or TypeError for anything else."""
    found = json.loads(data.decode("utf-8"))
    return {str(source): int(time) for source, time in found.items()}
