"""A number and its change asked for in one breath; growth aimed at; words that are no places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

TEXT = """云渚市2023年预算执行情况报告

一、执行情况
2023年，一般公共预算支出352.6亿元，比上年增加14.8亿元。专项债券安排61.2亿元、比上年增加5.4亿元。
全市生产总值1250亿元，增长5.4%。提高专项附加扣除标准，8.6万纳税人受益。全年两次降低公积金贷款利率。

二、2024年目标
今年预期目标是：全市生产总值增长6%左右，居民消费价格涨幅2.5%左右。
"""


@pytest.fixture(scope="module")
def budget(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("texts"), (Text("a.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("云渚市2023年一般公共预算支出多少，比上年增加多少？", "352.6亿元；14.8亿元"),
        ("专项债券安排多少？比上年增加多少？", "61.2亿元；5.4亿元"),
        ("云渚市2023年生产总值是多少，同比增长多少？", "1250亿元；5.4%"),
        ("云渚市2024年GDP增长目标是多少？", "6%左右"),
        ("2024年云渚市居民消费价格涨幅目标", "2.5%左右"),
        ("专项附加扣除惠及多少纳税人？", "8.6万"),
    ],
)
def test_the_values_asked_for_are_given(budget: Engine, question: str, answer: str) -> None:
    reply = budget.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == answer
    assert all(c.quote in TEXT for c in reply.citations)
