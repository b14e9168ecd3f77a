"""Who, where, when and by which number, in the lines in which plans and guides give them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

PLAN = Text(
    "方案/堤岸.txt",
    """岚汀县河岸整治三年方案

县人民政府县长　卫青禾

任务一  堤岸加固任务
加固堤岸12公里。
牵头单位：县水利局；配合单位：县财政局、县林业局
完成时限：2025年10月底前

任务二  滩地复绿任务
复绿滩地300亩，上半年开工建设苗木基地，9月底前建成观景平台。
牵头单位：县林业局；配合单位：县农业农村局、岚汀供水公司
完成时限：2026年6月底前
""",
)
GUIDE = Text(
    "指南/渔船.txt",
    """岚汀县渔船检验办事指南

检验申请在县渔政服务站（岚汀县望帆路28号）办理，收费窗口为3号窗口。
县渔政服务有限公司（以下简称渔政公司）负责泊位的日常运营，县交通局负责泊位的规划审批。
检验方案将于6月1日至6月20日在县政府网站征求意见。
咨询电话：0000-5550101
监督投诉电话：0000-5550199
（联系人：岚汀县渔政站  卫舒平，电话0000-5550177）
""",
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("county"), (PLAN, GUIDE)) as opened:
        yield opened


ASKED = [
    ("岚汀 滩地复绿任务 完成时限", "2026年6月底前", "2025年"),
    ("岚汀堤岸加固任务哪个部门牵头？", "县水利局", "县林业局"),
    ("岚汀滩地复绿任务配合的是哪几家？", "县农业农村局、岚汀供水公司", "县财政局"),
    ("岚汀的苗木基地什么时侯开工", "上半年", "9月底"),
    ("岚汀县县长是谁", "卫青禾", "县人民政府"),
    ("岚汀 渔船检验 监督投诉 电话", "0000-5550199", "0000-5550101"),
    ("岚汀渔政站联系人是谁", "卫舒平", "渔政站"),
    ("岚汀渔船检验在哪条路办", "望帆路28号", "窗口"),
    ("岚汀渔船检验方案征求意见的起止时间", "6月1日至6月20日", "网站"),
    ("岚汀的泊位平时谁在运营？", "渔政", "县交通局"),
]


@pytest.mark.parametrize(("question", "held", "not_held"), ASKED)
def test_the_line_that_names_it_answers(
    county: Engine, question: str, held: str, not_held: str
) -> None:
    reply = county.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert held in reply.answer
    assert not_held not in reply.answer
