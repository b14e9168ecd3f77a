"""Things that one sentence or one table sets side by side under the names the question gives them.

教育8亿元、卫生5亿元; 初中、高中分别不超过2小时和3小时; two rows of a table. Where the text
names all of them right at their numbers, the words that all of them share may stand anywhere in
the sentence, in the words of the column, or above.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.answer import cells, numbers
from app.answer.arithmetic import amount_like, computed, of_figure, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover
from app.answer.matching import Zone
from app.answer.number_span import answer_span
from app.answer.rows import tables
from app.answer.scope import out_of_scope
from app.answer.series import label_of
from app.model import Dimension, Figure, Kind, Question, Role, TermRole
from app.text.fold import fold

_SENTENCES = 6
_FLOOR = 0.55  # what a sentence must cover of the question
_SENTENCE = 0.9  # what a word elsewhere in the sentence is worth
_LONGEST = 10  # characters of a name taken from the text
_PAIR = 2  # characters by which a name is told
_UNTOLD = re.compile("[“”\"'‘’《》\\s]|^(?:涉及|关于|对于?|从事)|(?:的|类)$")
_WITHIN = re.compile("^.{2,}?(?<![初高集其当空水途城])[中里内]的?(?=..)")
_TIME = re.compile("[0-9]+(?:年|月|日|$)|[今去前上本明][年月季]")
_LONG = re.compile("时[限长间]|期限|[多更]久|更[长短]|几天|多少天|年限|工期")
_CHANGES = re.compile("增速|增幅|涨幅|降幅|增长率|(?:增长|下降|涨|降)得?(?:更|最|较|比较)?[快慢]")
_RATIOS = re.compile("比例|比重|占比|百分|[^效速频几]率(?!先)|%")
_MONEY = re.compile("钱|元|资金|经费|金额|补[助贴]|收入|支出|投[入资]|标准|封顶|起付|限额|奖")
_DIRECTED = re.compile("提高|增加|增长|减少|下降|降低|上升|压减|缩短|延长|下调|上调|扩大")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What sort of number is compared."""

    dimensions: frozenset[Dimension]
    change: bool


def full_names(names: Sequence[str], group: Sequence[Candidate]) -> tuple[str, ...]:
    """Each name as the text has it at its number when that is fuller: 市级财政 for 财政."""
    fuller = []
    for name, one in zip(names, group, strict=True):
        label = "" if one.figure is None else label_of(one.view, one.figure)
        longer = label.endswith(name) and len(label) > len(name) and label[0] != "全"
        fuller.append(label if longer and len(label) <= _LONGEST else name)
    return tuple(fuller)


def abreast(
    question: Question, names: Sequence[str], evidence: Evidence
) -> tuple[Candidate, ...] | None:
    """One figure for each of `names` from one sentence or one column, or None."""
    if is_of_changes(question):
        return None  # of two changes the sizes are compared, see `changes`
    short = _told_apart(question, names)
    if short is None:
        return None
    wanted = _wanted(question.full)
    for ranked in evidence.ranked[:_SENTENCES]:
        figures = [f for f in ranked.sentence.figures if f.cell is None]
        group = _named(short, [(ranked, f) for f in figures if _is_wanted(f, wanted)])
        if group is not None:
            made = tuple(_candidate(question, one, figure) for one, figure in group)
            if all(_holds(question, one, evidence) for one in made):
                return made
    return _of_column(question, short, wanted, evidence)


def is_of_changes(question: Question) -> bool:
    """Whether the sizes of changes are compared: 哪一类提高的金额更大."""
    return question.kind is Kind.COMPARISON and _DIRECTED.search(question.full) is not None


def changes(question: Question, names: Sequence[str], evidence: Evidence) -> Candidate | None:
    """By how much each of `names` changed, where a sentence states it before and after:
    甲由10元提高到12元,乙由6元提高到9元."""
    short = _told_apart(question, names) if is_of_changes(question) else None
    if short is None or _CHANGES.search(question.full) or _RATIOS.search(question.full):
        return None
    for ranked in evidence.ranked[:_SENTENCES]:
        after = {
            first: second
            for first, second in pairwise(ranked.sentence.figures)
            if first.role is Role.FROM and second.role is Role.TO
        }
        group = _named(short, [(ranked, first) for first in after])
        if group is None:
            continue
        starts = [_candidate(question, one, first) for one, first in group]
        if all(_holds(question, one, evidence) for one in starts):
            pairs = [
                (one, first, after[first]) for one, (_, first) in zip(starts, group, strict=True)
            ]
            return _steps(names, pairs)
    return None


def _steps(names: Sequence[str], pairs: Sequence[tuple[Candidate, Figure, Figure]]) -> Candidate:
    """The size of each change, and the greatest of them first in the expression."""
    sizes: list[tuple[Decimal, str]] = []
    operands: list[Candidate] = []
    parts: list[str] = []
    for name, (start, before, after) in zip(names, pairs, strict=True):
        text = text_of(start.view)
        low, high = sorted((before, after), key=lambda one: one.quantity.value)
        size = high.quantity.value - low.quantity.value
        scales = [scale_of(text, figure.quantity) for figure in (low, high)]
        sizes.append((size, f"{shown(text, high.quantity)} - {shown(text, low.quantity)}"))
        parts.append(f"{name} {amount_like(size, high.quantity.unit, scales)}")
        operands.extend((of_figure(start, high), of_figure(start, low)))
    sizes.sort(key=lambda one: -one[0])
    return computed(
        "maximum", " > ".join(written for _, written in sizes), "；".join(parts), operands
    )


