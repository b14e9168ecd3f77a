"""The engines that are compared, behind one small protocol.

Each takes the same tokens and is asked for the same terms. k1 and b are those of the service where
an engine lets them be set (bm25s, rank-bm25); tantivy and SQLite FTS5 have their own, 1.2 and .75.
Words and bigrams are two weighted fields where an engine has fields; bm25s and rank-bm25 get one
list of both, the bigrams marked so that they do not mix with words of two characters.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import _segment
import numpy as np
from _engines_tokens import Entry, Query

from app.search.bm25 import FIELD_WEIGHTS, PASSAGE_SHAPE

TOP = 10
MEMORY = 200 * 1024 * 1024  # of a tantivy writer: what the service takes
_MARK = "\u2060"  # before a bigram in a list that holds words too


class Engine(Protocol):
    """An index in a folder: built with `add` and `finish`, asked after `open`."""

    def add(self, batch: Sequence[Entry]) -> None:
        """Take passages in."""

    def finish(self) -> None:
        """Write what is there to the folder."""

    def open(self) -> None:
        """Read what was finished, in another process."""

    def search(self, query: Query) -> list[int]:
        """The numbers of the best ten passages."""

    def close(self) -> None:
        """Let go of the files."""


class Youju:
    """The service's own index: exact scores, documents and titles taken into account."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._builder: Any = None
        self._index: Any = None

    def add(self, batch: Sequence[Entry]) -> None:
        from app.search.tantivy_index_builder import SegmentBuilder

        if self._builder is None:
            self._builder = SegmentBuilder(self._folder / "segment")
        self._builder.add(map(_indexed, batch))

    def finish(self) -> None:
        self._builder.finish()

    def open(self) -> None:
        self._index = _segment.opened(self._folder / "segment")

    def search(self, query: Query) -> list[int]:
        from app.model import Filters, SearchQuery

        weighted = (tuple((term, 1.0) for term in terms) for terms in (query.words, query.bigrams))
        result = self._index.search(SearchQuery(*weighted), Filters(), TOP)
        return [int(hit.passage.id) for hit in result.hits]

    def close(self) -> None:
        self._index.close()


class Tantivy:
    """tantivy itself: the same two fields, the same terms and boosts, no count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer: Any = None
        self._schema: Any = None
        self._searcher: Any = None

    def add(self, batch: Sequence[Entry]) -> None:
        import tantivy

        if self._writer is None:
            builder = tantivy.SchemaBuilder()
            for name in ("words", "bigrams"):
                builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
            builder.add_unsigned_field("number", fast=True)
            index = tantivy.Index(builder.build(), str(self._folder))
            self._writer = index.writer(MEMORY, 1)
        for entry in batch:
            document = tantivy.Document()
            document.add_text("words", " ".join(entry.words))
            document.add_text("bigrams", " ".join(entry.bigrams))
            document.add_unsigned("number", entry.number)
            self._writer.add_document(document)

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()

    def open(self) -> None:
        import tantivy

        index = tantivy.Index.open(str(self._folder))
        self._schema, self._searcher = index.schema, index.searcher()

    def search(self, query: Query) -> list[int]:
        import tantivy

        clauses = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(name, term), weight))
            for name, terms, weight in zip(
                ("words", "bigrams"), (query.words, query.bigrams), FIELD_WEIGHTS, strict=True
            )
            for term in terms
        ]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), TOP, count=False)
        addresses = [address for _, address in found.hits]
        return [int(number) for number in self._searcher.fast_field_values("number", addresses)]

    def close(self) -> None:
        self._searcher = None

    def _term(self, name: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, name, term, index_option="freq")


class Fts5:
    """SQLite's full-text search, without the texts themselves."""

    _PUNCTUATION = "!#$%&()*+,-./:;<=>?@[]^_`{|}~"

    def __init__(self, folder: Path) -> None:
        self._path = folder / "fts5.db"
        self._connection = sqlite3.connect(self._path, isolation_level=None)

    def add(self, batch: Sequence[Entry]) -> None:
        if not self._connection.in_transaction:
            self._connection.execute(
                "CREATE VIRTUAL TABLE passages USING fts5(words, bigrams, content='',"
                f" tokenize=\"ascii tokenchars '{self._PUNCTUATION}'\")"
            )
            self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO passages (rowid, words, bigrams) VALUES (?, ?, ?)",
            ((entry.number, " ".join(entry.words), " ".join(entry.bigrams)) for entry in batch),
        )

    def finish(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO passages (passages) VALUES ('optimize')")
        self._connection.close()

    def open(self) -> None:
        self._connection.execute("PRAGMA cache_size = -65536")

    def search(self, query: Query) -> list[int]:
        asked = " OR ".join(
            f"{name} : ({' OR '.join(map(_quoted, terms))})"
            for name, terms in (("words", query.words), ("bigrams", query.bigrams))
            if terms
        )
        rows = self._connection.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ?"
            f" ORDER BY bm25(passages, {FIELD_WEIGHTS[0]}, {FIELD_WEIGHTS[1]}) LIMIT {TOP}",
            (asked,),
        )
        return [number for (number,) in rows]

    def close(self) -> None:
        self._connection.close()


