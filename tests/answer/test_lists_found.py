"""Lists as questions ask for them and texts hold them: frames, breakdowns, tables, answers to 问."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import Engine
from app.model import Answer, Refusal
from tests.answer.answer_corpus import AS_OF, Text, engine_over

COLD_CHAIN = Text(
    "冷链/方案.txt",
    """云岫县人民政府办公室关于印发云岫县冷链物流发展行动方案的通知

各乡镇人民政府：
第一部分  工作目标
到2026年，建成冷库容积12万立方米。
第二部分  实施三大工程
工程一  补链工程
主要任务：
①建设产地预冷点40个，单个补助不超过8万元；
②改造老旧冷库15座；
③购置冷藏车60辆，按车价的20%补助。
牵头单位：县商务局；配合单位：县财政局、县交通运输局、县供销社
工程二  提质工程
主要任务：
①建立温度监测平台；
②制定冷链操作规范8项。
牵头单位：县市场监管局；配合单位：县农业农村局、县商务局
工程三  联网工程
主要任务：
①开通冷链专线6条；
②接入省级平台。
牵头单位：县交通运输局；配合单位：县发展和改革局、县邮政管理局
第三部分  保障机制
（一）落实会商机制。每月会商一次。
（二）落实通报机制。每季度通报一次。
冷链补助资金由县级财政、乡镇自筹、企业配套三部分组成。
冷链企业分为产地型、集散型、销地型三类，适用于生鲜、疫苗、花卉运输。
项目资金总额5400万元，其中县级财政3000万元、乡镇自筹900万元、企业配套1500万元。
与沄川、汇陵两市签订冷链互通协议。
本方案由县商务局会同县发展和改革局、县财政局组织实施。
附件：1. 任务分解表
2. 冷库建设标准
""",
)
REGISTRATION = Text(
    "登记/指南.txt",
    """云岫县不动产登记办事指南（问答版）
云岫县自然资源和规划局

问：哪些人可以申请？
答：买受人、继承人、受赠人均可申请。

问：需要什么材料？
答：基本材料共3项：
（1）登记申请书；
（2）身份证复印件；
（3）房屋权属证书。
属于继承的，另须提交公证书或者生效判决书；委托他人办理的，还应提供授权委托书、受托人身份证。

问：办理流程是怎样的？
答：第一步，受理。材料齐全的当场受理。
第二步，审核。5个工作日内完成。
第三步，登簿。将登记事项记载于登记簿。
第四步，领证。凭受理单领取。

问：收费吗？
答：登记费每件80元，工本费10元由申请人承担。

问：有哪些情形不予登记？
答：有下列情形之一的，不予登记：一是权属有争议的；二是查封期限未满的；三是材料不齐且逾期未补正的。
咨询电话：0000-5530121
""",
)
WATER = Text(
    "水利/规划.txt",
    """云岫县“十四五”水利发展规划
