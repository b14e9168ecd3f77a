"""The tantivy side of a search: schema, queries, and bounds on exact scores.

Terms go into tantivy as the decimal numbers that the store gave them, and every name that is
filtered on as its digest. So any string is safe there, whatever its characters or its length.

tantivy scores with its own k1 and b, over statistics that still count deleted passages, and with
lengths rounded down. Its idf is replaced by the live one through boosts. What is left differs by a
factor that `bounds` limits from above, so that no passage is missed (see `app.search.ranking`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

import numpy as np
import tantivy

from app.model import ENDED, Filters, IndexedPassage, Status
from app.search.bm25 import BIGRAMS, PASSAGE_SHAPE, WORDS, Shape, Vector, discount
from app.search.ranking import Term
from app.search.store_writer import Numbered

FIELD_NAMES = ("words", "bigrams")
DAY_NAMES = ("issued_on", "effective_on", "expires_on")
_FILTER_NAMES = ("document", "collection", "region", "issuer", "status", "place")

_ENGINE_SHAPE = Shape(k1=1.2, b=0.75)
"""The constants inside tantivy; its Python interface cannot set them."""

_ROUNDING = 1.0001
"""More than single precision can add to a score of a few hundred terms."""


@dataclass(frozen=True, slots=True)
class EngineStatistics:
    """What tantivy counts in a segment: texts, and average lengths per field."""

    texts: int
    averages: Vector


def build_schema() -> tantivy.Schema:
    """The fields of format 5. Nothing is stored in tantivy."""
    builder = tantivy.SchemaBuilder()
    for name in FIELD_NAMES:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in _FILTER_NAMES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in DAY_NAMES:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("number", fast=True)
    return builder.build()


def build_document(entry: IndexedPassage, numbered: Numbered) -> tantivy.Document:
    """The passage as tantivy indexes it."""
    document = tantivy.Document()
    document.add_text(FIELD_NAMES[WORDS], " ".join(map(str, numbered.words)))
    document.add_text(FIELD_NAMES[BIGRAMS], " ".join(map(str, numbered.bigrams)))
    document.add_unsigned("number", numbered.number)
    document.add_text("document", key(entry.passage.document_id))
    document.add_text("collection", key(entry.collection))
    document.add_text("status", key(entry.status))
    for place in entry.places:
        document.add_text("place", key(place))
    if entry.region is not None:
        document.add_text("region", key(entry.region))
    for issuer in dict.fromkeys((entry.issuer, *entry.issuers)):
        if issuer is not None:
            document.add_text("issuer", key(issuer))
    for name, day in zip(
        DAY_NAMES, (entry.issued_on, entry.effective_on, entry.expires_on), strict=True
    ):
        if day is not None:
            document.add_integer(name, _day(day))
    return document


def key(name: str) -> str:
    """A short raw term for any string: its digest, 32 hex digits."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def term_query(schema: tantivy.Schema, field: int, number: int) -> tantivy.Query:
    """The passages that hold the term with this number."""
    return tantivy.Query.term_query(schema, FIELD_NAMES[field], str(number), index_option="freq")


def scoring_query(
    schema: tantivy.Schema,
    holders: Callable[[int, int], int],
    statistics: EngineStatistics,
    terms: Sequence[Term],
    part: int,
    filters: Filters,
) -> tantivy.Query | None:
    """Any of `terms` under `filters`, in one flat query; tantivy's idf is traded for the live one.

    `holders` says in how many passages the engine finds a term, given its field and number. None
    when the segment, the one at position `part`, holds none of them. Nested queries took
    twice as long on 200,000 passages.
    """
    clauses = list(_filter_clauses(schema, filters))
    filtering = len(clauses)
    for term in terms:
        number = term.numbers[part]
        if not number:
            continue
        holding = holders(term.field, number)
        own_idf = math.log(1.0 + (statistics.texts - holding + 0.5) / (holding + 0.5))
        boost = term.weight * term.passage_idf / own_idf
        query = tantivy.Query.boost_query(term_query(schema, term.field, number), boost)
        clauses.append((tantivy.Occur.Should, query))
    if len(clauses) == filtering:
        return None
    return tantivy.Query.boolean_query(clauses, minimum_number_should_match=1)


