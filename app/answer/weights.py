"""What each named feature of a candidate is worth: the readable table `weights.tsv`.

The table is read when it is first asked for. `benchmarks/fit_weights.py` writes its fitted column.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from app.lexicon.loader import rows

FILE = "weights.tsv"
COLUMNS = 5  # group, feature, start, weight, meaning


@cache
def weights(group: str) -> Mapping[str, float]:
    """The weights of the features of one group, by name, in the order of the table."""
    found = {name: value for one, name, value in _table() if one == group}
    if not found:
        raise KeyError(f"{FILE} has no weights of {group!r}")
    return found


def total(group: str, features: Mapping[str, float]) -> float:
    """The score: the sum of weight times feature."""
    known = weights(group)
    return sum(known[name] * value for name, value in features.items())


@cache
def _table() -> tuple[tuple[str, str, float], ...]:
    return tuple(
        (group, name, float(weight))
        for group, name, _, weight, _ in rows(data(FILE), FILE, COLUMNS)
    )


def data(name: str) -> str:
    """The text of a data file that lies beside this module."""
    return (resources.files("app.answer") / name).read_text(encoding="utf-8")
