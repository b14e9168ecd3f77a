"""Answers that are one name: a date, a person, an organisation, a place."""

from __future__ import annotations

import re
from functools import cache

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.view import ClauseView
from app.lexicon.loader import table, words
from app.model import Kind, Question, Span
from app.text.dates import dates

_SENTENCES = 6
_DATE_RUN = re.compile(
    "(?:自|从|于|截至|到|至)?(?:20[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}日(?:[0-9]{1,2}[时:][0-9]{0,2}分?)?(?:起|前|止|之前|以前)?"
)
_NAMED_PLACE = re.compile(
    "(?:哪(?:一)?个|什么|哪)(?:省|市|县|区|州|镇|乡|村|国家|城市|地区|街道|社区)"
)
_HAN = "[一-鿿]"


@cache
def _organisations() -> re.Pattern[str]:
    found = sorted(words("organisation_suffixes.txt"), key=lambda word: (-len(word), word))
    return re.compile(
        f"{_HAN}{{2,24}}?(?:{'|'.join(map(re.escape, found))})(?!{_HAN}{{0,1}}(?:长|员))"
    )


@cache
def _places() -> re.Pattern[str]:
    regions = sorted(
        {
            name
            for row in table("abbreviations.tsv")
            for name in row
            if re.search("(?:省|自治区|市)$", name)
        }
    )
    short = sorted({re.sub("(?:壮族|回族|维吾尔)?(?:自治区|省|市)$", "", name) for name in regions})
    general = f"{_HAN}{{2,6}}?(?:自治区|自治州|省|市|县|区|州|镇|乡|村|街道)"
    names = "|".join(re.escape(name) for name in (*regions, *short) if len(name) >= 2)
    return re.compile(f"(?:{names})|{general}" if names else general)


@cache
def _people() -> re.Pattern[str]:
    titles = sorted(words("person_titles.txt"), key=lambda word: (-len(word), word))
    joined = "|".join(map(re.escape, titles))
    return re.compile(f"(?:{joined})[:： ]*({_HAN}{{2,4}})(?=[,，。;；、)） ]|$)")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """Names of the kind asked for, in the clauses that cover the question best."""
    if question.kind is Kind.PLACE and not _NAMED_PLACE.search(question.full):
        return []  # 在哪里 is answered by a clause: a website, a window, a direction
    found: list[Candidate] = []
    for ranked in evidence.ranked[:_SENTENCES]:
        found.extend(_of_sentence(question, ranked))
    found.sort(key=lambda candidate: -candidate.score)
    return found


def _of_sentence(question: Question, ranked: Ranked) -> list[Candidate]:
    sentence = ranked.sentence
    weights = sum(term.weight for term in question.terms) or 1.0
    found = []
    for part in sentence.clauses:
        local = sum(term.weight * quality(term, part.text) for term in question.terms) / weights
        for span in _spans(question, ranked, part):
            text = ranked.view.quote(span)
            if text in question.full:
                continue
            found.append(
                Candidate(
                    kind=question.kind,
                    view=ranked.view,
                    sentence=sentence,
                    answer=text,
                    quotes=(part.span,),
                    score=ranked.score + 0.4 * local,
                    coverage=ranked.coverage,
                    features={"sentence": ranked.score, "clause": local},
                )
            )
    return found


def _spans(question: Question, ranked: Ranked, part: ClauseView) -> list[Span]:
    text = ranked.view.stored.document.text
    if question.kind is Kind.DATE:
        return [mention.span for mention in dates(text, part.span) if not mention.relative]
    pattern = {
        Kind.ORGANISATION: _organisations,
        Kind.PLACE: _places,
        Kind.PERSON: _people,
    }[question.kind]()
    spans = []
    for found in pattern.finditer(text, part.span.start, part.span.end):
        group = 1 if pattern.groups and found.group(1) else 0
        spans.append(Span(found.start(group), found.end(group)))
    return spans
