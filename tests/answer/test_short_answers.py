"""What is answered, kind by kind: one quantity, one name, the items, or the clause, no wider."""

from __future__ import annotations

import pytest
from answer_corpus import AS_OF

from app.engine import Engine
from app.model import Answer, Kind


def answer(engine: Engine, question: str, *history: str) -> Answer:
    reply = engine.ask(question, history, as_of=AS_OF)
    assert isinstance(reply, Answer), f"refused: {reply.reason.value} {reply.missing}"
    return reply


EXACT: dict[Kind, tuple[tuple[str, str], ...]] = {
    Kind.AMOUNT: (
        ("2023年云禾市养老服务总投入是多少？", "6.84亿元"),
        ("云禾市养老服务一年总共花了多少钱？", "6.84亿元"),
        ("市级财政在养老上投入了多少？", "2.15亿元"),
        ("社会资本投了多少钱到养老上？", "3.3亿元"),
        ("医养结合试点的3家机构总投资多少？", "1.42亿元"),
        ("快充站建设补贴每千瓦多少元？", "120元"),
        ("单个快充站补贴最高多少万元？", "80万元"),
        ("申请公租房家庭人均月收入要低于多少元？", "3200元"),
        ("备案办理时限缩短到几个工作日？", "4个工作日"),
        ("街道办事处初审公租房申请要在多少日内完成？", "20日"),
        ("北渡县引进博士研究生安家补贴多少万元？", "20万元"),
        ("柳溪市2022年地区生产总值是多少亿元？", "512.6亿元"),
    ),
    Kind.COUNT: (
        ("云禾市现有养老机构多少家？", "58家"),
        ("云禾市养老床位有多少张？", "1.26万张"),
        ("养老机构床位共有多少万张？", "1.26万张"),
        ("护理型床位有几张？", "7749张"),
        ("云禾市共有护理员多少名？", "3420名"),
        ("持证护理员有多少名？", "2870名"),
        ("新建了多少处社区养老驿站？", "26处"),
        ("改造了几所敬老院？", "14所"),
        ("多少户老人家庭做了适老化改造？", "2310户"),
        ("护理员技能大赛办了几场？", "4场"),
        ("护理员技能比赛办了多少次？", "4场"),
        ("培训护理员多少人次？", "5600人次"),
        ("养老机构备案材料压减到多少项？", "9项"),
        ("养老机构备案材料原来有多少项？", "23项"),
        ("柳溪市2023年末常住人口多少？", "86.9万人"),
        ("2022年末柳溪市有多少辆公交车？", "640辆"),
        ("柳溪市2023年有多少辆新能源公交车？", "524辆"),
        ("2023年柳溪市新建改建农村公路多少公里？", "265公里"),
        ("已建成公共充电桩多少个？", "4300个"),
    ),
    Kind.RATIO: (
        ("护理型床位占比是多少？", "61.5%"),
        ("护理型床位占全部床位的百分之几？", "61.5%"),
        ("公办机构入住率提高到多少？", "82%"),
        ("公租房租金是市场租金的百分之几？", "60%"),
        ("柳溪市2023年地区生产总值增速是多少？", "5.7%"),
        ("柳溪市2022年地区生产总值增长了百分之几？", "4.1%"),
        ("家电下乡补贴比例是多少？", "13%"),
    ),
    Kind.DATE: (
        ("公共租赁住房管理办法什么时候施行？", "2023年3月1日"),
        ("“银龄守护”行动是哪天启动的？", "2023年6月1日"),
    ),
    Kind.ORGANISATION: (
        ("“银龄守护”行动由哪个部门牵头？", "市民政局"),
        ("“银龄守护”行动由哪个部门配合？", "市卫生健康局"),
        ("充电设施建设由哪个部门统筹协调？", "市发展和改革委员会"),
        ("北渡县的安家补贴由哪个部门审核发放？", "县人力资源和社会保障局"),
    ),
    Kind.PLACE: (("“银龄守护”启动仪式在哪里举行？", "云禾市东渠街道"),),
}
EXACT_CASES = [(question, wanted) for rows in EXACT.values() for question, wanted in rows]


