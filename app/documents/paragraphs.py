"""Where the paragraphs of a text start.

A paragraph ends with a line break, or before two or more full-width blanks inside a line (the
indent of a paragraph whose line break was lost). In a text of one single line, line breaks have
often become blanks: there a blank after the end of a sentence ends a paragraph too.
"""

from __future__ import annotations

import re

LINE_BREAKS = "\n\r\u2028\u2029\x85\x0b\x0c"

_LINE_BREAK = re.compile(f"[{LINE_BREAKS}]")
_BREAK = re.compile(rf"[{LINE_BREAKS}]\s*|\u3000{{2,}}\s*")
_BREAK_OF_ONE_LINE = re.compile(r"\u3000{2,}\s*|(?<=[。！？!?])[”’）】」』)]{0,2}\s+")


def is_one_line(text: str) -> bool:
    """Whether the text has no line break between its first and last character."""
    return _LINE_BREAK.search(text.strip()) is None


def paragraph_starts(text: str) -> list[int]:
    """The positions of the first characters of all paragraphs, in order; blanks are skipped."""
    if not text.strip():
        return []
    first = len(text) - len(text.lstrip())
    pattern = _BREAK_OF_ONE_LINE if is_one_line(text) else _BREAK
    last = len(text.rstrip())
    found = (match.end() for match in pattern.finditer(text, first))
    return [first, *(start for start in found if start < last)]
