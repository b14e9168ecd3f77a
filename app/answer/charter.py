"""What a document says of itself: what it is made for, when it takes effect and ends.

A question that names the document by words of its title (…办法什么时候施行, 出台…图什么) is
answered where documents say so, at their head or foot, however far that is from those words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import Coverage, quality, weighted
from app.answer.view import ClauseView, DocumentView, SentenceView
from app.answer.weights import total
from app.model import Kind, Question, QuestionTerm, Span, TermRole

_Said = Iterator[tuple[SentenceView, Span, Span]]  # the sentence, the answer and the quotation
_Finder = Callable[[DocumentView], _Said]

_GROUP = "said"
_DOCUMENTS = 3  # documents looked at, best first
_NAMED = 0.7  # share of the other words of the question that the title must hold
_HELD = 0.35  # value from which a word counts as found in the title

_START_ASKED = re.compile("施行|生效|执行|实施|试行|开始|起效|落地")
_END_ASKED = re.compile("有效期|到期|失效|管到|用到|废止|截止|什么时候为止|终止")
_ISSUE_ASKED = re.compile(
    "^(?!.*每)[^,]*(?:印发|发布|下发|颁布|成文|出台|发文)(?:的|日期|时间|了)?[?？呢]?$"
)
_MADE_ASKED = re.compile("出台|制定|印发|发布|推出|实施|开展|搞|推行|发这个|弄|办法|措施|方案|意见")
# Words that ask for such a thing and are no part of a title.
_ASKING = re.compile(
    "施行|生效|执行|试行|实施|开始|起效|落地|有效|到期|失效|废止|截止|为止|日期|时间|正式|出台|制定|印发|发布"
    "|推出|开展|推行|文件|政策|套|目的|初衷|背景|原因|短板|问题|难题|想"
)

_N = "[0-9〇零一二三四五六七八九十]"
_POINT = f"(?:{_N}{{2,4}}年{_N}{{1,3}}月{_N}{{1,3}}日|(?:印发|发布|公布|下发)之日)"
_STARTS = re.compile(
    rf"(?:自|从|于)?({_POINT})(?:起|开始)?(?:[0-9一二三四五六七八九十]{{1,3}}日后)?(?:正式)?(?:施行|实施|执行|生效|试行)(?!的)"
)
_ALONE = re.compile(
    rf"(?:[(（]|(?:发布|印发|成文|公布)(?:时间|日期)[:：])?\s*({_N}{{4}}年{_N}{{1,3}}月{_N}{{1,3}}日)(?:印发)?[)）]?"
)
_ENDS = re.compile(
    rf"(?:有效期|试行期|执行期|施行)?(?:限)?(?:截止到|截止|截至|至|到)({_POINT})(?:止|废止)?"
)
_LASTS = re.compile(
    "(?:有效期|试行期|执行期)(?:限)?(?:为)?([0-9一二三四五六七八九十]{1,2}(?:年|个月))"
)
_OF_ITSELF = re.compile(
    "^(?:第.{1,5}条)?[ 　(（一二三四五六七八九十)）]*(?:本|自|有效期|试行期|以上|《)|有效期"
)
_MAKES = re.compile("制定|提出(?:如下|以下)|开展|通知如下|印发|出台|决定|现就|特")
_FOR = re.compile("^(?:第.{1,5}条)?[ 　]*(?:为了?|旨在|针对)(?!期|主|准)")
_ENDS_AIM = re.compile("^(?:根据|依据|按照|结合|经|现|特|制定|依照|在|决定|我们)")


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """What the documents named by the question say of themselves, [] when none is named."""
    find = _finder(question)
    if find is None:
        return []
    found = []
    for view in _views(evidence):
        covered = named(question.terms, view)
        if covered is None:
            continue
        for sentence, answer, quote in find(view):
            found.append(_candidate(question, view, sentence, answer, quote, covered))
            break
    return found[:1]


def _finder(question: Question) -> _Finder | None:
    if question.kind is Kind.DATE and _END_ASKED.search(question.full):
        return _end
    if question.kind is Kind.DATE and _ISSUE_ASKED.search(question.full):
        return _issue
    if question.kind is Kind.DATE and _START_ASKED.search(question.full):
        return _start
    if question.kind is Kind.PURPOSE and _MADE_ASKED.search(question.full):
        return _aim
    return None


def asks_aim(question: Question) -> bool:
    """Whether a question asks what a document or what it orders is made for."""
    return _MADE_ASKED.search(question.full) is not None


def _views(evidence: Evidence) -> list[DocumentView]:
    views = {ranked.view.id: ranked.view for ranked in evidence.ranked}
    return list(views.values())[:_DOCUMENTS]


def named(terms: Sequence[QuestionTerm], view: DocumentView) -> Coverage | None:
    """The coverage of a question by the title of a document, None when it names another thing."""
    values = []
    for term in terms:
        asks = _ASKING.search(term.text) is not None and term.role is not TermRole.QUOTED
        values.append(1.0 if asks else quality(term, view.name))
    own = [
        (term, value)
        for term, value in zip(terms, values, strict=True)
        if not _ASKING.search(term.text) or term.role is TermRole.QUOTED
    ]
    things = [value for term, value in own if term.role in {TermRole.CONTENT, TermRole.QUOTED}]
    total = sum(term.weight for term, _ in own)
    held = sum(term.weight * value for term, value in own)
    if not things or max(things) < _HELD or held < _NAMED * total:
        return None
    return weighted(terms, tuple(values))


def _start(view: DocumentView) -> _Said:
    yield from _dated(view, (_STARTS,))


def _issue(view: DocumentView) -> _Said:
    """The date below a text or at its head, which stands alone."""
    for sentence in reversed(view.sentences):
        match = _ALONE.fullmatch(view.quote(sentence.span).strip())
        if match is not None:
            start = view.stored.document.text.index(match.group(1), sentence.span.start)
            span = Span(start, start + len(match.group(1)))
            yield sentence, span, span


def _end(view: DocumentView) -> _Said:
    yield from _dated(view, (_ENDS, _LASTS))


def _dated(view: DocumentView, patterns: Sequence[re.Pattern[str]]) -> _Said:
    text = view.stored.document.text
    for sentence in reversed(view.sentences):
        for part in sentence.clauses:
            if not _OF_ITSELF.search(part.text):
                continue
            for pattern in patterns:
                match = pattern.search(text, part.span.start, part.span.end)
                if match:
                    yield sentence, Span(match.start(1), match.end(1)), part.span


def _aim(view: DocumentView) -> _Said:
    for sentence in view.sentences:
        if _MAKES.search(sentence.text) is None:
            continue
        first = next((p for p in sentence.clauses if _FOR.search(p.text)), None)
        if first is not None:
            span = _to_aim(sentence.clauses, first)
            yield sentence, span, span


def _to_aim(parts: Sequence[ClauseView], first: ClauseView) -> Span:
    end = first.span.end
    for part in parts:
        if part.span.start < end:
            continue
        if _ENDS_AIM.search(part.text):
            break
        end = part.span.end
    return Span(first.span.start, end)


def _candidate(
    question: Question,
    view: DocumentView,
    sentence: SentenceView,
    answer: Span,
    quote: Span,
    covered: Coverage,
) -> Candidate:
    features = {"title": covered.score}
    return Candidate(
        kind=question.kind,
        view=view,
        sentence=sentence,
        answer=view.quote(answer),
        quotes=(quote,),
        score=total(_GROUP, features),
        coverage=covered,
        group=_GROUP,
        features=features,
    )
