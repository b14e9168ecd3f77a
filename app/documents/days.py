"""Calendar days as official documents write them: 2031年5月1日, 二〇三一年五月一日, 2031-05-01."""

from __future__ import annotations

import re
from datetime import date

from app.documents.labels import numeral

_D = "[0-9０-９]"
_B = "[ \\t\u3000\u00a0]?"
_HAN_DIGIT = "[〇○Ｏ零0一二三四五六七八九]"

# Without groups, to be part of longer patterns.
DAY = (
    f"(?:[12１２]{_D}{{3}}{_B}年{_B}{_D}{{1,2}}{_B}月{_B}{_D}{{1,2}}{_B}日"
    f"|[一二]{_HAN_DIGIT}{{3}}年[一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}日)"
)
# Only believed behind a label, 发布日期：2031-05-01; elsewhere it may number something.
NUMERIC_DAY = f"(?:[12]{_D}{{3}}[-/.．]{_D}{{1,2}}[-/.．]{_D}{{1,2}})(?!{_D})"

_ARABIC = re.compile(f"({_D}{{4}})[^0-9０-９]{{1,3}}({_D}{{1,2}})[^0-9０-９]{{1,3}}({_D}{{1,2}})")
_HAN = re.compile(
    f"([一二]{_HAN_DIGIT}{{3}})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})日"
)
_ZERO = re.compile("[○Ｏ零0]")


def day(written: str) -> date | None:
    """The day that `written`, which matched DAY or NUMERIC_DAY, names.

    None when the calendar has no such day: 2月30日 is a slip of the pen.
    """
    han = _HAN.match(written)
    if han is not None:
        parts = (_ZERO.sub("〇", han[1]), han[2], han[3])
        return _of(*(numeral(part) for part in parts))
    arabic = _ARABIC.match(written)
    return _of(*(int(part) for part in arabic.groups())) if arabic else None


def _of(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None
