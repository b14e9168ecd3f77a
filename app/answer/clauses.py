"""Answers that are clauses: what, how, why, and whatever has no narrower form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.answer import charter, contacts
from app.answer.candidate import Candidate
from app.answer.evidence import Evidence, Ranked
from app.answer.matching import quality
from app.answer.runs import Run, best_run, every_run
from app.answer.stretch import Asked, asked_of, novelty
from app.answer.thresholds import fits
from app.answer.view import DocumentView
from app.answer.weights import total
from app.model import Kind, Question, Span, TermRole
from app.text.fold import fold

GROUP = "clause"
_SENTENCES = 6
_MORE: Mapping[Kind, int] = {Kind.PURPOSE: 14}  # reasons stand far from what they explain
_TOLD = 0.5
_COVERED = 0.56  # coverage below which a sentence is likely to be refused
_SAYS_MUCH = 12  # new characters from which a heading answers by itself
_BODY = 220  # characters of a section that answer for its heading
_FOUND = 0.35  # value from which a word counts as found
# What a clause must hold to answer such a question at all.
_NEEDED: Mapping[Kind, re.Pattern[str]] = {
    Kind.DATE: re.compile(
        "[0-9０-９]|[一二三四五六七八九十]+(?:年|个?月|日|天|季)|即日|当日|之日|前|后|每|旬|节|假"
    ),
    Kind.PLACE: re.compile(
        "[在到向于至往]|地[址点]|位置|[楼路街道巷号市县区乡镇村省州国港站厅院校馆园场所局处]|窗口|中心|部门|单位|银行|平台|网|小程序|app|(?:线上|线下)"
    ),
    Kind.PURPOSE: re.compile(
        "为[了更]|(?:^|[，,。；;：:])(?:是)?(?:为|以(?![上下内外及]))|旨在|以便|由于|因(?![公素地])|鉴于|目的|意义|初衷|原因|避免|防止"
        "|考虑|有利于|有助于|需要|针对|破解|解决|面临|反映|存在|以[^，。；]{0,6}?(?:促进|推动|保障|确保)"
        "|(?:^|[，,；;])(?:进一步|切实|有效|更好地?|持续)*(?:促进|推动|确保|保障|提升|提高|方便|规范|维护|打造|实现)"
    ),
}
# How something is done: the means, the course, the manner, and what whoever does it must do.
_MEANS = re.compile(
    "通过|采取|采用|实行|以[^,，。;；]{1,24}?(?:方式|形式|办法)|(?<!公|规|据|依)按(?!期|时|计划|规定)|经[^,，。;；]{1,20}?(?:同意|批准|通过|审核|审定)"
    "|由[^,，。;；]{2,30}?(?:提出|审核|办理|承担|负责|组织|初审|受理|调度)|向[^,，。;；]{2,24}?(?:申请|提出|提交|报告|申报|起诉|投诉)"
    "|(?:应当?|须|可以?)(?:先|向|持|凭|在|到|将|提交|填写|登录|自)|登录|凭[^,，。;；]{2,20}?(?:办理|领取|申请)"
    "|建立[^,，。;；]{2,40}?机制|先[^,，。;；]{2,16}?(?:再|后)|留用|结转"
)
# What happens to somebody (会怎样, 怎么处理): what is withheld, ordered or imposed.
_FOLLOWS_ASKED = re.compile(
    "会(?:怎么?样|咋样|如何)|后果|(?:怎么|如何|咋)(?:样)?(?:处理|处置|处罚|处分|罚|办)|算"
)
_FOLLOWS = re.compile(
    "不予|不再|不得|暂停|取消|撤销|责令|限期|罚款|处以?[0-9一二三四五六七八九十]|约谈|通报|追究|追回|收回|扣[减除]|压减|停止|整改|承担|赔偿|列入|应当?|可以?向|视为"
)
# Where something is, and what tells it; 去哪办 asks for a body or a window instead.
_IS_WHERE = re.compile(
    "[在建设位处]?(?:在|位于|坐落于?|设在|建在|放在|办在)(?:了)?(?:哪(?![两三四五六七八九几0-9些样项种方])|什么地方|何处)|哪条[街路]|什么位置|具体(?:位置|地点)"
)
_GO_WHERE = re.compile(
    "哪[里儿个些]?[^,。?]{0,6}?(?:办|申请|申报|报名|领|查|交|看|买|咨询|下载|登记|打听|投诉|公示|公布|发布)"
)
_COUNTED = re.compile("[0-9][0-9.]*[万亿]?[一-鿿]{1,2}[^,;。、]*")
_LOCATION = re.compile(
    "在(?![此内职校岗册线建位编役读研于])[^,。;]{2,20}|位于|坐落|地处|设[在于]|地[址点]|[路街巷号楼层室座]|(?<=[一-鿿]{2})[县区镇乡村](?![级域乡里内])|社区"
    "|广场|园区|大厦|中心|[馆院校](?!长)|沿线|一带|境内|以[东南西北]|周边|附近|范围"
)
_MEANS_WORTH = 0.3
# Why something happened stands with 因 or 受…影响, not where a text tells what it is made for.
_CAUSE = re.compile(
    "由于|(?:^|[,;:])(?:主要)?(?:是)?因(?![公素地此])|受[^,;]{2,16}影响|鉴于|原因|源于|导致|造成"
)
_AIM_OF_TEXT = re.compile("制定本|特制定|提出如下|通知如下|现(?:就|将)")
_CAUSE_WORTH = 0.6
_COPULA = re.compile("(?:到底|究竟|具体)*(?:都)?[是指叫为]$")
_NAME_LEAST = 4  # characters of a name whose meaning is asked
_NAMED_WORTH = 0.8
_EXACT = frozenset({TermRole.QUOTED, TermRole.NUMBER})
_LABEL = re.compile(
    r"\s*(?:[（(][一二三四五六七八九十0-9]{1,3}[)）]、?|[一二三四五六七八九十]{1,3}、"
    r"|[0-9]{1,2}[、.．](?![0-9])|第[一二三四五六七八九十百0-9]{1,5}条|[一二三四五六七八九十]是)\s*"
)


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The best sentences with what follows them, each cut down to the clauses that answer."""
    if contacts.asks_contact(question):
        reached = contacts.candidates(question, evidence)
        if reached:
            return reached
    own = charter.candidates(question, evidence)
    if own:
        return own
    asked = asked_of(question)
    best = evidence.ranked[0].score if evidence.ranked else 0.0
    found = [
        candidate
        for ranked in evidence.ranked[: _MORE.get(question.kind, _SENTENCES)]
        for candidate in _candidate(asked, ranked, ranked.score - best)
    ]
    if question.kind is Kind.PURPOSE:
        found = [_with_cause(candidate) for candidate in found]
    if question.kind is Kind.DATE:
        found = [candidate for candidate in found if _dates_it(asked, candidate)]
    fitting = [
        candidate for candidate in found if _fits(candidate) and _located(question, candidate)
    ]
    if not fitting and question.kind is Kind.PURPOSE:
        # A reason need not be marked as one where the very thing asked about is told.
        fitting = [candidate for candidate in found if _tells(question, candidate)]
    fitting.sort(key=lambda candidate: -candidate.score - _marked(question, candidate))
    return fitting


