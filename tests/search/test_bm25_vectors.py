from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.bm25 import PASSAGE_SHAPE, added_up, discount, idf
from app.search.vectors import VectorReader, VectorWriter

Text = dict[int, int]  # how often each term stands in it


def written(folder: Path, texts: Sequence[Text]) -> VectorReader:
    writer = VectorWriter(folder, "passages")
    for place, counts in enumerate(texts):
        terms = np.repeat(np.array(list(counts), np.uint32), list(counts.values()))
        held = writer.add(terms, len(counts), place, place + 7)
        assert held.tolist() == sorted(counts)
    writer.close()
    return VectorReader(folder, "passages")


COUNTS = st.dictionaries(st.integers(1, 2**32 - 1), st.integers(1, 300), max_size=30)


@given(
    st.lists(COUNTS, max_size=5),
    st.lists(st.integers(1, 2**32 - 1), unique=True, max_size=8),
    st.data(),
)
def test_counts_are_those_that_were_written(
    texts: list[Text], asked: list[int], data: st.DataObject
) -> None:
    held = sorted({number for text in texts for number in text})
    if held:
        asked = list(dict.fromkeys(asked + data.draw(st.lists(st.sampled_from(held), max_size=8))))
    order = data.draw(st.permutations(range(len(texts))))
    with tempfile.TemporaryDirectory() as folder:
        reader = written(Path(folder), texts)
        numbers = np.array(order, np.int64) + 1
        table = reader.counts(numbers, np.array(asked, np.uint32))
        assert table.tolist() == [[texts[i].get(n, 0) for n in asked] for i in order]
        assert [reader.terms(i + 1) for i in order] == [texts[i] for i in order]
        assert reader.lengths(numbers).tolist() == [[len(texts[i]), i] for i in order]
        assert reader.documents(numbers).tolist() == [i + 7 for i in order]
        reader.close()


def test_a_count_beyond_two_bytes_stays_the_largest(tmp_path: Path) -> None:
    reader = written(tmp_path, [{5: 70_000, 9: 1}])
    assert reader.terms(1) == {5: 65_535, 9: 1}
    reader.close()


@pytest.mark.parametrize(("name", "why"), [("vectors", "12 bytes"), ("heads", "multiple of 24")])
def test_a_file_that_was_cut_off_is_an_error(tmp_path: Path, name: str, why: str) -> None:
    written(tmp_path, [{1: 1, 2: 2}]).close()
    path = tmp_path / f"passages.{name}"
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(ValueError, match=why):
        VectorReader(tmp_path, "passages")


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
