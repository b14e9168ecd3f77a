"""The authorities that issue a document: from labels, letterhead, signature, title or number.

In that order: the letterhead and the signature name all of several authorities, the title often
only the first (教育部等五部门关于…), and the number tells at most one of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from app.documents.document_numbers import announced_by, code
from app.documents.head_labels import Labelled
from app.documents.lines import lines
from app.documents.organisations import organisations
from app.documents.signing import Signature
from app.documents.stated import Stated
from app.lexicon.loader import table
from app.model import Source, Span

_HEAD = 400  # characters among which the letterhead stands
_LETTERHEAD = re.compile("^(?P<names>[一-鿿（）()、 \u3000]{3,60}?)[ \u3000]*文件$")
_BEFORE_SUBJECT = re.compile("^(?P<names>[^《》，。：；]{3,80}?)[ \u3000]*(?:关于|印发|转发|批转)")

Issuers = tuple[Stated[str], ...]


def issuers(
    text: str,
    labels: Sequence[Labelled],
    title: Stated[str] | None,
    signed: Signature | None,
    number: Stated[str] | None,
) -> Issuers:
    """The authorities in the order in which they are named; none when nothing says who."""
    found = (
        _labelled(text, labels)
        or _letterhead(text)
        or (signed.issuers if signed is not None else ())
        or _in_title(text, title)
        or _announcing(text, number)
        or _by_code(number)
    )
    # A letterhead above a signature of one and the same authority names it twice.
    return tuple({stated.value: stated for stated in reversed(found)}.values())[::-1]


def forwarding(text: str, title: Stated[str] | None) -> tuple[str, ...]:
    """The authorities in a title that forward a document of others: 某市教育局转发…的通知."""
    if title is None or "转发" not in title.value:
        return ()
    return tuple(stated.value for stated in _in_title(text, title))


def _labelled(text: str, labels: Sequence[Labelled]) -> Issuers:
    for label in labels:
        if label.field == "issuer":
            return organisations(text, label.span)
    return ()


def _letterhead(text: str) -> Issuers:
    """The names before 文件, also on the lines above it when several authorities issue."""
    above: list[Stated[str]] = []
    for line in lines(text, 0, min(_HEAD, len(text))):
        if line.text == "文件":
            return tuple(above)
        head = _LETTERHEAD.match(line.text)
        if head is not None:
            end = line.span.start + head.end("names")
            return (*above, *organisations(text, Span(line.span.start, end)))
        above.extend(organisations(text, line.span))
    return ()


def _in_title(text: str, title: Stated[str] | None) -> Issuers:
    if title is None:
        return ()
    before = _BEFORE_SUBJECT.match(text[title.span.start : title.span.end])
    if before is None:
        return ()
    start = title.span.start
    return organisations(text, Span(start, start + before.end("names")))


def _announcing(text: str, number: Stated[str] | None) -> Issuers:
    """The authorities before 令第748号."""
    span = announced_by(text, number) if number is not None else None
    return organisations(text, span) if span is not None else ()


@cache
def _codes() -> dict[str, str]:
    return {row[0]: row[1] for row in table("number_codes.tsv", 2)}


def _by_code(number: Stated[str] | None) -> Issuers:
    if number is None:
        return ()
    known = _codes().get(code(number.value))
    return (Stated(known, number.span, Source.DERIVED),) if known is not None else ()
