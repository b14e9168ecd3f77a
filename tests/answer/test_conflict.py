"""Several values for one indicator, year and place are named as a contradiction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

TEXTS = (
    Text(
        "a.txt",
        "云渚市2023年国民经济和社会发展统计公报\n\n一、综合\n全年地区生产总值1250.6亿元，增长5.4%。\n"
        "二、教育\n全市共有普通高中36所，在校学生5.2万人。\n",
    ),
    Text(
        "b.txt",
        "云渚市教育局2023年工作总结\n\n2023年，全市共有普通高中38所，在校学生5.2万人，其中公办高中30所。\n",
    ),
    Text(
        "c.txt",
        "云渚市政府工作报告（2024年）\n\n2023年，全市地区生产总值达到1248亿元，增长5.4%。"
        "2024年，地区生产总值增长目标为5.5%左右。\n",
    ),
    Text(
        "d.txt",
        "云渚市2023年民政事业统计公报\n\n一、养老\n年末全市共有养老机构42家，床位6300张。\n"
        "二、附记\n据汇总，2023年年末全市共有养老机构45家。\n",
    ),
)


@pytest.fixture(scope="module")
def contradicting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("contradicting"), TEXTS) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("云渚市2023年普通高中有多少所？", ("36所", "38所")),
        ("云渚市2023年地区生产总值是多少？", ("1250.6亿元", "1248亿元")),
        ("2023年云渚市养老机构有多少家？", ("42家", "45家")),
    ],
)
def test_contradicting_values_stand_side_by_side_and_are_named(
    contradicting: Engine, question: str, values: tuple[str, str]
) -> None:
    reply = contradicting.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert all(value in reply.answer for value in values)
    assert any("不同的数值" in note and all(v in note for v in values) for note in reply.notes)
    assert {value for value in values if any(value in c.quote for c in reply.citations)} == set(
        values
    )


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("2023年云渚市普通高中在校学生多少人？", "5.2万人"),
        ("云渚市2023年公办高中有多少所？", "30所"),
        ("云渚市养老机构有多少张床位？", "6300张"),
    ],
)
def test_values_that_agree_or_stand_alone_are_no_contradiction(
    contradicting: Engine, question: str, value: str
) -> None:
    reply = contradicting.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == value
    assert not any("不同的数值" in note for note in reply.notes)


def test_where_no_amount_is_set_the_growth_aimed_at_is_the_target(contradicting: Engine) -> None:
    reply = contradicting.ask("云渚市2024年地区生产总值目标是多少？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer.startswith("5.5%")
    assert not any("不同的数值" in note for note in reply.notes)


UNLIKE = (
    Text("a.txt", "云渚市2023年文旅工作总结\n\n一、场馆\n2023年，全市共有36家博物馆。\n"),
    Text("b.txt", "云渚市2023年住宿业工作总结\n\n一、住宿\n2023年，全市共有58家民宿。\n"),
)


def test_numbers_with_another_noun_behind_them_are_no_contradiction(tmp_path: Path) -> None:
    with engine_over(tmp_path, UNLIKE) as engine:
        reply = engine.ask("云渚市2023年共有多少家？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert {"36家", "58家"} <= {one.split("：")[-1] for one in reply.answer.split("；")}
    assert not any("不同的数值" in note for note in reply.notes)
