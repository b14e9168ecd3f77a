"""The things that a comparing or computing question sets side by side."""

from __future__ import annotations

import re

_ITEM = "[^,。?？;和跟与同]{2,24}?"
_JOIN = "(?:和|跟|与|同|还是|,|、|相较于|相比于|比)"
_COMPARED = (
    "哪|谁|相比|相差|差|对比|比较|各|分别|之间|一共|总共|合计|加起来|加在一起|之和"
    "|的?(?:数量|人数|规模|金额)"
)
_TAIL = f"(?=,|,?(?:{_COMPARED}))"

_PAIRS: tuple[re.Pattern[str], ...] = (
    re.compile(f"(?:在|对比|比较)?({_ITEM}){_JOIN}({_ITEM}){_TAIL}"),
    re.compile(f"({_ITEM})比({_ITEM})(?:多|少|高|低)"),
    # Two keyword groups: 甲 乙 人数对比
    re.compile("^([^ ]{2,16}) +([^ ]{2,16}) +[^ ]*(?:对比|比较|相比|相差|差)"),
)
_EDGES = re.compile("^(?:的|在|请问|对比|比较|把|将|问)+|(?:的|方面|这|那|两者|二者|部分|有|是)+$")


def operands(full: str) -> tuple[str, ...]:
    """The two things that a folded question compares or combines, or nothing.

    >>> operands("竞聘上岗的跟内部分流的,哪拨人多?")
    ('竞聘上岗', '内部分流')
    """
    for pattern in _PAIRS:
        found = pattern.search(full)
        if found:
            pair = tuple(_EDGES.sub("", part) for part in found.groups())
            if all(len(part) >= 2 for part in pair):
                return pair
    return ()
