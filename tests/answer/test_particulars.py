"""Names, rolls of names, units and false premises: what is not given is not answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = (
    """岚汀市渔业发展情况通报

一、全市渔港建设

2023年，全市渔船更新改造专项资金预算总额3200万元，比上年增加400万元。全市改造连片鱼塘2.6万亩，其中石屏县1.2万亩、柳岸县0.9万亩。
水产加工业增加值增长7.5%，冷链物流业增长3.1%。
全市评选示范渔港12个，带动投资8600万元。
市渔业保险由市海洋局委托第三方机构组织定损。渔船抵押贷款由岚汀农村商业银行办理。

二、监督

渔业风险互助资金池规模5000万元，合作银行发生的不良贷款，由资金池承担六成。
市海洋局副局长程素安介绍了有关情况。市渔港管理中心主任：董克明。
去年以来渔业事故数量下降，主要是因为推行了定位监测。

"""
    + 12
    * "各单位要加强组织领导，落实工作责任，细化任务分工，强化督促检查，及时总结经验，确保各项工作取得实效。\n"
    + """
沙湾县的渔港正在扩建，明年完工后将承担全市三分之一的渔船停泊任务。

请各县按月报送进展情况，每季度末由市海洋局汇总后上报。有关情况将适时通报，对进展缓慢的予以督促，对弄虚作假的严肃处理，
对成效明显的在安排下一年度资金时给予倾斜，并在全市推广其做法。各县可以结合实际制定具体办法，报市海洋局备案后组织实施。
"""
)

NOT_GIVEN = [
    "岚汀市海洋局局长是谁？",
    "岚汀市渔业风险互助资金池合作银行名单",
    "岚汀市渔业保险定损是哪家第三方机构做的？",
    "岚汀市 2023 水产加工业 增加值 亿元",
    "为什么岚汀市渔船更新改造专项资金预算砍掉了400万元？",
    "沙湾县改造了多少亩鱼塘？",
]

GIVEN = [
    ("岚汀市渔港管理中心主任是谁？", "董克明"),
    ("岚汀市渔船抵押贷款由哪家银行办理？", "岚汀农村商业银行"),
    ("岚汀市改造连片鱼塘多少亩？", "2.6万亩"),
    ("岚汀市渔业事故数量为什么下降？", "定位监测"),
]


@pytest.fixture(scope="module")
def fishery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("texts"), (Text("fishery.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize("question", NOT_GIVEN)
def test_a_particular_that_the_text_does_not_give_is_refused(
    fishery: Engine, question: str
) -> None:
    reply = fishery.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal), f"answered: {reply.answer}"


@pytest.mark.parametrize(("question", "held"), GIVEN)
def test_the_particular_that_the_text_gives_is_answered(
    fishery: Engine, question: str, held: str
) -> None:
    reply = fishery.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert held in reply.answer


def test_a_number_that_begins_a_question_and_counts_nothing_does_no_harm(fishery: Engine) -> None:
    reply = fishery.ask("二、岚汀市渔业保险条例需要什么条件？", as_of=AS_OF)
    assert isinstance(reply, Answer | Refusal)
