"""Fields below an item: 牵头单位：…, 配合单位：…, 完成时限：… at the end of what they belong to.

Plans end each of their items with such lines. A question names the item and the field; the
nearest line with that field below the item's own sentence answers it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked, cover, zones
from app.answer.matching import Zone, quality, weighted
from app.answer.stretch import asked_of
from app.answer.view import SentenceView
from app.answer.weights import total
from app.model import Kind, Question, Span, TermRole

_GROUP = "said"
_SENTENCES = 6
_BELOW = 14  # sentences from the item to its fields
_FOUND = 0.35
_FIELD = 0.9  # what a word that names the field is worth when the field is there
_VALUE = r"[:：]\s*([^；;。\n）)]{2,80})"
_NOUN = "(?:单位|部门|机构|机关|科室)"
_WHO = frozenset({Kind.ORGANISATION, Kind.PERSON})
# What the question says, the kinds of answer it may then want, and the label of the field.
_FIELDS: tuple[tuple[re.Pattern[str], frozenset[Kind], re.Pattern[str]], ...] = (
    (
        re.compile("配合|协助|协办|参与"),
        _WHO,
        re.compile(f"(?:配合|协办|参与|协同){_NOUN}{_VALUE}"),
    ),
    (re.compile("牵头"), _WHO, re.compile(f"(?:牵头|责任|主办){_NOUN}{_VALUE}")),
    (
        re.compile("负责|责任|归.{0,8}管|主管|谁管|谁来"),
        _WHO,
        re.compile(f"(?:责任|牵头|负责|主办|承办|主管|实施){_NOUN}{_VALUE}"),
    ),
    (
        re.compile("完成|完工|弄完|做完|干完|搞完|弄好|做好|办完|建好|时限|最晚|最迟|截止"),
        frozenset({Kind.DATE}),
        re.compile(f"(?:完成|办结|整改|建成)?(?:时限|期限|时间|日期){_VALUE}"),
    ),
)
_WHEN_ASKED = re.compile("哪(?:一)?(?:几)?天|几[月号]|什么时[候间]|何时|时间|日期|哪(?:一)?日")
_AT = re.compile(r"(?:^|(?<=[。；;，,：:\n]))\s*(?:时间|日期)[:：]\s*([0-9][^，,；;。\n]{2,40})")
_TITLE = 16  # characters of a sentence that is the title of what follows
_STATED = 0.7
_FIELD_WORD = re.compile(
    "配合|协助|协办|参与|牵头|负责|责任|主管|完|弄|做|搞|好|时限|期限|最晚|最迟|截止|单位|部门|行动|任务|工作|项目"
)


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The field asked for below the item that the question names."""
    for asked, kinds, label in _FIELDS:
        if question.kind in kinds and asked.search(question.full):
            found = [
                candidate
                for ranked in evidence.ranked[:_SENTENCES]
                if _names_item(question, ranked)
                for candidate in _below(question, ranked, label)
            ]
            if found:
                return sorted(found, key=lambda one: -one.score)
    return _under_title(question, evidence) if question.kind is Kind.DATE else []


def _under_title(question: Question, evidence: Evidence) -> list[Candidate]:
    """时间：… just below the short title of the thing asked about (（一）笔试。时间：…)."""
    asked = [question.terms[place] for place in asked_of(question).beside][-1:]
    if evidence.best is None or not asked or not _WHEN_ASKED.search(question.full):
        return []
    best, found = evidence.best, []
    for sentence in best.view.sentences:
        titled = len(sentence.text) <= _TITLE and quality(asked[0], sentence.text) >= _STATED
        if not titled or asked[0].role is TermRole.PLACE:
            continue
        for below in best.view.sentences[sentence.index : sentence.index + 2]:
            match = _AT.search(best.view.stored.document.text, below.span.start, below.span.end)
            if match is not None and below.section == sentence.section:
                title = replace(best, sentence=sentence)
                found.append(_candidate(question, title, below, match))
    return found if len({one.answer for one in found}) == 1 else []


def _names_item(question: Question, ranked: Ranked) -> bool:
    """Whether a sentence holds all things of the question that are no part of the field."""
    things = [
        term
        for term in question.terms
        if term.role is not TermRole.PLACE and not _FIELD_WORD.search(term.text)
    ]
    return bool(things) and all(quality(t, ranked.sentence.text) >= _FOUND for t in things)


def _below(question: Question, ranked: Ranked, label: re.Pattern[str]) -> Iterator[Candidate]:
    view, first = ranked.view, ranked.sentence.index
    text = view.stored.document.text
    for sentence in view.sentences[first : first + _BELOW]:
        match = label.search(text, sentence.span.start, sentence.span.end)
        if match is not None:
            yield _candidate(question, ranked, sentence, match)
            return


def _candidate(
    question: Question, ranked: Ranked, sentence: SentenceView, match: re.Match[str]
) -> Candidate:
    view = ranked.view
    places = [*zones(view, ranked.sentence), Zone(sentence.text, 1.0)]
    covered = cover(question, view, places)
    named = tuple(
        max(value, _FIELD) if _FIELD_WORD.search(term.text) else value
        for term, value in zip(question.terms, covered.values, strict=True)
    )
    features = {"sentence": ranked.score, "field": 1.0}
    return Candidate(
        kind=question.kind,
        view=view,
        sentence=sentence,
        answer=match.group(1).strip(),
        quotes=(Span(match.start(), match.end(1)),),
        score=total(_GROUP, features),
        coverage=weighted(question.terms, named),
        group=_GROUP,
        features=features,
    )
