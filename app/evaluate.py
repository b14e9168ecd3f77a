"""Measures how good the replies are, over a file of questions with known answers.

A question file has one JSON object a line: `id`, `type`, `question`, `accept` (groups of
alternatives; an empty list wants a refusal), `reject`, `evidence`, and `context` for the earlier
questions of a follow-up. A reply is right when its status is `answered`, every accept group has a
string in `answer`, no reject string is in it, the answer is short for its type, every citation is
a verbatim slice, and quotes and contexts together hold an evidence string.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.engine import Engine
from app.errors import QuestionFileError
from app.model import Answer, Refusal, Reply

_ONE_VALUE = frozenset({"figure", "money", "ratio", "when", "place", "who_org"})
_COMPUTED = frozenset({"derived", "comparison"})
_LISTS = frozenset({"list_reforms", "list_measures", "list_other"})
_EXTRA = 24  # characters that a one-value answer may have beyond the accept strings
_COMPUTED_LIMIT = 90
_WIDTH = 2.0  # lists and clauses: no wider than twice the evidence …
_WIDTH_SLACK = 24  # … and a few words
_WORST = 10

_DROPPED = re.compile("[\\s“”‘’\"'「」『』]|(?<=\\d)[,，](?=\\d{3})")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_LEADING_YEAR = re.compile(r"^\D{0,12}(?:19|20)\d{2}年")


@dataclass(frozen=True, slots=True)
class Item:
    """A question with what a right reply must and must not hold."""

    id: str
    type: str
    question: str
    accept: tuple[tuple[str, ...], ...]
    reject: tuple[str, ...]
    evidence: tuple[str, ...]
    context: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return bool(self.accept)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went. `fault` says why a reply is not right, "" when it is."""

    item: Item
    status: str
    answer: str
    fault: str
    cited: bool
    groups_found: int
    seconds: float
    echo_right: bool

    @property
    def right(self) -> bool:
        """Whether the reply is what it should be."""
        return not self.fault