def _of_column(
    question: Question, short: Sequence[str], wanted: _Wanted, evidence: Evidence
) -> tuple[Candidate, ...] | None:
    """The rows of `names` in the column that holds most of the question's words."""
    best: tuple[Candidate, ...] | None = None
    most = 0
    for rows in tables(evidence):
        columns: dict[int, list[tuple[Ranked, Figure]]] = {}
        for row in rows:
            for figure in row.sentence.figures:
                if figure.cell is not None and _is_wanted(figure, wanted):
                    columns.setdefault(figure.cell.column.start, []).append((row, figure))
        for column in columns.values():
            group = _named(short, column)
            shared = _shared(question.full, column[0])
            if group is None or shared <= most:
                continue
            made = tuple(_candidate(question, one, figure) for one, figure in group)
            if all(_holds(question, one, evidence) for one in made):
                best, most = made, shared
        if best is not None:
            break
    return best


def _shared(full: str, cell: tuple[Ranked, Figure]) -> int:
    """How many pairs of characters the words of a column share with the question."""
    ranked, figure = cell
    assert figure.cell is not None
    words = fold(ranked.view.quote(figure.cell.column)).text
    return sum(words[i : i + _PAIR] in full for i in range(len(words) - 1))


def _wanted(full: str) -> _Wanted:
    if _CHANGES.search(full):
        return _Wanted(frozenset({Dimension.RATIO}), True)
    if _LONG.search(full):
        return _Wanted(frozenset({Dimension.DURATION}), False)
    if _RATIOS.search(full):
        return _Wanted(frozenset({Dimension.RATIO}), False)
    if _MONEY.search(full):
        return _Wanted(frozenset({Dimension.MONEY}), False)
    counted = {Dimension.COUNT, Dimension.MEASURE, Dimension.MONEY}
    return _Wanted(frozenset(counted), False)


def _is_wanted(figure: Figure, wanted: _Wanted) -> bool:
    changes = figure.role is Role.CHANGE
    return figure.quantity.dimension in wanted.dimensions and changes == wanted.change


def _told_apart(question: Question, names: Sequence[str]) -> tuple[str, ...] | None:
    """Each name without places and quotes; None when one is a time or says nothing of its own."""
    places = [t.text for t in question.terms if t.role is TermRole.PLACE]
    result = []
    for name in names:
        rest = name
        for place in places:
            rest = rest.removeprefix(place)
        rest = _WITHIN.sub("", rest)
        rest = _UNTOLD.sub("", _UNTOLD.sub("", rest))
        if len(rest) < _PAIR or _TIME.match(rest):
            return None
        result.append(rest)
    return tuple(result) if len(set(result)) == len(result) else None


def _named(
    names: Sequence[str], figures: Sequence[tuple[Ranked, Figure]]
) -> list[tuple[Ranked, Figure]] | None:
    """The first figure of each name, all of one unit; None when a name has none or shares it."""
    group: list[tuple[Ranked, Figure]] = []
    for name in names:
        others = [other for other in names if other != name]
        own = [one for one in figures if _is_named(name, others, _label(*one))]
        if not own:
            return None
        group.append(own[0])
    starts = {figure.quantity.span.start for _, figure in group}
    units = {(figure.quantity.dimension, figure.quantity.unit) for _, figure in group}
    return group if len(starts) == len(group) and len(units) == 1 else None


def _label(ranked: Ranked, figure: Figure) -> str:
    if figure.cell is not None:
        return fold(ranked.view.quote(figure.frame)).text
    return label_of(ranked.view, figure)


def _is_named(name: str, others: Sequence[str], label: str) -> bool:
    """Whether a label is that of `name` and of none of the others."""
    if not label or any(_tells(other, name) in label for other in others):
        return False
    return _tells(name, others[0]) in label


def _tells(name: str, other: str) -> str:
    """The beginning of a name that tells it from another one: 城镇 of 城镇居民收入."""
    shared = 0
    for left, right in zip(name, other, strict=False):
        if left != right:
            break
        shared += 1
    return name[: max(_PAIR, shared + 1)]


def _candidate(question: Question, ranked: Ranked, figure: Figure) -> Candidate:
    view, sentence = ranked.view, ranked.sentence
    around = [
        *numbers.figure_zones(question, view, sentence, figure),
        Zone(sentence.text, _SENTENCE),
    ]
    covered = cover(question, view, around)
    return Candidate(
        kind=Kind.COMPARISON,
        view=view,
        sentence=sentence,
        answer=cells.with_unit(view, figure, view.quote(answer_span(view, figure))),
        quotes=cells.with_header(figure, numbers.proof(view, sentence, figure, covered, question)),
        score=covered.score,
        group="computed",
        features={"coverage": covered.score},
        coverage=covered,
        figure=figure,
    )


def _holds(question: Question, one: Candidate, evidence: Evidence) -> bool:
    """Whether a figure is near enough to the question, and of its place and year."""
    if one.coverage.score < _FLOOR:
        return False
    return not out_of_scope(question, one, evidence)
