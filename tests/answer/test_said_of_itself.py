"""What documents say of themselves, what the numbers of a question decide, and questions within
the text as headings of the answers below them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.answer.thresholds import fits
from app.engine import Engine
from app.model import Answer

ALLOTMENTS = Text(
    "条例/菜园.txt",
    """汀兰市共享菜园管理办法

第一条 为规范共享菜园的租用和管理，保护耕地，方便居民参与农事，根据有关法律法规，制定本办法。
第二条 未满十四周岁的儿童不得单独进入菜园。年满十八周岁的居民可以租用一块菜地。
第三条 租金首年不收取，第二年起每块每年60元。菜地不得转租，经街道办事处同意的除外。
第四条 一次租用面积50平方米以上的，应当与街道办事处签订书面协议。
第五条 租用人应于2024年1月31日前在街道登记。转让菜地不予受理，不接受代为登记。
第六条 本办法自2024年5月1日起施行，有效期至2027年4月30日。2019年6月1日起施行的《汀兰市社区菜地管理规定》同时废止。
""",
)
INTERVIEW = Text(
    "解读/雨水.txt",
    """《岚川市雨水花园补贴办法》问答

问：外来单位可以申报吗？
答：在本市登记满一年的，可以申报。
问：补贴多久能拿到？
答：审核通过后20个工作日内发放。
问：以前建好的花园算不算？
答：2023年以后建成的均纳入，以前的不予补贴。
""",
)


@pytest.fixture(scope="module")
def gardens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("gardens"), (ALLOTMENTS, INTERVIEW)) as opened:
        yield opened


def said(engine: Engine, question: str) -> str:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    return reply.answer


OF_ITSELF = [
    ("汀兰市共享菜园管理办法什么时候施行？", "2024年5月1日", "2019年6月1日"),
    ("汀兰 共享菜园管理办法 施行日期", "2024年5月1日", "2019年"),
    ("共享菜园管理办法有效期到哪天？", "2027年4月30日", "2024年5月1日"),
    ("汀兰市为什么要制定共享菜园管理办法？", "规范共享菜园的租用和管理", "50平方米"),
    ("汀兰搞这个共享菜园管理办法图什么？", "方便居民参与农事", "转租"),
]


@pytest.mark.parametrize(("question", "held", "not_held"), OF_ITSELF)
def test_a_document_says_when_it_takes_effect_and_what_it_is_for(
    gardens: Engine, question: str, held: str, not_held: str
) -> None:
    given = said(gardens, question)
    assert held in given
    assert not_held not in given


DECIDED = [
    ("我12岁，能自己进汀兰共享菜园吗？", "否：", "未满十四周岁"),
    ("汀兰共享菜园的菜地首年租金要交钱不", "否：", "不收取"),
    ("汀兰共享菜园 菜地租金 首年收取吗", "否：", "不收取"),
    ("在汀兰一次租菜地30平方米，要不要签书面协议？", "否：", "50平方米以上"),
    ("在汀兰一次租菜地80平方米，要不要签书面协议？", "是：", "签订书面协议"),
    ("2024年3月才去街道登记租用菜地，还能行吗？", "否：", "2024年1月31日前"),
    ("岚川雨水花园补贴外来单位能不能申报", "有条件：", "登记满一年"),
    ("岚川以前建好的雨水花园给不给补贴", "否：", "不予补贴"),
]


@pytest.mark.parametrize(("question", "verdict", "held"), DECIDED)
def test_yes_or_no_by_denial_number_date_or_condition(
    gardens: Engine, question: str, verdict: str, held: str
) -> None:
    given = said(gardens, question)
    assert given.startswith(verdict), given
    assert held in given


FITTING = [
    ("我17岁", "未满十八周岁的驾驶人不得载人", True),
    ("我18岁", "未满十八周岁的驾驶人不得载人", False),
    ("15万元的工程", "20万元以上的", False),
    ("投了6个亿", "投资额5亿元以上", True),
    ("每天80人吃饭", "日均就餐不少于100人次的", False),
    ("50万元", "单项不足50万元的", False),
    ("交了2个月", "连续缴存满3个月方可申请", False),
    ("2024年3月注册", "应于2023年12月31日前登记注册", False),
    ("2023年3月注册", "应于2023年12月31日前登记注册", True),
    ("走路15分钟", "每户补贴500元", None),
]


@pytest.mark.parametrize(("asked", "stated", "answer"), FITTING)
def test_a_number_or_date_meets_a_condition_or_not(
    asked: str, stated: str, answer: bool | None
) -> None:
    assert fits(asked, stated) is answer
