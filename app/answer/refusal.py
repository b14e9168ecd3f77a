"""When a question is refused, and why: the one place that says no.

The rules are tried from top to bottom. Each looks at the question, the best candidate and the
evidence, and gives a reason with the words that are not covered, or None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from app.answer import (
    counterparts,
    groups,
    particulars,
    premise,
    scope,
    scope_aims,
    scope_members,
    scope_names,
    unnamed,
)
from app.answer.candidate import Candidate
from app.answer.confidence import sort_of, sure_enough
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import NUMERIC, Rule, Verdict, names
from app.lexicon.loader import words
from app.model import Kind, Question, Reason, TermRole
from app.text.dates import dates
from app.text.fold import fold

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
_STRICT_FLOOR = 0.46  # above half a compound noun, and above a mention after the number
_STRICT = frozenset({TermRole.HEAD, TermRole.NUMBER, TermRole.QUOTED})


def judge(question: Question, candidate: Candidate | None, evidence: Evidence) -> Verdict | None:
    """The verdict of the first rule that refuses, or None when the candidate may be given."""
    return _first(RULES, question, candidate, evidence)


def judge_computed(question: Question, candidate: Candidate, evidence: Evidence) -> Verdict | None:
    """The same for a computed value or one of several documents."""
    return _first(COMPUTED_RULES, question, candidate, evidence)


def _first(
    rules: Sequence[Rule], question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    for rule in rules:
        verdict = rule(question, candidate, evidence)
        if verdict is not None:
            return replace(verdict, rule=rule.__name__)
    return None


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


def nothing_found(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """No candidate of the kind asked for."""
    if candidate is not None:
        return None
    best = evidence.best
    if best is None or best.coverage.score < _OFF_TOPIC:
        absent = best.coverage.missing if best else question.terms
        return Verdict(Reason.NOT_COVERED, names(absent))
    return Verdict(Reason.NOT_COVERED, names(best.coverage.missing))


def head_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """The thing that is counted does not stand with the number."""
    if candidate is None or candidate.kind not in NUMERIC:
        return None
    valued = zip(question.terms, candidate.coverage.values, strict=True)
    absent = [
        (term, term.role in _STRICT and value < _HEAD_FLOOR)
        for term, value in valued
        if term.weight
        and (
            (term.role in _STRICT and value < _HEAD_FLOOR)
            or (term.strict and value < _STRICT_FLOOR)
        )
    ]
    if not absent:
        return None
    elsewhere = not any(needed for _, needed in absent)
    return Verdict(Reason.NOT_COVERED, names([term for term, _ in absent]), elsewhere=elsewhere)


_CONTACT = re.compile("电话|热线|号码|传真|邮编|邮箱|网址|联系方式")
_SITE = re.compile("(?<![邮网箱件站])地址")
_SITUATED = re.compile(
    "地址|位于|坐落|(?<![〕)])[0-9]号|街(?!道)|路(?=[0-9口与和])|[0-9]+[室厅座层楼]|@|http|www"
)
_REACHED = re.compile(r"\d(?:[- ]?\d){3,}|@|www\.|https?:")


def contact_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A telephone number is asked for, and the clause holds none."""
    asked = _CONTACT.search(question.full)
    if candidate is None or candidate.kind is not Kind.CLAUSE:
        return None
    site = _SITE.search(question.full)
    if site is not None and not _SITUATED.search(candidate.answer):
        return Verdict(Reason.NOT_COVERED, (site.group(),))
    if asked is None:
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
    return Verdict(Reason.NOT_COVERED, names(absent)) if absent else None


# 哪家公司 wants a company with a name; 部门 and 单位 fit any body.
_BODY_ASKED = re.compile(
    "(?:哪(?:一)?[家所个])[^,。?]{0,6}?(公司|企业|银行|医院|学校|大学|高校|机构|协会|律所|事务所|平台)(?!的|里)"
)
_UNNAMED = re.compile(
    "第三方|专业|合作|相关|有关|评审|评估|所在|承办|受托|中介|服务|各类|社会|医疗|金融"
)


def body_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """哪家公司 wants a name; an office or just 第三方机构 does not answer."""
    if candidate is None or candidate.kind is not Kind.ORGANISATION:
        return None
    asked = _BODY_ASKED.search(question.full)
    if asked is None:
        return None
    named = re.findall(
        f"([^,。;、和与或及由经托聘向在为是的]{{2,}}){asked.group(1)}", candidate.answer
    )
    if any(_UNNAMED.sub("", name) for name in named):
        return None
    alike = asked.group(1) in {"机构", "平台", "协会", "企业"} and "机构" not in candidate.answer
    return None if alike else Verdict(Reason.NOT_COVERED, (asked.group(1),))


_TEXT = frozenset(
    {
        Kind.CLAUSE,
        Kind.YES_NO,
        Kind.DEFINITION,
        Kind.PURPOSE,
        Kind.MECHANISM,
        Kind.DATE,
        Kind.PERSON,
    }
)
# Another sentence may hold the noun that the best one lacks.
_TOLD_ELSEWHERE = frozenset({Kind.PURPOSE, Kind.MECHANISM, Kind.DEFINITION, Kind.DATE})
_DECIDED = frozenset({Kind.YES_NO, Kind.DATE, Kind.PERSON})
_BESIDE_FLOOR = 0.35
_TEXT_SURE = 0.54  # coverage from which a clause may lack one of the nouns asked for


