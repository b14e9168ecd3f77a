"""BM25 in double precision: pure functions from counts to scores.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009),
section 3, with the idf of Lucene's `BM25Similarity`, which adds one inside the logarithm and so
stays positive for a term that stands in every text::

    idf(t)    = ln(1 + (N - n + 0.5) / (n + 0.5))
    score(d)  = Σ weight(t) · idf(t) · tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / average))

Words and character bigrams are two fields, each with its own lengths; their scores are added with
`FIELD_WEIGHTS`. A passage is scored among the passages, its document among the documents.

The constants were chosen on one half of the questions of a public set on policy texts
(`benchmarks/search.py`), and lie on a plateau: any k1 from 0.4 to 0.9 and b from 0.4 to 0.75 stays
within two questions in a hundred. Passages are short and packed to one length, so that a second
occurrence says little there (low k1); documents differ in length, so that b is higher.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

WORDS = 0
BIGRAMS = 1
FIELDS = (WORDS, BIGRAMS)

FIELD_WEIGHTS = (0.7, 1.0)
"""Weight of the words field and of the bigrams field."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How fast repetitions saturate (`k1`), and how much a long text is discounted (`b`)."""

    k1: float
    b: float


PASSAGE_SHAPE = Shape(k1=0.6, b=0.6)
DOCUMENT_SHAPE = Shape(k1=0.9, b=0.75)

DOCUMENT_WEIGHT = 0.7
"""Weight of the score of the whole document beside that of the passage. Without it four questions
in a hundred more miss their document; from 0.5 to 1.5 it makes no difference. Statutes, whose
articles stand more on their own, prefer a low weight."""


def idf(live: int, holding: int) -> float:
    """The weight of a term that `holding` of `live` texts hold; always positive."""
    return math.log(1.0 + (live - holding + 0.5) / (holding + 0.5))


def discount(shape: Shape, lengths: Vector, averages: Vector) -> Vector:
    """What a term count competes with: k1 · (1 - b + b · length / average).

    `lengths` has a row per text and a column per field, `averages` an entry per field.
    """
    return shape.k1 * (1.0 - shape.b + shape.b * lengths / averages)


def added_up(shape: Shape, counts: Vector, discounts: Vector, weights: Vector) -> Vector:
    """The score of each text: rows are texts, columns are terms, `weights` hold idf and weight.

    Terms are added one after the other, in the order of the columns. A plain numpy sum pairs them
    in an order that depends on the processor, and so gives other last bits elsewhere.
    """
    parts = weights * (counts * (shape.k1 + 1.0) / (counts + discounts))
    scores: Vector = np.add.accumulate(parts, axis=1)[:, -1]
    return scores
