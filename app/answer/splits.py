"""A sum paid in parts: 分三年按4∶3∶3发放, 由市、县财政按6∶4分担.

The sum is stated in the question (该拿100万), or it is the amount of the text that the question
is about; the part is that of the year or of the level of government that the question names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer import numbers
from app.answer.arithmetic import amount_short, computed, resting_on, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.scope import other_place, unknown_place
from app.answer.sides import without_computing
from app.answer.view import SentenceView
from app.model import Bound, Dimension, Kind, Quantity, Question, Span, TermRole
from app.text.quantities import quantities

_SENTENCES = 6
_NEAR = 3  # sentences behind the best ones that may tell how it is paid
_LEAST = 0.3
_AMOUNT_LEAST = 0.45
_RATIO = re.compile("(?<![0-9:∶：])[0-9]{1,2}(?:\\s?[:∶：]\\s?[0-9]{1,2})+(?![0-9:∶：])")
_PART = re.compile("[0-9]+")
_INSTALLED = re.compile("分.{0,3}(?:年|次|期|批|阶段|笔)|逐年|分期|分年")
_SHARED = re.compile("分担|承担|负担|分摊|配套|共担|出资|分成|比例安排")

_FIRST = re.compile("第[1一](?:年|次|笔|期|批)|头[1一](?:年|次|笔|期|批|回)|首[年次笔期批]|当年")
_ORDINAL = re.compile("第([1-6一二三四五六])(?:年|次|笔|期|批)")
_LAST = re.compile("最后[1一]?(?:年|次|笔|期|批)")
_DIGITS = "一二三四五六"
_LEVELS = re.compile(
    "(?:省|市|区县|县区|[县区]|乡镇|[乡镇])(?:[那这]?一?级|里|财政|本级)|中央|国家|村里|个人|单位|企业"
)
_PAYS = re.compile("出|掏|承担|负担|分担|分摊|拿|贴|配套|付|摊|兜")
_LISTED = re.compile("(?:由)?((?:[^,。;由]{1,12}?(?:、|和|与))+[^,。;]{1,16}?)(?:财政)?(?:共同)?按")
_AND = re.compile("[、和与]")


@dataclass(frozen=True, slots=True)
class _Split:
    """The numbers of a ratio, which of them is asked for, and the clause that states it."""

    parts: tuple[int, ...]
    place: int
    clause: Span


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The part that the question asks for of the first sum and split found; at most one."""
    shared = _LEVELS.search(question.full) and _PAYS.search(question.full)
    if not (_which(question.full) or shared):
        return []
    asked = _asked(question)
    for ranked in _nearby(evidence):
        split = _split(question, ranked)
        if split is None:
            continue
        made = _part(question, asked, ranked, split, evidence)
        if made is not None:
            return [made]
    return []


def _nearby(evidence: Evidence) -> list[Ranked]:
    """The best sentences and those that follow them in the same section."""
    found: dict[tuple[str, int], Ranked] = {}
    for ranked in evidence.ranked[:_SENTENCES]:
        view, first = ranked.view, ranked.sentence.index
        for sentence in view.sentences[first : first + 1 + _NEAR]:
            if sentence.section == ranked.sentence.section:
                found.setdefault((view.id, sentence.index), replace(ranked, sentence=sentence))
    return list(found.values())


def _asked(question: Question) -> Question:
    """The question for the sum: without its numbers and the words for the part."""
    plain = without_computing(question)
    terms = tuple(
        replace(term, role=TermRole.CONTENT) if term.role is TermRole.HEAD else term
        for term in plain.terms
        if term.role is not TermRole.NUMBER and not _LEVELS.fullmatch(term.text)
    )
    return replace(
        plain,
        kind=Kind.AMOUNT,
        dimension=Dimension.MONEY,
        terms=terms,
        unit="",
        roles=(),
        bound=None,
    )


def _which(full: str) -> int | None:
    """The number of the instalment asked for, -1 for the last one."""
    if _LAST.search(full):
        return -1
    if _FIRST.search(full):
        return 1
    found = _ORDINAL.search(full)
    if found is None:
        return None
    named = found.group(1)
    return int(named) if named.isdigit() else _DIGITS.index(named) + 1


