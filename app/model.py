"""The nouns that stages hand to each other, and the protocols behind which libraries stand.

All offsets count characters (code points) of `Document.text`; spans are half-open.
Values are frozen: a stage reads what it is given and returns something new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

# ── places in a text ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The characters `text[start:end]` of a text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that this span covers."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end

    def moved(self, by: int) -> Span:
        """The same width, `by` characters further on."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in one width, one case and simplified script, with the way back to the original.

    `offsets[i]` is the place in the original of the folded character `i`; it has one more entry,
    the length of the original, so that a folded end can be mapped too.
    """

    text: str
    offsets: Sequence[int] = field(repr=False)

    def original(self, span: Span) -> Span:
        """The span of the original text that a folded span came from."""
        if span.start >= span.end:
            return Span(self.offsets[span.start], self.offsets[span.start])
        return Span(self.offsets[span.start], self.offsets[span.end - 1] + 1)


@dataclass(frozen=True, slots=True)
class Token:
    """A folded search term and where it stands in the original text."""

    term: str
    span: Span


# ── documents ───────────────────────────────────────────────────────────────────────────────────


class Status(StrEnum):
    """Whether a document is in force."""

    IN_FORCE = "现行"
    TRIAL = "试行"
    REPEALED = "废止"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """A policy text and what is known of it. `text` is verbatim for ever."""

    id: str
    collection: str
    title: str
    text: str = field(repr=False)
    source: str
    number: str | None
    issuer: str | None
    region: str | None
    issued_on: date | None
    effective_on: date | None
    expires_on: date | None
    status: Status
    digest: str


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part of a document.

    `label` is the marker as written (一、 （一） 第三条 一是), `heading` the words of the heading
    without the marker ("" when the label is followed by running text), `span` everything from the
    marker to the end of the part, children included. `heading_span` covers marker and heading.
    `level` grows inwards from 1. `parent` is the position of the parent in the outline, or None.
    """

    level: int
    label: str
    heading: str
    span: Span
    heading_span: Span
    parent: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a document in reading order."""

    sections: tuple[Section, ...]

    def path(self, index: int | None) -> tuple[int, ...]:
        """The sections from the outermost to `index`, as positions."""
        chain: list[int] = []
        while index is not None:
            chain.append(index)
            index = self.sections[index].parent
        return tuple(reversed(chain))

    def children(self, index: int | None) -> tuple[int, ...]:
        """The sections directly below `index` (None: the outermost), in reading order."""
        return tuple(i for i, section in enumerate(self.sections) if section.parent == index)

    def at(self, offset: int) -> int | None:
        """The innermost section that covers the character at `offset`."""
        found: int | None = None
        for i, section in enumerate(self.sections):
            if section.span.start > offset:
                break
            if section.span.end > offset:
                found = i
        return found


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search: some sentences of one document. `path` holds the headings above it."""

    id: str
    document_id: str
    span: Span
    path: tuple[str, ...]


# ── values ──────────────────────────────────────────────────────────────────────────────────────


class Dimension(StrEnum):
    """What a quantity measures; quantities of different dimensions never answer for each other."""

    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    POINTS = "points"  # 百分点: a difference of two ratios, not a ratio
    DURATION = "duration"
    MEASURE = "measure"  # length, area, weight, power, …
    ORDINAL = "ordinal"  # 第三, 前10: a place in an order, no amount


