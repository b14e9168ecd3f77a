"""Yes or no by comparing: ladders, widened limits, two awards at once, cells, aims met or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from answer_corpus import Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

AS_OF = date(2025, 5, 1)
NURSING = """云汐区养老机构扶持办法

第一条　养老机构按床位数缴存服务质量保证金，连续1年未发生责任事故的可减半缴存，连续3年未发生的可免缴。
第二条　申请护理岗位津贴的人员，年龄不超过45周岁。具有高级技师资格的，年龄可放宽至55周岁。
第三条　新建养老机构每张床位补助8000元，改建养老机构每张床位补助5000元，同一机构符合多项补助条件的，按就高原则执行，不重复享受。
第四条　床位补助与护理岗位津贴可同时享受。
第五条　入住率达不到60%的机构，不予补助。入住人数不含短期托养人员。
第六条　本办法自2024年3月1日起施行，按规定接受社会监督，补助名单应当公示，涉及个人隐私的除外。
"""
NOTICE = """枫溪县公开招聘社区工作者公告

一、报考条件
年龄在18周岁以上、40周岁以下。
二、有下列情形之一的，不得报考：
1.曾受过刑事处罚的；
2.本县在职且服务期未满3年的乡镇工作人员；
3.失信被执行人。
"""
PLAN = """棠津县园林绿化“十四五”规划

一、主要指标

| 序号 | 指标 | 单位 | 2025年 | 属性 |
| --- | --- | --- | --- | --- |
| 1 | 森林覆盖率 | % | 52 | 约束性 |
| 2 | 公园绿地面积 | 公顷 | 310 | 预期性 |
| 3 | 古树名木保护率 | % | 100 | 约束性 |

二、实施情况
公园绿地面积305公顷，略低于规划目标。森林覆盖率52.4%，完成规划目标。
下一年力争新增公园绿地面积12公顷。
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (Text("养老.txt", NURSING), Text("招聘.txt", NOTICE), Text("绿化.txt", PLAN))
    with engine_over(tmp_path_factory.mktemp("texts"), texts) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "decision", "quoted"),
    [
        ("连续三年没出过责任事故，云汐区的养老机构还要缴服务质量保证金吗？", "否", "可免缴"),
        ("云汐区53周岁的高级技师，能申请护理岗位津贴吗？", "是", "放宽至55周岁"),
        ("云汐区57周岁的高级技师，能申请护理岗位津贴吗？", "否", "放宽至55周岁"),
        ("云汐区一家养老机构又新建又改建，两份床位补助能都拿吗？", "否", "不重复享受"),
        ("云汐区的床位补助和护理岗位津贴能同时享受吗？", "是", "可同时享受"),
        ("云汐区养老机构的入住人数，短期托养人员算进去没？", "否", "不含短期托养人员"),
        ("失信被执行人可以报考枫溪县社区工作者吗？", "否", "失信被执行人"),
        ("我在枫溪县乡镇上班，服务期才干了2年，能报考社区工作者吗？", "否", "服务期未满3年"),
        ("棠津县的公园绿地面积属于约束性指标吗？", "否", "预期性"),
        ("棠津县的森林覆盖率属于约束性指标吗？", "是", "约束性"),
        ("棠津县的公园绿地面积是否完成了规划目标？", "否", "略低于规划目标"),
        ("棠津县森林覆盖率是否完成了规划目标？", "是", "完成规划目标"),
    ],
)
def test_what_is_compared_decides(
    engine: Engine, question: str, decision: str, quoted: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert reply.answer.startswith(f"{decision}："), reply.answer
    assert quoted in reply.answer


@pytest.mark.parametrize(
    "question",
    [
        "云汐区的养老机构能养宠物吗？",
        "棠津县的湿地面积属于约束性指标吗？",
    ],
)
def test_what_no_text_decides_is_refused(engine: Engine, question: str) -> None:
    assert isinstance(engine.ask(question, as_of=AS_OF), Refusal)
