"""What a page says of the words that a link was made from."""

from __future__ import annotations

from app.model import Document, Span
from app.web.anchors import REACH, Anchored, Standing, anchored, read_place
from app.web.markup import Html, element
from app.web.problems import shown

# Digits of a hash that name a version to a reader.
_DIGITS = 12


def cited_view(written: str, document: Document) -> tuple[Span | None, Html]:
    """The span to mark for a place as links write it, and what must be said of it.

    Other words than those that were quoted are never marked. `static/document.js` says the same
    of the place after the #.
    """
    if not written:
        return None, Html()
    anchor = read_place(written)
    found = Anchored(Standing.OUTSIDE, None) if anchor is None else anchored(anchor, document.text)
    old = Span(0, 0) if anchor is None else anchor.span
    said = _said(found, old, written, document)
    notice = element("p", said, class_="notice", role="status") if said else Html()
    return found.span, notice


def version_line(document: Document) -> str:
    """Which version of a document a page shows."""
    issued = f"成文日期 {document.issued_on.isoformat()}，" if document.issued_on else ""
    return f"{issued}SHA-256 {document.digest[:_DIGITS]}"


def _said(found: Anchored, old: Span, written: str, document: Document) -> str:
    before = f"原在第 {old.start + 1}–{old.end} 字"
    current = f"因此没有标出。现行版本：{version_line(document)}。"
    match found.standing:
        case Standing.HERE:
            return ""
        case Standing.MOVED if found.span is not None:
            now = f"现在第 {found.span.start + 1}–{found.span.end} 字"
            again = "相同的文字不止一处，标出的是离原处最近的一处。" if found.again else ""
            return f"原句已移到这里：{before}，{now}。{again}"
        case Standing.GONE:
            return (
                f"引用的原句已不在本文件的现行版本里：{before}，共 {len(old)} 字；"
                f"全文没有与它一字不差的文字，{current}"
            )
        case Standing.NOT_NEAR:
            return (
                f"引用的原句已不在原处：{before}，共 {len(old)} 字；"
                f"前后各 {REACH} 字之内没有与它一字不差的文字，更远处没有查找，{current}"
            )
        case _:
            length = len(document.text)
            return f"“{shown(written)}”不在本文之内，因此没有标出依据。本文共 {length} 字。"
