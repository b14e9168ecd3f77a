"""The value of a cell as the sheet shows it: 0.615 under the format 0.0% is 61.5%.

Number formats follow ECMA-376, 18.8.31: sections for positive, negative, zero and text, parted by
semicolons; digits as 0, # and ?; dates as y, m, d, h and s. What a format asks that is not
understood (fractions, conditions) leaves the value as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from types import MappingProxyType

Value = str | bool | int | float | Decimal | datetime | date | time | timedelta

# The formats that Chinese spreadsheet programs write by number alone, without their text.
CHINESE_FORMATS: Mapping[int, str] = MappingProxyType(
    {
        **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
        **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
        30: "m-d-yy",
        31: 'yyyy"年"m"月"d"日"',
        32: 'h"时"mm"分"',
        33: 'h"时"mm"分"ss"秒"',
        **dict.fromkeys((34, 55), '上午/下午h"时"mm"分"'),
        **dict.fromkeys((35, 56), '上午/下午h"时"mm"分"ss"秒"'),
    }
)
# Stands for the short date of the country, whatever its text says.
_LOCAL_DATES = frozenset({"mm-dd-yy", "m/d/yy", "m/d/yyyy", "mm/dd/yyyy"})
_LOCAL_DATE_TIME = "m/d/yy h:mm"

_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[(h+|m+|s+)\]|\[([^\]]*)\]'
    r"|(上午/下午|AM/PM|A/P|General|G/通用格式|[Ee][+-]|y+|m+|d+|a{3,}|h+|s+|.)",
    re.IGNORECASE | re.DOTALL,
)
_WEEKDAYS = "一二三四五六日"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_PLACEHOLDERS = frozenset("0#?.,")
_UNKNOWN = frozenset({"/", "e+", "e-"})  # fractions; powers of ten are written by Python
_AS_STORED = frozenset({"general", "g/通用格式", "@"})
_LONGEST_FORMAT = 255
_DIGITS = 10  # that the general format shows
_DIGITS_FIT = 10**_DIGITS - 1
_MOST_DECIMALS = 30
_PLAIN_BELOW = 10**15
_EXACT = Context(prec=1000)  # the largest number times a hundred for each percent sign


@dataclass(frozen=True, slots=True)
class _Token:
    """A piece of a format: words that are shown as they are, or a code."""

    words: str
    code: bool


def shown(value: Value, form: str) -> str:
    """`value` as a sheet shows it in the number format `form`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if len(form) > _LONGEST_FORMAT:
        form = "General"
    if isinstance(value, datetime | date | time | timedelta):
        return _shown_date(value, form)
    if (
        form == "General" and not isinstance(value, Decimal) and 1 <= abs(value) < _DIGITS_FIT
    ):  # most cells of most sheets
        return f"{value:.{_DIGITS}g}"
    return _shown_number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), form)


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────


def _shown_number(value: Decimal, form: str) -> str:
    if not value.is_finite():
        return str(value)
    sections = _sections(form)
    section, value = _section_for(value, sections)
    words = _filled(value, section)
    return _general(value) if words is None else words


def _section_for(
    value: Decimal, sections: Sequence[tuple[_Token, ...]]
) -> tuple[tuple[_Token, ...], Decimal]:
    """The section of a format for `value`, and the value with the sign that is left to write."""
    if len(sections) > 1 and value < 0:
        return sections[1], -value
    if len(sections) > 2 and value == 0:  # positive; negative; zero
        return sections[2], value
    return sections[0], value


def _filled(value: Decimal, section: tuple[_Token, ...]) -> str | None:
    """A section with the number in its place; None when it holds what is not understood."""
    places = [i for i, token in enumerate(section) if token.code and token.words in _PLACEHOLDERS]
    codes = {token.words.lower() for token in section if token.code}
    if codes & _AS_STORED:
        whole = codes <= _AS_STORED
        written = (_general(value) if one.code else one.words for one in section)
        return "".join(written) if whole else None
    if codes & _UNKNOWN:
        return None
    if not places:
        return "".join(token.words for token in section if not token.code or token.words == "%")
    first, last = places[0], places[-1]
    inside = section[first : last + 1]
    if any(not token.code for token in inside):  # 000-0000: words between the digits
        return None
    percents = sum(token.code and token.words == "%" for token in section)
    pattern = "".join(token.words for token in inside)
    number = _digits(abs(value) * 100**percents, pattern)
    sign = "-" if value < 0 and number.strip("0.,") else ""
    before = "".join(token.words for token in section[:first])
    after = "".join(token.words for token in section[last + 1 :])
    return f"{sign}{before}{number}{after}"