@dataclass(frozen=True, slots=True)
class Row:
    """Counts for one type of question."""

    type: str
    questions: int
    right: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes over a question file, with the counts that the report shows."""

    outcomes: tuple[Outcome, ...]

    def _count(self, test: Callable[[Outcome], bool]) -> int:
        return sum(1 for outcome in self.outcomes if test(outcome))

    @property
    def answerable(self) -> int:
        """Questions that the corpus answers."""
        return self._count(lambda o: o.item.answerable)

    @property
    def right_answers(self) -> int:
        """Answerable questions answered rightly."""
        return self._count(lambda o: o.item.answerable and o.right)

    @property
    def unanswerable(self) -> int:
        """Questions to be refused."""
        return self._count(lambda o: not o.item.answerable)

    @property
    def right_refusals(self) -> int:
        """Unanswerable questions that were refused."""
        return self._count(lambda o: not o.item.answerable and o.right)

    @property
    def given(self) -> int:
        """Answers given, right or wrong."""
        return self._count(lambda o: o.status == "answered")

    @property
    def wrong_given(self) -> int:
        """Answers given that are wrong."""
        return self._count(lambda o: o.status == "answered" and not o.right)

    @property
    def precision(self) -> float:
        """Share of the answers given that are right."""
        return 1 - self.wrong_given / self.given if self.given else 1.0

    @property
    def cited(self) -> float:
        """Share of the answers given whose citations are slices and hold an evidence string."""
        answered = [o for o in self.outcomes if o.status == "answered" and o.item.answerable]
        return sum(o.cited for o in answered) / len(answered) if answered else 1.0

    @property
    def list_completeness(self) -> float:
        """Share of the items of list questions that were found."""
        lists = [o for o in self.outcomes if o.item.type in _LISTS and o.item.answerable]
        wanted = sum(len(o.item.accept) for o in lists)
        return sum(o.groups_found for o in lists) / wanted if wanted else 1.0

    @property
    def echo_right(self) -> int:
        """What echoing the best sentence would score on the answerable questions."""
        return self._count(lambda o: o.echo_right)

    def latency(self, share: float) -> float:
        """The `share` quantile of the seconds a question took."""
        times = sorted(o.seconds for o in self.outcomes)
        return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0

    @property
    def rows(self) -> tuple[Row, ...]:
        """Counts per type of question, in order of first appearance."""
        by_type: dict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            by_type[outcome.item.type].append(outcome)
        return tuple(
            Row(name, len(found), sum(o.right for o in found)) for name, found in by_type.items()
        )

    @property
    def worst(self) -> tuple[Outcome, ...]:
        """Up to ten faults: wrong answers first, then wrong refusals."""
        faults = [o for o in self.outcomes if not o.right]
        faults.sort(key=lambda o: o.status != "answered")
        return tuple(faults[:_WORST])


def read_items(path: Path) -> list[Item]:
    """The questions of a file; raises QuestionFileError with the line that is wrong."""
    items: list[Item] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            items.append(
                Item(
                    id=str(row["id"]),
                    type=str(row["type"]),
                    question=str(row["question"]),
                    accept=tuple(tuple(map(str, group)) for group in row["accept"]),
                    reject=tuple(map(str, row["reject"])),
                    evidence=tuple(map(str, row["evidence"])),
                    context=tuple(map(str, row.get("context", ()))),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{path} 第{number}行不是合格的题目（{error!r}）：需要 id、type、question、accept、"
                "reject、evidence"
            ) from error
    return items


def evaluate(engine: Engine, items: Iterable[Item], as_of: date) -> Evaluation:
    """Asks every question and judges the replies."""
    return Evaluation(tuple(_outcome(engine, item, as_of) for item in items))


def _outcome(engine: Engine, item: Item, as_of: date) -> Outcome:
    started = time.perf_counter()
    reply = engine.ask(item.question, item.context, as_of=as_of)
    seconds = time.perf_counter() - started
    echo = engine.best_sentence(item.question, item.context, as_of=as_of)
    return Outcome(
        item=item,
        status="answered" if isinstance(reply, Answer) else "refused",
        answer=reply.answer if isinstance(reply, Answer) else reply.message,
        fault=_fault(engine, item, reply),
        cited=isinstance(reply, Answer) and not _citation_fault(engine, item, reply),
        groups_found=_groups_found(item, reply.answer) if isinstance(reply, Answer) else 0,
        seconds=seconds,
        echo_right=item.answerable and not _content_fault(item, echo),
    )


def _fault(engine: Engine, item: Item, reply: Reply) -> str:
    if isinstance(reply, Refusal):
        return "不该拒答" if item.answerable else ""
    if not item.answerable:
        return "应当拒答"
    return text_fault(item, reply.answer) or _citation_fault(engine, item, reply)


def holds(text: str, wanted: str) -> bool:
    """Whether `text` has `wanted`, blanks, quotes and thousands commas aside, numbers whole.

    >>> holds("共216人", "16人")
    False
    """
    text, wanted = _DROPPED.sub("", text), _DROPPED.sub("", wanted)
    start = text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        whole_left = not (wanted[0].isdigit() and re.search(r"\d\.?$", text[:start]))
        whole_right = not (wanted[-1].isdigit() and re.match(r"\.?\d", text[end:]))
        if whole_left and whole_right:
            return True
        start = text.find(wanted, start + 1)
    return False


def _groups_found(item: Item, answer: str) -> int:
    return sum(any(holds(answer, one) for one in group) for group in item.accept)


def text_fault(item: Item, answer: str) -> str:
    """Why the text of an answer is not what `item` accepts, "" when it is."""
    return _content_fault(item, answer) or _width_fault(item, answer)


def _content_fault(item: Item, answer: str) -> str:
    for group in item.accept:
        if not any(holds(answer, one) for one in group):
            return f"缺少{'/'.join(group)}"
    for word in item.reject:
        if holds(answer, word):
            return f"含有{word}"
    return ""


def _width_fault(item: Item, answer: str) -> str:
    longest = [max(group, key=len) for group in item.accept]
    if item.type in _ONE_VALUE:
        figures = len(_NUMBER.findall(_LEADING_YEAR.sub("", answer)))
        allowed = max(1, sum(max(len(_NUMBER.findall(one)) for one in g) for g in item.accept))
        if figures > allowed:
            return f"数字多于所问：{figures}>{allowed}"
        limit = sum(map(len, longest)) + _EXTRA
    elif item.type in _COMPUTED:
        limit = _COMPUTED_LIMIT
    else:
        limit = int(_WIDTH * sum(map(len, item.evidence))) + _WIDTH_SLACK
    return f"过长：{len(answer)}>{limit}" if len(answer) > limit else ""


def _citation_fault(engine: Engine, item: Item, reply: Answer) -> str:
    shown: list[str] = []
    for cited in reply.citations:
        stored = engine.snapshot.documents.get(cited.document_id)
        if stored is None or cited.span.of(stored.document.text) != cited.quote:
            return "引文不是原文切片"
        shown.extend((cited.quote, cited.context))
    if not reply.citations or not any(holds("\n".join(shown), one) for one in item.evidence):
        return "引文不含证据句"
    return ""


def metrics(evaluation: Evaluation) -> dict[str, float]:
    """The figures that floors are pinned on, higher is better."""
    return {
        "right_answers": evaluation.right_answers,
        "right_refusals": evaluation.right_refusals,
        "precision": round(evaluation.precision, 4),
        "citation_coverage": round(evaluation.cited, 4),
        "list_completeness": round(evaluation.list_completeness, 4),
    }


def below_floors(found: dict[str, float], floors: dict[str, float]) -> Sequence[str]:
    """One line for each figure that fell below its floor."""
    return [
        f"{name}: {found.get(name, 0.0)} < {floor}"
        for name, floor in floors.items()
        if found.get(name, 0.0) < floor
    ]
