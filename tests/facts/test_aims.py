"""What is aimed at, told by the lead, the heading or a year that has not come yet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fact_documents import document

from app.documents.structure import outline
from app.facts.figures import figures
from app.model import Modality, Role

TEXT = """主要预期目标是：进出口总额增长6%以上，新增就业1.2万人，居民消费价格涨幅3%左右。全年植树33万株。

到2027年，泊位达到7100个。2023年建成泊位5200个。

一、年度目标

（一）学位。新增学位1210个。

二、目标完成情况

新增托位1105个。
"""

CASES = [
    ("6%", Modality.TARGET),
    ("1.2万人", Modality.TARGET),
    ("3%", Modality.TARGET),
    ("33万株", Modality.ACTUAL),
    ("7100个", Modality.TARGET),
    ("5200个", Modality.ACTUAL),
    ("1210个", Modality.TARGET),
    ("1105个", Modality.ACTUAL),
]


@pytest.mark.parametrize(("number", "modality"), CASES)
def test_a_number_is_aimed_at_or_has_come_about(number: str, modality: Modality) -> None:
    dated = replace(document(TEXT), title="云渚市政府工作报告（2024年）")
    found = {one.quantity.span.of(TEXT): one for one in figures(dated, outline(TEXT))}
    assert found[number].modality is modality


@pytest.mark.parametrize(
    ("text", "number", "modality"),
    [
        ("主要目标完成情况：出口增长6.2%，新增就业1.3万人。", "1.3万人", Modality.ACTUAL),
        ("完成年度计划的104%，招生1620人，其中甲校540人。", "540人", Modality.ACTUAL),
        ("计划招生1620人，其中甲校540人。", "540人", Modality.TARGET),
        ("主要目标任务：出口增长6%以上，新增就业1.2万人。", "1.2万人", Modality.TARGET),
    ],
)
def test_what_reports_on_aims_is_no_aim(text: str, number: str, modality: Modality) -> None:
    found = {one.quantity.span.of(text): one for one in figures(document(text), outline(text))}
    assert found[number].modality is modality


@pytest.mark.parametrize(
    "text",
    ["生产总值增长目标为5.5%左右。", "居民消费价格涨幅控制在3%以内。", "税收增长率为4.1%。"],
)
def test_a_growth_with_words_between_is_still_a_change(text: str) -> None:
    (figure,) = figures(document(text), outline(text))
    assert figure.role is Role.CHANGE