def noun_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A clause without the very thing that is asked about, and not much else of the question."""
    if candidate is None or candidate.kind not in _TEXT:
        return None
    # A word that no dictionary has is a name or a slip of cutting (拿旧, 搞助): too weak to refuse.
    absent = [
        t for t in candidate.coverage.missing if t.strict and not (t.unknown and not t.frequency)
    ]
    if not absent or candidate.coverage.score >= _TEXT_SURE:
        return None
    return Verdict(Reason.NOT_COVERED, names(absent), elsewhere=candidate.kind in _TOLD_ELSEWHERE)


# A clause that answers such a question must hold something of its sort.
_SORTS: tuple[tuple[Kind, re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        Kind.DATE,
        re.compile(""),
        re.compile("[年月日天周季期]|小时|即日|当日|之前|以后|[0-9]时|[0-9][:：][0-9]|[上下]午"),
        "时间",
    ),
    (Kind.PLACE, re.compile("地址"), re.compile("地址|位于|[路街]|号|楼|层|厅"), "地址"),
)


def sort_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """什么时候 wants a time; a clause without any does not answer."""
    if candidate is None:
        return None
    for kind, asked, needed, name in _SORTS:
        wanted = candidate.kind is kind and asked.search(question.full)
        if wanted and not needed.search(candidate.answer):
            return Verdict(Reason.NOT_COVERED, (name,))
    return None


def act_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """能不能养狗: nothing of what stands beside the question word is there."""
    if candidate is None or candidate.kind not in _DECIDED:
        return None
    valued = list(zip(question.terms, candidate.coverage.values, strict=True))
    for side in (question.right, question.left):
        beside = [
            (term, value)
            for term, value in valued
            if term.text in side
            and len(term.text) > 1
            and term.role not in {TermRole.WEAK, TermRole.PLACE}
        ]
        if beside:
            lost = all(value < _BESIDE_FLOOR for _, value in beside)
            return Verdict(Reason.NOT_COVERED, names([t for t, _ in beside])) if lost else None
    return None


def only_general_words(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """A number found by place and general words alone."""
    if candidate is None or candidate.kind not in NUMERIC:
        return None
    weighty = [
        value
        for term, value in zip(question.terms, candidate.coverage.values, strict=True)
        if term.role not in {TermRole.WEAK, TermRole.PLACE} and term.weight
    ]
    if weighty and max(weighty) < _BESIDE_FLOOR:
        return Verdict(Reason.NOT_COVERED, names(candidate.coverage.missing))
    return None


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
    return Verdict(Reason.NOT_COVERED, names(covered.missing))


def unsure(candidate: Candidate, seen: Mapping[str, float]) -> Verdict | None:
    """A chosen candidate whose signs are those of answers that were mostly wrong."""
    if candidate.kind is Kind.DEFINITION or sure_enough(sort_of(candidate), seen):
        return None  # what a word means is told by its form: 是指
    return Verdict(Reason.NOT_COVERED, names(candidate.coverage.missing), rule="unsure")


RULES: tuple[Rule, ...] = (
    small_talk,
    nothing_asked,
    premise.changed_premise,
    premise.no_reason_given,
    premise.turn_unsaid,
    premise.deed_unheard,
    premise.denied_otherwise,
    scope_names.unlicensed_place,
    scope.unknown_place,
    scope.other_place,
    scope_names.other_title,
    scope_names.other_number,
    scope.other_year,
    counterparts.other_plan,
    nothing_found,
    scope_members.one_of_several,
    scope_members.beside_shared,
    head_missing,
    class_missing,
    contact_missing,
    body_missing,
    particulars.person_missing,
    particulars.somebody_missing,
    particulars.several_unnamed,
    unnamed.names_unsaid,
    unnamed.set_only_named,
    unnamed.set_of_another_size,
    unnamed.place_of_another,
    particulars.fewer_than_asked,
    particulars.roll_missing,
    particulars.which_one_unnamed,
    particulars.unit_missing,
    particulars.given_number,
    counterparts.other_side,
    counterparts.joined_for_one,
    groups.other_group,
    scope.part_for_whole,
    scope.rate_for_total,
    scope.total_for_rate,
    scope_aims.target_for_actual,
    scope_aims.actual_for_target,
    scope_aims.after_for_before,
    scope.other_unit,
    scope_names.absent_noun,
    sort_missing,
    noun_missing,
    act_missing,
    only_general_words,
    too_little,
)


def other_year_stated(
    question: Question, candidate: Candidate | None, evidence: Evidence
) -> Verdict | None:
    """As `other_year`; but 今年花了2400 tells of a case, to which the rule in force applies."""
    derivation = candidate.derivation if candidate is not None else None
    ruled = derivation is not None and derivation.operation == "rule"
    if ruled and all(mention.relative for mention in dates(question.full)):
        return None
    return scope.other_year(question, candidate, evidence)


# A computed value was judged operand by operand; these look at the question as a whole.
COMPUTED_RULES: tuple[Rule, ...] = (
    scope_names.unlicensed_place,
    scope.unknown_place,
    scope_names.other_title,
    other_year_stated,
    scope.other_unit,
    particulars.person_missing,
)
