"""Lists in boxes, tables of materials, news conferences and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from app.model import Answer, Refusal
from tests.answer.answer_corpus import AS_OF, Text, engine_over

PLAN = Text(
    "规划/规划.txt",
    """蓼浦市“十四五”文化发展规划

第二章 重点任务
专栏1 文化场馆工程
1.市图书馆新馆：建筑面积2.6万平方米，总投资3.1亿元。
2.蓼溪大剧院：设座位1200个，总投资4.5亿元。
3.非遗展示馆：改建老粮仓4座。
专栏2 文物保护工程
1.古窑址保护：修缮窑炉12座。
2.城墙修缮：修缮城墙1.8公里。
""",
    {"id": "plan", "region": "蓼浦市", "issuer": "蓼浦市人民政府", "issued_on": "2021-12-20"},
)
GUIDE = Text(
    "指南/指南.txt",
    """蓼浦市食品小作坊登记办事指南

一、办理对象
在蓼浦市内从事食品加工的小作坊。
二、申请材料
| 序号 | 材料名称 | 份数 | 形式 |
| 1 | 小作坊登记申请书 | 1 | 原件 |
| 2 | 经营者身份证明 | 1 | 复印件 |
| 3 | 加工场所平面图 | 2 | 原件 |
三、办理时限
自受理之日起7个工作日内办结，2023年共办理小作坊登记326件，比上年增长9.2%，其中网上申请占51%。
""",
    {"id": "guide", "region": "蓼浦市", "issuer": "蓼浦市市场监管局", "issued_on": "2024-01-10"},
)
NEWS = Text(
    "发布会/实录.txt",
    """蓼浦市博物馆群建设新闻发布会实录

蓼浦晚报记者：市民什么时候能参观新博物馆？
【臧北辰】蓼浦市博物馆新馆建筑面积3.2万平方米，今年9月开馆，门票30元，70周岁以上老年人、在校学生免费，教师半价。
""",
    {"id": "news", "region": "蓼浦市", "issuer": "蓼浦市文旅局", "issued_on": "2024-03-10"},
)
RELIEF = Text(
    "救助/细则.txt",
    """蓼浦市困难职工法律援助实施细则

第三条 援助范围包括劳动报酬、工伤待遇、解除合同等争议。
第四条 下列事项不予援助：（一）标的额超过30万元的；（二）已经委托律师的；（三）在市外发生的；（四）恶意诉讼的。
第五条 援助对象为蓼浦市工会会员。
第六条 对登记在册的困难职工、农民工、劳务派遣工，免收代理费用。
""",
    {"id": "relief", "region": "蓼浦市", "issuer": "蓼浦市总工会", "issued_on": "2024-02-10"},
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("layouts")
    with engine_over(folder, (PLAN, GUIDE, NEWS, RELIEF)) as one:
        yield one


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("蓼浦市规划专栏1列出了哪些工程？", "市图书馆新馆；蓼溪大剧院；非遗展示馆"),
        ("蓼浦市规划专栏2有哪些工程？", "古窑址保护；城墙修缮"),
        (
            "办理蓼浦市食品小作坊登记需要提交哪些材料？",
            "小作坊登记申请书；经营者身份证明；加工场所平面图",
        ),
        ("蓼浦市博物馆新馆对哪些人群免费？", "70周岁以上老年人；在校学生"),
        (
            "蓼浦市困难职工法律援助哪些事是不管的？",
            "标的额超过30万元的；已经委托律师的；在市外发生的；恶意诉讼的",
        ),
    ],
)
def test_the_list_asked_for_is_given(engine: Engine, question: str, items: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == items


EXAM = Text(
    "考试/公告.txt",
    """茅坪县2024年公开选聘教师公告

三、考核
（一）面谈。时间：2024年7月12日，地点：茅坪县第二中学。
（二）试讲。每人15分钟，试讲考务费60元。
涉及应急值守必需（供水、供电、通讯等）、防汛抢险必需（沙袋、水泵运输等）的单位除外。
""",
    {"id": "exam", "region": "茅坪县", "issuer": "茅坪县教育局", "issued_on": "2024-05-10"},
)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("exam"), (EXAM,)) as one:
        yield one


def test_a_day_stands_under_the_title_of_its_thing(exam: Engine) -> None:
    reply = exam.ask("茅坪县选聘教师的面谈在哪一天？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "2024年7月12日"


def test_a_day_of_something_else_is_no_answer(exam: Engine) -> None:
    assert isinstance(exam.ask("茅坪县选聘教师的试讲是哪天？", as_of=AS_OF), Refusal)


def test_items_are_not_cut_inside_brackets(exam: Engine) -> None:
    reply = exam.ask("茅坪县哪些“必需”类的单位除外？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "应急值守必需（供水、供电、通讯等）；防汛抢险必需（沙袋、水泵运输等）"