def _dates_it(asked: Asked, candidate: Candidate) -> bool:
    """Whether the sentence of a date or its headings speak of what is to be dated (面试是哪天)."""
    view = candidate.view
    sentence = view.sentences[view.at(candidate.quotes[0].start)]
    said = " ".join((sentence.text, *sentence.headings))
    beside = [asked.question.terms[place] for place in asked.beside]
    return not beside or any(quality(term, said) >= _FOUND for term in beside)


def _with_cause(candidate: Candidate) -> Candidate:
    """A clause that tells what happened, with those before it that tell why."""
    if _fits(candidate):
        return candidate
    span = candidate.quotes[0]
    for part in candidate.sentence.clauses:
        if part.span.start < span.start and _CAUSE.search(part.text):
            whole = without_label(candidate.view, Span(part.span.start, span.end))
            return replace(candidate, answer=candidate.view.quote(whole), quotes=(whole,))
    return candidate


def _marked(question: Question, candidate: Candidate) -> float:
    """What speaks for a clause that has the form of what is asked: means, causes, meanings."""
    if candidate.kind is Kind.MECHANISM:
        form = _FOLLOWS if _FOLLOWS_ASKED.search(question.full) else _MEANS
        return _MEANS_WORTH * (form.search(candidate.answer) is not None)
    if candidate.kind is Kind.PURPOSE and not charter.asks_aim(question):
        caused = _CAUSE.search(candidate.sentence.text) is not None
        return _CAUSE_WORTH * (caused - (_AIM_OF_TEXT.search(candidate.sentence.text) is not None))
    if candidate.kind is Kind.DEFINITION:
        return _NAMED_WORTH * _names_asked(question, candidate.sentence.text)
    return 0.0


