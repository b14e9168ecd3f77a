"""Numbers as lists print them: 一, 十二, 壹, ①, iv, C.

The names of the forms are those of WordprocessingML (ECMA-376, ST_NumberFormat); the lists of web
pages use some of them too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_SCALES = ("", "十", "百", "千")
_LEGAL_SCALES = ("", "拾", "佰", "仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MOST = 9999  # of the forms that are built from digits and scales
_LETTERS = 26


def counted(value: int, form: str) -> str:
    """`value` in the form of this name; plain digits where it has none for the value."""
    written = _FORMS.get(form, str)(value) if value > 0 else ""
    return written or str(value)


def _grouped(digits: str, scales: tuple[str, ...]) -> Callable[[int], str]:
    """一百零二: each digit with its scale; 十 stands without 一 at the beginning."""

    def write(value: int) -> str:
        if value > _MOST:
            return ""
        written = ""
        figures = str(value)
        for place, figure in enumerate(figures):
            scale = scales[len(figures) - place - 1]
            if figure != "0":
                written += digits[int(figure)] + scale
            elif written and not written.endswith("零") and figures[place:].strip("0"):
                written += "零"
        one_ten = digits[1] + scales[1]
        leading = written.startswith(one_ten) and scales is _SCALES
        return written.removeprefix(digits[1]) if leading else written

    return write


def _one_by_one(value: int) -> str:
    return "".join(_DIGITS[int(figure)] for figure in str(value))


def _one_of(characters: str) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if value <= len(characters) else ""


def _series(first: str, last: str) -> str:
    return "".join(map(chr, range(ord(first), ord(last) + 1)))


def _letters(value: int) -> str:
    """a … z, aa, bb …: the letter again for each round, as word processors count."""
    again, letter = divmod(value - 1, _LETTERS)
    return chr(ord("a") + letter) * (again + 1) if value <= _MOST else ""


def _roman(value: int) -> str:
    if value > _MOST:
        return ""
    written = ""
    for worth, letters in _ROMAN:
        times, value = divmod(value, worth)
        written += letters * times
    return written


def _upper(write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda value: write(value).upper()


_HAN = _grouped(_DIGITS, _SCALES)
_CIRCLED = _one_of(_series("①", "⑳") + _series("㉑", "㉟") + _series("㊱", "㊿"))

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_FORMS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "chineseCounting": _HAN,
        "chineseCountingThousand": _HAN,
        "taiwaneseCounting": _HAN,
        "taiwaneseCountingThousand": _HAN,
        "japaneseCounting": _HAN,
        "koreanCounting": _HAN,
        "ideographDigital": _one_by_one,
        "japaneseDigitalTenThousand": _one_by_one,
        "taiwaneseDigital": _one_by_one,
        "koreanDigital2": _one_by_one,
        "chineseLegalSimplified": _grouped(_LEGAL, _LEGAL_SCALES),
        "ideographTraditional": _one_of(_STEMS),
        "ideographZodiac": _one_of(_BRANCHES),
        "ideographEnclosedCircle": _one_of(_series("㊀", "㊉")),
        "decimalEnclosedCircle": _CIRCLED,
        "decimalEnclosedCircleChinese": _CIRCLED,
        "decimalEnclosedParen": _one_of(_series("⑴", "⒇")),
        "decimalEnclosedFullstop": _one_of(_series("⒈", "⒛")),
        "decimalFullWidth": lambda value: str(value).translate(_WIDE),
        "decimalFullWidth2": lambda value: str(value).translate(_WIDE),
        "decimalZero": lambda value: f"{value:02}",
        "numberInDash": lambda value: f"- {value} -",
        "lowerLetter": _letters,
        "upperLetter": _upper(_letters),
        "lowerRoman": _roman,
        "upperRoman": _upper(_roman),
    }
)


_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def raised(words: str) -> str:
    """Digits that stand raised, as characters that are: 10 with a raised 4 is 10⁴, not 104."""
    return words.translate(_RAISED) if words.strip("+-").isdecimal() and words.isascii() else words
