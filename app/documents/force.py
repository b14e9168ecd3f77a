"""From when to when a document is in force, and whether it is on trial, repealed or expired.

本办法自2031年5月1日起施行，有效期5年。 Only a sentence about the document itself counts: its
subject is 本办法, 以上措施 or the like, or it announces what is made public (现予公布，自…起施行).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TypeVar

from app.documents.days import DAY, day
from app.documents.head_labels import Labelled, labelled_day
from app.documents.labels import numeral
from app.documents.stated import Stated
from app.documents.titles import KINDS
from app.lexicon.loader import table
from app.model import Source, Span, Status

_Value = TypeVar("_Value")

_SENTENCE_END = "。；;！\n"
_MOST_BEFORE = 160  # characters of a sentence before the word that shows what it is about
_MOST_AFTER = 120

_SIGN = re.compile(
    "起(?:[一-鿿0-9]{0,8})(?:施行|实施|执行|生效|试行|实行|有效)|有效期|试行期|施行期|(?:执行|实施)期限?"
    "|(?:执行|实施|试行)至|日(?:为)?止"
)
_SELF = (
    "(?:本|以上|上述|此)(?:项|批|次)?(?:实施|管理|暂行|试行|若干|工作)?"
    f"(?:{KINDS}|政策措施|政策|预案|文件|决定|措施|要求|方法|协定)"
)
_SUBJECT = re.compile(f"(?<![一-鿿0-9A-Za-z《“])(?:其中)?{_SELF}(?:[（(][^（）()]{{1,12}}[)）])?")
# 本办法施行前已经签订的合同，…: about the contracts.
_OF_OTHERS = re.compile(
    "(?:施行|实施|发布|印发|执行|生效)(?:之?前|之?后|以前|期间|以来)|所称|规定|第|中|未|的(?!有效|执行|实施|施行|试行)"
)
_PUBLISHED = re.compile(
    "(?:现予|予以|现将?)[^，,。]{0,30}?(?:公布|发布|公告|印发)[^，,。]{0,12}[，,]"
)
_EVENT = "(?:正式)?(?:印发|发布|公布|下发|发文|颁布|签发|公告|通过|批准)"
_TO = (
    f"(?:截?至|到)(?P<to>{DAY}|(?:19|20)[0-9]{{2}}年(?:[0-9]{{1,2}}月)?底)"
    "(?:止|为止|失效|有效|废止|结束)?"
)
# 自…起执行新标准 is about the standard, not about the document.
_STOP = "(?=[，,、。；;！!\\s）)（(截至到的有]|$)"
_FROM = re.compile(
    f"(?:自|从|于)?(?:(?P<day>{DAY})|(?:本?(?:{KINDS}|文件|政策|措施))?(?P<event>{_EVENT}之日|即日))"
    "(?:[零0]时)?(?:起)?(?:满?(?P<later>[0-9一二三四五六七八九十]{1,3})(?P<unit>日|天|个月)后)?"
    f"(?P<verb>(?:正式|全面|开始|起)?(?:施行|实施|执行|生效|试行|实行){_STOP})?"
    f"(?:[，,]?(?:有效期)?{_TO}|的?(?P<months>[0-9一二两三四五六七八九十]{{1,2}})个月(?:内有效|止)?(?=[，,。；（(\\s]|$))?"
    "(?P<of>的)?"
)
_PERIOD = "(?:(?:有效|试行|施行|实施|执行)(?:期限?)?|执行时间|政策期限|暂行期)"
_TERM = re.compile(
    f"(?:的)?{_PERIOD}?(?:暂定)?(?:为|是|：)?"
    "(?:(?P<years>[0-9一二两三四五六七八九十]{1,2})(?P<unit>年|个月)(?P<half>半)?(?!内)"
    f"|{_TO})"
)
_PERIOD_BEFORE = re.compile(f"(?:的)?{_PERIOD}(?:限)?(?:暂定)?(?:为|是|：)?")
_TRIAL = re.compile("[（(](?P<word>试行)(?:稿)?[)）]|试行(?=办法|规定|方案|细则|意见|条例)")
_MARK = re.compile("[（(【\\[](?P<word>(?:已|已被|宣布)?(?:废止|失效))[)）】\\]]")


@dataclass(frozen=True, slots=True)
class KnownDays:
    """The days from which others are counted: 自发布之日起, 有效期5年."""

    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when a document says that it is in force; None where it does not say."""

    effective_on: Stated[date] | None
    expires_on: Stated[date] | None


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence says, and the kind of text that it says it of (办法)."""

    kind: str
    effective_on: Stated[date] | None
    expires_on: Stated[date] | None
    years: Stated[int] | None  # months that it is valid for, from when it takes effect


def term(text: str, title: str, labels: Sequence[Labelled], known: KnownDays) -> Term:
    """The days that labels or sentences of the text give; what they contradict is left out."""
    said = list(_sayings(text, known))
    effective = labelled_day(labels, "effective_on") or _agreed(
        [(one.kind, one.effective_on) for one in said], title
    )
    expires = labelled_day(labels, "expires_on") or _agreed(
        [(one.kind, one.expires_on) for one in said], title
    )
    if expires is None:
        months = _agreed([(one.kind, one.years) for one in said], title)
        begin = known.effective_on or (effective.value if effective else None)
        if months is not None and begin is not None:
            last = _months_later(begin, months.value) - timedelta(days=1)
            expires = Stated(last, months.span, Source.DERIVED)
    first = known.effective_on or (effective.value if effective else None)
    if expires is not None and first is not None and expires.value < first:
        return Term(effective, None)
    return Term(effective, expires)


def status(
    text: str, title: Stated[str] | None, labels: Sequence[Labelled]
) -> Stated[Status] | None:
    """What a label or a mark in the title says: （试行）, （已废止）, 有效性：失效."""
    words = _status_words()
    for label in labels:
        if label.field == "status" and label.value in words:
            return Stated(words[label.value], label.span)
    if title is None:
        return None
    mark = _MARK.search(text, title.span.start, title.span.end + 12)
    if mark is not None:
        found = Status.REPEALED if "废止" in mark["word"] else Status.EXPIRED
        return Stated(found, Span(*mark.span("word")))
    trial = _TRIAL.search(text, title.span.start, title.span.end)
    if trial is None:
        return None
    start = trial.start("word") if trial["word"] else trial.start()
    return Stated(Status.TRIAL, Span(start, start + 2))


@cache
def _status_words() -> dict[str, Status]:
    return {row[0]: Status(row[1]) for row in table("status_words.tsv", 2)}


def _agreed(said: Sequence[tuple[str, Stated[_Value] | None]], title: str) -> Stated[_Value] | None:
    """What all sentences agree on, or those about what the title names; None in a contradiction."""
    present = [(kind, stated) for kind, stated in said if stated is not None]
    named = [(kind, stated) for kind, stated in present if kind and kind in title]
    for chosen in (present, named):
        if len({stated.value for _, stated in chosen}) == 1:
            return chosen[0][1]
    return None


def _months_later(first: date, months: int) -> date:
    """The same day some months on; the last day of the month when there is no such day."""
    year, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + year, month + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def _sayings(text: str, known: KnownDays) -> Iterator[_Said]:
    """What the sentences say that tell when the document is in force, each sentence once."""
    done = 0
    for sign in _SIGN.finditer(text):
        if sign.start() < done:
            continue
        least, most = max(0, sign.start() - _MOST_BEFORE), min(len(text), sign.end() + _MOST_AFTER)
        before = (text.rfind(mark, least, sign.start()) + 1 for mark in _SENTENCE_END)
        start = max(least, *before)
        ends = (text.find(mark, sign.end(), most) for mark in _SENTENCE_END)
        end = min((at for at in ends if at >= 0), default=most)
        done = end
        subject = _subject(text, start, end)
        if subject is not None:
            said = _read(text, subject, end, known)
            if said is not None:
                yield said


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a sentence is about, and where what it says of it begins."""

    kind: str
    end: int


