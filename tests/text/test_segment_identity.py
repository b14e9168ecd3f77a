"""rjieba gives the tokens of jieba, also when the user adds words, changes and removes some.

`benchmarks/segmentation.py` shows the same on a hundred thousand passages of real texts.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import rjieba
from hypothesis import given
from hypothesis import strategies as st

from app.text.fold import fold_text
from app.text.segment import Dictionary, Segmenter, UserWord, dictionary, segmenter
from app.text.segment_jieba import JiebaCutter
from app.text.segment_pieces import MASK, masked

PROJECT = Path(__file__).parents[2]
TEXTS = [
    path.read_text("utf-8")
    for folder in ("corpus", "tests/bench/documents")
    for path in sorted((PROJECT / folder).glob("*.txt"))
]
HAN = re.compile("[\u4e00-\u9fd5]+")
RUNS = [run for text in TEXTS for run in HAN.findall(text)]
COUNT = 300


def pieces_of(length: int, source: random.Random) -> list[str]:
    """Pieces of runs of the texts, most of them words that nobody knows."""
    long_enough = [run for run in RUNS if len(run) > length]
    starts = [
        (run, source.randrange(len(run) - length)) for run in source.choices(long_enough, k=COUNT)
    ]
    return [run[start : start + length] for run, start in starts]


def additions() -> list[UserWord]:
    source = random.Random(4)
    pieces = [*pieces_of(3, source), *pieces_of(5, source)]
    unknown = [piece for piece in pieces if not rjieba.has_word(piece)][:COUNT]
    return [UserWord(word, source.choice((None, 3, 5000))) for word in unknown]


def changes() -> list[UserWord]:
    """Additions, words of the texts with another frequency, and removals: long ones, frequent
    ones, and single characters."""
    source = random.Random(5)
    plain = segmenter(Dictionary())
    known = [token.term for text in TEXTS for token in plain.cut(text) if HAN.match(token.term)]
    frequencies = (None, 1, 40, 7_000_000)
    changed = [
        UserWord(word, source.choice(frequencies)) for word in source.choices(known, k=COUNT)
    ]
    removed = [UserWord(word, 0) for word in [*source.choices(known, k=50), "的", "和", "一"]]
    return [*additions()[::2], *changed, *removed]


@dataclass(frozen=True, slots=True)
class Pair:
    """The same dictionary in rjieba and in jieba."""

    fast: Segmenter
    plain: Segmenter
    jieba: JiebaCutter


def pair(words: list[UserWord]) -> Pair:
    made = dictionary(words)
    assert made.changes_known == any(word.frequency == 0 for word in words)
    cutter = JiebaCutter(made.words)
    return Pair(segmenter(made), Segmenter(cutter), cutter)


@pytest.fixture(scope="module", params=[list, additions, changes], ids=["none", "added", "changed"])
def cutters(request: pytest.FixtureRequest) -> Pair:
    return pair(request.param())


def generated(count: int) -> list[str]:
    """Texts of pieces of the runs in an order that nobody wrote."""
    source = random.Random(6)
    parts = [piece for length in (1, 2, 3) for piece in pieces_of(length, source)]
    return [
        "".join(source.choices([*parts, "，", "2023年", "GDP", "《", " "], k=30))
        for _ in range(count)
    ]


def test_words_terms_and_tags_are_those_of_jieba(cutters: Pair):
    for text in [*TEXTS, *generated(300)]:
        assert cutters.fast.terms(text) == cutters.plain.terms(text)
        assert cutters.fast.cut(text) == cutters.plain.cut(text)
    for text in [*TEXTS[:4], *generated(40)]:
        assert cutters.fast.words(text) == cutters.plain.words(text)
        assert cutters.fast.tagged(text) == cutters.plain.tagged(text)


def test_a_masked_text_is_cut_like_its_runs_one_by_one(cutters: Pair):
    for text in [*TEXTS, *generated(100)]:
        hidden = masked(fold_text(text))
        runs = [word for run in HAN.findall(hidden.text) for word in cutters.jieba.cut(run)]
        found = cutters.fast.stream(hidden)
        assert [word for word in found if HAN.fullmatch(word) and len(word) <= 40] == [
            *runs_with_pieces(runs, hidden.text, [piece.term for piece in hidden.pieces])
        ]


def runs_with_pieces(words: list[str], text: str, terms: list[str]) -> list[str]:
    """`words` with those terms of pieces that are Chinese characters alone, in their places."""
    rest, hidden, found = iter(words), iter(terms), []
    for part in re.findall(f"[\u4e00-\u9fd5]+|{MASK}", text):
        if part == MASK:
            term = next(hidden)
            found += [term] if HAN.fullmatch(term) else []
            continue
        left = len(part)
        while left:
            found.append(next(rest))
            left -= len(found[-1])
    return found


ALPHABET = "的一二三七八九零十年月号度第万亿百分教育义务国办发（）〔〕()，。-.%+#&_ \n\r12059aGb℃〇㐀鿖\u200b\0\uffff\ufffe后後"


@given(st.text(alphabet=ALPHABET, max_size=30))
def test_masks_and_pieces_account_for_every_character(text: str):
    folded = fold_text(text)
    hidden = masked(folded)
    kept, start = [], 0
    for part, piece in zip(hidden.text.split(MASK), [*hidden.pieces, None], strict=True):
        end = len(folded) if piece is None else piece.start
        kept.append((part, folded[start:end]))
        start = end if piece is None else piece.end
    for part, source in kept:
        assert len(part) == len(source)
        # Only what is in no word has been blanked.
        assert all(
            a == b or (a == " " and not HAN.match(b)) for a, b in zip(part, source, strict=True)
        )
