"""False premises: a change that the text reports otherwise, a reason for what did not happen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.answer.candidate import Candidate
from app.answer.evidence import Evidence
from app.answer.matching import quality
from app.answer.verdict import Verdict, names
from app.model import Figure, Kind, Question, QuestionTerm, Reason, Role, Span, TermRole
from app.text.fold import fold

_FROM_TO = re.compile(
    r"(?:由|从)(\d[\d.]*万?亿?)[^,。?\d]{0,6}?(?:压|减|缩|降|增|扩|变|升|涨|砍|合并|调整|提高|下降)[^,。?\d]{0,4}(\d[\d.]*万?亿?)"
)


def changed_premise(question: Question, _: Candidate | None, evidence: Evidence) -> Verdict | None:
    """从11个缩成5个: a change between two numbers that the text does not report."""
    asked = _FROM_TO.search(question.full)
    if asked is None:
        return None
    before, after = asked.groups()
    for ranked in evidence.ranked:
        changed = [
            (figure.role, fold(ranked.view.quote(figure.quantity.span)).text)
            for figure in ranked.sentence.figures
            if figure.role in {Role.FROM, Role.TO}
        ]
        if any(role is Role.FROM and _same(text, before) for role, text in changed) and any(
            role is Role.TO and _same(text, after) for role, text in changed
        ):
            return None
    proof = tuple(
        figure.clause
        for ranked in evidence.ranked[:8]
        for figure in ranked.sentence.figures
        if any(_same(_written(ranked.view.quote, figure), number) for number in (before, after))
    )
    return Verdict(Reason.CONTRADICTED, (asked.group(),), proof[:2])


def _same(text: str, number: str) -> bool:
    rest = text[len(number) :][:1]
    return text.startswith(number) and not rest.isdigit() and rest != "."


def _written(quote: Callable[[Span], str], figure: Figure) -> str:
    return fold(quote(figure.quantity.span)).text


@dataclass(frozen=True, slots=True)
class _Turn:
    """A word of a question that turns its statement, and what a text must hold to say so too."""

    asked: re.Pattern[str]
    needed: re.Pattern[str]
    denied: re.Pattern[str] | None = None


_PROHIBITS = re.compile("不得|不能|不可|禁止|严禁|不予|不准|不许|不允许|不宜|不同意|只能|暂不")
_TURNS: tuple[_Turn, ...] = (
    _Turn(
        re.compile("解散|拆分|解体|取缔|拆除|拆掉|撤走|撤回|撤离"),
        re.compile("解散|撤|合并|并入|拆|取缔|整合|退出|收回"),
    ),
    _Turn(
        re.compile("辞退|解聘|辞职|离职|开除|裁员|下岗|免职|撤职|被处分|被处罚|被约谈|被问责"),
        re.compile("辞|解聘|离职|离岗|开除|裁|下岗|流失|退出|免职|撤职|处分|处罚|约谈|问责|分流"),
    ),
    _Turn(
        re.compile("泡汤|失败|没(?:有)?(?:成功|做成|办成|建成)"),
        re.compile("推迟|延|缓|搁置|未|失败|滞后|不足|低于|没有|顺延"),
    ),
    _Turn(
        re.compile(
            "取消|停止|暂停|叫停|废止|废除|终止|中止|撤销|关停|停办|停用|不再|[给就]停了|停了$|停了[,。?]|停掉|停发|不发了|不办了|没了"
        ),
        re.compile(
            "取消|停止|停[办用产课业运工发]|暂停|叫停|废止|废除|终止|中止|撤销|撤并|关停|关闭|失效|不再|退出|清理"
            "|免[征收缴交除]"
        ),
    ),
    _Turn(
        re.compile(
            "砍|削减|压减|裁减|缩减|缩水|下调|调低|调减|降级|降下来|[降减][到成至](?!位)|从[0-9.]+[^,。?]{0,3}[降减]"
        ),
        re.compile("砍|减|降|压|裁|缩|下[调滑跌]|调低|回落|负增长|少|-[0-9]"),
    ),
    _Turn(
        re.compile("上调|调高|涨[价到了]|提高[到了]|扩[大展][到至]"),
        re.compile("增|涨|提|升|上调|调[高整]|扩|加|由[^,。;]{1,12}[为至到]"),
    ),
    _Turn(
        re.compile("不能|不得|不可以?|不准|不许|不让|不允许|禁止|严禁"),
        re.compile("不|禁|未|非|限[制于定]|上限|停|除外|防|避免|只"),
    ),
    _Turn(
        re.compile("可以|允许|准许|能够|能(?!源|力|否|耗)"),
        re.compile("可|许|准|能|应|自愿|鼓励"),
        _PROHIBITS,
    ),
)
_CHANGES = _TURNS[:6]  # those that report a change
_AROUND = 40  # characters in which a change is told beside its reason
_DENIAL = re.compile("([一-鿿])[不未非]([一-鿿]{4})")
_THINGS = frozenset({TermRole.CONTENT, TermRole.QUOTED, TermRole.HEAD, TermRole.ACTION})
_THING = 0.7
_HALF = 0.5
_LOOKED_AT = 8
_CLOSE = 3
_DEED = 0.4  # weight from which a verb says what happened


def no_reason_given(question: Question, _: Candidate | None, evidence: Evidence) -> Verdict | None:
    """为什么取消…, 为什么允许…: no sentence says that of the thing asked about."""
    best = evidence.best
    if question.kind is not Kind.PURPOSE or best is None:
        return None
    found = [(turn, hit) for turn in _TURNS if (hit := turn.asked.search(question.full))]
    if not found:
        return None
    turn, hit = found[0]
    things = [t for t in question.terms if t.role in _THINGS and not turn.asked.search(t.text)]
    near = sorted(
        ((_share(things, r.sentence.text), r) for r in evidence.ranked[:_LOOKED_AT]),
        key=lambda pair: -pair[0],
    )
    closest = max(evidence.ranked[:_CLOSE], key=lambda ranked: ranked.coverage.score)
    if turn.denied is not None and turn.denied.search(closest.sentence.text):
        return Verdict(Reason.CONTRADICTED, (hit.group(),), (closest.sentence.span,))
    for share, ranked in near:
        if share < _HALF:
            break
        if turn.denied is not None and turn.denied.search(ranked.sentence.text):
            return Verdict(Reason.CONTRADICTED, (hit.group(),), (ranked.sentence.span,))
        if turn.needed.search(ranked.sentence.text):
            return None
    if things and all(quality(term, best.sentence.text) >= _THING for term in things):
        return Verdict(Reason.CONTRADICTED, (hit.group(),), (best.sentence.span,))
    lost = [term for term in things if quality(term, best.sentence.text) < _THING]
    return Verdict(Reason.NOT_COVERED, (hit.group(), *names(lost)))


def deed_unheard(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """为什么要常驻: no document holds the verb, and the answer has nothing that stands for it."""
    if candidate is None or question.kind is not Kind.PURPOSE:
        return None
    said = " ".join((candidate.sentence.text, *candidate.sentence.headings))
    lost = [
        term
        for term in question.terms
        if term.role is TermRole.ACTION
        and term.frequency == 0
        and term.weight >= _DEED
        and len(term.text) > 1
        and not quality(term, said)
    ]
    return Verdict(Reason.NOT_COVERED, names(lost)) if lost else None


def turn_unsaid(question: Question, candidate: Candidate | None, _: Evidence) -> Verdict | None:
    """为什么停了: neither the answer nor what stands around it says that it was stopped."""
    if candidate is None or question.kind is not Kind.PURPOSE:
        return None
    view = candidate.view
    hit = next((h for turn in _CHANGES if (h := turn.asked.search(question.full))), None)
    if hit is None:
        return None
    start, end = candidate.sentence.span.start, candidate.sentence.span.end
    around = fold(
        view.quote(Span(max(0, start - _AROUND), min(len(view.text), end + _AROUND)))
    ).text
    if any(t.needed.search(around) for t in _CHANGES if t.asked.search(question.full)):
        return None
    return Verdict(Reason.NOT_COVERED, (hit.group(),))


def denied_otherwise(
    question: Question, candidate: Candidate | None, _: Evidence
) -> Verdict | None:
    """为什么以不公开为原则, where the text says 以公开为原则: it is the other way round."""
    if candidate is None or question.kind is not Kind.PURPOSE:
        return None
    for found in _DENIAL.finditer(question.full):
        before, after = found.groups()
        if before + after in candidate.view.text and found.group() not in candidate.view.text:
            return Verdict(Reason.CONTRADICTED, (found.group(),))
    return None


def _share(things: Sequence[QuestionTerm], text: str) -> float:
    """The share of the weight of `things` that `text` holds."""
    total = sum(term.weight for term in things) or 1.0
    return sum(term.weight for term in things if quality(term, text) >= _THING) / total
