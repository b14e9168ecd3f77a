"""The region that a document is for: the place at the head of its issuer, or of its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.documents.stated import Stated
from app.lexicon.loader import words
from app.model import Source, Span

_NAME = (
    "(?:[一-鿿]{2,10}?(?:特别行政区|自治[区州县旗])|[一-鿿]{2,6}?(?:新区|地区|[省市县州盟旗区]))"
)
# 市场监督管理局, 县域, 区级: the suffix begins another word.
_PLACE = re.compile(f"(?P<place>{_NAME})(?![场域内外级属直际容长]|民(?![政办族营生兵间]))")
_GOVERNMENT = re.compile(f"(?P<place>{_NAME})(?=人民(?:政府|代表大会|法院|检察院))")
_NATIONAL = re.compile(
    "^(?:中国|中华人民共和国)?国家[一-鿿]{2,8}?(?:总局|局)(?=[一-鿿])|^中共(?!中央)"
)
# 关于推进县域…, 关于做好全市…: words before a common noun.
_VERBS = (
    "加强|推进|做好|开展|促进|支持|深化|规范|完善|加快|暂停|恢复|调整|实施|建设|设立|开放|延长|落实|贯彻|取消|组织|"
    "疫情|进一步|提升|提高|优化|推动|强化|切实|扎实|全面|统筹|创新|改进|健全|建立|培育|扩大|鼓励|引导|保障|方便|服务"
)
_SHORT = len("园区")
_BEFORE = re.compile(
    "^(?:(?:19|20)[0-9]{2}年度?|关于|印发|转发|公布|发布|修订|调整|组织|开展|申报|做好|[《“ ]){0,6}"
)
_SUBJECT = re.compile("(?:关于|印发|转发|公布|修订|调整)[《“]?")


def region(title: Stated[str] | None, issuers: Sequence[Stated[str]]) -> Stated[str] | None:
    """The place as written, provinces before cities; None for the whole country."""
    for issuer in issuers:
        national = _NATIONAL.match(issuer.value)
        found = _place(issuer, national.end() if national else 0)
        if found is not None:
            return found
    if issuers or title is None:  # a ministry speaks for the country, whatever it speaks about
        return None
    for start in (0, *(found.end() for found in _SUBJECT.finditer(title.value))):
        before = _BEFORE.match(title.value[start:])
        found = _place(title, start + (before.end() if before else 0))
        if found is not None:
            return found
    return None


@cache
def _no_place() -> re.Pattern[str]:
    areas = words("generic_areas.txt")
    short = [area for area in areas if len(area) == _SHORT]
    whole = [area for area in areas if len(area) > _SHORT]
    # 工业园区 is no place; with a single character before them, these may end one: 西城区, 成都市.
    return re.compile(
        f"(?:{'|'.join(whole)}|[一-鿿]{{2}}(?:{'|'.join(short)}|城市)|[全各本我该][省市县区州])$"
        f"|^(?:[各全本我该外两多每省市县区州]|{_VERBS})"
    )


def _place(stated: Stated[str], start: int) -> Stated[str] | None:
    """The places that stand one after another from `start` of a value."""
    name, at = stated.value, start
    while True:
        found = _GOVERNMENT.match(name, at) or _PLACE.match(name, at)
        if found is None or _no_place().search(found["place"]):
            break
        at = found.end("place")
    if at == start:
        return None
    place = name[start:at]
    if stated.source is Source.DERIVED or len(name) != len(stated.span):
        return Stated(place, stated.span, Source.DERIVED)
    return Stated(place, Span(stated.span.start + start, stated.span.start + at))
