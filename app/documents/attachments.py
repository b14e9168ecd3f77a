"""The attachments that a document names: 附件：1.任务分工表　2.申请表."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from app.documents.lines import is_one_line
from app.documents.stated import Stated
from app.model import Span

MOST = 100
_LONGEST = 120
_LONGEST_LIST = 2000

_LIST = re.compile("附(?:件|表)?[ \u3000]?[：:][ \\t\u3000]*")
_OPENS = re.compile("^$|[\\s。；）)]")
_NUMBERED = re.compile("[0-9０-９]{1,2}[.．、][ \\t\u3000]*(?![0-9]{1,3}%)")
_NEXT_LINE = re.compile("\\r?\\n[ \\t\u3000]*(?=[0-9０-９]{1,2}[.．、])")
_HEADING = re.compile(
    "^[ \\t\u3000]*附件[ \u3000]?[0-9一二三四五六七八九十]{1,3}[ \u3000]?[：:.．、 \u3000]+",
    re.MULTILINE,
)
_TRAILING = "；;。，,、 \t\r\n\u3000"


def attachments(text: str) -> tuple[Stated[str], ...]:
    """The names of the attachments, as the list of them at the end of the text gives them.

    Without such a list, the names behind 附件1 where the attachments begin.
    """
    if "附" not in text:
        return ()
    one_line = is_one_line(text)
    for start in islice(_LIST.finditer(text), MOST):
        if not _OPENS.search(text, max(0, start.start() - 1), start.start()):
            continue
        found = tuple(_listed(text, start.end(), one_line))[:MOST]
        if found:
            return found
    headed = (
        _named(text, start.end(), _line_end(text, start.end()), one_line)
        for start in _HEADING.finditer(text)
    )
    return tuple(stated for stated in headed if stated is not None)[:MOST]


def _listed(text: str, start: int, one_line: bool) -> Iterator[Stated[str]]:
    """The items from `start` on: on one line, or each on a line that begins with its number."""
    end = _list_end(text, start, one_line)
    marks = _in_sequence(text, start, end)
    if not marks:
        stated = _named(text, start, end, one_line)
        if stated is not None:
            yield stated
        return
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        stated = _named(text, mark.end(), after.start() if after else end, one_line)
        if stated is not None:
            yield stated


def _in_sequence(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The numbers 1, 2, 3 … that open items, the first right at `start`."""
    found: list[re.Match[str]] = []
    for mark in _NUMBERED.finditer(text, start, end):
        number = int(re.match("[0-9０-９]+", mark.group()).group())  # type: ignore[union-attr]
        if found and mark.start() - found[-1].end() > _LONGEST:
            break
        if number == len(found) + 1 and (found or mark.start() == start):
            found.append(mark)
    return found


def _list_end(text: str, start: int, one_line: bool) -> int:
    if one_line:
        furthest = min(len(text), start + _LONGEST_LIST)
        stop = text.find("。", start, furthest)
        return furthest if stop < 0 else stop
    end = _line_end(text, start)
    while (following := _NEXT_LINE.match(text, end)) is not None:
        end = _line_end(text, following.end())
    return end


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _named(text: str, start: int, end: int, one_line: bool) -> Stated[str] | None:
    """The name in a span, without the marks around it; in a text of one line up to a blank."""
    words = text[start:end]
    if one_line:
        words = re.split(r"\s", words.strip(), maxsplit=1)[0]
    lead = len(text[start:end]) - len(text[start:end].lstrip())
    words = words.strip().rstrip(_TRAILING + "_")
    if not 2 <= len(words) <= _LONGEST or "。" in words or re.match("[略无]|请|见|详见", words):
        return None
    return Stated(words, Span(start + lead, start + lead + len(words)))
