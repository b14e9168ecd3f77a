"""One segment of the tantivy index, open for reading, and how its damage shows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from app.errors import IndexUnusable, YoujuError
from app.model import Filters
from app.search.bm25 import Vector
from app.search.kept import Kept
from app.search.ranking import Proposals, Term, averages_of
from app.search.store import StoreReader, Totals
from app.search.tantivy_index_query import (
    FIELD_NAMES,
    EngineStatistics,
    bounds,
    counting_query,
    scoring_query,
    term_query,
)

FORMAT = "youju search index, format 5\n"
FORMAT_FILE = "format"
TERMS = "terms"

_TERMS_KEPT = 20_000


class Segment:
    """An unchanging part of an index, on disk. Used by one thread at a time.

    Every method raises `IndexUnusable` when it meets damage.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._holders: Kept[tuple[int, int], int] = Kept(_TERMS_KEPT)
        with guarded(folder):
            _check_format(folder)
            self.store = StoreReader(folder)
            try:
                index = _opened(folder / TERMS)
                self.schema = index.schema
                self.searcher = index.searcher()
                found = self.searcher.num_docs
                if found != self.store.totals.passages:
                    raise LookupError(
                        f"{found} passages found, {self.store.totals.passages} stored"
                    )
            except BaseException:
                self.store.close()
                raise
        totals = self.store.totals
        self.engine = EngineStatistics(totals.passages, averages_of(totals, totals.passages or 1))

    def count(self, terms: Sequence[Term], part: int, filters: Filters, gone: Sequence[str]) -> int:
        """How many passages hold one of `terms`, without those of the documents `gone`."""
        query = counting_query(self.schema, terms, part, filters)
        total = self._count(query)
        if gone and total:
            narrowed = counting_query(self.schema, terms, part, filters, only=gone)
            total -= self._count(narrowed)
        return total

    def check(self) -> None:
        """Compare the two parts term by term; raises `IndexUnusable` when they differ."""
        with guarded(self.folder):
            self.store.check()
            for field, _, number, passages in self.store.all_terms():
                found = self._count(term_query(self.schema, field, number))
                if found != passages:
                    raise LookupError(f"term {number}: {found} passages found, {passages} stored")

    def holders(self, field: int, number: int) -> int:
        """In how many passages the engine finds the term with this number."""
        key = field, number
        known = self._holders.get_many([key])
        if not known:
            found = self.searcher.doc_freq(FIELD_NAMES[field], str(number))
            return self._holders.keep({key: found})[key]
        return known[key]

    def close(self) -> None:
        """Release the files."""
        self.store.close()

    def _count(self, query: tantivy.Query) -> int:
        result: Any = self.searcher.search(query, 1, count=True)
        return int(result.count)  # the type stub leaves `count` out


@dataclass(slots=True)
class Proposer:
    """tantivy's best passages of one segment for one query, with bounds on their exact scores."""

    segment: Segment
    query: tantivy.Query | None
    averages: Vector
    seen: int = 0
    """How many passages were proposed so far: at least so many hold a term."""

    def __call__(self, depth: int) -> Proposals:
        """The best `depth` passages by tantivy's score, or all when there are fewer."""
        if self.query is None:
            return Proposals(np.zeros(0, np.int64), np.zeros(0), 0.0)
        searcher = self.segment.searcher
        hits = searcher.search(self.query, depth, count=False).hits
        self.seen = len(hits)
        scores = np.array([score for score, _ in hits], np.float64)
        numbers = searcher.fast_field_values("number", [address for _, address in hits])
        passages = np.array(numbers, np.int64)
        lengths = self.segment.store.passages.lengths(passages)
        beyond = 0.0 if len(hits) < depth else self._most(float(scores[-1]))
        return Proposals(passages, self._bounds(scores, lengths), beyond)

    def _most(self, score: float) -> float:
        """The bound for any length: the factor is largest for the shortest or longest passage."""
        lengths = np.array([[0, 0], self.segment.store.longest], np.float64)
        return float(self._bounds(np.full(2, score), lengths).max())

    def _bounds(self, scores: Vector, lengths: Vector) -> Vector:
        return bounds(scores, lengths, self.averages, self.segment.engine)


def proposer(
    segment: Segment, part: int, totals: Totals, terms: Sequence[Term], filters: Filters
) -> Proposer:
    """What proposes passages of `segment`, the one at position `part`, for a query."""
    query = scoring_query(segment.schema, segment.holders, segment.engine, terms, part, filters)
    return Proposer(segment, query, averages_of(totals, totals.passages))


@contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Damage, in whichever library it shows, becomes `IndexUnusable`."""
    try:
        yield
    except (YoujuError, sqlite3.ProgrammingError):
        raise
    except (sqlite3.Error, OSError, ValueError, LookupError, AssertionError) as error:
        raise _unusable(folder, error) from error
    except BaseException as error:
        # A panic inside tantivy is not an Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _unusable(folder, error) from error


def _opened(terms: Path) -> tantivy.Index:
    """tantivy's index in the folder `terms`.

    tantivy opens a lock file for writing, also to read. Where that is not allowed (a read-only
    folder or file system), it is given another folder with links to the files, which it maps into
    memory at once.
    """
    try:
        return tantivy.Index.open(str(terms))
    except ValueError as error:
        if "Lockfile" not in str(error):
            raise
    # tantivy may be writing its lock there while the folder is removed.
    with tempfile.TemporaryDirectory(prefix="youju-", ignore_cleanup_errors=True) as name:
        for path in terms.iterdir():
            if path.suffix != ".lock":
                (Path(name) / path.name).symlink_to(path.resolve())
        return tantivy.Index.open(name)


def _check_format(folder: Path) -> None:
    found = (folder / FORMAT_FILE).read_text(encoding="utf-8")
    if found != FORMAT:
        raise LookupError(f"its format is {found[:80]!r}, expected {FORMAT!r}")


def _unusable(folder: Path, error: BaseException) -> IndexUnusable:
    return IndexUnusable(
        f"the search index in {folder} cannot be used ({error}); rebuild it: youju index --rebuild"
    )
