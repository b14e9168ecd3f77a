"""Questions about one of several things that a question sets side by side, and their figures.

Each thing named becomes a question of its own: it keeps its own words and what all of them share,
and takes over a place, a year or a noun that only another one names (甲市的人口比乙市). A figure
counts for it only when no rule would refuse it as the answer to that question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from app.answer import numbers
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence, cover, zones
from app.answer.matching import quality
from app.answer.refusal import judge
from app.model import (
    Bound,
    Dimension,
    Figure,
    Kind,
    Question,
    QuestionTerm,
    Role,
    TermRole,
)
from app.text.dates import dates
from app.text.fold import fold
from app.text.quantities import compatible_units

_COMPUTING = re.compile(
    "相差|差额|差距|差别|差多|多出|合计|何计|合起来|加起来|加在一起|起来|之和|总和|总共|一共|总计|共计"
    "|倒推|推算|反推|折算|估算|对比|比较|相比|城市|看看|大概|大约|实际|目标|计划|现在|目前|分别|各给"
    "|[两二三四五]年|更[多少高低快慢大小]|前一年|上一年|哪类|几倍|平均每?|(?:统计)?公报|材料|原文"
    "|保留|小数点?|四舍五入|取整|整数"
    "|减少|增加|压减|缩短|压缩|延长|提高|降低|下降|上升|提升|增长|扩大"
)
_TRIES = 6  # figures of each thing that are tried
_FLOOR = 0.55  # what each side must be covered before figures are set side by side
_OWN_FLOOR = 0.5  # where the last noun that tells a thing from the others must be found
_NEAR = 0.35  # and the nouns before it
_BORROWED = 0.25  # weight of another thing's noun that may or may not be shared
_SAME_UNIT = 0.1
_SAME_WORDS = 0.1
_SAME_SENTENCE = 0.05
_UNLIKE_PART = 0.3
_YEAR = re.compile("(?:19|20)[0-9]{2}(?=年)")
_WHICH = re.compile("哪[1一]?(?:类|项|个|种|家|档|级|边|处|座|所|件|批|条|年|月|季)")

_CHANGES = re.compile("增速|增幅|涨幅|降幅|增长率|(?:增长|下降)(?:得?更|最|较|比较)?[快慢]")
_RATIOS = re.compile("比例|比重|占比|百分比|百分点|百分之|[^效速频几]率(?!先)|%")
_MONEY = re.compile("钱|元|块|资金|经费|奖励|补[助贴]|收入|支出|投入")
_PER_HEAD = re.compile("人均|户均|平均每|每[万千百]?人|亩均|地均")
_CELLS = re.compile("[0-9%][ \\t\u3000|]{2,}[0-9]")
_HAN = re.compile("[\u4e00-\u9fff]")
_NOUNS = frozenset({TermRole.CONTENT, TermRole.HEAD})
_TELLING = _NOUNS | {TermRole.ACTION}
_UNLIKE = frozenset({Role.CHANGE})


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things named: its words in the question, and the question about it alone."""

    name: str
    question: Question
    own: tuple[QuestionTerm, ...]
    dated: bool


def without_computing(question: Question) -> Question:
    """The question without the words that only say what to compute."""
    kept = tuple(term for term in question.terms if not _COMPUTING.fullmatch(term.text))
    return replace(question, terms=kept)


def measured(question: Question, full: str) -> Question:
    """The question with the kind of number that `full`, the whole question, computes with."""
    if _CHANGES.search(full):
        kept = tuple(term for term in question.terms if not _CHANGES.search(term.text))
        return replace(question, kind=Kind.RATIO, roles=(Role.CHANGE,), unit="", terms=kept)
    if _RATIOS.search(full):
        return replace(question, kind=Kind.RATIO, roles=(), unit="", dimension=None)
    unit = "" if question.unit in {"倍", "大"} or _WHICH.search(full) else question.unit
    return replace(question, kind=Kind.COUNT, roles=(), unit=unit, dimension=None)


def sides(question: Question, names: Sequence[str], *, lend: bool = True) -> tuple[Side, ...]:
    """The question about each of `names`, pieces of the folded question.

    With `lend` a thing without a noun of its own takes over those of the others; a part and its
    whole lend each other nothing but place and year.
    """
    plain = without_computing(question)
    return tuple(_side(plain, name, names, lend) for name in names)


