"""The two things that a question sets side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.question.operands import operands


@pytest.mark.parametrize(
    ("question", "pair"),
    [
        ("城区和乡镇哪个床位更多?", ("城区", "乡镇")),
        ("转岗培训的跟提前退休的,哪拨人多?", ("转岗培训", "提前退休")),
        ("公办园与民办园各有多少所?", ("公办园", "民办园")),
        ("苍洛县和柳溪市相比,哪个高?", ("苍洛县", "柳溪市")),
        ("2022年和2023年相差多少?", ("2022年", "2023年")),
        ("2023年比2022年多了多少?", ("2023年", "2022年")),
        ("对比苍洛县和柳溪市的投入", ("苍洛县", "柳溪市")),
        ("北渡县 南屏县 人数对比", ("北渡县", "南屏县")),
        ("城区和乡镇加起来有多少家?", ("城区", "乡镇")),
    ],
)
def test_two_things_are_found(question: str, pair: tuple[str, str]) -> None:
    assert operands(question) == pair


@pytest.mark.parametrize(
    "question", ["全市有多少家养老院?", "什么是公租房?", "谁负责?", "", "和", "精简了多少项?"]
)
def test_a_question_about_one_thing_has_none(question: str) -> None:
    assert operands(question) == ()


@given(st.text(alphabet="甲乙和跟与比差多少哪个的, ?", max_size=200))
def test_operands_are_nothing_or_two_pieces_of_the_question(question: str) -> None:
    found = operands(question)
    assert len(found) in {0, 2}
    assert all(part in question and len(part) >= 2 for part in found)
