"""Whether a clause says yes or no to a question: polarity, opposites, numbers and conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.model import Bound, Dimension, Quantity, Question
from app.text.quantities import quantities, same_quantity
from app.text.units import compatible_units

YES, NO, CONDITIONAL = "是", "否", "有条件"

_ONLY = re.compile("只有|只能|仅有?|唯一|单单|就一[种个]|光是|全靠")
_SEVERAL = re.compile("[^,。]{1,12}[”)]?(?:和|与|及|、)[“(]?[^,。]{1,12}")
_NEGATIVE = re.compile(
    "不得|禁止|严禁|不予|不能|不可以?|不再|不准|不许|不允许|不宜|未(?!来|成年)|没有?|无需|无须|不需要?|不必|不用"
    "|不属于|不设|不收|不纳入|暂不|不享受|不受|不包括|不含|不计|不列入|不参加|不承担|不适用|不影响|不是"
    "|并非|免[征收缴交费除予于]|取消|废止|停止|拒绝"
)
# Two negatives that make one order: 不得不, 不是不, 未经批准不得.
_DOUBLE = re.compile(
    "不得不|不能不|不是不|并非不|无不|非[^,]{1,8}不(?:得|可|能)|未经[^,]{1,16},?不(?:得|可|能|予)"
)
# A clause says no with the opposite of what was asked. Both ways round.
_OPPOSITES: tuple[tuple[str, str], ...] = (
    ("有效|施行|执行|适用|延续|继续", "废止|失效|停止执行|终止|到期"),
    ("增加|增长|上升|提高|上涨|增多|提升", "下降|减少|降低|下调|负增长|回落|缩减"),
    ("收费|收钱|交钱|缴费|付费|花钱|要钱", "免费|免收|免征|免缴|免交|不收"),
    ("开放|开门|上班|办公|营业", "关闭|闭馆|休息|停业|停止"),
    ("扩大|扩建", "缩小|压缩"),
    ("恢复|重启", "暂停|中止|停止"),
    ("公开", "保密|不公开"),
    ("同意|批准|通过", "驳回|否决"),
    ("提前", "推迟|延期|延后"),
    ("必须|一定要|强制|非要", "自愿|可选|鼓励"),
)
_CONDITION = re.compile(
    "符合[^,。]{0,20}(?:条件|要求|规定)|如(?:果|有|需|遇)|确(?:需|因|有)|除[^,。]{0,20}外"
    "|经[^,。]{0,16}(?:批准|同意|审核|认定)|(?:的),?(?:可|应)|原则上|特殊情况|有条件的|满[0-9]+"
)
_PERMITS = re.compile("可以?|允许|准予|应当?|必须|须|给予|享受|申请")


_DONE_ASKED = re.compile("已经?|了吗|了没|过吗")
_PLANNED = re.compile("力争|目标|计划|规划|预计|拟|将(?:建|新|达|完|实|投|于|在)|到20[0-9]{2}年")
_STILL_ASKED = re.compile("还是|仍|依然|现在|目前")
_CHANGED = re.compile(
    "(?:由|从)[^,。;]{1,16}?(?:压减|减|降|缩|增|提高|扩|调整|上调|下调)[^,。;]{0,3}(?:至|到|为)"
)
_BY_WHOM = re.compile(
    "由([^,。;由]{2,24}?)(?:来)?(牵头|负责|主管|承担|审核|审批|解释|实施|组织|办理|受理)"
)


def verdict(question: Question, clause: str) -> str:
    """是, 否 or 有条件 for what the folded `clause` says to `question`."""
    asked = question.full
    if _premise_fails(asked, clause):
        return NO
    if _ONLY.search(asked) and _SEVERAL.search(clause) and not _ONLY.search(clause):
        return NO
    fits = _numbers_fit(quantities(asked), quantities(clause))
    if fits is False:
        return NO
    opposite = _opposite(asked, clause)
    opposed = opposite != "" and not _NEGATIVE.search(opposite)  # else it is counted as a negative
    if opposed or _negative(clause) != _negative(_statement(asked)):
        return NO
    if fits is None and _CONDITION.search(clause) and _PERMITS.search(clause):
        return CONDITIONAL
    return YES


_ASKING = re.compile(
    "(?:是不是|有没有|能不能|可不可以|要不要|会不会|需不需要|该不该|行不行|对不对|算不算|允不允许|准不准|没有)"
)


def _statement(asked: str) -> str:
    """The question without the words that ask by naming both sides."""
    return _ASKING.sub("", asked)


def _premise_fails(asked: str, clause: str) -> bool:
    """A plan asked about as a fact, the number before a change, another body than the one named."""
    if _DONE_ASKED.search(asked) and _PLANNED.search(clause) and not _PLANNED.search(asked):
        return True
    change = _CHANGED.search(clause)
    if change and _STILL_ASKED.search(asked):
        former = quantities(change.group())
        if any(same_quantity(old, new) for old in former for new in quantities(asked)):
            return True
    named = _BY_WHOM.search(asked)
    if named is None:
        return False
    stated = [who for who, act in _BY_WHOM.findall(clause) if act == named.group(2)]
    return bool(stated) and all(
        named.group(1) not in who and who not in named.group(1) for who in stated
    )


def decides(question: Question, clause: str) -> bool:
    """Whether a clause decides by an opposite or by a number, without the words asked about."""
    fits = _numbers_fit(quantities(question.full), quantities(clause))
    return fits is not None or _opposite(question.full, clause) != ""


def condition(clause: str) -> bool:
    """Whether a folded clause sets a condition."""
    return _CONDITION.search(clause) is not None


def _negative(text: str) -> bool:
    rest = _DOUBLE.sub("", text)
    return len(_NEGATIVE.findall(rest)) % 2 == 1


def _opposite(asked: str, clause: str) -> str:
    """The opposite of a word of the question that the clause holds instead of it, or ""."""
    for pair in _OPPOSITES:
        for own, other in (pair, pair[::-1]):
            found = re.search(other, clause)
            if found is None or re.search(other, asked) or re.search(own, clause):
                continue
            if re.search(own, asked):
                return found.group()
    return ""


def _numbers_fit(asked: Sequence[Quantity], stated: Sequence[Quantity]) -> bool | None:
    """Whether the quantities asked about agree with those of the text; None when none compare.

    A number within the bounds that the text sets agrees (最长2年, 2至3岁); another one does not.
    """
    answers = []
    for wanted in asked:
        rivals = [one for one in stated if _comparable(wanted, one)]
        if rivals:
            answers.append(any(_fits(wanted, one) for one in rivals))
    return all(answers) if answers else None


def _comparable(wanted: Quantity, stated: Quantity) -> bool:
    if wanted.dimension is not stated.dimension:
        return False
    if wanted.dimension is not Dimension.COUNT:
        return wanted.unit == stated.unit or same_quantity(wanted, stated)
    return compatible_units(wanted.unit, stated.unit) or compatible_units(stated.unit, wanted.unit)


def _fits(wanted: Quantity, stated: Quantity) -> bool:
    if same_quantity(wanted, stated):
        return True
    low: Decimal | None = stated.value
    high: Decimal | None = stated.upper if stated.upper is not None else stated.value
    if stated.bound is Bound.AT_LEAST:
        high = None
    if stated.bound is Bound.AT_MOST:
        low = None
    return (low is None or wanted.value >= low) and (high is None or wanted.value <= high)
