"""The lines of a text without the blanks around them; in a text of one line, its runs.

Extracted texts have often lost their line breaks: what stood on a line of its own then stands
between blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.model import Span

_LINE = re.compile(r"[^\s][^\r\n]*")
_RUN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """What stands on a line, and where."""

    text: str
    span: Span


# What may stand before a name in a text of one line; anything else may be the first half of it.
_CLOSED = re.compile(
    "[。！？；）)”》：】]$|(?:通知|通告|公告|报告|意见|办法|措施|方案|决定|函复|函告|此复|通报|号)$|^[0-9]+$"
)


def is_closed(before: str) -> bool:
    """Whether what stands before a blank ends there, so that something new begins behind it."""
    return not before.strip() or _CLOSED.search(before.rstrip()) is not None


def lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of `text` that begin in the span, or its runs when it is a single line."""
    pattern = _RUN if is_one_line(text) else _LINE
    for found in pattern.finditer(text, start, end):
        words = found.group().rstrip()
        yield Line(words, Span(found.start(), found.start() + len(words)))


def is_one_line(text: str) -> bool:
    """Whether a text has no line break between its words."""
    return "\n" not in text.strip()
