"""How somebody is reached: telephone numbers, addresses of sites and of mail, post codes."""

from __future__ import annotations

import re

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import Coverage, quality, weighted
from app.answer.weights import total
from app.model import Question, Span
from app.text.fold import fold

_GROUP = "contact"
_SENTENCES = 8
_BEFORE_SHARE = 0.5  # of what a word is worth in the clause before the number
_FOR = re.compile("监督|投诉|举报|咨询|报名|预约|技术|客服|值班|救助|维修|申诉|传真|受理|资金")

_NUMBER = r"(?:[(（]?0\d{2,3}[)）]?\s?[-－—–]{0,2}\s?)?\d{3,4}[-－—–]?\d{3,8}|\d{5}"
_NUMBERS = re.compile(
    rf"(?<![\d.])(?:{_NUMBER})(?![\d年月日元%])(?:\s*(?:[、/和或]|或者)\s*(?:{_NUMBER})(?![\d年月日元%]))*"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_SITE = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&_%#:~-]{4,200}")
_SORTS: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile("网址|网站地址|链接"), _SITE, re.compile("网址|网站|登录|网")),
    (re.compile("邮箱|电子邮件|邮件地址"), _MAIL, re.compile("邮")),
    (re.compile("邮编|邮政编码"), re.compile(r"(?<!\d)\d{6}(?!\d)"), re.compile("邮编|邮政编码")),
    (re.compile("传真"), _NUMBERS, re.compile("传真")),
    (re.compile("电话|热线|号码|联系方式|拨打"), _NUMBERS, re.compile("电话|热线|拨打|致电|联系")),
)


def asks_contact(question: Question) -> bool:
    """Whether `question` wants a number or an address by which somebody is reached."""
    return any(asked.search(question.left[-8:] + question.right[:8]) for asked, _, _ in _SORTS)


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The contacts of the sort asked for, those beside the words of the question first."""
    near = question.left[-8:] + question.right[:8]
    for asked, pattern, name in _SORTS:
        if asked.search(near):
            found = [
                candidate
                for ranked in evidence.ranked[:_SENTENCES]
                for candidate in _of_sentence(question, ranked, pattern, name)
            ]
            found.sort(key=lambda candidate: -candidate.score)
            return found
    return []


def _of_sentence(
    question: Question, ranked: Ranked, pattern: re.Pattern[str], name: re.Pattern[str]
) -> list[Candidate]:
    view, before, found, listed = ranked.view, "", [], False
    coverage = _with_sort(question, ranked.coverage, name)
    for part in ranked.sentence.clauses:
        after = part.span.start
        for match in pattern.finditer(view.stored.document.text, part.span.start, part.span.end):
            # Of several numbers in a clause each belongs to the words between it and the last.
            own = fold(Span(after, match.start()).of(view.stored.document.text)).text or part.text
            # The label of a list (咨询电话:甲…,乙…) is said of all its numbers.
            listed = listed or name.search(before + part.text) is not None
            after = match.end()
            features = {
                "sentence": ranked.score,
                "clause": _local(question, own, before),
                "named": float(listed),
                "meant": _meant(question, before + own, ranked.sentence.text),
            }
            found.append(
                Candidate(
                    kind=question.kind,
                    view=view,
                    sentence=ranked.sentence,
                    answer=match.group(),
                    quotes=(Span(match.start(), match.end()),),
                    score=total(_GROUP, features),
                    coverage=coverage,
                    group=_GROUP,
                    features=features,
                )
            )
        before = part.text
    return found


def _with_sort(question: Question, found: Coverage, name: re.Pattern[str]) -> Coverage:
    """`found` with the word for the sort of contact, which a contact of that sort stands for."""
    values = tuple(
        1.0 if name.search(term.text) else value
        for term, value in zip(question.terms, found.values, strict=True)
    )
    return weighted(question.terms, values)


def _meant(question: Question, label: str, line: str) -> float:
    """What the words say that tell what a number is for: 投诉电话 is not 咨询电话.

    What stands at the head of the `line` is said of all its numbers.
    """
    asked, named = set(_FOR.findall(question.full)), set(_FOR.findall(label))
    if asked & {*named, *_FOR.findall(line[: line.find(":") + 1])}:
        return 1.0
    return -1.0 if asked and named else 0.0


def _local(question: Question, own: str, before: str) -> float:
    total = sum(term.weight for term in question.terms) or 1.0
    found = sum(
        term.weight * max(quality(term, own), _BEFORE_SHARE * quality(term, before))
        for term in question.terms
    )
    return found / total
