"""Numbers: their values, and where they stand in a text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lexicon.loader import words
from app.model import Span
from app.text.numbers import LONGEST_NUMBER, Form, number_value, numbers

VALUES = """
1,855 1855
1，855 1855
23.25 23.25
２３．２５ 23.25
0 0
三百二十一 321
二十三点五 23.5
二十三点五万 235000
两 2
〇 0
十 10
十五 15
二十 20
一百零五 105
一百二十 120
三百五 350
三万五 35000
二百十 210
两千零二十三 2023
一万零五百 10500
十二亿三千四百万 1234000000
三千万 30000000
一九九八 1998
二〇二三 2023
百 100
万亿 1000000000000
半 0.5
一半 0.5
十几 10
三十余万 300000
30余 30
2.2万 22000
1亿2千万 120000000
3万5千 35000
3.2万亿 3200000000000
5百万 5000000
20余万 200000
1.5 亿 150000000
三分之二 0.6666666666666666666666666667
1/4 0.25
３／４ 0.75
百分之三十五点六 0.356
百分之30 0.3
百分之百 1
千分之三 0.003
万分之五 0.0005
三成 0.3
三成半 0.35
30% 0.3
３０％ 0.3
5‰ 0.005
-2.3 -2.3
－５ -5
+3 3
叁拾伍万 350000
壹佰元 -
十十 -
百千 -
3万5万 -
三五千 -
1,2,3 -
1，85 -
1. -
.5 -
% -
- -
-- -
余 -
3个 -
三个 -
约3 -
"""


@pytest.mark.parametrize("row", VALUES.strip().splitlines())
def test_a_number_has_the_value_that_it_is_written_for(row: str) -> None:
    text, _, expected = row.rpartition(" ")
    value = number_value(text)
    assert (value is None) if expected == "-" else (value == Decimal(expected))


def test_a_number_that_is_too_long_is_none() -> None:
    assert number_value("1" * LONGEST_NUMBER) is not None
    assert number_value("1" * (LONGEST_NUMBER + 1)) is None
    assert number_value("一" * 100_000) is None


@pytest.mark.parametrize("text", ["", " ", "学校", "百分之", "分之三", "/3", "点五"])
def test_what_is_no_number_has_no_value(text: str) -> None:
    assert number_value(text) is None


SCANNED = """
投入6.5亿元新建5所|6.5亿 5
三项改革和两个不低于|三 两
统一管理、一般预算、十分重要|
一县一策，一人一档|
占百分之三十|百分之三十
约三分之一|三分之一
日期5/1，约1/3|5 1 1/3
千方百计增加3千克|3
２０２３年|２０２３
人民币叁拾万元|叁拾万
进一步推进二十一项|二十一
第一批一次性发放|一
一半以上|一半
半年|半
半导体|
"""


@pytest.mark.parametrize("row", SCANNED.strip().splitlines())
def test_numbers_are_found_where_they_stand(row: str) -> None:
    text, expected = row.split("|")
    assert [number.span.of(text) for number in numbers(text)] == expected.split()


@pytest.mark.parametrize("word", words("not_numbers.txt"))
def test_a_listed_word_holds_no_number(word: str) -> None:
    assert numbers(f"，{word}。") == []


def test_the_list_of_words_that_are_no_numbers_is_long_and_holds_no_word_twice() -> None:
    listed = words("not_numbers.txt")
    assert len(listed) >= 300
    assert len(set(listed)) == len(listed)


def test_a_span_limits_the_search() -> None:
    text = "1所2所3所"
    assert [number.value for number in numbers(text, Span(2, 4))] == [2]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("12", Form.ARABIC),
        ("2.2万", Form.ARABIC),
        ("十二", Form.CHINESE),
        ("一九", Form.DIGITS),
        ("百分之五", Form.PERCENT),
        ("三分之一", Form.FRACTION),
    ],
)
def test_the_form_says_how_a_number_is_written(text: str, form: Form) -> None:
    (number,) = numbers(text)
    assert number.form is form


ONES = "零一二三四五六七八九"


def in_chinese(value: int) -> str:
    """`value` below 10000 in full Chinese numerals, an oracle that builds where the code reads."""
    written, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // place % 10
        if digit:
            written += ("零" if gap and written else "") + ONES[digit] + name
        gap = not digit
    return written


@given(st.integers(1, 9999), st.integers(0, 9999))
def test_every_full_chinese_numeral_is_read_back(low: int, high: int) -> None:
    text = (
        (in_chinese(high) + "万" if high else "")
        + ("零" if high and low < 1000 else "")
        + in_chinese(low)
    )
    assert number_value(text) == high * 10_000 + low


@given(st.integers(0, 10**15))
def test_every_grouped_number_is_read_back(value: int) -> None:
    assert number_value(f"{value:,}") == value


@given(st.text("0123456789０１,，.．一二两三十百千万亿半〇点分之余多几/成统般 第", max_size=40))
def test_the_text_of_a_number_has_its_value(text: str) -> None:
    last = 0
    for number in numbers(text):
        assert last <= number.span.start < number.span.end <= len(text)
        assert number_value(number.span.of(text)) == number.value
        last = number.span.end
