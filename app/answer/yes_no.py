"""Answers to yes-or-no questions: 是, 否 or 有条件, always with the clause that decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answer import births
from app.answer.candidate import Candidate
from app.answer.clauses import without_label
from app.answer.evidence import Evidence, Ranked
from app.answer.exclusion import excludes, settles, tells_contents
from app.answer.groups import labels, other_label
from app.answer.matching import Coverage, quality, weighted
from app.answer.membership import is_row, member
from app.answer.polarity import NO, YES, condition, decides, negative, opposite, verdict
from app.answer.prohibition import forbidden_by, forbids_items
from app.answer.stretch import asked_of, is_heading
from app.answer.thresholds import fits, tier
from app.answer.view import ClauseView
from app.answer.weights import total
from app.model import Kind, Question, Span, TermRole

# What may stand behind the last word of a question without being its verb.
_MODAL = re.compile(
    "只|仅|单|光|这|那|可以|能够|能|可|会|要|得|应该|应当|应|需要|须|必须|是|有(?!效)|在|了|过|的|还|都|也|就|算|到|呢|吧|来|去|给|不|没"
)
_NOT_HAN = re.compile("[^一-鿿]")
_LONGEST_VERB = 2
# Whether something may be done is decided by a clause that allows, orders or forbids.
_LEAVE_ASKED = re.compile(
    "可以|能|可否|允许|准|行不行|行吗|要不要|需不需要|必须|应该|要.{0,12}[吗不]|还给|给不给|收费|收钱"
)
_RULE = re.compile(
    "可以?|不得|禁止|严禁|放宽|不予|不能|允许|准予|应当?|必须|须|免|暂不|不再|不收|不设|不接受|不用|不必|不需|无需|无须|毋须|给予|有权|一律|均|方可|执行|适用|参照"
)
_BRACKETS = re.compile("[(][^()]*[)]?|^[^()]*[)]")
_EXCEPTED = re.compile("除外$|^除[^,]{1,24}外|不适用")
_WIDENS = re.compile("放宽|宽限|放开|延长至|延长到")
_LEADS = re.compile("(?:的|时|后|前|情况下|情形下)$")
_GOES_ON = re.compile("(?:但|且|除|涉及|并|逾期|确)[^,]*")
_GROUP = "verdict"
_FOUND = 0.35  # value from which a word counts as found
_NAMED = 0.9  # value from which an exception is of the very thing asked about
_SAID = frozenset({TermRole.CONTENT, TermRole.QUOTED, TermRole.HEAD})
_SENTENCES = 8
_LONGEST_TOPIC = 40  # characters
_MORE = 16  # sentences looked at when a number or a date may decide
_UP_OR_DOWN = re.compile("以上|以下|同样|参照|比照|同等|也可|均可|其他")
_NEAR = 3  # sentences round a rule in which the classes beside it have theirs
_SURE = 0.7  # coverage from which a verb may be worded otherwise
_LEAD_WORTH = 0.9  # of what a word is worth in the clauses that lead to the one that decides

_CHANGE_ASKED = re.compile("增|涨|升|降|减|跌|多了|少了|变多|变少|提高|回落|扩大|缩小")
_CHANGE = re.compile("增|涨|升|降|减|跌|提高|回落|扩大|缩小|持平|不变|调整|恢复|多|少|高|低")
# Whether an aim was met is not told by the aim.
_DONE_ASKED = re.compile(
    "(?:是否|有没有|是不是|算不算)(?:已|如期|按期|超额|全面)?(?:完成|达到|达成|实现|达标)|(?:完成|达到|达成|实现)了"
)
_PLANNED = re.compile("力争|计划|预计|拟|将(?:达|完|实)|到20[0-9]{2}年")
_NAME_ONLY = re.compile(
    "^(?:根据|依据|按照)|^《[^》]+》|申请表|复印件|^附件|[:：]$|^(?:本|该)办法$"
)


@dataclass(frozen=True, slots=True)
class _Decision:
    """A clause that may decide, the clauses that lead to it, and what speaks for it."""

    part: ClauseView
    lead: tuple[ClauseView, ...]
    features: Mapping[str, float]
    score: float


def candidates(question: Question, evidence: Evidence) -> list[Candidate]:
    """The clauses that decide the question, with their verdict in front."""
    beside, verb = asked_of(question).beside, _bare_verb(question)
    counted = any(character.isdigit() for character in question.full)
    near = evidence.ranked[: _MORE if counted else _SENTENCES]
    found = []
    for ranked in (*births.sentences(question, evidence), *near):
        best = _best(question, ranked, beside)
        if best is not None and _speaks_to(question, ranked, best, beside, verb):
            found.append(_decided(question, ranked, best))
    found.sort(key=lambda one: -one.score)
    return found


def _best(question: Question, ranked: Ranked, beside: tuple[int, ...]) -> _Decision | None:
    """The clause of a sentence that decides best."""
    sentence, text = ranked.sentence, ranked.view.stored.document.text
    if is_heading(sentence) or forbids_items(sentence):
        return None
    best: _Decision | None = None
    for place, part in enumerate(sentence.clauses):
        if text[part.span.end : part.span.end + 1] in ("?", "？") or len(part.text) < 3:
            continue
        if (
            _LEADS.search(part.text)
            and place + 1 < len(sentence.clauses)
            and (not negative(part.text) or _RULE.search(sentence.clauses[place + 1].text))
        ):
            continue
        one = _weighed(question, ranked, part, _lead(sentence.clauses, place), beside)
        if best is None or one.score > best.score:
            best = one
    return _stepped(question, ranked, best, beside) if best is not None else None


def _stepped(
    question: Question, ranked: Ranked, best: _Decision, beside: tuple[int, ...]
) -> _Decision:
    """The step of a ladder that the asker has reached instead of another step of it."""
    parts = ranked.sentence.clauses
    place = tier(question.full, [part.text for part in parts])
    if place is None or parts[place].span.start <= best.part.span.start:
        return best
    lead = _lead(parts, place)
    if best.part in lead or not fits(question.full, parts[place].text):
        return best
    one = _weighed(question, ranked, parts[place], lead, beside)
    return _Decision(one.part, one.lead, best.features, best.score)


def _lead(parts: Sequence[ClauseView], place: int) -> tuple[ClauseView, ...]:
    """The clauses right before one that say for whom or when it holds."""
    first = place
    while first and _sets(parts[first - 1].text):
        first -= 1
    if first == place and place and _names_topic(parts[first - 1].text):
        first -= 1
    return tuple(parts[first:place])


def _sets(text: str) -> bool:
    """Whether a clause sets a condition and rules nothing itself."""
    if _LEADS.search(text):
        return True
    return condition(text) and not _RULE.search(text)


def _names_topic(text: str) -> bool:
    """Whether a clause only names what the next one says something about."""
    return len(text) <= _LONGEST_TOPIC and not _RULE.search(text) and not negative(text)


def _weighed(
    question: Question,
    ranked: Ranked,
    part: ClauseView,
    lead: tuple[ClauseView, ...],
    beside: tuple[int, ...],
) -> _Decision:
    own = [quality(term, part.text) for term in question.terms]
    led = [max((quality(t, one.text) for one in lead), default=0.0) for t in question.terms]
    values = tuple(max(a, _LEAD_WORTH * b) for a, b in zip(own, led, strict=True))
    weight = sum(term.weight for term in question.terms) or 1.0
    held = sum(t.weight * value for t, value in zip(question.terms, values, strict=True)) / weight
    whole = ",".join((*(one.text for one in lead), part.text))
    number = fits(question.full, whole) is not None
    bare = _BRACKETS.sub("", part.text)
    planned = _DONE_ASKED.search(question.full) is not None and _PLANNED.search(part.text)
    rules = _RULE.search(bare) is not None
    leave = _LEAVE_ASKED.search(question.full) is not None
    excepted = _EXCEPTED.search(part.text) is not None and _topical(question, own)
    unmoved = _CHANGE_ASKED.search(question.full) and not _CHANGE.search(part.text)
    merely = not (rules or number or negative(bare))  # it reports or names
    features = {
        "sentence": ranked.score,
        "held": held,
        "beside": sum(values[place] for place in beside) / len(beside) if beside else 0.0,
        "ruled": float(rules and leave),
        "number": float(number),
        "settled": float(settles(question.full, part.text) or _counts_in(question, part.text)),
        "planned": float(bool(planned)),
        "widened": float(_widened(question, part.text, led)),
        "barred": float(forbidden_by(ranked.view, ranked.sentence) is not None),
        "cell": float(member(question, ranked.view, ranked.sentence) is not None),
        "opposite": float(opposite(question.full, part.text) != ""),
        "excepted": float(excepted),
        "direct": float(_direct(question, part.text)),
        "bare": float(merely * (1 + leave)),
        "name": float(_NAME_ONLY.search(part.text) is not None),
        "unmoved": float(bool(unmoved)),
        "absent": float(sum(term.strict for term in ranked.coverage.missing)),
    }
    return _Decision(part, lead, features, total(_GROUP, features))


def _counts_in(question: Question, clause: str) -> bool:
    """Whether a clause says of a thing that the question names whether it is counted in."""
    if not tells_contents(question.full, clause):
        return False
    return any(
        bool(term.role in _SAID and len(piece) > 1 and piece in clause)
        for term in question.terms
        for piece in {term.text, term.text[:2]}
    )


def _direct(question: Question, clause: str) -> bool:
    """Whether a clause denies the verb that follows 是否 or 能不能 (是否受…: 不受…)."""
    verb = question.right[:1]
    return bool(verb) and re.search(f"不(?:再|得|予|能)?{re.escape(verb)}", clause) is not None


def _widened(question: Question, clause: str, led: Sequence[float]) -> bool:
    """Whether a limit is widened for those whom the question names (硕士可放宽至40周岁)."""
    return _WIDENS.search(clause) is not None and any(
        value >= _NAMED and (term.role in _SAID or term.role is TermRole.NUMBER)
        for term, value in zip(question.terms, led, strict=True)
    )


def _topical(question: Question, own: Sequence[float]) -> bool:
    """Whether an exception is for the very thing asked about."""
    return any(
        value >= _FOUND and term.role in {TermRole.CONTENT, TermRole.QUOTED, TermRole.HEAD}
        for term, value in zip(question.terms, own, strict=True)
    )


def _bare_verb(question: Question) -> str:
    """A verb of one or two characters that is no term, "" if there is none.

    It stands behind the last word left of the question phrase (能买吗) or before the first word
    right of it (能不能买…).
    """
    left, right = question.left, question.right
    ends = [left.rfind(term.text) + len(term.text) for term in question.terms if term.text in left]
    starts = [right.find(term.text) for term in question.terms if term.text in right]
    rest = right[: min(starts, default=0)] if right else left[max(ends, default=0) :]
    verb = _MODAL.sub("", _NOT_HAN.sub("", rest))
    return verb if len(verb) <= _LONGEST_VERB else ""


def _speaks_to(
    question: Question, ranked: Ranked, found: _Decision, beside: tuple[int, ...], verb: str
) -> bool:
    """Whether a clause or what is around it holds what is asked, or its opposite, or its number."""
    values = ranked.coverage.values
    if forbidden_by(ranked.view, ranked.sentence) is not None:
        return _is_case(question, found.part.text)
    if not found.features["cell"] and _class_missing(question, ranked):
        return False
    if _of_others(question, found) and _for_asker(question, ranked, found, beside) is None:
        return False
    sure = not question.right and ranked.coverage.score >= _SURE
    if verb and not sure and not any(character in ranked.sentence.text for character in verb):
        return decides(question, found.part.text)
    if not beside or any(values[place] >= _FOUND for place in beside):
        return True
    return decides(question, found.part.text)


def _of_others(question: Question, found: _Decision) -> bool:
    """Whether a clause rules for other classes than the asker's (A类、B类 for a C类)."""
    return other_label(question.full, ",".join((*(p.text for p in found.lead), found.part.text)))


