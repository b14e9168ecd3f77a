"""What a formula of the text gives for the asker's own numbers: 救助金额＝（费用－起付线）×比例.

Each name of the formula takes its value from the question (自付8万元), from the row of a table that
stands for the asker's class, or from a sentence that states it alone; a name without a value means
that nothing is reckoned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.answer import templates
from app.answer.arithmetic import amount_short, computed, of_figure, percent
from app.answer.candidate import Candidate
from app.answer.classes import Class, class_of
from app.answer.evidence import Evidence, Ranked
from app.answer.expression import Expression
from app.answer.given import Given, shared
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.templates import plain
from app.answer.view import DocumentView, SentenceView
from app.model import Bound, Dimension, Figure, Kind, Question
from app.text.fold import fold

_SENTENCES = 8
_NEAR = 12  # sentences round a formula in which its tables and values stand
_FORMULA = re.compile("([^,。;:=()]{2,20}?)\\s*=\\s*([^,。;:=]{5,90})")
_UNIT_IN_LABEL = re.compile("[(（\\[【][^()（）]*[)）\\]】]")
_CAP = re.compile("封顶|最高|上限|限额|不超过")
_SUM = re.compile("之和|总和|合计|总分|总额")
_SCORE = re.compile("成绩|得分|分数|总分|积分|评分")
_ALIKE = 2  # characters that a name and what stands beside a number must share
_BESIDE = 10  # characters before a number that tell what it counts
_MONEY_ASKED = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})


@dataclass(slots=True)
class _Values:
    """The values found for the names so far, how they are written, and the figures cited."""

    values: dict[str, Decimal] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    figures: list[tuple[SentenceView, Figure]] = field(default_factory=list)
    money: bool = False

    def put(self, name: str, value: Decimal, money: bool, written: str) -> None:
        """Set the value of a name."""
        self.values[name], self.written[name] = value, written
        self.money = self.money or money


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The value of the first formula that the question's numbers fill; at most one."""
    given = read_given(question)
    if not given.numbers or question.kind not in _MONEY_ASKED:
        return []
    asked = asked_of_case(question, given)
    for ranked in _with_neighbours(evidence):
        for found in _FORMULA.finditer(ranked.sentence.text):
            made = _reckoned(question, asked, given, ranked, found, evidence)
            if made is not None:
                return [made]
    return []


def _with_neighbours(evidence: Evidence) -> list[Ranked]:
    """The best sentences, and those round them that hold a formula."""
    found: dict[tuple[str, int], Ranked] = {}
    for ranked in evidence.ranked[:_SENTENCES]:
        found.setdefault((ranked.view.id, ranked.sentence.index), ranked)
    for ranked in list(found.values()):
        for one in _around(ranked.view, ranked.sentence):
            if "=" in one.text:
                found.setdefault((ranked.view.id, one.index), replace(ranked, sentence=one))
    return list(found.values())


def _around(view: DocumentView, sentence: SentenceView) -> Sequence[SentenceView]:
    return view.sentences[max(0, sentence.index - _NEAR) : sentence.index + _NEAR + 1]


def _reckoned(
    question: Question,
    asked: Question,
    given: Given,
    ranked: Ranked,
    found: re.Match[str],
    evidence: Evidence,
) -> Candidate | None:
    formula = Expression(found.group(2))
    if not formula.reckons or not formula.names:
        return None
    view = ranked.view
    own = class_of(question, view)
    rows = _rows(question, ranked, own)
    values = _Values()
    for name in formula.names:
        _ = _of_row(name, rows, values) or _of_text(name, ranked, values)
    _of_question(formula.names, given, values)
    if any(name not in values.values for name in formula.names):
        return None
    result = formula.value(values.values)
    if result is None or result < 0:
        return None
    quote = ranked.sentence.original(found.start(), found.end())
    start = ground(asked, ranked, quote, evidence)
    if start is None:
        return None
    return _answer(found, values, result, start, rows, own)


def _answer(
    found: re.Match[str],
    values: _Values,
    result: Decimal,
    start: Candidate,
    rows: Sequence[tuple[SentenceView, Figure]],
    own: Class | None,
) -> Candidate | None:
    """The value with its cap, formula, row and class cited."""
    unit = "元" if values.money else ("分" if _SCORE.search(found.group(1)) else "")
    if not unit:
        return None
    expression = found.group(2)
    for name in sorted(values.written, key=len, reverse=True):
        expression = expression.replace(name, values.written[name])
    cap = next((f for s, f in rows if _is_cap(start.view, f)), None)
    if cap is not None and unit == "元":
        limit = cap.quantity.value
        expression = templates.CAPPED.format(
            expression=expression, value=amount_short(result, unit), cap=amount_short(limit, unit)
        )
        result = min(result, limit)
        values.figures.append((_sentence(start.view, cap), cap))
    operands = [start]
    for sentence, figure in values.figures:
        operands.append(of_figure(replace(start, sentence=sentence), figure))
    if own is not None and rows:
        said = replace(start, sentence=own.sentence, quotes=(own.sentence.span,))
        operands.append(said)
    return computed("rule", expression, amount_short(result, unit), operands)


