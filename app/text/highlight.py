"""Where the words of a search stand in a text."""

from __future__ import annotations

from collections.abc import Sequence

from app.model import Span
from app.text.fold import fold


def highlights(text: str, terms: Sequence[str], offset: int = 0) -> tuple[Span, ...]:
    """The places of `terms` in `text`, merged where they touch, moved by `offset` characters."""
    folded = fold(text)
    found: list[Span] = []
    for term in terms:
        place = folded.text.find(term) if term else -1
        while place >= 0:
            found.append(folded.original(Span(place, place + len(term))))
            place = folded.text.find(term, place + len(term))
    merged: list[Span] = []
    for span in sorted(found):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(span.moved(offset) for span in merged)
