"""The asker's own numbers put into a formula, a rule above a threshold, shares of a total."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

AID = (
    "岚泽县困难家庭取暖与助学补助办法\n"
    "第一章 总则\n"
    "第一条 为做好困难家庭取暖和助学补助工作，制定本办法。\n"
    "第二条 补助对象分为三类：\n"
    "一类：分散供养特困人员、孤儿；\n"
    "二类：城乡最低生活保障家庭；\n"
    "三类：低保边缘家庭、支出型困难家庭。\n"
    "第二章 标准\n"
    "第三条 取暖补助按下表执行：\n"
    "类别 | 起补线（元） | 补助比例 | 每户最高（元）\n"
    "一类 | 0 | 90% | 3000\n"
    "二类 | 400 | 70% | 2400\n"
    "三类 | 800 | 50% | 1500\n"
    "第四条 取暖补助计算公式为：补助额＝（家庭当季取暖支出－起补线）×补助比例。\n"
    "第五条 大学新生家庭当年学费支出超过6000元的部分，按40%给予助学补助，每人最高4000元。\n"
)
POSTS = (
    "云杉市市属国有企业2024年公开招聘公告\n"
    "一、考试\n"
    "笔试满分100分，时间为2024年5月11日。\n"
    "二、成绩计算\n"
    "管理岗位综合成绩按笔试40%、面试60%计算；技术岗位按笔试30%、实操50%、面试20%计算；"
    "后勤岗位按笔试、面试各占50%计算。\n"
    "三、待遇\n"
    "见习期每人每月补贴1500元，最长不超过12个月。\n"
    "对新引进的博士、硕士，分别按每月3000元、1500元发放租房补贴，最长24个月。\n"
)
AWARDS = (
    "桐溪市企业创新奖励办法\n"
    "第一条 企业当年研发投入超过500万元的部分，按10%给予补助，最高不超过80万元。\n"
    "第二条 大型企业用电超过100万元的部分，按5%返还；中小企业用电超过20万元的部分，按8%返还。\n"
)
STARTS = (
    "枫泊市首次创业与登记收费指南\n"
    "一、创业补贴\n"
    "（一）首次创办小微企业的，给予一次性创业补贴6000元；退役军人首次创业的，补贴标准上浮20%。\n"
    "（二）带动就业3人以上的，再给予2000元。\n"
    "二、登记收费\n"
    "个体车辆登记每件收取60元，非个体车辆登记每件收取90元；含一本登记证书，每增加一本加收15元。\n"
    "殡仪车接运每次200元，含10公里，每超过1公里加收4元。\n"
    "三、场馆租用\n"
    "排练厅租用每场300元，2小时以内，每超过1小时加收80元；残疾人团体租用的，收费标准下调50%。\n"
)
PLACES = (
    "柳汐市卫生系统公开招聘岗位表\n"
    "| 岗位代码 | 招聘单位 | 岗位名称 | 人数 | 年龄上限 |\n"
    "| A101 | 市妇幼保健院 | 儿科医师 | 6 | 38周岁 |\n"
    "| A102 | 市妇幼保健院 | 护理 | 9 | 28周岁 |\n"
    "| B201 | 市急救中心 | 驾驶员 | 4 | 45周岁 |\n"
    "报名时间为2024年4月8日至12日。\n"
)
TAXES = (
    "楠渡县购房与用水办事指南\n"
    "一、契税\n"
    "个人购买家庭唯一住房，面积90平方米及以下的，减按1%征收；面积90平方米以上的，减按1.5%征收。\n"
    "购买家庭第二套住房的，分别按1%、2%征收。\n"
    "二、小型水利补助\n"
    "水利补助所需资金由市、县（区）财政按7∶3比例分担。\n"
    "池塘清淤面积10亩以下的，按工程造价的30%补助；面积10亩及以上的，按工程造价的45%补助。\n"
    "设有闸门的水塘每亩补助三百元，未设有闸门的水塘每亩补助一百八十元。\n"
    "三、购房贷款贴息\n"
    "对购买首套住房的青年人才，按当年贷款实际利息的50%给予贴息，每户每年不超过9000元。\n"
)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (
        Text("补助.txt", AID),
        Text("招聘.txt", POSTS),
        Text("奖励.txt", AWARDS),
        Text("创业.txt", STARTS),
        Text("岗位.txt", PLACES),
        Text("购房.txt", TAXES),
    )
    with engine_over(tmp_path_factory.mktemp("reckoned"), texts) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("我家是低保户，岚泽县今年取暖花了2400块，能补多少？", "1400元"),
        ("岚泽支出型困难家庭取暖花了四千五，补助多少钱？", "1500元"),
        ("岚泽县一户孤儿家庭当季取暖支出2000元，取暖补助额是多少？", "1800元"),
        ("孩子考上大学，学费一年交了1万2，岚泽能补多少", "2400元"),
        ("岚泽大学新生当年学费两万，助学补助拿多少？", "4000元"),
        ("云杉市国企管理岗，笔试80分面试90分，综合成绩是多少？", "86分"),
        ("云杉 技术岗 笔试70 实操80 面试90 综合成绩", "79分"),
        ("云杉后勤岗笔试七十五、面试八十五，最后综合成绩多少分？", "80分"),
        ("云杉见习补贴领满一共多少钱？", "1.8万元"),
        ("云杉博士租房补贴领满总共多少钱", "7.2万元"),
        ("桐溪企业今年研发投了900万，能补多少？", "40万元"),
        ("桐溪企业研发投入1500万元可获补助多少万元？", "80万元"),
        ("退役军人在枫泊头一次创业补贴能拿多少？", "7200元"),
        ("枫泊一件个体车辆登记要办三本证，总共收多少钱？", "90元"),
        ("枫泊殡仪车跑了25公里要多少钱", "260元"),
        ("枫泊殡仪车跑8公里收多少钱", "200元"),
        ("残疾人团体在枫泊租排练厅，一场收多少钱？", "150元"),
        ("楠渡买唯一住房，88平，总价80万，契税要交多少？", "8000元"),
        ("在楠渡买家里唯一一套，一百二十平，价200万，契税得交多少？", "3万元"),
        ("楠渡的水利补助一共花了200万元，区县那一级要出多少？", "60万元"),
        ("楠渡青年人才买首套房，今年利息交了2万4，能贴多少", "9000元"),
        ("桐溪中小企业用电花了120万元，能返还多少？", "8万元"),
    ],
)
def test_own_numbers(cases: Engine, question: str, answer: str) -> None:
    reply = cases.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
    assert any(one.derived is not None for one in reply.statements)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("岚泽县低保户的取暖补助比例是多少？", "70%"),
        ("岚泽县取暖补助 支出型困难家庭 起补线", "800元"),
        ("岚泽县孤儿的取暖补助，每户最高能拿多少元？", "3000元"),
        ("楠渡120平的唯一住房契税税率几个点", "1.5%"),
        ("楠渡唯一住房九十平，契税百分之几", "1%"),
        ("楠渡清淤12亩的池塘，补助比例是多少？", "45%"),
        ("楠渡县设有闸门的水塘每亩补助多少元？", "三百元"),
        ("楠渡县水塘没有闸门，每亩补助多少元？", "一百八十元"),
        ("柳汐 A102岗位 年龄上限", "28周岁"),
        ("柳汐市卫生系统招聘B201岗位的年龄上限是多少岁？", "45周岁"),
    ],
)
def test_cell_of_the_class(cases: Engine, question: str, answer: str) -> None:
    reply = cases.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer


@pytest.mark.parametrize(
    "question",
    [
        "岚泽县军烈属的取暖起补线是多少元？",  # of no class that the text names
        "柳汐 A109岗位 年龄上限",
        "岚泽县取暖花了2400块，能补多少？",  # of which class is not said
        "云杉管理岗笔试80分，综合成绩是多少？",  # the other mark is missing
        "桐溪企业研发投入300万能补多少",  # below the threshold
        "枫泊市首次创业的大学生补贴上浮多少元？",  # not among those who get more
        "楠渡买第二套住房，120平，契税税率是多少？",  # the second home has rates of its own
        "梅川县低保户取暖花了2400块，能补多少？",  # another place
    ],
)
def test_too_little_said(cases: Engine, question: str) -> None:
    assert isinstance(cases.ask(question, as_of=AS_OF), Refusal)


def test_class_is_cited(cases: Engine) -> None:
    reply = cases.ask("我家是低保户，岚泽县今年取暖花了2400块，能补多少？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    quotes = [citation.quote for citation in reply.citations]
    assert any("补助额＝" in quote for quote in quotes)
    assert any("最低生活保障家庭" in quote for quote in quotes)
