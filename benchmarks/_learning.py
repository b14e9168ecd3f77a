"""The arithmetic of fitting: choices among candidates, log odds, monotone steps. No chance in it.

Everything is a full pass over the data in a fixed order from a fixed start, so that the same
questions give the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

STEPS = 300
_SMALL = 1e-9

Vector = np.ndarray


@dataclass(frozen=True, slots=True)
class Choices:
    """The candidates of one question: a row of features and a quality from 0 to 1 for each."""

    fold: int
    features: Vector
    quality: Vector


def descend(start: Vector, loss: Callable[[Vector], tuple[float, Vector]]) -> Vector:
    """The place to which steps down the gradient lead, each halved until it helps."""
    place, size = start.copy(), 1.0
    value, slope = loss(place)
    for _ in range(STEPS):
        while size > _SMALL:
            other = place - size * slope
            found, next_slope = loss(other)
            if found < value - 1e-4 * size * float(slope @ slope):
                break
            size /= 2
        else:
            return place
        if value - found < _SMALL:
            return other
        place, value, slope, size = other, found, next_slope, size * 2
    return place


def fit_choices(
    data: Sequence[Choices], start: Vector, scale: Vector, heat: float, pull: float
) -> Vector:
    """Weights that make good candidates likely: a softmax over score / `heat`.

    `pull` holds each weight near its start, measured in units of `scale`.
    """

    def loss(moved: Vector) -> tuple[float, Vector]:
        weights = start + scale * moved
        value, slope = 0.0, np.zeros_like(start)
        for one in data:
            scores = one.features @ weights / heat
            odds = np.exp(scores - scores.max())
            odds /= odds.sum()
            expected = float(odds @ one.quality) + _SMALL
            value -= np.log(expected)
            share = odds * one.quality / expected
            slope -= one.features.T @ (share - odds) / heat
        size = len(data) or 1
        held = pull * float(moved @ moved) / 2
        return value / size + held, slope * scale / size + pull * moved

    return start + scale * descend(np.zeros_like(start), loss)


def chosen_quality(data: Sequence[Choices], weights: Vector) -> list[float]:
    """The quality of the candidate that `weights` put first, question by question."""
    return [float(one.quality[int(np.argmax(one.features @ weights))]) for one in data]


def fit_odds(features: Vector, right: Vector, pull: float) -> Vector:
    """Weights of the log odds that an answer is right."""

    def loss(weights: Vector) -> tuple[float, Vector]:
        odds = 1 / (1 + np.exp(-features @ weights))
        likely = np.where(right > 0, odds, 1 - odds)
        value = -float(np.log(likely + _SMALL).mean()) + pull * float(weights @ weights) / 2
        return value, features.T @ (odds - right) / len(right) + pull * weights

    return descend(np.zeros(features.shape[1]), loss)


@dataclass(frozen=True, slots=True)
class Step:
    """Answers whose sum of signs is at least `start`: how many there are, how many are right."""

    start: float
    answers: int
    right: int

    @property
    def precision(self) -> float:
        """The share of right ones, drawn a little towards one half."""
        return (self.right + 1) / (self.answers + 2)


def monotone(sums: Sequence[float], right: Sequence[bool], fewest: int) -> list[Step]:
    """Steps of rising precision, each over at least `fewest` answers (pool adjacent violators)."""
    ordered = sorted(zip(sums, right, strict=True))
    steps: list[Step] = []
    for start in range(0, len(ordered), fewest):
        part = ordered[start : start + fewest]
        if len(part) < fewest and steps:
            last = steps.pop()
            steps.append(_joined(last, Step(part[0][0], len(part), sum(r for _, r in part))))
        else:
            steps.append(Step(part[0][0], len(part), sum(r for _, r in part)))
        while len(steps) > 1 and steps[-2].precision >= steps[-1].precision:
            last = steps.pop()
            steps.append(_joined(steps.pop(), last))
    return steps


def _joined(left: Step, right: Step) -> Step:
    return Step(left.start, left.answers + right.answers, left.right + right.right)
