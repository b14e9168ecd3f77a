"""Which run of clauses answers: neighbouring clauses weighed by what stands in and before them.

A policy sentence names its topic first (对…的企业，) and then says what holds for it. A question
repeats the topic, so the answer is mostly what follows: the run that says something new while the
question is covered by the run, by the clauses before it and by its headings. The answer may go on
in the next sentences of the same section, or stand below a heading that repeats the question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul

from app.answer.evidence import Ranked
from app.answer.matching import quality
from app.answer.view import ClauseView, DocumentView, SentenceView
from app.answer.weights import weights
from app.model import Kind, Question, QuestionTerm, Span, TermRole

_CLAUSES = 12  # clauses of a stretch at most
_SENTENCES = 8  # sentences of a stretch at most
_CHARACTERS = 420  # characters of a stretch at most
_STARTS = 2  # sentences of a stretch in which an answer may begin
_NEAR = 1.0  # the words beside the question phrase count more
_NEAR_CLAUSE = 6.0  # a question of several clauses asks in the one with its question phrase
_ENOUGH = 24  # new characters that make an answer
_LENGTH_UNIT = 30  # characters
_EQUAL = 1e-9  # of runs that score within this the first is taken

_GROUP = "clause"
# The features of a run, by what tells them: what its clauses say, how it begins, how it ends.
# fmt: off
_INNER = (
    "covered", "context", "novel", "length", "plain_length", "open_length", "length_squared",
    "borders", "cue", "dated", "blanks",
)
_OPENING = (
    "after_topic", "replies", "begins_sentence", "next_sentence", "beside", "left", "right",
    "defines", "rule",
)
# fmt: on
_ENDING = ("cut_short", "whole_end", "part_end")

_RULE = re.compile("予以|给予|可|应|要|须|不得|免|允许|按照?|依法|即|通过|采取")
_CUES: Mapping[Kind, re.Pattern[str]] = {
    Kind.PURPOSE: re.compile(
        "为了?|旨在|以便|确保|由于|因为?|鉴于|目的|促进|推动|避免|防止|考虑到"
    ),
    Kind.MECHANISM: re.compile(
        "通过|采取|采用|按照?|依据|根据|实行|可以?|应当?|由|经|凭|登录|拨打|予以|给予|建立"
    ),
    Kind.DEFINITION: re.compile(
        "指(?!导|标|挥|定|南|引|数|纹|示)|(?<!立)即|(?<![但于])是|包括|称为|作为|列为|属于"
    ),
    Kind.YES_NO: re.compile("可|应|须|不|允许|免|禁止|给予|予以|享受|纳入|废止|未|无|有"),
}
# A reason is nearly always marked as one, a way or a meaning less often.
_CUE_SHARE: Mapping[Kind, float] = {Kind.PURPOSE: 2.5}
# How far a short answer is meant: names and dates, a verdict, a noun of a class (什么位置).
_PLAIN: Mapping[Kind, float] = {
    Kind.PLACE: 1.0,
    Kind.DATE: 1.0,
    Kind.ORGANISATION: 1.0,
    Kind.PERSON: 1.0,
    Kind.PURPOSE: 1.0,
    Kind.YES_NO: 2.0,
}
_CLASSED = 1.0
_REST = 3  # a sentence that goes on for more clauses than these is cut more lightly
_SHORT_ENDS = 0.8  # a short answer need not end with its sentence
_MEANS = re.compile("是指|指的是|系指|的含义是|的定义是")
_MEANING = re.compile("即|是|指|包括|系|为")
_WITHIN = 0.7  # a name of the question that does not stand beside the question phrase
_TAIL = 0.4  # only the end of the name stands in the question
_SHORTEST_NAME = 2
_KEYWORD = re.compile(r"(\S{2,12}) (?:定义|含义|意思|概念)")
_DEMONSTRATIVE = re.compile(
    r"^\(?[一二三四五六七八九十0-9]{1,3}[)、.]+|^第.{1,5}条\s*"
    "|(?:本|该)?(?:办法|条例|规定|细则|意见|通知|政策|措施|方案)?(?:所称|中的?)的?|[“”]"
)
_OPEN = re.compile(
    "(?:何|什么|哪些|怎样的?|什么样的?)"
    "(?:政策|规定|要求|措施|举措|管理|安排|内容|调整|变化|指示|注意)"
    r"|(?:要求|内容|规定|流程|原则|措施|政策|办法|事项)(?:是什么|\?|$|有)|如何|怎么|怎样"
)
_NOT_HAN = re.compile("[^一-鿿0-9a-z]")
_NAME_ONLY = re.compile(
    r"(?:.{0,4}《[^》]{2,80}》(?:\([^)]{1,30}\))*|.{2,40}(?:办法|条例|细则|规定|通知|意见|公告|方案|报告)(?:\([^)]{1,8}\))+)"
)
_FULL_STOPS = "。！？!?;；"
_SPEAKER = re.compile("问|答|提问|回答|答复|回复|记者|主持人")
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True)
class Asked:
    """What runs are compared with: the weights of the terms, and the words beside the phrase."""

    question: Question
    weights: tuple[float, ...]
    beside: tuple[int, ...]
    left: str
    right: str
    plain: float
    ends: float
    open: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause of a stretch.

    `values` are the qualities of the question terms in it, `novel` of its `length` characters are
    not said by the question. `step` numbers the sentences of the stretch from 0; `mark` is the
    character behind the clause, "" at the end of the text. `answers` is false for a question and
    for the name of a document alone: neither can be an answer.
    """

    part: ClauseView
    step: int
    values: tuple[float, ...]
    covered: float
    novel: int
    length: int
    mark: str
    answers: bool

    @property
    def asks(self) -> bool:
        """Whether the clause ends a question."""
        return self.mark != "" and self.mark in "？?"

    @property
    def topic(self) -> float:
        """How far the clause covers the question without saying anything new, 0…1."""
        return self.covered * (1 - self.novel / (self.length or 1))


