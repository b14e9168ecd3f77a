"""The classes into which a text sorts persons and things, and the one the asker names.

二类：某某对象 (or 一类对象为…, or a row of a table) says what a short label stands for;
whoever says 低保户 then means 二类对象, under which the text gives its standards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answer.matching import quality
from app.answer.view import DocumentView, SentenceView
from app.model import Question, QuestionTerm, TermRole

_ORDINAL = "一二三四五六七八九十甲乙丙丁"
_LABEL = f"(?:第?[{_ORDINAL}A-H][类档级等]|[{_ORDINAL}A-H]型|[A-H])"
_NOUNS = "(?:救助|补助|保障|资助|帮扶|扶持|参保)?(?:对象|人员|人才|家庭|地区|企业|单位|项目|主体)?"
_DEFINED = re.compile(
    f"^\\s*(?:[(][一二三四五六七八九十0-9]+[)]|[0-9]+[.、])?\\s*({_LABEL}){_NOUNS}"
    "(?::|是指|指|为|包括) *(.+)$"
)
_CELLS = re.compile(f"^\\s*\\|?\\s*({_LABEL}){_NOUNS}\\s*\\|\\s*([^|]+)")
_LABELS = re.compile(
    f"(?:^|[^0-9A-Za-z第])({_LABEL})(?:[、及和与]|救助|补助|保障|资助|对象|人员|人才|家庭|地区|企业|单位|项目)"
)
_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_FOUND = 0.85
_AND = re.compile("[、和或及]")
_FEWEST = 2  # one lone label sorts nothing
_PERSON = re.compile("(?<=..)(?:户|人员|家庭|对象|成员)$")
_AFTERWARDS = re.compile("[(,。;]")  # what follows only explains the name
_STORY = frozenset({TermRole.PLACE, TermRole.NUMBER, TermRole.WEAK})


@dataclass(frozen=True, slots=True)
class Class:
    """A label, what it stands for (folded), and the sentence that says so."""

    label: str
    said: str
    sentence: SentenceView


def classes(view: DocumentView) -> Iterator[Class]:
    """The classes that a document defines, in order."""
    for sentence in view.sentences:
        found = _DEFINED.match(sentence.text) or _CELLS.match(sentence.text)
        if found and _HAN.search(found.group(2)):
            said = _AFTERWARDS.split(found.group(2))[0]
            yield Class(found.group(1), said, sentence)


def class_of(question: Question, view: DocumentView) -> Class | None:
    """The one class whose description the question names best; None when there is none such."""
    known = list(classes(view))
    if len({one.label for one in known}) < _FEWEST:
        return None
    named = [one for one in known if one.label in question.full]
    if named:
        return named[0]
    scored = [(_named(question, one, known), one) for one in known]
    best = max(score for score, _ in scored)
    first = [one for score, one in scored if score == best]
    return first[0] if best > 0 and len(first) == 1 else None


def _named(question: Question, one: Class, known: list[Class]) -> float:
    """The weight of the words of the question that only some classes are described by."""
    others = [other for other in known if other.label != one.label]
    worth = 0.0
    for term in question.terms:
        if term.role in _STORY or len(term.text) < 2:
            continue
        if _describes(one, term):
            shared = sum(_describes(other, term) for other in others)
            wanted = 1 + _whole(term, one.said)
            worth += term.weight * wanted / (1 + shared) if shared < len(others) else 0.0
    return worth


def _describes(one: Class, term: QuestionTerm) -> bool:
    """Whether a class is described by a word: 低保户 by 最低生活保障家庭."""
    return quality(term, one.said) >= _FOUND or any(stem in one.said for stem in _stems(term))


def _stems(term: QuestionTerm) -> tuple[str, ...]:
    """The forms of a word without what makes persons of them: 低保, 最低生活保障."""
    forms = (_PERSON.sub("", form) for form, worth in term.forms if worth >= _FOUND)
    return tuple(form for form in forms if len(form) > 1)


def _whole(term: QuestionTerm, said: str) -> float:
    """How much of the nearest name in a description a term is: all of 低保对象, half of
    低保边缘家庭."""
    names = _AND.split(said)
    parts = [len(form) / len(name) for name in names for form in _stems(term) if form in name]
    return max(parts, default=0.0)


def for_others(own: Class | None, words: str) -> bool:
    """Whether `words` name classes, and the asker's is none of them."""
    if own is None or own.label in words:
        return False
    return _LABELS.search(words) is not None
