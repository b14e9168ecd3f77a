"""Rules of payment in a sentence: a share of a base, or so much for each unit, up to a cap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.answer.evidence import Ranked
from app.answer.view import DocumentView, SentenceView
from app.model import Bound, Dimension, Figure, Quantity
from app.text.fold import fold
from app.text.quantities import compatible_units
from app.text.units import find_unit

PERIODS: Mapping[str, Decimal] = {
    "月": Decimal(1),
    "年": Decimal(12),
    "季度": Decimal(3),
    "学期": Decimal(6),
}

# 按投资额的10%, 租金按50%, 比例提高至30%: what the share is of.
_SHARE_OF = re.compile("(?:按照?|给予|予以|不超过|不高于)(?:其|照)?([^,。;:]{2,24}?)的$")
_SHARE_AFTER = re.compile("([^,。;:]{2,20}?)(?:的,)?按照?$")
_NEW_RATE = re.compile(
    "(?:补助|补贴|奖励|奖补|资助|贴息|支持|报销|支付)?(?:比例|标准)(?:则|可)?(?:提高|上浮|增加|降|降低|调整)?(?:至|到|为|按)$"
)
_PAID = re.compile("补|奖|贴|资助|支付|报销|返还|支持|给予")
# 每人每月, 每个托位给予: what an amount is for.
_EACH = re.compile(
    "((?:每(?:一)?[^每,。;、:()]{1,8}?)+)"
    "(?:再|可|能|按|补贴|补助|奖励|奖补|给予|资助|缴纳|收取|支付|发放|领取|计收|收|交|的?标准|为|最高|不超过)*$"
)
_ONE = re.compile("每(?:一)?([^每]+)")
_VERBS = re.compile(
    "(?:再|可|能|按|补贴|补助|奖励|奖补|给予|资助|缴纳|收取|支付|发放|领取|计收|最高|不超过)+$"
)
_EARLIER_NUMBERS = re.compile("(?:[0-9.]+[万亿]?元[、和及,])+$")
_EXCEPTION = re.compile("^其中,?(?:对|属于)?")
_BODIES = re.compile("^(?:家|户|个|单)?(?:企业|单位|项目|机构|家|户|个|公司|主体|充电站|站)?$")
_FACTOR = re.compile("([^,。;:]{2,24}?)(?:的,?)?按照?$")
_FACTOR_PAID = re.compile("^(?:的标准|比例)?(?:缴纳|收取|计收|支付|减免|执行|收费)")
_STEP = re.compile("第[一二三四五六]年|首年|次年")
_TERM = re.compile("期限|最长|连续|不超过|为期")
_MONTHS = {"年": 12, "个月": 1}

_SPENT = re.compile(
    "(?:企业|项目|单位|其|当年|年度|上年度?|设备|软硬件|固定资产|总|的?实际|核定|审定|认定|核准|全部|合同|改造|购置)*"
    "(?:投资|投入|支出|费用|购置|采购|购买|成本|花费|建设|发生|改造|经费|金额|价款|总|额|款|部分|的)+"
)
_ENDS_SPENT = re.compile("(?:等(?:各项)?|实际发?生?的?)(?:支出|费用|投入|投资额?|成本|花费)$")
_SPENT_ON = re.compile("[花砸掏]|支出|费用|成本|投入")
_SPENDING = re.compile("投|花|买|购|支出|费|砸|掏|付|用了|成本|开销|造价")
_GENERIC = re.compile(
    '企业|项目|单位|实际|金额|总额|总|额|价值|部分|全部|发生|费用?|的|标准|较?上?一?年度?|[“”"]'
)
_HEADS = re.compile("(?:利息|保费|保险费|租金|学费|药费|运费|电费|水费|工资|薪酬|税款|贷款|货款)$")
_LEAST_BASE = 0.6  # characters of a base that the question must name

_PERSON_UNITS = frozenset({"人", "名", "位", "口", "孩", "户"})
_PERSONS = re.compile(
    "(?:孩子|小孩|娃|宝宝|幼儿|婴幼儿|学生|学员|老人|员工|职工|工人|人员|毕业生|博士|硕士|本科生"
    "|教师|老师|医生|护士|农民|村民|居民|残疾人|儿童|人)"
)


@dataclass(frozen=True, slots=True)
class Factor:
    """A class of payers that pays so many percent of the rate: 低收入家庭按60%缴纳."""

    names: tuple[str, ...]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text pays.

    `base` is the folded name of what a share is of, "" when the rate is for each of `units`.
    `period` is 月, 年 … when it is also for each of them, `longest` the months that it is paid at
    most, stated by `term`. `limits` are the numbers that the base must reach or not pass,
    `conditions` what only this rule asks for beside the general one, `step` the year that the rate
    is for. `cap_units` is what the cap is for each of.
    """

    rate: Figure
    base: str
    units: tuple[str, ...]
    period: str
    longest: int | None
    term: Figure | None
    cap: Figure | None
    cap_units: tuple[str, ...]
    limits: tuple[Figure, ...]
    conditions: tuple[str, ...]
    factors: tuple[Factor, ...]
    step: str


