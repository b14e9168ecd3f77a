"""Whom to reach about a document and how: 联系人, 电话, 传真, 地址, 邮箱.

Telephone numbers are kept as written, with the blanks and hyphens that people put into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.documents.stated import Stated
from app.model import Contact, Span

MOST = 60
_MOST_BEHIND = 10  # numbers behind one label
KINDS = ("联系人", "电话", "传真", "地址", "邮箱")

_D = "[0-9０-９]"
_DASH = "[ \\t\u3000]{0,2}[-－—–―‐]{1,2}[ \\t\u3000]{0,2}"
PHONE = (
    f"(?<![0-9０-９.])(?:[（(]0{_D}{{2,3}}[）)][ ]?{_D}{{7,8}}"
    f"|0{_D}{{2,3}}(?:{_DASH}|[ \u3000]){_D}{{3,4}}[ -]?{_D}{{3,5}}(?:[-转]{_D}{{1,5}})?"
    f"|0{_D}{{9,11}}"
    f"|1[3-9]{_D}[ -]?{_D}{{4}}[ -]?{_D}{{4}}"
    f"|[48]00{_DASH}{_D}{{3,4}}{_DASH}{_D}{{3,4}}|[48]00[ ]?{_D}{{3,4}}[ ]?{_D}{{3,4}}"
    f"|[2-8]{_D}{{6,7}}|1[02]{_D}{{3}}|11{_D}|9[56]{_D}{{3}})(?![0-9０-９])"
)
_PHONE = re.compile(PHONE)
_SIGN = re.compile("电话|热线|传真|手机|联系人|地址|邮箱|邮件")
_LABEL = re.compile("[一-鿿]{0,8}$")
_CLOSE = re.compile(
    "(?:及电话|及微信号?|（微信同号）|号码|地址)?[ \\t\u3000]*[：:为]?[ \\t\u3000“]*"
)
# What stands between a label and its number: the unit that is reached there.
_HOLDER = re.compile("[^0-9０-９。；;，,、：:\\n（(]{0,30}?[：:]?[ \\t\u3000]*(?=[（(]?[0-9０-９])")
_COLON = re.compile("[：:]")
_ANOTHER = re.compile(
    "(?:[（(][^（）()\\n]{1,40}[)）])?[ \\t\u3000]*[、，,；;/和或]?[ \\t\u3000]*"
    "(?P<holder>[一-鿿 ]{0,20}?)[：: \\t\u3000]{0,3}(?=[（(]?[0-9０-９])"
)
_PERSON = re.compile(
    "[：:][ \\t\u3000]*(?P<value>[一-鿿·][一-鿿· \u3000]{0,28}[一-鿿])"
    "(?=[，,；;。、\\s（(）)：:]|$)"
)
_ADDRESS = re.compile(
    "[：:][ \\t\u3000]*(?P<value>(?:[^；;。，,：:\\n（）()]|[（(][^（）()\\n]{0,30}[)）]){5,60})"
    "(?=[；;。，,\\n）)]|$)"
)
_MAIL = re.compile(
    "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{2,63}){1,4}"
)
_PLACE = re.compile("[路街道巷号楼室层镇村区县市州弄栋座]")
# 平台或服务热线, 请拨打咨询电话: the label begins behind these.
_LEADING = re.compile("^.*(?:[的和及与或]|拨打|通过|开通|设立|公布)")


def contacts(text: str) -> tuple[Stated[Contact], ...]:
    """The ways to reach somebody, in reading order, each place in the text once."""
    found: dict[int, Stated[Contact]] = {}
    for sign in _SIGN.finditer(text):
        for stated in _behind(text, sign):
            found.setdefault(stated.span.start, stated)
        if len(found) >= MOST:
            break
    return tuple(sorted(found.values(), key=lambda stated: stated.span.start))[:MOST]


def _behind(text: str, sign: re.Match[str]) -> Iterator[Stated[Contact]]:
    before = _LABEL.search(text, max(0, sign.start() - 10), sign.start())
    label = _LEADING.sub("", before.group() if before else "") + sign.group()
    if sign.group() == "联系人":
        yield from _one(_PERSON.match(text, sign.end()), "联系人", label)
    elif sign.group() == "地址":
        place = _ADDRESS.match(text, sign.end())
        if place is not None and _PLACE.search(place["value"]):
            yield from _one(place, "地址", label)
    elif sign.group() in ("邮箱", "邮件"):
        close = _CLOSE.match(text, sign.end())
        mail = _MAIL.match(text, close.end() if close else sign.end())
        if mail is not None:
            yield Stated(Contact("邮箱", mail.group(), label), Span(*mail.span()))
    else:
        yield from _phones(text, sign, label)


def _one(found: re.Match[str] | None, kind: str, label: str) -> Iterator[Stated[Contact]]:
    if found is not None:
        yield Stated(Contact(kind, found["value"], label), Span(*found.span("value")))


def _phones(text: str, sign: re.Match[str], label: str) -> Iterator[Stated[Contact]]:
    """The number behind a label, and those that follow it with nothing but names between."""
    kind = "传真" if sign.group() == "传真" else "电话"
    close = _CLOSE.match(text, sign.end())
    at = close.end() if close else sign.end()
    holder = _HOLDER.match(text, at)
    if holder is None:
        return
    name = holder.group().strip("：: \t\u3000")
    if name and not _COLON.search(text, sign.end(), at):
        return  # 热线…: words of a sentence, nobody who is reached
    phone = _PHONE.match(text, holder.end())
    for _ in range(_MOST_BEHIND):
        if phone is None:
            return
        yield Stated(Contact(kind, phone.group(), label, name), Span(*phone.span()))
        another = _ANOTHER.match(text, phone.end())
        if another is None:
            return
        name = another["holder"].strip()
        phone = _PHONE.match(text, another.end())
