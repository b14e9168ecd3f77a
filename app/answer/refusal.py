"""When a question is refused, and why: the one place that says no.

The rules are tried from top to bottom. Each looks at the question, the best candidate and the
evidence, and gives a reason with the words that are not covered, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.view import DocumentView
from app.lexicon.loader import words
from app.model import Citation, Kind, Modality, Question, QuestionTerm, Reason, Role, Span, TermRole
from app.text.fold import fold


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a question is refused.

    `proof` are spans that correct a false premise. `elsewhere` tells that another document may
    still answer, since this one is of another place or year.
    """

    reason: Reason
    missing: tuple[str, ...]
    proof: tuple[Span, ...] = ()
    elsewhere: bool = False


Rule = Callable[[Question, Candidate | None, Evidence], Verdict | None]

# Coverage that a candidate needs, by kind: a number must be right, a clause shows its context.
_FLOOR: dict[Kind, float] = {
    Kind.AMOUNT: 0.5,
    Kind.COUNT: 0.5,
    Kind.RATIO: 0.5,
    Kind.DERIVED: 0.55,
    Kind.COMPARISON: 0.55,
    Kind.LIST: 0.5,
    Kind.MEASURES: 0.5,
    Kind.REFORMS: 0.5,
    Kind.YES_NO: 0.5,
    Kind.PURPOSE: 0.55,
}
_DEFAULT_FLOOR = 0.48
_HEAD_FLOOR = 0.52  # above what the sentence before is worth
_OFF_TOPIC = 0.15
_STRICT_FLOOR = 0.4  # half of a compound noun is another noun
_STRICT = frozenset({TermRole.HEAD, TermRole.NUMBER, TermRole.QUOTED})
# A question of nothing but these asks for the whole: 全州有多少所学校.
_BARE = frozenset({TermRole.HEAD, TermRole.PLACE, TermRole.WEAK})
_NUMERIC = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.RATIO})

_PROVINCE = re.compile("(?:省|自治区)$")
_ANY_YEAR = re.compile("(?:19|20)[0-9]{2}年")
_MEMBERS = re.compile("(?:[^,，。;；、]{2,20}、)+[^,，。;；、]{2,20}?$")
_FROM_TO = re.compile(
    r"(?:由|从)(\d[\d.]*万?亿?)[^,。?]{0,4}?(?:压减|减少|缩|降|增加|增|扩|变|升|涨|砍|合并|调整|提高|下降)[^,。?\d]{0,3}(\d[\d.]*)"
)


def judge(question: Question, candidate: Candidate | None, evidence: Evidence) -> Verdict | None:
    """The verdict of the first rule that refuses, or None when the candidate may be given."""
    for rule in RULES:
        verdict = rule(question, candidate, evidence)
        if verdict is not None:
            return verdict
    return None


def _names(terms: Sequence[QuestionTerm]) -> tuple[str, ...]:
    return tuple(term.text for term in terms if term.role is not TermRole.WEAK)


@cache
def _off_topic() -> re.Pattern[str]:
    return re.compile("|".join(words("off_topic.txt")))


def small_talk(question: Question, _: Candidate | None, __: Evidence) -> Verdict | None:
    """Greetings and orders to the system are not questions about the corpus."""
    if _off_topic().search(question.full):
        return Verdict(Reason.OFF_TOPIC, ())
    return None


def nothing_asked(question: Question, _: Candidate | None, __: Evidence) -> Verdict | None:
    """A question without a word that means something."""
    if not question.terms:
        return Verdict(Reason.UNCLEAR, ())
    return None


