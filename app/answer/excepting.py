"""What is left of a whole: 除甲外其他地方, 达标的 beside 未达标, 还有多少没完成, 限额 less 余额.

The whole and what is taken away must both be stated; the whole is proved like any other number,
without the words that only say what is taken away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answer.arithmetic import amount_like, computed, of_figure, scale_of, shown, text_of
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.operand import AMOUNTS, proved_loosely
from app.answer.sides import is_range
from app.model import Bound, Figure, Modality, Question, Role, Span
from app.text.fold import fold
from app.text.quantities import compatible_units

_SENTENCES = 8
_LIMITS = frozenset({Bound.AT_LEAST, Bound.AT_MOST, Bound.RANGE})

_EXCEPT = re.compile(
    "(?:除(?:了|去|开|掉)?|刨(?:掉|去|除|开)|扣(?:掉|除|去)|去(?:掉|除)|剔除|抛开|撇开|减去|不(?:算|含|包括|计))"
    "(?P<after>[^,。?？]{1,24}?)(?:以外|之外|外(?!地|商|资|来|埠|出|语|国)|,|后|,?(?:其他|其它|其余|剩|别的|还有|另外|余下))"
    "|(?P<before>[^,。?？的里中除]{1,12})(?:以外|之外)"
)
_AND = re.compile("[、和与跟及同]|以及")
_REST_WORDS = re.compile(
    "其他|其它|其余|剩下|剩余|别的|另外|余下|还有?|尚|地方|部分|以外|之外|区外|市外|县外|共有?"
)
_PLACE_END = re.compile("(?<=..)(?:省|市|县|区|镇|乡|街道|村)$")

_NEGATIONS = re.compile("未|没有?|不|非|无")
_LEAST_WORD = 2

_LEFT_ASKED = re.compile(
    "还(?:有|剩|差|缺|没|未)|剩(?:余|下)?|尚(?:未|有|差|缺)|未(?:完成|支出|使用|拨付|到位|开工|兑现|发放|办结|处理|整改)"
    "|没(?:有)?(?:完成|花|用|拨|到位|做|干|建|办|发|改)|结余|缺口"
)
_DONE = re.compile(
    "(?:已|累计|实际|截至)[^,。;]{0,16}?(?:完成|建成|支出|到位|拨付|发放|使用|开工|兑现|办结|整改|投入|安装|改造|实施|竣工|落实)"
    "|^(?:完成|建成|办结|已)"
)
_ROOM_ASKED = re.compile("空间|余量|余地|还(?:能|可以?|有)|距|离|差")
_LIMIT = re.compile("(.{3,4})(?:限额|额度|上限)(?:核定)?(?:数)?(?:为|是|达|:)?$")
_USED = re.compile("(.{3,4})(?:余额|使用额|已用额)(?:为|是|达|:)?$")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What is left of a whole that the text states with its parts; best first."""
    found: list[Candidate] = []
    for ranked in evidence.ranked[:_SENTENCES]:
        for maker in (_excepted, _negated, _unfinished, _room):
            found.extend(maker(question, ranked, evidence))
    found.sort(key=lambda candidate: -candidate.score)
    return found[:1]


def _left(
    question: Question, ranked: Ranked, whole: Figure, parts: Sequence[Figure], evidence: Evidence
) -> Iterator[Candidate]:
    """The whole less the parts, when the whole answers the question without them."""
    value = whole.quantity.value - sum(part.quantity.value for part in parts)
    if value <= 0 or not parts:
        return
    start = proved_loosely(question, ranked, whole, evidence)
    if start is None:
        return
    text = text_of(ranked.view)
    figures = (whole, *parts)
    yield computed(
        "rest",
        " - ".join(shown(text, figure.quantity) for figure in figures),
        amount_like(
            value, whole.quantity.unit, [scale_of(text, figure.quantity) for figure in figures]
        ),
        [of_figure(start, figure) for figure in figures],
    )


def _figures(ranked: Ranked) -> list[Figure]:
    """The amounts of a sentence and of the one before it in the same section."""
    sentence, view = ranked.sentence, ranked.view
    before: tuple[Figure, ...] = ()
    if sentence.index and view.sentences[sentence.index - 1].section == sentence.section:
        before = view.sentences[sentence.index - 1].figures
    return [
        figure
        for figure in (*before, *sentence.figures)
        if figure.quantity.dimension in AMOUNTS
        and figure.quantity.bound not in _LIMITS
        and not is_range(figure)
    ]


def _of_one_unit(first: Figure, other: Figure) -> bool:
    left, right = first.quantity, other.quantity
    return left.dimension is right.dimension and (
        left.unit == right.unit or compatible_units(left.unit, right.unit)
    )


def _beside(ranked: Ranked, figure: Figure) -> str:
    """The folded words before a number, and its item of 分别."""
    view = ranked.view
    spans = [figure.frame, *([figure.member] if figure.member is not None else [])]
    return " ".join(fold(view.quote(span)).text for span in spans)


# ── 除甲外 ──────────────────────────────────────────────────────────────────────────────────────


def _excepted(question: Question, ranked: Ranked, evidence: Evidence) -> Iterator[Candidate]:
    asked = _EXCEPT.search(question.full)
    if asked is None:
        return
    stretch = asked.group("after") or asked.group("before")
    names = [_PLACE_END.sub("", name) for name in _AND.split(stretch) if name]
    plain = _without(question, Span(asked.start(), asked.end()))
    figures = _figures(ranked)
    for place, whole in enumerate(figures):
        if whole.role is Role.PART or any(name in _beside(ranked, whole) for name in names):
            continue
        parts = _parts(ranked, whole, figures[place + 1 :], names)
        if parts is not None:
            yield from _left(plain, ranked, whole, parts, evidence)


