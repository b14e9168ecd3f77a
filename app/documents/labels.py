"""The labels that mark the parts of a Chinese policy text, as a table.

Order of rank and forms: GB/T 9704 for official documents (一、 （一） 1. （1）), the Legislation
Law for statutes (编 章 节 条). Spoken-style series (一是, 首先) stand below all of them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum


class Place(IntEnum):
    """What stands before a label."""

    PARAGRAPH = 0  # nothing: the label opens a paragraph
    BLANK = 1
    SENTENCE = 2  # 。！？；：
    CLOSING = 3  # ） ” 》
    COMMA = 4


class Family(IntEnum):
    """How a label behaves."""

    MARKDOWN = 0  # always a heading, needs no sequence
    DIVISION = 1  # 编 章 节: the heading is the whole line
    ARTICLE = 2  # 条: the heading, if any, is bracketed or a short run before a blank
    ITEM = 3  # 一、 （一） 1. …
    SERIES = 4  # 一是 首先 …: only together with a second member


@dataclass(frozen=True, slots=True)
class Style:
    """One row of the table.

    `pattern` finds the label, `rank` grows inwards, `places` are the places where the label
    counts, `never_before` is text that makes it a reference (第三条规定) when it follows.
    """

    name: str
    family: Family
    rank: int
    pattern: str
    places: frozenset[Place]
    never_before: re.Pattern[str] | None = None


# The number of a closing member (最后): it continues whatever came before.
LAST = 0

_HAN = "[一二三四五六七八九十]{1,4}"
_HAN_LONG = "[一二三四五六七八九十百千零〇0-9０-９]{1,8}"
_DIGITS = "[0-9０-９]"

_WIDE = frozenset(Place)
_NO_COMMA = _WIDE - {Place.COMMA}
_STATUTE = _NO_COMMA - {Place.CLOSING}  # 《…法》第三条 is a reference

# 项 and 款 as parts of a statute, not 项目 and 款物.
_UNIT = "项(?!目)|款(?![项物待式])"
_REFERENCE = re.compile(
    f"{_UNIT}|[的中]|之?规定|所[列称述指]|(?:[至和与及、，,]|或者?)?第|以外|执行"
)
_REFERENCE_TO_ITEM = re.compile(rf"{_UNIT}|[、至到和与及]?[（(]|[—\-]")

_PARAGRAPH = frozenset({Place.PARAGRAPH})
# Parts that are numbered by what they are, on a line of their own: 行动一 审批提速行动.
_NAMED = "(?:行动|任务|举措|措施|工程|目标|专题)"
# In interviews and guides the question of a paragraph is its heading.
_ASKED = (
    "(?:记者)?(?:提?问)[一二三四五六七八九十0-9]{0,3}[：:]"
    "(?=[^\\n]{2,60}[？?][ \\t\\r\\u3000]*(?:\\n|$))"
)

_MARKDOWN_STYLES = tuple(
    Style(
        name="#" * depth,
        family=Family.MARKDOWN,
        rank=depth,
        pattern=rf"(?<![^\n\r])#{{{depth}}}(?=[ \t\u3000])",
        places=frozenset({Place.PARAGRAPH}),
    )
    for depth in range(1, 7)
)

STYLES: tuple[Style, ...] = (
    *_MARKDOWN_STYLES,
    Style("部分", Family.DIVISION, 9, f"第{_HAN}部分(?=[\\s：:、])[：:、]?", _PARAGRAPH),
    Style("编", Family.DIVISION, 10, f"第{_HAN_LONG}编", _STATUTE, _REFERENCE),
    Style("分编", Family.DIVISION, 11, f"第{_HAN_LONG}分编", _STATUTE, _REFERENCE),
    Style("章", Family.DIVISION, 12, f"第{_HAN_LONG}章", _STATUTE, _REFERENCE),
    Style("节", Family.DIVISION, 13, f"第{_HAN_LONG}节", _STATUTE, _REFERENCE),
    Style("条", Family.ARTICLE, 14, f"第{_HAN_LONG}条(?:之{_HAN})?", _STATUTE, _REFERENCE),
    Style("问", Family.MARKDOWN, 19, _ASKED, _PARAGRAPH),
    Style("一、", Family.ITEM, 20, f"{_HAN}[、．.]", _NO_COMMA),
    Style("行动一", Family.ITEM, 21, f"{_NAMED}{_HAN}(?=[\\s：:、])[：:、]?", _PARAGRAPH),
    Style(
        "（一）",
        Family.ITEM,
        22,
        f"[（(]{_HAN}[)）](?:、(?![（(]))?|[㈠-㈩]",
        _WIDE,
        _REFERENCE_TO_ITEM,
    ),
    Style(
        "1.",
        Family.ITEM,
        23,
        # Not 1.5万; but an item may start with a year: 1.2024年目标, 3．2023、2024年度报告.
        f"{_DIGITS}{{1,3}}[.．、](?=[^0-9０-９]|(?:19|20)[0-9][0-9][年、—至-])|[⒈-⒛]",
        _NO_COMMA,
    ),
    Style("（1）", Family.ITEM, 24, f"[（(]{_DIGITS}{{1,2}}[)）]|[⑴-⒇]", _WIDE, _REFERENCE_TO_ITEM),
    Style("1）", Family.ITEM, 25, f"{_DIGITS}{{1,2}}[)）]", _WIDE),
    Style("①", Family.ITEM, 26, "[①-⑳㉑-㉟]", _WIDE),
    Style("第一步", Family.SERIES, 29, f"第{_HAN}(?:步|阶段|环节|档)[，,、：:]", _WIDE),
    Style("第一，", Family.SERIES, 30, "第[一二三四五六七八九十]{1,2}[，,、：:]", _WIDE),
    Style("首先", Family.SERIES, 31, "首先[，,]?|其次[，,]?|再次[，,]|最后[，,]", _WIDE),
    Style("其一", Family.SERIES, 32, "其[一二三四五六七八九十][，,是：:]", _WIDE),
    Style("一是", Family.SERIES, 33, "[一二三四五六七八九十]{1,2}是", _WIDE),
    Style("一要", Family.SERIES, 34, "[一二三四五六七八九十]{1,2}要", _WIDE),
)

LABEL = re.compile("|".join(f"(?P<s{i}>{style.pattern})" for i, style in enumerate(STYLES)))

LABEL_STARTS = "#第一二三四五六七八九十行任举措工目专记提问（(㈠-㈩0-9０-９⒈-⒛⑴-⒇①-⑳㉑-㉟首其再最"
"""The characters with which a label begins, for a set of characters in a pattern."""

_SPOKEN = {"首先": 1, "其次": 2, "再次": 3, "最后": LAST}
_HAN_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")}
_HAN_VALUES["〇"] = 0
_HAN_SCALES = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = re.compile("[一二三四五六七八九十百千零〇]+|[0-9０-９]+|[㈠-㈩①-⒛㉑-㉟]")
_CITED = re.compile(f"[编章节条](?:之{_HAN})?$")


def style_of(match: re.Match[str]) -> Style:
    """The row of the table that a match of `LABEL` belongs to."""
    assert match.lastgroup is not None
    return STYLES[int(match.lastgroup[1:])]


def ordinal(label: str) -> int:
    """The number in a label: 3 for （三）, 第3条, ③; 2 for 其次; `LAST` for 最后.

    `LAST` too for a label without a number.
    """
    spoken = _SPOKEN.get(label[:2])
    if spoken is not None:
        return spoken
    match = _NUMERAL.search(label)
    return numeral(match.group()) if match else LAST


def numeral(written: str) -> int:
    """The value of a whole number written 十二, 二〇, 12, １２ or ⑫; below 10000."""
    if written[0] in _HAN_SCALES or written[0] in _HAN_VALUES:
        return _han_value(written)
    if written.isdecimal():
        return int(written)
    return int(unicodedata.numeric(written))


def _han_value(written: str) -> int:
    total = digit = 0
    for character in written:
        scale = _HAN_SCALES.get(character)
        if scale is None:
            digit = digit * 10 + _HAN_VALUES[character]  # 二〇 is written digit by digit
        else:
            total += (digit or 1) * scale
            digit = 0
    return total + digit


def names_itself(label: str) -> bool:
    """Whether a label is a name by which the part is cited even without a heading: 第三条."""
    return label.startswith("第") and _CITED.search(label) is not None
