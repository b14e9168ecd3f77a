"""Values that are computed from stated figures, and the questions that must not be computed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Kind, Refusal

MEASURES = Text(
    "产业/措施.txt",
    """青渡市支持企业发展若干措施

一、支持技术改造。企业实施技术改造，设备投资达到200万元以上的，按设备投资额的10%给予补助，单个项目最高300万元。
二、支持物流。企业开行冷链专列，每标箱补助150元，单个企业年度最高60万元。
三、支持人才。新引进的博士、硕士，分别按每人每月2000元、1000元发放租房补贴，发放期限2年。
四、支持养老。新建养老机构按每个床位6000元给予建设补助。
五、公租房租金每平方米每月5元。低保家庭按20%缴纳，低收入家庭按50%缴纳。
六、2024年至2026年，市财政每年安排专项资金1500万元。
七、申报期为4月5日至4月20日。
八、企业贷款按实际支付利息的30%给予贴息，最高20万元。
""",
    {"id": "measures", "region": "青渡市", "issued_on": "2024-01-05"},
)
QINGDU = Text(
    "统计/青渡.txt",
    """青渡市2023年统计公报

一、综合
2023年全市地区生产总值620.4亿元，增长5.1%。年末常住人口91.2万人，比上年末减少0.6万人，其中城镇人口58.7万人。
二、贸易
社会消费品零售总额210亿元，增长5%。出口36.8亿元，增长4.0%；进口12.3亿元，下降1.2%。
三、财政
一般公共预算收入48.5亿元，其中税收收入38.8亿元。
四、教育
小学120所，在校生7.2万人；初中40所，在校生3.6万人；高中12所，在校生1.9万人。
五、交通
公路养护时限由12个工作日压缩至7个工作日。
""",
    {"id": "qingdu", "region": "青渡市", "issued_on": "2024-03-01"},
)
BAIYA = Text(
    "统计/白崖.txt",
    """白崖市2023年统计公报

一、综合
2023年全市地区生产总值500.1亿元，增长6.0%。年末常住人口80.3万人。
二、教育
小学101所，在校生6.1万人；初中35所，在校生3.0万人。
""",
    {"id": "baiya", "region": "白崖市", "issued_on": "2024-03-02"},
)


@pytest.fixture(scope="module")
def computing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("derived"), (MEASURES, QINGDU, BAIYA)) as opened:
        yield opened


VALUES = [
    ("青渡2023年出口比进口多多少亿元？", "24.5亿元", "difference", "36.8亿 - 12.3亿"),
    ("2023年青渡市常住人口比白崖市多多少万人？", "10.9万人", "difference", "91.2万 - 80.3万"),
    ("青渡市公路养护时限压缩了几个工作日？", "5个工作日", "difference", "12 - 7"),
    (
        "青渡小学、初中和高中在校生合计多少？",
        "12.7万人",
        "sum",
        "7.2万 + 3.6万 + 1.9万",
    ),
    ("青渡税收收入占一般公共预算收入的比重是多少？", "80%", "share", "38.8亿 / 48.5亿"),
    ("青渡市2023年非税收入是多少？", "9.7亿元", "rest", "48.5亿 - 38.8亿"),
    ("青渡市2023年末乡村人口是多少万人？", "32.5万人", "rest", "91.2万 - 58.7万"),
    ("青渡小学数是初中的几倍？", "3倍", "multiple", "120 / 40"),
    (
        "青渡社会消费品零售总额210亿元增长5%，倒推上一年是多少？",
        "200亿元",
        "earlier",
        "210亿 / (1 + 5%)",
    ),
    ("推算青渡市2022年末常住人口是多少？", "91.8万人", "earlier", "91.2万 + 0.6万"),
    (
        "青渡市2024年至2026年三年共安排专项资金多少？",
        "4500万元",
        "periods",
        "1500万 × 3年",
    ),
    ("青渡初中平均每所多少在校生？", "900人", "average", "3.6万 / 40"),
    ("青渡企业申报期一共几天？", "16天", "days", "4月5日至4月20日，首尾两天都计"),
    (
        "青渡企业技术改造设备投资2500万元，能补多少？",
        "250万元",
        "rule",
        "2500万元 × 10% = 250万元，封顶300万元",
    ),
    (
        "青渡企业技术改造设备投资5000万元，能补多少？",
        "300万元",
        "rule",
        "5000万元 × 10% = 500万元，封顶300万元",
    ),
    (
        "青渡冷链专列跑了2000标箱，补助多少钱？",
        "30万元",
        "rule",
        "150元 × 2000标箱 = 30万元，封顶60万元",
    ),
    ("青渡新建养老机构30个床位补助多少？", "18万元", "rule", "6000元 × 30个"),
    ("青渡引进一个硕士，两年租房补贴一共多少？", "2.4万元", "rule", "1000元 × 1个 × 24月"),
    (
        "青渡低收入家庭承租40平方米公租房，每月租金多少元？",
        "100元",
        "rule",
        "5元 × 40平方米 × 50%",
    ),
]


@pytest.mark.parametrize(
    ("question", "value", "operation", "expression"), VALUES, ids=[row[0] for row in VALUES]
)
def test_a_value_is_computed_and_shows_its_expression(
    computing: Engine, question: str, value: str, operation: str, expression: str
) -> None:
    reply = computing.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == value
    (derived,) = [s.derived for s in reply.statements if s.derived is not None]
    assert (derived.operation, derived.expression) == (operation, expression)


@pytest.mark.parametrize("question", [row[0] for row in VALUES])
def test_every_operand_is_cited_by_a_quote_that_holds_a_number(
    computing: Engine, question: str
) -> None:
    reply = computing.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    (derived,) = [s.derived for s in reply.statements if s.derived is not None]
    quotes = {cited.id: cited.quote for cited in reply.citations}
    assert derived.operands
    for number in derived.operands:
        assert any(character.isdigit() for character in quotes[number])


REFUSED = {
    "an operand of another year": "青渡市和白崖市2021年的地区生产总值相差多少？",
    "an operand that is missing": "2023年青渡市出口比白崖市多多少？",
    "growth at constant prices": "按2023年地区生产总值倒推青渡市2022年是多少？",
    "below the lower limit": "青渡企业技术改造设备投资100万元，能补多少？",
    "a base that is not named": "青渡企业贷款500万元，贴息能补多少？",
    "longer than it is paid": "青渡引进一个博士，五年租房补贴一共多少？",
}


@pytest.mark.parametrize("question", REFUSED.values(), ids=REFUSED.keys())
def test_what_the_text_does_not_carry_is_not_computed(computing: Engine, question: str) -> None:
    reply = computing.ask(question, as_of=AS_OF)
    derived = [] if isinstance(reply, Refusal) else [s.derived for s in reply.statements]
    assert not any(derived)


def test_two_documents_are_set_side_by_side_each_with_its_own_quote(computing: Engine) -> None:
    reply = computing.ask("青渡市与白崖市的小学数量分别是多少？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.kind is Kind.COMPARISON
    assert reply.answer == "青渡市 120所；白崖市 101所"
    assert {cited.document_id for cited in reply.citations} == {"qingdu", "baiya"}


def test_one_question_about_another_number_is_asked_again(computing: Engine) -> None:
    first = "青渡冷链专列跑了2000标箱，补助多少钱？"
    reply = computing.ask("要是跑了9000标箱呢？", [first], as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "60万元"
