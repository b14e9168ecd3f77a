"""Fits the weights of candidates and the table of confidence, on the tuning halves only.

    python benchmarks/fit_weights.py [BENCH_DIR]                 weights, then confidence
    python benchmarks/fit_weights.py [BENCH_DIR] --calibration   confidence only
    … --calibration --set fourth --half all                      from questions nothing was tuned on
    … --dry                                                      print, write nothing
    python benchmarks/fit_weights.py [BENCH_DIR] --half test     check confidence on the other half

Learns from our own bench and, with BENCH_DIR (or YOUJU_BENCH_DIR), from the NCP questions whose id
begins with 0–7. Prints before and after over five folds by document: what is measured on a
document was fitted without it. Writes app/answer/weights.tsv and app/answer/confidence.tsv, the
same bytes for the same questions and program.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import bench
import numpy as np
from _cases import FOLDS, Case, cases
from _learning import Choices, Step, Vector, chosen_quality, fit_choices, fit_odds, monotone

from app.answer import confidence, weights
from app.lexicon.loader import rows

TABLES = Path(weights.__file__).parent
# Groups that are fitted, with the score difference that counts as sure. Figures are not: their fit
# gains on documents held out, but takes another number where the value before and the one after a
# change stand side by side (tests/answer/test_short_answers.py).
HEATS = {"name": 0.1, "list": 0.1, "clause": 2.0}
PULLS = (3.0, 1.0, 0.3, 0.1)  # weaker ones drift from what the tests of single texts hold
LEAST_SCALE = 0.05
FEWEST_QUESTIONS = 40
MOST_CANDIDATES = 400
ODDS_PULL = 0.01
FEWEST_ANSWERS = 100  # of one sort, to have steps of its own
FEWEST_OF_STEP = 25
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


# ── weights of candidates ───────────────────────────────────────────────────────────────────────


def choices(found: Sequence[Case], group: str, names: Sequence[str]) -> list[Choices]:
    """The questions on which the group has both better and worse candidates."""
    made = []
    for case in found:
        own = [one for one in case.choice.tried if one.group == group]
        if not own or case.question.ordinal is not None:
            continue
        if group == "clause":
            own = case.runs()
        own = own[:MOST_CANDIDATES]
        quality = np.array([case.quality(one) for one in own])
        if quality.max() > quality.min():
            features = [[one.features.get(name, 0.0) for name in names] for one in own]
            made.append(Choices(case.fold, np.array(features), quality))
    return made


@dataclass(frozen=True, slots=True)
class Gain:
    """What a fit gains over the weights set by hand on documents held out, with its error."""

    pull: float
    mean: float
    error: float


def gain(group: str, data: Sequence[Choices], start: Vector, pull: float) -> Gain:
    """The gain of a fit with one pull: each fold is chosen with weights fitted on the others."""
    differences: list[float] = []
    for fold in range(FOLDS):
        rest = [one for one in data if one.fold != fold]
        own = [one for one in data if one.fold == fold]
        fitted = chosen_quality(own, fit(group, rest, start, pull))
        before = chosen_quality(own, start)
        differences.extend(after - was for after, was in zip(fitted, before, strict=True))
    return Gain(pull, float(np.mean(differences)), float(np.std(differences) / len(data) ** 0.5))


def fit(group: str, data: Sequence[Choices], start: Vector, pull: float) -> Vector:
    scale = np.maximum(np.abs(start), LEAST_SCALE)
    return fit_choices(data, start, scale, HEATS[group], pull)


def fit_group(group: str, data: Sequence[Choices], start: Vector) -> Vector:
    """The weights fitted, or those set by hand when no fit surely gains on documents held out.

    Of the pulls that gain as much as the best one, but for its error, the strongest is taken: it
    moves the weights least.
    """
    before = sum(chosen_quality(data, start)) / len(data)
    gains = [gain(group, data, start, pull) for pull in PULLS]
    for one in gains:
        shown = f"{before:.3f} -> {before + one.mean:.3f} held out (±{one.error:.3f})"
        print(f"{group:8} {len(data):4} questions, pull {one.pull:4}: {shown}")
    best = max(gains, key=lambda one: one.mean)
    near = [one for one in gains if one.mean > one.error and one.mean >= best.mean - best.error]
    if not near:
        print(f"{group:8} keeps the weights set by hand")
        return start
    print(f"{group:8} takes pull {near[0].pull}")
    return np.array([float(f"{value:.3g}") for value in fit(group, data, start, near[0].pull)])


def fit_weights(found: Sequence[Case]) -> dict[tuple[str, str], float]:
    """The weights of all groups that can be fitted, by group and feature."""
    fitted: dict[tuple[str, str], float] = {}
    for group in HEATS:
        table = [row for row in rows(weights.data(weights.FILE), weights.FILE) if row[0] == group]
        names = [row[1] for row in table]
        data = choices(found, group, names)
        if len(data) < FEWEST_QUESTIONS:
            print(f"{group:8} {len(data):4} questions: too few")
            continue
        start = np.array([float(row[2]) for row in table])
        values = fit_group(group, data, start)
        fitted.update(((group, name), float(v)) for name, v in zip(names, values, strict=True))
    return fitted


def write_weights(fitted: dict[tuple[str, str], float]) -> None:
    """Puts the fitted weights into the fourth column; comments and the rest stay."""
    lines = []
    for line in weights.data(weights.FILE).splitlines():
        cells = line.split("\t")
        if len(cells) == weights.COLUMNS and (cells[0], cells[1]) in fitted:
            cells[3] = f"{fitted[cells[0], cells[1]]:g}"
        lines.append("\t".join(cells))
    (TABLES / weights.FILE).write_text("\n".join(lines) + "\n", "utf-8")


# ── confidence ──────────────────────────────────────────────────────────────────────────────────


class Answers:
    """The answers given over the cases: signs, whether right, fold and sort of each."""

    def __init__(self, found: Sequence[Case], names: Sequence[str]) -> None:
        given = [case for case in found if case.right is not None]
        self.names = names
        self.signs = np.array([[c.choice.signs.get(n, 0.0) for n in names] for c in given])
        self.right = np.array([float(bool(case.right)) for case in given])
        self.folds = np.array([case.fold for case in given])
        self.sorts = [confidence.sort_of(c.choice.candidate) for c in given if c.choice.candidate]

    def sums(self, part: Vector) -> Vector:
        """The sum of signs of the answers in `part`, each weighed without its own fold."""
        found = np.zeros(len(self.right))
        for fold in range(FOLDS):
            own = part & (self.folds == fold)
            rest = part & (self.folds != fold)
            if own.any():
                found[own] = self.signs[own] @ self.fit(rest)
        return found

    def fit(self, part: Vector) -> Vector:
        """The weights of the signs over the answers in `part`."""
        found = fit_odds(self.signs[part], self.right[part], ODDS_PULL)
        return np.round(found, 3)

    def steps(self, part: Vector) -> dict[str, list[Step]]:
        """Steps of precision by sort of answers, and over all of them."""
        sums = self.sums(part)
        made = {}
        for sort in (confidence.ALL, *confidence.SORTS):
            own = [i for i in np.flatnonzero(part) if sort in (confidence.ALL, self.sorts[i])]
            if len(own) >= FEWEST_ANSWERS or sort == confidence.ALL:
                found = [bool(self.right[i]) for i in own]
                made[sort] = monotone([float(sums[i]) for i in own], found, FEWEST_OF_STEP)
        return made


def looked_up(steps: dict[str, list[Step]], sort: str, value: float) -> float:
    own = steps.get(sort, steps[confidence.ALL])
    return next((s.precision for s in reversed(own) if value >= s.start), own[0].precision)


def shipped_confidence(found: Sequence[Case]) -> Vector:
    """The confidence that the replies say, by the tables as they are."""
    given = [case.choice.candidate for case in found if case.right is not None]
    return np.array([one.confidence or 0.0 for one in given if one is not None])


def held_out_confidence(answers: Answers) -> Vector:
    """The confidence of each answer by tables made without its document."""
    sure = np.zeros(len(answers.right))
    for fold in range(FOLDS):
        rest, own = answers.folds != fold, np.flatnonzero(answers.folds == fold)
        steps, fitted = answers.steps(rest), answers.fit(rest)
        for i in own:
            sure[i] = looked_up(steps, answers.sorts[i], float(answers.signs[i] @ fitted))
    return np.round(sure, 2)


def report(sure: Vector, right: Vector) -> None:
    """Prints how many answers of each confidence there are, and how many of them are right."""
    print("\n| 把握 | 回答 | 平均把握 | 实测正确 |\n|---|---|---|---|")
    for low, high in pairwise(EDGES):
        own = (sure >= low) & (sure < high)
        if own.any():
            shown = f"{low:.1f} 至 {min(high, 1.0):.1f}"
            print(f"| {shown} | {own.sum()} | {sure[own].mean():.2f} | {right[own].mean():.2f} |")
    brier, flat = ((sure - right) ** 2).mean(), right.mean() * (1 - right.mean())
    print(
        f"\n{len(right)} answers, {right.mean():.3f} right; Brier {brier:.3f}, constant {flat:.3f}"
    )
    print("refused below: right answers lost, wrong answers spared")
    for low in (0.3, 0.4, 0.5, 0.6):
        own = sure < low
        print(f"  {low:.1f}: {int(right[own].sum())} lost, {int((1 - right[own]).sum())} spared")


def write_confidence(answers: Answers) -> None:
    """Writes the steps of all answers below the comment of the table."""
    old = weights.data(confidence.FILE).splitlines()
    lines = [line for line in old if line.startswith("#")]
    for sort, steps in answers.steps(np.full(len(answers.right), True)).items():
        for i, step in enumerate(steps):
            start = "-99" if i == 0 else f"{step.start:.3f}"
            lines.append(f"{sort}\t{start}\t{step.precision:.2f}\t{step.answers}\t{step.right}")
    (TABLES / confidence.FILE).write_text("\n".join(lines) + "\n", "utf-8")


def calibrate(found: Sequence[Case], dry: bool) -> None:
    """Fits, reports and writes the confidence of answers."""
    answers = Answers(found, list(weights.weights(confidence.GROUP)))
    report(held_out_confidence(answers), answers.right)
    if not dry:
        fitted = answers.fit(np.full(len(answers.right), True))
        write_weights(
            {(confidence.GROUP, n): float(v) for n, v in zip(answers.names, fitted, strict=True)}
        )
        write_confidence(answers)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get("YOUJU_BENCH_DIR"))
    parser.add_argument("--calibration", action="store_true", help="fit confidence only")
    parser.add_argument("--set", choices=tuple(bench.SETS), default="all", help="of our own bench")
    parser.add_argument("--half", choices=("tune", "test", "all"), default="tune")
    parser.add_argument("--dry", action="store_true", help="write nothing")
    parser.add_argument("--work", type=Path, help="keep the NCP corpus and index here between runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="youju-fit-") as folder:
        work = options.work or Path(folder)
        found = cases(
            Path(options.bench) if options.bench else None, work, options.half, options.set
        )
        if options.half == "test":
            right = np.array([float(case.right) for case in found if case.right is not None])
            report(shipped_confidence(found), right)
            return
        if options.calibration:
            calibrate(found, options.dry)
            return
        fitted = fit_weights(found)
        if not options.dry:
            write_weights(fitted)
        # In a process of its own, since the tables just written change what is chosen.
        again = [sys.executable, __file__, "--calibration", "--work", str(work)]
        again += ["--set", options.set]
        again += [options.bench] if options.bench else []
        subprocess.run([*again, *(["--dry"] if options.dry else [])], check=True)


if __name__ == "__main__":
    main()