def _side(question: Question, name: str, names: Sequence[str], lend: bool) -> Side:
    others = [other for other in names if other != name]
    own = tuple(term for term in question.terms if term.text in name)
    named = any(term.role in _NOUNS for term in own)
    nouns = [term for term in own if term.role is not TermRole.PLACE]
    placed = any(term.role is TermRole.PLACE for term in own)
    terms = []
    for term in question.terms:
        elsewhere = term.text not in name and any(term.text in other for other in others)
        if not elsewhere:
            terms.append(term)
        elif term.role is TermRole.PLACE:
            terms.extend([] if placed else [term])
        elif not nouns or (lend and not named and term.role in _NOUNS):
            terms.append(term)
        elif lend:
            terms.append(_borrowed(term))
    full = question.full
    for other in others:
        full = full.replace(other, " " * len(other), 1)
    kept = replace(
        question,
        terms=tuple(terms),
        years=_years(question, name, others),
        full=full,
        total=False,
        operands=(),
        places=tuple(p for p in question.places if any(p in t.text for t in terms)),
    )
    dated = any(mention.year is not None for mention in dates(name))
    return Side(name, kept, tuple(term for term in own if term.role in _TELLING), dated)


def _borrowed(term: QuestionTerm) -> QuestionTerm:
    weight = term.weight * _BORROWED
    return replace(term, role=TermRole.WEAK, weight=weight, strict=False)


def _years(question: Question, name: str, others: Sequence[str]) -> tuple[int, ...]:
    """The years that `name` states, else those of the question that no other thing claims."""
    own = tuple(mention.year for mention in dates(name) if mention.year is not None)
    if own or not question.years:
        return own
    if all(_is_time(other) for other in others):
        claimed = {mention.year for other in others for mention in dates(other)}
        return tuple(year for year in question.years if year not in claimed)
    return question.years


def _is_time(name: str) -> bool:
    """Whether a thing named is nothing but a time."""
    rest = name
    for mention in reversed(dates(name)):
        rest = rest[: mention.span.start] + rest[mention.span.end :]
    return rest != name and not rest.strip("年底末的时度实际目标计划完成")


def proved(side: Side, evidence: Evidence, full: str) -> list[Candidate]:
    """The figures that answer the question about one thing, best first, each by its own quote.

    `full` are the words that tell what kind of number is wanted.
    """
    asked = measured(side.question, full)
    near = _evidence_for(asked, evidence)
    found = []
    for candidate in numbers.candidates(asked, near)[: 2 * _TRIES]:
        if not _fits(side, asked, candidate) or judge(asked, candidate, near) is not None:
            continue
        values = dict(zip(asked.terms, candidate.coverage.values, strict=True))
        absent = sum(1.0 - values.get(term, 1.0) for term in side.own)
        other = _PER_HEAD.search(_words_of(candidate)) and not _PER_HEAD.search(full)
        features = {"absent": absent, "other_measure": float(bool(other))}
        found.append(with_features(candidate, features))
    found.sort(key=lambda candidate: -candidate.score)
    return found[:_TRIES]


def _words_of(candidate: Candidate) -> str:
    """The folded words of the clause of a figure and of what it goes on about."""
    figure = candidate.figure
    assert figure is not None
    before = candidate.view.quote(figure.subject) if figure.subject is not None else ""
    return fold(before + candidate.view.quote(figure.clause)).text


def _fits(side: Side, asked: Question, candidate: Candidate) -> bool:
    figure = candidate.figure
    if figure is None or candidate.coverage.score < _FLOOR or is_range(figure):
        return False
    values = dict(zip(asked.terms, candidate.coverage.values, strict=True))
    nouns = [values.get(term, 1.0) for term in side.own if term.role in _NOUNS]
    if any(value < _NEAR for value in nouns) or (nouns and nouns[-1] < _OWN_FLOOR):
        return False
    if _is_cell(candidate, figure):
        return False
    stated = year_of(candidate)
    if side.dated and stated not in asked.years:
        return False
    return not (asked.years and stated is not None and stated not in asked.years)


