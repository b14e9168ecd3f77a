"""Where: names of places, addresses and windows, and where something is to be done."""

from __future__ import annotations

import re
from functools import cache

from app.answer.named import Named
from app.lexicon.loader import table
from app.model import Question, Span

_HAN = "[一-鿿]"
_CLASS = re.compile("(?:哪(?:一)?个|什么|哪)(?:省|市|县|区|州|镇|乡|村|国家|城市|地区|街道|社区)")
_NUMBERED = re.compile("几号")
_NUMBER = re.compile("[0-9]+(?:[至到、—–-][0-9]+)*号(?:窗口|楼|柜台|门|院|厅|桌)?")
_LABEL = re.compile(r"(?:地址|地点|位置|场所)(?:在|为|是|位于)?$")
_AFTER = re.compile(
    "(?:地址在|地点在|位于|设在|建在|设立在|坐落[于在]|地址为|地点为)([^，。；,;：:]{2,40})"
)
_DONE = re.compile(
    "(?:在|到|向|前往|登录|通过)([^，。；,;：:在向]{2,26}?)"
    "(?:公示|公布|公告|发布|查询|查看|办理|提交|领取|申请|受理|举行|召开|报名|报告|咨询|备案|登记)"
)
_SITE_ASKED = re.compile("地址|地点|位置|办公|办理|窗口")
_FRAMED = 0.3
_PLAIN = 0.0


@cache
def _places() -> re.Pattern[str]:
    regions = sorted(
        {
            name
            for row in table("abbreviations.tsv")
            for name in row
            if re.search("(?:省|自治区|市)$", name)
        }
    )
    short = sorted({re.sub("(?:壮族|回族|维吾尔)?(?:自治区|省|市)$", "", name) for name in regions})
    general = f"{_HAN}{{2,6}}?(?:自治区|自治州|省|市|县|区|州|镇|乡|村|街道)"
    names = "|".join(re.escape(name) for name in (*regions, *short) if len(name) >= 2)
    return re.compile(f"(?:{names})|{general}" if names else general)


def places(question: Question, text: str, clause: Span, before: Span | None) -> list[Named]:
    """The places of `clause` that may answer; `before` is the clause ahead of it.

    A question for a class of places (哪个县) is answered by a name, 在哪里 by what stands behind
    地址 or between 在 and what is done there.
    """
    if _CLASS.search(question.full):
        return _all(_places(), text, clause, 0, _PLAIN)
    if _NUMBERED.search(question.full):
        return _all(_NUMBER, text, clause, 0, _FRAMED)
    asked = question.right[:2]
    worth = _PLAIN if asked and not _SITE_ASKED.search(question.full) else _FRAMED
    if before is not None and _LABEL.search(before.of(text)):
        return [Named(clause, worth)]
    framed = _all(_AFTER, text, clause, 1, worth)
    done = [
        Named(
            Span(match.start(1), match.end(1)),
            _FRAMED if asked and asked in match.group() else _PLAIN,
        )
        for match in _DONE.finditer(text, clause.start, clause.end)
    ]
    return framed or done


def _all(
    pattern: re.Pattern[str], text: str, clause: Span, group: int, bonus: float
) -> list[Named]:
    return [
        Named(Span(match.start(group), match.end(group)), bonus)
        for match in pattern.finditer(text, clause.start, clause.end)
    ]