class Bound(StrEnum):
    """How the written number limits the real one."""

    EXACT = "exact"
    ABOUT = "about"  # 约 近 余 多 左右
    AT_LEAST = "at_least"  # 不少于 以上
    AT_MOST = "at_most"  # 不超过 最高 以内
    RANGE = "range"  # 10—15个; `upper` holds the higher number


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as written in the text.

    `value` is in units of `unit` with the magnitude multiplied in (6.5亿元: 650000000, 元).
    `unit` is "" when the number stands before its noun without a classifier (2.2万教师).
    `span` covers number, magnitude and unit; words such as 约 or 不少于 stand outside it.
    """

    value: Decimal
    unit: str
    dimension: Dimension
    bound: Bound
    upper: Decimal | None
    span: Span

    @property
    def approximate(self) -> bool:
        """Whether the text itself says that the number is not exact."""
        return self.bound is not Bound.EXACT


@dataclass(frozen=True, slots=True)
class DateMention:
    """A point or stretch of time named in a text: 2023年, 2023年5月1日, 今年, “十四五”时期.

    Parts that the text leaves out are None. `relative` is the word for a time that depends on
    the document's own date (今年, 去年, 目前), else "".
    """

    year: int | None
    month: int | None
    day: int | None
    relative: str
    span: Span


class Modality(StrEnum):
    """Whether a figure has come about or is wished for."""

    ACTUAL = "actual"
    TARGET = "target"


class Role(StrEnum):
    """In which relation a figure stands to what is said round it."""

    PLAIN = ""
    FROM = "由"  # 由2677人压减至…: the value before
    TO = "至"  # …压减至1855人: the value after
    SHARE = "占"  # 占全州GDP的4.02%
    CHANGE = "增减"  # 增长5.2%, 下降3个百分点
    PART = "其中"  # a part of the figure before it


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a document as data.

    All spans are of `Document.text`. `frame` is what stands left of the number in its clause,
    `head` what follows its unit up to the next border, `subject` the clause before in the same
    sentence when the frame itself names nothing, `scope` the whole that a share or part refers to.
    `time` is the year stated in the sentence, or carried over from an earlier one of the same
    section; `aggregate` tells that the number covers several named members together (等5所).
    """

    quantity: Quantity
    frame: Span
    head: Span
    subject: Span | None
    clause: Span
    sentence: Span
    scope: Span | None
    role: Role
    modality: Modality
    year: int | None
    year_inherited: bool
    aggregate: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that a document says is done. A reform is a measure, with difficulty and result."""

    title: str
    actor: str | None
    action: str
    deadline: str | None
    parent: int | None
    span: Span
    is_reform: bool
    difficulty: str | None
    result: str | None


# ── questions ───────────────────────────────────────────────────────────────────────────────────


class Kind(StrEnum):
    """What a question asks for, and so the form of its answer."""

    AMOUNT = "amount"
    COUNT = "count"
    RATIO = "ratio"
    DATE = "date"
    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    LIST = "list"
    MEASURES = "measures"
    REFORMS = "reforms"
    DEFINITION = "definition"
    PURPOSE = "purpose"
    MECHANISM = "mechanism"
    YES_NO = "yes_no"
    COMPARISON = "comparison"
    DERIVED = "derived"
    CLAUSE = "clause"


class TermRole(StrEnum):
    """What a question term stands for; it decides how strictly it must be found."""

    CONTENT = "content"
    ACTION = "action"  # a verb or adjective: more often paraphrased than a noun
    WEAK = "weak"  # a general word such as 工作, of little evidence
    HEAD = "head"  # the noun that is counted or asked for
    PLACE = "place"
    QUOTED = "quoted"  # a name in quotation or title marks
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """A word of the question, folded, with what may stand for it in a document.

    `forms` are pairs of folded text and quality (1.0: the word itself), best first. `frequency`
    is the number of passages that hold the word or its best known form.
    """

    text: str
    role: TermRole
    weight: float
    forms: tuple[tuple[str, float], ...]
    frequency: int


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks, after follow-ups were filled in.

    `text` is as asked, `full` with what earlier questions add, folded. `left` and `right` are the
    folded words on both sides of the question phrase. `unit` is the classifier asked for (几家),
    `dimension` what it measures. `years` are absolute. `announced` is the number in 哪三项,
    `ordinal` the number in 第二项, -1 for the last one.
    """

    text: str
    full: str
    kind: Kind
    terms: tuple[QuestionTerm, ...]
    left: str
    right: str
    unit: str
    dimension: Dimension | None
    roles: tuple[Role, ...]
    years: tuple[int, ...]
    places: tuple[str, ...]
    quoted: tuple[str, ...]
    operands: tuple[str, ...]
    total: bool
    announced: int | None
    ordinal: int | None
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may be searched. Empty tuples and None do not restrict."""

    collections: tuple[str, ...] = ()
    document_ids: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None


# ── search ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage with what the index needs to find and filter it.

    `words` and `bigrams` are the terms of text and headings in reading order, repetitions kept.
    """

    passage: Passage
    sort_key: str  # the document's source path: equal scores come in this order, then by start
    words: tuple[str, ...]
    bigrams: tuple[str, ...]
    collection: str
    region: str | None
    issuer: str | None
    status: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """The terms to look for, stop words already dropped, each with its weight."""

    words: tuple[tuple[str, float], ...]
    bigrams: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, its BM25 score, and the query terms that it holds."""

    passage: Passage
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first. `total` is exact when a count was asked for, else None."""

    hits: tuple[Hit, ...]
    total_at_least: int
    total: int | None


