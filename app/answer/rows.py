"""The rows of the tables that were found: a question finds the words above the columns alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.answer.evidence import Evidence, Ranked
from app.answer.view import DocumentView
from app.model import Span

_SENTENCES = 8  # best sentences that may be the head or a row of a table
_BEHIND = 3  # sentences behind a found one in which a table may begin
_MOST = 60  # rows of a table that are read


def tables(evidence: Evidence) -> Iterator[tuple[Ranked, ...]]:
    """All rows of each table near the best sentences, in reading order, the best table first."""
    seen: set[tuple[str, int]] = set()
    for ranked in evidence.ranked[:_SENTENCES]:
        header = _header(ranked)
        if header is None or (ranked.view.id, header.start) in seen:
            continue
        seen.add((ranked.view.id, header.start))
        yield tuple(_rows(ranked, header))


def _header(ranked: Ranked) -> Span | None:
    """The words above the columns of the table that a sentence is part of or leads to."""
    view, first = ranked.view, ranked.sentence.index
    for sentence in view.sentences[first : first + 1 + _BEHIND]:
        for figure in sentence.figures:
            if figure.cell is not None:
                return figure.cell.header
    return None


def _rows(ranked: Ranked, header: Span) -> Iterator[Ranked]:
    view: DocumentView = ranked.view
    first = view.at(header.start)
    for sentence in view.sentences[first : first + 1 + _MOST]:
        if any(f.cell is not None and f.cell.header == header for f in sentence.figures):
            yield replace(ranked, sentence=sentence)
