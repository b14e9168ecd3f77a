"""What goes to those named behind 其余, a whole term of payments, averages by year and by length."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

MEASURES = Text(
    "溪源措施.txt",
    """溪源市惠民工程若干措施

一、设立规模2.5亿元的创新引导基金，其中市级财政出资1.1亿元，开发区出资0.6亿元，其余由社会机构募集。
二、工程总投资中，上级补助占42%，专项债券占23%，其余由施工企业垫付。
三、全年培训护理员8200人次，其中养老机构3600人次、医院2900人次，其余为家政公司。
四、对返乡青年发放房租补贴，每人每月补贴450元，最长18个月。
五、对退役运动员按每人每年1500元标准给予安置扶助，连续扶助6年。
六、四年新建口袋公园86个，惠及群众12万人。
七、滨江绿道：全长24.5公里，总投资3.2亿元，设计时速20公里。
专栏2 供热重点工程
1.东郊热源厂：装机3台，投资4.6亿元，工期20个月。
2.主干管网更新：更换管道31公里，投资2.1亿元。
3.换热站改造：改造站点52座，投资0.8亿元，惠及居民6万户。

八、工伤补贴按每人每月260元发放。
""",
    {"id": "measures", "region": "溪源市", "issued_on": "2024-01-05"},
)


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("terms"), (MEASURES,)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("溪源市创新引导基金里社会机构要募集多少？", "0.8亿元"),
        ("溪源工程总投资中由施工企业垫付的占百分之几？", "35%"),
        ("溪源市全年培训的护理员里家政公司有多少人次？", "1700人次"),
        ("溪源返乡青年房租补贴领满一共有多少钱？", "8100元"),
        ("溪源市一名退役运动员的安置扶助领满年限总共可领多少元？", "9000元"),
        ("溪源市四年里平均每年新建几个口袋公园？", "21.5个"),
        ("溪源市专栏2所列三项供热工程投资合计多少亿元？", "7.5亿元"),
        ("溪源滨江绿道平均建一公里要花多少钱？", "约1306万元"),
    ],
)
def test_the_value_is_computed(measures: Engine, question: str, answer: str) -> None:
    reply = measures.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
    assert reply.statements[-1].derived is not None


def test_the_rest_is_not_given_for_others(measures: Engine) -> None:
    reply = measures.ask("溪源市创新引导基金里保险公司要出多少？", as_of=AS_OF)
    assert isinstance(reply, Refusal)


@pytest.mark.parametrize(
    "question",
    [
        "溪源工伤补贴领满一共能领多少钱？",  # no term is stated
        "溪源滨江绿道平均每座桥花多少钱？",
    ],
)
def test_an_operand_alone_is_no_answer(measures: Engine, question: str) -> None:
    reply = measures.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal)
