"""Who signs a document and when: the names above its date, or beside it.

The first such block counts: what follows it are attachments, and what is signed there is theirs.
Bulletins are signed below the title. In a text of one line, blanks stand for line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.documents.days import DAY, day
from app.documents.lines import is_closed, is_one_line
from app.documents.organisations import LONGEST, is_organisation, organisations
from app.documents.stated import Stated
from app.model import Span

_TAIL = 2000
_LAST_LINES = 12
_LAST_WORDS = 3
_MOST_SIGNERS = 12

_ALONE = f"[（(]?(?P<day>{DAY})(?P<printed>印发|发布)?[）)]?"
# `beside` is bounded: the line must not be read again from each of its characters.
_B = "[ \\t\u3000\u00a0]"
_BESIDE = f"(?P<beside>[^\\s\\d，。；：、《》（(][^\\d，。；：《》\\r\\n（(]{{2,80}}{_B})"
_OWN_LINE = re.compile(
    f"^{_B}*+{_BESIDE}?{_B}*+{_ALONE}{_B}*+\\r?$",
    re.MULTILINE,
)
_OWN_RUN = re.compile(rf"(?<!\S){_ALONE}(?!\S)")
_LINE_BEFORE = re.compile(r"([^\n]*)\n[ \t\u3000\u00a0\r\n]*$")
_RUN_BEFORE = re.compile(rf"(?<!\S)(\S{{2,{LONGEST}}})\s+$")
# 总理　李某某: orders are signed by a person.
_PERSON = re.compile(
    "(?:总理|主席|主任|部长|省长|市长|州长|县长|区长|局长|署长|行长|审计长|院长|检察长)"
    "[ \\t\u3000]*[一-鿿·]{1,8}(?:[ \\t\u3000]{1,4}[一-鿿]{1,4})?$"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The names of one signing, as they stand in the text, and its day."""

    issuers: tuple[Stated[str], ...]
    issued_on: Stated[date]


def signature(text: str, forwarded_by: Sequence[str] = ()) -> Signature | None:
    """The first signing with names, or by a person; else the date alone among the last lines.

    A document that forwards another one holds the signature of that one too: only a signing by
    one of `forwarded_by` counts then.
    """
    for found in _signatures_in_one_line(text) if is_one_line(text) else _signatures(text):
        if not forwarded_by or _is_one_of(forwarded_by, found.issuers):
            return found
    return None if forwarded_by else _last_date(text)


def _is_one_of(authorities: Sequence[str], signers: Sequence[Stated[str]]) -> bool:
    """Whether one of the authorities signs, perhaps in a shorter form: 市商务局, 某市商务局."""
    return any(
        signer.value.endswith(name) or name.endswith(signer.value)
        for signer in signers
        for name in authorities
    )


def _signatures(text: str) -> Iterator[Signature]:
    for found in _OWN_LINE.finditer(text):
        value = day(found["day"])
        if value is None or found["printed"]:
            continue
        issued = Stated(value, Span(*found.span("day")))
        if found["beside"]:
            names = organisations(text, Span(*found.span("beside")))
            if names:
                yield Signature(names, issued)
            continue
        names, by_person = _names_above(text, found.start())
        if names or by_person:
            yield Signature(names, issued)


def _names_above(text: str, start: int) -> tuple[tuple[Stated[str], ...], bool]:
    """The names on the lines above `start`, in reading order, and whether a person signs."""
    names: list[Stated[str]] = []
    while len(names) < _MOST_SIGNERS:
        before = _LINE_BEFORE.search(text, max(0, start - 200), start)
        if before is None:
            break
        if not names and _PERSON.search(before[1].strip()):
            return (), True
        found = organisations(text, Span(*before.span(1)))
        if not found:
            break
        names[:0] = found
        start = before.start(1)
    return tuple(names), False


def _signatures_in_one_line(text: str) -> Iterator[Signature]:
    for found in _OWN_RUN.finditer(text):
        value = day(found["day"])
        if value is None or found["printed"]:
            continue
        names: list[Stated[str]] = []
        start = found.start()
        while len(names) < _MOST_SIGNERS:
            before = _RUN_BEFORE.search(text, max(0, start - 2 * LONGEST), start)
            if before is None or not is_organisation(before[1]):
                break
            names.insert(0, Stated(before[1], Span(*before.span(1))))
            start = before.start(1)
        if names and is_closed(text[max(0, start - LONGEST) : start]):
            yield Signature(tuple(names), Stated(value, Span(*found.span("day"))))


def _last_date(text: str) -> Signature | None:
    """The date that stands alone on one of the last lines; one of printing when there is no other.

    In a text of one line, the date that stands between blanks among its last words.
    """
    end = text.rstrip()
    start = max(0, len(end) - _TAIL)
    one_line = is_one_line(text)
    pattern = re.compile(r"\S+") if one_line else re.compile(r"[^\s][^\r\n]*")
    last = list(pattern.finditer(end, start))
    last = last[1:][-(_LAST_WORDS if one_line else _LAST_LINES) :]
    printed: Signature | None = None
    for line in reversed(last):
        found = re.fullmatch(_ALONE, line.group().strip())
        value = day(found["day"]) if found else None
        if found is None or value is None:
            continue
        at = line.start() + found.start("day")
        stated = Signature((), Stated(value, Span(at, at + len(found["day"]))))
        if not found["printed"]:
            return stated
        printed = printed or stated
    return printed
