"""The value of one written numeral: 1855, 三百二十一, 2.2万, 1亿2千万, 二十三点五.

In: a numeral and nothing else, made plain by `plain`. Out: an exact decimal, or None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

ONE = Decimal(1)
DIGITS = {character: Decimal(i) for i, character in enumerate("零一二三四五六七八九")}
DIGITS |= {"〇": Decimal(0), "○": Decimal(0), "两": Decimal(2), "兩": Decimal(2)}
INEXACT = "余馀多几"  # 30余, 三十多, 十几

_SMALL = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000)}
_LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_PLAIN = str.maketrans(
    "０１２３４５６７８９．％﹪－−＋／萬億點壹贰叁肆伍陆柒捌玖拾佰仟",
    "0123456789.%%--+/万亿点一二三四五六七八九十百千",
    ",， \u3000\xa0",
)
_HAN_NUMBERS = 1000
_INNER_INEXACT = re.compile(f"[{INEXACT}](?=[十百千万亿])")
_DECIMALS = re.compile("[零〇○一二三四五六七八九]+")
_PIECE = re.compile("[0-9]+(?:[.][0-9]+)?|.")


def plain(written: str) -> str:
    """`written` in half width and simple numerals, without separators and blanks."""
    return written.translate(_PLAIN)


def trailing_scale(written: str) -> Decimal:
    """The product of 万 and 亿 at the end of a plain numeral; 1 when there are none."""
    scale = ONE
    for character in reversed(written):
        if character not in _LARGE:
            break
        scale *= _LARGE[character]
    return scale


def numeral_value(numeral: str) -> Decimal | None:
    """The value of a plain numeral; None when it is none, or its parts are in no order (十十).

    余, 多 and 几 inside it are passed over: the value is what they add to.
    """
    if not numeral:
        return None
    if numeral.isascii() and numeral.replace(".", "", 1).isdecimal() and numeral[-1] != ".":
        return Decimal(numeral)
    written = _INNER_INEXACT.sub("", numeral.rstrip(INEXACT))
    if not written:
        return None
    if all(character in DIGITS for character in written):
        return Decimal("".join(str(DIGITS[character]) for character in written))
    whole, point, rest = written.partition("点")
    if not point:
        return _compose(written)
    digits = _DECIMALS.match(rest)
    base = _compose(whole)
    if digits is None or base is None:
        return None
    decimals = "".join(str(DIGITS[character]) for character in digits.group())
    scales = rest[digits.end() :]
    if any(character not in _LARGE for character in scales):
        return None
    return (base + Decimal(f"0.{decimals}")) * trailing_scale(scales)


@dataclass(slots=True)
class _Tally:
    """The state of `_compose`: groups of 亿 and 万, the open group, the digit not yet placed."""

    high: Decimal | None = None
    middle: Decimal | None = None
    group: Decimal = Decimal(0)
    smallest: Decimal = Decimal(10_000)
    digit: Decimal | None = None

    def place(self, multiplier: Decimal) -> bool:
        """Put the digit before 十, 百 or 千; False when the order is wrong."""
        if multiplier >= self.smallest and self.group:
            return False
        if self.digit is None and self.group and multiplier != 10:
            return False
        self.group += (Decimal(1) if self.digit is None else self.digit) * multiplier
        self.smallest, self.digit = multiplier, None
        return True

    def close(self, scale: Decimal) -> bool:
        """End a group with 万 or 亿; False when the order is wrong."""
        group = self.group + (self.digit or 0)
        if scale == _LARGE["亿"]:
            if self.high is not None:
                return False
            self.high = ((self.middle or 0) + group or Decimal(1)) * scale
            self.middle = None
        elif self.middle is not None:
            return False
        else:
            self.middle = (group or Decimal(1)) * scale
        self.group, self.digit, self.smallest = Decimal(0), None, Decimal(10_000)
        return True

    def total(self) -> Decimal:
        return (self.high or 0) + (self.middle or 0) + self.group + (self.digit or 0)


def han_numerals(number: int) -> tuple[str, ...]:
    """How a whole number below a thousand is written in Chinese numerals; nothing for others.

    >>> han_numerals(24)
    ('二十四',)
    """
    if not 0 < number < _HAN_NUMBERS:
        return ()
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        written += "十" if tens == 1 and not hundreds else f"{digits[tens]}十"
    elif hundreds and ones:
        written += "零"
    return (written + (digits[ones] if ones else ""),)


def _compose(written: str) -> Decimal | None:
    """The value of numerals with multipliers: 三百二十一, 1亿2千万, 5百万, 三万五 (35000)."""
    tally = _Tally()
    multiplier = Decimal(0)  # the one just read; 0 after a digit or a 零
    for piece in _PIECE.findall(written):
        if piece in _SMALL or piece in _LARGE:
            multiplier = _SMALL.get(piece) or _LARGE[piece]
            good = tally.place(multiplier) if piece in _SMALL else tally.close(multiplier)
            if not good:
                return None
            continue
        if tally.digit is not None:
            return None
        digit = DIGITS.get(piece)
        if digit is None and not piece[0].isdecimal():
            return None
        if piece not in "零〇○":
            tally.digit = Decimal(piece) if digit is None else digit
        last, multiplier = multiplier, Decimal(0)
        if digit is not None and last >= 100 and written.endswith(piece):
            tally.digit = _colloquial(written, piece, last, digit)
    return tally.total()


def _colloquial(written: str, piece: str, multiplier: Decimal, digit: Decimal) -> Decimal:
    """The last digit of 三百五 (350) counts tens: it stands one place below the 百 before it."""
    is_last = written[-2:-1] in ("百", "千", "万", "亿") and written[-1] == piece
    return digit * multiplier / 10 if is_last else digit
