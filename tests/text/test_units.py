"""Units: the table, and which units answer for each other."""

from __future__ import annotations

import pytest

from app.lexicon.loader import table
from app.text.units import compatible_units, unit_at, unit_family


@pytest.mark.parametrize(
    ("asked", "unit", "fits"),
    [
        ("家", "所", True),
        ("家", "个", True),
        ("名", "人", True),
        ("名", "位", True),
        ("个", "人", True),
        ("个", "项", True),
        ("个", "", True),
        ("名", "", True),
        ("个", "人次", False),
        ("个", "次", False),
        ("个", "元", False),
        ("名", "人次", False),
        ("名", "所", False),
        ("次", "场", True),
        ("次", "场次", True),
        ("次", "个", False),
        ("钱", "元", True),
        ("钱", "美元", True),
        ("钱", "个", False),
        ("万元", "元", True),
        ("元", "美元", False),
        ("项", "条", True),
        ("天", "小时", True),
        ("天", "个工作日", True),
        ("年", "个月", True),
        ("年", "天", False),
        ("时间", "天", True),
        ("多长时间", "年", True),
        ("比例", "%", True),
        ("%", "个百分点", False),
        ("公里", "米", True),
        ("公里", "亩", False),
        ("", "所", True),
        ("", "元", False),
    ],
)
def test_a_unit_fits_the_one_that_is_asked_for(asked: str, unit: str, fits: bool) -> None:
    assert compatible_units(asked, unit) is fits


@pytest.mark.parametrize(
    ("unit", "family"),
    [
        ("名", "人"),
        ("人", "人"),
        ("亿元", "元"),
        ("块", "元"),
        ("所", "机构"),
        ("场次", "次"),
        ("未知", "未知"),
        ("", ""),
    ],
)
def test_a_unit_has_a_family(unit: str, family: str) -> None:
    assert unit_family(unit) == family


@pytest.mark.parametrize(
    ("text", "arabic", "unit"),
    [
        ("个工作日内", True, "个工作日"),
        ("人次", True, "人次"),
        ("项目", True, None),
        ("项目标", True, "项"),
        ("kg", True, "kg"),
        ("kgs", True, None),
        ("面旗", True, "面"),
        ("面旗", False, None),
        ("钱", True, None),
        ("", True, None),
    ],
)
def test_the_longest_unit_that_fits_is_found(text: str, arabic: bool, unit: str | None) -> None:
    found = unit_at(text, 0, len(text), arabic)
    assert (None if found is None else found.name) == unit


@pytest.mark.parametrize("row", table("units.tsv", 6), ids=lambda row: row[0])
def test_every_unit_of_the_table_is_found_behind_a_number(row: tuple[str, ...]) -> None:
    name, numeral = row[0], row[4]
    found = unit_at(f"{name}”", 0, len(name), arabic=True)
    assert (found is not None and found.name == name) is (numeral != "asked")
