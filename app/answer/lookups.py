"""One cell of a table: the row of the asker's class or of the thing named, the column asked for.

The row may stand far from the words of the question (四类对象 is what a row or clause of an earlier
article), so it is sought round the best sentences, not only among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.answer.candidate import Candidate
from app.answer.cells import with_header, with_unit
from app.answer.classes import Class, class_of
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.matching import Zone, quality
from app.answer.scope import other_place, unknown_place
from app.answer.view import DocumentView, SentenceView
from app.model import Dimension, Figure, Kind, Question, QuestionTerm, TermRole
from app.text.fold import fold

_SENTENCES = 6
_NEAR = 12  # sentences round a found one in which the rows of its table stand
_LEAST = 0.55
_NAMED = 0.85
_UNIT_IN_LABEL = re.compile("[(（\\[【][^()（）]*[)）\\]】]")
_GENERAL = re.compile("类别|标准|项目|对象|名称|序号|指标|合计|总计|单位|备注|内容|人数|数量")
_NOUNS = frozenset({TermRole.HEAD, TermRole.CONTENT, TermRole.QUOTED})
_CODE = re.compile("[0-9A-Za-z-]{3,}")
_AGES = frozenset({"岁", "周岁"})
_DIMENSIONS = {
    Kind.AMOUNT: frozenset({Dimension.MONEY}),
    Kind.RATIO: frozenset({Dimension.RATIO, Dimension.POINTS}),
}


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The one cell that the question names by row and by column; at most one."""
    if question.total or any(term.role is TermRole.NUMBER for term in question.terms if _own(term)):
        return []
    for ranked in evidence.ranked[:_SENTENCES]:
        view = ranked.view
        rows = _table_rows(view, ranked.sentence)
        if not rows:
            continue
        own = class_of(question, view)
        cells = [
            (sentence, figure)
            for sentence in _rows_asked(question, view, rows, own)
            for figure in _columns_asked(question, view, sentence)
        ]
        if len(cells) == 1:
            made = _cell(question, ranked, *cells[0], own, evidence)
            if made is not None:
                return [made]
    return []


def _own(term: QuestionTerm) -> bool:
    """Whether a number is one of the asker's case, and no code of a row."""
    return _CODE.fullmatch(term.text) is None


def _table_rows(view: DocumentView, sentence: SentenceView) -> list[SentenceView]:
    near = view.sentences[max(0, sentence.index - _NEAR) : sentence.index + _NEAR + 1]
    return [one for one in near if any(figure.cell is not None for figure in one.figures)]


def _rows_asked(
    question: Question, view: DocumentView, rows: Sequence[SentenceView], own: Class | None
) -> Iterator[SentenceView]:
    """The rows of the asker's class; those with a code of the question when there is no class."""
    codes = set(_CODE.findall(question.full))
    for row in rows:
        label = next(fold(view.quote(f.frame)).text for f in row.figures if f.cell is not None)
        first = label.split("|")[0].strip()
        if own is not None:
            if label.startswith(own.label):
                yield row
        elif first in codes:
            yield row


def _columns_asked(
    question: Question, view: DocumentView, sentence: SentenceView
) -> Iterator[Figure]:
    """The cells whose column the question names; else the only one of the kind asked for."""
    wanted = None if question.unit in _AGES else _DIMENSIONS.get(question.kind)
    fitting = [
        figure
        for figure in sentence.figures
        if figure.cell is not None
        and (wanted is None or figure.quantity.dimension in wanted)
        and not (question.years and figure.year and figure.year not in question.years)
    ]
    named = [figure for figure in fitting if _is_named(question, view, figure)]
    if named:
        yield from named
    elif question.kind is Kind.RATIO and len(fitting) == 1:
        yield fitting[0]


def _is_named(question: Question, view: DocumentView, figure: Figure) -> bool:
    assert figure.cell is not None
    column = _UNIT_IN_LABEL.sub("", fold(view.quote(figure.cell.column)).text).strip()
    if len(column) > 1 and column in question.full:
        return True
    return any(
        term.role in _NOUNS
        and len(term.text) > 1
        and not _GENERAL.fullmatch(term.text)
        and quality(term, column) >= _NAMED
        for term in question.terms
    )


def _cell(
    question: Question,
    ranked: Ranked,
    sentence: SentenceView,
    figure: Figure,
    own: Class | None,
    evidence: Evidence,
) -> Candidate | None:
    """The cell as an answer, proved by its row, the header and what the class is."""
    view = ranked.view
    assert figure.cell is not None
    around = [Zone(view.quote(figure.cell.header), 1.0), Zone(ranked.sentence.text, 0.9)]
    said = [Zone(own.said, 1.0), Zone(own.label, 1.0)] if own is not None else []
    covered = cover(question, view, [*zones(view, sentence), *around, *said])
    if covered.score < _LEAST:
        return None
    proof = with_header(figure, figure.clause)
    if own is not None:
        proof = (*proof, own.sentence.span)
    written = with_unit(view, figure, view.quote(figure.quantity.span))
    made = Candidate(
        kind=question.kind,
        view=view,
        sentence=sentence,
        answer=written,
        quotes=proof,
        score=covered.score,
        group="computed",
        features={"coverage": covered.score},
        coverage=covered,
        figure=figure,
    )
    if any(rule(question, made, evidence) for rule in (unknown_place, other_place)):
        return None
    return made
