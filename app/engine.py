"""The order of the stages: the whole pipeline on one screen.

question.analyse → search → answer.evidence → answer.choose → answer.compose. The engine is
synchronous and pure: no clock, no environment, no write; the same question over the same
snapshot gives the same reply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.answer import compose
from app.answer.choose import Choice, choose
from app.answer.evidence import Evidence, as_good_as, rank, sentences_of
from app.answer.force import warnings
from app.answer.trace import describe
from app.answer.verify import verify
from app.answer.view import DocumentView, Views, view
from app.errors import UnknownDocument
from app.model import (
    Document,
    Filters,
    Hit,
    Question,
    QuoteClaim,
    QuoteVerdict,
    Reply,
    SearchHit,
    SearchQuery,
    SearchReply,
    Snapshot,
)
from app.question.analyse import Analyst
from app.question.query import place_by_place, query_for_question, query_for_search
from app.question.terms import Forms, forms
from app.search.sentences import rank_sentences
from app.text.highlight import highlights
from app.text.segment import Segmenter

_PASSAGES = 10  # passages whose sentences are read
_PASSAGES_OF_PLACE = 5
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class TracedReply:
    """A reply with the way it came about, ready for JSON."""

    reply: Reply
    trace: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Course:
    """What the stages made of one question, in their order."""

    asked: Question
    evidence: Evidence
    choice: Choice
    reply: Reply


class Engine:
    """Answers questions from one snapshot of the corpus."""

    def __init__(
        self, snapshot: Snapshot, segmenter: Segmenter, former: Engine | None = None
    ) -> None:
        """`former` is an engine over an earlier version, whose work on documents and words that
        are still the same is taken over."""
        self._snapshot = snapshot
        self._segmenter = segmenter
        same_words = former is not None and former._snapshot.synonyms is snapshot.synonyms
        self._forms: Forms = (
            former._forms if former is not None and same_words else forms(snapshot.synonyms)
        )
        self._analyst = Analyst(segmenter, snapshot.index, self._forms, snapshot.names)
        self._views: Views = former._views if former is not None else Views()

    @property
    def snapshot(self) -> Snapshot:
        """The version of the corpus that is answered from."""
        return self._snapshot

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        filters: Filters = _NO_FILTERS,
        *,
        as_of: date,
        limit: int = 5,
    ) -> Reply:
        """The answer to `question`, or the refusal that says what is missing."""
        return self._course(question, history, filters, as_of, limit).reply

    def trace(
        self,
        question: str,
        history: Sequence[str] = (),
        filters: Filters = _NO_FILTERS,
        *,
        as_of: date,
        limit: int = 5,
    ) -> TracedReply:
        """The same reply as `ask`, with analysis, passages, candidates and verdict."""
        course = self._course(question, history, filters, as_of, limit)
        return TracedReply(course.reply, describe(course.asked, course.evidence, course.choice))

    def choice(
        self, question: str, history: Sequence[str] = (), *, as_of: date
    ) -> tuple[Question, Evidence, Choice]:
        """What the reply of `ask` is made from: the weights of candidates are fitted on it."""
        course = self._course(question, history, _NO_FILTERS, as_of, 1)
        return course.asked, course.evidence, course.choice

    def best_sentence(self, question: str, history: Sequence[str] = (), *, as_of: date) -> str:
        """The sentence that ranks first: what a service that only echoes would say."""
        asked = self._analyst.analyse(question, history, as_of)
        best = self._evidence(asked, _NO_FILTERS)[0].best
        return best.view.quote(best.sentence.span) if best else ""

    def search(
        self,
        text: str,
        filters: Filters = _NO_FILTERS,
        limit: int = 10,
        offset: int = 0,
        count: bool = False,
        *,
        as_of: date | None = None,
    ) -> SearchReply:
        """The passages that `text` finds, with the places of its words.

        `as_of` is the day on which documents must have the status asked for; None: in the end.
        """
        query = query_for_search(text, self._segmenter)
        filters = self._with_repeals(filters, as_of or date.max)
        result = self._snapshot.index.search(query, filters, limit, offset, count)
        found = tuple(self._search_hit(hit) for hit in result.hits)
        return SearchReply(found, result.total_at_least, result.total)

    def verify(self, quotes: Sequence[QuoteClaim]) -> tuple[QuoteVerdict, ...]:
        """Whether each quotation still stands in the corpus."""
        documents = self._snapshot.documents
        return tuple(verify(documents.get(quote.document_id), quote) for quote in quotes)

    def _course(
        self,
        question: str,
        history: Sequence[str],
        filters: Filters,
        as_of: date,
        limit: int,
    ) -> _Course:
        asked = self._analyst.analyse(question, history, as_of)
        evidence, views = self._evidence(asked, self._with_repeals(filters, as_of))
        choice = choose(asked, evidence)
        reply = self._reply(asked, evidence, views, choice, as_of, limit)
        return _Course(asked, evidence, choice, reply)

    def warnings(self, document: Document, as_of: date) -> tuple[str, ...]:
        """What a reader of `document` must know of its force on the day `as_of`."""
        return warnings(document, as_of)

    def _with_repeals(self, filters: Filters, as_of: date) -> Filters:
        """Filters on the status of documents, with those that other documents have repealed."""
        if filters.in_force_on is None and not filters.status:
            return filters
        day = filters.in_force_on or as_of
        return replace(filters, repealed_ids=self._snapshot.documents.repealed(day))

    def _evidence(
        self, asked: Question, filters: Filters
    ) -> tuple[Evidence, dict[str, DocumentView]]:
        query = query_for_question(asked, self._segmenter)
        hits = self._hits(query, asked, filters)
        names = dict.fromkeys(hit.passage.document_id for hit in hits)
        views = {name: self._view(name) for name in names}
        found = sentences_of(hits, views)
        wanted = [gram for gram, _ in query.bigrams]
        scores = rank_sentences(wanted, [item.sentence.bigrams for item in found])
        return rank(asked, found, scores, hits), views

    def _hits(self, query: SearchQuery, asked: Question, filters: Filters) -> tuple[Hit, ...]:
        """The passages found, those of documents about the places of the question among them.

        The search is place by place, or the documents of one of them might crowd out the other's.
        """
        search = self._snapshot.index.search
        hits = {hit.passage.id: hit for hit in search(query, filters, _PASSAGES).hits}
        best = max((hit.score for hit in hits.values()), default=0.0)
        for part in place_by_place(asked):
            narrowed = query_for_question(part, self._segmenter)
            about = replace(filters, places=part.places)
            for hit in as_good_as(best, search(narrowed, about, _PASSAGES_OF_PLACE).hits):
                known = hits.get(hit.passage.id)
                if known is None or known.score < hit.score:
                    hits[hit.passage.id] = hit
        return tuple(sorted(hits.values(), key=lambda hit: -hit.score))

    def _reply(
        self,
        asked: Question,
        evidence: Evidence,
        views: dict[str, DocumentView],
        choice: Choice,
        as_of: date,
        limit: int,
    ) -> Reply:
        version = self._snapshot.version
        if choice.candidate is not None:
            return compose.answer(asked, choice.candidate, limit, as_of, version)
        assert choice.verdict is not None
        return compose.refusal(choice.verdict, evidence, views, limit, as_of, version)

    def _view(self, document_id: str) -> DocumentView:
        documents = self._snapshot.documents
        edition = documents.edition(document_id)
        kept = self._views.get(document_id, edition) if edition is not None else None
        if kept is not None:
            return kept
        stored = documents.get(document_id)
        if stored is None or edition is None:
            raise _not_stored(document_id)
        return self._views.keep(edition, view(stored))

    def _search_hit(self, hit: Hit) -> SearchHit:
        document = self._snapshot.documents.document(hit.passage.document_id)
        if document is None:
            raise _not_stored(hit.passage.document_id)
        text = hit.passage.span.of(document.text)
        places = highlights(text, hit.matched, hit.passage.span.start)
        return SearchHit(hit.passage, document.title, text, places, hit.score)


def _not_stored(document_id: str) -> UnknownDocument:
    return UnknownDocument(
        f"索引里有文档 {document_id}，文档库里没有；请运行 youju index --rebuild"
    )
