"""Whether the case that a question tells of meets the condition under which a number holds.

我干了12年了 meets 满八年的提高到500元; a number of the case is then found, though the text has
another one. Where only the tiers of the others are not met, the number before all tiers holds.
"""

from __future__ import annotations

from app.answer.matching import Coverage, weighted
from app.answer.thresholds import asked_quantities, comparable, meets
from app.answer.view import DocumentView, SentenceView
from app.model import Bound, Dimension, Figure, Quantity, Question, TermRole
from app.text.fold import fold
from app.text.quantities import quantities

_PERSONS = frozenset({"人", "名", "位"})
_MET = 0.95
_BEFORE_ALL_TIERS = 0.9
_CASE = frozenset({Dimension.COUNT, Dimension.DURATION})
_UNITED = frozenset({Dimension.COUNT, Dimension.DURATION, Dimension.MONEY, Dimension.MEASURE})


def with_case(
    question: Question,
    view: DocumentView,
    sentence: SentenceView,
    figure: Figure,
    covered: Coverage,
) -> Coverage:
    """`covered` with the numbers of the case found where they meet the condition of `figure`."""
    if all(term.role is not TermRole.NUMBER for term in question.terms):
        return covered
    case = _case(question)
    values = list(covered.values)
    for place, term in enumerate(question.terms):
        if term.role is not TermRole.NUMBER or values[place] > _MET:
            continue
        for given in case:
            if question.full[given.span.start : given.span.end].startswith(term.text):
                values[place] = max(values[place], _value(given, view, sentence, figure))
    found = tuple(values)
    return covered if found == covered.values else weighted(question.terms, found)


def _case(question: Question) -> list[Quantity]:
    """The exact numbers of the case. 65岁及以上 is a class of its own, and no case."""
    return [
        one
        for one in asked_quantities(question.full)
        if one.dimension in _UNITED and one.bound is Bound.EXACT
    ]


def tier(question: Question, view: DocumentView, sentence: SentenceView, figure: Figure) -> float:
    """1 when the case meets the bounds set for `figure`, -1 when it does not, else 0."""
    if not any(character.isdigit() for character in question.full):
        return 0.0
    answers = [
        answer
        for given in _case(question)
        if given.dimension in _CASE and (answer := _met(given, view, sentence, figure)) is not None
    ]
    return 0.0 if not answers else (1.0 if all(answers) else -1.0)


def _value(given: Quantity, view: DocumentView, sentence: SentenceView, figure: Figure) -> float:
    own = _met(given, view, sentence, figure)
    if own is not None:
        return _MET if own else 0.0
    of_sort = [
        one
        for one in sentence.figures
        if one.quantity.dimension is figure.quantity.dimension
        and one.quantity.unit == figure.quantity.unit
    ]
    if not of_sort or of_sort[0].quantity.span != figure.quantity.span:
        return 0.0
    others = [_met(given, view, sentence, one) for one in of_sort[1:]]
    return _BEFORE_ALL_TIERS if False in others and True not in others else 0.0


def _met(
    given: Quantity, view: DocumentView, sentence: SentenceView, figure: Figure
) -> bool | None:
    """Whether `given` lies within the bounds right before the number; None without any.

    What stands before the number of the tier before it is no condition of this one.
    """
    end = figure.quantity.span.start
    start = max(
        (
            one.quantity.span.end
            for one in sentence.figures
            if one.quantity.span.end <= end
            and one.quantity.dimension is figure.quantity.dimension
            and one.quantity.unit == figure.quantity.unit
        ),
        default=min((part.span.start for part in sentence.clauses), default=end),
    )
    text = fold(view.stored.document.text[start:end]).text if start < end else ""
    stated = [
        one for one in quantities(text) if one.bound is not Bound.EXACT and _same_sort(given, one)
    ]
    return all(meets(given, one, text) for one in stated) if stated else None


def _same_sort(given: Quantity, stated: Quantity) -> bool:
    """As `comparable`; 8个大学生 are persons where the text counts persons."""
    return comparable(given, stated) or (given.unit == "个" and stated.unit in _PERSONS)
