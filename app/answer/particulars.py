"""Rules of particulars: a name, a roll of names or a unit is asked for and the answer has none."""

from __future__ import annotations

import re
from functools import cache

from app.answer.agents import is_person, named_people
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.verdict import NUMERIC, Verdict
from app.lexicon.loader import words
from app.model import Dimension, Kind, Question, Reason
from app.text.fold import fold
from app.text.quantities import quantities
from app.text.spoken import with_digits
from app.text.units import find_unit

_LISTS = frozenset({Kind.LIST, Kind.MEASURES, Kind.REFORMS})
_IN_CHARGE = ("一把手", "法定代表人", "法人代表", "联系人", "主要负责人", "负责人", "发言人")


@cache
def _office() -> re.Pattern[str]:
    """局长是谁, 一把手叫什么, 谁是局长: the person who holds an office."""
    found = sorted((*words("person_titles.txt"), *_IN_CHARGE), key=lambda word: (-len(word), word))
    title = "|".join(map(re.escape, found))
    asks = (
        "(?:现在|目前|到底|究竟|的)?"
        "(?:是谁|叫谁|叫什么|叫啥|(?:是)?(?:哪(?:一)?位|何人)|(?:的)?(?:姓名|名字))"
    )
    return re.compile(
        f"(?P<behind>{title}){asks}|谁(?:是|当|任|担任)[^,。?]{{0,12}}?(?P<ahead>{title})(?:$|[?,。啊呢呀])"
    )


def person_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """局长是谁 wants the name of a person; an office, a body or another office's holder is none."""
    asked = _office().search(question.full)
    if asked is None or candidate is None:
        return None
    title = asked["behind"] or asked["ahead"]
    for one in (candidate, *candidate.others):
        held = [office for office, _name in _people(one)]
        if title in held or (held and title in _IN_CHARGE):
            return None
        if not held and is_person(one.answer):
            return None  # the office stands in the line before or in the head of the column
    return Verdict(Reason.NOT_COVERED, (f"{title}姓名",))


def _people(candidate: Candidate) -> list[tuple[str, str]]:
    sentence = candidate.view.quote(candidate.sentence.span)
    return [pair for pair in named_people(sentence) if pair[1] in candidate.answer]


