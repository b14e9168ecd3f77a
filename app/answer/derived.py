"""Answers computed from figures that the text itself relates: 由A至B, 其中, 占…的, 比上年, 每年.

Each maker looks for one relation. A figure is used only when no rule would refuse it as the
answer to the question for that figure, and each is cited by its own clause.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

from app.answer import (
    averages,
    comparison,
    days,
    excepting,
    excess,
    formulas,
    itemised,
    leftover,
    marks,
    multiples,
    numbers,
    periods,
    remainder,
    splits,
    totals,
    uplifts,
    years_apart,
)
from app.answer.arithmetic import (
    computed,
    of_figure,
    percent,
    share,
)
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.operand import divided, proved_figure
from app.answer.sides import proved, sides, together
from app.answer.templates import plain
from app.answer.view import DocumentView
from app.model import Dimension, Figure, Kind, Modality, Question, Role, TermRole
from app.text.fold import fold
from app.text.quantities import compatible_units

_SENTENCES = 10

_REVERSE = re.compile("倒推|推算|反推|折算|估算|算一下|算算")
_CHANGED = re.compile(
    "压减|减少|精简|裁减|削减|缩减|压缩|缩短|延长|提高|降低|下降|上升|提升|增加|增长|扩大|扩充|提速"
    "|变化|快了|慢了|少了|多了|砍|差多少|差几|还差|相差|省了?|少|多|短|高|低"
)
_FROM_BEFORE = re.compile(
    "(?:由|从|自|将|把|原来?|现有|原有)(?:(?:19|20)[0-9]{2}年[初末底]?|目前|现在|现有|原有|原来|原先|此前|过去|上年)?的?"
    "(?:人均|每[^,。;]{1,8})?(?:约|不足|近)?$"
)
_TO_BEFORE = re.compile(
    "(?:压减|减少|精简|下降|降低|降|增加|增长|提高|提升|上升|扩大|扩充|扩|调整|缩短|缩小|压缩|延长|增|升|减|变|发展|缩"
    "|整合|合并|归并|优化|撤并|精减|重组|改|放宽|上调|下调|压)"
    "(?:到|至|为|成)(?:了)?(?:(?:19|20)[0-9]{2}年[初末底]?)?的?(?:约|近)?$"
)


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Computed values of the first relation that the question asks for and the text states."""
    for kinds, maker in _MAKERS:
        if question.kind in kinds:
            found = maker(question, evidence)
            if found:
                return sorted(found, key=lambda candidate: -candidate.score)
    return []


# ── 由A至B ──────────────────────────────────────────────────────────────────────────────────────


def _change(question: Question, evidence: Evidence) -> list[Candidate]:
    """How much a number changed, where the text states it before and after."""
    if not _CHANGED.search(question.full):
        return []
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for before, after in _pairs(ranked):
            if not _wanted(question, before, after):
                continue
            start = proved_figure(question, ranked, before, evidence)
            if start is not None:
                made = comparison.difference((start, of_figure(start, after)))
                found.extend([made] if made is not None else [])
    return found


def _pairs(ranked: Ranked) -> Iterator[tuple[Figure, Figure]]:
    """The figures of a sentence that state one number before and after a change."""
    view = ranked.view
    for first, second in pairwise(ranked.sentence.figures):
        if first.clause != second.clause:
            continue
        same = first.quantity.dimension is second.quantity.dimension
        if first.role is Role.FROM and second.role is Role.TO and same:
            yield first, second
            continue
        before = fold(view.quote(first.frame)).text.rstrip()
        between = fold(view.quote(second.frame)).text.rstrip()
        if same and _FROM_BEFORE.search(before) and _TO_BEFORE.search(between):
            yield first, second


def _wanted(question: Question, before: Figure, after: Figure) -> bool:
    """Whether unit and years of a change are those asked for."""
    unit = question.unit
    counted = before.quantity.dimension is Dimension.COUNT
    if counted and unit not in {"", "倍"} and not compatible_units(unit, before.quantity.unit):
        return False
    stated = {before.year, after.year} - {None}
    return not (len(question.years) == 2 and stated and not set(question.years) & stated)


_BY_HOW_MUCH = re.compile(
    "(?:压减|减少|精简|裁减|削减|缩减|压缩|缩短|延长|提高|降低|下降|上升|提升|增加|增长|扩大|(?<!多)少|多|快|涨|降|提|砍|减)"
    "(?:了|掉|出)?(?:多少|几|(?: ?(?:的)?(?:数量|幅度|多少))|$)"
)


def _change_asked(question: Question, evidence: Evidence) -> list[Candidate]:
    """压缩几天, 减少多少: as `_change`, where the question's form alone does not tell."""
    return _change(question, evidence) if _BY_HOW_MUCH.search(question.full) else []


def _change_of_amount(question: Question, evidence: Evidence) -> list[Candidate]:
    """标准提高了多少: by how much money or how many, where the text states no share."""
    return [
        one
        for one in _change_asked(question, evidence)
        if one.figure is not None and one.figure.quantity.dimension is not Dimension.RATIO
    ]