def _subject(text: str, start: int, end: int) -> _Subject | None:
    found = _SUBJECT.search(text, start, end)
    while found is not None and (
        _is_quoted(text, start, found.start()) or _OF_OTHERS.match(text, found.end())
    ):
        found = _SUBJECT.search(text, found.end(), end)
    if found is not None:
        kind = re.search(f"(?:{KINDS})", found.group())
        return _Subject(kind.group() if kind else "", found.end())
    published = _PUBLISHED.search(text, start, end)
    return _Subject("", published.end()) if published is not None else None


def _is_quoted(text: str, start: int, at: int) -> bool:
    """Whether the place lies inside 《…》 or “…”: the words of another text."""
    before = text[start:at]
    return any(before.count(a) > before.count(b) for a, b in ("《》", "“”", "〈〉"))


def _read(text: str, subject: _Subject, end: int, known: KnownDays) -> _Said | None:
    """What the clauses behind the subject say; one about something else says nothing of it."""
    effective: Stated[date] | None = None
    expires: Stated[date] | None = None
    months: Stated[int] | None = None
    at = subject.end
    while at < end:
        clause_end = min([p for mark in "，,、" if (p := text.find(mark, at, end)) >= 0] or [end])
        named = _PERIOD_BEFORE.match(text, at, end)
        begins = _FROM.match(text, named.end() if named else at, end)
        said = begins is not None and (begins["verb"] or begins["to"] or begins["months"])
        if begins is not None and said and not begins["of"]:
            effective = effective or _beginning(begins, known)
            expires = expires or _ending(begins)
            months = months or _counted(begins)
            clause_end = max(clause_end, begins.end())
        else:
            lasts = _TERM.match(text, at, end)
            if lasts is not None and (named or effective):
                expires = expires or _ending(lasts)
                months = months or _lasting(lasts)
        at = clause_end + 1
    if effective is None and expires is None and months is None:
        return None
    return _Said(subject.kind, effective, expires, months)


