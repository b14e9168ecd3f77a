"""What a web page lists above a document: 发文机关：…　成文日期：…　有效性：….

In: the beginning of a text. Out: the values behind the labels of `field_labels.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from app.documents.days import DAY, NUMERIC_DAY, day
from app.documents.stated import Stated
from app.lexicon.loader import table
from app.model import Span

_HEAD = 1000  # characters: such lists stand above the text
_VALUE = re.compile(r"[^\r\n]{1,120}")
_DAY = re.compile(f"(?:{DAY}|{NUMERIC_DAY})")
# The next label of the same line ends a value.
_NEXT = re.compile(r"[ \t\u3000\u00a0|｜]+[一-鿿 \u3000]{2,9}[：:]|[ \t\u3000]*[|｜]")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value behind a label. `field` is the field of a document that the label stands for."""

    field: str
    value: str
    span: Span


@cache
def _labels() -> re.Pattern[str]:
    names = sorted((row[0] for row in table("field_labels.tsv", 2)), key=len, reverse=True)
    # 名 称：two characters are often set apart to be as wide as four.
    spread = ("[ \t\u3000]{0,4}".join(name) for name in names)
    return re.compile(
        f"(?:^|(?<=[\\s|｜【\\[]))(?P<label>{'|'.join(spread)})"
        "[】\\]]?[ \t\u3000]?[：:][ \t\u3000]*",
        re.MULTILINE,
    )


def labelled(text: str) -> tuple[Labelled, ...]:
    """The labelled values above the text, in reading order."""
    fields = {row[0]: row[1] for row in table("field_labels.tsv", 2)}
    found = []
    for label in _labels().finditer(text, 0, _HEAD):
        value = _VALUE.match(text, label.end())
        if value is None:
            continue
        after = _NEXT.search(value.group())
        words = value.group()[: after.start() if after else None].rstrip()
        if words:
            name = fields[re.sub(r"\s", "", label["label"])]
            span = Span(label.end(), label.end() + len(words))
            found.append(Labelled(name, words, span))
    return tuple(found)


def labelled_day(labels: Sequence[Labelled], field: str) -> Stated[date] | None:
    """The day behind the first label of `field`; None when there is none."""
    for label in labels:
        written = _DAY.match(label.value) if label.field == field else None
        value = day(written.group()) if written else None
        if written is not None and value is not None:
            start = label.span.start
            return Stated(value, Span(start, start + written.end()))
    return None
