"""Which run of clauses answers: neighbouring clauses weighed by what stands in and before them.

A policy sentence names its topic first (对…的企业，) and then says what holds for it. A question
repeats the topic, so the answer is mostly what follows: the run that says something new while the
question is covered by the run, by the clauses before it and by its headings. The answer may go on
in the next sentences of the same section, or stand below a heading that repeats the question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from typing import NamedTuple

from app.answer.evidence import Ranked
from app.answer.stretch import Asked, Piece, stretch
from app.answer.weights import weights
from app.model import Kind, Span

_STARTS = 2  # sentences of a stretch in which an answer may begin
_ENOUGH = 24  # new characters that make an answer
_LENGTH_UNIT = 30  # characters
_EQUAL = 1e-9  # of runs that score within this the first is taken

_GROUP = "clause"
# The features of a run, by what tells them: what its clauses say, how it begins, how it ends.
# fmt: off
_INNER = (
    "covered", "context", "novel", "length", "plain_length", "open_length", "length_squared",
    "borders", "cue", "dated", "blanks",
)
_OPENING = (
    "after_topic", "replies", "begins_sentence", "next_sentence", "beside", "left", "right",
    "defines", "rule",
)
# fmt: on
_ENDING = ("cut_short", "whole_end", "part_end")

_RULE = re.compile("予以|给予|可|应|要|须|不得|免|允许|按照?|依法|即|通过|采取")
# A reason is nearly always marked as one, a way or a meaning less often.
_CUE_SHARE: Mapping[Kind, float] = {Kind.PURPOSE: 2.5}
_REST = 3  # a sentence that goes on for more clauses than these is cut more lightly
_MEANS = re.compile("是指|指的是|系指|的含义是|的定义是")
_MEANING = re.compile("即|是|指|包括|系|为")
_WITHIN = 0.7  # a name of the question that does not stand beside the question phrase
_TAIL = 0.4  # only the end of the name stands in the question
_SHORTEST_NAME = 2
_DEMONSTRATIVE = re.compile(
    r"^\(?[一二三四五六七八九十0-9]{1,3}[)、.]+|^第.{1,5}条\s*"
    "|(?:本|该)?(?:办法|条例|规定|细则|意见|通知|政策|措施|方案)?(?:所称|中的?)的?|[“”]"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses that may answer, as one span of the document, and what speaks for them."""

    span: Span
    features: Mapping[str, float]


def best_run(asked: Asked, ranked: Ranked, behind: float) -> Run | None:
    """The best run of the stretch that begins with `ranked`; None when it has no clause.

    `behind` is how far the sentence scores behind the best one, zero or negative.
    """
    best: _Weighed | None = None
    pieces = stretch(asked, ranked)
    for weighed in _weighed(asked, pieces):
        if best is None or weighed.score > best.score + _EQUAL:
            best = weighed
    return None if best is None else best.run(pieces, behind)


def every_run(asked: Asked, ranked: Ranked, behind: float) -> Iterator[Run]:
    """All the runs among which `best_run` chooses: weights are fitted on them."""
    pieces = stretch(asked, ranked)
    return (weighed.run(pieces, behind) for weighed in _weighed(asked, pieces))


class _Weighed(NamedTuple):
    """A run by its first and last clause, with the values of its features in their order."""

    first: int
    last: int
    score: float
    values: tuple[float, ...]

    def run(self, pieces: Sequence[Piece], behind: float) -> Run:
        """The run with its features by name."""
        features = {"behind": behind}
        features.update(zip((*_OPENING, *_INNER, *_ENDING), self.values, strict=True))
        span = Span(pieces[self.first].part.span.start, pieces[self.last].part.span.end)
        return Run(span, features)


