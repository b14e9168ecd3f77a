"""Whether a quotation still stands in its document."""

from __future__ import annotations

from app.model import QuoteClaim, QuoteVerdict, Span, StoredDocument


def verify(stored: StoredDocument | None, claim: QuoteClaim) -> QuoteVerdict:
    """Checks one quotation against the document as it is now.

    `reason` is ok; changed (still there, though the document as a whole is another version);
    moved (found at another place, which is given); mismatch (this version of the document never
    said so); gone (the document, or the words in its present version, are no longer there).
    """
    if stored is None:
        return QuoteVerdict(False, "gone", None)
    document = stored.document
    same_version = claim.digest is None or claim.digest == document.digest
    if (
        claim.quote
        and claim.span.of(document.text) == claim.quote
        and claim.span.end <= len(document.text)
    ):
        return QuoteVerdict(True, "ok" if same_version else "changed", claim.span)
    place = _nearest_place(document.text, claim) if claim.quote else -1
    if place >= 0:
        return QuoteVerdict(False, "moved", Span(place, place + len(claim.quote)))
    return QuoteVerdict(False, "mismatch" if same_version else "gone", None)


def _nearest_place(text: str, claim: QuoteClaim) -> int:
    """The occurrence of the quote that is nearest to where it was claimed, or -1."""
    before = text.rfind(claim.quote, 0, claim.span.start + len(claim.quote))
    after = text.find(claim.quote, claim.span.start)
    if before < 0 or after < 0:
        return max(before, after)
    return before if claim.span.start - before <= after - claim.span.start else after
