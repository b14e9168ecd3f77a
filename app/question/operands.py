"""The things that a comparing or computing question sets side by side."""

from __future__ import annotations

import re
from itertools import pairwise

_PIECE = "[^,。?？;!、和跟与]"
_LONGEST = 160  # characters of a question that are read
_ITEM = f"{_PIECE}{{2,30}}?"
_WIDE = "[^,。?？;!、跟与]{2,30}?"
_MORE = (
    "(?:增加|增长|增多|减少|下降|提高|上升|降低|压减|缩减|缩短|延长|扩大|提升"
    "|多|少|高|低|大|小|快|慢|长|短|增|减)"
)
_THAN = "(?<![占对相同环])比(?![重例值率较如赛])"
_JOIN = f"(?:和|跟|与|同|及|以及|还是|、|相较于|相比于|{_THAN})"
_ASKED = (
    "哪|谁[更最比多少高低快慢大小]|孰|相比|相差|差[了额距别多]|对比|比较|各[是有为占给自多]?(?:多少|几)?|分别|之间|一共|总共"
    "|共计?|合计|何计|加起来|加在一起|合起来|之和|总和|总计|两者|二者|的?(?:数量|人数|规模|金额)"
)
_TAIL = f"(?=,|,?(?:{_ASKED}))"

# Each pattern is tried in turn; its groups are the things named.
_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(f"({_ITEM})(?:是|相当于|为)({_ITEM})的?(?:几|多少)倍"),
    re.compile(f"({_ITEM})(?:和|跟|与|同)({_ITEM})(?:相比|比起来|比)(?=哪|谁|,)"),
    re.compile(f"({_ITEM})要?{_THAN}({_ITEM})(?:哪|谁|相比|对比)"),
    re.compile(
        f"({_ITEM}),?要?{_THAN}({_ITEM})(?:总共|一共)?{_MORE}(?:出|了|多)?(?:了|出)?(?:多少|几|$|吗)"
    ),
    re.compile(f"({_ITEM})(?:减去?|扣除|扣掉|除去)({_ITEM})(?:后|之后|等于|还剩|剩|是|有|为|,)"),
    # Names of offices and heads hold 和 and 及 themselves: 与 parts them first.
    re.compile(f"({_WIDE})(?:与|跟|还是)({_WIDE}){_TAIL}"),
    re.compile(
        f"({_ITEM})(?:、|和|跟|与)({_ITEM})(?:、|和|跟|与|以及|及)({_ITEM})"
        "(?=这?三|,?(?:合计|一共|总共|加|共|之和|总和|各|分别|哪[头拨类种项]|谁[更最多少]))"
    ),
    re.compile(f"(?:在|对比|比较)?({_ITEM}){_JOIN}({_ITEM}){_TAIL}"),
    re.compile(f"(?:对比|比较)({_ITEM}){_JOIN}({_PIECE}{{2,30}})"),
    # Two keyword groups: 甲 乙 人数对比
    re.compile("^([^ ]{2,16}) +([^ ]{2,16}) +[^ ]*(?:对比|比较|相比|相差|差)"),
)
_EDGES = re.compile(
    "^(?:的|在|请问|对比|比较|把|将|问|想看看|想知道|看看|问一下|那|到|截至)+"
    "|(?:的|方面|这|那|两者|二者|部分|有|是|要|共|两[项年类种个]|城市|相|在)+$"
)
_PLACED = re.compile("^.{2,}(?:的|里头?|中的?|内的?|当中)(?=.{2,})")
_OWN = re.compile("^(.{2,})的(.{2,})$")
_KEYWORD_GAP = re.compile(" +")
_KEYWORD_ASKED = re.compile("差|合计|对比|比较|相比|之和|总和|一共")
_LEAST_SHARED = 2  # characters in which two keyword groups must agree at their ends
_YEARS = re.compile(
    "((?:20)?[0-9]{2}年[底末]?|20[0-9]{2})(?:和|与|跟|、|及|同)((?:20)?[0-9]{2}年[底末]?|20[0-9]{2})"
)


def operands(full: str) -> tuple[str, ...]:
    """The two or three things that a folded question compares or combines, or nothing.

    Each is a piece of the question. A place, a year or a noun that only one of them names may
    hold for the others as well (甲市的人口比乙市); that is for the reader of the pieces to find.

    >>> operands("竞聘上岗的跟内部分流的,哪拨人多?")
    ('竞聘上岗', '内部分流')
    """
    full = full[:_LONGEST]
    years = _YEARS.search(full)
    if years:
        return years.group(1), years.group(2)
    groups = _last_groups(full)
    if groups:
        return groups
    for pattern in _PATTERNS:
        found = pattern.search(full)
        if found:
            named = tuple(_trimmed(part) for part in _unshared(found.groups()))
            if all(len(part) >= 2 for part in named) and len(set(named)) == len(named):
                return named
    return _keyword_groups(full)


def _trimmed(part: str) -> str:
    return _EDGES.sub("", _EDGES.sub("", part).strip())


def _unshared(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The pieces without what stands round all of them: 某市的甲, 乙的人数 are 甲 and 乙."""
    first, *rest = (_EDGES.sub("", part) for part in parts)
    lead = _PLACED.match(first)
    if lead and not _OWN.match(rest[-1]):
        first = first[lead.end() :]
    tail = _OWN.match(rest[-1])
    if tail and not _OWN.match(first):
        rest[-1] = tail.group(1)
    return (first, *rest)


def _keyword_groups(full: str) -> tuple[str, ...]:
    """Two neighbouring keyword groups that end alike: 城镇居民 农村居民 收入差额."""
    if not _KEYWORD_ASKED.search(full):
        return ()
    groups = [group for group in _KEYWORD_GAP.split(full) if group]
    for left, right in pairwise(groups):
        alike = left[-_LEAST_SHARED:] == right[-_LEAST_SHARED:]
        if alike and left != right and len(left) == len(right) > _LEAST_SHARED:
            return left, right
    return _dated_groups(groups)


_WHICH = re.compile("(?:哪|谁|孰)[^ ]{1,6}$")


def _last_groups(full: str) -> tuple[str, ...]:
    """某县 教育支出 文化和旅游支出 哪个多: keyword groups that end alike are named whole."""
    groups = _KEYWORD_GAP.split(full.rstrip("?？ "))
    if len(groups) <= _LEAST_SHARED or not _WHICH.fullmatch(groups[-1]):
        return ()
    left, right = groups[-3:-1]
    alike = left[-_LEAST_SHARED:] == right[-_LEAST_SHARED:] and min(len(left), len(right)) > 2
    return (left, right) if alike and left != right and not left[-1].isdigit() else ()


_DATED = re.compile("20[0-9]{2}年?(?:底|末|实际|目标|计划|完成)?")


def _dated_groups(groups: list[str]) -> tuple[str, ...]:
    """Two keyword groups that are years: 2023实际 2024目标."""
    dated = [group for group in groups if _DATED.fullmatch(group)]
    return (dated[0], dated[1]) if len(dated) == 2 else ()