def counting_query(
    schema: tantivy.Schema,
    terms: Sequence[Term],
    part: int,
    filters: Filters,
    only: Sequence[str] = (),
) -> tantivy.Query:
    """Any word or bigram of `terms`, under `filters`: all that paging would show in the end.

    With `only`, those among the passages of the documents with these ids.
    """
    clauses = list(_filter_clauses(schema, filters))
    if only:
        keys = tantivy.Query.term_set_query(schema, _FILTER_NAMES[0], sorted(map(key, only)))
        clauses.append((tantivy.Occur.Must, keys))
    clauses += [
        (tantivy.Occur.Should, term_query(schema, term.field, term.numbers[part]))
        for term in terms
        if term.numbers[part]
    ]
    if not any(occur == tantivy.Occur.Should for occur, _ in clauses):
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query(clauses, minimum_number_should_match=1)


def bounds(
    scores: Vector, lengths: Vector, averages: Vector, statistics: EngineStatistics
) -> Vector:
    """The most that passages with these tantivy scores can score exactly.

    `lengths` has a column per field, `averages` are the live ones. For one term, exact score by
    tantivy score is (k1+1)/(K1+1) · (tf+M)/(tf+m), with m and M the two discounts: largest at
    tf = 1 or for endless tf. tantivy rounds lengths down, which can only make its score larger.
    """
    exact = discount(PASSAGE_SHAPE, lengths, averages)
    own = discount(_ENGINE_SHAPE, lengths, statistics.averages)
    factor = np.maximum(1.0, (1.0 + own) / (1.0 + exact)).max(axis=1)
    scale = (PASSAGE_SHAPE.k1 + 1.0) / (_ENGINE_SHAPE.k1 + 1.0) * _ROUNDING
    bounded: Vector = scores * factor * scale
    return bounded


def _filter_clauses(
    schema: tantivy.Schema, filters: Filters
) -> Iterator[tuple[tantivy.Occur, tantivy.Query]]:
    """One clause per restriction. A clause decides who may stand in the result, never the score."""
    allowed = (
        filters.document_ids,
        filters.collections,
        filters.regions,
        filters.issuers,
        (),  # a status may also come from another document
        filters.places,
    )
    queries = [
        _one_of(schema, name, values)
        for name, values in zip(_FILTER_NAMES, allowed, strict=True)
        if values
    ]
    if filters.issued_from or filters.issued_to:
        queries.append(_date_query(schema, "issued_on", filters.issued_from, filters.issued_to))
    for query in queries:
        yield tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)
    yield from _status_clauses(schema, filters)


def _status_clauses(
    schema: tantivy.Schema, filters: Filters
) -> Iterator[tuple[tantivy.Occur, tantivy.Query]]:
    repealed = _one_of(schema, "document", filters.repealed_ids)
    if filters.status:
        allowed = _one_of(schema, "status", filters.status)
        if Status.REPEALED.value in filters.status:
            either = [(tantivy.Occur.Should, query) for query in (allowed, repealed)]
            allowed = tantivy.Query.boolean_query(either)
        else:
            yield tantivy.Occur.MustNot, repealed
        yield tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0)
    if filters.in_force_on is not None:
        yield tantivy.Occur.MustNot, repealed
        for query in _not_in_force(schema, filters.in_force_on):
            yield tantivy.Occur.MustNot, query


def _one_of(schema: tantivy.Schema, name: str, values: Iterable[str]) -> tantivy.Query:
    return tantivy.Query.term_set_query(schema, name, sorted({key(value) for value in values}))


def _not_in_force(schema: tantivy.Schema, day: date) -> Iterator[tantivy.Query]:
    """What no document that is in force on `day` is: over, not yet begun, or done away with.

    A document that says nothing of it counts as in force.
    """
    yield _date_query(schema, "expires_on", None, day - timedelta(days=1))
    yield _date_query(schema, "effective_on", day + timedelta(days=1), None)
    yield _one_of(schema, "status", [status.value for status in ENDED])


def _date_query(
    schema: tantivy.Schema, field: str, first: date | None, last: date | None
) -> tantivy.Query:
    return tantivy.Query.range_query(
        schema,
        field,
        tantivy.FieldType.Integer,
        lower_bound=_day(first) if first else None,
        upper_bound=_day(last) if last else None,
    )


def _day(day: date) -> int:
    return day.toordinal()
