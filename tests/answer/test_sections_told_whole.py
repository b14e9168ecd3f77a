"""A section named by the question is told sentence by sentence, none of them left out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

WATER = (
    "通过以工代赈、定向培训、驻村指导，组织管水员上岗培训2600人次",
    "引进水质检测骨干31人，建立乡镇水质快检点19个",
    "招聘管水员208人（其中高中以上学历96人），选聘退休水利技师12人",
    "实施管水员“提灯”计划，组建供水服务技术小组，建立覆盖各乡镇的抢修队伍，分片负责管网巡查",
    "组织开展水厂运行、管网抢修、水费收缴等技能比武14场，参加管水员870人次",
    "抓好厂长、站长、村级管水员三级责任，评选星级水厂22座，不断提高供水服务水平",
)
TEXT = (
    "岚汀县农村供水管护经验做法\n\n一、抓住关键，守好饮水安全\n"
    "一是管水员队伍建设迈出新步伐。"
    + "。".join(WATER)
    + "。\n二是水费收缴规范有序。推行阶梯水价，对特困供养家庭，每户每月免收3吨水费，"
    "因停水超过24小时的，按日减免基本水费，水费收入专户管理。在此基础上，按季公开水费账目。\n"
    "审核人：马远航\n"
)


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("practice"), (Text("a.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "岚汀县管水员队伍建设有哪些举措？",
        "岚汀县在管水员队伍建设方面做了什么",
        "管水员队伍建设都有哪些做法",
        "岚汀县怎么推进管水员队伍建设？",
    ],
)
def test_all_sentences_of_the_section_are_given(practice: Engine, question: str) -> None:
    reply = practice.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert tuple(reply.answer.split("；")) == WATER
    assert [cited.quote for cited in reply.citations] == list(WATER)


def test_whom_a_measure_is_for_stands_with_the_measure(practice: Engine) -> None:
    reply = practice.ask("岚汀县水费收缴规范有哪些举措？", as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer.split("；") == [
        "推行阶梯水价",
        "对特困供养家庭，每户每月免收3吨水费",
        "因停水超过24小时的，按日减免基本水费",
        "水费收入专户管理",
        "按季公开水费账目",
    ]
