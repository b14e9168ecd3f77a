"""Which kind of answer a question asks for, formal, colloquial and in keywords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Dimension, Kind
from app.question.cues import (
    announced_words,
    asks_total,
    classifier_asked,
    cues,
    form,
    ordinal_words,
    phrases,
)
from app.text.fold import fold

QUESTIONS: dict[Kind, tuple[str, ...]] = {
    Kind.AMOUNT: (
        "2023年全市养老服务财政投入是多少亿元？",
        "托育机构建设补贴标准是多少？",
        "修这条路一共花了多少钱？",
        "企业最多能拿多少奖励？",
        "这个项目砸进去多少钱啊",
        "申请补贴要等多久？",
        "审批时限是几个工作日？",
        "合同有效期是多长？",
        "提取住房公积金的上限是多少？",
        "湿地修复累计安排资金多少？",
        "每户能补多少钱",
    ),
    Kind.COUNT: (
        "全市现有养老机构多少家？",
        "新建了几所幼儿园？",
        "一共培训了多少名护理员？",
        "有几个县参加了试点？",
        "参加培训的有多少人次",
        "充电桩数量是多少？",
        "机器人产业规上企业数量",
        "去年招了几批学员呀",
        "全县共有多少张床位？",
        "农家书屋有几间",
    ),
    Kind.RATIO: (
        "普惠性床位占比是多少？",
        "护理型床位占全部床位的百分之几？",
        "新能源公交车比例达到多少？",
        "参保率是多少？",
        "女职工占多大比例？",
        "公办机构占了几成？",
        "2023年地区生产总值增速是多少？",
        "绿化覆盖率提高了多少个百分点？",
        "森林覆盖率 比重",
    ),
    Kind.DATE: (
        "这个办法什么时候开始施行？",
        "报名何时截止？",
        "条例是哪一年通过的？",
        "申报材料几月几号之前交？",
        "哪天开学？",
        "改革从哪年开始？",
        "啥时候能领到补贴",
        "受理截止时间",
    ),
    Kind.PERSON: (
        "谁负责这项工作？",
        "领导小组组长由谁担任？",
        "联系人是谁？",
        "哪位同志主持会议？",
        "这事归谁管",
    ),
    Kind.ORGANISATION: (
        "由哪个部门牵头？",
        "申请材料交给哪个单位？",
        "牵头单位是谁？",
        "什么机构负责评估？",
        "主管部门是哪个",
        "哪家银行承办贷款？",
    ),
    Kind.PLACE: (
        "办事窗口在哪里？",
        "哪个县最先试点？",
        "在什么地方提交材料？",
        "培训基地设在哪儿",
        "哪个市的做法被推广？",
    ),
    Kind.LIST: (
        "申请需要哪些材料？",
        "补贴对象包括哪几类人？",
        "哪些县列入了试点？",
        "申请人要满足什么条件？",
        "重点任务分为哪些方面？",
        "三个中心分别是什么？",
    ),
    Kind.MEASURES: (
        "采取了哪些措施缓解停车难？",
        "在人才引进方面有什么举措？",
        "为稳定就业做了哪些工作？",
        "政府对养老机构有哪些扶持政策措施？",
        "治理扬尘的主要做法有哪些",
        "有啥新招",
    ),
    Kind.REFORMS: (
        "推进了哪些改革？",
        "实施的三项改革是什么？",
        "医保领域有什么改革？",
        "改革都有哪些",
    ),
    Kind.DEFINITION: (
        "什么是公共租赁住房？",
        "“一网通办”是什么意思？",
        "何谓普惠性托育服务？",
        "本办法所称新就业职工是指什么？",
        "护理型床位的定义",
    ),
    Kind.PURPOSE: (
        "为什么要推行林长制？",
        "制定本办法的目的是什么？",
        "为何取消纸质证明？",
        "出于什么考虑设立专项资金？",
        "为啥要搞轮岗",
        "设立基金的原因是什么？",
    ),
    Kind.MECHANISM: (
        "如何申请公租房？",
        "怎么办理备案手续？",
        "补贴资金怎样发放？",
        "租金咋交",
        "通过什么方式选聘护理员？",
        "数据共享流程是什么？",
    ),
    Kind.YES_NO: (
        "外地户籍能不能申请？",
        "是否需要缴纳押金？",
        "可以转租吗？",
        "有没有收入限制？",
        "毕业生可否享受补贴？",
        "租金会不会涨",
        "押金退还吗",
        "属于免税范围，对吗？",
        "公租房准不准养宠物？",
    ),
    Kind.COMPARISON: (
        "城区和乡镇哪个床位更多？",
        "公办园和民办园各有多少所？",
        "甲县跟乙县哪边投入高？",
        "2022年和2023年的投入分别是多少？",
        "男性和女性参保人数对比",
    ),
    Kind.DERIVED: (
        "2023年比2022年多了多少？",
        "行政审批事项精简了多少项？",
        "公办和民办加起来有多少所？",
        "两年投入相差多少？",
        "城区与乡镇的床位合计是多少？",
        "按占比倒推总数是多少？",
    ),
    Kind.CLAUSE: (
        "办理公租房的咨询电话是多少？",
        "公租房 转租",
        "湿地保护 责任",
        "投诉邮箱是什么？",
    ),
}
CASES = [(question, kind) for kind, found in QUESTIONS.items() for question in found]


def kind_of(question: str) -> Kind:
    return form(fold(question).text).kind


@pytest.mark.parametrize(("question", "kind"), CASES, ids=[question for question, _ in CASES])
def test_a_question_has_the_kind_of_its_question_words(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


def test_the_table_asks_for_every_kind() -> None:
    assert set(QUESTIONS) == set(Kind)
    assert len(CASES) >= 80


@pytest.mark.parametrize(
    ("question", "dimension"),
    [
        ("投入了多少钱？", Dimension.MONEY),
        ("审批要多长时间？", Dimension.DURATION),
        ("办结需要几个工作日？", Dimension.DURATION),
        ("建成多少所学校？", Dimension.COUNT),
        ("占比是多少？", Dimension.RATIO),
        ("由谁负责？", None),
    ],
)
def test_a_question_for_a_number_says_what_the_number_measures(
    question: str, dimension: Dimension | None
) -> None:
    assert form(fold(question).text).dimension is dimension


@pytest.mark.parametrize(
    ("question", "kind", "dimension"),
    [
        ("最低能降到几个点", Kind.RATIO, Dimension.RATIO),
        ("按押金的几倍赔偿", Kind.RATIO, Dimension.RATIO),
        ("土地收入掉了多少", Kind.RATIO, Dimension.RATIO),
        ("负债率不能超多少", Kind.RATIO, Dimension.RATIO),
        ("水产品 2022 增减幅度", Kind.RATIO, Dimension.RATIO),
        ("首付 第二套住房", Kind.RATIO, Dimension.RATIO),
        ("规上工业 增速 2021", Kind.RATIO, Dimension.RATIO),
        ("在全市排第几", Kind.COUNT, Dimension.ORDINAL),
        ("综合排名第几", Kind.COUNT, Dimension.ORDINAL),
        ("公寓 面积上限", Kind.COUNT, Dimension.COUNT),
        ("电动车 最高时速", Kind.COUNT, Dimension.MEASURE),
        ("城镇新增就业 目标", Kind.COUNT, Dimension.COUNT),
        ("旅游总收入 目标", Kind.AMOUNT, Dimension.MONEY),
        ("档案 保存 年限", Kind.AMOUNT, Dimension.DURATION),
        ("保修期多长", Kind.AMOUNT, Dimension.DURATION),
        ("押金多少", Kind.AMOUNT, Dimension.MONEY),
        ("每年安排多少专项资金", Kind.AMOUNT, Dimension.MONEY),
        ("奖励 对象", Kind.CLAUSE, None),
    ],
)
def test_the_noun_or_unit_decides_what_number_is_asked_for(
    question: str, kind: Kind, dimension: Dimension | None
) -> None:
    found = form(question)
    assert (found.kind, found.dimension) == (kind, dimension)


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("改造了多少万亩?", "亩"),
        ("装机多少千瓦?", "千瓦"),
        ("最长几个月?", "个月"),
        ("用了多少亿?", ""),
        ("有几所学校?", "所"),
        ("建了多少家养老院?", "家"),
        ("几大项任务?", "项"),
        ("服务多少人次?", "人次"),
        ("哪三项改革?", "项"),
        ("开了几门课?", "门"),
        ("一共有多少?", ""),
        ("谁负责?", ""),
    ],
)
def test_the_classifier_asked_for_is_read(question: str, unit: str) -> None:
    assert classifier_asked(question) == unit


@pytest.mark.parametrize(
    ("question", "numeral"),
    [
        ("哪三项改革?", "三"),
        ("这五个中心在哪?", "五"),
        ("四项措施是什么?", "四"),
        ("哪些改革?", ""),
        ("有几项?", ""),
    ],
)
def test_an_announced_number_of_items_is_read(question: str, numeral: str) -> None:
    assert announced_words(question) == numeral


@pytest.mark.parametrize(
    ("question", "numeral"),
    [
        ("第二项是什么?", "二"),
        ("第3条讲什么?", "3"),
        ("最后一项呢?", "最后"),
        ("有三项吗?", ""),
    ],
)
def test_the_place_in_a_list_is_read(question: str, numeral: str) -> None:
    assert ordinal_words(question) == numeral


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("一共有多少名护理员?", True),
        ("床位总数是多少?", True),
        ("合计投入多少?", True),
        ("新建了几所?", False),
    ],
)
def test_a_question_for_the_whole_is_told(question: str, total: bool) -> None:
    assert asks_total(question) is total


@pytest.mark.parametrize(
    ("question", "content"),
    [
        ("全市有几所学校?", "全市学校?"),
        ("床位占比是多少?", "床位?"),
        ("谁负责评估?", "负责评估?"),
        ("为什么推行林长制?", "推行林长制?"),
        ("哪些县列入试点?", "县列入试点?"),
    ],
)
def test_the_words_that_only_ask_are_cut_out(question: str, content: str) -> None:
    rest = question
    for span in reversed(phrases(question)):
        rest = rest[: span.start] + rest[span.end :]
    assert rest == content


def test_a_text_without_question_words_asks_for_a_clause() -> None:
    assert kind_of("湿地保护范围") is Kind.CLAUSE
    assert kind_of("") is Kind.CLAUSE


def test_a_form_that_stands_below_a_wider_one_would_never_be_reached() -> None:
    kinds = [cue.kind for cue in cues()]
    assert kinds.index(Kind.PURPOSE) < kinds.index(Kind.YES_NO) < kinds.index(Kind.COUNT)
    assert kinds.index(Kind.REFORMS) < kinds.index(Kind.LIST)


@given(st.text(max_size=300))
def test_question_phrases_stand_inside_the_question_and_apart(question: str) -> None:
    end = 0
    for span in phrases(question):
        assert end <= span.start <= span.end <= len(question)
        end = span.end
    found = form(question)
    if found.phrase is not None:
        assert 0 <= found.phrase.start <= found.phrase.end <= len(question)
