"""What one commit of the tantivy index looks like, and how its damage shows."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from app.errors import IndexUnusable, YoujuError
from app.model import Filters
from app.search.bm25 import FIELDS, Vector
from app.search.ranking import Proposals, Term, averages_of
from app.search.store import StoreReader
from app.search.tantivy_index_query import (
    LENGTH_NAMES,
    EngineStatistics,
    bounds,
    read_stamp,
    read_statistics,
    scoring_query,
)

_ATTEMPTS = 50
_PAUSE = 0.02  # seconds; a commit changes its two parts within a few of them


@dataclass(frozen=True, slots=True)
class View:
    """One commit, as both parts see it. `longest` is in words and in bigrams."""

    searcher: tantivy.Searcher
    store: StoreReader
    engine: EngineStatistics
    longest: tuple[int, int]


def open_view(folder: Path, index: tantivy.Index) -> View:
    """The newest commit. Waits out a commit that has reached only one of the two parts."""
    for _ in range(_ATTEMPTS):
        store = StoreReader(folder / "store.db")
        try:
            index.reload()
            searcher = index.searcher()
            if read_stamp(searcher, index.schema) == store.totals.stamp:
                return _view_of(searcher, index.schema, store)
        except BaseException:
            store.close()
            raise
        store.close()
        time.sleep(_PAUSE)
    raise LookupError("terms and statistics come from different commits")


def _view_of(searcher: tantivy.Searcher, schema: tantivy.Schema, store: StoreReader) -> View:
    found = searcher.num_docs - 1  # the marker
    if found != store.totals.passages:
        raise LookupError(f"{found} passages found, {store.totals.passages} stored")
    known = [store.any_term(field) for field in FIELDS]
    engine = read_statistics(schema, searcher, known)
    return View(searcher, store, engine, store.longest())


class Proposer:
    """tantivy's best passages for one query, with bounds on their exact scores."""

    def __init__(
        self, view: View, schema: tantivy.Schema, terms: list[Term], filters: Filters
    ) -> None:
        self._view = view
        self._query = scoring_query(schema, view.searcher, view.engine, terms, filters)
        self._averages = averages_of(view.store.totals, view.store.totals.passages)
        self.seen = 0
        """How many passages were proposed so far: at least so many hold a term."""

    def __call__(self, depth: int) -> Proposals:
        """The best `depth` passages by tantivy's score, or all when there are fewer."""
        hits = self._view.searcher.search(self._query, depth, count=False).hits
        self.seen = len(hits)
        addresses = [address for _, address in hits]
        scores = np.array([score for score, _ in hits], np.float64)
        numbers = self._view.searcher.fast_field_values("number", addresses)
        columns = [self._view.searcher.fast_field_values(name, addresses) for name in LENGTH_NAMES]
        lengths = np.array(columns, np.float64).reshape(len(FIELDS), -1).T
        beyond = 0.0 if len(hits) < depth else self._most(float(scores[-1]))
        passages = [int(number or 0) for number in numbers]
        return Proposals(passages, self._bounds(scores, lengths), beyond)

    def _most(self, score: float) -> float:
        """The bound for any length: the factor is largest for the shortest or longest passage."""
        lengths = np.array([[0, 0], self._view.longest], np.float64)
        return float(self._bounds(np.full(2, score), lengths).max())

    def _bounds(self, scores: Vector, lengths: Vector) -> Vector:
        return bounds(scores, lengths, self._averages, self._view.engine)


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


def _unusable(folder: Path, error: BaseException) -> IndexUnusable:
    return IndexUnusable(
        f"the search index in {folder} cannot be used ({error}); rebuild it: youju index --rebuild"
    )
