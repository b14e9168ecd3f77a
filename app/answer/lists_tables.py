"""Lists that stand in tables: the rows with one value, and the several names in one cell.

A table is neighbouring lines with equally many cells, parted by upright bars, tabs or wide blanks;
the first line names the columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answer import enumeration
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.lists_aspects import asked_aspect, cover_list
from app.answer.lists_build import ABOUT, STATED, build, count_features
from app.answer.matching import Zone, quality
from app.answer.view import DocumentView, SentenceView
from app.model import Question, Span, TermRole
from app.text.fold import fold
from app.text.table_rows import is_rule, table_row

_PARTED = re.compile("[|｜\t\u3000]|[ ]{2}")
_NUMBER = re.compile("[-+]?[0-9.,]+(?:%|[^0-9]{0,3})?$")
_COUNTER = re.compile("序号|编号|次序")
_FEWEST_ROWS = 2
_MOST_ROWS = 60
_READ = 12
_SHORT = 8  # characters of a value that several rows share
_ABOVE = 0.9
_THINGS = frozenset({TermRole.CONTENT, TermRole.QUOTED})


@dataclass(frozen=True, slots=True)
class _Row:
    spans: tuple[Span, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Header and rows, and the folded line above them; `label` is the column that names a row."""

    header: _Row
    rows: tuple[_Row, ...]
    above: str
    label: int


def of_tables(question: Question, evidence: Evidence) -> list[Candidate]:
    """The lists of the tables in which sentences of the evidence stand."""
    found: list[Candidate] = []
    seen: set[tuple[str, int]] = set()
    for ranked in evidence.ranked[:_READ]:
        at = _barred(ranked)
        table = None if at is None else _table(ranked.view, at.span.start)
        if table is None or (ranked.view.id, table.header.spans[0].start) in seen:
            continue
        seen.add((ranked.view.id, table.header.spans[0].start))
        found.extend(_with_value(question, ranked, table))
        found.extend(_in_cell(question, ranked, table))
        found.extend(_column(question, ranked, table))
    return found


def _barred(ranked: Ranked) -> SentenceView | None:
    """The sentence, or the one behind it, when it is a row: a heading stands above its table."""
    index = ranked.sentence.index
    for sentence in ranked.view.sentences[index : index + 2]:
        if _PARTED.search(sentence.text.strip()):
            return sentence
    return None


def _table(view: DocumentView, offset: int) -> _Table | None:
    """The table round `offset`."""
    text = view.stored.document.text
    start = text.rfind("\n", 0, offset) + 1
    first = _row(text, start)
    if first is None:
        return None
    rows = [first]
    while len(rows) < _MOST_ROWS and start > 0:
        above = text.rfind("\n", 0, start - 1) + 1
        row = _row(text, above)
        if row is None or len(row.spans) != len(first.spans):
            if not (row is None and is_rule(text[above : start - 1])):
                break
        else:
            rows.insert(0, row)
        start = above
    below = text.find("\n", offset) + 1
    while below and len(rows) < _MOST_ROWS:
        row = _row(text, below)
        line_end = text.find("\n", below)
        if row is None or len(row.spans) != len(first.spans):
            if not (row is None and is_rule(text[below:line_end])):
                break
        else:
            rows.append(row)
        below = line_end + 1
    if len(rows) <= _FEWEST_ROWS:
        return None
    head = rows[0].spans[0].start
    above_start = text.rfind("\n", 0, max(0, text.rfind("\n", 0, head))) + 1
    return _Table(rows[0], tuple(rows[1:]), fold(text[above_start:head]).text, _label(rows[0]))


def _label(header: _Row) -> int:
    return 1 if len(header.texts) > 2 and _COUNTER.search(header.texts[0]) else 0


def _row(text: str, start: int) -> _Row | None:
    end = text.find("\n", start)
    row = table_row(text, Span(start, len(text) if end < 0 else end))
    if row is None:
        return None
    return _Row(row.cells, tuple(fold(span.of(text)).text for span in row.cells))


def _with_value(question: Question, ranked: Ranked, table: _Table) -> Iterator[Candidate]:
    """The names of the rows that hold a value of which the question speaks (约束性)."""
    for column in range(len(table.header.texts)):
        if column == table.label:
            continue
        held: dict[str, list[_Row]] = {}
        for row in table.rows:
            held.setdefault(row.texts[column], []).append(row)
        for value, rows in held.items():
            shared = 1 < len(value) <= _SHORT and not _NUMBER.match(value)
            if shared and value in question.full and len(rows) < len(table.rows):
                items = [row.spans[table.label] for row in rows]
                yield _made(question, ranked, table, items, rows, value)


def _column(question: Question, ranked: Ranked, table: _Table) -> Iterator[Candidate]:
    """The whole column that holds what is asked for (哪些材料: 材料名称)."""
    if any(len(cell) > 1 and cell in question.full for row in table.rows for cell in row.texts):
        return  # one row is asked about
    aspect = asked_aspect(question)
    heads = [term for term in question.terms if term.role is TermRole.HEAD]
    for column, title in enumerate(table.header.texts):
        by_noun = aspect is not None and aspect.asked.search(title) is not None
        if not by_noun and not any(quality(term, title) >= STATED for term in heads):
            continue
        rows = {row.texts[column]: row for row in reversed(table.rows)}
        kept = [row for row in table.rows if rows.get(row.texts[column]) is row]
        named = len(kept) >= _FEWEST_ROWS and not any(_NUMBER.match(text) for text in rows)
        if named and not _of_some_rows(question, ranked, table):
            items = [row.spans[column] for row in kept if row.texts[column]]
            yield _made(question, ranked, table, items, list(table.rows), title)
            return


def _of_some_rows(question: Question, ranked: Ranked, table: _Table) -> bool:
    """Whether a thing of the question stands in some rows only, and not in what is above them."""
    above = " ".join((table.above, ranked.view.about, *ranked.sentence.headings))
    for term in question.terms:
        if term.role in _THINGS and quality(term, above) < STATED:
            held = sum(any(quality(term, text) >= STATED for text in r.texts) for r in table.rows)
            if 0 < held < len(table.rows):
                return True
    return False


def _in_cell(question: Question, ranked: Ranked, table: _Table) -> Iterator[Candidate]:
    """The names in the cell of the row and the column that the question names."""
    for row in table.rows:
        label = row.texts[table.label]
        if len(label) < 2 or label not in question.full:
            continue
        for column, title in enumerate(table.header.texts):
            named = any(
                quality(term, title) >= STATED
                for term in question.terms
                if term.role is not TermRole.PLACE
            )
            read = enumeration.read(row.texts[column], 0, len(row.texts[column]))
            if column == table.label or not named or read is None:
                continue
            start = row.spans[column].start
            items = [Span(start + one.start, start + one.end) for one in read.items]
            yield _made(question, ranked, table, items, [row], f"{label} {title}")


def _made(
    question: Question,
    ranked: Ranked,
    table: _Table,
    items: list[Span],
    rows: list[_Row],
    named: str,
) -> Candidate:
    view = ranked.view
    words = " ".join((*table.header.texts, named))
    zones = [
        Zone(words, 1.0),
        Zone(table.above, _ABOVE),
        Zone(view.about, ABOUT),
        *(Zone(heading, ABOUT) for heading in ranked.sentence.headings),
    ]
    covered = cover_list(question, view, zones, words)
    features = {
        "tabled": 1.0,
        "rows": float(len(rows) > 1),
        **count_features(question, len(items)),
    }
    return build(question, ranked, items, covered, features)
