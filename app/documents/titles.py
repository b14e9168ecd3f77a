"""The title of a document: what stands above it in large letters, also over several lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePath

from app.documents.document_numbers import YEAR_NUMBER
from app.documents.head_labels import Labelled
from app.documents.labels import LABEL
from app.documents.lines import Line, is_one_line, lines
from app.documents.organisations import organisations
from app.documents.stated import Stated
from app.model import Span

LONGEST = 80
LONGEST_NAMED = 150  # of a title that ends like one: …关于印发《…》的通知
_HEAD = 1500
_MOST_LINES = 4  # over which a title runs
_MOST_ABOVE = 24  # lines above a title: letterhead, numbers, labels

KINDS = (
    "通知|意见|办法|方案|规定|条例|公告|通告|决定|决议|命令|措施|规划|计划|纲要|要点|报告|请示|细则|规则|规程|"
    "标准|规范|准则|章程|目录|清单|指引|函|批复|通报|议案|纪要|指南|公报|解读|问答|倡议书|说明|法"
)
_BRACKET = r"(?:[（(][^（）()\s]{1,12}[)）])?"
_ENDS = re.compile(rf"(?:{KINDS}){_BRACKET}{_BRACKET}$")
_SENTENCE = re.compile("[。；;]|[，,：:、]$")
_BLANK = re.compile(r"\s+")
# 通　知: set wide, as a word alone on the last line of a title is.
_SPREAD = re.compile(r"\S(?:[ \t\u3000]+\S){1,3}$")
_MARKDOWN = re.compile(r"#{1,6}[ \t\u3000]+")
_GOES_ON = re.compile("^(?:关于|印发|转发|批转)|^《")
# What stands above a title and is none: letterhead, secrecy, signer, number, order, date.
_ABOVE = re.compile(
    rf"[一-鿿 \u3000]{{4,60}}文件$|^(?:特急|加急|平急|特提|机密|秘密|绝密|急件)|^签发人"
    rf"|^[（(]?{YEAR_NUMBER}[）)]?(?:\s|$)|^[（(]?第[ \u3000]?[0-9]{{1,5}}[ \u3000]?号令?[）)]?$"
    r"|^[（(]?(?:19|20)[0-9]{2}年第[0-9]{1,5}号[）)]?$|^[0-9]{1,8}$"
)
_ORDER = re.compile(
    "^[一-鿿 \u3000]{3,40}令(?:[ \u3000]*[（(]?第[ \u3000]?[0-9]{1,5}[ \u3000]?号[）)]?)?$"
)
_ENACTED = re.compile("《([^《》]{4,80})》[^。]{0,160}(?:现予|予以)(?:公布|发布)")


def title(text: str, name: str, labels: Sequence[Labelled]) -> Stated[str] | None:
    """The title where the text states one; see `name_of` for a text that does not."""
    for label in labels:
        if label.field == "title" and len(label.value) <= LONGEST_NAMED:
            return Stated(label.value, label.span)
    return _first_title(text, labels)


def name_of(name: str) -> str:
    """The title of a text that states none: its file's name without the suffix."""
    return PurePath(name).stem


def _first_title(text: str, labels: Sequence[Labelled]) -> Stated[str] | None:
    if is_one_line(text):
        start = len(text) - len(text.lstrip())
        whole = Line(text.strip(), Span(start, len(text.rstrip())))
        return _as_it_stands(whole) or _title_before_blank(text, start)
    above = [_unmarked(line) for line in islice(lines(text, 0, _HEAD), _MOST_ABOVE)]
    for index, line in enumerate(above):
        if _ORDER.match(line.text):
            enacted = _ENACTED.search(text, line.span.end, line.span.end + _HEAD)
            if enacted is not None:
                return Stated(enacted[1], Span(*enacted.span(1)))
        if _ORDER.match(line.text) or _ABOVE.search(line.text):
            continue
        if any(label.span.start <= line.span.end <= label.span.end + 1 for label in labels):
            continue
        found = _over_lines(above[index : index + _MOST_LINES], text)
        if found is not None:
            return found
        return _title_before_blank(text, line.span.start) if index == 0 else None
    return None


def _over_lines(first: Sequence[Line], text: str) -> Stated[str] | None:
    """The title that begins on the first of some lines, when a title does."""
    start = first[0]
    if _is_running(start.text):
        return None
    if len(first) > 1 and not _ENDS.search(start.text):
        issued = bool(organisations(text, start.span))
        if _GOES_ON.match(first[1].text) if issued else "关于" in start.text:
            joined = _joined(first)
            if joined is not None:
                return joined
        if issued:  # a letterhead, or the name of a web site
            return _over_lines(first[1:], text) if _ENDS.search(first[1].text) else None
    return _as_it_stands(start)


def _as_it_stands(line: Line) -> Stated[str] | None:
    longest = LONGEST_NAMED if _ENDS.search(line.text) else LONGEST
    if not line.text or len(line.text) > longest or _is_running(line.text):
        return None
    return Stated(line.text, line.span)


def _joined(first: Sequence[Line]) -> Stated[str] | None:
    """The shortest run of lines that together end like a title."""
    words = first[0].text
    for line in first[1:]:
        if _is_running(line.text):
            return None
        words += _BLANK.sub("", line.text) if _SPREAD.match(line.text) else line.text
        if len(words) > LONGEST_NAMED:
            return None
        if _ENDS.search(words):
            return Stated(words, Span(first[0].span.start, line.span.end))
    return None


def _title_before_blank(text: str, start: int) -> Stated[str] | None:
    """The shortest run up to a blank that ends like the title of a document: 关于…的通知."""
    for blank in _BLANK.finditer(text, start, start + LONGEST_NAMED + 1):
        run = text[start : blank.start()]
        if "\n" in run or _is_running(run):
            return None
        if _ENDS.search(run):
            return Stated(run, Span(start, blank.start()))
    return None


def _unmarked(line: Line) -> Line:
    """A line without the marks of a Markdown heading."""
    mark = _MARKDOWN.match(line.text)
    if mark is None:
        return line
    return Line(line.text[mark.end() :], Span(line.span.start + mark.end(), line.span.end))


def _is_running(words: str) -> bool:
    """Whether words are text and no title: a sentence, a salutation, or a labelled part."""
    return _SENTENCE.search(words) is not None or LABEL.match(words) is not None
