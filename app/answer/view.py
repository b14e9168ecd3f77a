"""A document laid out for answering: its sentences with folded text, headings and figures."""

from __future__ import annotations

import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.answer.references import References
from app.model import Figure, Folded, Span, StoredDocument
from app.text.fold import fold
from app.text.segment import bigrams
from app.text.sentences import clauses, sentences

_BLANK = re.compile(r"(?<=[一-鿿)）”》])\s+(?=[一-鿿(（“《0-9])")
_YEAR = re.compile("((?:19|20)[0-9]{2})年")
MOST_VIEWS = 512  # documents kept laid out
_END = 8  # characters at the end of a sentence that tell whether it asks
_LONGEST_QUESTION = 120  # characters
_TURN = re.compile("(?:【|[(])?(?:问|记者|主持人)[:】)]|[^,。]{0,24}(?:记者|主持人)】")
_OPENING = 160  # characters of the beginning that tell what and where a document is about


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause: its place in the document and its folded text."""

    span: Span
    text: str


@dataclass(frozen=True)
class SentenceView:
    """A sentence of the document text `source`, with what is needed to match it.

    `headings` are the folded headings above it, innermost first; `section` the innermost section.
    Of most documents that a search finds only some sentences are looked at; so what costs most is
    made when it is first asked for.
    """

    index: int
    span: Span
    source: str = field(repr=False, compare=False)
    section: int | None
    headings: tuple[str, ...]
    figures: tuple[Figure, ...]

    @cached_property
    def folded(self) -> Folded:
        """The folded sentence with its offset table."""
        return fold(self.span.of(self.source))

    @cached_property
    def clauses(self) -> tuple[ClauseView, ...]:
        """The clauses that cover the sentence, in order."""
        return tuple(
            ClauseView(piece, fold(piece.of(self.source)).text)
            for part in clauses(self.source, self.span)
            for piece in _between_blanks(self.source, part)
        )

    @cached_property
    def bigrams(self) -> tuple[str, ...]:
        """The pairs of neighbouring characters, each shared with the other sentences it is in."""
        return tuple(map(sys.intern, bigrams(self.text)))

    @property
    def text(self) -> str:
        """The folded text."""
        return self.folded.text

    @property
    def asks(self) -> bool:
        """Whether it ends with a question mark."""
        return fold(self.span.of(self.source)[-_END:]).text.rstrip().endswith("?")

    def original(self, start: int, end: int) -> Span:
        """The span of the document's text behind the folded characters `start` to `end`."""
        return self.folded.original(Span(start, end)).moved(self.span.start)


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A stored document with its sentences.

    `name` is its folded title, region and issuer, `about` the same with its opening; `year` the
    one year that its title names, else None.
    """

    stored: StoredDocument
    sentences: tuple[SentenceView, ...]
    name: str
    about: str
    text: str
    year: int | None
    references: References = field(repr=False, compare=False)

    @property
    def id(self) -> str:
        """The id of the document."""
        return self.stored.document.id

    def quote(self, span: Span) -> str:
        """The verbatim characters of `span`."""
        return span.of(self.stored.document.text)

    def at(self, offset: int) -> int:
        """The position of the sentence that holds `offset`, or of the next one."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].span.end <= offset:
                low = middle + 1
            else:
                high = middle
        return low


def view(stored: StoredDocument) -> DocumentView:
    """Lays out `stored` for answering. Linear in the length of its text."""
    document = stored.document
    laid = _below_questions(_sentences(stored))
    fields = (document.title, document.region, document.issuer)
    name = fold(" ".join(field for field in fields if field)).text
    about = f"{name} {fold(document.text[:_OPENING]).text}"
    years = set(_YEAR.findall(fold(document.title).text))
    year = int(years.pop()) if len(years) == 1 else None
    return DocumentView(
        stored, laid, name, about, fold(document.text).text, year, References(stored.outline, laid)
    )


class Views:
    """Documents laid out before, the last `MOST_VIEWS` of them. Safe to use from several threads.

    A view holds as long as the edition of its document is the same.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], DocumentView] = OrderedDict()

    def get(self, document_id: str, edition: str) -> DocumentView | None:
        """The view of this edition of a document, when it is kept."""
        with self._lock:
            found = self._kept.get((document_id, edition))
            if found is not None:
                self._kept.move_to_end((document_id, edition))
            return found

    def keep(self, edition: str, made: DocumentView) -> DocumentView:
        """Keep a view, and let go of the one used longest ago when there are too many."""
        with self._lock:
            self._kept[made.id, edition] = made
            if len(self._kept) > MOST_VIEWS:
                self._kept.popitem(last=False)
        return made


def _below_questions(laid: Iterable[SentenceView]) -> tuple[SentenceView, ...]:
    """The sentences, each that answers a question of the text with it as its nearest heading.

    In an interview or a guide of questions and answers the question is the heading of what
    follows it, up to the next question or the next section.
    """
    result: list[SentenceView] = []
    question, asking = "", False
    section: int | None = None
    for one in laid:
        if one.asks and len(one.text) <= _LONGEST_QUESTION:
            joined = asking and one.section == section
            question = f"{question} {one.text}" if joined else one.text
            section, asking = one.section, True
            result.append(one)
            continue
        asking = False
        if question and (one.section != section or _TURN.match(one.text)):
            question = ""
        result.append(replace(one, headings=(question, *one.headings)) if question else one)
    return tuple(result)


def _sentences(stored: StoredDocument) -> Iterator[SentenceView]:
    """The sentences in order, each in its innermost section."""
    text = stored.document.text
    outline = stored.outline
    by_start: dict[int, list[Figure]] = {}
    for figure in stored.figures:
        by_start.setdefault(figure.sentence.start, []).append(figure)
    headings: dict[int | None, tuple[str, ...]] = {}
    for index, span in enumerate(sentences(text, Span(0, len(text)))):
        section = outline.at(span.start)
        if section not in headings:
            headings[section] = tuple(
                fold(outline.sections[i].label + outline.sections[i].heading).text
                for i in reversed(outline.path(section))
            )
        figures = tuple(by_start.get(span.start, ()))
        yield SentenceView(index, span, text, section, headings[section], figures)


def _between_blanks(text: str, part: Span) -> list[Span]:
    """A clause cut at its blanks: in texts of one line they stand for lost line breaks."""
    pieces: list[Span] = []
    start = part.start
    for found in _BLANK.finditer(text, part.start, part.end):
        pieces.append(Span(start, found.start()))
        start = found.end()
    pieces.append(Span(start, part.end))
    return pieces
