"""Words beside a number that limit it: 约 不少于 以上 不超过 以内.

In: the text and the span of the quantity. Out: a `Bound`. The words stand outside the span.
"""

from __future__ import annotations

import re

from app.model import Bound, Dimension, Span

_LEFT_WINDOW = 14  # characters: the longest word below with the longest filler

# What may stand between a bound and its number: 最高给予300万元, 不超过人民币5万元.
_FILLER = (
    "(?:(?:可以?|每[人年月户次个天]|人民币|给予|予以|补助|补贴|奖励|奖补|资助|支持|享受|获得?"
    '|贷款?|发放|额度|限额|标准|为|达到?|至|到|了|在)){0,3}[\\s“"（(]{0,2}$'
)

# The search takes the leftmost match, so 不超过 wins over the 超过 that it holds.
_LEFT = re.compile(
    "(?:(?P<most>不得?超过|不多于|不得?高于|不得?大于|不满|未满|不足|未超过|最高|最多|至多|最长|最大"
    "|最迟|上限|少于|低于|小于|≤|<|＜)"
    "|(?P<least>不得?少于|不得?低于|不得?小于|不下于?|至少|最低|最少|最短|起码|下限|年满|超过|超出"
    "|突破|高于|大于|多于|(?<![赶反])超|逾|(?<![不未圆美期])满|≥|>|＞)"
    "|(?P<about>大约|约为|约有|(?<![节合预签条公违集制契])约|将近|接近|大概|大致"
    f"|(?<![附最临靠就邻亲接远])近)){_FILLER}"
)
# What every word above begins with: a cheap way to say no.
_LEFT_SIGN = re.compile("[不未最至上少低小≤<＜起下年超突高大多逾满≥>＞约将接近]")
_RIGHT = re.compile(
    '[\\s”"]?(?:[（(]含[^（）()]{0,4}[）)])?'
    "(?:(?P<most>(?:及|或|和)?(?:以下|以内)|之内|内(?![部外地容涵设在陆])|封顶|为上限|为限)"
    "|(?P<least>(?:及|或|和)?以上(?!下)|起步|起(?![来到草点诉始源伏])|为下限|打底)"
    "|(?P<about>左右|上下(?!级|游|文|班)|多(?![次种个项元样年方媒层边人名家])|不等))"
)
_AROUND_HUNDREDS = re.compile("[上近成]$")  # 上百家, 近千人
_RECENT = re.compile("(?<!历时)(?<!用时)(?<!达)(?<!经过)近$")  # 近3年 is the last three years

_ONLY_FOR_DURATIONS = frozenset({"内"})
_ONLY_FOR_MEASURES = frozenset({"多"})
_NOT_STARTING_POINTS = frozenset({Dimension.DURATION, Dimension.COUNT})


def bound_of(text: str, span: Span, dimension: Dimension, about: bool) -> Bound:
    """How the words beside `span` limit its number; `about`: 余, 多 or 几 stands inside it."""
    if dimension is Dimension.ORDINAL:
        return Bound.EXACT
    left = _left_bound(text, span, dimension)
    if left in (Bound.AT_MOST, Bound.AT_LEAST):
        return left
    right = _right_bound(text, span, dimension)
    if right in (Bound.AT_MOST, Bound.AT_LEAST):
        return right
    if about or Bound.ABOUT in (left, right):
        return Bound.ABOUT
    return Bound.EXACT


def _left_bound(text: str, span: Span, dimension: Dimension) -> Bound:
    window = text[max(0, span.start - _LEFT_WINDOW) : span.start]
    found = _LEFT.search(window) if _LEFT_SIGN.search(window) else None
    if found is None:
        written = text[span.start : span.start + 1]
        hundreds = written in ("百", "千", "万", "亿") and _AROUND_HUNDREDS.search(window)
        return Bound.ABOUT if hundreds else Bound.EXACT
    if dimension is Dimension.DURATION and found["about"] == "近" and _RECENT.search(window):
        return Bound.EXACT
    return _bound(found)


def _right_bound(text: str, span: Span, dimension: Dimension) -> Bound:
    found = _RIGHT.match(text, span.end)
    if found is None:
        return Bound.EXACT
    word = found.group().strip()
    if word in _ONLY_FOR_DURATIONS and dimension is not Dimension.DURATION:
        return Bound.EXACT
    if word in _ONLY_FOR_MEASURES and dimension is Dimension.COUNT:
        return Bound.EXACT
    if word == "起" and dimension in _NOT_STARTING_POINTS:
        return Bound.EXACT
    return _bound(found)


def _bound(found: re.Match[str]) -> Bound:
    if found["most"]:
        return Bound.AT_MOST
    return Bound.AT_LEAST if found["least"] else Bound.ABOUT
