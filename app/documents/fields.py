"""The official fields that a document states itself, each with the place that states it.

In: a text and the name of its file. Out: `Fields`. Only what stands there plainly is believed; a
wrong number, day or status is worse than none. Forms after GB/T 9704-2012.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.documents.attachments import attachments
from app.documents.contacts import contacts
from app.documents.days import DAY, day
from app.documents.document_numbers import number
from app.documents.force import KnownDays, status, term
from app.documents.head_labels import labelled, labelled_day
from app.documents.issuers import forwarding, issuers
from app.documents.regions import region
from app.documents.relations import relations
from app.documents.responsible import responsible
from app.documents.signing import signature
from app.documents.stated import Stated
from app.documents.titles import name_of, title
from app.model import Contact, Relation, RelationKind, Responsibility, Source, Span, Status

_HEAD = 1500
# （2031年5月1日某市人民代表大会常务委员会通过　根据2032年6月1日《…》修正）
_HISTORY = re.compile(
    f"[（(](?=[^（）()]{{0,30}}?{DAY})[^（）()]{{0,1200}}(?:通过|公布|发布|批准|修正|修订)[^（）()]{{0,40}}[)）]"
)
_EVENT = re.compile(
    f"(?P<day>{DAY})(?P<what>[^（）()]*?)(?P<event>通过(?!的)|批准|公布|发布|修正|修订)"
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What a text states of itself.

    `title` is the name of its file, without a place, when it states none.
    """

    title: Stated[str] | str
    number: Stated[str] | None
    issuers: tuple[Stated[str], ...]
    region: Stated[str] | None
    issued_on: Stated[date] | None
    published_on: Stated[date] | None
    revised_on: Stated[date] | None
    effective_on: Stated[date] | None
    expires_on: Stated[date] | None
    status: Stated[Status] | None
    relations: tuple[Stated[Relation], ...]
    attachments: tuple[Stated[str], ...]
    responsible: tuple[Stated[Responsibility], ...]
    contacts: tuple[Stated[Contact], ...]


_NOTHING_KNOWN = KnownDays()


def read_fields(text: str, name: str, known: KnownDays = _NOTHING_KNOWN) -> Fields:
    """The fields of the text in the file `name`; days in `known` are believed before its own."""
    labels = labelled(text)
    titled = title(text, name, labels)
    numbered = number(text, labels)
    signed = signature(text, forwarding(text, titled))
    history = _history(text)
    issued = (
        labelled_day(labels, "issued_on")
        or history.issued_on
        or (signed.issued_on if signed else None)
    )
    published = labelled_day(labels, "published_on")
    days = KnownDays(
        known.issued_on or (issued.value if issued else None),
        known.published_on or (published.value if published else None),
        known.effective_on,
    )
    shown = titled.value if titled else ""
    terms = term(text, shown, labels, days)
    issued_by = issuers(text, labels, titled, signed, numbered)
    related = relations(text, shown)
    return Fields(
        title=titled or name_of(name),
        number=numbered,
        issuers=issued_by,
        region=region(titled, issued_by),
        issued_on=issued,
        published_on=published,
        revised_on=history.revised_on,
        effective_on=terms.effective_on,
        expires_on=terms.expires_on,
        status=status(text, titled, labels) or _repealed_by_other(related),
        relations=related,
        attachments=attachments(text),
        responsible=responsible(text),
        contacts=contacts(text),
    )


@dataclass(frozen=True, slots=True)
class _History:
    """What the brackets below the title of a statute tell: 2031年…通过　根据2032年…修正."""

    issued_on: Stated[date] | None = None
    revised_on: Stated[date] | None = None


def _history(text: str) -> _History:
    brackets = _HISTORY.search(text, 0, _HEAD)
    if brackets is None:
        return _History()
    issued: Stated[date] | None = None
    revised: Stated[date] | None = None
    for event in _EVENT.finditer(text, brackets.start(), brackets.end()):
        value = day(event["day"])
        if value is None:
            continue
        stated = Stated(value, Span(*event.span("day")))
        if event["event"] in ("修正", "修订"):
            if revised is None or revised.value < value:
                revised = stated
        else:
            issued = issued or stated
    return _History(issued, revised)


def _repealed_by_other(related: tuple[Stated[Relation], ...]) -> Stated[Status] | None:
    """废止, when the text notes that another document has repealed it."""
    for stated in related:
        if stated.value.kind is RelationKind.REPEALED_BY:
            return Stated(Status.REPEALED, stated.span, Source.DERIVED)
    return None
