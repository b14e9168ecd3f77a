"""Follow-up questions: what an earlier question must lend to a short later one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.question.cues import phrases
from app.text.numbers import number_value

_OPENERS = re.compile(
    "^(?:那么?|其中|比(?![例重率分较方])|相比|同比|后来|然后|之后|此外|另外|还有|具体|再|以及|它们?|他们|她们|这些?|该|上述|上一|下一|前一|后一|去年|前年|同期|第[0-9一二两三四五六七八九十]+[项个条种点]|最后一[项个条种点])"
)
_POINTERS = re.compile(
    "这个|这项|这些|这方面|它们?|他们|上述|前述|那个|那项|那些|该(?:项|政策|措施|办法)"
)
_AND_THIS = re.compile("^(?:那么?|至于|如果是|换成)?(.{1,16}?)(?:的话)?(?:呢|怎么样|如何)[?？]*$")
_YEAR = re.compile(r"(?:19|20)\d{2}年?|今年|去年|前年|明年")
_OTHER_YEAR = re.compile("^再?(前|上|后|下)一?年度?$")
_ORDINAL = re.compile("第[0-9一二两三四五六七八九十]+[项个条种点步]|最后一[项个条种点步]")
_OTHER_ITEM = re.compile("^再?(前|上|后|下)(?:面)?一?[项个条种点步款]$")
_NUMERAL = re.compile("[0-9]+|[一二两三四五六七八九十]+")
_DIGITS = "一二三四五六七八九"
_TIME_ALONE = re.compile(
    r"(?:(?:19|20)\d{2}年?|当年|那年|那时|当时)(?:[初末底]|年[初末底])?(?:的?时候?|那[会时]儿?)?(?:才|就|又)?"
)
_SUBJECT = re.compile("^[一-鿿]{1,10}?(?:省|自治区|自治州|市|县|州|区|镇|乡|村|全国|国)|^全[一-鿿]")
_YEAR_ALONE = 6  # a part of so few characters that begins with a year is one
_CHAIN = 4  # earlier questions that may lean on each other
_SHORT = 8  # a question of so few characters, phrases cut out, cannot stand alone


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that can stand alone.

    `text` is what is asked, `context` the words of the earlier question that may lend a subject,
    "" when nothing is lent. `replaced` tells that `text` is the earlier question with one part
    exchanged, as for 全州呢; `added` is that part when it could only be added, as for 骨干呢.
    `scope` is the earlier question whose place and year hold on when this one names none.
    """

    text: str
    context: str
    replaced: bool
    added: str = ""
    scope: str = ""


def resolve(question: str, history: Sequence[str]) -> Resolved:
    """Fills a follow-up from the last of the earlier questions; all texts are folded.

    >>> resolve("全州呢?", ["某市组建了几个集团?"]).text
    '全州组建了几个集团?'
    """
    history = history[-_CHAIN:]
    earlier = history[-1] if history else ""
    if not earlier:
        return Resolved(question, "", False)
    if len(history) > 1:
        earlier = _whole(resolve(earlier, history[:-1]))
    if not _depends(question):
        return Resolved(question, "", False, scope=earlier)
    found = _AND_THIS.match(question)
    if found and not _asks(found.group(1)):
        part = found.group(1)
        text = _exchanged(part, earlier)
        return Resolved(text, "", True, added=part if text.endswith(f" {part}") else "")
    return Resolved(question, earlier, False, scope=earlier)


def _whole(resolved: Resolved) -> str:
    """A resolved question in one text, so that a later one may lean on it."""
    return f"{resolved.context} {resolved.text}".strip()


def _asks(text: str) -> bool:
    return any(len(span) > 0 for span in phrases(text))


def _depends(question: str) -> bool:
    if _OPENERS.search(question) or _POINTERS.search(question) or _AND_THIS.match(question):
        return True
    rest = question
    for span in reversed(phrases(question)):
        rest = rest[: span.start] + rest[span.end :]
    rest = _TIME_ALONE.sub("", rest)
    return len(re.sub(r"\W", "", rest)) < _SHORT // 2


def _exchanged(part: str, earlier: str) -> str:
    """The earlier question with the piece that is of the same sort as `part` exchanged for it."""
    other = _OTHER_YEAR.match(part)
    if other:
        return _YEAR.sub(lambda year: _shifted(year.group(), other.group(1)), earlier, count=1)
    neighbour = _OTHER_ITEM.match(part)
    if neighbour and _ORDINAL.search(earlier):
        return _neighbour(earlier, 1 if neighbour.group(1) in "后下" else -1)
    if _YEAR.match(part) and len(part) <= _YEAR_ALONE:
        if _YEAR.search(earlier):
            return _YEAR.sub(part if part.endswith("年") else part + "年", earlier, count=1)
        return part + earlier
    if _ORDINAL.search(part) and _ORDINAL.search(earlier):
        return _ORDINAL.sub(part, earlier, count=1)
    if _SUBJECT.match(part) and _SUBJECT.match(earlier):
        return _SUBJECT.sub(part, earlier, count=1)
    year = _YEAR.match(part)
    if year:  # 2016年的产量: the year that was asked for before holds no more
        earlier = _YEAR.sub(year.group(), earlier)
    return part + earlier if _SUBJECT.match(part) else f"{earlier.rstrip('?？')} {part}"


def _neighbour(earlier: str, step: int) -> str:
    """`earlier` asking for the item before or after the one that it names last.

    Before the first item there is none: the question stays, and nothing is found for 第零项.
    """
    named = list(_ORDINAL.finditer(earlier))[-1]
    numeral = _NUMERAL.search(named.group())
    value = number_value(numeral.group()) if numeral is not None else None
    if numeral is None or value is None:
        return earlier
    if named.group().startswith("最后"):
        return earlier
    start = named.start() + numeral.start()
    end = named.start() + numeral.end()
    return f"{earlier[:start]}{_chinese(int(value) + step)}{earlier[end:]}"


def _chinese(value: int) -> str:
    """A number from 0 to 99 in Chinese numerals."""
    if value <= 0:
        return "零"
    tens, ones = divmod(value, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens - 1]}十")
    return f"{lead}{_DIGITS[ones - 1] if ones else ''}"


def _shifted(year: str, direction: str) -> str:
    digits = re.match(r"\d{4}", year)
    if digits is None:
        return year
    return f"{int(digits.group()) + (1 if direction in '后下' else -1)}年"
