"""Figures: the numbers of a document with what they count, when, and of which whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.facts.cells import cell_figures
from app.facts.pairing import Pairing, pairings
from app.lexicon.loader import table
from app.model import Dimension, Document, Figure, Modality, Outline, Quantity, Role, Span
from app.text.dates import dates
from app.text.quantities import quantities
from app.text.sentences import clauses, sentences

_EDGE = 4  # characters of ruling before the first cell of a row
_FROM = re.compile(
    "(?:由|从|自|原来的?|原有|原)(?:人均|每(?:人|户|月|年|天|日|亩|吨|个|名|套|件|次|平方米)*)?$"
)
_TO = re.compile("(?:至|到|为|成|达到?)$")
_CHANGE_TO = re.compile(
    "(?:压减|减少|精简|下降|降低|降|增加|增长|提高|提升|上升|扩大|调整|缩短|压缩|延长|放宽|上调|下调|增|升|减|变更|恢复|发展)(?:到|至|为|成)(?:人均|每(?:人|户|月|年|天|日|亩|吨|个|名|套|件|次|平方米)*)?$"
)
_CHANGE = re.compile(
    "(?:增长|下降|上升|提高|降低|增加|减少|上涨|下跌|回落|提升|增幅|降幅|增速|涨|减|上浮|下浮|上调|下调)了?(?:约|近|超过?|不低于|不少于|达到?|为|是)*$"
)
_SHARE = re.compile(
    "占(?:比|[^,，。;；]{0,24}?)?(?:的|为|达到?|超过?|约|近)*$|(?:比例|比重|占比|份额)(?:的|为|是|达到?|超过?|约|近)*$"
)
_SCOPE = re.compile(
    "占(?!比)([^,，。;；占]{1,24}?)(?:总数|总量|总额|总)?的?(?:比例|比重)?(?:的|为|达到?|超过?|约|近)*$"
)
_PART = re.compile("其中")
_COMPARED = frozenset("比较")
_AGGREGATE = re.compile(
    "等(?:共)?(?:[0-9０-９]+|[一二两三四五六七八九十百]+)(?:余|多)?[所个家名项条件座间类种位省市县处]"
)
_NOUN = re.compile("[一-鿿]{2,}")
_ROLE_WORDS = re.compile(
    "(?:由|从|自|至|到|为|占|比|的|达到?|其中|共|约|近|超过?|不低于|不少于|压减|减少|增加|增长|下降|提高)+"
)


@cache
def _target_words() -> re.Pattern[str]:
    found = sorted({word for word, sort in table("modality.tsv") if sort == "target"}, key=len)
    return re.compile("|".join(re.escape(word) for word in reversed(found)))


@dataclass(frozen=True, slots=True)
class _Clause:
    span: Span
    quantities: tuple[Quantity, ...]


@dataclass(slots=True)
class _Years:
    """The year last stated, and where: it holds on inside one section."""

    year: int | None = None
    section: int | None = None


def figures(document: Document, outline: Outline) -> tuple[Figure, ...]:
    """All figures of `document` in reading order.

    Spans are of `document.text`. A year is taken from the same sentence, else carried over from
    an earlier sentence of the same section and marked as inherited.
    """
    text = document.text
    found: list[Figure] = []
    years = _Years()
    rows = cell_figures(text)
    for sentence in sentences(text, Span(0, len(text))):
        row = _row_in(rows, sentence)
        if row is not None:
            found.extend(replace(figure, sentence=sentence) for figure in row)
            continue
        section = outline.at(sentence.start)
        if section != years.section:
            years = _Years(section=section)
        found.extend(_of_sentence(text, sentence, years))
    return tuple(found)


def _row_in(rows: Mapping[int, tuple[Figure, ...]], sentence: Span) -> tuple[Figure, ...] | None:
    """The figures of the table row that makes up `sentence`, if it is one."""
    for start in range(sentence.start, min(sentence.end, sentence.start + _EDGE)):
        if start in rows:
            return rows[start]
    return None


def _of_sentence(text: str, sentence: Span, years: _Years) -> list[Figure]:
    numbers = [
        quantity
        for quantity in quantities(text, sentence)
        if quantity.dimension is not Dimension.ORDINAL
    ]
    stated = [
        (mention.span.start, mention.year) for mention in dates(text, sentence) if mention.year
    ]
    found: list[Figure] = []
    if numbers:
        parts = _clauses(text, sentence, numbers)
        paired = {numbers[i].span: pair for i, pair in pairings(text, sentence, numbers).items()}
        for position, part in enumerate(parts):
            before = parts[position - 1].span if position else None
            for i, quantity in enumerate(part.quantities):
                pair = paired.get(quantity.span)
                found.append(_figure(text, sentence, part, i, before, stated, years, pair))
    own = [year for start, year in stated if not _is_compared(text, start)]
    if own:
        years.year = own[-1]
    return found


def _is_compared(text: str, start: int) -> bool:
    """Whether the year at `start` is only what is compared with: 比2022年提高."""
    return text[max(0, start - 1) : start] in _COMPARED


def _clauses(text: str, sentence: Span, numbers: Sequence[Quantity]) -> list[_Clause]:
    parts = []
    for span in clauses(text, sentence):
        inside = tuple(number for number in numbers if span.contains(number.span))
        parts.append(_Clause(span, inside))
    return parts


def _figure(
    text: str,
    sentence: Span,
    part: _Clause,
    i: int,
    before: Span | None,
    stated: Sequence[tuple[int, int | None]],
    years: _Years,
    pair: Pairing | None,
) -> Figure:
    quantity = part.quantities[i]
    left = part.quantities[i - 1].span.end if i else part.span.start
    right = part.quantities[i + 1].span.start if i + 1 < len(part.quantities) else part.span.end
    frame, head = Span(left, quantity.span.start), Span(quantity.span.end, right)
    role = _role(text, frame, part, i)
    here = [
        year
        for start, year in stated
        if start < quantity.span.start and (frame.start <= start or not _is_compared(text, start))
    ]
    later = [year for start, year in stated if not _is_compared(text, start)]
    year = here[-1] if here else (later[0] if later else None)
    inherited = year is None and years.year is not None
    return Figure(
        quantity=quantity,
        frame=frame,
        head=head,
        subject=_subject(text, part, i, frame, before),
        clause=part.span,
        sentence=sentence,
        scope=_scope(text, frame, before, role),
        role=role,
        modality=_modality(text, part.span),
        year=years.year if inherited else year,
        year_inherited=inherited,
        aggregate=_AGGREGATE.search(text, sentence.start, sentence.end) is not None,
        member=pair.member if pair else None,
        siblings=pair.siblings if pair else (),
    )


def _role(text: str, frame: Span, part: _Clause, i: int) -> Role:
    words = frame.of(text).rstrip()
    if _FROM.search(words) and i + 1 < len(part.quantities):
        return Role.FROM
    if _CHANGE_TO.search(words) or (i and _TO.search(words) and _from_before(text, part, i)):
        return Role.TO
    if _CHANGE.search(words):
        return Role.CHANGE
    if part.quantities[i].dimension is Dimension.RATIO and _SHARE.search(words):
        return Role.SHARE
    if _PART.search(text, part.span.start, part.quantities[i].span.start):
        return Role.PART
    return Role.PLAIN


def _from_before(text: str, part: _Clause, i: int) -> bool:
    before = text[part.span.start : part.quantities[i - 1].span.start].rstrip()
    return _FROM.search(before) is not None


def _subject(text: str, part: _Clause, i: int, frame: Span, before: Span | None) -> Span | None:
    """What a bare frame goes on about: the first figure of the clause, else the clause before."""
    if _NOUN.search(_ROLE_WORDS.sub("", frame.of(text))):
        return None
    if i:
        return Span(part.span.start, part.quantities[i - 1].span.start)
    return before


def _scope(text: str, frame: Span, before: Span | None, role: Role) -> Span | None:
    if role is Role.SHARE:
        found = _SCOPE.search(text, frame.start, frame.end)
        return Span(found.start(1), found.end(1)) if found else before
    return before if role is Role.PART else None


def _modality(text: str, clause: Span) -> Modality:
    found = _target_words().search(text, clause.start, clause.end)
    return Modality.TARGET if found else Modality.ACTUAL
