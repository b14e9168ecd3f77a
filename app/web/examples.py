"""Questions to begin with, for the first page: made from a document, and tried before shown.

From a number that ends its clause comes the question for it; from a heading that quotes a counted
name (“三项工程”) comes the question for its items. Shown are only those that the engine answers
from this very document, and for a number, with this very number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.engine import Engine
from app.model import Answer, Bound, Dimension, Figure, Modality, Role, StoredDocument

SHOWN = 3
TRIED = 12  # questions a document may cost; each takes some milliseconds

_COUNTED = re.compile("“([二三四五六七八九十两]+[个项大条类][^“”，。、]{1,8})”")
# What is asked for: without the verb that only joins it to the number, and not a piece of a rate
# or of a comparison, which would not be understood alone.
_ASKED_FOR = re.compile("(?![以每按其])([\u4e00-\u9fff]{5,14}?)(?:达到|达|完成|为)?仅?")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, and what its answer must hold."""

    question: str
    wanted: str


def examples(engine: Engine, stored: StoredDocument, today: date) -> tuple[str, ...]:
    """At most `SHOWN` questions that `engine` answers from the document `stored`."""
    found: list[str] = []
    for number, example in enumerate(_candidates(stored)):
        if number == TRIED or len(found) == SHOWN:
            break
        reply = engine.ask(example.question, as_of=today)
        if (
            isinstance(reply, Answer)
            and example.wanted in reply.answer
            and {citation.document_id for citation in reply.citations} == {stored.document.id}
        ):
            found.append(example.question)
    return tuple(found)


def _candidates(stored: StoredDocument) -> Iterator[Example]:
    """A list, then numbers by turns of money, counts and shares, so that no two are alike."""
    names = [name for each in stored.outline.sections for name in _COUNTED.findall(each.heading)]
    yield from (Example(f"“{name}”是哪些？", "；") for name in dict.fromkeys(names[-1:]))
    text = stored.document.text
    waiting = [figure for figure in stored.figures if _stands_alone(figure, text)]
    waiting.sort(key=lambda figure: figure.modality is Modality.TARGET)  # results before aims
    used: set[Dimension] = set()
    while waiting:
        fresh = [figure for figure in waiting if figure.quantity.dimension not in used]
        if not fresh:
            used.clear()
            continue
        used.add(fresh[0].quantity.dimension)
        waiting.remove(fresh[0])
        yield _of_figure(fresh[0], text)


def _stands_alone(figure: Figure, text: str) -> bool:
    """Whether the words before the number are a clause that can be asked for."""
    return (
        figure.role is Role.PLAIN
        and figure.quantity.bound is Bound.EXACT
        and not figure.aggregate
        and figure.clause.end == figure.quantity.span.end
        and _ASKED_FOR.fullmatch(figure.frame.of(text)) is not None
    )


def _of_figure(figure: Figure, text: str) -> Example:
    quantity = figure.quantity
    found = _ASKED_FOR.fullmatch(figure.frame.of(text))
    assert found is not None
    asked = "多少" + quantity.unit if quantity.dimension is Dimension.COUNT else "是多少"
    return Example(f"{found[1]}{asked}？", quantity.span.of(text))
