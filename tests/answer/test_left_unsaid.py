"""Numbers whose noun, level or time is said once for several of them, or beside another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = (
    "澧坪市养老与商贸工作安排\n"
    "一、养老\n到2027年，全市新建日间照料站240所；2025年先建90所，截至9月底已建成57所。"
    "护理型床位占比2026年达到65%（目前为48.5%）。\n"
    "二、商贸\n对新评定的省级特色商业街、特色夜市、特色餐饮集聚区，分别奖励40万元、70万元、25万元。\n"
    "三、规则\n摊位数、摊位费和保证金由市商务局会同市城管、市财政部门每3年核定一次。\n"
    "四、粮仓\n修缮粮仓12座；另购烘干机9台。\n"
)
TOTALS = (
    "檀岭县2023年国民经济和社会发展统计公报\n"
    "全年实现地区生产总值172.35亿元，按可比价格计算，增长6.1%。农业总产值38.60亿元。\n"
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (Text("安排.txt", TEXT), Text("公报.txt", TOTALS))
    with engine_over(tmp_path_factory.mktemp("town"), texts) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("澧坪市截至2025年9月底已建成多少所日间照料站？", "57所"),
        ("澧坪市护理型床位目前占比是多少？", "48.5%"),
        ("澧坪市2026年护理型床位占比达到多少？", "65%"),
        ("澧坪市省级特色夜市奖励多少？", "70万元"),
        ("澧坪市摊位费和保证金多久核定一次？", "每3年"),
        ("檀岭县2023年经济总量是多少？", "172.35亿元"),
    ],
)
def test_what_is_left_unsaid_is_understood(town: Engine, question: str, wanted: str) -> None:
    reply = town.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == wanted


@pytest.mark.parametrize(
    "question",
    ["澧坪市国家级特色夜市奖励多少？", "澧坪市截至2025年9月底已建成多少家民宿？"],
)
def test_another_level_or_thing_is_not_given(town: Engine, question: str) -> None:
    assert isinstance(town.ask(question, as_of=AS_OF), Refusal)