def _for_asker(
    question: Question, ranked: Ranked, found: _Decision, beside: tuple[int, ...]
) -> Span | None:
    """The sentence near by that gives the asker's class something else than what is asked."""
    if negative(found.part.text):
        return None
    wanted, index = labels(question.full), ranked.sentence.index
    for one in ranked.view.sentences[max(0, index - _NEAR) : index + 1 + _NEAR]:
        if one.section != ranked.sentence.section or not wanted & labels(one.text):
            continue
        lacking = (
            place
            for place in beside
            if quality(question.terms[place], found.part.text) >= _FOUND
            and quality(question.terms[place], one.text) < _FOUND
        )
        if next(lacking, None) is not None:
            return one.span
    return None


def _for_others_only(question: Question, ranked: Ranked) -> Span | None:
    """The sentence near by that gives what is asked to other classes, not to the asker."""
    own, index = ranked.sentence, ranked.sentence.index
    if not labels(question.full) & labels(own.text):
        return None
    for one in ranked.view.sentences[max(0, index - _NEAR) : index + 1 + _NEAR]:
        if one.section != own.section or not other_label(question.full, one.text):
            continue
        if negative(one.text) or _UP_OR_DOWN.search(own.text):
            continue
        if any(
            term.role is not TermRole.PLACE
            and len(term.text) > 1
            and quality(term, one.text) >= _NAMED
            and quality(term, own.text) < _FOUND
            for term in question.terms
        ):
            return one.span
    return None


