"""So much a month or a year over the whole term that the text states: 每月300元, 最长24个月."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.answer.arithmetic import amount_like, amount_short, computed, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.operand import proved_loosely
from app.answer.sides import is_range
from app.answer.templates import plain
from app.model import Dimension, Figure, Question, TermRole
from app.text.fold import fold

_SENTENCES = 8
# The whole term: 领满, 满期, or the most that is paid altogether.
_ASKED = re.compile(
    "[领拿享发补缴交付干待][满完足](?![0-9])|[满足]额?年限|满期|期满|到期|全程|全期|整个(?:期限|期间)|从头到尾"
    "|(?:最多|总共|一共|累计|合计|共)(?:一共|总共|累计)?(?:能够?|可以?|会|得)?(?:领|拿|补|发|得|享受?|获)"
)
_FULL_WORDS = re.compile(
    "[领拿享发补缴交付干待][满完足]|[满足]额?年限|年限|满期|期满|到期|全程|全期|期限|总共|一共|累计|合计|最多|标准|[领拿补发得]|[1一]名"
)
_EVERY = re.compile(
    "(?:每人|每户|每个|每名)*(?:每|按|逐)(年|个?月)|(?:/|／)(年|月)|(年|月)(?:均|补贴|发放|给予)"
)
_TERM = re.compile(
    "(?:最长|最多|最高|连续|累计|期限|年限|为期|补贴期|发放|扶持|补助|补贴|享受|执行|共)"
    "[^,。;0-9]{0,8}$"
)
_UNITS = {"年": frozenset({"年"}), "月": frozenset({"个月", "月"})}
_MONTHS = 12
_NOUNS = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED})


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The amount of one period times the longest term; one at most."""
    if not _ASKED.search(question.full):
        return []
    terms = tuple(
        t for t in question.terms if t.role is TermRole.PLACE or not _FULL_WORDS.fullmatch(t.text)
    )
    plainly = replace(question, terms=terms, roles=(), total=False, bound=None, years=())
    for ranked in evidence.ranked[:_SENTENCES]:
        for rate, term, periods in _rates(ranked):
            start = proved_loosely(plainly, ranked, rate, evidence)
            if start is not None and not any(
                term.role in _NOUNS for term in start.coverage.missing
            ):
                return [_times(start, rate, term, periods)]
    return []


def _rates(ranked: Ranked) -> Iterator[tuple[Figure, Figure, int]]:
    """Each amount of a period with the one term behind it, and the periods in a unit of it."""
    view = ranked.view
    figures = ranked.sentence.figures
    terms = [
        f
        for f in figures
        if f.quantity.dimension is Dimension.DURATION
        and not is_range(f)
        and _TERM.search(fold(view.quote(f.frame)).text)
    ]
    if len(terms) != 1:
        return
    term = terms[0]
    for rate in figures:
        if rate.quantity.dimension is not Dimension.MONEY or is_range(rate):
            continue
        found = _EVERY.search(fold(view.quote(rate.clause)).text)
        if found is None or rate.quantity.span.start > term.quantity.span.start:
            continue
        every = next(one for one in found.groups() if one).removeprefix("个")
        if term.quantity.unit in _UNITS[every]:
            yield rate, term, 1
        elif every == "月" and term.quantity.unit == "年":
            yield rate, term, _MONTHS


def _times(start: Candidate, rate: Figure, term: Figure, periods: int) -> Candidate:
    text = text_of(start.view)
    count = term.quantity.value * periods
    value = rate.quantity.value * count
    scale = scale_of(text, rate.quantity)
    unit = rate.quantity.unit
    answer = amount_short(value, unit) if scale == 1 else amount_like(value, unit, [scale])
    months = f" × {periods}" if periods > 1 else ""
    expression = f"{shown(text, rate.quantity)} × {plain(term.quantity.value)}{months}"
    quote = (start.sentence.span,)
    operands = [replace(start, figure=one, quotes=quote) for one in (rate, term)]
    return computed("periods", expression, answer, operands)
