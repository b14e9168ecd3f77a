"""The number of the very thing asked for, among neighbours in one sentence or one table."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

REPORT = """棠岭县2023年国民经济和社会发展统计公报

一、综合
全年地区生产总值[1]218.4亿元，按可比价格计算，比上年增长6.2%，增速高于全市平均水平0.7个百分点。
年末常住人口31.7万人。
二、农业
表1 主要农产品产量
单位：万元
指标 | 计量单位 | 2023年 | 比上年增长（%）
粮食 | 万吨 | 14.2 | 1.5
其中：玉米 | 万吨 | 6.3 | -3.1
茶叶 | 吨 | 820 | 12.4
三、固定资产投资
固定资产投资增长9.8%。房地产开发投资31.6亿元，下降7.5%。
四、旅游
接待游客420万人次、旅游收入36.5亿元（2022年分别为310万人次、27.2亿元）。森林覆盖率由2020年的61.2%提高到64.8%。
五、环境
空气质量优良天数比例居全市8个县区第2位。
"""
RULES = """棠岭县创业担保和奖励办法

一、借款人应当年满18周岁。个人创业担保贷款最高额度由20万元提高到30万元，合伙创业的由80万元提高到110万元。
二、发生代偿的，由担保基金承担80%、经办银行承担20%。
三、年营业收入500万元以上的企业，首次入统的奖励8万元。
四、新评为一级、二级、三级创业园的，分别奖励40万元、25万元、10万元。
五、采购款预付比例不低于40%，履约保证金不超过合同金额的5%。
六、完成调整计划的97.3%。
七、伤残等级与补助
等级      补助月数      是否复评
三级      20个月        不复评
八级      9个月         两年内复评
"""


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (Text("公报.txt", REPORT), Text("办法.txt", RULES))
    with engine_over(tmp_path_factory.mktemp("county"), texts) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("棠岭县2023年地区生产总值是多少？", "218.4亿元"),
        ("棠岭 茶叶 2023 增减幅度", "12.4%"),
        ("棠岭县玉米产量下降了多少？", "-3.1%"),
        ("棠岭县2023年粮食产量多少万吨？", "14.2万吨"),
        ("棠岭县2022年旅游收入是多少？", "27.2亿元"),
        ("棠岭县2023年旅游收入是多少？", "36.5亿元"),
        ("棠岭县森林覆盖率2020年是多少？", "61.2%"),
        ("棠岭县森林覆盖率现在是多少？", "64.8%"),
        ("空气质量优良天数比例在全市排第几？", "第2位"),
        ("代偿时经办银行承担几成？", "20%"),
        ("代偿时担保基金承担百分之多少？", "80%"),
        ("合伙创业 担保贷款 最高额度", "110万元"),
        ("首次入统的企业奖励多少？", "8万元"),
        ("二级创业园奖励多少钱？", "25万元"),
        ("八级伤残补助多少个月？", "9个月"),
        ("履约保证金最多收几个点？", "5%"),
        ("完成调整计划的比例是多少？", "97.3%"),
    ],
)
def test_the_number_belongs_to_the_words_asked_for(
    county: Engine, question: str, wanted: str
) -> None:
    reply = county.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert wanted in reply.answer
    assert reply.answer.count("元") <= 1


@pytest.mark.parametrize(
    "question",
    [
        "棠岭县2023年固定资产投资总额是多少亿元？",  # only its growth is stated
        "棠岭县2023年失业人口有多少？",  # only another sort of 人口 is stated
        "棠岭县2023年茶叶种植面积多少万亩？",
        "四级伤残补助多少个月？",
    ],
)
def test_a_neighbour_is_not_given_for_what_is_not_stated(county: Engine, question: str) -> None:
    reply = county.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal), reply
