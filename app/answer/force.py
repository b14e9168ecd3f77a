"""What a reader must know of the force of a document: repealed, expired, not yet in force."""

from __future__ import annotations

from datetime import date

from app.answer import templates
from app.model import Document, Relation, RelationKind, Status


def warnings(document: Document, as_of: date) -> tuple[str, ...]:
    """One sentence for each reason why `document` is not in force on the day `as_of`."""
    found = []
    if document.status is Status.REPEALED:
        found.append(_repealed(document, as_of))
    if document.status is Status.EXPIRED:
        found.append(templates.VOID_NOTE.format(title=document.title))
    if document.expires_on is not None and document.expires_on < as_of:
        found.append(templates.EXPIRED_NOTE.format(title=document.title, date=document.expires_on))
    if document.effective_on is not None and document.effective_on > as_of:
        found.append(
            templates.NOT_YET_NOTE.format(title=document.title, date=document.effective_on)
        )
    return tuple(found)


def _repealed(document: Document, as_of: date) -> str:
    """That another document has repealed this one, will do so, or that it is repealed."""
    by = next((r for r in document.relations if r.kind is RelationKind.REPEALED_BY), None)
    if by is None:
        return templates.REPEALED_NOTE.format(title=document.title)
    if by.since is None:
        return templates.REPEALED_BY_NOTE.format(title=document.title, other=_shown(by))
    template = templates.TO_BE_REPEALED_NOTE if by.since > as_of else templates.REPEALED_ON_NOTE
    return template.format(title=document.title, other=_shown(by), date=by.since)


def _shown(by: Relation) -> str:
    return f"《{by.title}》（{by.number}）" if by.number else f"《{by.title}》"