def _is_case(question: Question, item: str) -> bool:
    """Whether a forbidden case is the one that the question tells of, by its numbers and words."""
    fitting = fits(question.full, item)
    if fitting is not None:
        return fitting
    return any(t.role in _SAID and quality(t, item) >= _NAMED for t in question.terms)


def _class_missing(question: Question, ranked: Ranked) -> bool:
    """Whether a sentence says nothing of the class that is asked for (属于约束性指标吗)."""
    at = question.full.find("属于")
    if at < 0:
        return False
    asked = [t for t in question.terms if t.role in _SAID and question.full.find(t.text) > at]
    if is_row(ranked.sentence):  # its own class is not the one of the thing asked about
        return True
    said = " ".join((ranked.sentence.text, *ranked.sentence.headings))
    return bool(asked) and all(quality(term, said) < _FOUND for term in asked)


def _decided(question: Question, ranked: Ranked, found: _Decision) -> Candidate:
    span = _whole(ranked, found)
    lead = ",".join(one.text for one in found.lead)
    decision = verdict(question, found.part.text, lead)
    inside = member(question, ranked.view, ranked.sentence)
    own = None
    if _of_others(question, found):
        own = _for_asker(question, ranked, found, asked_of(question).beside)
        decision = NO
        span, own = (own, span) if own is not None else (span, None)
    elif decision == YES:
        own = _for_others_only(question, ranked)
        decision = NO if own is not None else decision
    barred = forbidden_by(ranked.view, ranked.sentence)
    if barred is not None:
        decision = NO
    if inside is not None:
        decision = YES if inside else NO
    if _is_excepted(question, ranked, found):
        decision = NO if decision == YES else decision
    return Candidate(
        kind=Kind.YES_NO,
        view=ranked.view,
        sentence=ranked.sentence,
        answer=f"{decision}：{ranked.view.quote(span)}",
        quotes=(span, *(one for one in (barred, own) if one is not None)),
        score=found.score,
        coverage=_compared(question, ranked, f"{lead},{found.part.text}"),
        group=_GROUP,
        features=found.features,
    )


