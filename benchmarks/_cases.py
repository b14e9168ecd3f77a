"""Questions with known answers to fit on: our own bench and NCP, the tuning half of each."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import bench
import ncp

from app.answer import clauses
from app.answer.candidate import Candidate
from app.answer.choose import Choice
from app.answer.evidence import Evidence
from app.engine import Engine
from app.evaluate import Item, evaluate, read_items, text_fault
from app.evaluate_spans import SpanItem, bare, f1, measure
from app.library import Library, index
from app.model import Question

FOLDS = 5
SAME = 0.5  # character F1 from which a text says what the known answer says
_SHORT = frozenset({"figure", "name", "contact", "computed"})


def fold_of(document: str) -> int:
    """The fold of a document: all questions about it are held out together."""
    return hashlib.sha256(document.encode()).digest()[0] % FOLDS


@dataclass(frozen=True, slots=True)
class Case:
    """A question as the engine takes it; `right` tells whether its reply was, None if refused."""

    fold: int
    question: Question
    evidence: Evidence
    choice: Choice
    right: bool | None
    known: Item | SpanItem

    def quality(self, candidate: Candidate) -> float:
        """How good `candidate` is as the answer, 0 to 1."""
        if isinstance(self.known, Item):
            return float(self.known.answerable and not text_fault(self.known, candidate.answer))
        if candidate.view.id not in self.known.documents:
            return 0.0
        if candidate.group in _SHORT:
            return float(bare(candidate.answer) in bare(self.known.answer))
        return f1(candidate.answer, self.known.answer)

    def runs(self) -> list[Candidate]:
        """Every run of clauses that might answer, not only the best of each sentence."""
        return list(clauses.every(self.question, self.evidence))


def own(half: str, part: str) -> Iterator[Case]:
    """The cases of our own bench."""
    split = bench.load_split()
    path = bench.BENCH / "questions.jsonl"
    documents = {row["id"]: row["document"] for row in map(json.loads, path.open(encoding="utf-8"))}
    items = [
        item
        for item in read_items(path)
        if half in ("all", split.half(item.id)) and item.id.startswith(bench.SETS[part])
    ]
    with _engine(bench.BENCH / "documents") as engine:
        for outcome in evaluate(engine, items, bench.AS_OF).outcomes:
            item = outcome.item
            asked, evidence, choice = engine.choice(item.question, item.context, as_of=bench.AS_OF)
            right = outcome.right if outcome.status == "answered" else None
            fold = fold_of((documents[item.id] or [item.id])[0])
            yield Case(fold, asked, evidence, choice, right, item)


@contextmanager
def _engine(corpus: Path) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="youju-fit-") as folder:
        data = Path(folder) / "data"
        index(corpus, data)
        with Library.open(corpus, data) as library:
            yield Engine(library.snapshot(), library.segmenter)


def foreign(folder: Path, work: Path, half: str) -> Iterator[Case]:
    """The cases of NCP. An answer is right when its first citation is of the right document and
    the known answer stands in the citations, or the text says the same."""
    library = ncp.build(folder, work)
    engine = Engine(library.snapshot(), library.segmenter)
    for gold in ncp.questions(folder / "ncp", half):
        result = measure(engine, gold, date(2020, 3, 1))
        asked, evidence, choice = engine.choice(gold.question, as_of=date(2020, 3, 1))
        fold = fold_of(min(gold.documents, default=gold.id))
        told = bare(result.answer) in bare(gold.answer) or result.f1 >= SAME
        right = result.cited_document and (result.inside or told)
        yield Case(fold, asked, evidence, choice, right if result.answered else None, gold)


def cases(folder: Path | None, work: Path, half: str, part: str) -> Sequence[Case]:
    """All cases of one half of each, in a fixed order."""
    return [*own(half, part), *(foreign(folder, work, half) if folder is not None else ())]
