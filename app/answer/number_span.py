"""What of a text is given as a number: number and unit with the words that bound it."""

from __future__ import annotations

import re

from app.answer.view import DocumentView
from app.model import Dimension, Figure, Question, Span

_BEFORE_NUMBER = re.compile("(?:约|近|超过|超|不低于|不少于|不超过|最高|至少|最多|不高于|突破)$")
_AFTER_NUMBER = re.compile("(?:以上|以内|以下|左右|余|多)")
_AFTER_DURATION = re.compile("(?:以内|之?内(?!设|部|外|含))")


def span_asked(question: Question, view: DocumentView, figure: Figure) -> Span:
    """As `answer_span`; whoever asks 最高多少 need not be told 不超过 again."""
    if question.bound is not None and figure.quantity.bound is question.bound:
        return figure.quantity.span
    span = answer_span(view, figure)
    said = _WITHIN_ASKED.search(question.full)  # 多少日内: 内 need not be said again
    number = figure.quantity.span
    return Span(span.start, number.end) if said and span.end == number.end + 1 else span


_WITHIN_ASKED = re.compile("(?:日|天|月|年|时|周)之?内")


# 一百元以上五百元以下 is one answer.
_FROM_UP_TO = re.compile(
    "[0-9.万亿千百一二两三四五六七八九十]+(?:元|倍|日|天|年|个月|人|%|平方米)以上[、,，]?[0-9.万亿千百一二两三四五六七八九十]+(?:元|倍|日|天|年|个月|人|%|平方米)以下"
)
_RANGE = 16


def answer_span(view: DocumentView, figure: Figure) -> Span:
    """Number and unit, with the words that bound it (不超过, 以上)."""
    text = view.stored.document.text
    start, end = figure.quantity.span.start, figure.quantity.span.end
    whole = _FROM_UP_TO.search(text, max(0, start - _RANGE), min(len(text), end + _RANGE))
    if whole is not None and whole.start() <= start and end <= whole.end():
        return Span(whole.start(), whole.end())
    before = _BEFORE_NUMBER.search(text, max(0, start - 3), start)
    within = figure.quantity.dimension is Dimension.DURATION
    after = _AFTER_NUMBER.match(text, end) or (within and _AFTER_DURATION.match(text, end))
    return Span(before.start() if before else start, end + len(after.group()) if after else end)
