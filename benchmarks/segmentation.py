"""Whether the segmenter gives the tokens of plain jieba, and how many times as fast it is.

    python benchmarks/segmentation.py BENCH_DIR [--most N]

Cuts the texts of `ncp/documents.jsonl` and `stard/articles.jsonl.gz` below BENCH_DIR into passages and
compares N of them, a hundred thousand if not told (0: all), with three dictionaries: none, 300
additions, and 300 additions and changed frequencies with 50 removals. The words come out of the
texts, so that they matter there.

Identical: on each passage the segmenter's words are those that jieba 0.42.1, which owns the
dictionary, gives for the same runs of Chinese characters without its hidden Markov model, as they
are cut (`cut`) and as they are indexed (`search`); what is no run of Chinese characters (numbers,
dates, Latin words) the segmenter keeps whole and jieba is not asked.

Speed: the CPU time of plain jieba, `lcut_for_search(text, HMM=False)` on the text of the passage as
it is, over that of `Segmenter.terms` on the same text, folding included. Both run in turns over
blocks of passages, and the median over the blocks counts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import rjieba

from app.documents.passages import passages
from app.documents.structure import outline
from app.text.segment import Dictionary, Segmenter, UserWord, dictionary, segmenter
from app.text.segment_pieces import mask

VARIABLE = "YOUJU_BENCH_DIR"
BLOCK = 2_000  # passages that one of the two cuts before it is the other's turn
TIMED = 20_000
MOST = 100_000
ADDED, REMOVED = 300, 50
FREQUENCIES = (None, 3, 60, 20_000)
HAN = re.compile("[\u4e00-\u9fd5]+")
UNKNOWN, REPEATED = 4, 5  # characters of a new word, and how often it must stand in the sample


@dataclass(frozen=True, slots=True)
class Row:
    """What came out for one dictionary."""

    name: str
    passages: int
    same_cut: int
    same_search: int
    ratio: float
    characters_per_second: float
    seconds_to_make: float
    worked_with_rjieba: bool


def read_passages(folder: Path) -> Iterator[str]:
    with open(folder / "ncp" / "documents.jsonl", encoding="utf-8") as lines:
        yield from _passages(json.loads(line)["text"] for line in lines)
    with gzip.open(folder / "stard" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = (json.loads(line) for line in lines)
        yield from _passages(f"{one['article']}　{one['text']}" for one in articles)


def _passages(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for passage in passages("", text, outline(text)):
            yield passage.span.of(text)


def user_words(texts: Sequence[str]) -> dict[str, list[UserWord]]:
    """The words of the three dictionaries, drawn from runs of characters and words of the texts."""
    source = random.Random(7)
    sample = source.sample(texts, min(len(texts), 4_000))
    runs = [run for text in sample for run in HAN.findall(text)]
    plain = segmenter(Dictionary())
    known = sorted({word for text in sample for word in plain.terms(text) if HAN.fullmatch(word)})
    counts: dict[str, int] = {}
    for run in runs:
        for start in range(len(run) - UNKNOWN + 1):
            piece = run[start : start + UNKNOWN]
            counts[piece] = counts.get(piece, 0) + 1
    unknown = sorted(
        piece for piece, count in counts.items() if count >= REPEATED and not rjieba.has_word(piece)
    )
    added = [
        UserWord(word, source.choice(FREQUENCIES))
        for word in source.sample(unknown, min(ADDED, len(unknown)))
    ]
    changed = [UserWord(word, source.choice(FREQUENCIES)) for word in source.sample(known, ADDED)]
    removed = [UserWord(word, 0) for word in source.sample(known, REMOVED - 2)]
    mixed = [*added[: ADDED // 2], *changed[: ADDED // 2], *removed, UserWord("的", 0)]
    return {"none": [], "300 added": added, "300 mixed, 50 removed": [*mixed, UserWord("教育", 0)]}


def plain_jieba(words: Sequence[tuple[str, int]]) -> Any:
    """jieba as it comes, with the words of a dictionary given by its own `add_word`."""
    import jieba

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, frequency in words:
        tokenizer.add_word(word, frequency)
    return tokenizer


def han(words: Iterable[str]) -> list[str]:
    return [word for word in words if HAN.fullmatch(word)]


def compare(texts: Sequence[str], fast: Segmenter, plain: Any) -> tuple[int, int]:
    """How many passages have the same words as they are cut, and as they are indexed."""
    same_cut = same_search = 0
    for text in texts:
        hidden = mask(text)
        runs = HAN.findall(hidden.text)
        whole = {piece.term for piece in hidden.pieces} | {piece.part for piece in hidden.pieces}
        cut = [word for run in runs for word in plain.lcut(run, HMM=False)]
        search = [word for run in runs for word in plain.lcut_for_search(run, HMM=False)]
        found = [token.term for token in fast.cut(text)]
        same_cut += cut == without(found, cut, whole)
        same_search += search == without(fast.terms(text), search, whole)
    return same_cut, same_search


def without(found: list[str], wanted: list[str], whole: set[str]) -> list[str]:
    """The words of runs among `found`: pieces of Chinese characters alone, such as 一九九八年, are
    left out where jieba has no word."""
    kept: list[str] = []
    for word in found:
        if not HAN.fullmatch(word):
            continue
        if word in whole and (len(kept) >= len(wanted) or wanted[len(kept)] != word):
            continue
        kept.append(word)
    return kept


def seconds(cut: Callable[[str], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    for text in texts:
        cut(text)
    return time.process_time() - start


def measure(name: str, texts: Sequence[str], words: list[UserWord]) -> Row:
    made = dictionary(words)
    start = time.process_time()
    fast = segmenter(made)
    spent = time.process_time() - start
    plain = plain_jieba(made.words)
    same_cut, same_search = compare(texts, fast, plain)
    timed = texts[:: max(1, len(texts) // TIMED)][:TIMED]
    ratios: list[float] = []
    rates: list[float] = []
    for first in range(0, len(timed), BLOCK):
        block = timed[first : first + BLOCK]
        slow = seconds(lambda text: plain.lcut_for_search(text, HMM=False), block)
        quick = seconds(fast.terms, block)
        ratios.append(slow / quick)
        rates.append(sum(map(len, block)) / quick)
    return Row(
        name=name,
        passages=len(texts),
        same_cut=same_cut,
        same_search=same_search,
        ratio=statistics.median(ratios),
        characters_per_second=statistics.median(rates),
        seconds_to_make=spent,
        worked_with_rjieba="rjieba" in type(fast._cutter).__module__,
    )


def report(rows: Iterable[Row]) -> bool:
    """Print the table. Whether every passage is identical."""
    print(
        f"{'dictionary':<24}{'passages':>9}{'same cut':>10}{'same search':>13}"
        f"{'x jieba':>9}{'Mchar/s':>9}{'s to make':>11}  cutter"
    )
    same = True
    for row in rows:
        same = same and row.passages == row.same_cut == row.same_search
        print(
            f"{row.name:<24}{row.passages:>9}{row.same_cut:>10}{row.same_search:>13}"
            f"{row.ratio:>9.1f}{row.characters_per_second / 1e6:>9.2f}{row.seconds_to_make:>11.2f}"
            f"  {'rjieba' if row.worked_with_rjieba else 'jieba'}",
            flush=True,
        )
    return same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get(VARIABLE))
    parser.add_argument("--most", type=int, default=MOST, help="passages to compare; 0: all")
    arguments = parser.parse_args()
    if arguments.folder is None:
        print(f"skipped: give the folder of the texts, or set {VARIABLE}")
        return 0
    texts = list(read_passages(Path(arguments.folder)))
    if arguments.most:
        texts = random.Random(1).sample(texts, min(len(texts), arguments.most))
    segmenter(Dictionary()).terms("读入词典和繁简表")
    same = report(measure(name, texts, words) for name, words in user_words(texts).items())
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
