"""Numbers as people say them, written with digits: 8万6500, 3万五, 二十五万, 三本.

Only for what an asker states of his own case; the text of a document is never rewritten.
"""

from __future__ import annotations

import re

from app.text.numbers import number_value

_HAN = "一二两三四五六七八九"
# 8万6500 is 86500; 1万2 and 3万五 are 12000 and 35000.
_BROKEN = re.compile(f"([0-9]+)([万亿])([0-9]{{1,4}}|[{_HAN}])(?![0-9.万亿千百十%{_HAN}])")
_SCALES = {"万": 10_000, "亿": 100_000_000}
_DIGITS = {character: place for place, character in enumerate("零一二三四五六七八九")} | {"两": 2}
_FULL = 4  # digits behind 万 that stand for themselves
_NUMERAL = re.compile(
    f"(?<![第百千万亿分之{_HAN}])(?:[{_HAN}][百千万亿十](?:[百千万亿零十{_HAN}])*|十[{_HAN}]?万?)"
    f"(?![{_HAN}]|分之)"
)
_SINGLE = re.compile(
    "(?<![第一二两三四五六七八九十百千万每各统唯专])([二两三四五六七八九])"
    "(?=[本套张件份间头只台辆栋幢趟回次遍处条根棵平户口名位个人亩吨年])"
)


def with_digits(text: str) -> str:
    """A folded `text` with its spoken numbers in digits.

    >>> with_digits("自付8万6500,三本证,二十五万")
    '自付86500,3本证,250000'
    """
    text = _BROKEN.sub(_joined, text)
    text = _NUMERAL.sub(_written, text)
    return _SINGLE.sub(lambda found: str(_DIGITS[found.group(1)]), text)


def _joined(found: re.Match[str]) -> str:
    scale, rest = _SCALES[found.group(2)], found.group(3)
    step = _DIGITS.get(rest) if not rest.isdecimal() else int(rest)
    assert step is not None
    if len(rest) == 1:
        step *= scale // 10
    elif scale != _SCALES["万"] or len(rest) > _FULL:
        return found.group()
    return str(int(found.group(1)) * scale + step)


def _written(found: re.Match[str]) -> str:
    value = number_value(found.group())
    if value is None or value != value.to_integral_value():
        return found.group()
    return str(int(value))
