"""Sets whose name stands above or before their items: 一是…二是…, and sentences by the name's noun."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from app.model import Answer
from tests.answer.answer_corpus import AS_OF, Text, engine_over

TALK = Text(
    "发布会/粮食.txt",
    """茆洲市粮食流通改革新闻发布会实录

宓望舒：这项改革可以概括为“四优化、两严格”。“四优化”，一是优化仓库布局，2024年新建仓容12万吨；二是优化收购方式，预约收粮的占86%；三是优化轮换节奏，由三年一轮换改为两年；四是优化应急网络，设网点320个。“两严格”，就是严格盘库、严格问责。
""",
    {"id": "talk", "region": "茆洲市", "issuer": "茆洲市粮食局", "issued_on": "2024-02-10"},
)
CASE = Text(
    "案例/河湖.txt",
    """茆洲市河湖治理案例

一、落实“三个到位”，让河长从“挂名”变为“真管”。
责任到位：全市设河长1260名，每月巡河2次。经费到位：每公里每年安排管护经费3000元，由县级财政列支。监督到位：聘请社会监督员410名，发现问题7日内回复。
二、健全“两项制度”。
建立问题清单制度，按红黄两色管理，逾期的提级督办。建立联席会议制度，每季度召开一次。
联席会议由市委督查室牵头。州渡、芷坪两县可以参照执行。
""",
    {"id": "case", "region": "茆洲市", "issuer": "茆洲市水务局", "issued_on": "2024-03-10"},
)
REPORT = Text(
    "报告/报告.txt",
    """茆洲市政府工作报告
——2024年1月9日在茆洲市第七届人民代表大会第四次会议上
茆洲市市长　澹台怀瑾

各位代表：
在肯定成绩的同时，我们清醒看到：产业结构偏重，高耗能行业占比仍达41%；民间投资下降，全年回落3.2个百分点；县域发展不平衡；养老床位不足。对此，我们将认真解决。
联系方式：茆洲市水务局（地址：茆洲市石笋街18号），茆洲市粮食局（地址：茆洲市榆荚路6号）。
""",
    {"id": "report", "region": "茆洲市", "issuer": "茆洲市人民政府", "issued_on": "2024-01-09"},
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("below")
    with engine_over(folder, (TALK, CASE, REPORT)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "茆洲市粮食流通改革的“四优化”具体指哪四项？",
            "优化仓库布局；优化收购方式；优化轮换节奏；优化应急网络",
        ),
        ("茆洲河湖治理“三个到位”分别指什么？", "责任到位；经费到位；监督到位"),
        ("茆洲市河湖治理健全的两项制度是哪些？", "建立问题清单制度；建立联席会议制度"),
        ("茆洲河湖联席会议由哪个部门牵头？", "市委督查室"),
        ("茆洲市粮食局在哪条街上", "茆洲市榆荚路6号"),
        ("茆洲市市长是谁", "澹台怀瑾"),
    ],
)
def test_the_items_below_or_behind_a_name_are_the_set(
    own: Engine, question: str, answer: str
) -> None:
    reply = own.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == answer


def test_problems_stand_behind_what_is_seen_clearly(own: Engine) -> None:
    reply = own.ask("茆洲市政府承认的困难和短板有哪些，说几条", as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    for said in ("产业结构偏重", "民间投资下降", "县域发展不平衡", "养老床位不足"):
        assert said in reply.answer


WORK = Text(
    "报告/工作.txt",
    """芫川市政府工作报告
——2025年1月8日在芫川市第八届人民代表大会第五次会议上

一、2024年工作回顾
一年来，我们团结奋斗，经济社会发展取得明显成效：
——经济总体回升向好。地区生产总值增长5.6%，其中工业增长7.2%。
——乡村振兴稳步推进。建成高标准农田12万亩。
——民生保障更加有力。新增就业2.3万人。
二、规范办学
校外培训机构不得收取押金、资料费和与培训无关的杂费。
对虚假宣传、超范围培训的机构，给予警告、限期整改直至吊销办学许可证。
每家机构每年享受的奖补资金不超过30万元。对伪造材料骗取资金的，追回全部资金，并取消2年内申报资格。奖补资金由市、县财政分担。
""",
    {"id": "work", "region": "芫川市", "issuer": "芫川市人民政府", "issued_on": "2025-01-08"},
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("work"), (WORK,)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "芫川市2024年取得了哪些成效？",
            "经济总体回升向好；乡村振兴稳步推进；民生保障更加有力",
        ),
        ("芫川市对虚假宣传的培训机构给予哪些处理？", "警告；限期整改直至吊销办学许可证"),
    ],
)
def test_paragraphs_behind_dashes_and_what_is_done_to_someone(
    work: Engine, question: str, answer: str
) -> None:
    reply = work.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer == answer


def test_keywords_with_a_ban_ask_for_what_is_banned(work: Engine) -> None:
    reply = work.ask("芫川 校外培训机构 不得收取 费用", as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    for said in ("押金", "资料费", "杂费"):
        assert said in reply.answer


def test_of_sentences_about_one_thing_the_one_that_is_asked_for_is_given(work: Engine) -> None:
    reply = work.ask("芫川市伪造材料骗取奖补资金会有哪些后果？", as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert "追回全部资金；并取消2年内申报资格" in reply.answer
    assert "分担" not in reply.answer
