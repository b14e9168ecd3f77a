"""Where: names of places, addresses and windows, and where something is to be done."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from app.answer.named import Named
from app.lexicon.loader import table
from app.model import Question, Span

_HAN = "[一-鿿]"
_CLASS = re.compile("(?:哪(?:一)?个|什么|哪)(省|市|县|区|州|镇|乡|村|国家|城市|地区|街道|社区)")
_ENDINGS = {"国家": "国", "城市": "市", "地区": ""}  # how the names of a class end
_CLASSED = re.compile("(?:自治区|自治州|省|市|县|区|州|镇|乡|村|街道)$")
_BEFORE_NAME = re.compile("^(?:.*[在于到从由向和与及是为对])?")
_NUMBERED = re.compile("几(?:号|楼|层)|哪(?:一)?个窗口|什么窗口")
_WINDOW = re.compile("窗口")
_LABELLED = re.compile(
    "(?:地址|地点|位置|办公地点|办理地点)(?:在|为|是|位于)?[:：]\\s*([^，。；,;）)\n]{2,40})"
)
# A road with a number: inside brackets, or from the last word that leads to it.
_ROAD = re.compile(
    "(?:[（(，,：:]|[位在设]于|在|设在|地处)([^，。；,;：:（(）)在于\n]{1,20}?(?:路|街|大道|巷|道|弄)[0-9]{1,4}号"
    "(?:[^，。；,;（(）)设\n]{0,14}?(?:楼|室|层|厅|大厦|中心|院))?)"
)
_FLOOR = "[0-9一二三四五六七八九十负]{1,3}[楼层]"
_NUMBER = re.compile(
    f"(?:{_FLOOR})?(?:[A-Z东南西北中]区?)?"
    "[0-9]+(?:[至到、—–-][0-9]+)*号(?:窗口|楼|柜台|门|院|厅|桌)?"
)
_FLOORED = re.compile(
    f"(?:[0-9一-鿿]{{1,12}}?[楼座栋幢])?{_FLOOR}(?:[^，。；,;：:、（(）)\n]{{1,12}}?(?:窗口|大厅|柜台|厅|室|区))?"
)
_LABEL = re.compile(r"(?:地址|地点|位置|场所)(?:在|为|是|位于)?$")
_AFTER = re.compile(
    "(?:地址在|地点在|位于|设在|建在|设立在|坐落[于在]|地址为|地点为)([^，。；,;：:]{2,40})"
)
_TOWARDS = "(?:在|到|向|前往|登录|通过)((?:[^，。；,;：:在向]|所在){2,26}?)"
# Where something is handed in stands behind the verb: 报送至甲, 提交到乙.
_HANDED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        re.compile(f"(?:{asked})(?:到|去|往|给|至)?(?:了)?(?:哪|什么地方|何处)"),
        re.compile(
            f"(?:{said})(?:至|到|给)([^，。；,;：:（(\\n]{{2,26}}?)"
            "(?=[，。；,;：:（(\\n]|$|进行|审核|备案|汇总|办理|初审)"
        ),
    )
    for asked, said in (
        ("交|递", "提交|递交|送交|上交|交|送"),
        ("报", "报送|上报|报"),
        ("寄|邮|发", "邮寄|寄送|寄|发送|投递|发"),
    )
)
_APPLIED = re.compile(_TOWARDS + "(?:提出|申报|申请|提交|递交|报送|报名)")
_APPLYING = re.compile(
    "申[请报领办]|报名|办理|领取|提交|登记|备案|递交|报送|办(?=$|[,。?])|领(?=$|[,。?])"
)
_GOING = re.compile("^(?:去|来|才能|才|能|可以|进行|里)+")
_DONE = re.compile(
    _TOWARDS
    + "(?:公示|公布|公告|发布|查询|查看|办理|提交|领取|申请|受理|举行|召开|报名|报告|咨询"
    + "|备案|登记)"
)
_SEEN = re.compile("^(?:能|可以?|才能)?(?:看|查|找|了解|知道|得到)|^$")
_SITE_ASKED = re.compile("地址|地点|位置|办公|办理|窗口")
_FRAMED = 0.3
_PLAIN = 0.0


def asks_receiver(question: Question) -> bool:
    """Whether a question asks where something is handed in (交到哪里, 去哪里申报)."""
    handed = any(verb.search(question.full) for verb, _ in _HANDED)
    return handed or _APPLYING.match(_GOING.sub("", question.right)) is not None


@lru_cache(maxsize=256)
def _done(verb: str) -> re.Pattern[str]:
    """What stands between 在 and `verb`."""
    return re.compile(_TOWARDS + re.escape(verb))


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
    named = _CLASS.search(question.full)
    if named is not None:
        return _of_class(_ENDINGS.get(named.group(1), named.group(1)), text, clause)
    if _NUMBERED.search(question.full):
        numbered = _all(_NUMBER, text, clause, 0, _FRAMED) or _all(
            _FLOORED, text, clause, 0, _FRAMED
        )
        if not _WINDOW.search(question.full):
            return numbered
        windows = [one for one in numbered if one.span.of(text).endswith(("窗口", "柜台"))]
        if windows:
            return windows
    labelled = [*_all(_LABELLED, text, clause, 1, _FRAMED), *_all(_ROAD, text, clause, 1, _FRAMED)]
    if labelled:
        return labelled
    for verb, behind in _HANDED:
        if verb.search(question.full):
            handed = _all(behind, text, clause, 1, _FRAMED)
            return handed or _all(_APPLIED, text, clause, 1, _FRAMED)
    asked = _GOING.sub("", question.right)[:2]
    worth = _PLAIN if asked and not _SITE_ASKED.search(question.full) else _FRAMED
    if before is not None and _LABEL.search(before.of(text)):
        return [Named(clause, worth)]
    framed = _all(_AFTER, text, clause, 1, worth)
    if framed:
        return framed
    done = _all(_done(asked), text, clause, 1, _FRAMED) if len(asked) > 1 else []
    if not done and _SEEN.search(question.right):
        done = _all(_DONE, text, clause, 1, _PLAIN)
    return done


def _of_class(ending: str, text: str, clause: Span) -> list[Named]:
    """Names of places with `ending`, without the words that lead to them."""
    found = []
    for one in _all(_places(), text, clause, 0, _PLAIN):
        lead = _BEFORE_NAME.match(one.span.of(text))
        span = Span(one.span.start + (lead.end() if lead else 0), one.span.end)
        name = span.of(text)
        bare = _CLASSED.search(name) is None  # a known name without its ending (湖北)
        if len(span) > 1 and (bare or name.endswith(ending)):
            found.append(Named(span, one.bonus))
    return found


def _all(
    pattern: re.Pattern[str], text: str, clause: Span, group: int, bonus: float
) -> list[Named]:
    return [
        Named(Span(match.start(group), match.end(group)), bonus)
        for match in pattern.finditer(text, clause.start, clause.end)
    ]
