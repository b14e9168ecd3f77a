"""The number of a document, and the document of a number: 禾政办发〔2024〕18号是什么文件."""

from __future__ import annotations

import re

from app.answer import charter
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import weighted
from app.answer.view import DocumentView
from app.answer.weights import total
from app.model import Kind, Question, Span
from app.text.fold import fold

_NUMBER = re.compile("[一-鿿]{1,12}[〔\\[(（][0-9]{4}[〕\\])）]第?[0-9]{1,5}号")
_TITLE_ASKED = re.compile(
    "关于什么|(?:是|叫)?(?:什么|啥|哪个|哪份)(?:文件|文|通知|政策|办法)|标题|名称|讲的?什么|说的?什么"
)
_NUMBER_ASKED = re.compile("文号|发文字号|文件号|(?:几|多少|什么)号文")
_GROUP = "said"


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The title of the document whose number is named, or the number of the one whose title is."""
    named = _NUMBER.search(question.full)
    views = {one.view.id: one.view for one in evidence.ranked}.values()
    if named is not None and _TITLE_ASKED.search(question.full[named.end() :]):
        found = [
            _candidate(question, evidence, view, view.stored.document.title, 1.0)
            for view in views
            if _same(view.stored.document.number, named.group())
        ]
    elif named is None and _NUMBER_ASKED.search(question.full):
        asked = tuple(term for term in question.terms if not _NUMBER_ASKED.search(term.text))
        found = [
            _candidate(question, evidence, view, view.stored.document.number, covered.score)
            for view in views
            if (covered := charter.named(asked, view)) is not None
        ]
    else:
        return []
    return sorted((one for one in found if one is not None), key=lambda one: -one.score)


def _same(number: str | None, asked: str) -> bool:
    return number is not None and fold(number).text.replace(" ", "").endswith(asked)


def _candidate(
    question: Question, evidence: Evidence, view: DocumentView, answer: str | None, title: float
) -> Candidate | None:
    """The answer with the place of the text that states it; None when the text does not."""
    text = view.stored.document.text
    start = text.find(answer) if answer else -1
    if answer is None or start < 0:
        return None
    ranked = next(one for one in evidence.ranked if one.view.id == view.id)
    features = {"title": title, "sentence": ranked.score}
    return Candidate(
        kind=Kind.CLAUSE,
        view=view,
        sentence=view.sentences[min(view.at(start), len(view.sentences) - 1)],
        answer=answer,
        quotes=(Span(start, start + len(answer)),),
        score=total(_GROUP, features),
        coverage=weighted(question.terms, tuple(1.0 for _ in question.terms)),
        group=_GROUP,
        features=features,
    )
