"""Things set side by side by their names in one sentence or table, and tables read whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

PLAN = Text(
    "枫桐2024.txt",
    """枫桐县2024年林业和文化工作安排

一、资金
县级预算安排文化、体育资金4600万元，其中文化2700万元、体育1900万元。
图书借阅期限，普通读者、少儿读者分别不超过30天和45天。
老年食堂就餐率为62%，比2021年提高8.5个百分点。
新建驿站每处补助由3万元提高到5万元，改建驿站每处补助由2万元提高到2.5万元。
残疾证办理平均用时4.6日，较上年缩短1.4日。
二、任务
各乡镇2024年任务数如下（单位：亩）：
| 乡镇 | 封山育林 | 退化林修复 | 竹林抚育 |
| 柏溪镇 | 5200 | 1800 | 2600 |
| 云坪镇 | 4100 | 3300 | 2100 |
| 沙湾乡 | 6900 | 900 | 3700 |
| 合计 | 16200 | 6000 | 8400 |
三、资助
资助标准见下表：
| 对象类别 | 起点（元） | 比例 | 年度上限（万元） |
| 甲类对象 | 1000 | 80% | 5 |
| 乙类对象 | 2400 | 65% | 3 |
""",
    {"id": "plan", "region": "枫桐县", "issued_on": "2024-02-01"},
)
BEFORE = Text(
    "枫桐2023.txt",
    """枫桐县2023年林业工作安排

一、任务
各乡镇2023年任务数如下（单位：亩）：
| 乡镇 | 封山育林 | 退化林修复 |
| 柏溪镇 | 4700 | 2000 |
| 云坪镇 | 3900 | 3100 |
| 沙湾乡 | 6100 | 1000 |
""",
    {"id": "before", "region": "枫桐县", "issued_on": "2023-02-01"},
)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("abreast"), (PLAN, BEFORE)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("枫桐县县级预算中，文化与体育哪一项资金更多？", "文化 2700万元；体育 1900万元"),
        ("图书借阅期限，普通读者和少儿读者哪个更长？", "普通读者 不超过30天；少儿读者 45天"),
        ("枫桐县甲类对象与乙类对象相比，哪一类的年度上限更高？", "甲类对象 5万元；乙类对象 3万元"),
        (
            "枫桐县新建驿站与改建驿站相比，哪一类每处补助提高的金额更大？",
            "新建驿站 2万元；改建驿站 0.5万元",
        ),
        ("2024年枫桐县哪个乡镇分到的退化林修复任务最多？", "云坪镇 3300亩"),
        ("枫桐2024年封山育林任务哪个乡镇最少？", "云坪镇 4100亩"),
        ("柏溪镇的封山育林任务，2024年比前一年多排了多少亩？", "500亩"),
        ("枫桐县2021年老年食堂就餐率是多少？", "53.5%"),
        ("枫桐县残疾证办理平均用时上一年是多少日？", "6日"),
    ],
)
def test_what_is_named_side_by_side(plans: Engine, question: str, answer: str) -> None:
    reply = plans.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert answer in reply.answer
