"""Breakdowns: the parts of a whole, each with its number (其中甲类30个、乙类20个)."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.lists_aspects import announced, cover_list
from app.answer.lists_build import build, count_features, zones_of
from app.answer.view import DocumentView
from app.model import Figure, Kind, Question, Span
from app.text.fold import fold
from app.text.sentences import clauses

_EACH = re.compile(
    "各(?:自|类|项|占|是|有|为|多少|几|[^,。?]{1,6}(?:多少|几))|分别|构成|组成|分项|明细|[一二三]{2,3}产"
)
_PART = re.compile("^(?:其中[,:]?)?(?:[^0-9,。;:、]{2,24}?)[0-9]")
_WITHIN = re.compile("其中|包括|分别|[:：]")
_READ = 10
_FEWEST = 2
_MOST = 12
_TOGETHER = 3  # sentences parted by semicolons over which a breakdown may run
_RATE = re.compile("增长|下降|提高|降低|上升|回落|占")


def breakdowns(question: Question, evidence: Evidence) -> list[Candidate]:
    """The parts with their numbers near the sentences of the evidence, best first."""
    if not _EACH.search(question.full):
        return []
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for ranked in evidence.ranked[:_READ]:
        for items in _runs(ranked):
            key = (ranked.view.id, items[0].start)
            if key not in seen:
                seen.add(key)
                found.append(_made(question, ranked, items, evidence.ranked[0].score))
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _runs(ranked: Ranked) -> list[list[Span]]:
    """The runs of parts in the sentence and those that go on with it behind semicolons."""
    view = ranked.view
    first = last = ranked.sentence.index
    sentences = view.sentences
    while first and _goes_on(view, first - 1) and ranked.sentence.index - first < _TOGETHER:
        first -= 1
    while last + 1 < len(sentences) and _goes_on(view, last) and last - first < _TOGETHER:
        last += 1
    figures = [figure for one in sentences[first : last + 1] for figure in one.figures]
    pieces = [
        piece
        for one in sentences[first : last + 1]
        for part in clauses(view.stored.document.text, one.span)
        for piece in _pieces(view, part)
    ]
    members = [(piece, _figure(piece, figures)) for piece in pieces]
    return _of_one_kind(view, members)


def _goes_on(view: DocumentView, index: int) -> bool:
    return view.sentences[index].text.rstrip().endswith((";", "；"))


def _pieces(view: DocumentView, part: Span) -> list[Span]:
    """A clause cut at its 、."""
    text = view.stored.document.text
    cuts = [part.start]
    cuts.extend(i + 1 for i in range(part.start, part.end) if text[i] == "、")
    cuts.append(part.end + 1)
    return [Span(a, max(a, b - 1)) for a, b in pairwise(cuts) if b - 1 > a]


def _figure(piece: Span, figures: list[Figure]) -> Figure | None:
    inside = [figure for figure in figures if piece.contains(figure.quantity.span)]
    return inside[0] if len(inside) == 1 else None


def _of_one_kind(view: DocumentView, members: list[tuple[Span, Figure | None]]) -> list[list[Span]]:
    """Runs of parts whose numbers measure the same in the same unit; rates between are left out."""
    runs: list[list[Span]] = []
    run: list[Span] = []
    unit: tuple[str, str] | None = None
    for piece, figure in members:
        text = fold(view.quote(piece)).text.strip()
        if figure is None or not _PART.match(text):
            if not (figure is not None and _RATE.match(text)):
                runs, run, unit = [*runs, run], [], None
            continue
        own = (figure.quantity.dimension.value, "")
        if _RATE.match(text) and run:
            continue  # the growth of the part before
        if unit is not None and own != unit:
            runs, run = [*runs, run], []
        unit = own
        run.append(piece)
    runs.append(run)
    return [one for one in runs if _FEWEST <= len(one) <= _MOST]


def _made(question: Question, ranked: Ranked, items: list[Span], best: float) -> Candidate:
    view = ranked.view
    text = view.stored.document.text
    sentence = view.sentences[view.at(items[0].start)]
    at = replace(ranked, sentence=sentence)
    whole = _WITHIN.search(text, sentence.span.start, items[1].start + 3)
    spans = items if whole is None else _from(text, items, whole.end())
    around = fold(Span(sentence.span.start, spans[-1].end).of(text)).text
    covered = cover_list(question, view, zones_of(at, around, sentence.headings), around)
    wanted = announced(question.full)
    counts = count_features(question, len(spans)) if wanted else {}
    features = {"behind": ranked.score - best, "broken_down": float(whole is not None), **counts}
    made = build(question, at, spans, covered, features)
    return replace(made, kind=Kind.LIST)


def _from(text: str, items: list[Span], start: int) -> list[Span]:
    """The items behind 其中: what stands before it is the whole."""
    kept = [item for item in items if item.end > start]
    if len(kept) < _FEWEST:
        return items
    while start < kept[0].end and text[start] in "，,：: ":
        start += 1
    return [Span(max(start, kept[0].start), kept[0].end), *kept[1:]]
