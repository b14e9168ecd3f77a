"""Dates and deadlines in a clause, and whether they are the end that the question asks for."""

from __future__ import annotations

import re

from app.answer.named import Named
from app.model import Question, Span
from app.text.dates import dates

_ENDS_ASKED = re.compile(
    "到期|截止|截至|有效期|失效|为止|结束|期满|最晚|最迟|之?前(?=$|[?,完提报])|(?:延长|推迟|延期|延|到|至)了?(?:至|到)?"
    "(?:哪|何|什么|几)"
)
_STRETCH_ASKED = re.compile(
    "(?:哪|几|何|什么)[^,。?]{0,6}(?:到|至|起)[^,。?]{0,2}(?:哪|几|何|什么)|起止|哪(?:一)?段(?:时间|日子|时期|时段)"
    "|(?:申报|报名|申请|办理|受理|征集|公示|缴费|开放)(?:时间|日期)(?:段|范围)?(?:是|为)?(?!.*(?:截止|开始))"
)
_STARTS_ASKED = re.compile("开始|起(?!来|止)|施行|实施|生效|启动|上线|开放|开通")
_DATED = re.compile("哪(?:一)?[年天日月]|几[月号日]|日期")

_DAY_ASKED = re.compile("哪(?:一)?(?:几)?天|几号|哪(?:一)?日")
_DAY = re.compile("[日号]")

_TO = re.compile(r"\s*(?:至|到|[-－—–~～]{1,2})\s*")
_BEHIND = re.compile(
    r"(?:\s*[0-9]{1,2}(?:时|[:：][0-9]{2}))?(?:\s*(?:之?日起|起|止|之?前|以前|及以前|底前|底|后))?"
)
_OPEN_END = re.compile(r"\s*(?:之?日起|起|止|后)$")  # said of the date, not part of it
_START_MARK = re.compile("(?:自|从)[^,，。;；]{0,2}$")
_END_MARK = re.compile("(?:至|到|截至|截止|截止到|截止时间为|有效期)[^,，。;；]{0,2}$")
_NUMBERED = re.compile("[〔\\[（(【][^〕\\])）】]{0,6}$")
_TIMELESS = re.compile("[年月日号季旬]")

_DEADLINE = re.compile(
    "(?:(?:自|从|在|于)[^，。；,;：:、]{0,14}?)?(?:之日起|[期届]满|之日|终了)?(?:后|前)?"
    "[0-9一二三四五六七八九十]{1,3}(?:个工作日|个自然日|日|天|个月|年|小时|周)(?:之内|以内|内|之?前|后)"
    "|(?:自|至|到)?[^，。；,;：:、]{2,12}(?:结束|解除|届满|期满|终止)(?:之?后|之?日|之?前)[^，。；,;：:、]{0,6}?(?:内|前|止)"
)
_CLOCK_ASKED = re.compile("几点")
_TIME = "[0-9]{1,2}[:：][0-9]{2}"
_CLOCK = re.compile(f"(?:上午|下午|晚上|早上)?{_TIME}(?:\\s*[-—–~～至到]{{1,2}}\\s*{_TIME})?")
# Parts of a year that stand without the year.
_LOOSE = re.compile(
    "(?:今年|明年|每年|次年|本年)?(?:上半年|下半年|第?[一二三四]季度|年底前|年末前|年内|[春秋]季学期|暑期|寒假)(?:之?前)?"
)
_ROLE = 0.3  # for the end that is asked for, and against the other one
_WHOLE = 0.1  # a stretch of time where its ends are not told apart
_RELATIVE = 0.05


def moments(question: Question, text: str, clause: Span) -> list[Named]:
    """The dates of `clause`, a stretch as one; deadlines (15日内) where it names no date."""
    if _CLOCK_ASKED.search(question.full):
        return [
            Named(Span(match.start(), match.end()), _ROLE)
            for match in _CLOCK.finditer(text, clause.start, clause.end)
        ]
    found = _stretches(text, clause)
    if not found:
        loose = [
            Named(Span(match.start(), match.end()), 0.0)
            for match in _LOOSE.finditer(text, clause.start, clause.end)
        ]
        if loose:
            return loose
    if not found and not _DATED.search(question.full):
        return [
            Named(Span(match.start(), match.end()), _RELATIVE)
            for match in _DEADLINE.finditer(text, clause.start, clause.end)
        ]
    if _DAY_ASKED.search(question.full):
        found = [parts for parts in found if any(_DAY.search(one.of(text)) for one in parts)]
    named: list[Named] = []
    for parts in found:
        named.extend(_named(question, text, clause, parts))
    return named


def _stretches(text: str, clause: Span) -> list[list[Span]]:
    """Mentions of dates, those that 至 joins in one list."""
    groups: list[list[Span]] = []
    for mention in dates(text, clause):
        span = mention.span
        undated = mention.relative and mention.month is None and mention.year is None
        if undated or _is_name(text, span, clause):
            continue
        last = groups[-1] if groups else None
        if last and _TO.fullmatch(text, last[-1].end, span.start):
            last.append(span)
        else:
            groups.append([span])
    return [parts for parts in groups if any(_TIMELESS.search(s.of(text)) for s in parts)]


def _is_name(text: str, span: Span, clause: Span) -> bool:
    """Whether a date is part of a document number or of a title: 〔2021〕33号, 《2020年…》."""
    before = text[clause.start : span.start]
    if before.count("《") > before.count("》"):
        return True
    return _NUMBERED.search(before) is not None and not _TIMELESS.search(span.of(text))


def _named(question: Question, text: str, clause: Span, parts: list[Span]) -> list[Named]:
    first, last = parts[0], parts[-1]
    before = text[clause.start : first.start]
    tail = _BEHIND.match(text, last.end, clause.end)
    behind = tail.group() if tail else ""
    end = last.end + len(_OPEN_END.sub("", behind))
    starts = _START_MARK.search(before) is not None or behind.endswith("起")
    ends = _END_MARK.search(before) is not None or behind.endswith(("止", "前"))
    stretch_asked = _STRETCH_ASKED.search(question.full) is not None
    ends_asked = not stretch_asked and _ENDS_ASKED.search(question.full) is not None
    starts_asked = not ends_asked and _STARTS_ASKED.search(question.full) is not None
    if len(parts) > 1 and ends_asked:
        return [Named(Span(last.start, end), _ROLE)]
    if len(parts) > 1 and starts_asked:
        return [Named(first, _ROLE)]
    if len(parts) > 1:
        return [Named(Span(first.start, end), _ROLE if stretch_asked else _WHOLE)]
    bonus = -_ROLE if stretch_asked else 0.0
    if ends_asked:
        bonus = _ROLE * (ends - starts)
    elif starts_asked:
        bonus = _ROLE * (starts - ends)
    return [Named(Span(first.start, end), bonus)]
