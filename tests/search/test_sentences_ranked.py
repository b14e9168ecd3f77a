from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.sentences import rank_sentences

WORDS = st.lists(st.sampled_from(["教育", "经费", "学校", "", "2023年"]), max_size=6)


@pytest.mark.parametrize(
    ("terms", "sentences", "best"),
    [
        (["经费"], [["教育", "经费"], ["教育", "学校"]], 0),
        (["教育", "学校"], [["教育", "经费"], ["教育", "学校"]], 1),
        (["经费"], [["经费", *["其他"] * 20], ["经费"], []], 1),
        (["经费"], [["无"], ["无"], ["经费"]], 2),
    ],
    ids=["the sentence with the term", "both terms beat one", "short beats long", "last place"],
)
def test_the_best_sentence_scores_highest(
    terms: list[str], sentences: list[list[str]], best: int
) -> None:
    scores = rank_sentences(terms, sentences)
    assert max(range(len(scores)), key=scores.__getitem__) == best
    assert scores.count(max(scores)) == 1


@pytest.mark.parametrize(
    ("terms", "sentences", "expected"),
    [
        (["经费"], [], []),
        ([], [["经费"]], [0.0]),
        (["经费"], [[]], [0.0]),
        (["经费"], [[], []], [0.0, 0.0]),
        (["无"], [["经费"], ["教育"]], [0.0, 0.0]),
    ],
    ids=["no sentence", "no term", "one empty sentence", "empty sentences", "unknown term"],
)
def test_nothing_to_rank_scores_nothing(
    terms: list[str], sentences: list[list[str]], expected: list[float]
) -> None:
    assert rank_sentences(terms, sentences) == expected


def test_a_term_in_the_only_sentence_scores_above_zero() -> None:
    assert rank_sentences(["经费"], [["经费"]])[0] > 0


@given(WORDS, st.lists(WORDS, max_size=6))
def test_a_sentence_scores_above_zero_exactly_when_it_holds_a_term(
    terms: list[str], sentences: list[list[str]]
) -> None:
    scores = rank_sentences(terms, sentences)
    assert len(scores) == len(sentences)
    for score, sentence in zip(scores, sentences, strict=True):
        assert (score > 0) == bool(set(terms) & set(sentence))
