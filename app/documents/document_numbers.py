"""The 文号 of a document: 国办发〔2031〕24号, 国务院令第748号, 财政部公告2031年第8号.

Forms after GB/T 9704: code of the issuer, year in brackets, serial number. The brackets are often
typed in another form, with blanks inside. A number in running text belongs to another document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.documents.head_labels import Labelled
from app.documents.lines import is_closed
from app.documents.organisations import is_organisation
from app.documents.stated import Stated
from app.model import Span

_HEAD = 500  # characters at the beginning among which the number stands
_JOINT = 6  # numbers of one document that several authorities have issued

_B = "[ \\t\u3000\u00a0]{0,3}"
_OPEN, _CLOSE = "〔\\[［【(（﹝", "〕\\]］】)）﹞"
_SERIAL_PART = f"{_B}第?{_B}[0-9]{{1,5}}{_B}号"
YEAR_NUMBER = f"[一-鿿]{{2,12}}{_B}[{_OPEN}]{_B}(?:19|20)[0-9]{{2}}{_B}[{_CLOSE}]{_SERIAL_PART}"
_NUMBER = re.compile(f"(?<![一-鿿])(?P<number>{YEAR_NUMBER})")
_MORE = re.compile(f"[、，,\\s]{{0,6}}(?P<number>{YEAR_NUMBER})")
# 关于绿化的通知某政发〔2031〕7号: the title has grown together with the number.
_NO_CODE = re.compile("关于|的|印发|通知|意见|办法|方案|公告|根据|按照|依据|执行|依照|参照")
_ORDER = re.compile(
    f"(?<![^\\s])(?P<who>[一-鿿]{{3,30}}(?:令|公告|通告))\\s{{0,10}}"
    f"[（(]?{_B}(?P<serial>(?:(?:19|20)[0-9]{{2}}年)?{_B}第{_B}[0-9]{{1,5}}{_B}号)[）)]?(?=\\s|$)"
)
_ORDERED = re.compile(
    "(?P<who>[一-鿿 \\t\u3000]{3,80}?)(?:令|公告|通告)\\s{0,10}[（(]?(?:[0-9]{4}年)?第"
)
_SERIAL = re.compile(
    "^[ \\t\u3000]*[（(]?(?P<serial>(?:公告|通告)?(?:(?:19|20)[0-9]{2}年)?第[0-9]{1,5}号令?)[）)]?"
    "[ \\t\u3000]*$",
    re.MULTILINE,
)
_ANNOUNCED = re.compile("(?:公告|通告|令|命令)[ \\t\u3000\r\n]*$")
_BEFORE = "：:】] \t\r\n\u3000\u00a0"
_BLANKS = re.compile(r"\s+")
_KEPT_BLANK = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
_ANY_OPEN, _ANY_CLOSE = re.compile(f"[{_OPEN}]"), re.compile(f"[{_CLOSE}]")


def number(text: str, labels: Sequence[Labelled]) -> Stated[str] | None:
    """The 文号 as written but for blanks; several of one document are parted by 、."""
    for label in labels:
        if label.field == "number":
            found = _NUMBER.match(text, label.span.start) or _ORDER.match(text, label.span.start)
            if found is not None and found.end() <= label.span.end:
                return Stated(_tight(found.group()), Span(*found.span()))
    return _beside_title(text) or _order(text) or _serial(text)


def key(number: str) -> str:
    """What two ways to write one number have in common: 国办发[2031]第24号, 国办发〔2031〕24号."""
    tight = _BLANKS.sub("", number)
    return _ANY_CLOSE.sub("〕", _ANY_OPEN.sub("〔", tight)).replace("〕第", "〕")


def keys(number: str) -> tuple[str, ...]:
    """The keys of all numbers in a field that holds one or more, parted by 、."""
    return tuple(key(part) for part in number.split("、"))


def code(number: str) -> str:
    """The code of the issuer in a number: 国办发."""
    return _ANY_OPEN.split(number, maxsplit=1)[0].strip()


def announced_by(text: str, number: Stated[str]) -> Span | None:
    """Where the authorities stand in the number of an order or announcement."""
    found = _ORDERED.match(text[number.span.start : number.span.end])
    if found is None:
        return None
    return Span(number.span.start, number.span.start + found.end("who"))


def _beside_title(text: str) -> Stated[str] | None:
    for found in _NUMBER.finditer(text, 0, _HEAD):
        before = text[found.start() - 1] if found.start() else ""
        alone = before in ("（", "(") and _is_own_line(text, found)
        if _NO_CODE.search(found["number"]) or not (alone or before in _BEFORE):
            continue
        numbers, end = [_tight(found["number"])], found.end()
        while len(numbers) < _JOINT and (more := _MORE.match(text, end)) is not None:
            if _NO_CODE.search(more["number"]):
                break
            numbers.append(_tight(more["number"]))
            end = more.end()
        return Stated("、".join(numbers), Span(found.start(), end))
    return None


def _is_own_line(text: str, found: re.Match[str]) -> bool:
    """Whether the brackets around a number hold nothing else and stand alone on their line."""
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line[1:-1].strip() == found.group().strip() and line[-1:] in ("）", ")")


def _order(text: str) -> Stated[str] | None:
    """The number of an order or announcement, with the authority before it."""
    for found in _ORDER.finditer(text, 0, _HEAD):
        who = re.sub("(?:令|公告|通告)$", "", found["who"])
        if not (is_organisation(who) or who.endswith(("人民政府", "主席"))):
            continue
        start = _joint_start(text, found.start())
        if not is_closed(text[text.rfind("\n", 0, start) + 1 : start]):
            continue  # the rest of a name that a blank has cut
        written = text[start : found.end("who")] + _BLANKS.sub("", found["serial"])
        return Stated(_KEPT_BLANK.sub(" ", written), Span(start, found.end("serial")))
    return None


def _joint_start(text: str, start: int) -> int:
    """Where the authorities begin of which the last one stands at `start`: 财政部 税务总局公告."""
    while True:
        before = re.search(r"(\S{1,40})[^\S\n]{1,4}$", text[max(0, start - 44) : start])
        if before is None or not is_organisation(before[1]):
            return start
        start -= len(before.group())


def _serial(text: str) -> Stated[str] | None:
    """第5号 on a line of its own below 通告: the number of a document without a code."""
    for found in _SERIAL.finditer(text, 0, _HEAD):
        if _ANNOUNCED.search(text, 0, found.start()):
            return Stated(found["serial"], Span(*found.span("serial")))
    return None


def _tight(written: str) -> str:
    return _BLANKS.sub("", written)