def _weighed(asked: Asked, pieces: Sequence[Piece]) -> Iterator[_Weighed]:
    """The runs of clauses that may answer, each with its score within its stretch."""
    opening_worth, inner_worth, ending_worth = map(_worth, (_OPENING, _INNER, _ENDING))
    endings = [_ending(asked, pieces, last) for last in range(len(pieces))]
    ended = [sum(map(mul, ending_worth, values)) for values in endings]
    for first, head in enumerate(pieces):
        if head.step >= _STARTS:
            break
        if not head.answers:
            continue
        opening = _opening(asked, pieces, first)
        opened = sum(map(mul, opening_worth, opening))
        for last, inner in enumerate(_inner(asked, pieces, first), first):
            if not pieces[last].answers:
                break
            score = opened + sum(map(mul, inner_worth, inner)) + ended[last]
            yield _Weighed(first, last, score, (*opening, *inner, *endings[last]))


@cache
def _worth(names: tuple[str, ...]) -> tuple[float, ...]:
    known = weights(_GROUP)
    return tuple(known[name] for name in names)


def _inner(asked: Asked, pieces: Sequence[Piece], first: int) -> Iterator[tuple[float, ...]]:
    """The features that tell what the clauses from `first` to each later one say."""
    before = _highest([piece.values for piece in pieces[:first]], len(asked.weights))
    inside = [0.0] * len(asked.weights)
    novel = length = blanks = 0
    share = _CUE_SHARE.get(asked.question.kind, 1.0)
    cued = dated = False
    for piece in pieces[first:]:
        inside = list(map(max, inside, piece.values))
        novel, length = novel + piece.novel, length + piece.length
        cued = cued or piece.cued
        dated = dated or piece.dated
        covered = sum(map(mul, asked.weights, inside))
        both = sum(map(mul, asked.weights, map(max, inside, before)))
        size = math.log(1 + (length or 1) / _LENGTH_UNIT)
        yield (
            covered,
            both - covered,
            min(novel, _ENOUGH) / _ENOUGH,
            size,
            size * asked.plain,
            size * asked.open,
            size * size,
            piece.step - pieces[first].step,
            share * cued,
            float(dated),
            blanks,
        )
        blanks += piece.mark == "" or piece.mark.isspace()


def _highest(rows: Sequence[Sequence[float]], width: int) -> list[float]:
    return [max((row[place] for row in rows), default=0.0) for place in range(width)]


def _opening(asked: Asked, pieces: Sequence[Piece], first: int) -> tuple[float, ...]:
    """The features of the first clause of a run and the clause before it."""
    head = pieces[first]
    before = pieces[first - 1] if first else None
    text = head.part.text
    return (
        before.topic if before else 0.0,
        before.covered if before and before.asks else 0.0,
        float(before is None or before.step != head.step),
        float(head.step > 0),
        max((head.values[place] for place in asked.beside), default=0.0),
        float(len(asked.left) > 1 and asked.left in text),
        float(len(asked.right) > 1 and asked.right in text),
        _defines(asked, head, before),
        float(_RULE.search(text) is not None),
    )


def _defines(asked: Asked, head: Piece, before: Piece | None) -> float:
    """X，是指…; X是指…; X，即…: how well the name that is explained is the one asked about."""
    if asked.question.kind is not Kind.DEFINITION:
        return 0.0
    inside = _MEANS.search(head.part.text)
    name = before.part.text if before is not None else ""
    if inside is not None:
        name = head.part.text[: inside.start()] or name
    elif not _MEANING.match(head.part.text):
        return 0.0
    if asked.question.quoted:
        return float(any(one in name for one in asked.question.quoted))
    bare = _DEMONSTRATIVE.sub("", name)
    if len(bare) < _SHORTEST_NAME:
        return 0.0
    if asked.left.endswith(bare[-2:]) or asked.question.right.startswith(bare[:2]):
        return 1.0
    if bare in asked.question.full:
        return _WITHIN
    return _TAIL if bare[-4:] in asked.question.full else 0.0


def _ending(asked: Asked, pieces: Sequence[Piece], last: int) -> tuple[float, ...]:
    """The features of the end of a run; a short answer need not end with its sentence."""
    mark = pieces[last].mark
    rest = sum(piece.step == pieces[last].step for piece in pieces[last + 1 :])
    whole = mark == "" or mark in "。！"
    return (
        asked.ends * min(1.0, _REST / rest) if rest else 0.0,
        asked.ends * whole,
        asked.ends * (not whole and mark in "；;"),
    )
