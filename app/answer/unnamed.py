"""Questions for names that the text does not give: 这7所卫生院分别叫什么."""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.clauses import asks_site
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import Verdict, names
from app.model import Kind, Question, Reason, TermRole
from app.text.fold import fold

_ASKED = re.compile(
    "([一-鿿]{2,})(?:的)?(?:分别|各自|具体|都)*(?:叫做?|名叫)(?:什么|啥|做什么)"
    "|([一-鿿]{2,}?)的?(?:名字|名称|名单)(?:分别|各|都)*(?:(?:是|有|叫)(?:什么|啥|哪些?))?[?？。]?$"
)
_KINDS = frozenset({Kind.LIST, Kind.MEASURES, Kind.REFORMS, Kind.CLAUSE, Kind.ORGANISATION})
_THINGS = frozenset({TermRole.CONTENT, TermRole.HEAD, TermRole.QUOTED})
_TELLING = 0.6  # weight of a word that tells the thing from others
_TAIL = 2  # characters in which a name ends like its noun
_QUOTED = re.compile("[“《「]([^”》」]{2,})[”》」]")
_COUNTED = "[0-9一二两三四五六七八九十百多几余]+(?:[所个家名处座支条项]|余)[^,;、。]{0,8}?"


# 三个一是哪三个: the name of a set that stands quoted in the text.
_NUMERALS = {numeral: value for value, numeral in enumerate("二三四五六七八九十", 2)} | {"两": 2}
_ASKS_MEMBERS = (
    "[”》]?[一-鿿]{0,4}?(?:分别|具体|都|各自?)*(?:是|指|包括|包含|有)的?是?(?:哪|什么|啥)"
)


def set_only_named(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """Clauses of which one has the name of the set asked for, and none its members."""
    if candidate is None or candidate.kind is not Kind.LIST or len(candidate.quotes) < _TAIL:
        return None
    for item in candidate.quotes:
        text = fold(candidate.view.quote(item)).text
        for name in _QUOTED.findall(text):
            size = _NUMERALS.get(name[0])
            if size is None or re.search(re.escape(name) + _ASKS_MEMBERS, question.full) is None:
                continue
            if text.count("、") < size - 1:
                return Verdict(Reason.NOT_COVERED, (name,))
    return None


def set_of_another_size(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """Clauses below a heading are not the three things that it only counts by a name."""
    if candidate is None or candidate.kind is not Kind.LIST or question.ordinal is not None:
        return None
    for name in _QUOTED.findall(fold(" ".join(candidate.sentence.headings)).text):
        size = _NUMERALS.get(name[0])
        if size is None or re.search(re.escape(name) + _ASKS_MEMBERS, question.full) is None:
            continue
        parts = re.split("[,;。；]", fold(candidate.answer).text)
        marks = max(part.count("、") for part in parts)
        if len(candidate.quotes) != size and marks < size - 1:
            return Verdict(Reason.NOT_COVERED, (name,), elsewhere=True)
    return None


def place_of_another(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """An address beside which the thing asked about does not stand."""
    if candidate is None or candidate.kind is not Kind.PLACE or not asks_site(question):
        return None
    said = " ".join((candidate.sentence.text, *candidate.sentence.headings))
    lost = [
        term
        for term in question.terms
        if term.strict
        and term.role in _THINGS
        and term.weight >= _TELLING
        and not quality(term, said)
        and not quality(term, candidate.view.name)
    ]
    return Verdict(Reason.NOT_COVERED, names(lost), elsewhere=True) if lost else None


def names_unsaid(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """An answer in which nothing ends like the noun whose names are asked, nor is quoted."""
    asked = _ASKED.search(question.full)
    if asked is None or candidate is None or candidate.kind not in _KINDS:
        return None
    noun = asked.group(1) or asked.group(2)
    answer = fold(candidate.answer).text
    tail = re.escape(noun[-_TAIL:])
    quoted = re.search(f"”[^,;。]{{0,4}}?{tail}|{tail}[^,;。]{{0,4}}?“", answer)
    rest = re.sub(_COUNTED + tail, " ", answer)
    named = re.search(f"[一-鿿]{{2,}}{tail}(?=[、,;.。和及与等)]|$)", rest)
    if quoted or named:
        return None
    return Verdict(Reason.NOT_COVERED, (f"{noun[-4:]}名称",))
