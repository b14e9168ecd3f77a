"""An amount raised or lessened for a class that the question names: 退役军人上浮20%, 减半."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.answer.arithmetic import amount_short, computed, of_figure, percent, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.given import given as read_given
from app.answer.grounds import asked_of_case, ground
from app.answer.matching import quality
from app.answer.view import SentenceView
from app.model import Bound, Dimension, Figure, Kind, Question, QuestionTerm, TermRole
from app.text.fold import fold

_SENTENCES = 8
_BACK = 3  # sentences before the exception in which the general amount stands
_KINDS = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.DERIVED})
_RAISED = re.compile(
    "(?:标准|金额|额度|比例)?(?:再|可|则|均|相应|统一)*(?:上浮|提高|增加|上调|加发|增发|多发)(?:比例为)?$"
)
_LESSENED = re.compile("(?:标准|金额|额度)?(?:再|可|则|均|相应)*(?:下浮|降低|下调|减少|核减|扣减)$")
_POINTS = re.compile("^个百分点|^百分点")
_COMPARED = re.compile("同比|环比|上年|去年|[比较较]20[0-9]{2}|增速|增幅|平均")
_PAID = re.compile("补|奖|贴|资助|给予|发放|收|缴|标准|费|每|租|价")
_GENERAL = frozenset({TermRole.PLACE, TermRole.WEAK, TermRole.NUMBER})
_NAMED = 0.85
_SHIFT = 3  # characters of an attribute before the class: 返乡农民工
_LEAD = re.compile(
    "^(?:[(][0-9一二三四五六七八九十]+[)]|[0-9]+[.、])?(?:其中)?,?(?:对于?|由|属于?|是|为|凡)?"
)
_FURTHER = re.compile("再|另|额外|追加|加发|增发|加收|增收|每超|每增")
_LEAST = 0.45
_ASKED_RATE = re.compile("(?:上浮|提高|增加|上调|下浮|降低)(?:了)?(?:多少|几|的?比例|的?幅度)")


def of_class(question: Question, evidence: Evidence) -> list[Candidate]:
    """The same before a general amount is looked for, when the question counts nothing."""
    several = any(quantity.value != 1 for quantity, _ in read_given(question).numbers)
    return [] if several else candidates(question, evidence)


@dataclass(frozen=True, slots=True)
class _Change:
    """By how much an amount is raised for whom."""

    figure: Figure
    words: str
    raised: bool


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The amount for the class that the question names; at most one."""
    if question.kind not in _KINDS or _ASKED_RATE.search(question.full):
        return []
    asked = asked_of_case(question, read_given(question))
    for ranked in evidence.ranked[:_SENTENCES]:
        for change in _changes(ranked):
            named = _named(asked, change.words)
            if not named:
                continue
            for sentence, base in _bases(asked, ranked, change):
                made = _applied(asked, named, ranked, sentence, base, change, evidence)
                if made is not None:
                    return [made]
    return []


def _changes(ranked: Ranked) -> Iterator[_Change]:
    """The exceptions of a sentence, each with the words of its segment."""
    view, text = ranked.view, ranked.view.stored.document.text
    for figure in ranked.sentence.figures:
        quantity = figure.quantity
        if quantity.unit != "%" or quantity.bound is not Bound.EXACT:
            continue
        segment = fold(text[ranked.sentence.span.start : quantity.span.start]).text
        words = re.split("[;。]", segment)[-1]
        if _COMPARED.search(words) or _POINTS.match(text[quantity.span.end :][:5]):
            continue
        raised = _RAISED.search(words)
        lessened = _LESSENED.search(words)
        found = raised or lessened
        if found is not None and not view.quote(figure.head).startswith("以上"):
            yield _Change(figure, words[: found.start()], raised is not None)


def _named(asked: Question, words: str) -> tuple[QuestionTerm, ...]:
    """The words of the question by which it belongs to the class of an exception."""
    return tuple(
        term
        for term in asked.terms
        if term.role not in _GENERAL and len(term.text) > 1 and quality(term, words) >= _NAMED
    )


def _is_subject(term: QuestionTerm, words: str) -> bool:
    """Whether a word names the class itself: it begins the exception, or ends its first clause."""
    clause = _LEAD.sub("", words).split(",")[0]
    places = [(clause.find(form), len(form)) for form, _ in term.forms if form in clause]
    return any(at <= _SHIFT or at + size == len(clause) for at, size in places)


def _bases(
    asked: Question, ranked: Ranked, change: _Change
) -> Iterator[tuple[SentenceView, Figure]]:
    """The amounts of money before an exception, the nearest sentence first, best named first."""
    view, index = ranked.view, ranked.sentence.index
    for sentence in reversed(view.sentences[max(0, index - _BACK) : index + 1]):
        if sentence.section != ranked.sentence.section:
            continue
        found = [
            figure
            for figure in sentence.figures
            if figure.quantity.dimension is Dimension.MONEY
            and figure.quantity.bound is Bound.EXACT
            and figure.quantity.span.end <= change.figure.quantity.span.start
            and _PAID.search(view.quote(figure.clause))
            and not _FURTHER.search(view.quote(figure.frame))
        ]
        yield from ((sentence, figure) for figure in _only(asked, ranked, found))


def _only(asked: Question, ranked: Ranked, found: Sequence[Figure]) -> Sequence[Figure]:
    """The one amount of a sentence that the question names; none when it could be several."""
    if len(found) < 2:
        return found
    scored = [
        sum(
            term.weight * quality(term, fold(ranked.view.quote(figure.member or figure.frame)).text)
            for term in asked.terms
        )
        for figure in found
    ]
    best = max(scored)
    return [found[scored.index(best)]] if best > 0 and scored.count(best) == 1 else []


def _applied(
    asked: Question,
    named: Sequence[QuestionTerm],
    ranked: Ranked,
    sentence: SentenceView,
    base: Figure,
    change: _Change,
    evidence: Evidence,
) -> Candidate | None:
    """The raised amount, when the rest of the question is about the general one."""
    own = tuple(term for term in named if quality(term, sentence.text) < _NAMED)
    if not any(_is_subject(term, change.words) for term in own):
        return None
    general = replace(asked, terms=tuple(term for term in asked.terms if term not in own))
    start = ground(general, replace(ranked, sentence=sentence), base.clause, evidence, figure=base)
    if start is None or start.coverage.score < _LEAST:
        return None
    sign = "+" if change.raised else "-"
    rate = percent(change.figure)
    value = base.quantity.value * (1 + rate if change.raised else 1 - rate)
    written = shown(text_of(ranked.view), change.figure.quantity)
    expression = f"{amount_short(base.quantity.value, '元')} × (1 {sign} {written})"
    operands = [start, of_figure(replace(start, sentence=ranked.sentence), change.figure)]
    return computed("rule", expression, amount_short(Decimal(value), "元"), operands)
