"""Dates, bodies, persons, places, contacts, verdicts and clauses: the span that answers, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.answer.polarity import verdict
from app.engine import Engine
from app.model import Answer, Kind, Question, Refusal

FERRY = Text(
    "轮渡/管理办法.txt",
    """苇津市城市轮渡管理办法

第一条 为了保障轮渡运营安全，方便市民过江出行，制定本办法。

第二条 本办法所称城市轮渡，是指按照固定航线和时间往返两岸、供公众乘用的客运船舶。
本办法所称轮渡站，是指供轮渡停靠和乘客上下的设施。

第三条 市交通运输局主管全市轮渡工作，市应急管理局配合。
市水上搜救办负责水上救援的统一指挥。

第四条 轮渡经营许可由市交通运输局审批。经营者应当在许可期满2个月前提出延续申请。
变更航线的，向所在地街道办事处报告。

第五条 禁止携带宠物乘船。导盲犬除外。
自行车可以免费上船，每人限带1辆。
6周岁至14周岁的儿童购买半价票。

第六条 轮渡票款通过扫码、交通卡、现金三种方式支付。
无法扫码的乘客，可以在售票窗口购买纸质船票。

第七条 每年7月1日至9月15日为夏季航班期。
站内违规名单在站前公告栏公示。

第八条 乘客对服务不满意的，可以拨打服务热线0711-5550123。传真：0711-5550456。
轮渡公司地址：苇津市临江路88号3楼。

第九条 本办法自2023年5月1日起施行，至2028年4月30日止。《苇津市渡口管理规定》同时废止。
由市交通运输局负责解释。
""",
    {"id": "ferry", "region": "苇津市", "issuer": "苇津市人民政府", "issued_on": "2023-04-02"},
)
INTERVIEW = Text(
    "问答/书屋.txt",
    """就乡村书屋答记者问

苇津市文化局局长　陆闻舟

