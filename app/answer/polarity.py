"""Whether a clause says yes or no to a question: polarity, opposites, numbers and conditions."""

from __future__ import annotations

import re

from app.answer.exclusion import both_asked, excludes, settles, tells_contents
from app.answer.thresholds import fits
from app.model import Question
from app.text.quantities import quantities, same_quantity

YES, NO, CONDITIONAL = "是", "否", "有条件"

_ONLY = re.compile("只有|只能|仅有?|唯一|单单|就一[种个]|光是|全靠")
_SEVERAL = re.compile("[^,。]{1,12}[”)]?(?:和|与|及|、)[“(]?[^,。]{1,12}")
# 不 denies what follows it unless it compares (不少于), adds (不仅) or is part of a word (不动产).
_NEGATIVE = re.compile(
    "不(?![少低高大小多早晚][于出]|[仅但光只单论管断足满同良妨善利久燃明当锈等法锈宜居慎幸舍惜易懈]|超过?"
    "|定期|动产|限[于时]|变价|可抗|间断|含|得不|过|一致|满意)|不再|不含|不宜|未(?!来|成年|满)|没有?(?!收)|无[需须权法]"
    "|禁止|严禁|并非|免(?:[征收缴交费除予于存考试检验押息租税罚申审报赔还]|[^,]{0,6}费)|取消|废止|停止|拒绝|除外|谢绝|停办|撤销|中止|暂停|终止"
)
# Two negatives that make one order: 不得不, 不是不, 未经批准不得.
_DOUBLE = re.compile(
    "不得不|不能不|不是不|并非不|无不|非[^,]{1,8}不(?:得|可|能)|未经[^,]{1,16},?不(?:得|可|能|予)"
)
# A clause says no with the opposite of what was asked. Both ways round.
_OPPOSITES: tuple[tuple[str, str], ...] = (
    ("有效|施行|执行|适用|延续|继续", "废止|失效|停止执行|终止|到期"),
    (
        "增加|增长|上升|提高|涨|增多|变多|提升|升高|上调",
        "下降|减少|降低|下调|负增长|回落|缩减|下滑|跌|降[了吗没过]|变少|(?<!缺)少了",
    ),
    ("收费|收钱|交钱|缴费|付费|花钱|要钱", "免费|免收|免征|免缴|免交|不收"),
    ("开放|开门|上班|办公|营业", "关闭|闭馆|休息|停业|停止"),
    ("扩大|扩建", "缩小|压缩"),
    ("恢复|重启", "暂停|中止|停止"),
    ("公开", "保密|不公开"),
    ("同意|批准|通过", "驳回|否决"),
    ("提前", "推迟|延期|延后"),
    (
        "完成|达到|实现|达标|达成",
        "(?<!不)(?<!不得)低于[^,]{0,8}(?:目标|计划|预期|任务|序时)|不及(?:目标|计划|预期)|滞后|落后于|有差距",
    ),
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


def verdict(question: Question, clause: str, lead: str = "") -> str:
    """是, 否 or 有条件 for what the folded `clause` says to `question`.

    `lead` are the clauses before it that say for whom it holds (三年以上的，).
    """
    asked = question.full
    clause = _BRACKETS.sub("", clause)
    if _premise_fails(asked, f"{lead},{clause}"):
        return NO
    if both_asked(asked) and excludes(clause):
        return NO
    if _ONLY.search(asked) and _SEVERAL.search(clause) and not _ONLY.search(clause):
        return NO
    fitting = fits(asked, f"{lead},{clause}" if lead else clause)
    if fitting is False:
        return NO
    contrary = opposite(asked, clause)
    opposed = contrary != "" and not _NEGATIVE.search(contrary)  # else it is counted as a negative
    if opposed or _negative(_ruling(clause)) != _negative(_statement(asked)):
        return NO
    if _HALF.search(clause):
        return CONDITIONAL
    whole = f"{lead},{clause}"
    if fitting is None and _CONDITION.search(whole) and _PERMITS.search(clause):
        return CONDITIONAL
    return YES


_ASKING = re.compile(
    "是不是|有没有|能不能|可不可以|要不要|会不会|需不需要|该不该|行不行|对不对|算不算|允不允许|准不准|没有"
    "|(?P<verb>.)[不没](?=(?P=verb))|[不没](?=[?？。呀啊呢]*$)"
)
_HALF = re.compile("只[^,不]{1,8}不")  # 只收件不审批
_BRACKETS = re.compile("[(][^()]*[)]")


# What stands before the verb of a question or a rule and only says for whom it is meant.
_ASKED_LEAD = re.compile(
    "^.*[,，]|^.*?(?:的话|就|还|也|才)(?=能|可|会|要|得|给|有|算|行)|^.*?(?=能|可以|会不|要不)"
)
_RULE_LEAD = re.compile("^[^,]*?(?:的|者|时)[^,不]{0,8}?(?=不|可以|应|须|免|禁止|予以|给予)")


def _statement(asked: str) -> str:
    """What a question asks without its conditions and the words that name both sides."""
    bare = _ASKING.sub("", asked.rstrip("?？。 "))
    lead = _ASKED_LEAD.match(bare)
    rest = bare[lead.end() :] if lead else bare
    return rest if len(rest) > 1 else bare


def _ruling(clause: str) -> str:
    """What a clause rules, without those it rules for (未登记的不予受理)."""
    return _RULE_LEAD.sub("", clause)


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
    asked = question.full
    if settles(asked, clause) or tells_contents(asked, clause):
        return True
    return fits(asked, clause) is not None or opposite(asked, clause) != ""


def condition(clause: str) -> bool:
    """Whether a folded clause sets a condition."""
    return _CONDITION.search(clause) is not None


def negative(text: str) -> bool:
    """Whether a folded text denies something."""
    return _NEGATIVE.search(text) is not None


def _negative(text: str) -> bool:
    rest = _DOUBLE.sub("", text)
    return len(_NEGATIVE.findall(rest)) % 2 == 1


def opposite(asked: str, clause: str) -> str:
    """The opposite of a word of the question that the clause holds instead of it, or ""."""
    for pair in _OPPOSITES:
        for own, other in (pair, pair[::-1]):
            found = re.search(other, clause)
            if found is None or re.search(other, asked) or re.search(own, clause):
                continue
            if re.search(own, asked):
                return found.group()
    return ""