def _is_excepted(question: Question, ranked: Ranked, found: _Decision) -> bool:
    """Whether the clause that takes something out names what is asked about (涉密的除外)."""
    for part in ranked.sentence.clauses:
        if part.span.start < found.part.span.end or not _EXCEPTED.search(part.text):
            continue
        named = [t for t in question.terms if quality(t, part.text) >= _NAMED]
        if any(t.role in _SAID and quality(t, found.part.text) < _FOUND for t in named):
            return True
    return False


def _compared(question: Question, ranked: Ranked, whole: str) -> Coverage:
    """The coverage, where a number that the clause is compared with counts as found."""
    if fits(question.full, whole) is None:
        return ranked.coverage
    values = tuple(
        1.0 if term.role is TermRole.NUMBER else value
        for term, value in zip(question.terms, ranked.coverage.values, strict=True)
    )
    return weighted(question.terms, values)


def _whole(ranked: Ranked, found: _Decision) -> Span:
    """The clause with those that lead to it and those that limit it."""
    start = (found.lead or (found.part,))[0].span.start
    end = found.part.span.end
    for part in ranked.sentence.clauses:
        if part.span.start >= end:
            both = excludes(found.part.text) and excludes(part.text)
            if not both and not _GOES_ON.fullmatch(part.text):
                break
            end = part.span.end
    return without_label(ranked.view, Span(start, end))
