"""Who leads, whom to call, where to apply and from when to when, in other layouts and wordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from app.model import Answer, Refusal
from tests.answer.answer_corpus import AS_OF, Text, engine_over

GREENHOUSE = Text(
    "大棚/2024.txt",
    """柏渡县2024年设施农业补贴实施方案

一、组织领导
成立由副县长闻人杰任组长的设施农业专班，县供销社主任倪海涛担任副组长。
补贴工作由县农业农村局组织，县纪委监委驻县农业农村局纪检监察组负责监督，不得委托任何机构收费代办。
二、补贴标准
新建连栋大棚每亩补贴6000元，日光温室每亩补贴4500元。
三、办理程序
（一）申报。2024年3月5日至5月20日，农户向大棚所在地乡镇农技站申报，附土地流转合同。
（二）审核。县农业农村局于6月30日前审核。
四、咨询
咨询电话：大棚建设0955-3301201，保险理赔0955-3301202，贷款贴息0955-3301203。
县政务服务中心三楼B区12—15号窗口：柏渡县清源路9号。
""",
    {"id": "greenhouse", "region": "柏渡县", "issuer": "柏渡县人民政府", "issued_on": "2024-02-20"},
)
BEFORE = Text(
    "大棚/2023.txt",
    """柏渡县2023年设施农业补贴实施方案

一、组织领导
县设施农业专班由副县长欧阳澜任组长。
二、补贴标准
新建连栋大棚每亩补贴5000元。
""",
    {"id": "before", "region": "柏渡县", "issuer": "柏渡县人民政府", "issued_on": "2023-02-20"},
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("whom")
    with engine_over(folder, (GREENHOUSE, BEFORE)) as one:
        yield one


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("柏渡县2024年设施农业专班的组长是谁？", "闻人杰"),
        ("2023年柏渡县设施农业专班组长是哪一位？", "欧阳澜"),
        ("柏渡县设施农业补贴工作由哪个机构负责监督？", "县纪委监委驻县农业农村局纪检监察组"),
        ("柏渡 保险理赔 咨询电话", "0955-3301202"),
        ("柏渡县贷款贴息打哪个电话咨询？", "0955-3301203"),
        ("柏渡县大棚建设的咨询电话是多少？", "0955-3301201"),
        ("柏渡县2024年设施农业补贴申报是几号到几号？", "2024年3月5日至5月20日"),
        ("柏渡县2024年日光温室补贴去哪里申报？", "大棚所在地乡镇农技站"),
        ("柏渡县政务服务中心的窗口在几楼几号？", "三楼B区12—15号窗口"),
    ],
)
def test_the_one_asked_for_is_named(engine: Engine, question: str, answer: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer


def test_another_office_of_the_body_is_no_answer(engine: Engine) -> None:
    assert isinstance(engine.ask("柏渡县农业农村局局长是哪一位？", as_of=AS_OF), Refusal)
