"""The asker tells of a case: ages, years of service and numbers of people choose the tier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

WORK = (
    "澜口市就业促进补贴实施细则\n"
    "第一条 对招用高校毕业生的小微企业，招用1至4人的，每人给予1000元补贴；招用5人及以上的，"
    "每人给予1500元补贴。\n"
    "第二条 公益性岗位人员每人每月发放岗位津贴600元，工作满5年的提高到900元。\n"
    "第三条 一次性创业补贴标准由5000元提高到8000元。\n"
    "第四条 高级工技能提升补贴为2000元。护理员在养老机构连续工作三年的，给予5000元奖励。\n"
)
EAST = (
    "东浦市养老服务发展公报\n"
    "2023年末，全市60周岁及以上老年人口42.6万人。全市有养老机构86家，入住率为51.3%。\n"
    "高龄津贴：80至89周岁每人每月100元，90至99周岁每人每月200元，100周岁及以上每人每月1000元。\n"
    "特困人员供养标准由2020年的每月780元提高到1120元。\n"
)
WEST = (
    "西浦市养老服务发展公报\n"
    "2023年末，全市60周岁及以上老年人口31.2万人。全市有养老机构64家，入住率为47.6%。\n"
    "高龄津贴：80至89周岁每人每月80元，90至99周岁每人每月150元，100周岁及以上每人每月600元。\n"
)
BUDGET = (
    "裕山县2023年预算执行情况的报告\n"
    "2023年，全县教育支出9.8亿元，社会保障和就业支出7.4亿元，卫生健康支出4.5亿元。\n"
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (
        Text("就业.txt", WORK),
        Text("东浦.txt", EAST),
        Text("西浦.txt", WEST),
        Text("预算.txt", BUDGET),
    )
    with engine_over(tmp_path_factory.mktemp("cases"), texts) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("我在澜口公益性岗位干了6年，岗位津贴每月多少？", "900元"),
        ("我在澜口公益性岗位干了12年了，岗位津贴每月多少？", "900元"),
        ("我在澜口公益性岗位干了3年，岗位津贴每月多少？", "600元"),
        ("澜口小微企业招用3个高校毕业生，每人补贴多少？", "1000元"),
        ("我外婆今年92岁，在东浦高龄津贴一个月多少钱？", "200元"),
        ("我奶奶101岁了，户口在东浦，高龄津贴一个月多少钱？", "1000元"),
        ("东浦101岁老人高龄津贴每月多少元？", "1000元"),
        ("护理员在澜口养老机构干满三年奖多少？", "5000元"),
        ("澜口市一次性创业补贴提高了多少？", "3000元"),
    ],
)
def test_the_number_of_the_tier_that_the_case_lies_in_is_given(
    rules: Engine, question: str, wanted: str
) -> None:
    reply = rules.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == wanted


def test_a_class_of_other_bounds_is_no_case(rules: Engine) -> None:
    reply = rules.ask("东浦2023年65岁及以上老年人口多少？", as_of=AS_OF)
    assert isinstance(reply, Refusal)


@pytest.mark.parametrize(
    ("earlier", "question", "wanted"),
    [
        ("东浦市养老机构入住率是多少？", "西浦呢？", "47.6%"),
        ("东浦100岁老人高龄津贴多少？", "换成西浦的呢？", "600元"),
        ("东浦市养老机构有多少家？", "那西浦市呢？", "64家"),
        ("东浦特困人员供养标准现在是多少？", "2020年的时候才多少？", "780元"),
    ],
)
def test_another_place_or_year_takes_the_place_of_the_earlier_one(
    rules: Engine, earlier: str, question: str, wanted: str
) -> None:
    reply = rules.ask(question, (earlier,), as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == wanted


def test_keyword_groups_that_end_alike_are_compared_whole(rules: Engine) -> None:
    reply = rules.ask("裕山 2023 教育支出 社会保障和就业支出 哪个多", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "教育支出 9.8亿元；社会保障和就业支出 7.4亿元"