@pytest.mark.parametrize(("question", "wanted"), EXACT_CASES, ids=[row[0] for row in EXACT_CASES])
def test_one_value_or_name_is_given_and_no_word_more(
    engine: Engine, question: str, wanted: str
) -> None:
    assert answer(engine, question).answer == wanted


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("2023年云禾市养老服务总投入是多少？", Kind.AMOUNT),
        ("云禾市现有养老机构多少家？", Kind.COUNT),
        ("护理型床位占比是多少？", Kind.RATIO),
        ("公共租赁住房管理办法什么时候施行？", Kind.DATE),
        ("充电设施建设由哪个部门统筹协调？", Kind.ORGANISATION),
        ("云禾市养老服务推进了哪三项改革？", Kind.REFORMS),
        ("公租房可以转租吗？", Kind.YES_NO),
        ("公租房租金怎么确定？", Kind.MECHANISM),
        ("养老机构备案材料压减了多少项？", Kind.DERIVED),
        ("柳溪市2023年地区生产总值是多少？", Kind.AMOUNT),
    ],
)
def test_the_reply_says_of_which_kind_it_is(engine: Engine, question: str, kind: Kind) -> None:
    assert answer(engine, question).kind is kind


LISTS = [
    (
        "云禾市养老服务推进了哪三项改革？",
        ["公办养老机构改革", "护理员职称制度改革", "长期护理保险改革"],
    ),
    ("养老服务三项改革破解了哪三个难题？", ["活力不足", "晋升通道狭窄", "负担过重"]),
    (
        "云禾市养老服务有哪些主要举措？",
        ["完善设施布局", "壮大护理队伍", "提升医养结合水平"],
    ),
    (
        "充电设施建设有哪些重点任务？",
        [
            "推进居住区充电设施建设",
            "推进高速服务区快充网络建设",
            "推进换电站试点",
            "推进智慧监管平台建设",
        ],
    ),
    (
        "养老“五个一”服务包括什么？",
        [
            "一个养老综合体",
            "一支护理队",
            "一个老年食堂",
            "一所老年学堂",
            "一条服务热线",
        ],
    ),
    (
        "申请公租房要提交哪些证明？",
        ["身份证明", "收入证明", "住房情况证明", "婚姻状况证明"],
    ),
    (
        "申请公租房需要满足哪些条件？",
        [
            "具有本市常住户口或者连续缴纳社会保险满12个月",
            "家庭人均住房面积低于15平方米",
            "家庭人均月收入低于3200元",
        ],
    ),
    (
        "医养结合试点有哪些机构？",
        ["云禾市第一福利院", "东渠护理院", "北塘康养中心"],
    ),
]


@pytest.mark.parametrize(("question", "items"), LISTS, ids=[row[0] for row in LISTS])
def test_a_list_is_complete_and_has_nothing_else(
    engine: Engine, question: str, items: list[str]
) -> None:
    given = answer(engine, question).answer.split("；")
    assert len(given) == len(items), given
    for shown, wanted in zip(given, items, strict=True):
        assert wanted in shown
        assert len(shown) <= len(wanted) + 8, "wider than the item"


@pytest.mark.parametrize("question", [row[0] for row in LISTS])
def test_an_item_of_a_list_does_not_begin_with_its_label(engine: Engine, question: str) -> None:
    for item in answer(engine, question).answer.split("；"):
        assert not item.startswith(("（", "第", "一、", "1."))


CLAUSES = [
    (
        "什么是公共租赁住房？",
        ["限定建设标准和租金水平", "保障性住房"],
        ["云禾市公共租赁住房管理办法"],
        80,
    ),
    (
        "什么是“银龄守护”行动？",
        ["社区网格员、志愿者和家庭医生", "关爱行动"],
        ["启动仪式", "配合"],
        90,
    ),
    ("为什么启动“银龄守护”行动？", ["为防止独居老人发生意外"], ["启动仪式", "配合"], 60),
    (
        "制定公共租赁住房管理办法的目的是什么？",
        ["解决新就业职工和外来务工人员阶段性住房困难"],
        [],
        60,
    ),
    ("公租房租金怎么确定？", ["按照市场租金的60%确定"], ["腾退"], 30),
    ("公租房咨询电话是多少？", ["0900-6612345"], ["施行"], 20),
    ("公办养老机构怎么推进改革？", ["推行公建民营"], [], 60),
]


@pytest.mark.parametrize(
    ("question", "held", "left_out", "width"), CLAUSES, ids=[row[0] for row in CLAUSES]
)
def test_what_how_and_why_are_answered_with_the_clause_no_wider(
    engine: Engine, question: str, held: list[str], left_out: list[str], width: int
) -> None:
    given = answer(engine, question).answer
    assert [words for words in held if words not in given] == []
    assert [words for words in left_out if words in given] == []
    assert len(given) <= width


YES_NO = [
    ("公租房可以转租吗？", "否", "不得转租"),
    ("承租人能不能转借公租房？", "否", "不得转租、转借"),
    ("承租人能不能购买所承租的公租房？", "有条件", "经市住房和城乡建设局批准"),
    ("“银龄守护”行动是不是由市民政局牵头？", "是", "由市民政局牵头"),
    ("“银龄守护”行动是由市卫生健康局牵头的吗？", "否", "市民政局牵头"),
    ("申请公租房是否需要提交收入证明？", "是", "收入证明"),
]


