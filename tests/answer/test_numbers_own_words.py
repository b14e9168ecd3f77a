"""Which number of a sentence is meant: agents, denials, limits, ages, parts of one year."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

TEXT = """云渚市住房和产业支持办法（2023年）

一、住房
专项资金由业主交存，标准为：装有中央空调的房屋每平方米一百元，未装中央空调的房屋每平方米七十元。
市财政按贷款实际利息的45%给予贴息。
五年改造老旧楼院652个，惠及7.8万户，其中2023年117个、1.2万户。
2023年全市竹材种植面积41.6万亩，因冻害减产后总产量为19.7万吨。
抽检误差超过8%的，取消当年申报资格。
预收的费用应于停业后12日内退还。

二、招聘
| 岗位代码 | 单位 | 人数 | 年龄上限 |
| 0517 | 云渚市水文站 | 4 | 38周岁 |
| 0518 | 云渚市测绘院 | 6 | 45周岁 |

三、目标
到2027年，全市累计建成标准化竹林236万亩。
"""


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("texts"), (Text("a.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("云渚市专项资金 装有中央空调的房屋 每平方米多少元", "一百元"),
        ("云渚市未装中央空调的房屋每平方米交多少元？", "七十元"),
        ("贷款利息市财政替企业承担几成？", "45%"),
        ("云渚市2023年改造老旧楼院多少个？", "117个"),
        ("2023年云渚市竹材总产量是多少？", "19.7万吨"),
        ("抽检误差超过多少会取消申报资格？", "8%"),
        ("预收的费用停业后多长时间内退还？", "12日内"),
        ("云渚市 0517岗位 年龄上限", "38周岁"),
        ("云渚市到2027年累计建成的标准化竹林规模是多大？", "236万亩"),
    ],
)
def test_the_number_of_the_words_asked_is_given(
    measures: Engine, question: str, value: str
) -> None:
    reply = measures.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply
    assert value in reply.answer
    assert len(reply.answer) <= len(value) + 4
