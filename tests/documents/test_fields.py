from __future__ import annotations

from datetime import date

import pytest

from app.documents.fields import issued_on, number, title

TITLES = {
    "a short first line": ("关于加强绿化的意见\n一、总体要求\n增绿。", "关于加强绿化的意见"),
    "blank lines above": ("\n\u3000\n绿化年报\n正文。", "绿化年报"),
    "markdown": ("# 绿化办法\n\n正文。", "绿化办法"),
    "a question is a title": ("如何申请补贴？\n请登录网站。", "如何申请补贴？"),
    "one line": (
        "某市关于加强绿化的通知 各区人民政府： 为增绿，通知如下。",
        "某市关于加强绿化的通知",
    ),
    "one line, two issuers": (
        "某市园林局 某市财政局关于加强绿化的通知（试行） 各区： 通知如下。",
        "某市园林局 某市财政局关于加强绿化的通知（试行）",
    ),
    "a sentence is no title": ("为增绿，制定本办法。\n正文。", "文件"),
    "a salutation is no title": ("各区人民政府：\n正文。", "文件"),
    "a labelled part is no title": ("一、总体要求\n增绿。", "文件"),
    "one line of news": ("本市增绿成效明显 记者昨天获悉，全市增绿。 记者从园林局获悉。", "文件"),
    "a first line over eighty characters": ("甲" * 81 + "\n正文。", "文件"),
    "empty": ("", "文件"),
}


@pytest.mark.parametrize(("text", "expected"), TITLES.values(), ids=TITLES.keys())
def test_the_title_is_the_first_line_or_the_name_of_the_file(text: str, expected: str) -> None:
    assert title(text, "目录/文件.txt") == expected


NUMBERS = {
    "below the title": ("绿化通知\n某政办发〔2031〕24号\n各区：", "某政办发〔2031〕24号"),
    "in one line": ("绿化通知 某政发[2031]第7号 各区：", "某政发[2031]第7号"),
    "behind its name": ("发文字号：某财〔2031〕7号\n", "某财〔2031〕7号"),
    "at the start": ("某财〔2031〕7号", "某财〔2031〕7号"),
    "a reference": ("根据《绿化意见》（某政发〔2031〕7号），通知如下。", None),
    "grown together with other words": ("关于绿化的通知某政发〔2031〕7号", None),
    "no year": ("某政发〔31〕7号", None),
    "too far down": ("甲。" * 250 + "\n某政发〔2031〕7号", None),
    "none": ("绿化通知", None),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.values(), ids=NUMBERS.keys())
def test_the_number_stands_alone_near_the_top(text: str, expected: str | None) -> None:
    assert number(text) == expected


DATES = {
    "arabic": ("通知\n正文。\n某市园林局\n2031年5月1日\n", date(2031, 5, 1)),
    "with blanks": ("通知\n正文。\n　　2031 年 5 月 1 日", date(2031, 5, 1)),
    "han": ("通知\n正文。\n二〇三一年十二月二十五日", date(2031, 12, 25)),
    "han with another zero": ("通知\n正文。\n二○三一年一月三十日", date(2031, 1, 30)),
    "above a note": ("通知\n正文。\n2031年5月1日\n（此件公开发布）", date(2031, 5, 1)),
    "one line": ("通知 正文。 某市园林局 2031年5月1日 （此件公开发布）", date(2031, 5, 1)),
    "inside a sentence": ("通知\n本办法自2031年5月1日起施行。", None),
    "no such day": ("通知\n正文。\n2031年2月30日", None),
    "a month only": ("通知\n正文。\n2031年5月", None),
    "far above the end": ("通知\n2031年5月1日\n" + "正文。\n" * 20, None),
    "nothing but a date": ("2031年5月1日", None),
}


@pytest.mark.parametrize(("text", "expected"), DATES.values(), ids=DATES.keys())
def test_the_date_of_issue_stands_alone_below_the_text(text: str, expected: date | None) -> None:
    assert issued_on(text) == expected