def other_place(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """A place that the document of the answer does not name anywhere."""
    view = candidate.view if candidate else (evidence.best.view if evidence.best else None)
    if view is None:
        return None
    places = [term for term in question.terms if term.role is TermRole.PLACE and term.weight]
    absent = [term for term in places if not _names_place(term, view, candidate, evidence)]
    # 某省某市: a text of the city need not name its province.
    if len(absent) < len(places) and all(_PROVINCE.search(term.text) for term in absent):
        return None
    return Verdict(Reason.WRONG_SCOPE, _names(absent), elsewhere=True) if absent else None


def _names_place(
    term: QuestionTerm, view: DocumentView, candidate: Candidate | None, evidence: Evidence
) -> bool:
    """Whether a document is about a place, or the sentence names it.

    A mention somewhere in the text is enough only when no document found is about the place.
    """
    if quality(term, view.about):
        return True
    if candidate is not None and quality(term, candidate.sentence.text):
        return True
    if any(quality(term, ranked.view.about) for ranked in evidence.ranked):
        return False
    return quality(term, view.text) > 0


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
        return None
    absent = []
    for year in question.years:
        if figure is not None and figure.year == year:
            continue
        dated = document.issued_on is not None and document.issued_on.year == year
        if f"{year}" not in view.text and not dated:
            absent.append(f"{year}年")
    return Verdict(Reason.WRONG_SCOPE, tuple(absent), elsewhere=True) if absent else None


def changed_premise(question: Question, _: Candidate | None, evidence: Evidence) -> Verdict | None:
    """从11个缩成5个: a change between two numbers that the text does not report."""
    asked = _FROM_TO.search(question.full)
    if asked is None:
        return None
    numbers = asked.groups()
    for ranked in evidence.ranked:
        changed = [f for f in ranked.sentence.figures if f.role in {Role.FROM, Role.TO}]
        texts = [fold(ranked.view.quote(figure.quantity.span)).text for figure in changed]
        if all(any(text.startswith(number) for text in texts) for number in numbers):
            return None
    proof = tuple(
        figure.clause
        for ranked in evidence.ranked[:8]
        for figure in ranked.sentence.figures
        if any(fold(ranked.view.quote(figure.quantity.span)).text.startswith(n) for n in numbers)
    )
    return Verdict(Reason.CONTRADICTED, (asked.group(),), proof[:2])


def nothing_found(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """No candidate of the kind asked for."""
    if candidate is not None:
        return None
    best = evidence.best
    if best is None or best.coverage.score < _OFF_TOPIC:
        names = _names(best.coverage.missing) if best else _names(question.terms)
        return Verdict(Reason.NOT_COVERED, names)
    return Verdict(Reason.NOT_COVERED, _names(best.coverage.missing))


def head_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """The thing that is counted does not stand with the number."""
    if candidate is None or candidate.kind not in _NUMERIC:
        return None
    for term, value in zip(question.terms, candidate.coverage.values, strict=True):
        if term.role in _STRICT and value < _HEAD_FLOOR and term.weight:
            return Verdict(Reason.NOT_COVERED, (term.text,))
    absent = [
        term
        for term, value in zip(question.terms, candidate.coverage.values, strict=True)
        if term.strict and term.weight and value < _STRICT_FLOOR
    ]
    return Verdict(Reason.NOT_COVERED, _names(absent)) if absent else None


_CONTACT = re.compile("电话|热线|号码|传真|邮编|邮箱|网址|联系方式")
_REACHED = re.compile(r"\d(?:[- ]?\d){3,}|@|www\.|https?:")


def contact_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A telephone number is asked for, and the clause holds none."""
    asked = _CONTACT.search(question.full)
    if asked is None or candidate is None or candidate.kind is not Kind.CLAUSE:
        return None
    return (
        None if _REACHED.search(candidate.answer) else Verdict(Reason.NOT_COVERED, (asked.group(),))
    )


_CLASS = re.compile("(?:县市|市县|省|市|县|区|州|镇|乡|村|地区|城市|地方|岗位|学校|医院)$")


def class_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """哪些县市 wants names of that class; a sentence without any does not answer."""
    if candidate is None or candidate.kind not in {Kind.LIST, Kind.CLAUSE}:
        return None
    heads = [t for t in question.terms if t.role is TermRole.HEAD and _CLASS.search(t.text)]
    quotes = " ".join(fold(candidate.view.quote(quote)).text for quote in candidate.quotes)
    absent = [t for t in heads if not quality(t, quotes) and t.text[-1] not in candidate.answer]
    return Verdict(Reason.NOT_COVERED, _names(absent)) if absent else None


def part_for_whole(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """The number of a part where the whole is asked for."""
    if candidate is None or candidate.figure is None or candidate.kind is not Kind.COUNT:
        return None
    bare = all(term.role in _BARE for term in question.terms) and not question.roles
    if any(term.role is TermRole.ACTION for term in question.terms):
        return None
    if not question.total and (not bare or question.context):
        return None
    figure = candidate.figure
    if figure.role is Role.PART and question.total:
        return Verdict(Reason.WRONG_SCOPE, _names(question.terms), elsewhere=True)
    if _acts().search(_uncovered(question, candidate)):
        return Verdict(Reason.WRONG_SCOPE, _names(question.terms), elsewhere=True)
    return None


@cache
def _acts() -> re.Pattern[str]:
    """Words of action: 规范45所学校 is not the number of schools."""
    return re.compile("|".join(sorted(words("measure_cues.txt"), key=len, reverse=True)))


_NEUTRAL = re.compile(
    "[^,]*[、][^,]*等$|全(?:州|市|省|县|区|国|校|镇|乡|社会)|其中|累计|总数|总量|总计|一共|总共|合计|共计|共有|现有|拥有|已有|达到?|目前|截至|年末|年底|建成|办好|建立|建设|组建|设立|开展|实施|完成|实现|为|有|共|总|的|了|约|近|超过?|已|各类|各级|新|年"
)


def _uncovered(question: Question, candidate: Candidate) -> str:
    """The words left of and right of the number that the question does not mention."""
    assert candidate.figure is not None
    frame = fold(candidate.view.quote(candidate.figure.frame)).text
    head = fold(candidate.view.quote(candidate.figure.head)).text
    rest = _NEUTRAL.sub(" ", frame) + " " + _NEUTRAL.sub(" ", head)
    for term in question.terms:
        for form, _ in term.forms:
            rest = rest.replace(form, " ")
    return re.sub("[^一-鿿]", "", rest)


def one_of_several(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A number that covers several named things together, asked for one of them."""
    if candidate is None or candidate.figure is None or candidate.kind not in _NUMERIC:
        return None
    figure = candidate.figure
    shared = _shared_by(question, candidate)
    if shared:
        return Verdict(Reason.WRONG_SCOPE, shared)
    frame = fold(candidate.view.quote(figure.frame)).text
    found = _MEMBERS.search(frame)
    if found is None or frame.rstrip().endswith("等"):
        return None
    members = found.group().split("、")
    named = [member for member in members if _names_member(question, member)]
    if 0 < len(named) < len(members):
        return Verdict(Reason.WRONG_SCOPE, tuple(m for m in members if m not in named))
    return None


_TOGETHER = re.compile("([^,;。]{2,60}?)等(?:共)?[0-9一二两三四五六七八九十]+(?:余|多)?.")


def _shared_by(question: Question, candidate: Candidate) -> tuple[str, ...]:
    """甲、乙等5所学校共投入…: asked for 甲 alone. The members that share the number, or nothing."""
    found = _TOGETHER.search(candidate.sentence.text)
    if found is None or candidate.figure is None or not candidate.figure.aggregate:
        return ()
    text = candidate.sentence.text
    outside = text[: found.start()] + text[found.end(1) :]
    own = [
        term
        for term in question.terms
        if term.strict or (term.role is TermRole.PLACE and not quality(term, candidate.view.about))
    ]
    named = [t for t in own if quality(t, found.group(1)) >= 0.85 and not quality(t, outside)]
    whole = found.group().removeprefix(found.group(1))[1:]  # 5所
    asked = "等" in question.full or whole in question.full
    return (found.group(1),) if named and not asked else ()


def _names_member(question: Question, member: str) -> bool:
    own = [t for t in question.terms if t.role not in {TermRole.WEAK, TermRole.PLACE}]
    return any(len(term.text) >= 2 and quality(term, member) >= 0.9 for term in own)


def too_little(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """The question is covered too little, or by general words only."""
    if candidate is None:
        return None
    covered = candidate.coverage
    floor = _FLOOR.get(candidate.kind, _DEFAULT_FLOOR)
    if covered.score >= floor:
        return None
    best = evidence.best
    if best is None or best.coverage.score < _OFF_TOPIC:
        return Verdict(Reason.OFF_TOPIC, _names(covered.missing))
    return Verdict(Reason.NOT_COVERED, _names(covered.missing))


_PER = re.compile("每[^,。;]|人均|户均")


def rate_for_total(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """每人1200元 is not what was spent altogether."""
    if candidate is None or candidate.figure is None or not question.total:
        return None
    said = _PER.search(fold(candidate.view.quote(candidate.figure.clause)).text)
    if said is None or _PER.search(question.full):
        return None
    return Verdict(Reason.WRONG_SCOPE, ("总数",), elsewhere=True)


_ACTUAL = re.compile("实际|已经|已|目前|现在|完成了|达到了|实有")


def target_for_actual(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """A number that is only aimed at, where the one that has come about is asked for."""
    if candidate is None or candidate.figure is None or not _ACTUAL.search(question.full):
        return None
    wished = candidate.figure.modality is Modality.TARGET
    return Verdict(Reason.WRONG_SCOPE, ("实际数",)) if wished else None


def no_reason_given(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """为什么取消…: what the question takes for granted stands nowhere in the sentence."""
    if candidate is None or candidate.kind is not Kind.PURPOSE:
        return None
    absent = [
        term
        for term in question.terms
        if term.role is TermRole.ACTION and not quality(term, candidate.sentence.text)
    ]
    if absent and candidate.coverage.score >= _FLOOR[Kind.PURPOSE]:
        return Verdict(Reason.CONTRADICTED, _names(absent), candidate.quotes[:1])
    return None


RULES: tuple[Rule, ...] = (
    small_talk,
    nothing_asked,
    changed_premise,
    other_place,
    other_year,
    nothing_found,
    head_missing,
    class_missing,
    contact_missing,
    one_of_several,
    part_for_whole,
    rate_for_total,
    target_for_actual,
    no_reason_given,
    too_little,
)

__all__ = ["RULES", "Citation", "Verdict", "judge"]