@dataclass(frozen=True, slots=True)
class Run:
    """Clauses that may answer, as one span of the document, and what speaks for them."""

    span: Span
    features: Mapping[str, float]


def asked_of(question: Question) -> Asked:
    """Prepares `question` for weighing runs."""
    open_ = _OPEN.search(question.full) is not None
    plain = _PLAIN.get(question.kind, 0.0) + (0.0 if open_ or not question.right else _CLASSED)
    near = question.left + question.right
    factor = _NEAR_CLAUSE if "," in question.full else _NEAR
    weights = [term.weight * (factor if term.text in near else 1.0) for term in question.terms]
    total = sum(weights) or 1.0
    return Asked(
        question=question,
        weights=tuple(weight / total for weight in weights),
        beside=_beside(question),
        left=_left(question),
        right=question.right[:2],
        plain=plain,
        ends=1 - _SHORT_ENDS * min(1.0, plain),
        open=open_,
    )


def _left(question: Question) -> str:
    """The two characters left of the question phrase; of keywords those of the word before it."""
    keyword = _KEYWORD.search(question.full)
    return (keyword.group(1) if keyword else question.left)[-2:]


def _beside(question: Question) -> tuple[int, ...]:
    """The positions of the terms nearest to the question phrase, left and right of it."""
    ends = [
        (question.left.rfind(term.text) + len(term.text), place)
        for place, term in enumerate(question.terms)
        if term.text in question.left
    ]
    starts = [
        (question.right.find(term.text), place)
        for place, term in enumerate(question.terms)
        if term.text in question.right
    ]
    return (*(p for _, p in sorted(ends)[-1:]), *(p for _, p in sorted(starts)[:1]))


