"""Tables become lines in which every row stands alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.tables import (
    LONGEST_REPEATED,
    MOST_COLUMNS,
    Spanning,
    TableCell,
    cell_text,
    lay_out,
    table_lines,
)
from app.errors import UnreadableDocument
from app.facts.cells import cell_figures


def laid(*rows: str, heads: int = 0) -> list[str]:
    """The lines of a table in shorthand: cells parted by blanks, 名:2x3 reaches 2 down 3 across."""
    spanning = []
    for place, row in enumerate(rows):
        cells = []
        for written in row.split():
            words, _, reach = written.partition(":")
            down, _, across = (reach or "1x1").partition("x")
            text = "" if words == "-" else words
            cells.append(Spanning(TableCell(text, place < heads), int(down), int(across)))
        spanning.append(cells)
    return table_lines(lay_out(spanning, "表.docx"))


TABLES = {
    "rows below a header": (
        ("区 托位（个）", "东湖区 1200", "南屏区 850"),
        ["| 区 | 托位（个） |", "| 东湖区 | 1200 |", "| 南屏区 | 850 |"],
    ),
    "a title and a unit across the table stand above it": (
        ("建设任务表:1x2", "单位：万元:1x2", "区 资金", "东湖区 960"),
        ["建设任务表", "单位：万元", "| 区 | 资金 |", "| 东湖区 | 960 |"],
    ),
    "two header rows become one": (
        ("区:2x1 2023年:1x2 2024年:1x2", "托位 资金 托位 资金", "东湖区 1 2 3 4"),
        [
            "| 区 | 2023年 托位 | 2023年 资金 | 2024年 托位 | 2024年 资金 |",
            "| 东湖区 | 1 | 2 | 3 | 4 |",
        ],
    ),
    "a cell merged over rows is in each of them": (
        ("片区 县 学校（所）", "东部:2x1 甲县 12", "乙县 9", "西部 丙县 7"),
        [
            "| 片区 | 县 | 学校（所） |",
            "| 东部 | 甲县 | 12 |",
            "| 东部 | 乙县 | 9 |",
            "| 西部 | 丙县 | 7 |",
        ],
    ),
    "merged rows below a header of one row are data": (
        ("片区 县 牵头单位", "东部:2x1 甲县 民政局", "乙县 教育局"),
        ["| 片区 | 县 | 牵头单位 |", "| 东部 | 甲县 | 民政局 |", "| 东部 | 乙县 | 教育局 |"],
    ),
    "the name of a part across the table has the header below it again": (
        ("校名 学位（个）", "一、小学:1x2", "一小 900", "二、中学:1x2", "一中 1500"),
        [
            "| 校名 | 学位（个） |",
            "一、小学",
            "| 校名 | 学位（个） |",
            "| 一小 | 900 |",
            "二、中学",
            "| 校名 | 学位（个） |",
            "| 一中 | 1500 |",
        ],
    ),
    "a cell that is empty keeps its place": (
        ("区 托位 资金", "东湖区 - 960", "- 12 -"),
        ["| 区 | 托位 | 资金 |", "| 东湖区 |  | 960 |", "|  | 12 |  |"],
    ),
    "rows and columns that are empty throughout are left out": (
        ("区 - 资金", "- - -", "东湖区 - 960"),
        ["| 区 | 资金 |", "| 东湖区 | 960 |"],
    ),
    "one column is no table": (("青政发〔2024〕1号", "各区："), ["青政发〔2024〕1号", "各区："]),
    "rows without a header stay as they are": (
        ("联系电话 12345 传真 6789",),
        ["| 联系电话 | 12345 | 传真 | 6789 |"],
    ),
}


@pytest.mark.parametrize(("rows", "lines"), TABLES.values(), ids=TABLES.keys())
def test_a_table_is_written_so_that(rows: tuple[str, ...], lines: list[str]) -> None:
    assert laid(*rows) == lines


def test_rows_that_the_file_marks_as_heads_are_one_header_whatever_they_hold() -> None:
    lines = laid("年度 2023 2024", "口径 预计 实际", "小学 12 13", heads=2)
    assert lines == ["| 年度 口径 | 2023 预计 | 2024 实际 |", "| 小学 | 12 | 13 |"]


def test_a_long_merged_cell_is_written_once() -> None:
    long = "长" * (LONGEST_REPEATED + 1)
    lines = laid("任务 单位 说明", f"甲 子 {long}:2x1", "乙 丑")
    assert lines == ["| 任务 | 单位 | 说明 |", f"| 甲 | 子 | {long} |", "| 乙 | 丑 |  |"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (" 合\u3000计 ", "合计"),
        ("补助资金\n（万元）", "补助资金 （万元）"),
        ("甲|乙", "甲／乙"),
        ("张三\u3000\u3000李四", "张三 李四"),
        ("\xa0", ""),
    ],
)
def test_the_words_of_a_cell_stand_on_one_line(written: str, words: str) -> None:
    assert cell_text(written) == words


def test_the_numbers_of_the_lines_are_read_with_row_and_column() -> None:
    text = "\n".join(laid("片区 县 2023年学校（所）", "东部:2x1 甲县 12", "乙县 9"))
    read = [
        (
            figure.frame.of(text),
            figure.cell and figure.cell.column.of(text),
            str(figure.quantity.value),
        )
        for row in cell_figures(text).values()
        for figure in row
    ]
    assert read == [
        ("东部 | 甲县", "2023年学校（所）", "12"),
        ("东部 | 乙县", "2023年学校（所）", "9"),
    ]


def test_a_table_with_one_row_below_its_header_is_read() -> None:
    text = "\n".join(laid("区 托位（个）", "东湖区 1200"))
    assert [len(row) for row in cell_figures(text).values()] == [1]


def test_an_empty_cell_does_not_move_the_numbers_beside_it() -> None:
    text = "\n".join(laid("区 托位（个） 资金（万元）", "东湖区 - 960", "南屏区 850 -"))
    read = {
        figure.quantity.span.of(text): figure.cell.column.of(text)
        for row in cell_figures(text).values()
        for figure in row
        if figure.cell is not None
    }
    assert read == {"960": "资金（万元）", "850": "托位（个）"}


def test_a_row_with_a_long_text_does_not_end_the_table() -> None:
    text = "\n".join(laid("区 托位（个） 说明", f"甲区 12 {'长' * 80}", "乙区 9 无"))
    assert [row[0].quantity.span.of(text) for row in cell_figures(text).values()] == ["9"]


def test_a_cell_that_claims_to_reach_over_millions_is_refused_or_cut() -> None:
    wide = [[Spanning(TableCell("宽"), 1, 10**9)] * 2]
    with pytest.raises(UnreadableDocument, match=f"上限为.*{MOST_COLUMNS} 列"):
        lay_out(wide, "表.html")
    deep = [[Spanning(TableCell("深"), 10**9, 1)]]
    assert table_lines(lay_out(deep, "表.html")) == ["深"]


def test_a_bar_in_a_line_across_the_table_makes_it_no_row() -> None:
    rows = [[Spanning(TableCell("区"), 1, 1), Spanning(TableCell("数"), 1, 1)]]
    rows += [[Spanning(TableCell("| 一"), 1, 2)], [Spanning(TableCell("甲"), 1, 1)]]
    assert "／ 一" in table_lines(lay_out(rows, "表.docx"))


@given(
    st.lists(
        st.lists(
            st.tuples(st.text("区甲1 \n|", max_size=4), st.integers(1, 3), st.integers(1, 3)),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_no_word_of_a_cell_is_lost_and_every_row_has_as_many_cells(
    rows: list[list[tuple[str, int, int]]],
) -> None:
    spanning = [
        [Spanning(TableCell(words), down, across) for words, down, across in row] for row in rows
    ]
    lines = table_lines(lay_out(spanning, "表.docx"))
    whole = "".join("".join(lines).replace("|", "／").split())
    for row in rows:
        for words, _, _ in row:
            assert all("".join(piece.split()) in whole for piece in cell_text(words).split())
    assert len({line.count("|") for line in lines if line.startswith("| ")} - {0}) <= 1
