"""Workbooks give each visible row with its headers, as the sheet shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx_parts import docx_of, zipped
from hypothesis import given
from hypothesis import strategies as st

from app.documents import xlsx as reader
from app.documents.read import read
from app.documents.xlsx_formats import CHINESE_FORMATS, shown
from app.errors import UnreadableDocument

HEADER = ("区", "托位（个）", "资金（万元）")


def saved(book: Any) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def lines(*rows: tuple[object, ...], change: Callable[[Any], None] | None = None) -> list[str]:
    """The lines of a workbook of one sheet with these rows, after `change`."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change is not None:
        change(book.active)
    return read(saved(book), "表.xlsx").text.splitlines()


def test_rows_stand_below_their_header() -> None:
    assert lines(HEADER, ("东湖区", 1200, 960.5), ("南屏区", 850, None)) == [
        "| 区 | 托位（个） | 资金（万元） |",
        "| 东湖区 | 1200 | 960.5 |",
        "| 南屏区 | 850 |  |",
    ]


def test_title_and_unit_above_the_header_stand_alone() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:C1")

    assert lines(
        ("建设任务表",), ("", "", "单位：万元"), HEADER, ("东湖区", 1, 2), change=merge
    ) == [
        "建设任务表",
        "|  |  | 单位：万元 |",
        "| 区 | 托位（个） | 资金（万元） |",
        "| 东湖区 | 1 | 2 |",
    ]


def test_hidden_rows_columns_and_sheets_are_left_out() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        hidden = sheet.parent.create_sheet("草稿")
        hidden.append(["隐藏"])
        hidden.sheet_state = "veryHidden"

    assert lines(HEADER, ("东湖区", 1, 2), ("隐藏区", 3, 4), ("南屏区", 5, 6), change=hide) == [
        "| 区 | 资金（万元） |",
        "| 东湖区 | 2 |",
        "| 南屏区 | 6 |",
    ]


def test_merged_cells_are_filled_also_where_their_first_place_is_hidden() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:A4")
        sheet.row_dimensions[2].hidden = True

    rows = (HEADER, ("东部", "甲县", 1), (None, "乙县", 2), (None, "丙县", 3))
    assert lines(*rows, change=merge)[1:] == ["| 东部 | 乙县 | 2 |", "| 东部 | 丙县 | 3 |"]


def test_a_blank_row_parts_two_tables() -> None:
    found = lines(HEADER, ("东湖区", 1, 2), (), ("县", "数"), ("甲县", 3))
    assert found == [
        "| 区 | 托位（个） | 资金（万元） |",
        "| 东湖区 | 1 | 2 |",
        "",
        "| 县 | 数 |",
        "| 甲县 | 3 |",
    ]


def test_sheets_with_names_of_their_own_are_named_when_there_are_several() -> None:
    book = openpyxl.Workbook()
    book.active.title = "2023年"
    book.active.append(["甲"])
    book.create_sheet("空")
    book.create_sheet("Sheet3").append(["乙"])
    assert read(saved(book), "表.xlsx").text.splitlines() == ["2023年", "甲", "乙"]


def test_cells_far_away_cost_no_more_than_cells_nearby() -> None:
    def far(sheet: Any) -> None:
        sheet["XFD1048576"] = "角落"
        sheet.merge_cells("A3:B5000")

    assert lines(("甲", "乙"), ("丙",), change=far) == ["| 甲 | 乙 |", "丙", "", "角落"]


def test_a_formula_counts_by_its_stored_value() -> None:
    book = openpyxl.Workbook()
    book.active.append(["合计", "=SUM(1,2)"])
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>合计</t></is></c><c r="B1"><f>SUM(1,2)</f><v>3</v></c></row></sheetData></worksheet>'
    )
    assert (
        read(replaced(saved(book), "xl/worksheets/sheet1.xml", sheet), "表.xlsx").text
        == "| 合计 | 3 |\n"
    )


def replaced(data: bytes, part: str, content: str) -> bytes:
    import zipfile

    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return zipped({**parts, part: content})


def test_dates_in_formats_that_chinese_programs_write_by_number() -> None:
    book = openpyxl.Workbook()
    book.active.append(["日期", 45413])
    styles = replaced(saved(book), "xl/worksheets/sheet1.xml", _DATED)
    with_format = replaced(styles, "xl/styles.xml", _STYLES)
    assert read(with_format, "表.xlsx").text == "| 日期 | 2024年5月1日 |\n"


_DATED = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>日期</t></is></c><c r="B1" s="1"><v>45413</v></c></row></sheetData></worksheet>'
)
_STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="31" applyNumberFormat="1"/></cellXfs></styleSheet>'
)

DAY = datetime(2024, 5, 1, 15, 4, 9)

