"""From figures to a computed answer: written numbers, sensible rounding, one candidate of all.

Values are computed in base units (6.5亿元 is 650000000); expressions repeat the numbers as the
text writes them (6.5亿), so that a reader finds each of them in its quote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from app.answer.candidate import Candidate, with_features
from app.answer.evidence import Ranked
from app.answer.matching import Coverage
from app.answer.templates import MAGNITUDES, ROUNDED_NOTE, plain
from app.answer.view import DocumentView
from app.model import Derivation, Figure, Kind, Quantity, Span
from app.text.numbers import number_at

_SHARE_PLACES = Decimal("0.1")
_LEAST_PLACES = Decimal("0.01")
_SMALLEST = Decimal("0.1")  # a result below this in the magnitude of its operands drops it
_ONE = Decimal(1)


def scale_of(text: str, quantity: Quantity) -> Decimal:
    """The magnitude that `text` writes with a quantity: 100000000 for 6.5亿元, 1 for 3人.

    A number in a table may have it in the label of its row or column instead (万元).
    """
    number = number_at(text, quantity.span.start, quantity.span.end)
    if number is None:
        return _ONE
    outside = quantity.value / number.value if number.value else _ONE
    scale = number.scale * outside if outside in MAGNITUDES else number.scale
    return scale if scale in MAGNITUDES else _ONE


def shown(text: str, quantity: Quantity) -> str:
    """A number of `text` with its magnitude and without its unit; a ratio keeps the sign %.

    >>> # 71.8亿元 → "71.8亿", 2677名 → "2677", 4.02% → "4.02%"
    """
    scale = scale_of(text, quantity)
    sign = "%" if quantity.unit == "%" else ""
    return f"{plain(quantity.value / scale)}{MAGNITUDES.get(scale, '')}{sign}"


def amount_like(value: Decimal, unit: str, scales: Sequence[Decimal]) -> str:
    """`value` in the magnitude of its operands, or in a smaller one when it is small.

    >>> amount_like(Decimal(4720000000), "元", [Decimal(100000000)] * 2)
    '47.2亿元'
    """
    scale = max(scales, default=_ONE)
    if min(scales, default=_ONE) != scale or abs(value) < scale * _SMALLEST:
        return amount_short(value, unit)
    return f"{plain(value / scale)}{MAGNITUDES.get(scale, '')}{unit}"


def amount_short(value: Decimal, unit: str) -> str:
    """`value` in the largest magnitude that needs no more than two decimals.

    >>> amount_short(Decimal(108000), "元")
    '10.8万元'
    """
    for scale in sorted(MAGNITUDES, reverse=True):
        if abs(value) >= scale and not value % (scale * _LEAST_PLACES):
            return f"{plain(value / scale)}{MAGNITUDES[scale]}{unit}"
    return f"{plain(value)}{unit}"


def share(part: Decimal, whole: Decimal) -> Decimal:
    """How many percent `part` is of `whole`, to one decimal."""
    return (part / whole * 100).quantize(_SHARE_PLACES, ROUND_HALF_UP)


def as_exact_as(value: Decimal, operands: Sequence[Decimal]) -> Decimal:
    """`value` with as many significant digits as the least exact of `operands`."""
    digits = min(max(1, len(number.normalize().as_tuple().digits)) for number in operands)
    return value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1), ROUND_HALF_UP)


def to_places(value: Decimal) -> Decimal:
    """`value` to two decimals."""
    return value.quantize(_LEAST_PLACES, ROUND_HALF_UP)


def percent(figure: Figure) -> Decimal:
    """The fraction that a ratio states: .0402 for 4.02%."""
    quantity = figure.quantity
    return quantity.value if quantity.unit == "" else quantity.value / 100


def of_figure(start: Candidate, figure: Figure) -> Candidate:
    """`start` resting on another figure of its sentence, proved by the clause of that one."""
    return replace(start, figure=figure, quotes=(figure.clause,))


def resting_on(
    ranked: Ranked, quote: Span, covered: Coverage, *, figure: Figure | None = None
) -> Candidate:
    """An operand that rests on `quote`, a span of the sentence of `ranked`, and on `figure`."""
    return Candidate(
        kind=Kind.DERIVED,
        view=ranked.view,
        sentence=ranked.sentence,
        answer="",
        quotes=(quote,),
        score=covered.score,
        group="computed",
        features={"coverage": covered.score},
        coverage=covered,
        figure=figure,
    )


def computed(
    operation: str,
    expression: str,
    answer: str,
    operands: Sequence[Candidate],
    *,
    rounded: bool = False,
) -> Candidate:
    """One candidate that rests on all `operands`, each cited by its own quote."""
    first, *rest = operands
    ids: dict[tuple[str, int, int], int] = {}
    for operand in operands:
        quote = operand.quotes[0]
        ids.setdefault((operand.view.id, quote.start, quote.end), len(ids) + 1)
    weakest = min(operand.score for operand in operands)
    made = replace(
        first,
        kind=Kind.DERIVED,
        answer=f"约{answer}" if rounded else answer,
        quotes=first.quotes[:1],
        coverage=min((one.coverage for one in operands), key=lambda covered: covered.score),
        derivation=Derivation(operation, expression, tuple(ids.values())),
        notes=(*first.notes, ROUNDED_NOTE) if rounded else first.notes,
        others=tuple(rest),
    )
    return with_features(made, {"weakest": weakest}, "computed")


def text_of(view: DocumentView) -> str:
    """The verbatim text of a document."""
    return view.stored.document.text