def _split(question: Question, ranked: Ranked) -> _Split | None:
    text = ranked.sentence.text
    best: _Split | None = None
    for found in _RATIO.finditer(text):
        parts = tuple(int(number) for number in _PART.findall(found.group()))
        start = max(text.rfind(mark, 0, found.start()) for mark in ",;。") + 1
        clause = text[start : found.end()]
        place = _place(question, text, found, parts)
        if place is None:
            continue
        named = any(t.text in clause for t in question.terms if len(t.text) > 1 and _own(t.role))
        if best is None or named:
            span = ranked.sentence.original(start, min(len(text), found.end() + 4))
            best = _Split(parts, place, span)
    return best


def _own(role: TermRole) -> bool:
    return role not in {TermRole.WEAK, TermRole.NUMBER, TermRole.ACTION}


def _place(question: Question, text: str, found: re.Match[str], parts: Sequence[int]) -> int | None:
    """The place in a ratio of the year or of the payer that the question names."""
    before, after = text[: found.start()], text[found.end() : found.end() + 12]
    if _INSTALLED.search(before[-16:]):
        which = _which(question.full)
        if which is None or which > len(parts):
            return None
        return which - 1 if which > 0 else len(parts) - 1
    if not _SHARED.search(after):
        return None
    if not _PAYS.search(question.full):
        return None
    named = [level.group()[0] for level in _LEVELS.finditer(question.full)]
    listed = _LISTED.search(before[before.rfind("由") + 1 :])
    if listed is None or not named:
        return None
    payers = _AND.split(listed.group(1))
    if len(payers) != len(parts):
        return None
    hits = [i for i, payer in enumerate(payers) if named[-1] in payer]
    if named[-1] in "县区":
        hits = [i for i, payer in enumerate(payers) if "县" in payer or "区" in payer]
    return hits[0] if len(hits) == 1 else None


def _part(
    question: Question, asked: Question, ranked: Ranked, split: _Split, evidence: Evidence
) -> Candidate | None:
    whole = sum(split.parts)
    fraction = Decimal(split.parts[split.place]) / whole
    covered = cover(asked, ranked.view, zones(ranked.view, ranked.sentence))
    proof = resting_on(ranked, split.clause, covered)
    if any(rule(asked, proof, evidence) for rule in (unknown_place, other_place)):
        return None
    stated = _stated_sum(question)
    operands: tuple[Candidate, ...] = (proof,)
    if stated is not None:
        if covered.score < _LEAST:
            return None
        value, written = stated.value, amount_short(stated.value, "元")
    else:
        start = _sum_in_text(asked, ranked, evidence)
        if start is None or start.figure is None:
            return None
        value = start.figure.quantity.value
        written = f"{shown(text_of(start.view), start.figure.quantity)}元"
        operands = (start, proof)
    expression = f"{written} × {split.parts[split.place]}/{whole}"
    part = value * fraction
    return computed("part", expression, amount_short(part, "元"), operands)


def _stated_sum(question: Question) -> Quantity | None:
    """The sum that the asker himself states."""
    for quantity in quantities(question.full):
        money = quantity.dimension is Dimension.MONEY
        bare = quantity.unit == "" and quantity.value >= 10000
        if (money or bare) and quantity.bound is Bound.EXACT and quantity.value:
            return quantity
    return None


def _sum_in_text(asked: Question, ranked: Ranked, evidence: Evidence) -> Candidate | None:
    """The amount that is paid in parts: in the sentence itself, before it, or best covered."""
    view, index = ranked.view, ranked.sentence.index
    near: list[SentenceView] = [ranked.sentence]
    if index and view.sentences[index - 1].section == ranked.sentence.section:
        near.append(view.sentences[index - 1])
    places = [Evidence((replace(ranked, sentence=one),), evidence.hits) for one in near]
    same = tuple(one for one in evidence.ranked if one.view.id == view.id)
    for where in (*places, Evidence(same, evidence.hits)):
        for one in numbers.candidates(asked, where):
            exact = one.figure is not None and one.figure.quantity.bound is Bound.EXACT
            if exact and one.coverage.score >= _AMOUNT_LEAST:
                return one
    return None
