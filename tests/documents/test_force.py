"""From when to when a document is in force, as its own sentences say."""

from __future__ import annotations

from datetime import date

import pytest

from app.documents.fields import read_fields
from app.documents.force import KnownDays
from app.model import Source, Status

SIGNED = "\n某市园林局\n2031年3月1日"
D = date

TERMS = {
    "from a day on": ("本办法自2031年5月1日起施行。", D(2031, 5, 1), None),
    "from the day of issue": ("本办法自印发之日起施行。" + SIGNED, D(2031, 3, 1), None),
    "without a day of issue": ("本办法自印发之日起施行。", None, None),
    "thirty days after issue": ("本措施自印发之日起30日后施行。" + SIGNED, D(2031, 3, 31), None),
    "five years": ("本办法自2031年5月1日起施行，有效期5年。", D(2031, 5, 1), D(2036, 4, 30)),
    "two years of trial": (
        "第九条 本办法由园林局负责解释，自2031年5月1日起试行，试行期两年。",
        D(2031, 5, 1),
        D(2033, 4, 30),
    ),
    "three years and a half": (
        "本办法自2031年1月1日起施行，有效期三年半。",
        D(2031, 1, 1),
        D(2034, 6, 30),
    ),
    "six months from the end of a month": (
        "本通知自2031年8月31日起施行，有效期6个月。",
        D(2031, 8, 31),
        D(2032, 2, 28),
    ),
    "until a day": (
        "本意见自2031年5月1日起施行，有效期至2035年12月31日。",
        D(2031, 5, 1),
        D(2035, 12, 31),
    ),
    "to a day": (
        "本政策自2031年5月1日起施行，至2033年12月31日止。",
        D(2031, 5, 1),
        D(2033, 12, 31),
    ),
    "until the end of a year": (
        "以上政策自发布之日起执行，执行期限至2034年底。" + SIGNED,
        D(2031, 3, 1),
        D(2034, 12, 31),
    ),
    "a stretch": (
        "本办法有效期自2031年1月1日起至2035年12月31日止。",
        D(2031, 1, 1),
        D(2035, 12, 31),
    ),
    "an order makes it public": (
        "《绿化条例》已经通过，现予公布，自2031年10月1日起施行。",
        D(2031, 10, 1),
        None,
    ),
    "from this day on": ("本通告自即日起施行。" + SIGNED, D(2031, 3, 1), None),
    "three months from publishing": (
        "本政策执行期暂定为自发布之日起的3个月。" + SIGNED,
        D(2031, 3, 1),
        D(2031, 5, 31),
    ),
    "a text that carries out another": ("本实施细则自2031年5月1日起施行。", D(2031, 5, 1), None),
    "at midnight": ("本通告自2031年2月21日零时起施行。", D(2031, 2, 21), None),
    "a label": ("施行日期：2031-05-01　失效日期：2035-05-01\n正文。", D(2031, 5, 1), D(2035, 5, 1)),
    "the day of another text": ("《绿化办法》自2031年5月1日起施行。", None, None),
    "words of another text": ("《通知》指出，“本办法自2031年5月1日起施行”。", None, None),
    "what was agreed before": ("本办法施行前签订的合同，自2031年5月1日起执行新标准。", None, None),
    "the beginning of something else": ("本办法自2031年5月1日起执行新标准。", None, None),
    "the term of something else": (
        "本方案自2031年5月1日起施行，奖补政策有效期至2032年12月31日。",
        D(2031, 5, 1),
        None,
    ),
    "a stretch of work": ("本办法所称有效期内的证书，有效期5年。", None, None),
    "sentences that contradict each other": (
        "本规定自2031年5月1日起施行。\n附：\n本规定自2032年5月1日起施行。",
        None,
        None,
    ),
    "no such day": ("本办法自2031年2月30日起施行。", None, None),
    "an end before the beginning": (
        "本办法自2031年5月1日起施行，有效期至2021年12月31日。",
        D(2031, 5, 1),
        None,
    ),
}


@pytest.mark.parametrize(("text", "begins", "ends"), TERMS.values(), ids=TERMS.keys())
def test_the_term_is_what_the_document_says_of_itself(
    text: str, begins: date | None, ends: date | None
) -> None:
    found = read_fields("绿化方案\n" + text, "文件.txt")
    assert (found.effective_on.value if found.effective_on else None) == begins
    assert (found.expires_on.value if found.expires_on else None) == ends


def test_the_sentence_about_what_the_title_names_wins() -> None:
    text = "关于印发《绿化办法》的通知\n本通知自2031年5月1日起施行。\n绿化标准\n本标准自2033年1月1日起施行。"
    found = read_fields(text, "文件.txt").effective_on
    assert found is not None
    assert found.value == date(2031, 5, 1)


def test_a_computed_day_shows_the_words_that_it_comes_from() -> None:
    text = "绿化办法\n本办法自2031年5月1日起施行，有效期5年。"
    found = read_fields(text, "文件.txt")
    assert found.effective_on is not None
    assert found.expires_on is not None
    assert found.effective_on.source is Source.TEXT
    assert found.effective_on.span.of(text) == "2031年5月1日"
    assert found.expires_on.source is Source.DERIVED
    assert found.expires_on.span.of(text) == "有效期5年"


def test_days_that_the_owner_tells_are_counted_from() -> None:
    text = "绿化办法\n本办法自印发之日起施行，有效期5年。"
    found = read_fields(text, "文件.txt", KnownDays(issued_on=date(2031, 3, 1)))
    assert found.effective_on is not None
    assert found.expires_on is not None
    assert found.effective_on.value == date(2031, 3, 1)
    assert found.expires_on.value == date(2036, 2, 29)


STATUS = {
    "a trial": ("绿化办法（试行）\n正文。", Status.TRIAL),
    "a trial by name": ("青禾市绿化试行办法\n正文。", Status.TRIAL),
    "marked as repealed": ("绿化办法（已废止）\n正文。", Status.REPEALED),
    "marked as void": ("绿化办法【失效】\n正文。", Status.EXPIRED),
    "a label": ("绿化办法\n有效性：失效\n正文。", Status.EXPIRED),
    "noted in the text": (
        "绿化办法\n（本办法已被《青禾市绿化条例》（青政发〔2033〕1号）废止）\n正文。",
        Status.REPEALED,
    ),
    "a trial of something in the text": ("绿化办法\n试行新办法。", None),
    "nothing": ("绿化办法\n正文。", None),
    "a label with something else": ("绿化办法\n有效性：见附件\n正文。", None),
}


@pytest.mark.parametrize(("text", "expected"), STATUS.values(), ids=STATUS.keys())
def test_the_status_is_what_a_mark_or_label_says(text: str, expected: Status | None) -> None:
    found = read_fields(text, "文件.txt").status
    assert (found.value if found else None) == expected