def _names_asked(question: Question, text: str) -> bool:
    """Whether a text holds the very words whose meaning is asked."""
    left, right = _COPULA.sub("", question.left), question.right
    tail, head = left[-_NAME_LEAST:], right[:_NAME_LEAST]
    return any(len(name) == _NAME_LEAST and name in text for name in (tail, head))


def _tells(question: Question, candidate: Candidate) -> bool:
    """Whether the sentence of a candidate itself holds most of what is asked about."""
    told = sum(term.weight * quality(term, candidate.sentence.text) for term in question.terms)
    return told >= _TOLD * sum(term.weight for term in question.terms)


def _fits(candidate: Candidate) -> bool:
    """Whether a clause holds something of the sort that is asked for."""
    needed = _NEEDED.get(candidate.kind)
    return needed is None or needed.search(candidate.answer) is not None


def asks_site(question: Question) -> bool:
    """Whether it is asked where a thing is, and not where to go with something."""
    return _GO_WHERE.search(question.full) is None and _IS_WHERE.search(question.full) is not None


def _located(question: Question, candidate: Candidate) -> bool:
    """Whether a clause says where, in words that the question itself does not have."""
    if candidate.kind is not Kind.PLACE or not asks_site(question):
        return True
    rest = _COUNTED.sub(" ", fold(candidate.answer).text)
    for term in question.terms:
        for form, _ in term.forms:
            rest = rest.replace(form, " ")
    return _LOCATION.search(rest) is not None


def every(question: Question, evidence: Evidence) -> Iterator[Candidate]:
    """All the runs of the best sentences: the weights of runs are fitted on them."""
    asked = asked_of(question)
    for ranked in evidence.ranked[:_SENTENCES]:
        for run in every_run(asked, ranked, ranked.score - evidence.ranked[0].score):
            yield _of_run(asked, ranked, run)


def _candidate(asked: Asked, ranked: Ranked, behind: float) -> list[Candidate]:
    run = best_run(asked, ranked, behind)
    return [] if run is None else [_of_run(asked, ranked, run)]


def _of_run(asked: Asked, ranked: Ranked, run: Run) -> Candidate:
    span = without_label(ranked.view, _below_heading(asked, ranked, run.span))
    features = {
        **run.features,
        **_doubts(asked, ranked),
        "met": _met(asked.question, ranked, span),
    }
    return Candidate(
        kind=asked.question.kind,
        view=ranked.view,
        sentence=ranked.sentence,
        answer=ranked.view.quote(span),
        quotes=(span,),
        score=total(GROUP, features),
        coverage=ranked.coverage,
        group=GROUP,
        features=features,
    )


def _doubts(asked: Asked, ranked: Ranked) -> dict[str, float]:
    """What speaks against a sentence: words of the question that are neither there nor around."""
    values = ranked.coverage.values
    lost = asked.beside and all(values[place] < _FOUND for place in asked.beside)
    strict = sum(term.strict or term.role in _EXACT for term in ranked.coverage.missing)
    return {
        "uncovered": max(0.0, _COVERED - ranked.coverage.score),
        "lost": float(bool(lost)),
        "strict": float(strict),
    }


def _met(question: Question, ranked: Ranked, span: Span) -> float:
    """What speaks for a clause whose condition the number of the question meets, or against it."""
    parts = ranked.sentence.clauses
    text = ",".join(part.text for part in parts if part.span.start < span.end)
    fitting = fits(question.full, text)
    if fitting is None:
        return 0.0
    return 1.0 if fitting else -1.0


def _below_heading(asked: Asked, ranked: Ranked, span: Span) -> Span:
    """What stands below a heading, when nothing but the heading was found; else `span`."""
    view, sentence = ranked.view, ranked.sentence
    if sentence.section is None:
        return span
    section = view.stored.outline.sections[sentence.section]
    said = novelty(asked.question.terms, fold(view.quote(span)).text)
    if said >= _SAYS_MUCH or not section.heading_span.contains(span):
        return span  # an item may be one sentence that is its own heading
    first = last = sentence.index + 1
    while last < len(view.sentences) and section.span.contains(view.sentences[last].span):
        if view.sentences[last].span.end - view.sentences[first].span.start > _BODY:
            break
        last += 1
    if last == first:
        return span
    return Span(view.sentences[first].span.start, view.sentences[last - 1].span.end)


def without_label(view: DocumentView, span: Span) -> Span:
    """`span` without the label of a section or an item that it begins with (（九） 1. 二是)."""
    found = _LABEL.match(view.stored.document.text, span.start, span.end)
    return Span(found.end(), span.end) if found and found.end() < span.end else span