def _parts(
    ranked: Ranked, whole: Figure, after: Sequence[Figure], names: Sequence[str]
) -> list[Figure] | None:
    """The figure of each name among the parts that follow a whole; None when one is missing."""
    inside = [f for f in after if _of_one_unit(whole, f)]
    if not inside or not any(_is_part(ranked, f) for f in inside):
        return None
    found = [next((f for f in inside if name in _beside(ranked, f)), None) for name in names]
    parts = [one for one in found if one is not None]
    distinct = {part.quantity.span.start for part in parts}
    return parts if parts and len(distinct) == len(names) else None


def _is_part(ranked: Ranked, figure: Figure) -> bool:
    return figure.role is Role.PART or "其中" in ranked.view.quote(figure.frame)


def _without(question: Question, cut: Span) -> Question:
    """The question without the words in `cut` and those that only ask for the rest."""
    full = question.full
    kept = []
    for term in question.terms:
        start = full.find(term.text)
        inside = start < cut.end and start + len(term.text) > cut.start and start >= 0
        if not inside and not _REST_WORDS.fullmatch(term.text):
            kept.append(term)
    rest = full[: cut.start] + " " * len(cut) + full[cut.end :]
    return replace(question, terms=tuple(kept), full=rest, operands=(), roles=())


# ── 达标 beside 未达标 ──────────────────────────────────────────────────────────────────────────


def _negated(question: Question, ranked: Ranked, evidence: Evidence) -> Iterator[Candidate]:
    """The other side of a part that is told from the whole by a negation."""
    figures = _figures(ranked)
    for place, part in enumerate(figures):
        if not _is_part(ranked, part) or part not in ranked.sentence.figures:
            continue
        word = _opposite(question, fold(ranked.view.quote(part.frame)).text)
        wholes = [f for f in figures[:place] if _of_one_unit(f, part) and not _is_part(ranked, f)]
        siblings = [f for f in figures[place + 1 :] if _of_one_unit(f, part)]
        if word is None or not wholes or siblings:
            continue
        terms = tuple(t for t in question.terms if t.text not in word and word not in t.text)
        plain = replace(question, terms=terms, roles=())
        yield from _left(plain, ranked, wholes[-1], [part], evidence)


def _opposite(question: Question, frame: str) -> str | None:
    """The word of the question that the frame of a part denies, or that denies it."""
    full = question.full
    tail = frame.split("其中")[-1]
    denied = _NEGATIONS.search(tail)
    for term in question.terms:
        word = term.text
        if len(word) < _LEAST_WORD or word not in full:
            continue
        before = full[max(0, full.find(word) - 2) : full.find(word)]
        asked_denied = _NEGATIONS.search(before) is not None
        if denied is not None and not asked_denied and _reads(word, tail[denied.end() :]):
            return word
        if denied is None and asked_denied and word in tail:
            return word
    return None


def _reads(word: str, text: str) -> bool:
    """Whether the characters of a word open `text` with little between them: 达到标准 for 达标."""
    at = text.find(word[0])
    if at != 0:
        return False
    for character in word[1:]:
        at = text.find(character, at + 1)
        if at < 0:
            return False
    return True


# ── 还有多少没完成 ──────────────────────────────────────────────────────────────────────────────


def _unfinished(question: Question, ranked: Ranked, evidence: Evidence) -> Iterator[Candidate]:
    """The amount planned less the one done, both of one thing."""
    if not _LEFT_ASKED.search(question.full) or _stated_left(ranked):
        return
    figures = [f for f in _figures(ranked) if f in ranked.sentence.figures]
    terms = tuple(t for t in question.terms if not _LEFT_ASKED.search(t.text))
    plain = replace(question, terms=terms, roles=(), years=())
    for place, done in enumerate(figures):
        if not _DONE.search(fold(ranked.view.quote(done.clause)).text.split(",")[-1]):
            continue
        if done.modality is Modality.TARGET:
            continue
        wholes = [f for f in figures[:place] if _of_one_unit(f, done) and f.role is not Role.PART]
        if wholes:
            yield from _left(plain, ranked, wholes[-1], [done], evidence)


def _stated_left(ranked: Ranked) -> bool:
    return re.search("剩余|尚余|结余|其余|未完成|缺口", ranked.sentence.text) is not None


# ── 余额 under 限额 ─────────────────────────────────────────────────────────────────────────────


def _room(question: Question, ranked: Ranked, evidence: Evidence) -> Iterator[Candidate]:
    """A limit less what is used of it, where both are stated of one thing and year."""
    if not _ROOM_ASKED.search(question.full):
        return
    used = [
        (named.group(1), other, figure)
        for other in evidence.ranked[:_SENTENCES]
        if other.view.id == ranked.view.id
        for figure in other.sentence.figures
        if (named := _USED.search(fold(other.view.quote(figure.frame)).text))
    ]
    for limit in ranked.sentence.figures:
        named = _LIMIT.search(fold(ranked.view.quote(limit.frame)).text)
        if named is None:
            continue
        for name, _, figure in used:
            same_year = None in {limit.year, figure.year} or limit.year == figure.year
            if name == named.group(1) and _of_one_unit(limit, figure) and same_year:
                terms = tuple(t for t in question.terms if not _USE_WORDS.fullmatch(t.text))
                plain = replace(question, terms=terms, roles=())
                yield from _left(plain, ranked, limit, [figure], evidence)


_USE_WORDS = re.compile("限额|额度|余额|空间|余量|上限|再?举|[再举借]?债|距离?|离|使用|能")
