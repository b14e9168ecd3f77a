"""Numbers in a text: Arabic, Chinese and mixed, in half and full width.

In: a text as it is, never rewritten. Out: exact decimals, and where they stand in that text.
Words that merely hold a numeral (一般, 统一, 十分) come from `not_numbers.txt` of the lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache

from app.lexicon.loader import words
from app.model import Span
from app.text.numerals import DIGITS, INEXACT, ONE, numeral_value, plain, trailing_scale

LONGEST_NUMBER = 24  # characters; longer runs are codes, and exact decimals end at 28 digits

_SHARES = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000)}

_A_HALF = Decimal("0.5")
_PARTS_OF = {"%": Decimal(100), "％": Decimal(100), "﹪": Decimal(100), "‰": Decimal(1000)}
_SIGNS = tuple("+-＋－−")

# Regular expressions that the other readers of this room share.
ARABIC_DIGIT = "[0-9０-９]"
CHINESE_DIGIT = "[零〇○一二三四五六七八九]"
BLANK = "[ \u3000\xa0]"

_KILO_UNITS = "[克米瓦伏赫帕卡焦兆]"  # 5千克 is five kilograms, not five thousand grams
_ARABIC = (
    f"(?:{ARABIC_DIGIT}{{1,3}}(?>(?:[,，]{ARABIC_DIGIT}{{3}})+)(?!{ARABIC_DIGIT})|{ARABIC_DIGIT}++)"
    f"(?>(?:[.．]{ARABIC_DIGIT}++)?)"
)
_SCALE = f"(?:[十万亿萬億]|百(?!分[之点])|千(?!{_KILO_UNITS}))"
_MIXED = (
    f"{_ARABIC}(?>(?:{BLANK}?+[余馀多几]?+(?>{_SCALE}+)"
    f"(?>(?:(?:{ARABIC_DIGIT}++(?>(?:[.．]{ARABIC_DIGIT}++)?)|[一二两三四五六七八九])(?>{_SCALE}+))*))?)"
)
_CHINESE = (
    f"(?>(?:[零〇○一二两兩三四五六七八九]|{_SCALE})+)(?>(?:[点點]{CHINESE_DIGIT}++(?![十百千]))?)"
    "(?>(?:[余馀多几]?+[万亿萬億]++)?)"
)
_FORMAL = "(?:[壹贰叁肆柒捌玖]|[伍陆](?=[拾佰仟]))[零壹贰叁肆伍陆柒捌玖拾佰仟萬万億亿]++"

_NUMERAL = re.compile("[0-9０-９〇○一二两兩三四五六七八九十百千万萬亿億半壹贰叁肆伍陆柒捌玖]")
_TOKEN = re.compile(f"(?P<arabic>{_MIXED})|(?P<chinese>{_CHINESE}|{_FORMAL})")
_LONGEST_SHARE = 6  # characters before 分之
_FRACTION = re.compile(
    f"(?P<share>[百千万]|[二两三四五六七八九十百千万]{{1,{_LONGEST_SHARE}}}?|{ARABIC_DIGIT}{{1,4}})分之"
    f"(?P<part>{_ARABIC}|{_CHINESE})"
)
_SLASH = re.compile(f"(?P<part>{ARABIC_DIGIT}{{1,2}})[/／](?P<share>{ARABIC_DIGIT}{{1,3}})")
_SLASH_LEFT = re.compile("[占约近超达为足过的比]$")
_SLASH_RIGHT = re.compile("的|以上|以下|左右|强|弱")
_TENTHS = re.compile(f"(?P<number>{_ARABIC}|[一二两三四五六七八九])成(?P<half>半)?")
_ONE_BY_ONE = re.compile("(?<!第)一[一-鿿]一[一-鿿]")  # 一县一策, 一人一档: a pattern of speech
_ONE_HALF = re.compile("一半(?![天年月日小个])")
_HALF = re.compile("半(?=个?(?:年(?!度|报)|月|小时|天|日|学期|工作日))")


class Form(Enum):
    """How a number is written."""

    ARABIC = "arabic"  # 1,855 and 2.2万
    CHINESE = "chinese"  # 三百二十一
    DIGITS = "digits"  # 一九九八: one digit after the other
    PERCENT = "percent"  # 百分之三十; the value is 0.3
    FRACTION = "fraction"  # 三分之一, 千分之二


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text.

    `scale` is the magnitude (万, 亿) at its end, already multiplied into `value`; a range such as
    5到10万 lends it to its lower number. `about` says that 余, 多 or 几 stands inside.
    """

    value: Decimal
    span: Span
    form: Form
    scale: Decimal
    about: bool