_FROM_TO_ASKED = re.compile(
    "(?:由|从)[^,。?]{0,6}?(?:多少|几)[^,。?]{0,12}?(?:到|至|为|成)了?[^,。?]{0,6}?(?:多少|几)"
)


def _from_to(question: Question, evidence: Evidence) -> list[Candidate]:
    """由多少提高到多少: both numbers of one change."""
    if not _FROM_TO_ASKED.search(question.full):
        return []
    for ranked in evidence.ranked[:_SENTENCES]:
        for before, after in _pairs(ranked):
            start = proved_figure(question, ranked, before, evidence)
            if start is None or not _wanted(question, before, after):
                continue
            figures = (of_figure(start, before), of_figure(start, after))
            texts = (ranked.view.quote(one.quantity.span) for one in (before, after))
            answer = "由{}到{}".format(*texts)
            return [replace(figures[0], kind=Kind.COMPARISON, answer=answer, others=(figures[1],))]
    return []


_GAP = re.compile("[离距][^,。?？]{0,6}目标[^,。?？]{0,6}(?:差|缺|多少|几)")


def _gap(question: Question, evidence: Evidence) -> list[Candidate]:
    """离目标还差多少: the number aimed at less the one reached, of one unit."""
    if not _GAP.search(question.full):
        return []
    (side,) = sides(question, (question.full,))
    found = {
        modality: [
            one
            for one in proved(replace(side, own=(), dated=False), evidence, words)
            if one.figure is not None and one.figure.modality is modality
        ]
        for modality, words in ((Modality.TARGET, "目标"), (Modality.ACTUAL, ""))
    }
    group = together((found[Modality.TARGET], found[Modality.ACTUAL]))
    made = comparison.difference(group) if group is not None else None
    return [made] if made is not None else []


# ── 占 ──────────────────────────────────────────────────────────────────────────────────────────


def stated_share(question: Question, evidence: Evidence) -> list[Candidate]:
    """A中B的占比 where the text states both numbers but no ratio."""
    if Role.SHARE not in question.roles:
        return []
    found = []
    for ranked in evidence.ranked[:_SENTENCES]:
        pair = _part_and_whole(question, ranked)
        if pair is None:
            continue
        part, whole = pair
        base = replace(question, kind=Kind.COUNT, unit="")
        start = next(
            (c for c in numbers.candidates(base, Evidence((ranked,), ())) if c.figure == part), None
        )
        if start is None or not whole.quantity.value:
            continue
        value = share(part.quantity.value, whole.quantity.value)
        exact = value == part.quantity.value / whole.quantity.value * 100
        operands = (of_figure(start, part), of_figure(start, whole))
        expression = " / ".join(comparison.written(one) for one in operands)
        found.append(computed("share", expression, f"{plain(value)}%", operands, rounded=not exact))
    return found


def _part_and_whole(question: Question, ranked: Ranked) -> tuple[Figure, Figure] | None:
    """The number named in the question is the whole; the best other one beside it the part."""
    stated = [term for term in question.terms if term.role is TermRole.NUMBER]
    wholes = [
        figure
        for figure in ranked.sentence.figures
        if any(quality(term, _folded(ranked.view, figure)) >= 0.9 for term in stated)
    ]
    if not wholes:
        return None
    whole = wholes[0]
    of_whole = fold(ranked.view.quote(whole.frame)).text
    words = [term for term in question.terms if term.role is not TermRole.NUMBER]
    rest = [term for term in words if quality(term, of_whole) < 0.9] or words
    scored = []
    for figure in ranked.sentence.figures:
        same = figure.quantity.dimension is whole.quantity.dimension
        if figure == whole or not same or figure.quantity.value > whole.quantity.value:
            continue
        frame = fold(ranked.view.quote(figure.frame)).text
        scored.append((sum(term.weight * quality(term, frame) for term in rest), figure))
    if not scored:
        return None
    score, part = max(scored, key=lambda pair: (pair[0], -pair[1].quantity.span.start))
    needed = sum(term.weight for term in rest if term.role is not TermRole.WEAK)
    return (part, whole) if needed and score / needed >= 0.5 else None


def _whole(question: Question, evidence: Evidence) -> list[Candidate]:
    """A占X的p%: X is asked for, A and p are stated."""
    if _PLANNED.search(question.full):
        return _plan(question, evidence)
    if not _REVERSE.search(question.full):
        return []
    found = []
    base = replace(question, kind=Kind.RATIO, roles=(Role.SHARE,))
    for start in numbers.candidates(base, evidence):
        ratio = start.figure
        if ratio is None or ratio.role is not Role.SHARE or ratio.scope is None:
            continue
        scope = fold(start.view.quote(ratio.scope)).text
        if not any(quality(term, scope) >= 0.9 for term in question.terms):
            continue
        part = _part_before(start, ratio)
        if part is None or not ratio.quantity.value:
            continue
        found.append(divided("whole", start, part, ratio, percent(ratio)))
    return found