SHOWN: list[tuple[object, str, str]] = [
    (1200, "General", "1200"),
    (0.1 + 0.2, "General", "0.3"),
    (1234.56789012345, "General", "1234.56789"),
    (123456789012345, "General", "123456789012345"),
    (-3.50, "General", "-3.5"),
    (0, "General", "0"),
    (10, "General", "10"),
    (Decimal("7.10"), "General", "7.1"),
    (9999999999, "General", "9999999999"),
    (9999999999.96, "General", "10000000000"),
    (0.00123456789012, "General", "0.001234568"),
    (0.00001234, "General", "1.234E-05"),
    (1234567.891, "#,##0.00", "1,234,567.89"),
    (0.5, "#,##0", "1"),
    (2.675, "0.00", "2.68"),
    (-1234.5, "#,##0.0", "-1,234.5"),
    (-1234.5, "#,##0.0_);(#,##0.0)", "(1,234.5)"),
    (-0.001, "0.00", "0.00"),
    (0.615, "0%", "62%"),
    (0.615, "0.0%", "61.5%"),
    (-0.035, "0.0%;[Red]-0.0%", "-3.5%"),
    (12, '0"个"', "12个"),
    (12.5, '#,##0.00"万元"', "12.50万元"),
    (5, "000", "005"),
    (0.5, "#.##", ".5"),
    (3, "0.##", "3"),
    (3.14159, "0.0##", "3.142"),
    (1234567, "0.0,", "1234.6"),
    (88, '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "¥88.00"),
    (0, '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', "-"),
    (9.5, "[$¥-804]#,##0.00", "¥9.50"),
    (7, "0;-0;;@", "7"),
    (0, "0;-0;;@", ""),
    (1.5, "# ?/?", "1.5"),
    (13800001234, "000-0000-0000", "13800001234"),
    (4.0, "@", "4"),
    ("文字", "0.00", "文字"),
    (True, "General", "TRUE"),
    (DAY, 'yyyy"年"m"月"d"日"', "2024年5月1日"),
    (DAY, "yyyy-mm-dd", "2024-05-01"),
    (DAY, "mm-dd-yy", "2024/5/1"),
    (DAY, "m/d/yy h:mm", "2024/5/1 15:04"),
    (DAY, "yyyy-mm-dd hh:mm:ss", "2024-05-01 15:04:09"),
    (DAY, "[$-804]yyyy\\年m\\月;@", "2024年5月"),
    (DAY, '上午/下午h"时"mm"分"', "下午3时04分"),
    (DAY, "mmm-yy", "May-24"),
    (DAY, "aaaa", "星期三"),
    (DAY, "General", "2024/5/1"),
    (date(2024, 5, 1), 'm"月"d"日"', "5月1日"),
    (time(9, 30), "h:mm", "9:30"),
    (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
    (DAY, CHINESE_FORMATS[57], "2024年5月"),
]


@pytest.mark.parametrize(("value", "form", "text"), SHOWN)
def test_a_value_is_shown_as_its_format_says(value: Any, form: str, text: str) -> None:
    assert shown(value, form) == text


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=64),
    st.text("0#?.,%;\"'[]@eE+-/ymdhs\\_*a ", max_size=12),
)
def test_any_number_in_any_format_gives_text(value: float, form: str) -> None:
    assert isinstance(shown(value, form), str)
    assert isinstance(shown(DAY, form), str)


@given(st.decimals(-(10**9), 10**9, places=3, allow_nan=False))
def test_two_places_are_rounded_half_up(value: Decimal) -> None:
    text = shown(value, "0.00")
    assert abs(Decimal(text) - value) <= Decimal("0.005")


REFUSED = {
    "an old binary sheet": (
        bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook".encode("utf-16-le"),
        "另存为 .xlsx",
    ),
    "a web page": (b"<html><table></table></html>", "内容却是网页"),
    "a Word file": (docx_of("<w:p/>"), "请用 Excel 或 WPS 打开，另存为 .xlsx"),
    "half an archive": (saved(openpyxl.Workbook())[:900], "已经损坏"),
    "a damaged part": (
        replaced(saved(openpyxl.Workbook()), "xl/worksheets/sheet1.xml", "<worksheet"),
        "工作簿已损坏或不合规范",
    ),
}


@pytest.mark.parametrize(("data", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_workbook_is_refused_with_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why) as raised:
        read(data, "坏表.xlsx")
    assert "坏表.xlsx" in str(raised.value)


def test_too_many_tags_and_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.documents.tables.MOST_CELLS", 20)
    with pytest.raises(UnreadableDocument, match="上限为 20 个单元格"):
        lines(*((1, 2, 3) for _ in range(9)))
    monkeypatch.setattr(reader, "MOST_TAGS", 50)
    with pytest.raises(UnreadableDocument, match=r"标记 .*上限 50"):
        lines(HEADER)


def test_a_range_merged_over_the_whole_sheet_is_refused_at_once() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>'
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    data = replaced(saved(openpyxl.Workbook()), "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(UnreadableDocument, match="合并区域 17179869184 格"):
        read(data, "表.xlsx")


def test_an_old_sheet_format_says_what_to_save_it_as() -> None:
    with pytest.raises(UnreadableDocument, match=r"另存为 \.xlsx 后重新添加"):
        read(b"anything", "统计表.xls")
