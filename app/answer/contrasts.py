"""Words that exclude each other: 笔试 and 面试, 二手房 and 新房, 省级 and 市级."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from app.lexicon.loader import table

FILE = "contrasts.tsv"


@dataclass(frozen=True, slots=True)
class _Contrast:
    """One row: a pattern with a group for each word, and the side that each word stands for."""

    words: re.Pattern[str]
    sides: tuple[int, ...]

    def named(self, text: str) -> frozenset[int]:
        """The sides that `text` names. Of words inside each other the longest counts."""
        return frozenset(
            self.sides[found.lastindex - 1]
            for found in self.words.finditer(text)
            if found.lastindex
        )


def contrasted(asked: str, said: Sequence[str]) -> bool:
    """Whether words beside a value name another side of a contrast than the question asks for.

    `asked` is the folded question, `said` the folded words, nearest first: the first of them that
    name a side at all decide.
    """
    return any(
        next((not wanted & sides for text in said if (sides := row.named(text))), False)
        for row, wanted in _asked(asked)
    )


@lru_cache(maxsize=256)
def _asked(question: str) -> tuple[tuple[_Contrast, frozenset[int]], ...]:
    """The contrasts that a question takes a side in."""
    return tuple((row, sides) for row in _contrasts() if (sides := row.named(question)))


@cache
def _contrasts() -> tuple[_Contrast, ...]:
    return tuple(_contrast(row) for row in table(FILE))


def _contrast(cells: tuple[str, ...]) -> _Contrast:
    named = [(word, side) for side, cell in enumerate(cells) for word in cell.split("|")]
    named.sort(key=lambda pair: -len(pair[0]))
    pattern = re.compile("|".join(f"({re.escape(word)})" for word, _ in named))
    return _Contrast(pattern, tuple(side for _, side in named))
