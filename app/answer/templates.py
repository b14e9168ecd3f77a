"""All words that Youju itself puts into a reply: the one file of templates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.model import Reason

_YI = Decimal(100_000_000)
_WAN = Decimal(10_000)

REFUSAL: dict[Reason, str] = {
    Reason.NOT_COVERED: "语料中没有找到能回答这个问题的内容{missing}。",
    Reason.WRONG_SCOPE: "语料中有相近的内容，但范围对不上{missing}，不能据此作答。",
    Reason.AMBIGUOUS: "语料中有几处都可能是所问的内容，无法确定是哪一处{missing}。",
    Reason.CONTRADICTED: "问题的前提与语料不符{missing}。",
    Reason.OFF_TOPIC: "这里只回答语料库中政策文本的问题。",
    Reason.UNCLEAR: "没有看明白要问什么，请写出要查的事项，例如某项措施、某个数据或某项改革。",
}
MISSING = "：没有提到{names}"
COMPUTED = "{operation}{value}（{expression}）"
OPERATIONS = {
    "difference": "相差",
    "sum": "合计",
    "share": "占比",
    "whole": "推算得",
    "part": "推算得",
    "earlier": "推算得",
    "rest": "其余",
    "multiple": "倍数为",
    "average": "平均",
    "periods": "合计",
    "days": "共",
    "rule": "按规定为",
    "maximum": "最高的是",
    "minimum": "最低的是",
}
MAGNITUDES = {_WAN: "万", _YI: "亿"}
CAPPED = "{expression} = {value}，封顶{cap}"
DAYS = "{first}至{last}，首尾两天都计"
DERIVED_NOTE = "该数值由原文中的数字计算得出，原文没有直接给出。"
ROUNDED_NOTE = "计算结果经四舍五入。"
TARGET_NOTE = "这是目标值，不是已完成的数值。"
INHERITED_YEAR_NOTE = "所在句没有写年份，上文最近写到的是{year}年。"
THIS_YEAR_NOTE = "语料中没有{asked}年的内容，这里答的是原文所说的“今年”，即{year}年。"
EXPIRED_NOTE = "《{title}》已于{date}到期。"
NOT_YET_NOTE = "《{title}》自{date}起施行，届时之前尚未生效。"
VOID_NOTE = "《{title}》已失效。"
REPEALED_NOTE = "《{title}》已废止。"
REPEALED_BY_NOTE = "《{title}》已由{other}废止。"
REPEALED_ON_NOTE = "《{title}》自{date}起已由{other}废止。"
TO_BE_REPEALED_NOTE = "《{title}》将自{date}起由{other}废止。"
CONFLICT_NOTE = (
    "语料对同一事项、同一年份和范围给出了不同的数值，并列如下，请核对来源与口径：{values}。"
)
REPAIRED_NOTE = "问句中的“{written}”按“{meant}”理解。"
JOINED = "；"  # between values that answer one question together
EVIDENCE = "依据"
NEAREST = "相近的原文"
PAGE = "第{page}页"


def plain(value: Decimal) -> str:
    """A number without exponent and closing zeros.

    >>> plain(Decimal("6.50E+2"))
    '650'
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def missing(names: Sequence[str]) -> str:
    """The clause that names what was not found, or nothing."""
    return MISSING.format(names="、".join(f"“{name}”" for name in names)) if names else ""