def rules(ranked: Ranked) -> Iterator[Rule]:
    """The rules of payment in a sentence, in reading order."""
    view, sentence = ranked.view, ranked.sentence
    for place, figure in enumerate(sentence.figures):
        if figure.quantity.bound is not Bound.EXACT:
            continue
        before = _before(view, figure)
        base, period = "", ""
        units: tuple[str, ...] = ()
        if figure.quantity.unit == "%":
            base = _base(view, sentence, figure, before)
        elif figure.quantity.dimension is Dimension.MONEY and figure.quantity.unit == "元":
            units, period = each(before)
        if not base and not units and not period:
            continue
        cap = _cap(view, sentence, place)
        term = _term(view, sentence, place)
        yield Rule(
            rate=figure,
            base=base,
            units=units,
            period=period,
            longest=_months(term) if term is not None else None,
            term=term,
            cap=cap,
            cap_units=_cap_units(view, cap),
            limits=_limits(sentence, place),
            conditions=_conditions(sentence),
            factors=_factors(view, sentence),
            step=found.group() if (found := _STEP.search(before)) else "",
        )


def _before(view: DocumentView, figure: Figure) -> str:
    """The folded words of the clause before a number and before those that stand beside it."""
    text = view.stored.document.text
    words = fold(text[figure.clause.start : figure.quantity.span.start]).text
    return _EARLIER_NUMBERS.sub("", words)


def _base(view: DocumentView, sentence: SentenceView, figure: Figure, before: str) -> str:
    head = fold(view.quote(figure.head)).text
    found = _SHARE_OF.search(before)
    if found:
        return found.group(1)
    after = _SHARE_AFTER.search(before)
    if after and _PAID.match(head):
        return after.group(1)
    if _NEW_RATE.search(before):
        return _general_base(view, sentence)
    return ""


def _general_base(view: DocumentView, sentence: SentenceView) -> str:
    """The base of the rule before, which an exception takes over (比例提高至30%)."""
    if not sentence.index:
        return ""
    earlier = view.sentences[sentence.index - 1]
    if earlier.section != sentence.section:
        return ""
    for figure in reversed(earlier.figures):
        found = _SHARE_OF.search(_before(view, figure))
        if found and figure.quantity.dimension is Dimension.RATIO:
            return found.group(1)
    return ""


def each(before: str) -> tuple[tuple[str, ...], str]:
    """What an amount is for each of, and for each of which time: (人,), 月 for 每人每月.

    >>> each("按每个托位给予")
    (('个托位',), '')
    """
    found = _EACH.search(before)
    if found is None:
        return (), ""
    names = [_VERBS.sub("", name) for name in _ONE.findall(found.group(1))]
    periods = [name for name in names if name in PERIODS]
    units = tuple(name for name in names if name and name not in PERIODS)
    return units, periods[0] if periods else ""


def _cap(view: DocumentView, sentence: SentenceView, place: int) -> Figure | None:
    """The upper limit in money that follows a rate, before the next rate."""
    for figure in sentence.figures[place + 1 :]:
        quantity = figure.quantity
        if quantity.dimension is Dimension.MONEY and quantity.bound is Bound.AT_MOST:
            return figure
        rate = quantity.dimension is Dimension.RATIO or each(_before(view, figure))[0]
        if rate and figure.clause != sentence.figures[place].clause:
            return None
    return None


