"""A short later question takes what it lacks from the earlier ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question.followup import resolve


@pytest.mark.parametrize(
    ("history", "question", "resolved"),
    [
        (["苍洛县有几家养老院?"], "全州呢?", "全州有几家养老院?"),
        (["苍洛县有几家养老院?"], "那柳溪市呢?", "柳溪市有几家养老院?"),
        (["2023年投入多少?"], "前一年呢?", "2022年投入多少?"),
        (["2023年投入多少?"], "后一年呢?", "2024年投入多少?"),
        (["2023年投入多少?"], "那2022年呢?", "2022年投入多少?"),
        (["2023年投入多少?"], "2021年的话呢?", "2021年投入多少?"),
        (["苍洛县有几家养老院?", "全州呢?"], "柳溪市呢?", "柳溪市有几家养老院?"),
        (["2023年投入多少?", "前一年呢?"], "再前一年呢?", "2021年投入多少?"),
        (["第二项改革是什么?"], "上一项呢?", "第一项改革是什么?"),
        (["第二项改革是什么?"], "下一条呢?", "第三项改革是什么?"),
        (["第九条规定了什么?"], "那下一条呢?", "第十条规定了什么?"),
        (["第十条规定了什么?", "下一条呢?"], "再下一条呢?", "第十二条规定了什么?"),
    ],
    ids=[
        "whole",
        "place",
        "year-before",
        "year-after",
        "year",
        "year-if",
        "chain",
        "chain-years",
        "item-before",
        "item-after",
        "article-after",
        "chain-articles",
    ],
)
def test_a_part_is_exchanged_in_the_earlier_question(
    history: list[str], question: str, resolved: str
) -> None:
    assert resolve(question, history).text == resolved


@pytest.mark.parametrize(
    ("history", "question", "held"),
    [
        (["苍洛县有多少名护理员?"], "其中骨干呢?", ["骨干", "护理员"]),
        (["苍洛县有多少名护理员?"], "女性呢?", ["女性", "护理员"]),
        (["养老服务推进了哪三项改革?"], "第二项呢?", ["第二项", "改革"]),
        (["养老服务推进了哪三项改革?"], "最后一项是什么?", ["最后一项", "改革"]),
        (["什么是公共租赁住房?"], "它的租金是多少?", ["租金", "公共租赁住房"]),
        (["什么是公共租赁住房?"], "申请它要什么条件?", ["条件", "公共租赁住房"]),
        (["托育补贴标准是多少?"], "什么时候发?", ["发", "托育补贴"]),
        (["托育补贴标准是多少?"], "谁负责?", ["托育补贴"]),
        (["托育补贴标准是多少?"], "为什么?", ["托育补贴"]),
        (["湿地修复了多少公顷?"], "那投入多少钱?", ["投入", "湿地"]),
        (["湿地修复了多少公顷?"], "这项工作由哪个部门牵头?", ["牵头", "湿地"]),
    ],
    ids=[
        "among",
        "subset",
        "second",
        "last",
        "pronoun",
        "pronoun-inside",
        "when",
        "who",
        "why",
        "then",
        "this-work",
    ],
)
def test_a_follow_up_keeps_the_subject_of_the_earlier_question(
    history: list[str], question: str, held: list[str]
) -> None:
    found = resolve(question, history)
    whole = found.text + " " + found.context
    assert [word for word in held if word not in whole] == []


@pytest.mark.parametrize(
    "question",
    [
        "柳溪市2023年地区生产总值是多少?",
        "什么是公共租赁住房?",
        "申请公租房需要哪些材料?",
        "护理员培训由哪个部门负责?",
        "湿地修复 投入资金",
        "制定公租房管理办法的目的是什么?",
    ],
)
def test_a_question_that_stands_alone_is_not_touched_by_history(question: str) -> None:
    found = resolve(question, ["苍洛县有几家养老院?", "2022年投入多少?"])
    assert (found.text, found.context, found.replaced) == (question, "", False)


@pytest.mark.parametrize("question", ["全州呢?", "第二项呢?", "为什么?", "它是什么?"])
def test_a_follow_up_without_history_stays_as_it_is(question: str) -> None:
    assert resolve(question, []).text == question


_PIECES = st.lists(
    st.sampled_from(
        [
            "那",
            "呢",
            "?",
            "全州",
            "苍洛县",
            "2023年",
            "前一年",
            "第二项",
            "其中",
            "它",
            "多少",
            "投入",
            "为什么",
            "，",
            "是",
        ]
    ),
    max_size=8,
).map("".join)


@given(st.lists(_PIECES | st.text(max_size=60), max_size=5), _PIECES)
def test_resolving_ends_with_text_of_the_questions_only(history: list[str], question: str) -> None:
    found = resolve(question, history)
    assert len(found.text) <= sum(map(len, history)) + len(question) + 4 * (len(history) + 1)
    assert resolve(question, history) == found