def number_value(text: str) -> Decimal | None:
    """The value of `text` when the whole of it is one number, else None.

    Percentages, fractions and 成 are parts of one: ３０％ and 三成 are 0.3. A fraction without
    an end (三分之一) is rounded to 28 digits.
    """
    written = text.strip()
    if not written or len(written) > LONGEST_NUMBER:
        return None
    if written[0] in _SIGNS:
        value = None if written[1:2] in _SIGNS else number_value(written[1:])
        return -value if value is not None and plain(written[0]) == "-" else value
    if written[-1] in _PARTS_OF:
        whole = _token_value(written[:-1])
        return None if whole is None else whole / _PARTS_OF[written[-1]]
    value = _token_value(written)
    return _part_value(written) if value is None else value


def numbers(text: str, span: Span | None = None) -> list[Number]:
    """All numbers in `text` (or in `span` of it), in reading order, without units."""
    end = len(text) if span is None else min(span.end, len(text))
    position = 0 if span is None else span.start
    return list(_numbers(text, position, end))


def next_number(text: str, start: int, end: int) -> Number | None:
    """The first number that begins at or after `start` and ends by `end`; words are passed over."""
    position = start
    while numeral := _NUMERAL.search(text, position, end):
        place = numeral.start()
        if fraction := _fraction_at(text, place, end):
            return fraction
        hidden = _hidden_until(text, place, start)
        if hidden:
            position = hidden
            continue
        found = _whole_number_at(text, place, end)
        if found is not None:
            return found
        token = _TOKEN.match(text, place, end)
        position = token.end() if token else place + 1
    return None


def number_at(text: str, start: int, end: int) -> Number | None:
    """The number that begins exactly at `start` and ends by `end`, or None."""
    return _fraction_at(text, start, end) or _whole_number_at(text, start, end)


def _whole_number_at(text: str, start: int, end: int) -> Number | None:
    """The number at `start` that is no fraction."""
    if text[start : start + 1] == "半" and _HALF.match(text, start, end):
        return Number(_A_HALF, Span(start, start + 1), Form.CHINESE, ONE, False)
    token = _TOKEN.match(text, start, end)
    if token is None:
        return None
    written = token.group()
    if written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER:
        return Number(Decimal(written), Span(start, token.end()), Form.ARABIC, ONE, False)
    if written in DIGITS:
        return Number(DIGITS[written], Span(start, start + 1), Form.CHINESE, ONE, False)
    numeral = plain(written)
    value = numeral_value(numeral) if len(written) <= LONGEST_NUMBER else None
    if value is None:
        return None
    about = any(character in numeral for character in INEXACT)
    span = Span(start, token.end())
    return Number(value, span, _form(token, numeral), trailing_scale(numeral), about)


def _numbers(text: str, position: int, end: int) -> Iterator[Number]:
    while found := next_number(text, position, end):
        yield found
        position = found.span.end


def _token_value(written: str) -> Decimal | None:
    numeral = written.rstrip(INEXACT)
    return numeral_value(plain(numeral)) if _TOKEN.fullmatch(numeral) else None