def _cap_units(view: DocumentView, cap: Figure | None) -> tuple[str, ...]:
    """What a cap is for each of, when that is no body or time: 每户每年最高500元."""
    if cap is None:
        return ()
    units, _ = each(_before(view, cap))
    return tuple(unit for unit in units if not _BODIES.match(unit))


def _limits(sentence: SentenceView, place: int) -> tuple[Figure, ...]:
    bounds = {Bound.AT_LEAST, Bound.AT_MOST}
    return tuple(f for f in sentence.figures[:place] if f.quantity.bound in bounds)


def _term(view: DocumentView, sentence: SentenceView, place: int) -> Figure | None:
    """For how long an amount is paid at most: 最长24个月, 连续扶持20年."""
    for figure in sentence.figures[place + 1 :]:
        if figure.quantity.unit in _MONTHS and _TERM.search(view.quote(figure.frame)):
            return figure
    return None


def _months(term: Figure) -> int:
    return int(term.quantity.value * _MONTHS[term.quantity.unit])


def _conditions(sentence: SentenceView) -> tuple[str, ...]:
    """What an exception asks for: 首次实施技术改造的企业 behind 其中."""
    found = _EXCEPTION.match(sentence.text)
    if found is None:
        return ()
    condition = sentence.text[found.end() :].split(",")[0]
    return (condition,)


def _factors(view: DocumentView, sentence: SentenceView) -> tuple[Factor, ...]:
    """The classes that pay a part of the rate, in this sentence or the next one."""
    near = [sentence]
    if sentence.index + 1 < len(view.sentences):
        after = view.sentences[sentence.index + 1]
        near.extend([after] if after.section == sentence.section else [])
    found = []
    for one in near:
        for figure in one.figures:
            if figure.quantity.dimension is not Dimension.RATIO:
                continue
            named = _FACTOR.search(_before(view, figure))
            if named and _FACTOR_PAID.match(fold(view.quote(figure.head)).text):
                found.append(Factor(tuple(named.group(1).split("、")), figure))
    return tuple(found)


def base_fits(base: str, full: str) -> bool:
    """Whether the money of a question is the base of a share: what was spent, or as named."""
    if _SPENT.fullmatch(base):
        return _SPENDING.search(full) is not None
    if _ENDS_SPENT.search(base) and _SPENT_ON.search(full):
        return True
    wanted = _GENERIC.sub("", base)
    if len(wanted) < 2:
        return _SPENDING.search(full) is not None
    if _HEADS.search(wanted) and wanted[-2:] in full:
        return True  # 贷款实际利息, of which the asker says only 利息
    return sum(character in full for character in wanted) >= _LEAST_BASE * len(wanted)


def unit_fits(unit: str, quantity: Quantity | None, after: str) -> bool:
    """Whether `quantity`, with the words `after` it, counts what an amount is for each of.

    Without a quantity: whether the unit is a person, of whom a question may mean one.
    """
    person = unit in _PERSON_UNITS
    if quantity is None:
        return person
    if quantity.dimension is Dimension.MONEY:
        return False
    if "户" in (unit, quantity.unit):  # 一户4口 are one household and four persons
        return unit == quantity.unit
    if person:
        return quantity.unit in _PERSON_UNITS or (
            quantity.unit == "个" and _PERSONS.match(after) is not None
        )
    name, noun = _split(unit)
    if noun:
        counted = compatible_units(name, quantity.unit)
        return counted and (after.startswith(noun) or not after[:1].strip(",。?？ 能可补给有"))
    return unit == quantity.unit or (
        compatible_units(unit, quantity.unit) and quantity.unit not in {"个", ""}
    )


def _split(unit: str) -> tuple[str, str]:
    """The classifier and the noun of 个托位; a unit that is known as a whole has no noun."""
    if find_unit(unit) is not None:
        return unit, ""
    for size in range(len(unit) - 1, 0, -1):
        if find_unit(unit[:size]) is not None:
            return unit[:size], unit[size:]
    return unit, ""
