from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

MARKETS = Text(
    "集市/管理办法.txt",
    """青渡市夜间集市管理办法

各县区人民政府，市直各部门：

为规范夜间集市管理，方便群众生活，制定本办法。

第一条　夜间集市管理遵循以下原则：
（一）便民利民；
（二）统一规划；
（三）属地负责。

第二条　申请设立摊位的，应当具备下列条件：
（一）年满18周岁；
（二）持有有效健康证明；
（三）一年内无食品安全处罚记录。
申请人为残疾人的，优先安排。

第三条　申请摊位应当提交以下材料：
1. 摊位申请表；
2. 身份证复印件；
3. 健康证明。

第四条　摊主不得有下列行为：
（一）占用消防通道；
（二）使用高音喇叭；
（三）随意倾倒油污。

第五条　市城市管理局负责统筹协调；市市场监督管理局负责食品安全监管；市公安局负责治安秩序维护。

第六条　夜间集市实行统一标识、统一计量、统一保洁“三统一”管理。

第七条　摊位费可以通过微信、支付宝、银行代扣等方式缴纳。

第八条　支持品牌培育。对获评省级示范集市的，奖励20万元。对首次参展的摊主，补贴展位费1000元。
""",
)
REFORM = Text(
    "粮库/经验.txt",
    "岚桥县推进国有粮库改革的做法　近年来，岚桥县围绕粮库管理推进三项改革。"
    "一是聚焦仓容不足难点，深入推进仓储布局改革。新建高标准仓房12座。"
    "二是聚焦人浮于事难点，全面推进用工制度改革。核减编外人员86人。"
    "三是聚焦账实不符难点，大力推进库存监管改革。安装监控探头310个。"
    "主要体会有两点：一是坚持群众立场，把粮农满意作为标准；二是坚持数字赋能，让每粒粮都可追溯。",
)
DRILL = Text(
    "演练/通知.txt",
    """松岭区关于开展防汛演练的通知

各街道办事处：
演练分四个步骤进行：
第一步：发布预警信号；
第二步：转移低洼地带居民；
第三步：清点安置人数；
第四步：开展消毒防疫。

重点抓好五个方面准备：
（一）备足沙袋；
（二）检修水泵；
（三）疏通管网。
""",
)

COMPLETE = (
    ("青渡市夜间集市管理遵循哪些原则？", "便民利民；统一规划；属地负责"),
    (
        "在青渡市设立夜间集市摊位要具备什么条件？",
        "年满18周岁；持有有效健康证明；一年内无食品安全处罚记录",
    ),
    ("青渡市申请摊位需要哪些材料？", "摊位申请表；身份证复印件；健康证明"),
    ("青渡市夜间集市摊主不得有哪些行为？", "占用消防通道；使用高音喇叭；随意倾倒油污"),
    (
        "青渡市夜间集市各部门怎么分工？",
        "市城市管理局负责统筹协调；市市场监督管理局负责食品安全监管；市公安局负责治安秩序维护",
    ),
    ("青渡市夜间集市“三统一”指哪些？", "统一标识；统一计量；统一保洁"),
    ("青渡市夜间集市摊位费有哪些缴纳方式？", "微信；支付宝；银行代扣"),
    ("岚桥县粮库推进了哪三项改革？", "仓储布局改革；用工制度改革；库存监管改革"),
    (
        "岚桥县粮库改革有哪两点体会？",
        "坚持群众立场，把粮农满意作为标准；坚持数字赋能，让每粒粮都可追溯",
    ),
)
ORDINAL = (
    ("青渡市申请摊位的第二个条件是什么？", (), "持有有效健康证明"),
    ("岚桥县粮库的第三项改革是什么？", (), "库存监管改革"),
    ("岚桥县粮库改革的最后一项是什么？", (), "库存监管改革"),
    ("第二个条件是什么？", ("青渡市设立夜间集市摊位要具备哪些条件？",), "持有有效健康证明"),
    ("松岭区防汛演练的第三步是什么？", (), "清点安置人数"),
)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("lists"), (MARKETS, REFORM, DRILL)) as opened:
        yield opened


@pytest.mark.parametrize(("question", "expected"), COMPLETE)
def test_a_list_is_given_whole_and_without_its_lead_or_what_follows(
    lists: Engine, question: str, expected: str
) -> None:
    reply = lists.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == expected


@pytest.mark.parametrize(("question", "history", "expected"), ORDINAL)
def test_an_ordinal_asks_for_one_item(
    lists: Engine, question: str, history: tuple[str, ...], expected: str
) -> None:
    reply = lists.ask(question, history, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == expected


def test_only_the_asked_part_of_each_item_is_given(lists: Engine) -> None:
    reply = lists.ask("岚桥县粮库三项改革聚焦的难点分别是什么？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "聚焦仓容不足难点；聚焦人浮于事难点；聚焦账实不符难点"


def test_the_one_item_that_a_question_describes_is_given(lists: Engine) -> None:
    reply = lists.ask("岚桥县粮库靠哪项改革解决账实不符的问题？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert "库存监管改革" in reply.answer
    assert "仓储布局" not in reply.answer


def test_a_section_with_the_asked_heading_answers_with_its_clauses(lists: Engine) -> None:
    reply = lists.ask("青渡市对夜间集市品牌培育有哪些支持措施？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert "奖励20万元" in reply.answer
    assert "补贴展位费1000元" in reply.answer
    assert "支持品牌培育" not in reply.answer


def test_a_list_that_is_shorter_than_announced_says_so(lists: Engine) -> None:
    reply = lists.ask("松岭区防汛演练重点抓好哪五个方面准备？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == "备足沙袋；检修水泵；疏通管网"
    assert any("5项" in note and "3项" in note for note in reply.notes)


def test_a_complete_list_has_no_note_on_its_number(lists: Engine) -> None:
    reply = lists.ask("松岭区防汛演练分哪四个步骤？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert not any("原文这里找到" in note for note in reply.notes)


def test_every_item_is_a_quote_of_its_document(lists: Engine) -> None:
    for question, _ in COMPLETE:
        reply = lists.ask(question, as_of=AS_OF)
        assert isinstance(reply, Answer)
        assert [cited.quote for cited in reply.citations] == reply.answer.split("；")
        for cited in reply.citations:
            text = lists.snapshot.documents.get(cited.document_id)
            assert text is not None
            assert cited.span.of(text.document.text) == cited.quote


@pytest.mark.parametrize(
    "question",
    ["青渡市申请养犬证需要哪些材料？", "岚桥县粮库的第四项改革是什么？"],
)
def test_a_list_that_is_not_there_is_refused(lists: Engine, question: str) -> None:
    assert isinstance(lists.ask(question, as_of=AS_OF), Refusal)