def _form(token: re.Match[str], numeral: str) -> Form:
    if token["arabic"] is not None:
        return Form.ARABIC
    digits_only = len(numeral) > 1 and all(character in DIGITS for character in numeral)
    return Form.DIGITS if digits_only else Form.CHINESE


# ── fractions ───────────────────────────────────────────────────────────────────────────────────


def _fraction_at(text: str, start: int, end: int) -> Number | None:
    if text.startswith("一", start) and _ONE_HALF.match(text, start, end):
        return Number(_A_HALF, Span(start, start + 2), Form.FRACTION, ONE, False)
    found = None
    if text.find("分之", start, start + _LONGEST_SHARE + 2) >= 0:
        found = _FRACTION.match(text, start, end)
    if found is None:
        found = _SLASH.match(text, start, end)
        if found is None or not _reads_as_fraction(text, found):
            return None
    value = _fraction(found) if len(found.group()) <= LONGEST_NUMBER else None
    if value is None:
        return None
    form = Form.PERCENT if found["share"] == "百" else Form.FRACTION
    return Number(value, Span(*found.span()), form, ONE, False)


def _reads_as_fraction(text: str, found: re.Match[str]) -> bool:
    """Whether 1/3 is a third and not a day or a part number: a word beside it must say so."""
    part, share = number_value(found["part"]), number_value(found["share"])
    if part is None or share is None or not 0 < part < share:
        return False
    if text[found.end() : found.end() + 1] in ("/", "／"):
        return False
    left = text[max(0, found.start() - 1) : found.start()]
    beside = _SLASH_LEFT.search(left) or _SLASH_RIGHT.match(text, found.end())
    return beside is not None and not left.isdigit()


def _fraction(found: re.Match[str]) -> Decimal | None:
    share = _SHARES.get(found["share"]) or numeral_value(plain(found["share"]))
    part = numeral_value(plain(found["part"]))
    return None if not share or part is None else part / share


def _part_value(written: str) -> Decimal | None:
    """The value of a text that is a fraction, tenths, or a half."""
    if written in ("半", "一半"):
        return _A_HALF
    if found := _FRACTION.fullmatch(written) or _SLASH.fullmatch(written):
        return _fraction(found)
    if found := _TENTHS.fullmatch(written):
        value = numeral_value(plain(found["number"]))
        half = Decimal("0.5") if found["half"] else Decimal(0)
        return None if value is None else (value + half) / 10
    return None


# ── words that hold a numeral ───────────────────────────────────────────────────────────────────


@cache
def _words_by_pair() -> dict[str, tuple[tuple[int, str], ...]]:
    """Words that are not numbers, longest first, under the pair of characters at each numeral.

    The entry holds where in the word the numeral stands. The pair is the numeral and the
    character after it, or, at the end of the word, before it.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for word in words("not_numbers.txt"):
        for numeral in _NUMERAL.finditer(word):
            at = numeral.start()
            pair = word[at : at + 2] if at + 1 < len(word) else word[at - 1 : at + 1]
            found.setdefault(pair, []).append((at, word))
    return {
        pair: tuple(sorted(entries, key=lambda entry: (-len(entry[1]), entry)))
        for pair, entries in found.items()
    }


def _hidden_until(text: str, place: int, floor: int) -> int | None:
    """The end of the longest word that hides the numeral at `place`; None when none does."""
    index = _words_by_pair()
    longest = 0
    end: int | None = None
    for pair in (text[place : place + 2], text[max(0, place - 1) : place + 1]):
        for at, word in index.get(pair, ()):
            start = place - at
            if len(word) <= longest or start < floor or not text.startswith(word, start):
                continue
            if text[max(0, start - 1) : start] == "第":
                continue  # 第一批 is a place in an order, though 一批 counts nothing
            longest, end = len(word), start + len(word)
    if end is None and text[place] == "一" and _ONE_BY_ONE.match(text, place):
        return place + 4
    return end
