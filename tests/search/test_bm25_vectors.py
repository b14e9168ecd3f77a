from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.bm25 import PASSAGE_SHAPE, added_up, discount, idf
from app.search.vectors import counts_of, unpack
from app.search.vectors import pack as packed


def pack(counts: dict[int, int]) -> bytes:
    held, vector = packed(np.repeat(np.array(list(counts), np.uint32), list(counts.values())))
    assert held.tolist() == sorted(counts)
    return vector


COUNTS = st.dictionaries(st.integers(1, 2**32 - 1), st.integers(1, 65_535), max_size=30)


@given(
    st.lists(COUNTS, max_size=5),
    st.lists(st.integers(1, 2**32 - 1), unique=True, max_size=8),
    st.data(),
)
def test_counts_are_those_that_were_packed(
    texts: list[dict[int, int]], asked: list[int], data: st.DataObject
) -> None:
    held = sorted({number for text in texts for number in text})
    if held:
        asked = list(dict.fromkeys(asked + data.draw(st.lists(st.sampled_from(held), max_size=8))))
    table = counts_of([pack(text) for text in texts], asked)
    assert table.tolist() == [[text.get(number, 0) for number in asked] for text in texts]


@given(COUNTS)
def test_a_vector_can_be_read_back(counts: dict[int, int]) -> None:
    assert unpack(pack(counts)) == counts


def test_a_count_beyond_two_bytes_stays_the_largest() -> None:
    assert unpack(pack({5: 70_000, 9: 1})) == {5: 65_535, 9: 1}


def test_a_cut_off_vector_is_an_error() -> None:
    with pytest.raises(ValueError, match="11 bytes"):
        counts_of([pack({1: 1, 2: 2})[:-1]], [1])


@given(st.integers(1, 10**9), st.data())
def test_idf_is_positive_and_falls_with_frequency(live: int, data: st.DataObject) -> None:
    holding = data.draw(st.integers(0, live))
    assert idf(live, holding) > 0
    if holding:
        assert idf(live, holding) < idf(live, holding - 1)


def test_a_score_worked_out_by_hand() -> None:
    # One term twice in a text of average length, k1 = .6: 2 · 1.6 / (2 + .6), times weight 3.
    discounts = discount(PASSAGE_SHAPE, np.array([[10.0, 20.0]]), np.array([10.0, 20.0]))
    assert discounts.tolist() == [[0.6, 0.6]]
    scores = added_up(PASSAGE_SHAPE, np.array([[2.0]]), discounts[:, [0]], np.array([3.0]))
    assert scores.tolist() == pytest.approx([3 * 2 * 1.6 / 2.6])


def test_a_longer_text_is_discounted_more() -> None:
    short, long = discount(PASSAGE_SHAPE, np.array([[10.0], [20.0]]), np.array([15.0]))[:, 0]
    assert short < long
