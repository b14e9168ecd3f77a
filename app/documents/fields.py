"""The official fields that a document states itself: title, 文号, 成文日期.

Only what stands there plainly is believed; otherwise None, and a sidecar may say more. Forms
after GB/T 9704 (document numbers, dates of signature).
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePath

from app.documents.labels import LABEL, numeral

LONGEST_TITLE = 80
_HEAD = 500
_TAIL = 2000
_LAST_LINES = 12
_LAST_WORDS = 3

_SENTENCE = re.compile("[。；;]|[，,：:、]$")
_KINDS = (
    "通知|意见|办法|方案|规定|条例|公告|通告|决定|决议|命令|措施|规划|计划|纲要|要点|报告|请示|细则|规则|规程|"
    "标准|规范|准则|章程|目录|清单|指引|函|批复|通报|议案|纪要|指南|公报|解读|问答|倡议书|说明|法"
)
_TITLE = re.compile(rf"(?:{_KINDS})(?:[（(][^（）()\s]{{1,12}}[)）])?$")
_BLANK = re.compile(r"\s+")
_MARKDOWN = re.compile(r"#{1,6}[ \t\u3000]+")

# 国办发〔2020〕24号; the brackets are often typed in another form. An issuer's code has no
# blanks; what stands before it in a reference (《…》（苏政发〔…〕）) is an opening bracket.
_NUMBER = re.compile(
    r"(?P<before>.|^)(?P<number>[\u4e00-\u9fff]{2,12}[〔\[［【(（](?:19|20)[0-9]{2}[〕\]］】)）]"
    r"第?[0-9]{1,5}号)",
    re.DOTALL,
)

_ARABIC_DATE = re.compile(
    r"((?:19|20)[0-9]{2})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日(?:印发|发布)?"
)
_HAN_DATE = re.compile(
    "([一二][〇○零Ｏ一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def title(text: str, name: str) -> str:
    """The title: the first line, or in a text of one line the words before the first blank.

    `name` is the file name; without its suffix it is the title of a text that states none.
    """
    first = _first_line(text)
    if first and len(first) <= LONGEST_TITLE and not _is_running(first):
        return first
    return _title_before_blank(first) or PurePath(name).stem


def number(text: str) -> str | None:
    """The 文号 in the first 500 characters, as written; None when there is none.

    A number in brackets belongs to a document that is referred to.
    """
    for match in _NUMBER.finditer(text[:_HEAD]):
        if not match["before"].strip("：: \t\r\n\u3000"):
            return match["number"]
    return None


def issued_on(text: str) -> date | None:
    """The date that stands alone on one of the last lines, below the text; else None.

    In a text of one line, the date that stands between blanks among its last words.
    """
    end = text.rstrip()[-_TAIL:]
    lines = end.splitlines()
    last = lines[1:][-_LAST_LINES:] if len(lines) > 1 else end.split()[1:][-_LAST_WORDS:]
    for line in reversed(last):
        found = _date(line.strip())
        if found is not None:
            return found
    return None


def _title_before_blank(line: str) -> str | None:
    """The shortest run up to a blank that ends like the title of a document: 关于…的通知."""
    for blank in _BLANK.finditer(line, 0, LONGEST_TITLE + 1):
        run = line[: blank.start()]
        if _is_running(run):
            return None
        if _TITLE.search(run):
            return run
    return None


def _first_line(text: str) -> str:
    stripped = text.lstrip()
    line = stripped.splitlines()[0].strip() if stripped else ""
    mark = _MARKDOWN.match(line)
    return line[mark.end() :] if mark else line


def _is_running(words: str) -> bool:
    """Whether words are text and no title: a sentence, a salutation, or a labelled part."""
    return _SENTENCE.search(words) is not None or LABEL.match(words) is not None


def _date(line: str) -> date | None:
    arabic = _ARABIC_DATE.fullmatch(line)
    if arabic:
        return _day(*(int(part) for part in arabic.groups()))
    written = _HAN_DATE.fullmatch(line)
    if written:
        year = re.sub("[○Ｏ零]", "〇", written[1])
        return _day(numeral(year), numeral(written[2]), numeral(written[3]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:  # 2月30日: a slip of the pen is no date
        return None
