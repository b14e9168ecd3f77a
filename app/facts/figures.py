"""Figures: the numbers of a document with what they count, when, and of which whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.facts.aims import Aims
from app.facts.cells import cell_figures
from app.facts.pairing import Pairing, pairings
from app.lexicon.loader import table
from app.model import Dimension, Document, Figure, Modality, Outline, Quantity, Role, Span
from app.text.dates import dates
from app.text.quantities import quantities
from app.text.sentences import clauses, sentences

_EDGE = 4  # characters of ruling before the first cell of a row
_FROM = re.compile(
    "(?:由|从|自|原来的?|原有|原)(?:(?:19|20)[0-9]{2}年(?:末|底|初)?的?|(?:上年|去年|年初|上一年|前年|[^,，。;；、0-9]{0,4}时)的?)?(?:人均|每(?:人|户|月|年|天|日|亩|吨|个|名|套|件|次|平方米)*)?$"
)
_TO = re.compile("(?:至|到|为|成|达到?)$")
_CHANGE_TO = re.compile(
    "(?:压减|减少|精简|下降|降低|降|增加|增长|提高|提升|上升|扩大|调整|缩短|压缩|延长|放宽|上调|下调|增|升|减|变更|恢复|发展)(?:到|至|为|成)(?:(?:19|20)[0-9]{2}年(?:末|底)?的?)?(?:人均|每(?:人|户|月|年|天|日|亩|吨|个|名|套|件|次|平方米)*)?$"
)
_CHANGE = re.compile(
    "(?:增长|下降|上升|提高|降低|增加|减少|上涨|下跌|回落|提升|增幅|降幅|增速|涨|减|上浮|下浮|上调|下调|降价|涨价|降费|提价|增产|减产|增收|减收|减排|提速|下滑|滑落|回升|[涨跌升]幅|增长率)了?(?:的?(?:预期)?目标)?(?:约|近|超过?|不低于|不少于|不超过|达到?|(?:控制|保持|稳定)?在|为|是)*$"
)
_RECOVERED = re.compile("(?:恢复|相当|相比)(?:到|于|至)?[^,，。;；]{2,16}的$")
_SET_AGAINST = re.compile("(?:高|低|快|慢|多|少)(?:于|出|了)?[^,，。;；]{0,12}$")
_SHARE = re.compile(
    "(?:完成|达到?|为|是|按|相当于|恢复到?|占|给予|补助|取|不超过?|的)[^,，。;；0-9]{2,24}的(?:约|近|超过?|不超过|不低于)*$|占(?:比|[^,，。;；]{0,24}?)?(?:的|为|达到?|超过?|约|近)*$|(?:比例|比重|占比|份额)(?:的|为|是|达到?|超过?|约|近)*$"
)
_SCOPE = re.compile(
    "占(?!比)([^,，。;；占]{1,24}?)(?:总数|总量|总额|总)?的?(?:比例|比重)?(?:的|为|达到?|超过?|约|近)*$"
)
_PART = re.compile("其中")
# One of these stands in every year: a cheap way to say no.
_YEAR_SIGN = re.compile("[年12１２](?:(?<=年)|[09０９])")
_COMPARED = frozenset("比较")
_AGGREGATE = re.compile(
    "等(?:共)?(?:[0-9０-９]+|[一二两三四五六七八九十百]+)(?:余|多)?[所个家名项条件座间类种位省市县处]"
)
_NOUN = re.compile("[一-鿿]{2,}")
_ITEM_BORDER = re.compile("[、/／]|以及|(?<=[0-9元%％人个家所项户名次])(?:和|及|与)")
_CLOSED = re.compile("[(（][^()（）]*[)）]")
# Words of an order: 居全省第3位, 排名第二.
_IN_ORDER = re.compile(
    "(?:居|列|排名?|位次|名次|位于|跻身|上升至|升至|升到|前移至|降至|第)[^,，。;；]{0,16}$"
)
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


class _Sections:
    """The sections of a document, asked for in reading order.

    `Outline.at` looks through all of them each time, which a statute of a thousand articles feels.
    """

    def __init__(self, outline: Outline) -> None:
        self._sections = outline.sections
        self._following = 0
        self._open: list[int] = []

    def at(self, offset: int) -> int | None:
        """The innermost section at `offset`, which never lies before the one asked for last."""
        sections, following = self._sections, self._following
        while following < len(sections) and sections[following].span.start <= offset:
            self._open.append(following)
            following += 1
        self._following = following
        while self._open and sections[self._open[-1]].span.end <= offset:
            self._open.pop()
        return self._open[-1] if self._open else None


def figures(document: Document, outline: Outline) -> tuple[Figure, ...]:
    """All figures of `document` in reading order.

    Spans are of `document.text`. A year is taken from the same sentence, else carried over from
    an earlier sentence of the same section and marked as inherited.
    """
    text = document.text
    found: list[Figure] = []
    years = _Years()
    rows = cell_figures(text)
    sections = _Sections(outline)
    aims = Aims(document, outline)
    for sentence in sentences(text, Span(0, len(text))):
        row = _row_in(rows, sentence) if rows else None
        if row is not None:
            found.extend(replace(figure, sentence=sentence) for figure in row)
            continue
        section = sections.at(sentence.start)
        if section != years.section:
            years = _Years(section=section)
        for figure in _of_sentence(text, sentence, years):
            aimed = aims.aimed_at(figure, section)
            found.append(replace(figure, modality=Modality.TARGET) if aimed else figure)
    return tuple(found)


def _row_in(rows: Mapping[int, tuple[Figure, ...]], sentence: Span) -> tuple[Figure, ...] | None:
    """The figures of the table row that makes up `sentence`, if it is one."""
    for start in range(sentence.start, min(sentence.end, sentence.start + _EDGE)):
        if start in rows:
            return rows[start]
    return None


def _of_sentence(text: str, sentence: Span, years: _Years) -> list[Figure]:
    read = quantities(text, sentence)
    stated = _stated_years(text, sentence)
    if not read and not stated:
        return []
    numbers = [quantity for quantity in read if quantity.dimension is not Dimension.ORDINAL]
    places = [quantity for quantity in read if _is_place_in_order(text, sentence, quantity)]
    found: list[Figure] = []
    if numbers:
        parts = _clauses(text, sentence, numbers)
        paired = {numbers[i].span: pair for i, pair in pairings(text, sentence, numbers).items()}
        for position, part in enumerate(parts):
            before = parts[position - 1].span if position else None
            for i, quantity in enumerate(part.quantities):
                pair = paired.get(quantity.span)
                found.append(_figure(text, sentence, part, i, before, stated, years, pair))
    for place in places:
        found.append(_place_in_order(text, sentence, place, stated, years))
    found.sort(key=lambda figure: figure.quantity.span.start)
    own = [year for start, year in stated if not _is_compared(text, start)]
    if own:
        years.year = own[-1]
    return found


def _stated_years(text: str, sentence: Span) -> list[tuple[int, int]]:
    """The years that a sentence names, and where."""
    if _YEAR_SIGN.search(text, sentence.start, sentence.end) is None:
        return []
    mentions = dates(text, sentence)
    return [(mention.span.start, mention.year) for mention in mentions if mention.year]


def _is_place_in_order(text: str, sentence: Span, quantity: Quantity) -> bool:
    """Whether an ordinal tells which place something has: 居全省第3位, not 第3条."""
    if quantity.dimension is not Dimension.ORDINAL:
        return False
    return _IN_ORDER.search(text[sentence.start : quantity.span.start]) is not None


def _place_in_order(
    text: str,
    sentence: Span,
    quantity: Quantity,
    stated: Sequence[tuple[int, int]],
    years: _Years,
) -> Figure:
    parts = [span for span in clauses(text, sentence) if span.contains(quantity.span)]
    around = parts[0] if parts else sentence
    return _figure(text, sentence, _Clause(around, (quantity,)), 0, None, stated, years, None)


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
    stated: Sequence[tuple[int, int]],
    years: _Years,
    pair: Pairing | None,
) -> Figure:
    quantity = part.quantities[i]
    left, right = _own(text, part, i)
    frame, head = Span(left, quantity.span.start), Span(quantity.span.end, right)
    role = _role(text, frame, part, i)
    year = _year(text, sentence, part, i, role, stated)
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
        modality=_modality(text, _brackets_round(text, quantity.span, part.span) or part.span),
        year=years.year if inherited else year,
        year_inherited=inherited,
        aggregate=_AGGREGATE.search(text, sentence.start, sentence.end) is not None,
        member=pair.member if pair else None,
        siblings=pair.siblings if pair else _siblings(text, part, i),
    )


def _own(text: str, part: _Clause, i: int) -> tuple[int, int]:
    """Where the words of number `i` begin and end: those before it and behind it.

    Between 3所小学、2家医院 the mark parts what belongs to the first from what leads to the second.
    """
    numbers = part.quantities
    left = _border(text, numbers[i - 1], numbers[i])[1] if i else part.span.start
    last = i + 1 == len(numbers)
    right = part.span.end if last else _border(text, numbers[i], numbers[i + 1])[0]
    return left, right


def _border(text: str, first: Quantity, second: Quantity) -> tuple[int, int]:
    """Where the words behind `first` end, and where those before `second` begin."""
    start, end = first.span.end, second.span.start
    marks = list(_ITEM_BORDER.finditer(text, start, end))
    return (marks[-1].start(), marks[-1].end()) if marks else (end, start)


def _siblings(text: str, part: _Clause, i: int) -> tuple[Span, ...]:
    """The words that belong to the other numbers of an enumeration: 甲承担60%、乙承担40%."""
    found: list[Span] = []
    for j in range(1, len(part.quantities)):
        left, _ = _own(text, part, j)
        own = Span(left, part.quantities[j].span.start)
        parted = left > part.quantities[j - 1].span.end
        if j != i and parted and _names(own.of(text)):
            found.append(own)
    return tuple(found)


def _names(words: str) -> bool:
    return _NOUN.search(_ROLE_WORDS.sub("", words)) is not None


def _brackets_round(text: str, number: Span, clause: Span) -> Span | None:
    """The brackets inside of `clause` that hold `number`."""
    for found in _CLOSED.finditer(text, clause.start, clause.end):
        if found.start() <= number.start and number.end <= found.end():
            return Span(found.start(), found.end())
    return None


def _year(
    text: str,
    sentence: Span,
    part: _Clause,
    i: int,
    role: Role,
    stated: Sequence[tuple[int, int]],
) -> int | None:
    """The year that the sentence states for a number.

    A year in brackets is that of the numbers in the brackets; that of the value before a change
    (由2020年的…) is not that of the value after it.
    """
    number = part.quantities[i].span
    own = _brackets_round(text, number, sentence)
    closed = [
        Span(found.start(), found.end())
        for found in _CLOSED.finditer(text, sentence.start, sentence.end)
    ]
    free = []
    for start, year in stated:
        inside = next((span for span in closed if span.start <= start < span.end), None)
        if inside is None or inside == own:
            free.append((start, year))
    left = _own(text, part, i)[0]
    here = [
        (start, year)
        for start, year in free
        if start < number.start and (left <= start or not _is_compared(text, start))
    ]
    if role is Role.TO and i and here:
        before = part.quantities[i - 1].span
        between = [year for start, year in here if start >= before.end]
        if between:
            return between[-1]
        words = Span(_own(text, part, i - 1)[0], before.start)
        here = (
            [one for one in here if not words.start <= one[0] < words.end]
            if _FROM.search(words.of(text).rstrip())
            else here
        )
        return here[-1][1] if here else None
    if here:
        return here[-1][1]
    part_of = _PART.search(text, number.end, sentence.end)
    end = part_of.start() if part_of else sentence.end  # 共642个, 其中2023年118个
    later = [year for start, year in free if start < end and not _is_compared(text, start)]
    return later[0] if later else None


def _role(text: str, frame: Span, part: _Clause, i: int) -> Role:
    words = frame.of(text).rstrip()
    if _FROM.search(words) and i + 1 < len(part.quantities):
        return Role.FROM
    ratio = part.quantities[i].dimension is Dimension.RATIO
    if ratio and _RECOVERED.search(words):
        return Role.SHARE
    if _CHANGE_TO.search(words) or (i and _TO.search(words) and _from_before(text, part, i)):
        return Role.TO
    points = part.quantities[i].dimension is Dimension.POINTS
    if _CHANGE.search(words) or (points and _SET_AGAINST.search(words)):
        return Role.CHANGE
    if ratio and _SHARE.search(words):
        return Role.SHARE
    if _PART.search(text, part.span.start, part.quantities[i].span.start):
        return Role.PART
    return Role.PLAIN


def _from_before(text: str, part: _Clause, i: int) -> bool:
    before = text[part.span.start : part.quantities[i - 1].span.start].rstrip()
    return _FROM.search(before) is not None


def _subject(text: str, part: _Clause, i: int, frame: Span, before: Span | None) -> Span | None:
    """What a bare frame goes on about: the first figure of the clause, else the clause before."""
    if _names(frame.of(text)):
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
