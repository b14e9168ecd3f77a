"""The sum over the items of a titled run of lines: 专栏3所列四项工程总投资合计.

Every item must state exactly one amount of what is asked for, and there must be as many items as
the question says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.answer.arithmetic import amount_like, computed, resting_on, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.operand import AMOUNTS
from app.answer.scope import out_of_scope
from app.answer.sides import is_range, without_computing
from app.answer.view import SentenceView
from app.model import Bound, Figure, Question, Role, TermRole
from app.text.fold import fold

_SENTENCES = 3
_FEWEST, _MOST = 2, 12
_SUM = re.compile("合计|加起来|加在1?一?起|合起来|之和|总和|总共|一共|1共|共计|总计|(?<!公)共")
_ITEM = re.compile(
    "\\s*[(（]?(?:(?P<digits>[0-9]{1,2})|[一二三四五六七八九十]{1,3})[)）.、．]|\\s*[①-⑳]"
)
_AMOUNT = re.compile(
    "([一-鿿]{2,6})(?:合计|加起来|之和|总和|总共|一共|1共|共计|总计|是|为|有|共)*(?:多少|几)"
)
_SAID = re.compile("([2-9]|10|[二两三四五六七八九十])(?:个|项|条|座|处|家|类|大)")
_DIGITS = "零一二三四五六七八九十"
_FOUND = 0.7
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The sum over the items below the best title; at most one."""
    plain = without_computing(question)
    noun = _AMOUNT.search(question.full)
    if not _SUM.search(question.full) or noun is None or question.operands:
        return []
    word = re.sub("合计|总计|共计|总共|之和|总和|[1一]共|共", "", noun.group(1))[-2:]
    if len(word) < len("投资"):
        return []
    for ranked in evidence.ranked[:_SENTENCES]:
        if ranked.sentence.figures or not _titles(plain, ranked, word):
            continue
        items = _items(ranked)
        amounts = [_amount(ranked, item, word) for item in items]
        found = [one for one in amounts if one is not None]
        if len(found) != len(items) or not _FEWEST <= len(items) <= _MOST:
            continue
        said = _SAID.search(question.full)
        units = {figure.quantity.unit for _, figure in found}
        if len(units) != 1 or (said is not None and _number(said.group(1)) != len(items)):
            continue
        made = _sum(ranked, found)
        if not out_of_scope(question, made, evidence):
            return [made]
    return []


def _number(word: str) -> int:
    word = word.replace("两", "二")
    return int(word) if word.isdecimal() else _DIGITS.index(word)


def _titles(plain: Question, ranked: Ranked, word: str) -> bool:
    """Whether a line names what the items are: every noun but the one that is summed up."""
    nouns = [
        t
        for t in plain.terms
        if t.role in {TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED} and word not in t.text
    ]
    return bool(nouns) and all(quality(t, ranked.sentence.text) >= _FOUND for t in nouns)


def _items(ranked: Ranked) -> list[list[SentenceView]]:
    """The numbered lines right below a title, each with its sentences."""
    view, text = ranked.view, ranked.view.stored.document.text
    items: list[list[SentenceView]] = []
    style: bool | None = None  # whether the labels are digits
    for sentence in view.sentences[ranked.sentence.index + 1 :]:
        opens = text[: sentence.span.start].rstrip(" \t\u3000").endswith("\n")
        label = _ITEM.match(sentence.text) if opens else None
        if opens and (label is None or (style is not None and bool(label["digits"]) != style)):
            break
        if label is not None:
            style = bool(label["digits"])
            items.append([])
        if not items or len(items) > _MOST:
            break
        items[-1].append(sentence)
    return items


def _amount(
    ranked: Ranked, item: Sequence[SentenceView], word: str
) -> tuple[SentenceView, Figure] | None:
    """The one amount of an item right before which the noun stands."""
    found = [
        (sentence, figure)
        for sentence in item
        for figure in sentence.figures
        if figure.quantity.dimension in AMOUNTS
        and figure.quantity.bound not in _LIMITS
        and not is_range(figure)
        and figure.role not in {Role.CHANGE, Role.PART}
        and fold(ranked.view.quote(figure.frame)).text.rstrip("约为:： ").endswith(word)
    ]
    return found[0] if len(found) == 1 else None


def _sum(ranked: Ranked, found: Sequence[tuple[SentenceView, Figure]]) -> Candidate:
    text, covered = text_of(ranked.view), ranked.coverage
    operands = [
        resting_on(replace(ranked, sentence=sentence), figure.clause, covered, figure=figure)
        for sentence, figure in found
    ]
    figures = [figure for _, figure in found]
    total = sum((f.quantity.value for f in figures), Decimal(0))
    scales = [scale_of(text, f.quantity) for f in figures]
    expression = " + ".join(shown(text, f.quantity) for f in figures)
    return computed(
        "sum", expression, amount_like(total, figures[0].quantity.unit, scales), operands
    )
