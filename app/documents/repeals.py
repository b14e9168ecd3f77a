"""Whether one document of a corpus repeals another one.

A repeal names a document by title and number (《…办法》（某政发〔2031〕5号）同时废止). Both sides
have keys, so that a repeal finds its document without reading the corpus; then the two are
compared.
"""

from __future__ import annotations

import re

from app.documents.document_numbers import keys as number_keys
from app.model import Document, Relation, RelationKind
from app.text.fold import fold

_FEWEST = 6  # characters of a title that can name a document without its number
_MARKS = re.compile("[^\u3400-\u9fff0-9a-z]")
# 关于印发《…办法》的通知, 关于印发…办法的通知: the document is also known by what it issues.
_ISSUED = re.compile(
    "(?:印发|公布|发布|颁布)(?:《(?P<quoted>[^《》]+)》|(?P<plain>[^《》]+))的(?:通知|公告|决定)"
)


def keys_of_repeals(document: Document) -> tuple[str, ...]:
    """The keys under which the documents can be found that this one repeals."""
    found: dict[str, None] = {}
    for relation in document.relations:
        if relation.kind is RelationKind.REPEALS:
            found.update(dict.fromkeys(_keys(relation.title, relation.number)))
    return tuple(found)


def keys_of(document: Document) -> tuple[str, ...]:
    """The keys under which this document is repealed."""
    return _keys(document.title, document.number)


def repeal_by(other: Document, document: Document) -> Relation | None:
    """How `other` repeals `document`, or None when it does not.

    Numbers decide when both are known. Titles alone are not enough for a text that any authority
    may have issued: place or authority must be the same too.
    """
    if other.id == document.id or _is_older(other, document):
        return None
    for relation in other.relations:
        if relation.kind is RelationKind.REPEALS and _names(relation, other, document):
            since = relation.since or other.effective_on or other.issued_on
            return Relation(RelationKind.REPEALED_BY, other.title, other.number, since, other.id)
    return None


def _keys(title: str, number: str | None) -> tuple[str, ...]:
    numbers = [f"n:{key}" for key in number_keys(number)] if number else []
    return (*numbers, *(f"t:{name}" for name in _title_keys(title)))


def _title_keys(title: str) -> tuple[str, ...]:
    """The title without marks, and that of the text which it issues."""
    names = [title]
    issued = _ISSUED.search(title)
    if issued is not None:
        names.append(issued["quoted"] or issued["plain"])
    bare = (_MARKS.sub("", fold(name).text) for name in names)
    return tuple(dict.fromkeys(name for name in bare if len(name) >= _FEWEST))


def _names(relation: Relation, other: Document, document: Document) -> bool:
    if relation.number and document.number:
        return bool(set(number_keys(relation.number)) & set(number_keys(document.number)))
    if not set(_title_keys(relation.title)) & set(_title_keys(document.title)):
        return False
    if document.region is not None:
        return document.region in relation.title or document.region == other.region
    return bool(set(document.issuers) & set(other.issuers))


def _is_older(other: Document, document: Document) -> bool:
    if other.issued_on is None or document.issued_on is None:
        return False
    return other.issued_on < document.issued_on
