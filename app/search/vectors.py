"""How often each term stands in a text, as bytes that can be stored and read back fast.

A vector is the ascending term numbers as unsigned 32-bit integers, then their counts as unsigned
16-bit integers, both little-endian. A count above 65,535 is stored as 65,535: BM25 is flat there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.search.bm25 import Vector

_NUMBER = np.dtype("<u4")
_COUNT = np.dtype("<u2")
_ENTRY = _NUMBER.itemsize + _COUNT.itemsize
_MOST = 65_535


Numbers = NDArray[np.uint32]


def pack(terms: Numbers) -> tuple[Numbers, bytes]:
    """The numbers of the terms that a text holds, and its vector.

    `terms` are the numbers of its terms, one for each time that a term stands there.
    """
    held, counts = np.unique(terms, return_counts=True)
    repeated = np.minimum(counts, _MOST)
    return held, held.astype(_NUMBER).tobytes() + repeated.astype(_COUNT).tobytes()


def unpack(vector: bytes) -> dict[int, int]:
    """The counts by term number of one vector."""
    numbers, counts = _split(vector)
    return dict(
        zip(
            np.frombuffer(numbers, _NUMBER).tolist(),
            np.frombuffer(counts, _COUNT).tolist(),
            strict=True,
        )
    )


def counts_of(vectors: Sequence[bytes], numbers: Sequence[int]) -> Vector:
    """A table of counts: one row per vector, one column per term number asked for.

    Row and term number together are one ascending key, so that all vectors are searched in one
    call: calling numpy for each of them costs several times as much.
    """
    table = np.zeros((len(vectors), len(numbers)), np.float64)
    parts = [_split(vector) for vector in vectors]
    sizes = [len(part[1]) // _COUNT.itemsize for part in parts]
    if not any(sizes) or not numbers:
        return table
    rows = np.arange(len(parts), dtype=np.int64) << 32
    keys = np.frombuffer(b"".join(part[0] for part in parts), _NUMBER) + np.repeat(rows, sizes)
    counts = np.frombuffer(b"".join(part[1] for part in parts), _COUNT)
    wanted = rows[:, np.newaxis] + np.array(numbers, np.int64)
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    held = keys[place] == wanted
    table[held] = counts[place[held]]
    return table


def _split(vector: bytes) -> tuple[bytes, bytes]:
    entries, rest = divmod(len(vector), _ENTRY)
    if rest:
        raise ValueError(f"a term vector has {len(vector)} bytes, not a multiple of {_ENTRY}")
    border = entries * _NUMBER.itemsize
    return vector[:border], vector[border:]