@pytest.mark.parametrize(("question", "verdict", "clause"), YES_NO, ids=[row[0] for row in YES_NO])
def test_yes_or_no_comes_with_the_clause_that_decides(
    engine: Engine, question: str, verdict: str, clause: str
) -> None:
    said, _, because = answer(engine, question).answer.partition("：")
    assert said == verdict
    assert clause in because


COMPARED = [
    ("北渡县和南屏县的博士安家补贴哪个高？", ["北渡县 20万元", "南屏县 30万元"]),
    ("柳溪市新能源公交车2022年和2023年各有多少辆？", ["2022年 416辆", "2023年 524辆"]),
    ("市级财政投入和社会资本投入哪个多？", ["市级财政投入 2.15亿元", "社会资本投入 3.3亿元"]),
]


@pytest.mark.parametrize(("question", "sides"), COMPARED, ids=[row[0] for row in COMPARED])
def test_a_comparison_sets_both_sides_next_to_each_other(
    engine: Engine, question: str, sides: list[str]
) -> None:
    reply = answer(engine, question)
    assert reply.kind is Kind.COMPARISON
    assert reply.answer.split("；") == sides


FOLLOW_UPS = [
    (("柳溪市2023年地区生产总值是多少？",), "前一年呢？", "512.6亿元"),
    (("柳溪市2023年地区生产总值是多少？",), "那2022年呢？", "512.6亿元"),
    (("北渡县引进博士安家补贴多少万元？",), "南屏县呢？", "30万元"),
    (("云禾市共有多少名护理员？",), "其中持证的呢？", "2870名"),
    (("柳溪市2023年有多少辆公交车？",), "其中新能源的呢？", "524辆"),
    (("“银龄守护”行动是什么？",), "它由哪个部门牵头？", "市民政局"),
    (("“银龄守护”行动是什么？",), "哪天启动的？", "2023年6月1日"),
    (("云禾市养老服务推进了哪三项改革？",), "第二项呢？", "护理员职称制度改革"),
    (("云禾市养老服务推进了哪三项改革？",), "最后一项是什么？", "长期护理保险改革"),
    (("柳溪市2022年有多少辆公交车？", "那2023年呢？"), "其中新能源的呢？", "524辆"),
]


@pytest.mark.parametrize(
    ("history", "question", "wanted"), FOLLOW_UPS, ids=[f"{h[-1]}{q}" for h, q, _ in FOLLOW_UPS]
)
def test_a_follow_up_is_answered_from_what_was_asked_before(
    engine: Engine, history: tuple[str, ...], question: str, wanted: str
) -> None:
    assert answer(engine, question, *history).answer == wanted


def test_an_item_is_found_by_its_place_without_history(engine: Engine) -> None:
    reply = answer(engine, "云禾市养老服务第二项改革是什么？")
    assert reply.answer == "护理员职称制度改革"


@pytest.mark.parametrize(
    "question",
    [
        "家庭人均月收入3500元能申请公租房吗？",
        "2023年云禾市公共充电桩已经建成1.2万个了吗？",
        "养老机构备案材料还是23项吗？",
    ],
    ids=["above-the-limit", "target-as-fact", "value-before"],
)
def test_a_number_that_the_text_does_not_support_is_not_affirmed(
    engine: Engine, question: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert not isinstance(reply, Answer) or not reply.answer.startswith("是")


def test_a_title_decides_nothing(engine: Engine) -> None:
    reply = engine.ask("公租房能买吗？", as_of=AS_OF)
    assert not isinstance(reply, Answer) or reply.answer.startswith("有条件")


def test_history_does_not_change_the_answer_to_a_question_that_stands_alone(
    engine: Engine,
) -> None:
    question = "云禾市现有养老机构多少家？"
    history = ("柳溪市2022年地区生产总值是多少？", "公租房可以转租吗？")
    assert engine.ask(question, history, as_of=AS_OF) == engine.ask(question, as_of=AS_OF)


@pytest.mark.parametrize(
    "question",
    [row[0] for row in (*EXACT_CASES, *CLAUSES, *YES_NO)],
)
def test_no_answer_begins_or_ends_with_blanks(engine: Engine, question: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    if isinstance(reply, Answer):
        assert reply.answer == reply.answer.strip()
        assert "： " not in reply.answer
        assert all(statement.text == statement.text.strip() for statement in reply.statements)
