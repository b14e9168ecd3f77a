"""Words that exclude each other: 笔试 and 面试, 二手房 and 新房, 省级 and 市级."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from app.lexicon.loader import table

FILE = "contrasts.tsv"
_JOINS = re.compile("(?:级|财政|资金)?(?:和|与|及|以及|、|或)")
# 全市, 甲县: the names of places are no levels, unless something of theirs follows.
_REGION = re.compile("[省市县区](?!级|里|财政|本级|补|配套|属|直)")


@dataclass(frozen=True, slots=True)
class Contrast:
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

    def spelt(self, word: str) -> bool:
        """Whether a word holds a side that is written with more than one character."""
        return any(len(found.group()) > 1 for found in self.words.finditer(word))

    def joined(self, text: str) -> list[frozenset[int]]:
        """The pairs of sides that `text` joins into one: 中央和省级补助."""
        found = [one for one in self.words.finditer(text) if one.lastindex]
        return [
            frozenset({self.sides[(one.lastindex or 1) - 1], self.sides[(two.lastindex or 1) - 1]})
            for one, two in pairwise(found)
            if _JOINS.fullmatch(text, one.end(), two.start())
        ]


def contrasted(asked: str, said: Sequence[str]) -> bool:
    """Whether words beside a value name another side of a contrast than the question asks for.

    `asked` is the folded question, `said` the folded words, nearest first: the first of them that
    name a side at all decide.
    """
    return any(
        next((not wanted & sides for text in said if (sides := row.named(text))), False)
        for row, wanted in _asked(asked)
    )


def other_side(asked: str, lost: Sequence[str], said: Sequence[str]) -> bool:
    """Whether words of the question that were not found have their contrary in their place.

    `asked` is the folded question, `lost` its words that were not found, `said` the folded words
    that answer, nearest first: the first of them that name a side at all decide.
    """
    taken = [(row, wanted) for row, wanted in _asked(asked) if any(map(row.spelt, lost))]
    return any(
        next((not wanted & sides for text in said if (sides := row.named(text))), False)
        for row, wanted in taken
    )


def joined(asked: str, said: str) -> bool:
    """Whether a value is that of two sides together, one of which the question asks for."""
    return any(
        len(wanted & pair) == 1 and len(pair) > 1
        for row, wanted in _asked(_REGION.sub("", asked))
        for pair in row.joined(said)
    )


@lru_cache(maxsize=256)
def _asked(question: str) -> tuple[tuple[Contrast, frozenset[int]], ...]:
    """The contrasts that a question takes a side in."""
    return tuple((row, sides) for row in contrasts(FILE) if (sides := row.named(question)))


@cache
def contrasts(name: str) -> tuple[Contrast, ...]:
    """The rows of the data file `name`, each with the sides that exclude each other."""
    return tuple(_contrast(row) for row in table(name))


def _contrast(cells: tuple[str, ...]) -> Contrast:
    named = [(word, side) for side, cell in enumerate(cells) for word in cell.split("|")]
    named.sort(key=lambda pair: -len(pair[0]))
    pattern = re.compile("|".join(f"({re.escape(word)})" for word, _ in named))
    return Contrast(pattern, tuple(side for _, side in named))
