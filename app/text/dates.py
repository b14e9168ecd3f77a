"""Points and stretches of time named in a text: 2023年, 5月1日, 今年, “十四五”时期.

In: a text as it is. Out: `DateMention` values with spans of that text. Nothing is inferred from
a clock or from other mentions: parts that are not written stay None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from app.model import DateMention, Span
from app.text.numbers import ARABIC_DIGIT, BLANK, CHINESE_DIGIT, number_value
from app.text.units import unit_at

_D = ARABIC_DIGIT
_S = f"{BLANK}?+"
_FOUR = f"(?:[1１][9９]{_D}{{2}}|[2２][0０]{_D}{{2}}|(?:一九|二[〇零○]){CHINESE_DIGIT}{{2}})"
_YEAR_RANGE_FOUR = f"(?:{_FOUR})(?!{_D})"
_SMALL = f"(?:{_D}{{1,2}}+|[一二三]?十[一二三四五六七八九]?+|[一二三四五六七八九])"
_TO = f"{_S}(?:[-－—–−~～]{{1,2}}+|至|到){_S}"
_PART = (
    "上半年|下半年|(?:前|第)?[一二三四1-4１-４]个?季度|年?[初底末]|[上中下]旬|春季|秋季|[年月]末"
)
_TAIL = f"(?>(?P<tail>{_PART})?)"

# What a number can be the beginning of, in the order in which the readings are tried.
_YEARS = re.compile(
    f"(?P<first>{_YEAR_RANGE_FOUR})(?>(?:{_S}年度?+)?){_TO}(?P<second>{_YEAR_RANGE_FOUR})"
    f"(?:{_S}(?:年度|学年度?+|年(?!{_S}{_SMALL}{_S}月))|(?=[)）\\]〕】]))"
)
_NUMERIC = re.compile(
    f"(?P<year>{_FOUR})(?P<mark>[-/.．／－])(?P<month>{_D}{{1,2}}+)(?P=mark)(?P<day>{_D}{{1,2}}+)"
    f"(?![.．]?{_D})"
)
_NUMERIC_MONTH = re.compile(
    f"(?P<year>{_FOUR})[-/／－](?P<month>[0０][1-9１-９]|[1１][0-2０-２])(?![-/.．／－年月]?{_D}|年)"
)
_WRITTEN = re.compile(
    f"(?P<year>{_FOUR}|{_D}{{2}})(?!{_D}){_S}(?:学年度?+|年度|年)"
    f"(?>(?:{_S}(?P<month>{_SMALL}){_S}月份?+(?>(?:{_S}(?P<day>{_SMALL}){_S}[日号])?))?){_TAIL}"
)
_MONTH = re.compile(
    f"(?P<month>{_SMALL}){_S}月份?+(?>(?:{_S}(?P<day>{_SMALL}){_S}[日号](?!线))?){_TAIL}"
)
_MONTHS = re.compile(
    f"(?P<first>{_SMALL})(?>(?:{_S}月份?+)?){_TO}(?P<second>{_SMALL}){_S}月份?+(?!{_S}{_D})"
)
_DAYS = re.compile(f"(?P<first>{_SMALL})(?>(?:{_S}日)?){_TO}(?P<second>{_SMALL}){_S}日")
_DAY = re.compile(f"(?P<day>{_D}{{1,2}}+){_S}日")
_QUARTER = re.compile("(?:[一二三四1-4１-４])季度")
_BARE_YEAR = re.compile(f"(?P<year>[2２][0０][12１２]{_D})(?!{_D}|[.．,，]{_D})")
_DECADE = re.compile(f"{_D}{{2,4}}+{_S}(?:年代|世纪)|[一二三四五六七八九十]++(?:年代|世纪)")

# One of these begins every reading: a cheap way to say no.
_DATE_SIGN = re.compile(
    f"(?:{_D}{{1,4}}+|[零〇○一二三四五六七八九十]{{1,4}}+)"
    f"(?:{_S}[年月日至到季学世\\-－—–−~～/.．／]|(?<=[2２][0０][12１２][0-9０-９]))"
)

_PLAN = re.compile(
    '[“"]?(?P<plan>十[一二三四五六七]?五|[六七八九]五)(?P<close>[”"])?(?P<time>时期|期间|末|初)?'
)
_RELATIVE = re.compile(
    "(?P<word>(?:上年|去年|上年度)同期|今年以来|本年度|上一?年度|下一?年度|今年|去年|前年|明年|后年|本年|上年"
    "|次年|翌年|当年|同年|历年|近年来?|近几年|今后|目前|当前|现阶段|近期|近日|日前|同期|年内"
    "|(?:本月|上月|下月|当月|当日|次日|次月)|昨[天日]|今[天日]|明[天日]|昨晚"
    f"|(?:前|第)[一二三四1-4１-４]个?季度|上半年|下半年|年[底初末]|月[底初末])"
    f"(?>(?:(?<=年){_S}(?P<month>{_SMALL}){_S}月份?+(?>(?:{_S}(?P<day>{_SMALL}){_S}[日号])?))?)"
    f"(?>(?:(?<=年){_TAIL})?)"
)
_RELATIVE_STARTS = "今去前明后本上下次翌当同历近目现日昨年月第"
_BEGINNING = re.compile(f'[0-9０-９一二三四五六七八九十{_RELATIVE_STARTS}“"]')

# The characters before a word for a time that make it the end of one word and the head of another.
_CUT_WORDS = {
    "年": "0123456789０１２３４５６７８９一二两三四五六七八九十几多半学周去今明前本上每整",
    "月": "0123456789０１２３４５６７８９个半",
    "上": "以",
    "下": "以",
    "后": "以今",
    "前": "以之年",
    "明": "说证表声",
    "本": "基根",
    "同": "不相共",
    "当": "相应",
    "次": "0123456789０１２３４５６７８９一二两三四五六七八九十",
    "近": "附最临",
}
_RUN = re.compile(f"{_D}++")
_LATIN = re.compile("[A-Za-z]")
_PAIRED_YEAR = re.compile("[2２][0０][12１２][0-9０-９]年?[到至和与跟及比、 ]$")  # 2021到2022
_PAIR = 6
_COUNTING = frozenset("万亿千百十余多几+＋-－—/／:：×%％号级届版款")

# 23年: a point of time or a stretch? These words stand beside a stretch.
_STRETCH_LEFT = re.compile(
    "(?:[约近满达超为期历经过前后每第逾的了教作务龄续计校立限少多低长短间办隔老]|以上|连续)$"
)
_STRETCH_RIGHT = re.compile("[来内间后多余期制龄级左以之里如老]|前(?!后)|连续|时间|以上")
_POINT_LEFT = re.compile('(?:^|[自从于在至到截，。；：、！？,.;:!?（(“"\\s《])$')
_POINT_RIGHT = re.compile(f"[底初末度的]|{_S}{_D}{{1,2}}{_S}月")
_DAY_STRETCH_LEFT = re.compile(
    "(?:不超过|不得超过|不少于|不低于|不多于|至少|最多|最长|为期|满|超过|提前|连续|共|约|近|逾|达|每|每隔|累计)$"
)
_DAY_STRETCH_RIGHT = re.compile(
    f"{_S}(?:[（(]含[^）)]{{0,4}}[）)])?(?:以?内|之内|以[上下]|左右|为限|期限|的)"
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """The dates that one expression names (a range names two), and where the expression ends."""

    mentions: tuple[DateMention, ...]
    end: int


def dates(text: str, span: Span | None = None) -> list[DateMention]:
    """All times named in `text` (or in `span` of it), in reading order.

    A range (2021—2023年) gives two mentions. Two digits with 年 are a year only where the words
    beside them do not make them a stretch of time (23年来).
    """
    end = len(text) if span is None else min(span.end, len(text))
    position = 0 if span is None else span.start
    found: list[DateMention] = []
    while beginning := _BEGINNING.search(text, position, end):
        reading = _reading_at(text, beginning.start(), end)
        if reading is None:
            position = _past(text, beginning.start(), end)
            continue
        found.extend(reading.mentions)
        position = reading.end
    return found


def date_at(text: str, start: int, end: int) -> DateReading | None:
    """The date that begins with the numeral at `start` and ends by `end`, or None."""
    if not _DATE_SIGN.match(text, start, end) or text[max(0, start - 1) : start].isdigit():
        return None
    for pattern, read in _READINGS:
        found = pattern.match(text, start, end)
        if found is not None:
            reading = read(text, found)
            if reading is not None:
                return reading
    return None


def _reading_at(text: str, start: int, end: int) -> DateReading | None:
    if text[start] in '“"' or text[start] in "十六七八九":
        plan = _PLAN.match(text, start, end)
        if plan is not None and _is_plan(text, plan):
            return _plan(plan)
    if text[start] in _RELATIVE_STARTS:
        relative = _RELATIVE.match(text, start, end)
        return None if relative is None or _is_part_of_a_word(text, relative) else _one(relative)
    return date_at(text, start, end)


def _past(text: str, start: int, end: int) -> int:
    """Where to go on after a beginning that began nothing: behind its run of digits."""
    run = _RUN.match(text, start, end)
    return run.end() if run else start + 1


# ── readings of a numeral ───────────────────────────────────────────────────────────────────────


def _two_years(text: str, found: re.Match[str]) -> DateReading | None:
    mentions = tuple(
        DateMention(_integer(found[name]), None, None, "", Span(*found.span(name)))
        for name in ("first", "second")
    )
    first, second = mentions
    whole = Span(second.span.start, found.end())
    return DateReading((first, DateMention(second.year, None, None, "", whole)), found.end())


def _whole_date(text: str, found: re.Match[str]) -> DateReading | None:
    return _one(found) if _is_calendar_day(found) else None


def _written_date(text: str, found: re.Match[str]) -> DateReading | None:
    digits = found["year"]
    if len(digits) == 2 and not _is_short_year(text, found):
        return None
    if not _is_calendar_day(found):
        stop = text.index("年", found.end("year")) + 1
        mention = DateMention(_year(digits), None, None, "", Span(found.start(), stop))
        return DateReading((mention,), stop)
    return _one(found)


def _month_date(text: str, found: re.Match[str]) -> DateReading | None:
    return _one(found) if _is_calendar_day(found) else None


def _two_months(text: str, found: re.Match[str]) -> DateReading | None:
    values = (_integer(found["first"]), _integer(found["second"]))
    if not all(value is not None and 1 <= value <= 12 for value in values):
        return None
    second = Span(found.start("second"), found.end())
    return DateReading(
        (
            DateMention(None, values[0], None, "", Span(*found.span("first"))),
            DateMention(None, values[1], None, "", second),
        ),
        found.end(),
    )


def _two_days(text: str, found: re.Match[str]) -> DateReading | None:
    values = (_integer(found["first"]), _integer(found["second"]))
    if not all(value is not None and 1 <= value <= 31 for value in values):
        return None
    if _is_stretch_of_days(text, found):
        return None
    second = Span(found.start("second"), found.end())
    return DateReading(
        (
            DateMention(None, None, values[0], "", Span(*found.span("first"))),
            DateMention(None, None, values[1], "", second),
        ),
        found.end(),
    )


def _day_date(text: str, found: re.Match[str]) -> DateReading | None:
    if _is_stretch_of_days(text, found) or not _is_calendar_day(found):
        return None
    return _one(found)


def _quarter(text: str, found: re.Match[str]) -> DateReading | None:
    return DateReading((_mention(found, found.group()),), found.end())


def _bare_year(text: str, found: re.Match[str]) -> DateReading | None:
    """2023 without 年 is a year between marks or before a noun, not before a classifier."""
    before = text[max(0, found.start() - 1) : found.start()]
    after = text[found.end() : found.end() + 1]
    if _PAIRED_YEAR.search(text[max(0, found.start() - _PAIR) : found.start()]):
        return _one(found)
    if _LATIN.match(before) or _LATIN.match(after) or after in _COUNTING or before == "第":
        return None
    behind = found.end() + (after.isspace() and after != "\n")
    if any(unit_at(text, at, len(text), arabic=True) for at in {found.end(), behind}):
        return None
    return _one(found) if after.isalpha() or not before.isalpha() else None


def _decade(text: str, found: re.Match[str]) -> DateReading | None:
    return DateReading((), found.end())


_READINGS = (
    (_YEARS, _two_years),
    (_NUMERIC, _whole_date),
    (_NUMERIC_MONTH, _whole_date),
    (_DECADE, _decade),
    (_WRITTEN, _written_date),
    (_MONTHS, _two_months),
    (_MONTH, _month_date),
    (_DAYS, _two_days),
    (_DAY, _day_date),
    (_QUARTER, _quarter),
    (_BARE_YEAR, _bare_year),
)


# ── conditions ──────────────────────────────────────────────────────────────────────────────────


def _is_short_year(text: str, found: re.Match[str]) -> bool:
    """Whether 23年 means 2023: years from 2010 on; tens and fives need a word that says so."""
    value = _integer(found["year"])
    if value is None or not 10 <= value <= 39:
        return False
    left = text[max(0, found.start() - 2) : found.start()]
    after = found.end("year") + 1
    if found["month"] or found["tail"] or _POINT_RIGHT.match(text, after):
        return not _STRETCH_LEFT.search(left) or bool(found["month"])
    if _STRETCH_LEFT.search(left) or _STRETCH_RIGHT.match(text, after):
        return False
    return value % 5 != 0 or bool(_POINT_LEFT.search(left))


def _is_calendar_day(found: re.Match[str]) -> bool:
    groups = found.groupdict()
    month, day = _integer(groups.get("month")), _integer(groups.get("day"))
    return (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31)


def _is_stretch_of_days(text: str, found: re.Match[str]) -> bool:
    left = text[max(0, found.start() - 4) : found.start()]
    return bool(_DAY_STRETCH_LEFT.search(left) or _DAY_STRETCH_RIGHT.match(text, found.end()))


def _is_plan(text: str, plan: re.Match[str]) -> bool:
    """十四五 always names a plan period; 十五 and 八五 only in quotes or with 时期."""
    opened = plan.group()[0] in '“"'
    if opened and not plan["close"]:
        return False
    certain = len(plan["plan"]) == 3 and text[plan.end() : plan.end() + 1] not in set("个名项")
    return opened or bool(plan["time"]) or certain


def _is_part_of_a_word(text: str, found: re.Match[str]) -> bool:
    """Whether the word for a time is cut out of other words: 以上|年龄, 说明|年度, 3年|内."""
    before = text[max(0, found.start() - 1) : found.start()]
    return bool(before) and before in _CUT_WORDS.get(found["word"][0], "")


# ── building ────────────────────────────────────────────────────────────────────────────────────


def _one(found: re.Match[str]) -> DateReading:
    groups = found.groupdict()
    relative = (groups.get("word") or "") + _tail(groups.get("tail") or "", groups.get("month"))
    return DateReading((_mention(found, relative),), found.end())


def _tail(tail: str, month: str | None) -> str:
    """底 of 2023年底 is 年底, that of 5月底 is 月底."""
    return ("月" if month else "年") + tail if tail in ("底", "初", "末") else tail


def _mention(found: re.Match[str], relative: str) -> DateMention:
    groups = found.groupdict()
    year = _year(groups.get("year"))
    month, day = _integer(groups.get("month")), _integer(groups.get("day"))
    return DateMention(year, month, day, relative, Span(*found.span()))


def _plan(plan: re.Match[str]) -> DateReading:
    mention = DateMention(None, None, None, plan["plan"], Span(*plan.span()))
    return DateReading((mention,), plan.end())


def _year(written: str | None) -> int | None:
    year = _integer(written)
    return year + 2000 if year is not None and year < 100 else year


def _integer(written: str | None) -> int | None:
    value: Decimal | None = number_value(written) if written else None
    return None if value is None else int(value)