def _digits(value: Decimal, pattern: str) -> str:
    """A number that is not negative, in a pattern such as #,##0.0#."""
    whole, _, fraction = pattern.partition(".")
    value /= 1000 ** (len(pattern) - len(pattern.rstrip(",")))
    most = min(sum(mark in "0#?" for mark in fraction), _MOST_DECIMALS)
    least = min(fraction.rfind("0") + 1, most)
    rounded = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, _EXACT)
    integer, _, decimals = f"{rounded:f}".partition(".")
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if "," in whole.rstrip(","):
        integer = f"{int(integer):,}" if integer else ""
    point = "." if decimals or (fraction == "" and "." in pattern) else ""
    return f"{integer}{point}{decimals}"


def _general(value: Decimal) -> str:
    """A number without a format: up to ten digits, no noise from binary fractions."""
    if value == value.to_integral_value() and abs(value) < _PLAIN_BELOW:
        return f"{value.to_integral_value():f}"
    if abs(value) >= _PLAIN_BELOW or abs(value) < Decimal("0.0001"):
        return f"{float(value):.6g}".upper()
    integer_digits = max(1, value.adjusted() + 1)
    places = max(0, _DIGITS - integer_digits)
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") if places else f"{rounded:f}"


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def _shown_date(value: datetime | date | time | timedelta, form: str) -> str:
    if form in _LOCAL_DATES:
        form = "yyyy/m/d"
    elif form == _LOCAL_DATE_TIME:
        form = "yyyy/m/d h:mm"
    if isinstance(value, timedelta):
        return _shown_span(value)
    section = _sections(form)[0]
    codes = [token.words.lower() for token in section if token.code]
    if not any(code[0] in "ymdhsa" for code in codes):
        form = "yyyy/m/d" if isinstance(value, date) else "h:mm:ss"
        section = _sections(form)[0]
    halves = any(token.code and "/" in token.words and len(token.words) > 1 for token in section)
    moment = _moment(value)
    pieces = []
    for place, token in enumerate(section):
        if token.code:
            minutes = token.words[0] in "mM" and _is_minute(section, place)
            pieces.append(_of_date(moment, token.words, minutes=minutes, halves=halves))
        else:
            pieces.append(token.words)
    return "".join(pieces).strip()


def _moment(value: datetime | date | time) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, time):
        return datetime.combine(date(1900, 1, 1), value)
    return datetime.combine(value, time())


def _shown_span(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _is_minute(section: tuple[_Token, ...], place: int) -> bool:
    """m stands for minutes behind hours and before seconds, else for the month."""
    codes = [(at, token.words[0].lower()) for at, token in enumerate(section) if token.code]
    units = [(at, code) for at, code in codes if code in "ymdhs"]
    before = [code for at, code in units if at < place]
    after = [code for at, code in units if at > place]
    return before[-1:] == ["h"] or after[:1] == ["s"]


def _of_date(moment: datetime, code: str, *, minutes: bool, halves: bool) -> str:
    letter, width = code[0].lower(), len(code)
    if "/" in code and width > 1:
        return ("下午" if moment.hour >= 12 else "上午") if "午" in code else f"{moment:%p}"
    if letter == "y":
        return f"{moment.year % 100:02}" if width <= 2 else str(moment.year)
    if letter == "m" and not minutes:
        return (
            _padded(moment.month, width)
            if width <= 2
            else _MONTHS[3 * moment.month - 3 : 3 * moment.month]
        )
    if letter == "d":
        return _padded(moment.day, width) if width <= 2 else f"星期{_WEEKDAYS[moment.weekday()]}"
    if letter == "a":
        return ("星期" if width > 3 else "") + _WEEKDAYS[moment.weekday()]
    if letter == "h":
        return _padded((moment.hour - 1) % 12 + 1 if halves else moment.hour, width)
    if letter in "ms":
        return _padded(moment.minute if letter == "m" else moment.second, width)
    return code if code != "@" else ""


def _padded(number: int, width: int) -> str:
    return f"{number:02}" if width > 1 else str(number)


# ── formats ─────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1024)
def _sections(form: str) -> tuple[tuple[_Token, ...], ...]:
    """The sections of a format, each as tokens; blanks of a given width and fillings dropped."""
    sections: list[list[_Token]] = [[]]
    for found in _TOKEN.finditer(form):
        quoted, escaped, currency, lasting, _, code = found.groups()
        words = quoted if quoted is not None else escaped if escaped is not None else currency
        if words is not None:
            sections[-1].append(_Token(words, code=False))
        elif lasting is not None:
            sections[-1].append(_Token(lasting, code=True))
        elif code == ";":
            sections.append([])
        elif code is not None:
            is_code = len(code) > 1 or code.lower() in "0#?.,%@/ymdhs"
            sections[-1].append(_Token(code, is_code))
    return tuple(map(tuple, sections))
