"""Details that a text comes near to and does not give: where, what it is called, why, how much each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = """芦屿市文化馆总分馆建设经验做法

一、健全网络，落实“三个统一”。投入820万元建成16个数字文化驿站，推进智慧服务。设立市非遗展示中心、4个排练厅。芦屿市文化馆坐落在东桥街88号，选用“联办型”和“托管型”两种模式，组建3个文化联盟，云坡县2所县级文化馆场地狭小、9所乡镇文化站人手不足问题得到解决。
二、配强队伍。与浙江文化馆结对，1.2万名学员通过远程课堂、巡回辅导等方式受益。公开招聘馆员42名，分流馆员15名。实行编目、采购、调配“三统筹”。
"""


@pytest.fixture(scope="module")
def culture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("culture"), (Text("a.txt", TEXT),)) as opened:
        yield opened


@pytest.mark.parametrize(
    "question",
    [
        "芦屿市数字文化驿站设在哪里？",
        "芦屿市数字文化驿站具体位置在什么地方",
        "云坡县的9所乡镇文化站分别叫什么？",
        "芦屿市3个文化联盟的名字是什么？",
        "芦屿市“三个统一”是哪三个？",
        "三个统一指的是什么",
        "芦屿市数字文化驿站一个要花多少钱？",
        "浙江的老师为什么要来芦屿市驻点三年？",
        "芦屿市文化联盟后来为什么解散了？",
        "芦屿市为什么把馆员裁掉了一半？",
    ],
)
def test_what_the_text_does_not_tell_is_refused(culture: Engine, question: str) -> None:
    reply = culture.ask(question, as_of=AS_OF)
    assert isinstance(reply, Refusal), f"answered: {reply.answer}"


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("芦屿市文化馆在哪里？", "东桥街88号"),
        ("芦屿市建了几个数字文化驿站？", "16个"),
        ("芦屿市数字文化驿站一共投入多少钱？", "820万元"),
        ("芦屿市“三统筹”是哪三样？", "编目"),
        ("三统筹是啥意思", "编目、采购、调配"),
        ("芦屿市采用哪两种模式组建文化联盟？", "联办型"),
    ],
)
def test_what_it_tells_is_answered(culture: Engine, question: str, held: str) -> None:
    reply = culture.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply.message
    assert held in reply.answer
