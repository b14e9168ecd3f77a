from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Span
from app.text.sentences import clauses, sentences


def whole(text: str) -> Span:
    return Span(0, len(text))


SENTENCES = [
    pytest.param(
        "一是建学校。二是招教师！三是什么？",
        ["一是建学校。", "二是招教师！", "三是什么？"],
        id="full-width-marks",
    ),
    pytest.param("甲；乙;丙?丁!戊", ["甲；", "乙;", "丙?", "丁!", "戊"], id="half-width-marks"),
    pytest.param("小学……中学…大学", ["小学……", "中学…大学"], id="six-dots-end-three-do-not"),
    pytest.param("真的？！好。。。", ["真的？！", "好。。。"], id="repeated-marks-stay-together"),
    pytest.param(
        "总则\r\n第一条\n\n　　第二条　", ["总则", "第一条", "第二条"], id="line-breaks-and-blanks"
    ),
    pytest.param(
        "他说：“好。”她走了。", ["他说：“好。”", "她走了。"], id="closing-quote-belongs-to-it"
    ),
    pytest.param(
        "（详见附件。）请执行。", ["（详见附件。）", "请执行。"], id="closing-bracket-belongs-to-it"
    ),
    pytest.param(
        "推行“停课；不停学”做法。好", ["推行“停课；不停学”做法。", "好"], id="inside-quotes"
    ),
    pytest.param(
        "按《通知！办法》（甲；乙）执行。",
        ["按《通知！办法》（甲；乙）执行。"],
        id="inside-title-and-brackets",
    ),
    pytest.param(
        '推行"停课;不停学"做法。', ['推行"停课;不停学"做法。'], id="inside-straight-quotes"
    ),
    pytest.param("（1)甲；(2）乙；", ["（1)甲；", "(2）乙；"], id="brackets-of-mixed-width"),
    pytest.param(
        "“甲。" + "乙" * 60 + "”丙。",
        ["“甲。", "乙" * 60 + "”丙。"],
        id="a-long-quotation-is-divided",
    ),
    pytest.param("“甲。乙。", ["“甲。", "乙。"], id="a-quote-never-closed-does-no-harm"),
    pytest.param("（甲“乙。丙）丁。", ["（甲“乙。丙）丁。"], id="a-stray-quote-inside-brackets"),
    pytest.param(
        "投入23.25亿元. 另建学校.", ["投入23.25亿元.", "另建学校."], id="half-width-stop-after-han"
    ),
    pytest.param(
        "一. 总体要求 1. 目标 GDP. 见a.b",
        ["一. 总体要求 1. 目标 GDP. 见a.b"],
        id="half-width-stop-elsewhere",
    ),
    pytest.param(
        "见http://a.cn/?id=3及a?b=1",
        ["见http://a.cn/?id=3及a?b=1"],
        id="question-mark-of-an-address",
    ),
    pytest.param(" 　\n", [], id="nothing-but-blanks"),
    pytest.param("", [], id="empty"),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: list[str]):
    assert [span.of(text) for span in sentences(text, whole(text))] == expected


CLAUSES = [
    pytest.param(
        "甲，乙,丙：丁:戊。己",
        ["甲", "乙", "丙", "丁", "戊", "己"],
        id="commas-and-colons-of-both-widths",
    ),
    pytest.param(
        "条件优、质量高的学校，招生",
        ["条件优、质量高的学校", "招生"],
        id="enumeration-comma-does-not-divide",
    ),
    pytest.param("招生1,855人,其中1，200人", ["招生1,855人", "其中1，200人"], id="thousands"),
    pytest.param("2022,2023年", ["2022", "2023年"], id="comma-between-years"),
    pytest.param("师生比1:15，时间10：30", ["师生比1:15", "时间10：30"], id="colon-between-digits"),
    pytest.param(
        "网址:http://a.cn,电话", ["网址", "http://a.cn", "电话"], id="colon-of-an-address"
    ),
    pytest.param("学校（含小学，中学）招生", ["学校（含小学，中学）招生"], id="inside-brackets"),
    pytest.param("落实“停，减”政策，", ["落实“停，减”政策"], id="inside-quotes"),
    pytest.param("，。“甲”！", ["“甲”"], id="edges-lose-punctuation-but-not-pairs"),
    pytest.param("”甲（，乙", ["甲", "乙"], id="edges-lose-brackets-without-partner"),
    pytest.param("“甲，" + "乙" * 60 + "”", ["甲", "乙" * 60], id="a-long-quotation-is-divided"),
    pytest.param("下降-5%，增长+3%", ["下降-5%", "增长+3%"], id="signs-stay"),
    pytest.param("，：。……", [], id="nothing-but-punctuation"),
]


@pytest.mark.parametrize(("text", "expected"), CLAUSES)
def test_clauses(text: str, expected: list[str]):
    assert [span.of(text) for span in clauses(text, whole(text))] == expected


def test_only_the_span_that_is_asked_for_is_divided():
    text = "甲。乙，丙。丁"
    assert [span.of(text) for span in sentences(text, Span(2, 5))] == ["乙，丙"]
    assert [span.of(text) for span in clauses(text, Span(2, 5))] == ["乙", "丙"]


MIXED = st.text(
    st.one_of(
        st.sampled_from('甲乙1a。！？；;,，:：“”（）()《》"…. 　\n\r、\u2028\x1c'), st.characters()
    ),
    max_size=80,
)


@given(MIXED, st.integers(0, 10), st.integers(0, 10))
def test_nothing_but_white_space_lies_between_sentences(text: str, cut_start: int, cut_end: int):
    span = Span(min(cut_start, len(text)), max(min(cut_start, len(text)), len(text) - cut_end))
    found = sentences(text, span)
    edges = [span.start, *(edge for s in found for edge in (s.start, s.end)), span.end]
    assert edges == sorted(edges)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    assert all(not text[start:end].strip() for start, end in gaps)
    assert all(s.of(text) and s.of(text) == s.of(text).strip() for s in found)


@given(MIXED)
def test_clauses_lie_in_order_inside_sentences_and_hold_a_word(text: str):
    found = clauses(text, whole(text))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(any(s.contains(c) for s in sentences(text, whole(text))) for c in found)
    assert all(c.of(text).strip("，,：:。！!；;…、 　") for c in found)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“" * 100_000, id="openers"),
        pytest.param("（" * 50_000 + "。" + "）" * 50_000, id="nested"),
        pytest.param("（“。）”" * 20_000, id="crossing"),
        pytest.param("。”" * 50_000, id="enders-and-closers"),
        pytest.param("，" * 100_000, id="commas"),
        pytest.param("a?" * 50_000, id="addresses"),
        pytest.param("　" * 100_000, id="blanks"),
    ],
)
def test_hostile_text_takes_time_that_grows_with_its_length(text: str):
    # Quadratic behaviour at this length would take minutes, and the run would be stopped.
    divided = [*sentences(text, whole(text)), *clauses(text, whole(text))]
    assert all(len(span) for span in divided)
