"""Rules on two awards at once, and on what is counted in or left out.

两份都能拿吗 is decided by 就高不重复 and by 可叠加享受; 算进去没 by 不含 and 包括.
"""

from __future__ import annotations

import re

_BOTH_ASKED = re.compile(
    "都(?:能|可以?|给|拿|领|享|报|申|得|补|奖|发)|(?:能|可以?|准).{0,3}都"
    "|两(?:份|头|边|样|笔|种|项)|双份|同时(?:享|拿|领|申|报|获|得)|叠加|兼得|重复|一起(?:拿|领|享|申|报)"
)
_EXCLUDES = re.compile(
    "不(?:得|能|可|予|再)?(?:重复|叠加|兼得|累加|累计(?:享受|奖励|补助)|同时(?:享受|申请|申领|领取|申报|获得))|重复享受的,"
    "|(?:就|从|择|按)高(?!新|级|等|校|中)|择优(?:享受|奖励|给予)|择一|只(?:能|可)?(?:享受|申报|领取|奖励|给予|补)一(?:次|项|种)"
)
_ALLOWS = re.compile("可以?(?:同时|叠加|重复|累计|累加|一并)(?:享受|申请|申领|领取|申报|获得|计算)")
_IN_ASKED = re.compile(
    "算(?:进去?|在内|上|到|不算)|计(?:算)?(?:入|在内)|包括|包含|纳入|在内|含不含|(?:不|也)含|含[^量]{1,12}[吗不没]"
)
_IN = re.compile("不?(?:含(?!量|税|义)|包括|包含|计入|算入|纳入|统计在内|计算在内)|剔除|扣除")


def both_asked(asked: str) -> bool:
    """Whether a folded question asks for two awards at once."""
    return _BOTH_ASKED.search(asked) is not None


def excludes(clause: str) -> bool:
    """Whether a folded clause lets only one of several awards be had."""
    return _EXCLUDES.search(clause) is not None


def settles(asked: str, clause: str) -> bool:
    """Whether a clause rules on having both of two awards, as was asked."""
    if not both_asked(asked):
        return False
    return excludes(clause) or _ALLOWS.search(clause) is not None


def tells_contents(asked: str, clause: str) -> bool:
    """Whether a clause says what is counted in or left out, as was asked."""
    return _IN_ASKED.search(asked) is not None and _IN.search(clause) is not None
