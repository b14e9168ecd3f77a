"""Verdicts for the asker's own group, date of birth and things: never by the rule for others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from answer_corpus import Text, engine_over

from app.answer.groups import labels, other_label
from app.answer.thresholds import fits
from app.engine import Engine
from app.model import Answer, Refusal

AS_OF = date(2025, 5, 1)
CARE = """棠溪市托育与人才服务办法

第一条　托班招收2021年9月1日（含）以后出生的幼儿，小班招收2020年9月1日至2021年8月31日出生的幼儿。
第二条　甲类人才可在全市范围内选择1所公立医院建立健康档案。
乙类人才在居住所在区建立健康档案。
第三条　改造投入按专用发票金额核定，旧家具不计入改造投入。
第四条　报考本市事业单位的退役军人，年龄可放宽2周岁。
第五条　已领取托育补贴的家庭无需再次申请，由系统自动续发；新生儿家庭可以向社区申请。
第六条　2024年全市托位增长7.1%，托育机构从业人员下降3.2%。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("texts"), (Text("托育.txt", CARE),)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "decision", "quoted"),
    [
        ("孩子2021年10月5日生，棠溪市的托班收吗", "是", "2021年9月1日"),
        ("我娃2021年8月5日出生的，能上棠溪市的托班吗", "否", "2021年9月1日"),
        ("棠溪市乙类人才能在全市随便选公立医院建健康档案吗", "否", "乙类人才"),
        ("棠溪市甲类人才能在全市选公立医院建健康档案吗", "是", "甲类人才"),
        ("棠溪市买的旧家具能算进改造投入吗", "否", "不计入"),
        ("在棠溪市已经领了托育补贴，要再次申请不", "否", "无需再次申请"),
        ("棠溪市2024年托育机构从业人员是不是涨了？", "否", "下降3.2%"),
    ],
)
def test_the_rule_for_the_asker_decides(
    engine: Engine, question: str, decision: str, quoted: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer.startswith(f"{decision}："), reply.answer
    assert quoted in reply.answer


def test_the_rule_for_another_group_is_not_given(engine: Engine) -> None:
    for question in (
        "棠溪市博士报考事业单位年龄可以放宽吗",
        "棠溪市报考事业单位，残疾人年龄放宽几岁",
    ):
        assert isinstance(engine.ask(question, as_of=AS_OF), Refusal), question


def test_labels_of_classes() -> None:
    assert labels("a类、b类人才") == {"A类", "B类"}
    assert not other_label("我是d类人才", "c类及以上人才")
    assert not other_label("我是b类人才", "a、b类人才")


def test_a_bound_that_counts_its_day() -> None:
    assert fits("2018年9月2日生", "2018年8月31日(含)以前出生") is False
    assert fits("2018年8月31日生", "2018年8月31日(含当日)之前出生") is True
    assert fits("2020年9月2日生", "2020年9月1日至2021年8月31日出生") is True
    assert fits("2019年9月2日生", "2020年9月1日至2021年8月31日出生") is False


HOMES = """岚坪市住房保障办法

第一条　轮候家庭可以申领租房补贴，标准为每人每月150元，其中特困人员为每人每月240元。
单户每月租房补贴不超过700元。
"""


def test_a_household_of_so_many_persons(tmp_path: Path) -> None:
    with engine_over(tmp_path, (Text("住房.txt", HOMES),)) as engine:
        for question, amount in (
            ("岚坪市一户4口轮候家庭申领租房补贴，每月能领多少？", "600元"),
            ("岚坪市一户6口轮候家庭申领租房补贴，每月能领多少？", "700元"),
        ):
            reply = engine.ask(question, as_of=AS_OF)
            assert isinstance(reply, Answer), reply
            assert reply.answer == amount
