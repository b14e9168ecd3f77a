"""How often each term stands in each text, in files that are read in places.

Two files hold the texts of one kind (passages, or documents) of a segment, numbered from 1 in the
order in which they came in:

* the vectors, one after the other: for each term that a text holds, in ascending order, its number
  as an unsigned 32-bit integer and how often it stands there as an unsigned 16-bit integer (a
  count above 65,535 is stored as 65,535: BM25 is flat there);
* the heads, of one size each: where the vector of a text begins and how many terms it has, its
  lengths in words and in bigrams, and the number of the document that it is part of (0 for a
  document).

All integers are little-endian. Heads are mapped into memory; vectors are read when they are asked
for, so that a large index takes up no more memory than a small one.
"""

from __future__ import annotations

import os
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.search.bm25 import Vector

Numbers = NDArray[np.uint32]
Places = NDArray[np.int64]

_TERM = np.dtype([("number", "<u4"), ("count", "<u2")])
_HEAD = np.dtype(
    [("start", "<u8"), ("terms", "<u4"), ("words", "<u4"), ("bigrams", "<u4"), ("document", "<u4")]
)
_MOST = 65_535
_LAST_BITS = 0xFFFF


class VectorWriter:
    """Writes the two files of one kind of texts. They are of use after `close`."""

    def __init__(self, folder: Path, kind: str) -> None:
        vectors, heads = _paths(folder, kind)
        self._vectors = open(vectors, "xb")  # noqa: SIM115
        self._heads = open(heads, "xb")  # noqa: SIM115
        self._start = 0

    def add(self, terms: Numbers, words: int, bigrams: int, document: int = 0) -> Numbers:
        """Store the next text; `terms` are its terms by number, repetitions kept.

        The terms that it holds, each once.
        """
        held, counts = np.unique(terms, return_counts=True)
        vector = np.empty(len(held), _TERM)
        vector["number"] = held
        vector["count"] = np.minimum(counts, _MOST)
        self._vectors.write(vector.tobytes())
        head = np.array((self._start, len(held), words, bigrams, document), _HEAD)
        self._heads.write(head.tobytes())
        self._start += len(held)
        return held

    def close(self) -> None:
        """Release the files."""
        with closing(self._vectors), closing(self._heads):
            pass  # the second also when the first cannot write what it holds back


class VectorReader:
    """Reads the two files of one kind of texts. Any number of threads may ask.

    Raises `OSError` for a file that is missing, `ValueError` for one that is cut off.
    """

    def __init__(self, folder: Path, kind: str) -> None:
        vectors, heads = _paths(folder, kind)
        size = os.stat(heads).st_size
        if size % _HEAD.itemsize:
            raise ValueError(f"{heads.name} has {size} bytes, not a multiple of {_HEAD.itemsize}")
        # Nothing can be mapped of a file without bytes.
        # As a plain array: each look at a `memmap` costs as much as all the rest.
        self._heads: NDArray[Any] = np.asarray(
            np.memmap(heads, _HEAD, mode="r") if size else np.empty(0, _HEAD)
        )
        self._file = open(vectors, "rb", buffering=0)  # noqa: SIM115
        self._lock = threading.Lock()
        wanted = 0
        if len(self._heads):
            last = self._heads[-1]
            wanted = (int(last["start"]) + int(last["terms"])) * _TERM.itemsize
        if os.fstat(self._file.fileno()).st_size != wanted:
            self._file.close()
            raise ValueError(f"{vectors.name} does not have the {wanted} bytes that its heads name")

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self._heads)

    def lengths(self, numbers: Places) -> Vector:
        """The lengths of these texts: a row for each, a column per field."""
        heads = self._heads[numbers - 1]
        return np.stack([heads["words"], heads["bigrams"]], axis=1).astype(np.float64)

    def documents(self, numbers: Places) -> Places:
        """The numbers of the documents that these passages are part of."""
        found: Places = self._heads[numbers - 1]["document"].astype(np.int64)
        return found

    def counts(self, numbers: Places, terms: Numbers) -> Vector:
        """How often terms stand in texts: a row for each text, a column for each of `terms`.

        The terms of all texts are looked up in one step; calling numpy for each text costs
        several times as much.
        """
        table = np.zeros((len(numbers), len(terms)), np.float64)
        if not len(numbers) or not len(terms):
            return table
        heads = self._heads[numbers - 1]
        found = np.frombuffer(
            b"".join(
                self._read(start, size)
                for start, size in zip(
                    heads["start"].tolist(), heads["terms"].tolist(), strict=True
                )
            ),
            _TERM,
        )
        order = np.argsort(terms, kind="stable")
        wanted = terms[order]
        # Few of the terms of a text are wanted: a look at the last bits rules out most others.
        alike = np.zeros(_LAST_BITS + 1, np.bool_)
        alike[wanted & _LAST_BITS] = True
        at = np.flatnonzero(alike[found["number"] & _LAST_BITS])
        place = np.minimum(np.searchsorted(wanted, found["number"][at]), len(wanted) - 1)
        held = wanted[place] == found["number"][at]
        at, place = at[held], place[held]
        row = np.searchsorted(np.cumsum(heads["terms"]), at, side="right")
        table[row, order[place]] = found["count"][at]
        return table

    def terms(self, number: int) -> dict[int, int]:
        """The terms of one text by number, each with its count."""
        head = self._heads[number - 1]
        found = np.frombuffer(self._read(int(head["start"]), int(head["terms"])), _TERM)
        return dict(zip(found["number"].tolist(), found["count"].tolist(), strict=True))

    def close(self) -> None:
        """Release the files."""
        self._file.close()

    def _read(self, start: int, terms: int) -> bytes:
        """The stored bytes of a vector."""
        size = terms * _TERM.itemsize
        offset = start * _TERM.itemsize
        if hasattr(os, "pread"):
            data = os.pread(self._file.fileno(), size, offset)
        else:  # Windows
            with self._lock:
                self._file.seek(offset)
                data = self._file.read(size)
        if len(data) != size:
            raise ValueError(f"a vector of {size} bytes has {len(data)}")
        return data


def _paths(folder: Path, kind: str) -> tuple[Path, Path]:
    """Where the vectors and the heads of a kind of texts lie."""
    return folder / f"{kind}.vectors", folder / f"{kind}.heads"