class SearchIndex(Protocol):
    """A store of passages that finds them by their terms.

    Ranking depends on the passages that are live now, never on how they came in.
    """

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        """Take passages in; visible after `commit`."""

    def delete(self, document_id: str) -> None:
        """Drop all passages of a document; visible after `commit`."""

    def commit(self) -> None:
        """Make what was added and deleted durable and visible, all at once."""

    def search(
        self,
        query: SearchQuery,
        filters: Filters,
        limit: int,
        offset: int = 0,
        count: bool = False,
    ) -> SearchResult:
        """The best passages for `query`, exact BM25 over live statistics, ties in corpus order."""

    def frequency(self, term: str) -> int:
        """How many live passages hold `term` as a word."""

    @property
    def size(self) -> int:
        """How many live passages there are."""

    def close(self) -> None:
        """Release files and locks."""


class Vocabulary(Protocol):
    """What the question and answer stages may ask about the corpus as a whole."""

    @property
    def size(self) -> int:
        """How many passages there are."""

    def frequency(self, term: str) -> int:
        """How many passages hold `term` as a word."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A hit as shown to a reader; `highlights` are spans of the document's text."""

    passage: Passage
    title: str
    text: str
    highlights: tuple[Span, ...]
    score: float


@dataclass(frozen=True, slots=True)
class SearchReply:
    """What a search gives back, best first."""

    hits: tuple[SearchHit, ...]
    total_at_least: int
    total: int | None


@dataclass(frozen=True, slots=True)
class QuoteClaim:
    """A quotation to check against the corpus."""

    document_id: str
    span: Span
    quote: str
    digest: str | None


@dataclass(frozen=True, slots=True)
class QuoteVerdict:
    """Whether a quotation stands: ok, changed, moved, gone or mismatch, and where it stands now."""

    valid: bool
    reason: str
    span: Span | None


# ── replies ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim piece of a document that proves a statement.

    `quote` is `document.text[span.start:span.end]`; `context` is the sentence round it.
    """

    id: int
    document_id: str
    title: str
    path: tuple[str, ...]
    span: Span
    quote: str
    context: str
    digest: str
    number: str | None
    issuer: str | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a derived value was computed; `operands` are citation ids."""

    operation: str
    expression: str
    operands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer: a quote, or a template filled with quotes."""

    text: str
    citations: tuple[int, ...]
    derived: Derivation | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply that the corpus proves."""

    kind: Kind
    answer: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    markdown: str
    confidence: float | None
    notes: tuple[str, ...]
    as_of: date
    corpus_version: str


class Reason(StrEnum):
    """Why a question is refused."""

    NOT_COVERED = "not_covered"
    WRONG_SCOPE = "wrong_scope"
    AMBIGUOUS = "ambiguous"
    CONTRADICTED = "contradicted"
    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Nearest:
    """A passage shown with a refusal: a place to read on, no claim."""

    document_id: str
    title: str
    path: tuple[str, ...]
    span: Span
    quote: str
    digest: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that says what the corpus does not cover."""

    reason: Reason
    message: str
    missing: tuple[str, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Nearest, ...]
    markdown: str
    as_of: date
    corpus_version: str


Reply = Answer | Refusal


# ── what the engine works on ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with all that was read out of it when it was indexed."""

    document: Document
    outline: Outline
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]


class DocumentStore(Protocol):
    """Read access to the documents of one published version of the corpus."""

    def get(self, document_id: str) -> StoredDocument | None:
        """The document with this id, or None."""

    def ids(self) -> Sequence[str]:
        """All document ids, in corpus order (sorted by source)."""


class Segment(Protocol):
    """Cuts text into the terms that the index holds."""

    def words(self, text: str) -> list[Token]:
        """Words, numbers, dates and names of `text`, folded, in reading order."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published, unchanging version of the corpus: what the engine answers from."""

    version: str
    documents: DocumentStore
    index: SearchIndex
    synonyms: Mapping[str, frozenset[str]]


Clock = Callable[[], date]
