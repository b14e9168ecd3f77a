"""The clauses of a sentence and of those that follow it, each with what it says of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.answer.evidence import Ranked
from app.answer.matching import knowledge
from app.answer.view import ClauseView, DocumentView, SentenceView
from app.model import Kind, Question, QuestionTerm, TermRole

_CLAUSES = 12  # clauses of a stretch at most
_SENTENCES = 8  # sentences of a stretch at most
_CHARACTERS = 420  # characters of a stretch at most
_NEAR = 1.0  # the words beside the question phrase count more
_NEAR_CLAUSE = 6.0  # a question of several clauses asks in the one with its question phrase
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
_SHORT_ENDS = 0.8  # a short answer need not end with its sentence
_KEYWORD = re.compile(r"(\S{2,12}) (?:定义|含义|意思|概念)")
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
class _Told:
    """What a clause says of the question, wherever it stands."""

    values: tuple[float, ...]
    covered: float
    novel: int
    length: int
    cued: bool
    dated: bool
    only_names: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What runs are compared with: the weights of the terms, and the words beside the phrase.

    `told` keeps what was made out of clauses: the sentences of a stretch are those of others too.
    """

    question: Question
    weights: tuple[float, ...]
    beside: tuple[int, ...]
    left: str
    right: str
    plain: float
    ends: float
    open: bool
    told: dict[str, _Told] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause of a stretch.

    `values` are the qualities of the question terms in it, `novel` of its `length` characters are
    not said by the question; `cued` and `dated` tell whether they have the form of what is asked.
    `step` numbers the sentences of the stretch from 0; `mark` is the
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
    cued: bool
    dated: bool

    @property
    def asks(self) -> bool:
        """Whether the clause ends a question."""
        return self.mark != "" and self.mark in "？?"

    @property
    def topic(self) -> float:
        """How far the clause covers the question without saying anything new, 0…1."""
        return self.covered * (1 - self.novel / (self.length or 1))


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
    told = asked.told.get(part.text)
    if told is None:
        told = asked.told[part.text] = _tell(asked, part.text)
    answers = body and not (mark and mark in "？?") and not told.only_names
    return Piece(
        part=part,
        step=step,
        values=told.values,
        covered=told.covered,
        novel=told.novel,
        length=told.length,
        mark=mark,
        answers=answers,
        cued=told.cued,
        dated=told.dated,
    )


def _tell(asked: Asked, text: str) -> _Told:
    kind, terms = asked.question.kind, asked.question.terms
    values = knowledge(terms).qualities(text)
    cue = _CUES.get(kind)
    length = len(_NOT_HAN.sub("", text))
    return _Told(
        values=values,
        covered=sum(w * value for w, value in zip(asked.weights, values, strict=True)),
        novel=min(length, novelty(terms, text)),
        length=length,
        cued=cue is not None and cue.search(text) is not None,
        dated=kind is Kind.DATE and _DIGIT.search(text) is not None,
        only_names=_NAME_ONLY.fullmatch(text) is not None,
    )


def novelty(terms: Sequence[QuestionTerm], text: str) -> int:
    """How many characters of the folded `text` the terms have not already said."""
    rest = text
    for term in terms:
        if term.role is TermRole.WEAK:
            continue
        for form, _ in term.forms:
            rest = rest.replace(form, "")
    return len(_NOT_HAN.sub("", rest))
