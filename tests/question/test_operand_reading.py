"""Which pieces of a question name the things that are compared or computed with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question.operands import operands

NAMED = [
    ("青渡市公路里程比白崖市多多少公里?", ("青渡市公路里程", "白崖市")),
    ("2024年粮食产量比2021年增加了多少?", ("2024年粮食产量", "2021年")),
    ("出口比进口多多少亿?", ("出口", "进口")),
    ("养老机构数是托育机构的几倍?", ("养老机构数", "托育机构")),
    ("水库与电站的补助标准分别是多少,哪个高?", ("水库", "电站")),
    ("青渡的国家级平台和省级平台各奖多少?", ("国家级平台", "省级平台")),
    ("一般债券、专项债券和再融资债券合计多少?", ("一般债券", "专项债券", "再融资债券")),
    ("青渡2022和2023两年一共修了多少公里?", ("2022", "2023")),
    ("青渡2022年与2025年造林目标分别是多少?", ("2022年", "2025年")),
    ("青渡 水稻种植 小麦种植 面积差 2023", ("水稻种植", "小麦种植")),
    ("青渡 造林面积 2023实际 2024目标 对比", ("2023实际", "2024目标")),
    ("青渡跟白崖2023年用水量谁更多", ("青渡", "白崖2023年用水量")),
]


@pytest.mark.parametrize(("question", "names"), NAMED, ids=[row[0] for row in NAMED])
def test_the_things_named_are_pieces_of_the_question(question: str, names: tuple[str, ...]) -> None:
    assert operands(question) == names


@pytest.mark.parametrize(
    "question",
    [
        "税收占财政收入的比重是多少?",
        "空气优良天数比例是多少?",
        "与上年同比增长多少?",
        "湿地保护的组织、协调和监督工作归谁管?",
        "投资2000万能补多少?",
    ],
)
def test_a_share_or_a_growth_names_no_two_things_to_set_side_by_side(question: str) -> None:
    assert operands(question) == ()


@given(st.text(alphabet="甲乙丙市2023年和跟与比占、 共差多少倍哪个的,?", max_size=120))
def test_every_operand_is_a_piece_of_the_question_and_none_stands_twice(question: str) -> None:
    found = operands(question)
    assert len(found) != 1
    assert len(set(found)) == len(found)
    assert all(len(name) >= 2 and name in question for name in found)


@pytest.mark.parametrize("piece", ["甲和", "比", "甲、", "甲比乙", "a "])
def test_only_the_beginning_of_an_endless_question_is_read(piece: str) -> None:
    assert operands(piece * 100_000) == operands((piece * 160)[:160])