def fewer_than_asked(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """哪12个 wants as many names; a text that gives the number and some of them does not answer."""
    asked = question.announced
    if candidate is None or asked is None or question.ordinal is not None or asked < 2:
        return None
    if candidate.kind not in _LISTS or 2 * len(candidate.quotes) > asked:
        return None
    marks = fold(candidate.answer).text.count("、")
    if marks + len(candidate.quotes) >= asked:
        return None
    return Verdict(Reason.NOT_COVERED, (f"{asked}项的名单",))


_ROLL = re.compile("名单|花名册|名录|清单全文|完整清单")
_NAMES = re.compile("[^、,。;]{2,30}(?:、[^、,。;]{2,30}){2,}")


def roll_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """…名单: a clause that names nobody one after another is no roll."""
    asked = _ROLL.search(question.full)
    if asked is None or candidate is None or candidate.kind is not Kind.CLAUSE:
        return None
    said = fold(candidate.answer).text
    if len(candidate.quotes) > 2 or asked.group() in said or _NAMES.search(said):
        return None
    return Verdict(Reason.NOT_COVERED, (asked.group(),))


# What a name asked for by 哪家 ends with, and words before it that make no name.
_WHICH = re.compile(
    "(?:哪一?家(?:第三方)?|哪个第三方)(公司|企业|银行|机构|医院|学校|集团|媒体|酒店)"
)
_ENDINGS = {
    "公司": "公司|集团|厂|企业",
    "企业": "公司|集团|厂|企业",
    "集团": "集团|公司",
    "银行": "银行|[工农中建交商]行|信用社|支行|分行|信用联社",
    "机构": "机构|中心|公司|事务所|研究院|集团|协会|学会",
    "媒体": "报社|电视台|媒体|台|报|中心|网",
    "酒店": "酒店|宾馆|饭店",
    "医院": "医院|卫生院|中心|院",
    "学校": "学校|小学|中学|大学|学院|幼儿园|一中|二中|三中",
}
_SORT_OF = re.compile(
    "(?:第三方|专业|合作|商业|保险|有关|相关|社会|中介|服务|评估|咨询|代理|检测)+$"
)
_LEADS = re.compile(
    "(?:^|委托|由|选择|选定|聘请|引入|引进|通过|指定|经|向|与|和|交|给|为|是|在|到|及|的|等|各|该|一家)$"
)


def which_one_unnamed(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """哪家公司 wants a company's name: 第三方机构 is none, and a bureau is no company."""
    asked = _WHICH.search(question.full)
    if asked is None or candidate is None or candidate.kind not in _NAMING:
        return None
    if candidate.kind is Kind.COMPARISON or candidate.derivation is not None:
        return None
    noun = asked.group(1)
    for name in re.finditer(_ENDINGS[noun], candidate.answer):
        ahead = re.split("[,，。;；、:：（(]", candidate.answer[: name.start()])[-1]
        if _LEADS.search(_SORT_OF.sub("", ahead)) is None:
            return None
    return Verdict(Reason.NOT_COVERED, (f"{noun}名称",))


_WHICH_ONES = re.compile(
    "哪(?:些|几[家所个]|[0-9一二三四五六七八九十两]+[家所个])"
    "(公司|企业|银行|机构|医院|学校|集团|媒体|酒店)(?=$|[?,。]|(?:都|分别|各)?(?:是|叫|名)|[评入获中])"
)


_SO_MANY = "[0-9一二三四五六七八九十两多几余]+[家所个][^,，。;；、]{0,6}?"


def several_unnamed(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """评上的是哪些公司 wants names: a list in which no item ends like one does not answer."""
    asked = _WHICH_ONES.search(question.full) or _ARE_WHICH.search(question.full)
    if asked is None or candidate is None or candidate.kind not in _LISTS:
        return None
    noun = asked.group(1)
    named = re.sub(f"{_SO_MANY}(?:{_ENDINGS[noun]})", "", candidate.answer)
    if re.search(_ENDINGS[noun], named):
        return None
    return Verdict(Reason.NOT_COVERED, (f"{noun}名称",))


_ARE_WHICH = re.compile(
    "[0-9一二三四五六七八九十两多]+[家所](公司|企业|银行|机构|医院|学校|集团|媒体|酒店)"
    "(?:分别|各|都)?(?:是|叫|指|有)(?:哪|什么)"
)


_WHO = re.compile("(?<!由)(?:是谁|是哪一?位|是何人)(?=$|[?,。啊呢呀])")
_BODY_WHO = re.compile("(?:单位|部门|机构|主体|机关|[方局委办厅人者户]|对象)(?:到底|究竟)?$")


def somebody_missing(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """是谁 after an office, however it is written: a body is no person."""
    asked = _WHO.search(question.full)
    if asked is None or candidate is None or candidate.kind is not Kind.PERSON:
        return None
    if _BODY_WHO.search(question.full[: asked.start()]) or is_person(candidate.answer):
        return None
    if any(_people(one) for one in (candidate, *candidate.others)):
        return None
    return Verdict(Reason.NOT_COVERED, ("姓名",))


_NAMING = frozenset({Kind.PERSON, Kind.CLAUSE})  # for bodies: refusal.body_missing
_LAST_UNIT = re.compile("(?:^|[ ,])(亿元|万元|元|万人次|万人|人次|万吨|吨|公里|万亩|亩|平方米)$")


def unit_missing(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """增加值 亿元: keywords that end with a unit want a number in it; a rate of growth has none."""
    asked = _LAST_UNIT.search(question.full.rstrip(" ?"))
    if asked is None or candidate is None or candidate.kind is not Kind.CLAUSE:
        return None
    unit = find_unit(asked.group(1))
    wanted = unit.dimension if unit is not None else None
    stated = {one.dimension for one in quantities(fold(candidate.answer).text)}
    if wanted is None or wanted in stated or Dimension.COUNT in stated:
        return None
    return Verdict(Reason.NOT_COVERED, (asked.group(1),))


_SPOKEN_UNITS = {"块": "元", "块钱": "元"}
_RECKONED = re.compile("倒推|推算|反推|折算|估算|反算|倒算|换算|比.{0,12}[多少高低]|相差|占")


def given_number(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """票房过5000万元的奖多少: a number that the question itself names is the case, no answer."""
    if candidate is None or candidate.figure is None or candidate.kind not in NUMERIC:
        return None
    if _RECKONED.search(question.full):
        return None
    own = candidate.figure.quantity
    for given in quantities(with_digits(question.full)):
        alike = given.dimension is own.dimension or (
            not given.unit and given.dimension is Dimension.COUNT
        )
        if (
            given.value == own.value
            and alike
            and _SPOKEN_UNITS.get(given.unit, given.unit) in {"", own.unit}
        ):
            return Verdict(Reason.NOT_COVERED, (), elsewhere=True)
    return None