def _beginning(found: re.Match[str], known: KnownDays) -> Stated[date] | None:
    if found["day"]:
        value = day(found["day"])
        exact = Source.TEXT if found["later"] is None else Source.DERIVED
        span = Span(*found.span("day"))
    else:
        is_public = re.search("公布|发布|颁布|公告", found["event"]) is not None
        value = (known.published_on if is_public else None) or known.issued_on
        exact, span = Source.DERIVED, Span(*found.span())
    if value is None:
        return None
    if found["later"]:
        later = numeral(found["later"])
        value = (
            _months_later(value, later)
            if found["unit"] == "个月"
            else value + timedelta(days=later)
        )
    return Stated(value, span, exact)


def _ending(found: re.Match[str]) -> Stated[date] | None:
    written = found["to"]
    if not written:
        return None
    span = Span(*found.span("to"))
    value = day(written)
    if value is not None:
        return Stated(value, span)
    parts = [int(number) for number in re.findall("[0-9]+", written)]
    month = parts[1] if len(parts) > 1 else 12
    if not written.endswith("底") or not 1 <= month <= 12:
        return None
    last = calendar.monthrange(parts[0], month)[1]
    return Stated(date(parts[0], month, last), span, Source.DERIVED)


def _counted(found: re.Match[str]) -> Stated[int] | None:
    """自发布之日起3个月: how many months, counted from the day before them."""
    if not found["months"]:
        return None
    count = numeral(found["months"].replace("两", "二"))
    return Stated(count, Span(*found.span()), Source.DERIVED) if count else None


def _lasting(found: re.Match[str]) -> Stated[int] | None:
    """How many months a term is."""
    if not found["years"]:
        return None
    count = numeral(found["years"].replace("两", "二"))
    months = count * 12 + (6 if found["half"] else 0) if found["unit"] == "年" else count
    return Stated(months, Span(*found.span()), Source.DERIVED) if months else None
