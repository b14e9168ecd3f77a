"""The arithmetic with which weights and confidence are fitted (benchmarks/_learning.py)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest


@pytest.fixture(scope="module")
def learning() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / "benchmarks" / "_learning.py"
    spec = importlib.util.spec_from_file_location("_learning", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look their module up
    spec.loader.exec_module(module)
    return module


def test_a_feature_that_good_candidates_have_gains_weight(learning: ModuleType) -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]])
    data = [learning.Choices(0, rows, np.array([0.0, 1.0]))] * 8
    start = np.array([1.0, 0.2])
    assert learning.chosen_quality(data, start) == [0.0] * 8
    fitted = learning.fit_choices(data, start, np.array([1.0, 1.0]), heat=0.1, pull=0.01)
    assert fitted[1] > fitted[0]
    assert learning.chosen_quality(data, fitted) == [1.0] * 8


def test_a_strong_pull_keeps_weights_at_their_start(learning: ModuleType) -> None:
    data = [learning.Choices(0, np.array([[1.0], [0.0]]), np.array([0.0, 1.0]))]
    fitted = learning.fit_choices(data, np.array([2.0]), np.array([1.0]), heat=1.0, pull=1e6)
    assert fitted == pytest.approx([2.0], abs=1e-4)


def test_the_same_questions_give_the_same_weights(learning: ModuleType) -> None:
    rows = np.array([[0.3, 0.7], [0.9, 0.1], [0.5, 0.5]])
    data = [learning.Choices(0, rows * (1 + i), np.array([0.2, 1.0, 0.0])) for i in range(5)]
    fits = [
        learning.fit_choices(data, np.ones(2), np.ones(2), heat=0.5, pull=0.1) for _ in range(2)
    ]
    assert fits[0].tobytes() == fits[1].tobytes()


def test_odds_follow_the_sign_that_tells_right_from_wrong(learning: ModuleType) -> None:
    features = np.array([[1.0, 0.9], [1.0, 0.8], [1.0, 0.2], [1.0, 0.1]] * 5)
    fitted = learning.fit_odds(features, np.array([1.0, 1.0, 0.0, 0.0] * 5), 0.001)
    assert fitted[1] > 0
    sums = features @ fitted
    assert sums[0] > 0 > sums[3]


MIXED = [False, True] * 10 + [True] * 20


def test_steps_of_precision_rise_and_lose_no_answer(learning: ModuleType) -> None:
    steps = learning.monotone([i / 40 for i in range(40)], MIXED, 10)
    precisions = [step.precision for step in steps]
    assert precisions == sorted(precisions)
    assert sum(step.answers for step in steps) == len(MIXED)
    assert sum(step.right for step in steps) == sum(MIXED)
    assert all(step.answers >= 10 for step in steps)
    assert precisions[0] < 0.7 < precisions[-1]


def test_answers_less_right_at_a_higher_sum_are_pooled(learning: ModuleType) -> None:
    steps = learning.monotone([1.0, 2.0, 3.0, 4.0], [True, True, False, False], 2)
    assert [(step.start, step.answers, step.right) for step in steps] == [(1.0, 4, 2)]