def best_run(asked: Asked, ranked: Ranked, behind: float) -> Run | None:
    """The best run of the stretch that begins with `ranked`; None when it has no clause.

    `behind` is how far the sentence scores behind the best one, zero or negative.
    """
    best: _Weighed | None = None
    pieces = stretch(asked, ranked)
    for weighed in _weighed(asked, pieces):
        if best is None or weighed.score > best.score + _EQUAL:
            best = weighed
    return None if best is None else best.run(pieces, behind)


def every_run(asked: Asked, ranked: Ranked, behind: float) -> Iterator[Run]:
    """All the runs among which `best_run` chooses: weights are fitted on them."""
    pieces = stretch(asked, ranked)
    return (weighed.run(pieces, behind) for weighed in _weighed(asked, pieces))


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A run by its first and last clause, with the values of its features in their order."""

    first: int
    last: int
    score: float
    values: tuple[float, ...]

    def run(self, pieces: Sequence[Piece], behind: float) -> Run:
        """The run with its features by name."""
        features = {"behind": behind}
        features.update(zip((*_OPENING, *_INNER, *_ENDING), self.values, strict=True))
        span = Span(pieces[self.first].part.span.start, pieces[self.last].part.span.end)
        return Run(span, features)


def _weighed(asked: Asked, pieces: Sequence[Piece]) -> Iterator[_Weighed]:
    """The runs of clauses that may answer, each with its score within its stretch."""
    opening_worth, inner_worth, ending_worth = map(_worth, (_OPENING, _INNER, _ENDING))
    endings = [_ending(asked, pieces, last) for last in range(len(pieces))]
    ended = [sum(map(mul, ending_worth, values)) for values in endings]
    for first, head in enumerate(pieces):
        if head.step >= _STARTS:
            break
        if not head.answers:
            continue
        opening = _opening(asked, pieces, first)
        opened = sum(map(mul, opening_worth, opening))
        for last, inner in enumerate(_inner(asked, pieces, first), first):
            if not pieces[last].answers:
                break
            score = opened + sum(map(mul, inner_worth, inner)) + ended[last]
            yield _Weighed(first, last, score, (*opening, *inner, *endings[last]))


@cache
def _worth(names: tuple[str, ...]) -> tuple[float, ...]:
    known = weights(_GROUP)
    return tuple(known[name] for name in names)


def stretch(asked: Asked, ranked: Ranked) -> list[Piece]:
    """The clauses of a sentence and of those that follow it in its section, within bounds."""
    text = ranked.view.stored.document.text
    pieces: list[Piece] = []
    for step, sentence in enumerate(_following(ranked.view, ranked.sentence)):
        if step and sentence.span.end - ranked.sentence.span.start > _CHARACTERS:
            break
        for part in sentence.clauses[: _CLAUSES - len(pieces)]:
            if _SPEAKER.fullmatch(part.text):
                continue
            mark = text[part.span.end : part.span.end + 1]
            pieces.append(_piece(asked, part, step, mark, not is_heading(sentence)))
    return pieces


def _following(view: DocumentView, first: SentenceView) -> Iterator[SentenceView]:
    sections = view.stored.outline.sections
    limit = sections[first.section].span.end if first.section is not None else None
    for sentence in view.sentences[first.index : first.index + _SENTENCES]:
        if limit is not None and sentence.span.start >= limit:
            return
        yield sentence


def is_heading(sentence: SentenceView) -> bool:
    """Whether a sentence is the title line of its document."""
    return sentence.index == 0 and sentence.text[-1:] not in _FULL_STOPS


def _piece(asked: Asked, part: ClauseView, step: int, mark: str, body: bool) -> Piece:
    terms = asked.question.terms
    values = tuple(quality(term, part.text) for term in terms)
    covered = sum(w * value for w, value in zip(asked.weights, values, strict=True))
    length = len(_NOT_HAN.sub("", part.text))
    novel = min(length, novelty(terms, part.text))
    answers = body and not (mark and mark in "？?") and not _NAME_ONLY.fullmatch(part.text)
    return Piece(part, step, values, covered, novel, length, mark, answers)


def novelty(terms: Sequence[QuestionTerm], text: str) -> int:
    """How many characters of the folded `text` the terms have not already said."""
    rest = text
    for term in terms:
        if term.role is TermRole.WEAK:
            continue
        for form, _ in term.forms:
            rest = rest.replace(form, "")
    return len(_NOT_HAN.sub("", rest))


def _inner(asked: Asked, pieces: Sequence[Piece], first: int) -> Iterator[tuple[float, ...]]:
    """The features that tell what the clauses from `first` to each later one say."""
    before = _highest([piece.values for piece in pieces[:first]], len(asked.weights))
    inside = [0.0] * len(asked.weights)
    novel = length = blanks = 0
    share = _CUE_SHARE.get(asked.question.kind, 1.0)
    cue = _CUES.get(asked.question.kind)
    cued = dated = False
    for piece in pieces[first:]:
        text = piece.part.text
        inside = [max(pair) for pair in zip(inside, piece.values, strict=True)]
        novel, length = novel + piece.novel, length + piece.length
        cued = cued or (cue is not None and cue.search(text) is not None)
        dated = dated or (asked.question.kind is Kind.DATE and _DIGIT.search(text) is not None)
        covered = both = 0.0
        for weight, here, there in zip(asked.weights, inside, before, strict=True):
            covered += weight * here
            both += weight * max(here, there)
        size = math.log(1 + (length or 1) / _LENGTH_UNIT)
        yield (
            covered,
            both - covered,
            min(novel, _ENOUGH) / _ENOUGH,
            size,
            size * asked.plain,
            size * asked.open,
            size * size,
            piece.step - pieces[first].step,
            share * cued,
            float(dated),
            blanks,
        )
        blanks += piece.mark == "" or piece.mark.isspace()


def _highest(rows: Sequence[Sequence[float]], width: int) -> list[float]:
    return [max((row[place] for row in rows), default=0.0) for place in range(width)]


def _opening(asked: Asked, pieces: Sequence[Piece], first: int) -> tuple[float, ...]:
    """The features of the first clause of a run and the clause before it."""
    head = pieces[first]
    before = pieces[first - 1] if first else None
    text = head.part.text
    return (
        before.topic if before else 0.0,
        before.covered if before and before.asks else 0.0,
        float(before is None or before.step != head.step),
        float(head.step > 0),
        max((head.values[place] for place in asked.beside), default=0.0),
        float(len(asked.left) > 1 and asked.left in text),
        float(len(asked.right) > 1 and asked.right in text),
        _defines(asked, head, before),
        float(_RULE.search(text) is not None),
    )


def _defines(asked: Asked, head: Piece, before: Piece | None) -> float:
    """X，是指…; X是指…; X，即…: how well the name that is explained is the one asked about."""
    if asked.question.kind is not Kind.DEFINITION:
        return 0.0
    inside = _MEANS.search(head.part.text)
    name = before.part.text if before is not None else ""
    if inside is not None:
        name = head.part.text[: inside.start()] or name
    elif not _MEANING.match(head.part.text):
        return 0.0
    if asked.question.quoted:
        return float(any(one in name for one in asked.question.quoted))
    bare = _DEMONSTRATIVE.sub("", name)
    if len(bare) < _SHORTEST_NAME:
        return 0.0
    if asked.left.endswith(bare[-2:]) or asked.question.right.startswith(bare[:2]):
        return 1.0
    if bare in asked.question.full:
        return _WITHIN
    return _TAIL if bare[-4:] in asked.question.full else 0.0


def _ending(asked: Asked, pieces: Sequence[Piece], last: int) -> tuple[float, ...]:
    """The features of the end of a run; a short answer need not end with its sentence."""
    mark = pieces[last].mark
    rest = sum(piece.step == pieces[last].step for piece in pieces[last + 1 :])
    whole = mark == "" or mark in "。！"
    return (
        asked.ends * min(1.0, _REST / rest) if rest else 0.0,
        asked.ends * whole,
        asked.ends * (not whole and mark in "；;"),
    )
