"""Dates: points and stretches of time named in a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import DateMention, Span
from app.text.dates import dates

# text | each mention as "written year month day relative", "-" for what the text leaves out.
ROWS = """
2023年,全州教育总投入|2023年 2023 - - -
２０２３年|２０２３年 2023 - - -
2023 年 5 月 1 日|2023 年 5 月 1 日 2023 5 1 -
2023年5月|2023年5月 2023 5 - -
2023年5月1日起施行|2023年5月1日 2023 5 1 -
2023年5月1号|2023年5月1号 2023 5 1 -
5月1日|5月1日 - 5 1 -
5月份|5月份 - 5 - -
12月底前|12月底 - 12 - 月底
2023-05-01|2023-05-01 2023 5 1 -
2023/5/1|2023/5/1 2023 5 1 -
2023.5.1|2023.5.1 2023 5 1 -
２０２３．５．１|２０２３．５．１ 2023 5 1 -
2023-05|2023-05 2023 5 - -
二〇二三年五月一日|二〇二三年五月一日 2023 5 1 -
二○二三年十二月三十一日|二○二三年十二月三十一日 2023 12 31 -
一九九八年|一九九八年 1998 - - -
23年教育投入|23年 2023 - - -
博州23年一年下来|23年 2023 - - -
22年和23年|22年 2022 - - -;23年 2023 - - -
23年5月|23年5月 2023 5 - -
20年底|20年底 2020 - - 年底
截至25年|25年 2025 - - -
23年来|
满20年|
从教30年|
近23年|
为期12年|
3年内|
工作15年以上|
30年期贷款|
2021—2023年|2021 2021 - - -;2023年 2023 - - -
2021-2023年|2021 2021 - - -;2023年 2023 - - -
2021年至2023年|2021 2021 - - -;2023年 2023 - - -
2021年—2023年|2021 2021 - - -;2023年 2023 - - -
（2021—2025）|2021 2021 - - -;2025 2025 - - -
2022-2023学年|2022 2022 - - -;2023学年 2023 - - -
2021年5月至2023年6月|2021年5月 2021 5 - -;2023年6月 2023 6 - -
2023年5月1日至6月30日|2023年5月1日 2023 5 1 -;6月30日 - 6 30 -
1月5日至8日|1月5日 - 1 5 -;8日 - - 8 -
3—5月|3 - 3 - -;5月 - 5 - -
3月至5月|3 - 3 - -;5月 - 5 - -
2023年度|2023年度 2023 - - -
2022学年|2022学年 2022 - - -
2022学年度|2022学年度 2022 - - -
2023年底|2023年底 2023 - - 年底
2023年初|2023年初 2023 - - 年初
2025年末|2025年末 2025 - - 年末
2023年上半年|2023年上半年 2023 - - 上半年
2023年第三季度|2023年第三季度 2023 - - 第三季度
2023年春季|2023年春季 2023 - - 春季
今年|今年 - - - 今年
今年5月|今年5月 - 5 - 今年
今年上半年|今年上半年 - - - 今年上半年
去年底|去年底 - - - 去年年底
去年同期|去年同期 - - - 去年同期
前年|前年 - - - 前年
上年|上年 - - - 上年
明年|明年 - - - 明年
本年度|本年度 - - - 本年度
目前|目前 - - - 目前
今后三年|今后 - - - 今后
年底前|年底 - - - 年底
近年来|近年来 - - - 近年来
上半年|上半年 - - - 上半年
一季度|一季度 - - - 一季度
前三季度|前三季度 - - - 前三季度
第一季度|第一季度 - - - 第一季度
“十四五”规划|“十四五” - - - 十四五
“十四五”时期|“十四五”时期 - - - 十四五
十四五期间|十四五期间 - - - 十四五
"十三五"末|"十三五"末 - - - 十三五
十五五时期|十五五时期 - - - 十五五
“八五”普法|“八五” - - - 八五
十五个名师工作室|
十四五个人|
18周岁以上年龄|
说明年度安排|
三年前年均增长|
3年内完成|
不同年级|
20世纪90年代|
24时|
30日内|
不少于15日|
13月|
2023年13月|2023年 2023 - - -
2000人|
2023人|
2023教育总投入|2023 2023 - - -
国发〔2020〕24号|2020 2020 - - -
1.2.3|
三个月|
5个月|
每月15日前|15日 - - 15 -
一日三餐|
2680人次|
"""


def shown(mention: DateMention, text: str) -> str:
    parts = (mention.year, mention.month, mention.day)
    numbers = " ".join("-" if part is None else str(part) for part in parts)
    return f"{mention.span.of(text)} {numbers} {mention.relative or '-'}"


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_a_date_is_read_with_the_parts_that_are_written(row: str) -> None:
    text, expected = row.split("|")
    assert ";".join(shown(mention, text) for mention in dates(text)) == expected


@pytest.mark.parametrize("row", [row for row in ROWS.strip().splitlines() if not row.endswith("|")])
def test_a_date_keeps_its_parts_inside_a_sentence(row: str) -> None:
    text, expected = row.split("|")
    sentence = f"按照要求，{text}，完成5所学校。"
    assert ";".join(shown(mention, sentence) for mention in dates(sentence)) == expected


def test_only_dates_inside_a_span_are_found() -> None:
    text = "2022年和2023年以及2024年"
    assert [mention.year for mention in dates(text, Span(6, 11))] == [2023]


ALPHABET = "0123456789０５一二两三四五十百〇九年月日号底初至到-—./“”今去前明上下半季度学第世纪代 \n时期间内来"


@given(st.text(ALPHABET, max_size=60))
def test_dates_come_in_order_without_overlap_and_with_possible_parts(text: str) -> None:
    last = 0
    for mention in dates(text):
        assert last <= mention.span.start < mention.span.end <= len(text)
        assert mention.month is None or 1 <= mention.month <= 12
        assert mention.day is None or 1 <= mention.day <= 31
        last = mention.span.end


@given(
    st.integers(1990, 2039),
    st.integers(1, 12),
    st.integers(1, 31),
    st.sampled_from(["{}年{}月{}日", "{}-{:02}-{:02}", "{}/{}/{}", "{} 年 {} 月 {} 日"]),
)
def test_every_way_of_writing_a_day_gives_the_same_parts(
    year: int, month: int, day: int, form: str
) -> None:
    text = "自" + form.format(year, month, day) + "起"
    (mention,) = dates(text)
    assert (mention.year, mention.month, mention.day) == (year, month, day)
    assert mention.span == Span(1, len(text) - 1)


@pytest.mark.parametrize(
    "piece", ["1", "一", "1年", "“", "十四五", "2023-", "今年", "前", "5月", "2023年至"]
)
def test_hostile_repetition_takes_time_in_proportion_to_its_length(piece: str) -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        dates(text)
        return time.process_time() - started

    baseline = min(seconds(piece * 500) for _ in range(3))
    assert min(seconds(piece * 8000) for _ in range(2)) < 80 * baseline + 0.02
