"""A total of parts that count by shares: 笔试占70%、面试占30%, asked with the marks of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer.arithmetic import amount_short, computed, percent, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.given import Given, shared
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.matching import quality
from app.answer.templates import plain
from app.model import Dimension, Figure, Kind, Question
from app.text.fold import fold

_SENTENCES = 8
_NEAR = 3  # sentences behind the best ones that go on with the next class
_WHOLE = Decimal(100)
_ALIKE = 2
_BESIDE = 10
_EACH = re.compile("各占?$")
_ASKED = re.compile("成绩|得分|分数|几分|多少分|总分|综合分|评分")
_KINDS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})
_AND = re.compile("[、和与及,]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the total: the words that name it and its share."""

    words: str
    share: Figure


@dataclass(frozen=True, slots=True)
class _Scheme:
    """All parts of one total, and the words of its segment."""

    ranked: Ranked
    parts: tuple[_Part, ...]
    words: str


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The weighted total of the marks that the question states; at most one."""
    given = read_given(question)
    if len(given.numbers) < 2 or question.kind not in _KINDS or not _ASKED.search(given.full):
        return []
    asked = asked_of_case(question, given)
    found = [
        (filled, scheme)
        for scheme in _schemes(evidence)
        if (filled := _filled(scheme.parts, given)) is not None
    ]
    if not found:
        return []
    filled, scheme = _best(asked, found)
    made = _total(asked, scheme, filled, evidence)
    return [made] if made is not None else []


def _best(
    asked: Question, found: Sequence[tuple[list[Decimal], _Scheme]]
) -> tuple[list[Decimal], _Scheme]:
    """The scheme whose segment names most of the question (一般岗位 and not 操作岗位)."""
    return max(
        found,
        key=lambda one: sum(term.weight * quality(term, one[1].words) for term in asked.terms),
    )


def _schemes(evidence: Evidence) -> Iterator[_Scheme]:
    """The shares of the best sentences, and of those that follow, that make up a whole."""
    seen = set()
    for ranked in evidence.ranked[:_SENTENCES]:
        first = ranked.sentence.index
        for sentence in ranked.view.sentences[first : first + 1 + _NEAR]:
            if (ranked.view.id, sentence.index) in seen:
                continue
            seen.add((ranked.view.id, sentence.index))
            yield from _of_sentence(replace(ranked, sentence=sentence))


def _of_sentence(ranked: Ranked) -> Iterator[_Scheme]:
    text = ranked.view.stored.document.text
    parts: list[_Part] = []
    start = first = ranked.sentence.span.start
    for figure in ranked.sentence.figures:
        quantity = figure.quantity
        if quantity.dimension is not Dimension.RATIO or quantity.unit != "%":
            continue
        words = fold(text[start : quantity.span.start]).text
        start = quantity.span.end
        if _EACH.search(words):
            names = _AND.split(_EACH.sub("", words))[-int(_WHOLE // quantity.value) :]
            parts = [_Part(name, figure) for name in names]
        else:
            parts.append(_Part(words, figure))
        if sum(part.share.quantity.value for part in parts) == _WHOLE and len(parts) > 1:
            yield _Scheme(ranked, tuple(parts), fold(text[first : quantity.span.end]).text)
            parts, first = [], quantity.span.end
    return


def _filled(parts: Sequence[_Part], given: Given) -> list[Decimal] | None:
    """The mark of each part: the number behind the words that only this part has."""
    marks: list[Decimal | None] = [None] * len(parts)
    last = 0
    for quantity, _ in given.numbers:
        beside = given.said[max(last, quantity.span.start - _BESIDE) : quantity.span.start]
        last = quantity.span.end
        if quantity.unit not in {"", "分"}:
            continue
        scored = [shared(part.words[-_BESIDE:], beside) for part in parts]
        best = max(scored)
        if best < _ALIKE or scored.count(best) > 1:
            continue
        marks[scored.index(best)] = quantity.value
    found = [mark for mark in marks if mark is not None]
    return found if len(found) == len(parts) else None


def _total(
    asked: Question, scheme: _Scheme, marks: Sequence[Decimal], evidence: Evidence
) -> Candidate | None:
    start = ground(asked, scheme.ranked, scheme.parts[0].share.clause, evidence)
    if start is None:
        return None
    text = text_of(scheme.ranked.view)
    value, pieces = Decimal(0), []
    for part, mark in zip(scheme.parts, marks, strict=True):
        value += mark * percent(part.share)
        pieces.append(f"{plain(mark)} × {shown(text, part.share.quantity)}")
    spans = dict.fromkeys(part.share.clause for part in scheme.parts)
    operands = [replace(start, quotes=(span,)) for span in spans]
    return computed("rule", " + ".join(pieces), amount_short(value, "分"), operands)