def _is_cell(candidate: Candidate, figure: Figure) -> bool:
    """Whether a figure stands in a row of bare numbers, whose columns are not read here."""
    if figure.member is not None or figure.cell is not None:
        return False
    if _CELLS.search(candidate.view.quote(figure.clause)):
        return True
    beside = candidate.view.quote(figure.frame) + candidate.view.quote(figure.head)
    return _HAN.search(beside) is None


def is_range(figure: Figure) -> bool:
    """Whether a figure is no one number: 10—15个."""
    return figure.quantity.bound is Bound.RANGE


def year_of(candidate: Candidate) -> int | None:
    """The year of a figure: of its sentence, of a heading above it, or of its document's title."""
    figure = candidate.figure
    if figure is not None and figure.year is not None and not figure.year_inherited:
        return figure.year
    for heading in candidate.sentence.headings:
        found = _YEAR.search(heading)
        if found:
            return int(found.group())
    if figure is not None and figure.year is not None:
        return figure.year
    found = _YEAR.search(candidate.view.stored.document.title)
    return int(found.group()) if found else None


def _evidence_for(question: Question, evidence: Evidence) -> Evidence:
    """The sentences ordered for one thing: those of its place alone, when it has one."""
    places = [term for term in question.terms if term.role is TermRole.PLACE and term.weight]
    kept = [
        ranked
        for ranked in evidence.ranked
        if all(quality(place, ranked.view.about) for place in places)
    ]
    again = []
    for ranked in kept or evidence.ranked:
        covered = cover(question, ranked.view, zones(ranked.view, ranked.sentence))
        again.append(replace(ranked, coverage=covered, score=covered.score, document_prior=1.0))
    again.sort(key=lambda ranked: -ranked.coverage.score)
    return Evidence(tuple(again), evidence.hits)


def together(found: Sequence[Sequence[Candidate]]) -> tuple[Candidate, ...] | None:
    """One figure for each thing so that they can be set side by side, or None.

    All are of one dimension and unit, and no two are the same figure. Figures of the same
    sentence and with the very same unit are preferred.
    """
    best: tuple[Candidate, ...] | None = None
    best_score = 0.0
    for group in product(*(one[:_TRIES] for one in found)):
        if not _alike(group):
            continue
        score = sum(candidate.score for candidate in group) + _parallel(group)
        if best is None or score > best_score:
            best, best_score = group, score
    return best


def _alike(group: Sequence[Candidate]) -> bool:
    figures = [candidate.figure for candidate in group if candidate.figure is not None]
    first = figures[0]
    places = {(c.view.id, f.quantity.span.start) for c, f in zip(group, figures, strict=True)}
    return len(places) == len(group) and all(_comparable(first, other) for other in figures[1:])


def _comparable(left: Figure, right: Figure) -> bool:
    first, second = left.quantity, right.quantity
    if first.dimension is not second.dimension:
        return False
    if (left.role in _UNLIKE) != (right.role in _UNLIKE):
        return False
    if first.dimension is Dimension.COUNT or first.dimension is Dimension.MEASURE:
        return compatible_units(first.unit, second.unit) or compatible_units(
            second.unit, first.unit
        )
    return first.unit == second.unit


def _parallel(group: Sequence[Candidate]) -> float:
    """What speaks for figures being of the same sort: unit, sentence, and words before them."""
    first = group[0]
    units = {c.figure.quantity.unit for c in group if c.figure is not None}
    near = {(c.view.id, c.sentence.index) for c in group} == {(first.view.id, first.sentence.index)}
    parts = {c.figure.role is Role.PART for c in group if c.figure is not None}
    if len(parts) > 1 and len({c.view.id for c in group}) > 1:
        return -_UNLIKE_PART  # 2024年共3260万元 and 2023年其中省级1350万元
    words = min(_same_words(first, other) for other in group[1:])
    return _SAME_UNIT * (len(units) == 1) + _SAME_SENTENCE * near + _SAME_WORDS * words


def _same_words(left: Candidate, right: Candidate) -> float:
    """The share of character pairs that the words before two numbers have in common."""
    first, second = _pairs_before(left), _pairs_before(right)
    return len(first & second) / (len(first | second) or 1)


def _pairs_before(candidate: Candidate) -> set[str]:
    assert candidate.figure is not None
    words = fold(candidate.view.quote(candidate.figure.frame)).text
    return {words[i : i + 2] for i in range(len(words) - 1)}
