"""Rules of scope: a number or clause of another place, year, part or whole does not answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import Verdict, names
from app.answer.view import DocumentView
from app.lexicon.loader import words
from app.model import (
    Dimension,
    Kind,
    Quantity,
    Question,
    QuestionTerm,
    Reason,
    Role,
    Span,
    TermRole,
)
from app.text.fold import fold
from app.text.quantities import quantities
from app.text.units import compatible_units, find_unit

# A question of nothing but these asks for the whole: 全州有多少所学校.
_BARE = frozenset({TermRole.HEAD, TermRole.PLACE, TermRole.WEAK})


_HEAD, _FOOT = 600, 120  # characters
_PROVINCE = re.compile("(?:省|自治区)$")


_ANY_YEAR = re.compile("(?:19|20)[0-9]{2}年")


def unknown_place(question: Question, _: Candidate | None, evidence: Evidence) -> Verdict | None:
    """A place that none of the documents found names."""
    places = [term for term in question.terms if term.role is TermRole.PLACE and term.weight]
    views = {ranked.view.id: ranked.view for ranked in evidence.ranked}.values()
    absent = [t for t in places if not any(quality(t, f"{v.about} {v.text}") for v in views)]
    about = " ".join(view.about for view in views)
    if all(_holds_place(term, places, question.full, about) for term in absent):
        return None
    return Verdict(Reason.WRONG_SCOPE, names(absent))


def _holds_place(
    term: QuestionTerm, places: Sequence[QuestionTerm], asked: str, about: str
) -> bool:
    """某省某市: a text of a city need not name its province."""
    after = asked[asked.find(term.text) + len(term.text) :]
    return _PROVINCE.search(term.text) is not None and any(
        place is not term and (after.startswith(place.text) or quality(place, about))
        for place in places
    )


def other_place(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """A place that the document of the answer does not name anywhere."""
    view = candidate.view if candidate else (evidence.best.view if evidence.best else None)
    if view is None:
        return None
    places = [term for term in question.terms if term.role is TermRole.PLACE and term.weight]
    absent = [term for term in places if not _names_place(term, view, candidate, evidence)]
    if all(_holds_place(term, places, question.full, view.about) for term in absent):
        return None
    return Verdict(Reason.WRONG_SCOPE, names(absent), elsewhere=True)


def _ends(view: DocumentView) -> str:
    """The address at the head of a text and the signature at its foot, which name its place."""
    return f"{view.text[:_HEAD]} {view.text[-_FOOT:]}"


def _names_place(
    term: QuestionTerm, view: DocumentView, candidate: Candidate | None, evidence: Evidence
) -> bool:
    """Whether a document is about a place, or the sentence names it.

    A mention somewhere in the text is enough only when no document found is about the place.
    """
    if quality(term, view.about) or quality(term, _ends(view)):
        return True
    if candidate is not None and quality(term, candidate.sentence.text):
        return True
    if any(quality(term, ranked.view.about) for ranked in evidence.ranked):
        return False
    if candidate is not None and candidate.figure is not None and _DISTRICT.search(term.text):
        return any(quality(term, heading) for heading in candidate.sentence.headings)
    return quality(term, view.text) > 0


_DISTRICT = re.compile("[县区镇乡]$")  # has numbers of its own beside those of the whole


def other_year(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """A year that neither the figure nor its document speaks of."""
    view = candidate.view if candidate else (evidence.best.view if evidence.best else None)
    if view is None or not question.years:
        return None
    figure = candidate.figure if candidate else None
    document = view.stored.document
    if document.issued_on is None and not _ANY_YEAR.search(view.text):
        return _unheard_year(question, evidence)
    absent = []
    for year in question.years:
        if year in (view.year, figure.year if figure is not None else None):
            continue
        dated = document.issued_on is not None and document.issued_on.year == year
        before = candidate is not None and candidate.derivation is not None  # reckoned backwards
        if before and year + 1 in (view.year, document.issued_on and document.issued_on.year):
            continue
        if not _speaks_of(year, view) and not dated and not this_year_of(question, view):
            absent.append(f"{year}年")
    return Verdict(Reason.WRONG_SCOPE, tuple(absent), elsewhere=True) if absent else None


def out_of_scope(question: Question, candidate: Candidate, evidence: Evidence) -> bool:
    """Whether what a value is reckoned from is of another place or year than asked."""
    rules = (unknown_place, other_place, other_year)
    return any(rule(question, candidate, evidence) for rule in rules)


_THIS_YEAR = re.compile("今年|本年(?!度?报)")


def this_year_of(question: Question, view: DocumentView) -> int | None:
    """The year that 今年 is in a text which says so itself and is the latest one we have.

    None when the question names a year by its number or asks for the year before or after.
    """
    if _THIS_YEAR.search(question.full) is None or _ANY_YEAR.search(question.full):
        return None
    if "去年" in question.full or _THIS_YEAR.search(view.text) is None:
        return None
    document = view.stored.document
    return document.issued_on.year if document.issued_on is not None else view.year


def _unheard_year(question: Question, evidence: Evidence) -> Verdict | None:
    """A text without any date does not prove a year that no document found speaks of."""
    views = list({ranked.view.id: ranked.view for ranked in evidence.ranked}.values())
    absent = [
        year
        for year in question.years
        if not any(_speaks_of(year, view) or _issued_in(year, view) for view in views)
    ]
    missing = tuple(f"{year}年" for year in absent)
    return Verdict(Reason.WRONG_SCOPE, missing, elsewhere=True) if missing else None


def _issued_in(year: int, view: DocumentView) -> bool:
    issued = view.stored.document.issued_on
    return issued is not None and issued.year == year


def _speaks_of(year: int, view: DocumentView) -> bool:
    """Whether a text holds a year as a number of its own, not inside a telephone number."""
    text, wanted = view.text, str(year)
    start = text.find(wanted)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(wanted) :][:1]
        if not before.isdigit() and not after.isdigit():
            return True
        start = text.find(wanted, start + 1)
    return False


def part_for_whole(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """The number of a part where the whole is asked for."""
    if candidate is None or candidate.figure is None or candidate.kind is not Kind.COUNT:
        return None
    bare = all(term.role in _BARE for term in question.terms) and not question.roles
    if any(term.role is TermRole.ACTION for term in question.terms):
        return None
    if not question.total and (not bare or question.context):
        return None
    for term, value in zip(question.terms, candidate.coverage.values, strict=True):
        if term.role is TermRole.HEAD and value < _BESIDE_NUMBER:
            return Verdict(Reason.WRONG_SCOPE, (term.text,), elsewhere=True)
    figure = candidate.figure
    if figure.role is Role.PART and question.total:
        return Verdict(Reason.WRONG_SCOPE, names(question.terms), elsewhere=True)
    if _acts().search(_uncovered(question, candidate)):
        return Verdict(Reason.WRONG_SCOPE, names(question.terms), elsewhere=True)
    return None


_BESIDE_NUMBER = 0.85  # the thing counted stands in the clause of the number itself
_MORE_ACTS = (
    *(
        "聘请",
        "招聘",
        "招募",
        "选派",
        "引进",
        "培养",
        "评选",
        "表彰",
        "参加",
        "交流",
        "轮岗",
        "清理",
    ),
    *("规范", "培训", "派驻", "抽调", "资助", "救助", "奖励", "查处", "关停", "新增", "改造"),
)


@cache
def _acts() -> re.Pattern[str]:
    """Words of action: 规范45所学校 is not the number of schools."""
    return re.compile(
        "|".join(sorted((*words("measure_cues.txt"), *_MORE_ACTS), key=len, reverse=True))
    )


_NEUTRAL = re.compile(
    "[^,]*[、][^,]*等$|全(?:州|市|省|县|区|国|校|镇|乡|社会)|其中|累计|总数|总量|总计|一共|总共|合计|共计|共有|现有|拥有|已有|达到?|目前|截至|年末|年底|建成|办好|建立|建设|组建|设立|开展|实施|完成|实现|为|有|共|总|的|了|约|近|超过?|已|各类|各级|新(?![增建招聘开设购添])|年"
)


_DONE_TO = re.compile(
    "(新建|改扩建|扩建|改建|迁建|翻建|续建|新增|改造|关停|取缔|查处|评选|抽查|检查|支持|资助|帮扶|确定)(?=[^、,]{3,20}、[^,]*等$)"
)


def _uncovered(question: Question, candidate: Candidate) -> str:
    """The words left of and right of the number that the question does not mention."""
    assert candidate.figure is not None
    frame = fold(candidate.view.quote(candidate.figure.frame)).text
    head = fold(candidate.view.quote(candidate.figure.head)).text
    clause, number = candidate.figure.clause, candidate.figure.quantity.span
    left = fold(candidate.view.quote(Span(clause.start, number.start))).text
    named = _DONE_TO.search(left)  # 新建甲医院、乙医院等6所: the verb stands before the names
    rest = (
        (named.group(1) if named else "") + _NEUTRAL.sub(" ", frame) + " " + _NEUTRAL.sub(" ", head)
    )
    for term in question.terms:
        for form, _ in term.forms:
            rest = rest.replace(form, " ")
    return re.sub("[^一-鿿]", "", rest)


_PER = re.compile("每[^,。;]|人均|户均")


def rate_for_total(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """每人1200元 is not what was spent altogether."""
    if candidate is None or candidate.figure is None or not question.total:
        return None
    said = _PER.search(fold(candidate.view.quote(candidate.figure.clause)).text)
    if said is None or _PER.search(question.full):
        return None
    return Verdict(Reason.WRONG_SCOPE, ("总数",), elsewhere=True)


_RATE_ASKED = re.compile(
    "(?<![0-9第])(?:每一?|平均一|一)([个家所座间套台件次张处人户名])[^,。?每]{0,6}?多少"
)


def total_for_rate(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """800万元 for 20 centres is not what one of them costs."""
    asked = _RATE_ASKED.search(question.full)
    if asked is None or candidate is None or candidate.figure is None:
        return None
    clause = fold(candidate.view.quote(candidate.figure.clause)).text
    if _PER.search(clause) or re.search(f"(?:一|单){asked.group(1)}", clause):
        return None
    several = re.search(f"(?:[2-9]|[0-9]{{2,}}|[二两三四五六七八九十])余?{asked.group(1)}", clause)
    if several is None or candidate.figure.quantity.unit == asked.group(1):
        return None
    return Verdict(Reason.WRONG_SCOPE, (f"每{asked.group(1)}",), elsewhere=True)


# Classifiers that stand for many sorts of things, money and shares among them.
_WHICH = re.compile("哪[一1]?(?![一1])[^多少几,。?]{1,2}")
_LOOSE_UNITS = frozenset("个分点成毛角块号项条种次倍大档级")


def other_unit(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """多少吨: a number of money, persons or percent is none of tons."""
    if candidate is None or not question.unit or question.unit in _LOOSE_UNITS:
        return None
    if question.kind is Kind.COMPARISON and _WHICH.search(question.full):
        return None  # 哪一类 asks for one of two sorts, not for a number of sorts
    unit = find_unit(question.unit)
    if unit is None or unit.dimension not in {Dimension.MEASURE, Dimension.COUNT}:
        return None
    if candidate.figure is not None:
        stated = [candidate.figure.quantity]
    elif candidate.derivation is not None:
        stated = quantities(fold(candidate.answer).text)
    else:
        return None
    if not stated or any(_may_be(question.unit, unit.dimension, one) for one in stated):
        return None
    return Verdict(Reason.WRONG_SCOPE, (question.unit,), elsewhere=True)


def _may_be(asked: str, dimension: Dimension, stated: Quantity) -> bool:
    counted = {Dimension.MEASURE, Dimension.COUNT}
    if stated.dimension not in counted:
        return False
    if not stated.unit or dimension is Dimension.COUNT is stated.dimension:
        return True  # which classifiers go together was looked at when the numbers were chosen
    return compatible_units(asked, stated.unit)