class Bm25s:
    """bm25s: scores of every term in every passage computed when indexing, kept in memory."""

    def __init__(self, folder: Path, backend: str = "numpy") -> None:
        self._folder = folder
        self._backend = backend
        self._lists: list[list[str]] = []
        self._index: Any = None

    def add(self, batch: Sequence[Entry]) -> None:
        self._lists += map(_one_list, batch)

    def finish(self) -> None:
        import bm25s

        index = bm25s.BM25(method="lucene", k1=PASSAGE_SHAPE.k1, b=PASSAGE_SHAPE.b)
        index.index(self._lists, show_progress=False)
        index.save(str(self._folder), show_progress=False)

    def open(self) -> None:
        import bm25s

        self._index = bm25s.BM25.load(str(self._folder))
        if self._backend == "numba":
            self._index.backend = "numba"
            self._index.activate_numba_scorer()

    def search(self, query: Query) -> list[int]:
        size = min(TOP, self._index.scores["num_docs"])
        found, scores = self._index.retrieve([_one_list(query)], k=size, show_progress=False)
        return found[0][scores[0] > 0].tolist()

    def close(self) -> None:
        self._index = None


class Bm25sNumba(Bm25s):
    """The same with its compiled scorer."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "numba")


class RankBm25:
    """rank-bm25, as a list of words in memory: it has no form on disk."""

    def __init__(self, folder: Path) -> None:
        self._lists: list[list[str]] = []
        self._index: Any = None

    def add(self, batch: Sequence[Entry]) -> None:
        self._lists += map(_one_list, batch)

    def finish(self) -> None:
        from rank_bm25 import BM25Okapi

        self._index = BM25Okapi(self._lists, k1=PASSAGE_SHAPE.k1, b=PASSAGE_SHAPE.b)

    def open(self) -> None:
        if self._index is None:
            raise RuntimeError("rank-bm25 is built in the process that asks it")

    def search(self, query: Query) -> list[int]:
        scores = self._index.get_scores(_one_list(query))
        held = np.flatnonzero(scores > 0)  # numpy partitions many equal values slowly
        if len(held) > TOP:
            held = held[np.argpartition(-scores[held], TOP)[:TOP]]
        return held[np.argsort(-scores[held], kind="stable")].tolist()

    def close(self) -> None:
        self._index = None


ENGINES: dict[str, Callable[[Path], Engine]] = {
    "youju": Youju,
    "tantivy": Tantivy,
    "bm25s": Bm25s,
    "bm25s-numba": Bm25sNumba,
    "fts5": Fts5,
    "rank-bm25": RankBm25,
}
_NEEDED = {"bm25s": "bm25s", "bm25s-numba": "numba"}


def available() -> list[str]:
    """The engines whose libraries are installed."""
    return [name for name in ENGINES if name not in _NEEDED or find_spec(_NEEDED[name])]


IN_MEMORY = frozenset({"rank-bm25"})
"""Engines that must be built again by every process."""


def _one_list(terms: Entry | Query) -> list[str]:
    """Words and marked bigrams; interned, since an index in memory holds each of them often."""
    return list(map(sys.intern, (*terms.words, *(_MARK + pair for pair in terms.bigrams))))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


def _indexed(entry: Entry) -> Any:
    from app.model import IndexedPassage, Passage, Span

    return IndexedPassage(
        Passage(str(entry.number), entry.source, Span(entry.start, entry.end), ()),
        entry.source,
        entry.words,
        entry.bigrams,
        "",
        None,
        None,
        "unknown",
        None,
        title_places=entry.places,
    )
