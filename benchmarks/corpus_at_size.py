"""A corpus of a given number of passages, out of real texts, and questions to ask of it.

    python benchmarks/corpus_at_size.py [BENCH_DIR] --passages N --out FOLDER

BENCH_DIR (or YOUJU_BENCH_DIR) holds `stard/articles.jsonl.gz`, `stard/queries_dev.jsonl` and
`ncp/documents.jsonl`. FOLDER gets `corpus/`, which `youju index` can read, `questions.txt` and
`about.json`; a folder that holds the wanted corpus already is left as it is.

Texts come in three kinds, in this order: policy documents and laws as they are, mixed; and, where
those do not suffice, documents recombined from runs of two neighbouring sentences of the laws and
documents. A larger corpus begins with the smaller one. The same N gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from app.documents.passages import passages
from app.documents.structure import outline
from app.model import Passage, Span
from app.text.sentences import clauses, sentences

VARIABLE = "YOUJU_BENCH_DIR"
SEED = 20261123
FILES_PER_FOLDER = 1_000
ARTICLES = 10  # of a law in one document: about 17 passages
SECTIONS = 3  # of a recombined document
RUNS = 5  # of two sentences in a section
LONGEST_RUN = 260  # characters: such a run is one passage, or two
SMALLEST = 10_000  # passages that questions are made from
CLAUSE_QUESTIONS = 800
LAY_QUESTIONS = 200
TUNING = "01234567"  # of the SHA-256 of a question's id: the other half stays untouched
ENDINGS = ("是什么？", "有哪些？", "怎么规定？", "需要什么条件？", "由谁负责？", "是多少？")
ABOUT, QUESTIONS, CORPUS = "about.json", "questions.txt", "corpus"


@dataclass(frozen=True, slots=True)
class Text:
    """A document to be: its place in the corpus folder, its text, whether it is recombined."""

    source: str
    text: str
    recombined: bool

    def passages(self) -> tuple[Passage, ...]:
        """Its passages, as the library cuts them."""
        return passages(self.source, self.text, outline(self.text))


@dataclass(frozen=True, slots=True)
class About:
    """What a corpus holds."""

    wanted: int
    passages: int
    recombined: int
    documents: int
    characters: int

    @property
    def recombined_share(self) -> float:
        """The share of passages that stand in recombined documents."""
        return self.recombined / self.passages


def texts(bench: Path) -> Iterator[Text]:
    """Texts without end: the real ones in mixed order, then recombined ones."""
    real = [*_laws(bench), *_policies(bench)]
    random.Random(SEED).shuffle(real)
    for place, (kind, text) in enumerate(real):
        yield Text(_source(kind, place), text, recombined=False)
    yield from _recombined([text for _, text in real], len(real))


def taken(bench: Path, wanted: int) -> Iterator[tuple[Text, tuple[Passage, ...]]]:
    """As many texts as give `wanted` passages, with those."""
    count = 0
    for text in texts(bench):
        if count >= wanted:
            return
        found = text.passages()
        count += len(found)
        yield text, found


def questions(bench: Path, wanted: int) -> list[str]:
    """800 clauses with question words, 200 questions of laymen; the same for all corpora of
    10,000 passages and more, which all hold the clauses."""
    found = [
        _plain(clause.of(text.text))
        for text, cut in taken(bench, min(wanted, SMALLEST))
        for passage in cut
        for clause in clauses(text.text, passage.span)
    ]
    fitting = sorted({clause for clause in found if 6 <= len(clause) <= 21})
    draw = random.Random(SEED)
    chosen = draw.sample(fitting, min(CLAUSE_QUESTIONS, len(fitting)))
    asked = [clause + draw.choice(ENDINGS) for clause in chosen]
    lay = _lay_questions(bench)
    return asked + draw.sample(lay, min(LAY_QUESTIONS, len(lay)))


def write(bench: Path, wanted: int, folder: Path) -> About:
    """Write the corpus and the questions into `folder`, unless they stand there."""
    about = folder / ABOUT
    if about.exists():
        known = About(**json.loads(about.read_text("utf-8")))
        if known.wanted != wanted:
            sys.exit(f"{folder} holds a corpus of {known.wanted} passages; choose another folder")
        return known
    corpus = folder / CORPUS
    if corpus.exists():
        sys.exit(f"{corpus} is half written; remove it and run again")
    counts = {"passages": 0, "recombined": 0, "documents": 0, "characters": 0}
    for text, cut in taken(bench, wanted):
        path = corpus / text.source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.text, "utf-8")
        counts["passages"] += len(cut)
        counts["recombined"] += len(cut) * text.recombined
        counts["documents"] += 1
        counts["characters"] += len(text.text)
    (folder / QUESTIONS).write_text("\n".join(questions(bench, wanted)) + "\n", "utf-8")
    made = About(wanted, **counts)
    about.write_text(json.dumps(asdict(made), indent=1) + "\n", "utf-8")
    return made


def _laws(bench: Path) -> Iterator[tuple[str, str]]:
    """Laws, ten articles a document."""
    laws: dict[str, list[str]] = {}
    with gzip.open(bench / "stard" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            laws.setdefault(row["law"], []).append(f"{row['article']} {row['text']}")
    for law, articles in laws.items():
        for start in range(0, len(articles), ARTICLES):
            yield "laws", "\n".join([law, *articles[start : start + ARTICLES]]) + "\n"


def _policies(bench: Path) -> Iterator[tuple[str, str]]:
    with (bench / "ncp" / "documents.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield "policies", row["text"]


def _recombined(real: Sequence[str], place: int) -> Iterator[Text]:
    """Documents with a title, sections with headings, and paragraphs of two sentences each."""
    draw = random.Random(SEED + 1)
    found = [sentences(text, Span(0, len(text))) for text in real]
    usable = [number for number, spans in enumerate(found) if len(spans) > 1]
    while True:
        lines = [_heading(draw, real, "")]
        for section in "一二三"[:SECTIONS]:
            lines.append(_heading(draw, real, f"{section}、"))
            for _ in range(RUNS):
                number = draw.choice(usable)
                first = draw.randrange(len(found[number]) - 1)
                run = Span(found[number][first].start, found[number][first + 1].end)
                lines.append(" ".join(run.of(real[number]).split())[:LONGEST_RUN])
        yield Text(_source("recombined", place), "\n".join(lines) + "\n", recombined=True)
        place += 1


def _heading(draw: random.Random, real: Sequence[str], label: str) -> str:
    """A first line of a real text, as a title or behind a label."""
    return label + draw.choice(real).partition("\n")[0].split("(")[0][:30].strip()


def _lay_questions(bench: Path) -> list[str]:
    lines = (bench / "stard" / "queries_dev.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    asked = [
        " ".join(row["question"].split())
        for row in rows
        if hashlib.sha256(str(row["id"]).encode()).hexdigest()[0] in TUNING
    ]
    return [question for question in asked if 6 <= len(question) <= 60]


def _plain(text: str) -> str:
    """On one line, without marks at its ends: what a question can begin with."""
    return " ".join(text.split()).strip("，,：:；;、。？！ ")


def _source(kind: str, place: int) -> str:
    """A path in the corpus folder; its first folder is the collection."""
    return f"{kind}/{place // FILES_PER_FOLDER:04d}/{place:07d}.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("bench", nargs="?", default=os.environ.get(VARIABLE))
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--out", type=Path, help="where the corpus goes")
    options = parser.parse_args()
    if not options.bench or options.out is None:
        print(f"skipped: give the bench folder as argument or in {VARIABLE}, and --out FOLDER")
        return
    made = write(Path(options.bench), options.passages, options.out)
    print(
        f"{made.passages} passages in {made.documents} documents, {made.characters} characters,"
        f" {made.recombined_share:.0%} recombined"
    )


if __name__ == "__main__":
    main()
