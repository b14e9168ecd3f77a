"""Measures replies against answers that stand as spans in known documents, as NCP gives them.

A question file has one JSON object a line: `id`, `question`, `answer`, `doc` (the id of the
document) and `also_in` (further documents that answer it); without `doc` it wants a refusal. A
folder holds `questions_dev.jsonl` and perhaps `unanswerable_dev.jsonl` of that form. F1 is over
the multisets of characters, blanks and punctuation aside, as is usual for span answers in Chinese.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.engine import Engine
from app.errors import QuestionFileError
from app.model import Answer

FILES = ("questions_dev.jsonl", "unanswerable_dev.jsonl")
CEILINGS: Mapping[str, float] = {
    "与问题共有词最多的一句": 0.32,
    "选得最好的一句": 0.58,
    "最好的一至四句": 0.64,
    "最好的一段分句": 0.83,
}
"""The F1 on NCP of answers chosen with the right answer in view, and of the plainest choice."""

_CITATIONS = 3
_CONTEXT = 400
_DEPTH = 50
_PUNCTUATION = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class SpanItem:
    """A question with the documents and the text that answer it; both empty for none."""

    id: str
    question: str
    answer: str
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class SpanOutcome:
    """How one question went. `rank` is the place of the first right document found, from 0."""

    item: SpanItem
    answered: bool
    answer: str
    rank: int | None
    cited_document: bool
    inside: bool
    f1: float
    seconds: float


@dataclass(frozen=True, slots=True)
class SpanEvaluation:
    """The outcomes over a question file, with the shares that the report shows."""

    outcomes: tuple[SpanOutcome, ...]

    def share(self, test: Callable[[SpanOutcome], float]) -> float:
        """The mean of `test` over the questions that the documents answer; 0 without any."""
        found = [float(test(one)) for one in self.outcomes if one.item.documents]
        return sum(found) / len(found) if found else 0.0

    def metrics(self) -> dict[str, float]:
        """The figures by name, all between 0 and 1; only `wrongly_refused` is better when low."""
        unanswerable = [one for one in self.outcomes if not one.item.documents]
        found = {
            "document@1": self.share(lambda o: o.rank == 0),
            "document@5": self.share(lambda o: o.rank is not None and o.rank < 5),
            "cited_document": self.share(lambda o: o.cited_document),
            "inside": self.share(lambda o: o.inside),
            "f1": self.share(lambda o: o.f1),
            "wrongly_refused": self.share(lambda o: not o.answered),
        }
        if unanswerable:
            refused = sum(not one.answered for one in unanswerable)
            found["rightly_refused"] = refused / len(unanswerable)
        return {name: round(value, 4) for name, value in found.items()}

    def latency(self, share: float) -> float:
        """The `share` quantile of the seconds a question took."""
        times = sorted(one.seconds for one in self.outcomes)
        return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0


def are_spans(path: Path) -> bool:
    """Whether `path` is a folder or a file of such questions."""
    if path.is_dir():
        return True
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    try:
        row = json.loads(first)
    except ValueError:
        return False
    return isinstance(row, dict) and "answer" in row and "accept" not in row


def read_span_items(path: Path) -> list[SpanItem]:
    """The questions of a file or folder; raises QuestionFileError for one of another form."""
    files = [path / name for name in FILES if (path / name).is_file()] if path.is_dir() else [path]
    if not files:
        raise QuestionFileError(f"{path} 里没有 {FILES[0]}")
    return [item for file in files for item in _read(file)]


def _read(file: Path) -> list[SpanItem]:
    items = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            unanswerable = file.name == FILES[1] or "doc" not in row
            documents = () if unanswerable else (row["doc"], *row.get("also_in", ()))
            answer = "" if unanswerable else str(row["answer"])
            items.append(
                SpanItem(str(row["id"]), str(row["question"]), answer, frozenset(documents))
            )
        except (ValueError, KeyError, TypeError) as error:
            raise QuestionFileError(
                f"{file} 第{number}行不是合格的题目（{error!r}）：需要 id、question、answer、doc"
            ) from error
    return items


def evaluate_spans(engine: Engine, items: Sequence[SpanItem], as_of: date) -> SpanEvaluation:
    """Asks and searches every question. Raises QuestionFileError when the corpus is another one."""
    wanted = frozenset(one for item in items for one in item.documents)
    if wanted and not wanted.intersection(engine.snapshot.documents.ids()):
        raise QuestionFileError(
            "题目所指的文件一份也不在语料里：doc 应是文件的编号（旁边的 .json 里的 id）"
        )
    return SpanEvaluation(tuple(measure(engine, item, as_of) for item in items))


def measure(engine: Engine, item: SpanItem, as_of: date) -> SpanOutcome:
    """Asks and searches one question."""
    started = time.perf_counter()
    reply = engine.ask(item.question, as_of=as_of)
    seconds = time.perf_counter() - started
    hits = engine.search(item.question, limit=_DEPTH).hits
    order = dict.fromkeys(hit.passage.document_id for hit in hits)
    rank = next((i for i, name in enumerate(order) if name in item.documents), None)
    if not isinstance(reply, Answer):
        return SpanOutcome(item, False, reply.message, rank, False, False, 0.0, seconds)
    cited = reply.citations[:_CITATIONS]
    answer = bare(item.answer)
    inside = any(
        one.document_id in item.documents
        and any(answer in bare(text[:_CONTEXT]) for text in (one.quote, one.context))
        for one in cited
    )
    same = bool(cited) and cited[0].document_id in item.documents
    score = f1(reply.answer, item.answer)
    return SpanOutcome(item, True, reply.answer, rank, same, inside, score, seconds)


def f1(found: str, wanted: str) -> float:
    """F1 over the multisets of characters without blanks and punctuation."""
    left, right = Counter(bare(found)), Counter(bare(wanted))
    common = (left & right).total()
    return 2 * common / (left.total() + right.total()) if common else 0.0


def bare(text: str) -> str:
    """`text` without blanks and punctuation."""
    return _PUNCTUATION.sub("", text)
