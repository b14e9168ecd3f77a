"""The highest or lowest of several figures, and the sum of all of them.

哪个区最多, 哪一年最高, 各区一共多少: the text names the members, the question does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answer import comparison, numbers
from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.refusal import judge
from app.answer.rows import tables
from app.answer.series import Member, series
from app.answer.sides import measured, without_computing, year_of
from app.model import Derivation, Kind, Question, Role, TermRole
from app.text.fold import fold

_ASKED = re.compile(
    "(?:哪|谁|什么)[^,。?？哪谁]{0,14}?(?:排(?:名)?第一|居首|最(?P<most>[多高大快长贵早狠猛])"
    "|最(?P<least>[少低小慢短便]))"
    "|(?:哪|谁)(?:一|个)*(?:年|项|类|种|家|个|区|县|市)?[^,。?？哪谁比]{0,6}?(?:更|比较)?(?:排第一|(?P<most3>[多高大快长贵]))"
    "(?:得?(?:多|一?些|一?点))?(?=$|[,。?？呢啊的 ])"
    "|(?:哪|谁)[^,。?？哪谁比]{0,16}?更(?:(?P<most4>[多高大快长贵])|(?P<least4>[少低小慢短]))"
    "|最(?P<most2>[多高大快长])的(?:是|为)?(?:哪|谁|什么)|最(?P<least2>[少低小慢短])的(?:是|为)?(?:哪|谁|什么)"
)
_FALLING = re.compile("降|跌|掉|减|缩水|下滑")
_FALLS = re.compile("下降|减少|降低|下跌|回落|下滑|减|降")
_OF_YEARS = re.compile("哪(?:一|个)?年|年份")
_WORDS = re.compile(
    "最?[多少高低大小快慢长短]?的?|最[多少高低大小快慢长短].{0,2}|排名?|第一|居首|哪.{0,2}|年份"
)
_FLOOR = 0.5
_THIN = frozenset({TermRole.PLACE, TermRole.WEAK, TermRole.NUMBER})
_MOST = 12  # members that are compared
_GROUPS = 3
_PLACE = re.compile(
    "哪(?:一)?个?(?P<kind>乡镇|镇街|街镇|区县|县区|县市区|区|县|市|镇|乡|街道|地区|城市|地方|村|社区)"
)
_PLACE_END = re.compile("[区县市镇乡旗州]$|街道$|社区$|村$")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What extreme is asked for: the highest, or the lowest."""

    highest: bool
    falling: bool
    by_year: bool
    places: bool


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The member with the highest or lowest figure of the first series found; at most one."""
    asked = _asked(question)
    if asked is None or question.operands:
        return []
    plain = _without_extremes(question)
    if all(term.role in _THIN for term in plain.terms):
        return []
    stated = _stated(question, plain, asked, evidence)
    if stated is not None:
        return [stated]
    if not asked.by_year:
        column = _of_table(plain, asked, evidence)
        if column is not None:
            return [column]
    found = _proved(plain, asked, evidence)
    for position, members in enumerate(series(found, by_year=asked.by_year)):
        if position == _GROUPS:
            break
        named = [one for one in members if not asked.places or _PLACE_END.search(one.label)]
        if 2 <= len(named) <= _MOST:
            return [_extreme(named, asked)]
    return []


def _proved(
    plain: Question, asked: _Asked, evidence: Evidence, rows: Sequence[Ranked] | None = None
) -> list[Candidate]:
    """The figures that answer the question for any of the members, of all or of `rows`."""
    near = evidence if rows is None else Evidence(tuple(rows), evidence.hits)
    return [
        one
        for one in numbers.candidates(plain, near)
        if one.coverage.score >= _FLOOR
        and judge(_of_its_year(plain, one, asked), one, evidence) is None
    ]


def _of_table(plain: Question, asked: _Asked, evidence: Evidence) -> Candidate | None:
    """The extreme of the column that the question is about, every row of the table being read."""
    for rows in tables(evidence):
        found = [
            one
            for start in range(0, len(rows), _AT_ONCE)
            for one in _proved(plain, asked, evidence, rows[start : start + _AT_ONCE])
            if one.figure is not None and one.figure.cell is not None
        ]
        found.sort(key=lambda one: -one.score)
        for members in series(found, by_year=False):
            named = [
                one
                for one in members
                if not _WHOLE_ROW.search(one.label)
                and (not asked.places or _PLACE_END.search(one.label))
            ]
            if len(named) > len(rows) / 2 and len(named) >= _FEWEST:
                return _extreme(named, asked)
            break
    return None


_AT_ONCE = 12  # rows that are read in one go
_FEWEST = 2
_WHOLE_ROW = re.compile("合计|总计|小计|共计|平均|^全[省市区县州镇乡体部]|^总[数量计额]")


def _of_its_year(plain: Question, one: Candidate, asked: _Asked) -> Question:
    """The question about one year, when years are compared."""
    year = year_of(one)
    if not asked.by_year or year is None or year not in plain.years:
        return plain
    return replace(plain, years=(year,))


_STATED = re.compile(
    "最(?:(?P<most>[多高大快长])|(?P<least>[少低小慢短]))的(?:[^,。;:是为]{0,6})?(?:是|为)(?P<name>[^,。;:]{2,20})"
)
_BEFORE = 6  # characters before 最高的是 that say of what
_STATED_FLOOR = 0.6
_STATED_TRIES = 6


def _stated(
    question: Question, plain: Question, asked: _Asked, evidence: Evidence
) -> Candidate | None:
    """涨幅最高的是…: the clause in which the text itself names the extreme."""
    if asked.by_year or asked.places:
        return None
    for ranked in evidence.ranked[:_STATED_TRIES]:
        found = _STATED.search(ranked.sentence.text)
        if found is None or (found.group("most") is not None) != asked.highest:
            continue
        before = ranked.sentence.text[max(0, found.start() - _BEFORE) : found.start()]
        if (_FALLING.search(before) is not None) != asked.falling:
            continue
        covered = cover(plain, ranked.view, zones(ranked.view, ranked.sentence))
        if covered.score < _STATED_FLOOR:
            continue
        name = ranked.sentence.original(found.start("name"), found.end("name"))
        one = Candidate(
            kind=Kind.COMPARISON,
            view=ranked.view,
            sentence=ranked.sentence,
            answer=ranked.view.quote(name),
            quotes=(ranked.sentence.span,),
            score=covered.score,
            group="computed",
            features={"coverage": covered.score},
            coverage=covered,
        )
        if judge(replace(plain, kind=Kind.COMPARISON), one, evidence) is None:
            return one
    return None


def _asked(question: Question) -> _Asked | None:
    found = _ASKED.search(question.full)
    if found is None:
        return None
    lowest = found.group("least") or found.group("least2") or found.group("least4")
    falling = _FALLING.search(question.full) is not None
    return _Asked(
        highest=not lowest,
        falling=falling,
        by_year=_OF_YEARS.search(question.full) is not None,
        places=_PLACE.search(question.full) is not None,
    )


def _without_extremes(question: Question) -> Question:
    """The question for any of the figures that are compared."""
    plain = without_computing(measured(question, question.full))
    kept = tuple(
        term
        for term in plain.terms
        if not _WORDS.fullmatch(term.text) and not _asked_sort(question.full, term.text)
    )
    years = question.years
    if len(years) == 2 and _RANGE.search(question.full):
        years = tuple(range(min(years), max(years) + 1))
    return replace(plain, terms=kept, bound=None, total=False, unit=_unit(question), years=years)


_RANGE = re.compile("[0-9]年?[底末]?(?:至|到|-|—|~)[0-9]")
_AFTER_WHICH = re.compile("哪(?:一)?(?:个|项|类|种|家|所|些)?$")


def _asked_sort(full: str, word: str) -> bool:
    """Whether a word only tells of what sort the members are: 哪个乡镇."""
    place = full.find(word)
    sort = _PLACE.search(full)
    if sort is not None and sort.start() < place < sort.end():
        return True  # 镇分 of 哪个乡镇分到
    return place > 0 and _AFTER_WHICH.search(full, max(0, place - 4), place) is not None


def _unit(question: Question) -> str:
    return "" if question.unit in {"个", "年", "倍", "大"} else question.unit


def _extreme(members: Sequence[Member], asked: _Asked) -> Candidate:
    sign = -1 if asked.highest != asked.falling else 1
    ordered = sorted(members, key=lambda one: _value(one.candidate) * sign)
    best = [one for one in ordered if _value(one.candidate) == _value(ordered[0].candidate)]
    operands = [one.candidate for one in ordered]
    mark = " > " if asked.highest else " < "
    expression = mark.join(comparison.written(one) for one in operands)
    ids: dict[tuple[str, int, int], int] = {}
    for one in operands:
        quote = one.quotes[0]
        ids.setdefault((one.view.id, quote.start, quote.end), len(ids) + 1)
    first, *rest = operands
    made = replace(
        first,
        kind=Kind.COMPARISON,
        answer="；".join(f"{one.label} {one.candidate.answer}" for one in best),
        coverage=min((one.coverage for one in operands), key=lambda covered: covered.score),
        derivation=Derivation(
            "maximum" if asked.highest else "minimum", expression, tuple(ids.values())
        ),
        others=tuple(rest),
    )
    weakest = min(one.score for one in operands)
    return with_features(made, {"weakest": weakest}, "computed")


def _value(candidate: Candidate) -> float:
    """The number of a figure; a fall counts below nothing."""
    figure = candidate.figure
    assert figure is not None
    value = float(figure.quantity.value)
    falls = figure.role is Role.CHANGE and _FALLS.search(
        fold(candidate.view.quote(figure.frame)).text
    )
    return -value if falls else value