问：什么是乡村书屋？
答：乡村书屋是由村民共同管理、免费借阅图书的公共阅读场所。
问：乡村书屋怎么申请挂牌？
答：由村民委员会提出申请，经镇文化站核实后挂牌。
问：为什么要建乡村书屋？
答：为了让农村孩子就近读书，丰富村民文化生活。
""",
    {"id": "interview", "region": "苇津市", "issued_on": "2023-06-02"},
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("text-answers"), (FERRY, INTERVIEW)) as opened:
        yield opened


def answer(engine: Engine, question: str) -> Answer:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), f"refused: {reply.reason.value} {reply.missing}"
    return reply


NAMES = [
    ("轮渡管理办法什么时候开始施行？", Kind.DATE, "2023年5月1日"),
    ("轮渡管理办法什么时候到期？", Kind.DATE, "2028年4月30日"),
    ("轮渡夏季航班期是什么时间？", Kind.DATE, "7月1日至9月15日"),
    ("轮渡夏季航班期从哪天起？", Kind.DATE, "7月1日"),
    ("轮渡经营许可延续申请应当在什么时候提出？", Kind.DATE, "在许可期满2个月前"),
    ("全市轮渡工作由哪个部门主管？", Kind.ORGANISATION, "市交通运输局"),
    ("轮渡工作由哪个部门配合？", Kind.ORGANISATION, "市应急管理局"),
    ("水上救援由哪个部门统一指挥？", Kind.ORGANISATION, "市水上搜救办"),
    ("轮渡变更航线要向谁报告？", Kind.PERSON, "街道办事处"),
    ("苇津市文化局局长是谁？", Kind.PERSON, "陆闻舟"),
    ("轮渡站内违规名单在哪里公示？", Kind.PLACE, "站前公告栏"),
    ("轮渡服务热线电话是多少？", Kind.CLAUSE, "0711-5550123"),
]


@pytest.mark.parametrize(("question", "kind", "wanted"), NAMES, ids=[row[0] for row in NAMES])
def test_a_name_is_given_without_what_stands_round_it(
    engine: Engine, question: str, kind: Kind, wanted: str
) -> None:
    reply = answer(engine, question)
    assert (reply.kind, reply.answer) == (kind, wanted)


CLAUSES = [
    ("什么是城市轮渡？", "固定航线和时间往返两岸", "停靠", 60),
    ("本办法所称轮渡站是指什么？", "停靠和乘客上下的设施", "往返", 40),
    ("什么是乡村书屋？", "公共阅读场所", "问：", 40),
    ("乡村书屋怎么申请挂牌？", "经镇文化站核实后挂牌", "问：", 40),
    ("为什么要建乡村书屋？", "让农村孩子就近读书", "挂牌", 40),
    ("制定城市轮渡管理办法的目的是什么？", "保障轮渡运营安全", "施行", 40),
    ("无法扫码的乘客怎么买船票？", "在售票窗口购买纸质船票", "三种方式", 40),
]


@pytest.mark.parametrize(
    ("question", "held", "left_out", "width"), CLAUSES, ids=[row[0] for row in CLAUSES]
)
def test_the_run_of_clauses_that_answers_is_given_and_not_the_question(
    engine: Engine, question: str, held: str, left_out: str, width: int
) -> None:
    given = answer(engine, question).answer
    assert held in given
    assert left_out not in given
    assert len(given) <= width
    assert not given.startswith(("第", "（"))
    assert not given.endswith(("。", "；", "，"))


YES_NO = [
    ("坐轮渡可以带宠物吗？", "否", "禁止携带宠物"),
    ("自行车能免费上船吗？", "是", "可以免费上船"),
    ("《苇津市渡口管理规定》还有效吗？", "否", "同时废止"),
    ("轮渡经营许可是不是由市应急管理局审批？", "否", "由市交通运输局审批"),
    ("10岁的儿童坐轮渡是不是买半价票？", "是", "半价票"),
    ("16岁的儿童坐轮渡是不是买半价票？", "否", "6周岁至14周岁"),
]


@pytest.mark.parametrize(("question", "verdict", "clause"), YES_NO, ids=[row[0] for row in YES_NO])
def test_a_verdict_stands_before_the_clause_that_gives_it(
    engine: Engine, question: str, verdict: str, clause: str
) -> None:
    said, _, because = answer(engine, question).answer.partition("：")
    assert said == verdict
    assert clause in because


@pytest.mark.parametrize(
    "question",
    ["轮渡上可以抽烟吗？", "苇津市地铁什么时候通车？", "轮渡公司的邮箱是什么？", "轮渡船长是谁？"],
)
def test_a_clause_that_only_shares_the_topic_does_not_answer(engine: Engine, question: str) -> None:
    assert isinstance(engine.ask(question, as_of=AS_OF), Refusal)


def asked(text: str) -> Question:
    return Question(
        text=text,
        full=text,
        kind=Kind.YES_NO,
        terms=(),
        left="",
        right="",
        unit="",
        dimension=None,
        roles=(),
        bound=None,
        years=(),
        places=(),
        quoted=(),
        operands=(),
        total=False,
        announced=None,
        ordinal=None,
        context=(),
    )


VERDICTS = [
    ("可以转让吗", "不得转让", "否"),
    ("是不是不得转让", "不得转让", "是"),
    ("可以转让吗", "不得不转让", "是"),
    ("增长了吗", "下降2.4%", "否"),
    ("下降了吗", "下降2.4%", "是"),
    ("贴息期限可以达到2年吗", "贴息期限最长2年", "是"),
    ("贴息期限可以达到3年吗", "贴息期限最长2年", "否"),
    ("补贴比例是不是30%", "补贴比例为20%", "否"),
    ("补贴比例是不是20%", "补贴比例为20%", "是"),
    ("材料还是23项吗", "材料由23项压减至9项", "否"),
    ("已经建成500个了吗", "到2026年,力争建成500个", "否"),
    ("只有紧密型一种吗", "采用紧密型和帮扶型", "否"),
    ("可以申请吗", "符合条件的,可以申请", "有条件"),
    ("可以申请吗", "经市局批准,可以申请", "有条件"),
    ("由甲局牵头吗", "由乙局牵头", "否"),
]


@pytest.mark.parametrize(
    ("question", "clause", "wanted"), VERDICTS, ids=[f"{row[0]}-{row[1]}" for row in VERDICTS]
)
def test_negation_opposites_numbers_and_conditions_decide(
    question: str, clause: str, wanted: str
) -> None:
    assert verdict(asked(question), clause) == wanted


EVERY = [row[0] for row in (*NAMES, *CLAUSES, *YES_NO)]


@pytest.mark.parametrize("question", EVERY)
def test_every_part_of_an_answer_is_a_slice_of_its_document(engine: Engine, question: str) -> None:
    reply = answer(engine, question)
    for cited in reply.citations:
        text = engine.snapshot.documents.get(cited.document_id)
        assert text is not None
        assert cited.span.of(text.document.text) == cited.quote
    given = reply.answer.partition("：")[2] if reply.kind is Kind.YES_NO else reply.answer
    assert any(given in cited.quote for cited in reply.citations)


def test_the_same_question_gives_the_same_reply(engine: Engine) -> None:
    for question in EVERY:
        assert engine.ask(question, as_of=AS_OF) == engine.ask(question, as_of=AS_OF)