def _sentence(view: DocumentView, figure: Figure) -> SentenceView:
    return view.sentences[view.at(figure.quantity.span.start)]


def _is_cap(view: DocumentView, figure: Figure) -> bool:
    column = view.quote(figure.cell.column) if figure.cell is not None else ""
    return figure.quantity.dimension is Dimension.MONEY and _CAP.search(column) is not None


def _rows(
    question: Question, ranked: Ranked, own: Class | None
) -> list[tuple[SentenceView, Figure]]:
    """The cells of the one row near a formula that is the asker's."""
    found: dict[int, list[tuple[SentenceView, Figure]]] = {}
    for sentence in _around(ranked.view, ranked.sentence):
        for figure in sentence.figures:
            if figure.cell is None:
                continue
            label = fold(ranked.view.quote(figure.frame)).text
            names = [label.split("|")[0].strip(), *([own.label] if own is not None else [])]
            mine = names[0] in question.full or (own is not None and label.startswith(own.label))
            if mine and names[0]:
                found.setdefault(sentence.index, []).append((sentence, figure))
    return next(iter(found.values())) if len(found) == 1 else []


def _of_row(name: str, rows: Sequence[tuple[SentenceView, Figure]], values: _Values) -> bool:
    """Take the cell whose column has the name of a value."""
    for sentence, figure in rows:
        assert figure.cell is not None
        column = fold(figure.cell.column.of(sentence.source)).text
        label = _UNIT_IN_LABEL.sub("", column).strip()
        if len(label) < _ALIKE or (label not in name and name not in label):
            continue
        return _take(name, sentence, figure, values)
    return False


def _take(name: str, sentence: SentenceView, figure: Figure, values: _Values) -> bool:
    quantity = figure.quantity
    ratio = quantity.dimension is Dimension.RATIO
    value = percent(figure) if ratio else quantity.value
    money = quantity.dimension is Dimension.MONEY
    shown = f"{plain(quantity.value)}%" if ratio else amount_short(value, "元" if money else "")
    values.put(name, value, money, shown)
    values.figures.append((sentence, figure))
    return True


def _of_text(name: str, ranked: Ranked, values: _Values) -> bool:
    """Take the number of a sentence that says 起付线为500元 and states no other of them."""
    view = ranked.view
    found = []
    for sentence in _around(view, ranked.sentence):
        for figure in sentence.figures:
            frame = fold(view.quote(figure.frame)).text
            stated = re.search(f"{re.escape(name)}(?:标准|统一|暂定|定|设)*(?:为|是|按|:)?$", frame)
            if figure.cell is None and stated and figure.quantity.bound is Bound.EXACT:
                found.append((sentence, figure))
    if len({figure.quantity.value for _, figure in found}) != 1:
        return False
    return _take(name, *found[0], values)


def _of_question(names: Sequence[str], given: Given, values: _Values) -> None:
    """Give the numbers of the question to the names that are left."""
    left = [name for name in names if name not in values.values]
    sums = [name for name in left if _SUM.search(name)]
    if len(left) == 1 and sums:
        alike = [q for q, _ in given.numbers if q.unit in {"", "分", given.numbers[0][0].unit}]
        total = sum((q.value for q in alike), Decimal(0))
        money = alike[0].dimension is Dimension.MONEY if alike else False
        joined = " + ".join(plain(q.value) for q in alike)
        if len(alike) > 1:
            values.put(left[0], total, money, f"({joined})")
        return
    free = [q for q, _ in given.numbers]
    for name in left:
        scored = [
            (shared(name, given.said[max(0, q.span.start - _BESIDE) : q.span.start]), i)
            for i, q in enumerate(free)
        ]
        best = max(scored, default=(0, 0))
        only = len(left) == 1 and len(free) == 1
        if not scored or (best[0] < _ALIKE and not only):
            continue
        quantity = free.pop(best[1])
        money = quantity.dimension is Dimension.MONEY or _is_sum(name, quantity.unit, values)
        shown = amount_short(quantity.value, "元" if money else "")
        values.put(name, quantity.value, money, shown)


def _is_sum(name: str, unit: str, values: _Values) -> bool:
    """Whether a bare number is money: it stands for 费用, or the other values are money."""
    return unit == "" and (values.money or re.search("[费款金额资薪]", name) is not None)