_PLANNED = re.compile(
    "(?:计划|预算|目标|任务)(?:数|额|总额|量)?(?:是|为|有|原本|原来|一共|总共)*(?:多少|几)"
)
_OF_PLAN = re.compile(
    "(?:占|完成|为)(?:年度|全年|年初|调整)?(?:的)?(?:计划|预算|目标|任务)[^,。;]{0,4}的$"
)
_PLAN_WORDS = re.compile("(?:年度|全年|年初)?(?:计划|预算|目标|任务)(?:数|额|总额|量)?|年度|这样")


def _plan(question: Question, evidence: Evidence) -> list[Candidate]:
    """完成52亿元,占年度计划的104%: the plan, when the question wants it reckoned."""
    if not (_REVERSE.search(question.full) or "这样算" in question.full):
        return []
    words = tuple(t for t in question.terms if not _PLAN_WORDS.fullmatch(t.text))
    asked = replace(question, terms=words)
    for ranked in evidence.ranked[:_SENTENCES]:
        for done, ratio in pairwise(ranked.sentence.figures):
            frame = fold(ranked.view.quote(ratio.frame)).text
            amount = done.quantity.dimension in {Dimension.MONEY, Dimension.COUNT}
            share_of_plan = ratio.quantity.unit == "%" and _OF_PLAN.search(frame) is not None
            if not amount or not share_of_plan or not ratio.quantity.value:
                continue
            start = proved_figure(asked, ranked, done, evidence)
            if start is not None:
                return [divided("whole", start, done, ratio, percent(ratio))]
    return []


def _part_before(start: Candidate, ratio: Figure) -> Figure | None:
    before = [
        figure
        for figure in start.sentence.figures
        if figure.quantity.span.end <= ratio.clause.start
        and figure.quantity.dimension in {Dimension.MONEY, Dimension.COUNT, Dimension.MEASURE}
    ]
    return before[-1] if before else None


def _folded(view: DocumentView, figure: Figure) -> str:
    return fold(view.quote(figure.quantity.span)).text


def _points(question: Question, evidence: Evidence) -> list[Candidate]:
    """提高多少个百分点, from the ratios before and after."""
    return _change(question, evidence) if "百分点" in question.full else []


def _named_share(question: Question, evidence: Evidence) -> list[Candidate]:
    """甲占乙的百分之几, from the numbers of both."""
    return comparison.candidates(question, evidence) if "占" in question.full else []


def _of_own_case(question: Question, evidence: Evidence) -> list[Candidate]:
    """What a formula of the text or a share above a threshold makes of the asker's numbers."""
    return [*excess.candidates(question, evidence), *formulas.candidates(question, evidence)]


def of_keywords(question: Question, evidence: Evidence) -> list[Candidate]:
    """The same for keywords, 笔试70 面试90 综合成绩, which ask by naming what is wanted last."""
    if not any(term.role is TermRole.NUMBER for term in question.terms):
        return []
    counted = replace(question, kind=Kind.COUNT)
    return _of_own_case(counted, evidence) or marks.candidates(counted, evidence)


_AMOUNT_KINDS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})
_DERIVED = frozenset({Kind.DERIVED})
_NUMERIC = _AMOUNT_KINDS | {Kind.RATIO}
_MAKERS: tuple[tuple[frozenset[Kind], Callable[[Question, Evidence], list[Candidate]]], ...] = (
    (frozenset({Kind.RATIO, Kind.DERIVED}), stated_share),
    (frozenset({Kind.RATIO}), _named_share),
    (frozenset({Kind.RATIO}), _points),
    (_AMOUNT_KINDS, _whole),
    (_AMOUNT_KINDS | {Kind.RATIO}, periods.earlier),
    (_AMOUNT_KINDS, _of_own_case),
    (_AMOUNT_KINDS, marks.candidates),
    (_AMOUNT_KINDS, uplifts.candidates),
    (_AMOUNT_KINDS, multiples.candidates),
    (_AMOUNT_KINDS, splits.candidates),
    (_AMOUNT_KINDS, excepting.candidates),
    (_AMOUNT_KINDS, leftover.candidates),
    (_AMOUNT_KINDS, averages.candidates),
    (_AMOUNT_KINDS, days.candidates),
    (_AMOUNT_KINDS, periods.over_time),
    (_AMOUNT_KINDS | {Kind.RATIO}, years_apart.candidates),
    (_DERIVED, comparison.candidates),
    (_NUMERIC, _from_to),
    (_DERIVED, _change),
    (_AMOUNT_KINDS, _change_asked),
    (frozenset({Kind.RATIO}), _change_of_amount),
    (_AMOUNT_KINDS, totals.candidates),
    (_AMOUNT_KINDS, itemised.candidates),
    (_DERIVED, _gap),
    (_AMOUNT_KINDS, remainder.candidates),
)