规划原则：节水优先、空间均衡，系统治理、两手发力。
主要指标见下表。
| 序号 | 指标 | 2020年 | 2025年 | 属性 |
| 1 | 用水总量（亿立方米） | 1.8 | 1.9 | 约束性 |
| 2 | 灌溉面积（万亩） | 22 | 25 | 预期性 |
| 3 | 水土保持率（%） | 81 | 85 | 约束性 |
| 4 | 农村自来水普及率（%） | 88 | 95 | 预期性 |
水价改革概括为“两降一提”：“两降”是降低管网漏损率、降低终端水价；“一提”是提高收缴率。
第五条 禁止在水库从事下列行为：
（一）网箱养鱼；
（二）倾倒垃圾；
（三）炸鱼毒鱼。
""",
)
GIVEN = (
    (
        "补链工程都有哪些主要任务",
        "建设产地预冷点40个，单个补助不超过8万元；改造老旧冷库15座；购置冷藏车60辆，按车价的20%补助",
    ),
    (
        "云岫县冷链补助资金由哪几部分组成",
        "县级财政；乡镇自筹；企业配套",
    ),
    (
        "云岫县冷链企业分哪几类",
        "产地型；集散型；销地型",
    ),
    (
        "云岫县冷链项目资金各部分分别是多少",
        "县级财政3000万元；乡镇自筹900万元；企业配套1500万元",
    ),
    (
        "云岫县冷链方案由哪几个部门组织实施",
        "县商务局；县发展和改革局；县财政局",
    ),
    (
        "云岫县跟哪几个市签了冷链互通协议",
        "沄川；汇陵",
    ),
    (
        "云岫县冷链物流方案附件有哪些",
        "任务分解表；冷库建设标准",
    ),
    (
        "云岫县冷链靠哪几条机制保障",
        "落实会商机制；落实通报机制",
    ),
    (
        "云岫县不动产登记办理流程分哪几步",
        "受理；审核；登簿；领证",
    ),
    (
        "云岫县不动产登记要带啥材料",
        "登记申请书；身份证复印件；房屋权属证书",
    ),
    (
        "云岫县不动产继承登记还要交什么",
        "公证书；生效判决书",
    ),
    (
        "云岫县哪些情形不予登记",
        "权属有争议的；查封期限未满的；材料不齐且逾期未补正的",
    ),
    (
        "哪些人能申请云岫县不动产登记",
        "买受人；继承人；受赠人",
    ),
    (
        "云岫县水利规划有几条原则，都是啥",
        "节水优先、空间均衡；系统治理、两手发力",
    ),
    (
        "云岫县水利规划属于约束性的指标有哪些",
        "用水总量（亿立方米）；水土保持率（%）",
    ),
    (
        "水价改革两降一提到底降啥提啥",
        "“两降”是降低管网漏损率、降低终端水价；“一提”是提高收缴率",
    ),
    (
        "云岫县水利规划第五条禁止在水库从事哪些行为",
        "网箱养鱼；倾倒垃圾；炸鱼毒鱼",
    ),
    (
        "云岫 冷链 三大工程",
        "补链工程；提质工程；联网工程",
    ),
    (
        "云岫县冷链行动方案第二项工程是什么",
        "提质工程",
    ),
)
NOT_THERE = (
    "云岫县不动产登记窗口有哪些工作人员？",
    "墨泉市冷链企业分哪几类？",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (COLD_CHAIN, REGISTRATION, WATER)
    with engine_over(tmp_path_factory.mktemp("found"), texts) as opened:
        yield opened


@pytest.mark.parametrize(("question", "expected"), GIVEN)
def test_the_items_asked_for_are_given_and_no_more(
    found: Engine, question: str, expected: str
) -> None:
    reply = found.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == expected


@pytest.mark.parametrize("question", NOT_THERE)
def test_a_list_that_no_text_holds_is_refused(found: Engine, question: str) -> None:
    assert isinstance(found.ask(question, as_of=AS_OF), Refusal)


def test_a_question_in_the_text_is_never_an_item(found: Engine) -> None:
    for question in (
        "云岫县不动产登记流程有哪些",
        "云岫县不动产登记有哪些材料",
        "不动产登记有啥费用",
    ):
        reply = found.ask(question, as_of=AS_OF)
        assert isinstance(reply, Refusal) or "？" not in reply.answer


def test_each_item_of_a_short_list_is_shown_in_the_context_of_all(found: Engine) -> None:
    reply = found.ask("云岫县哪些情形不予登记", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert all("一是权属有争议的；二是查封期限未满的" in one.context for one in reply.citations)


ALIKE = (
    Text(
        "甲/规定.txt",
        "沄川市河道管理规定\n河道管理坚持以下原则：\n（一）依法管理；\n（二）分级负责。\n",
    ),
    Text(
        "乙/规定.txt",
        "汇陵市河道管理规定\n河道管理坚持以下原则：\n（一）统一规划；\n（二）综合治理。\n",
    ),
)


def test_lists_of_several_documents_say_whose_each_is(tmp_path: Path) -> None:
    with engine_over(tmp_path, ALIKE) as engine:
        reply = engine.ask("河道管理坚持哪些原则", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert "依法管理；分级负责" in reply.answer
    assert "统一规划；综合治理" in reply.answer
    assert "《沄川市河道管理规定》" in reply.answer
    assert "《汇陵市河道管理规定》" in reply.answer
