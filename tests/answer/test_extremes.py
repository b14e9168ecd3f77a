"""The highest or lowest of several things that the text names and the question does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

TEXT = """临溪县2023年充电设施建设情况

一、建设
2021年，全县新建充电桩120个；2022年新建210个；2023年新建180个。
城东镇建成45个，河西镇建成82个，北山乡建成53个。
全县充电站分布：鼓楼街道、文昌街道、南湖街道分别有12座、9座、15座。
二、指标
指标　　　2021年　2022年　2023年
完好率（%）　　87　　95　　90
接入率（%）　　60　　75　　82
"""


@pytest.fixture(scope="module")
def charging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("extremes"), (Text("充电.txt", TEXT),)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer", "operands"),
    [
        ("哪一年新建充电桩最多？", "2022年 210个", 3),
        ("充电桩新建数量最多的是哪年？", "2022年 210个", 3),
        ("哪一年新建的充电桩最少？", "2021年 120个", 3),
        ("哪个乡镇建成的充电桩最多？", "河西镇 82个", 3),
        ("哪个街道充电站最少？", "文昌街道 9座", 1),
        ("哪年充电桩完好率最高？", "2022年 95%", 2),
    ],
)
def test_the_extreme_is_named_with_its_number_and_all_operands(
    charging: Engine, question: str, answer: str, operands: int
) -> None:
    reply = charging.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
    derived = reply.statements[-1].derived
    assert derived is not None
    assert derived.operation in {"maximum", "minimum"}
    assert len(reply.citations) == operands


def test_a_neighbouring_unit_is_not_compared(charging: Engine) -> None:
    reply = charging.ask("哪个街道充电站最多？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "南湖街道 15座"
