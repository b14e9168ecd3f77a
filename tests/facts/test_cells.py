"""Numbers in tables are bound to the words of their row and column."""

from __future__ import annotations

import pytest

from app.facts.cells import cell_figures
from app.model import Role

ALIGNED = """表1　主要指标　单位：万元
指标　　　　2021年（基期）　2022年　2025年目标
湿地面积（万亩）　　　1.84　　　2.60　　4.50
完好率（%）　　　87　　90　　95
投入　　　120　　90.5　　1,200
"""
RULED = """| 项目 | 补贴标准 | 名额（个） |
| --- | --- | --- |
| 国家级 | 60万元 | 3 |
| 省级 | 30万元 | 12 |
"""
UNIT_COLUMN = """序号 | 指标 | 计量单位 | 2023年 | 比上年增长（%）
1 | 水产品 | 吨 | 730 | -3.5
2 | 其中：虾 | 吨 | 90 | 8.1
"""
WORDS_IN_CELLS = """类别 | 对象 | 每月补贴 | 住房面积上限
甲类 | 学科带头人 | 6000元 | 140平方米
乙类 | 青年骨干 | 3000元（实习期1200元） | 90平方米
"""
TABBED = "项目\t2021\t2022\n小学（所）\t12\t11\n中学（所）\t5\t6\n"


def read(text: str) -> list[tuple[str, str, str, str, int | None, str]]:
    return [
        (
            figure.frame.of(text),
            figure.cell.column.of(text) if figure.cell else "",
            figure.quantity.span.of(text),
            f"{figure.quantity.value.normalize():f}{figure.quantity.unit}",
            figure.year,
            figure.modality.value,
        )
        for row in cell_figures(text).values()
        for figure in row
    ]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        (ALIGNED, ("湿地面积（万亩）", "2022年", "2.60", "26000亩", 2022, "actual")),
        (ALIGNED, ("湿地面积（万亩）", "2025年目标", "4.50", "45000亩", 2025, "target")),
        (ALIGNED, ("完好率（%）", "2021年（基期）", "87", "87%", 2021, "actual")),
        (ALIGNED, ("投入", "2022年", "90.5", "905000元", 2022, "actual")),
        (ALIGNED, ("投入", "2025年目标", "1,200", "12000000元", 2025, "target")),
        (RULED, ("国家级", "补贴标准", "60万元", "600000元", None, "actual")),
        (RULED, ("省级", "名额（个）", "12", "12个", None, "actual")),
        (UNIT_COLUMN, ("水产品 | 吨", "2023年", "730", "730吨", 2023, "actual")),
        (UNIT_COLUMN, ("水产品 | 吨", "比上年增长（%）", "-3.5", "-3.5%", 2023, "actual")),
        (
            WORDS_IN_CELLS,
            ("乙类 | 青年骨干", "住房面积上限", "90平方米", "90平方米", None, "actual"),
        ),
        (
            WORDS_IN_CELLS,
            ("乙类 | 青年骨干", "每月补贴", "1200元", "1200元", None, "actual"),
        ),
        (TABBED, ("中学（所）", "2022", "6", "6所", 2022, "actual")),
    ],
)
def test_a_cell_has_the_words_of_its_row_and_column(
    text: str, figure: tuple[str, str, str, str, int | None, str]
) -> None:
    assert figure in read(text)


@pytest.mark.parametrize(
    "text",
    [
        "联系人：张三  电话：1234567\n地址：东街12号  邮编：123456\n",
        "　　2023年，全市新建学校3所。\n　　改造12所。\n",
        "甲　乙\n丙　丁\n",
        "项目　数量\n学校　3\n",
    ],
)
def test_lines_that_are_no_table_give_no_cells(text: str) -> None:
    assert cell_figures(text) == {}


def test_a_column_of_growth_holds_changes_and_a_word_in_a_cell_says_for_whom() -> None:
    figures = [figure for row in cell_figures(UNIT_COLUMN).values() for figure in row]
    assert [figure.role for figure in figures] == [Role.PLAIN, Role.CHANGE] * 2
    cells = [figure for row in cell_figures(WORDS_IN_CELLS).values() for figure in row]
    named = {
        figure.quantity.span.of(WORDS_IN_CELLS): figure.member.of(WORDS_IN_CELLS)
        for figure in cells
        if figure.member is not None
    }
    assert named == {"1200元": "实习期"}


def test_every_number_of_a_table_is_read_once() -> None:
    assert len(read(ALIGNED)) == 9
    assert len(read(RULED)) == 4
