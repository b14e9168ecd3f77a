"""What is computed for the case that the asker states, for another year, and of what is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

RULES = Text(
    "措施/演艺.txt",
    """柳川市促进商贸和人才发展若干措施

一、支持会展。在本市举办展览面积达到要求的展会，按期次给予主办单位补贴：参展商100人以上、不足300人的每期5万元；300人以上、不足500人的每期12万元；500人以上的每期30万元。同一主办单位全年补贴不超过80万元。
二、支持装备更新。对实际完成设备投资500万元以上的工业项目，按投资额的4%给予补助，单个项目最高不超过100万元。
三、支持人才。对到山区学校工作的师范毕业生，一次性给予安家补助8万元。补助分三年按5∶3∶2比例发放。
四、奖补资金由市、县（区）两级财政按7∶3比例分担。
五、伤残职工由单位一次性支付9个月的本人工资作为就业补助金。
六、互助金可借额度按账户余额的10倍计算，余额不足3000元的按3000元计算。
""",
    {"id": "rules", "region": "柳川市", "issued_on": "2024-01-05"},
)
REPORT = Text(
    "统计/柳川2022.txt",
    """柳川市2022年统计公报

一、农业
全年水果种植面积32.5万亩，比上年增加1.2万亩。
二、城镇化
年末城镇化率为61.3%，比上年末提高0.8个百分点。
三、文化
年末共有公共图书馆15家，其中青岭区4家、白渡县3家。
四、教育
重点支出：教育支出9200万元，增长3.1%；科技支出1800万元，增长9.4%；卫生支出4100万元，下降2.5%。
五、交通
全年新改建农村公路分别为120公里、95公里。
六、排水
泵站共80座，其中未达到排涝标准的泵站22座。
七、工程
东湖大桥总投资6.5亿元，截至年底完成投资2.4亿元。
八、工业
规模以上工业企业210家。
九、卫生
青岭医疗集团下辖卫生院9家；白渡医疗集团下辖卫生院13家。
十、环境
地表水达标率由2020年的82.1%提高到2022年的93.6%。
""",
    {"id": "report22", "region": "柳川市", "issued_on": "2023-03-01"},
)
EARLIER = Text(
    "统计/柳川2021.txt",
    """柳川市2021年统计公报

一、工业
规模以上工业企业196家。
""",
    {"id": "report21", "region": "柳川市", "issued_on": "2022-03-01"},
)


@pytest.fixture(scope="module")
def computing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("cases"), (RULES, REPORT, EARLIER)) as opened:
        yield opened


COMPUTED = {
    # steps of a scale, caps behind the rule
    "柳川一期展会来了350人参展商，能补几万元？": "12万元",
    "柳川同一单位一年办了4期600人参展商的展会，总共补多少？": "80万元",
    # a rate of what was spent, though the case is told in other words
    "柳川某厂买设备花了2000万的工业项目，能拿多少补助？": "80万元",
    # parts by year and by level
    "师范毕业生到柳川山区学校，第二年安家补助能拿多少钱？": "2.4万元",
    "柳川企业该得奖补资金50万元，县里要出多少？": "15万元",
    # multiples of what the asker states
    "柳川职工月工资5000元，伤残就业补助金能拿多少钱？": "4.5万元",
    "柳川账户余额才2000元，互助金能借多少钱？": "3万元",
    # the year before
    "柳川市2021年水果种植面积多少万亩？": "31.3万亩",
    "柳川市2021年末城镇化率是多少？": "60.5%",
    # what is left
    "柳川除青岭和白渡外其他地方有几家公共图书馆？": "8家",
    "柳川达标的泵站有多少座？": "58座",
    "柳川东湖大桥还有多少投资没完成？": "4.1亿元",
    # two years
    "柳川 2021到2022 规模以上工业企业 增加几家": "14家",
    # listed numbers
    "柳川两批新改建农村公路合计多少公里？": "215公里",
    "柳川地表水达标率由多少提高到多少？": "由82.1%到93.6%",
}


@pytest.mark.parametrize("question", COMPUTED, ids=list(COMPUTED))
def test_a_case_is_computed(computing: Engine, question: str) -> None:
    reply = computing.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == COMPUTED[question]


NAMED = {
    "柳川2022 重点支出 哪项增长最快": "科技支出 9.4%",
    "柳川两个医疗集团中哪个下辖的卫生院更多？": "白渡医疗集团",
    "柳川 2021 2022 规模以上工业企业 哪年多": "2022年",
}


@pytest.mark.parametrize("question", NAMED, ids=list(NAMED))
def test_the_highest_is_named(computing: Engine, question: str) -> None:
    reply = computing.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer.startswith(NAMED[question])


REFUSED = {
    "below the lower limit of the rule": "柳川某厂买设备花了200万的工业项目，能拿多少补助？",
    "a year that no change leads to": "柳川市2018年末城镇化率是多少？",
    "another base": "柳川账户支出2000元，互助金能借多少钱？",
}


@pytest.mark.parametrize("question", REFUSED.values(), ids=REFUSED.keys())
def test_what_does_not_follow_is_refused(computing: Engine, question: str) -> None:
    assert isinstance(computing.ask(question, as_of=AS_OF), Refusal)
