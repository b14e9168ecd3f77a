"""How often: 每年一次, 每季度, 每三年复审一次."""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover
from app.answer.matching import Zone
from app.answer.view import ClauseView
from app.answer.weights import total
from app.model import Question, Span
from app.text.fold import fold

_ASKED = re.compile(
    "(?:多久|多长时间|隔多久|几[年月天周]|多少[年月天])[^,。?]{0,12}[一1][次回轮]"
    "|(?:频次|频率|周期)(?:是|为)?(?:多少|多久|什么|怎样|如何|多长)|一年[^,。?]{0,8}几次"
)
_EVERY = re.compile(
    "每(?:隔)?(?:[0-9一二两三四五六七八九十半]+个?)?(?:年度?|月度?|季度?|周|星期|日|天|旬|学期|学年|小时|班)"
    "(?:不少于|至少|不得少于)?(?:[0-9一二两三四五六七八九十]+次)?|按(?:年|月|季度?|周|日)|逐[年月日]"
)
_GROUP = "name"
_SENTENCES = 8
_CLAUSE = 1.0
_AROUND = 0.7


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The rhythm that a clause about the thing asked states, best first; none when unasked."""
    if _ASKED.search(question.full) is None:
        return []
    found = [
        _candidate(question, ranked, clause, match)
        for ranked in evidence.ranked[:_SENTENCES]
        for clause in ranked.sentence.clauses
        for match in _EVERY.finditer(clause.text)
    ]
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _candidate(
    question: Question, ranked: Ranked, clause: ClauseView, match: re.Match[str]
) -> Candidate:
    view, sentence = ranked.view, ranked.sentence
    near = [Zone(clause.text, _CLAUSE), Zone(sentence.text, _AROUND), Zone(view.about, _AROUND)]
    covered = cover(
        question, view, [*near, *(Zone(heading, _AROUND) for heading in sentence.headings)]
    )
    folded = fold(view.quote(clause.span))
    span = folded.original(Span(match.start(), match.end())).moved(clause.span.start)
    features = {"sentence": ranked.score, "clause": covered.score}
    return Candidate(
        kind=question.kind,
        view=view,
        sentence=sentence,
        answer=view.quote(span),
        quotes=(clause.span,),
        score=total(_GROUP, features),
        coverage=covered,
        group=_GROUP,
        features=features,
    )
