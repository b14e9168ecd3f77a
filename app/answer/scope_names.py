"""Names that the documents do not know: places, titles, document numbers and things."""

from __future__ import annotations

import re
from functools import cache

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import NUMERIC, Verdict, names
from app.answer.view import DocumentView
from app.lexicon.loader import words
from app.model import Kind, Question, QuestionTerm, Reason, TermRole

_KNOWN = 0.55  # below this at most two thirds of the word are there
_SUFFIXES = "省市县区州镇乡"
_AHEAD = re.compile("(?:^|[,。?(《]|在|位于|到|和|与|跟|比|申报|制定|请问|查一?下?)$")
_TAKEN_AWAY = re.compile("[刨剔扣抛撇除减去][掉除去开出]")  # 刨掉甲县 names 甲县
_LONGEST_NAME = 4
_PLACE = re.compile("(?:省|市|县|区|州)$")
_DOCUMENT_NUMBER = re.compile(r"[〔\[(]((?:19|20)[0-9]{2})[〕\])]第?([0-9]{1,4})号")
_THINGS = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED})


def unlicensed_place(question: Question, _: Candidate | None, evidence: Evidence) -> Verdict | None:
    """A name where a place is named, of which no document found has even a character pair.

    The segmenter knows neither small nor mistaken places, so it goes by where the word stands:
    before 市 or 县, at the beginning of the question, behind 在 or between two places.
    """
    asked = " ".join((*question.context, question.full))
    views = _views(evidence)
    absent = [
        term
        for term in question.terms
        if term.frequency == 0
        and term.role in _THINGS
        and 1 < len(term.text) <= _LONGEST_NAME
        and _stands_as_place(term, asked)
        and not any(quality(term, f"{view.about} {view.text}") for view in views)
    ]
    return Verdict(Reason.WRONG_SCOPE, names(absent)) if absent else None


def _stands_as_place(term: QuestionTerm, asked: str) -> bool:
    start = asked.find(term.text)
    if start < 0 or _TAKEN_AWAY.match(term.text):
        return False
    after = asked[start + len(term.text) :][:1]
    if after != "" and after in _SUFFIXES:
        return True
    return term.unknown and _AHEAD.search(asked[:start]) is not None


def _views(evidence: Evidence) -> list[DocumentView]:
    return list({ranked.view.id: ranked.view for ranked in evidence.ranked}.values())


def other_title(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """《甲市…条例》: a title with a place that the document of the answer does not name."""
    if candidate is None:
        return None
    places = [t for t in question.terms if t.role is TermRole.QUOTED and _PLACE.search(t.text)]
    text = f"{candidate.view.about} {candidate.view.text}"
    absent = [term for term in places if term.text not in text]
    return Verdict(Reason.WRONG_SCOPE, names(absent), elsewhere=True) if absent else None


def other_number(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """〔2009〕15号: a document number that the document of the answer neither has nor mentions."""
    asked = _DOCUMENT_NUMBER.search(question.full)
    if asked is None or candidate is None:
        return None
    document = candidate.view.stored.document
    said = _DOCUMENT_NUMBER.findall(f"{document.number or ''} {candidate.view.text}")
    if asked.groups() in said:
        return None
    return Verdict(Reason.WRONG_SCOPE, (asked.group(),), elsewhere=True)


_SORTS = frozenset({Kind.DATE, Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.LIST, Kind.CLAUSE})
_ASKED_OF = NUMERIC | _SORTS | {Kind.MECHANISM, Kind.DEFINITION, Kind.MEASURES, Kind.YES_NO}
_MEMBERSHIP = re.compile("也|属于|算不算|算是|包括|适用|在内|之列")  # the sort may be named instead
# The last characters of bodies, persons, buildings and things. Of what is named by them a text
# speaks by name; a quality or an act (差额, 申领) it may paraphrase.
_ENDS = frozenset("校院馆站厂店园所楼桥港库寓船机车师生员者工户桩庙场田林药棉茶")


def absent_noun(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """A sort of thing of which the document of the answer says no word, nor a synonym or a slip."""
    if candidate is None or candidate.kind not in _ASKED_OF:
        return None
    if candidate.kind is Kind.YES_NO and _MEMBERSHIP.search(question.full):
        return None
    text = f"{candidate.view.about} {candidate.view.text}"
    absent = [term for term in question.terms if _is_thing(term) and quality(term, text) < _KNOWN]
    return Verdict(Reason.NOT_COVERED, names(absent), elsewhere=True) if absent else None


def _is_thing(term: QuestionTerm) -> bool:
    if not term.strict or term.role not in _THINGS or len(term.text) < 2:
        return False
    if term.frequency == 0 and term.text[-1] in _ENDS:
        return True
    return term.text.endswith(_bodies())


@cache
def _bodies() -> tuple[str, ...]:
    """How the names of bodies end: 学校, 事务所, 公司."""
    return tuple(words("organisation_suffixes.txt"))
