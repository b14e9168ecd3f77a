"""A number that several things share answers for none of them alone; nor a part for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = """桐洲县文化体育事业发展情况

一、设施
2023年投入2.4亿元新建桐洲县图书馆、东堤文化馆等7个场馆，新增座位1850个。
二、队伍
引进编剧、舞台总监等紧缺文艺人才38人，评选县级名嘴、青年名嘴60名，招聘乐手、灯光师25人。
三、活动
推行票务集中采购，共采购演出312场，平均降价18.5%。符合条件的演出团体参加展演的有46个，占符合条件团体总数的71.2%。
"""


@pytest.fixture(scope="module")
def culture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("culture"), (Text("a.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "桐洲县引进了多少名编剧？",
        "桐洲县引进的舞台总监有几个？",
        "桐洲县评选了多少名青年名嘴？",
        "县级名嘴评了几名",
        "桐洲县招聘了几名灯光师？",
        "桐洲县全县总共有多少个场馆？",
    ],
)
def test_one_of_several_has_no_number_of_its_own(culture: Engine, question: str) -> None:
    reply = culture.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal), f"answered: {reply.answer}"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("桐洲县引进紧缺文艺人才多少人？", "38人"),
        ("桐洲县评选县级名嘴、青年名嘴多少名？", "60名"),
        ("桐洲县招聘乐手和灯光师多少人？", "25人"),
        ("桐洲县新建了多少个场馆？", "7个"),
        ("桐洲县票务集中采购平均降价多少？", "18.5%"),
        ("桐洲县参加展演的演出团体占符合条件者的比例是多少？", "71.2%"),
    ],
)
def test_the_number_of_all_of_them_is_given(culture: Engine, question: str, value: str) -> None:
    reply = culture.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == value
