"""Quantities: what counts, what does not, what limits it, and where it stands."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Bound, Dimension, Quantity, Span
from app.text.quantities import quantities, same_quantity

# text | what is found, each as "written value unit dimension bound"; a range as "lower..upper".
FOUND = """
投入6.5亿元新建学校|6.5亿元 650000000 元 money exact
教育总投入23.25亿元|23.25亿元 2325000000 元 money exact
投入1778万元|1778万元 17780000 元 money exact
浮动5000元发放|5000元 5000 元 money exact
共３００万元|３００万元 3000000 元 money exact
补贴1,500元|1,500元 1500 元 money exact
补贴１，５００元|１，５００元 1500 元 money exact
约3.2万亿元|3.2万亿元 3200000000000 元 money about
投资1亿2千万元|1亿2千万元 120000000 元 money exact
三千万元资金|三千万元 30000000 元 money exact
3 万 元|3 万 元 30000 元 money exact
出口12.5亿美元|12.5亿美元 1250000000 美元 money exact
票价5角|5角 5 角 money exact
20多亿元|20多亿元 2000000000 元 money about
30多元|30多元 30 元 money about
5百万元|5百万元 5000000 元 money exact
最高给予300万元奖励|300万元 3000000 元 money at_most
不低于每人1000元|1000元 1000 元 money at_least
500元起|500元 500 元 money at_least
单笔20万元封顶|20万元 200000 元 money at_most
上限为50万元|50万元 500000 元 money at_most
5到10万元|5到10万元 50000..100000 元 money range
20万元至50万元|20万元至50万元 200000..500000 元 money range
8000元至1万元|8000元至1万元 8000..10000 元 money range
8000至1万元|8000至1万元 8000..10000 元 money range
人民币叁拾万元整|叁拾万元 300000 元 money exact
地区GDP5000亿元|5000亿元 500000000000 元 money exact
占全州GDP的4.02%|4.02% 4.02 % ratio exact
约占３０％|３０％ 30 % ratio exact
占30％左右|30％ 30 % ratio about
百分之三十五|百分之三十五 35 % ratio exact
百分之30以上|百分之30 30 % ratio at_least
提高三成|三成 30 % ratio exact
近八成半|八成半 85 % ratio about
千分之三|千分之三 0.003 - ratio exact
税率为3‰|3‰ 3 ‰ ratio exact
占比1/5|1/5 0.2 - ratio exact
占三分之二以上|三分之二 0.6666666666666666666666666667 - ratio at_least
约1/3的学校|1/3 0.3333333333333333333333333333 - ratio about
不足往年的一半|一半 0.5 - ratio exact
四个税收政策|四个 4 个 count exact
四大类40多种药品|四大类 4 大类 count exact;40多种 40 种 count about
约30馀位|30馀位 30 位 count about
增长1.5倍|1.5倍 1.5 倍 ratio exact
10-15%|10-15% 10..15 % ratio range
10%~15%|10%~15% 10..15 % ratio range
增速为-2.3%|-2.3% -2.3 % ratio exact
由10%至15%|10% 10 % ratio exact;15% 15 % ratio exact
提高2.3个百分点|2.3个百分点 2.3 个百分点 points exact
下降0.5百分点|0.5百分点 0.5 百分点 points exact
3年内完成|3年 3 年 duration at_most
为期两年|两年 2 年 duration exact
10个工作日内|10个工作日 10 个工作日 duration at_most
10—15个工作日|10—15个工作日 10..15 个工作日 duration range
3至5年|3至5年 3..5 年 duration range
三到五个月|三到五个月 3..5 个月 duration range
自受理之日起30日内|30日 30 日 duration at_most
不少于15日|15日 15 日 duration at_least
每天24小时服务|24小时 24 小时 duration exact
半年以上|半年 0.5 年 duration at_least
半个月|半个月 0.5 个月 duration exact
一年半|一年半 1.5 年 duration exact
两个半小时|两个半小时 2.5 小时 duration exact
满30年的教师|30年 30 年 duration at_least
近3年毕业|3年 3 年 duration exact
历时近3年|3年 3 年 duration about
2个学期|2个学期 2 个学期 duration exact
课堂三分钟|三分钟 3 分钟 duration exact
公示7天|7天 7 天 duration exact
五年规划|五年 5 年 duration exact
新建公路120公里|120公里 120 公里 measure exact
面积1.5万平方米|1.5万平方米 15000 平方米 measure exact
高标准农田30万亩|30万亩 300000 亩 measure exact
装机100万千瓦|100万千瓦 1000000 千瓦 measure exact
500千克|500千克 500 千克 measure exact
五千米|五千米 5 千米 measure exact
超过3吨|3吨 3 吨 measure at_least
低于37.3℃|37.3℃ 37.3 ℃ measure at_most
每天50kg|50kg 50 kg measure exact
用电3度|3度 3 度 measure exact
5所学校|5所 5 所 count exact
新增学位8390个|8390个 8390 个 count exact
14间智慧教育中心|14间 14 间 count exact
清理教师289人|289人 289 人 count exact
培训教师1.2万人次|1.2万人次 12000 人次 count exact
2.2万名学生|2.2万名 22000 名 count exact
3300万人|3300万人 33000000 人 count exact
2.2万学生|2.2万 22000 - count exact
赛事活动223场次|223场次 223 场次 count exact
34条措施|34条 34 条 count exact
学校30余所|30余所 30 所 count about
3万多人|3万多人 30000 人 count about
三十余万人|三十余万人 300000 人 count about
十几个|十几个 10 个 count about
百余名干部|百余名 100 名 count about
超百家企业|百家 100 家 count at_least
上千名学生|千名 1000 名 count about
“百人专家智库”|百人 100 人 count exact
“三个优先”|三个 3 个 count exact
“三项改革”|三项 3 项 count exact
两个“只增不减”|两个 2 个 count exact
“两个不低于”|两个 2 个 count exact
四个方面|四个 4 个 count exact
“三支队伍”|三支 3 支 count exact
10大“暖心”工程|10大 10 大 count exact
列入“十大民生实事”|十大 10 大 count exact
五大发展理念|五大 5 大 count exact
约200家|200家 200 家 count about
不少于3名|3名 3 名 count at_least
3名以上|3名 3 名 count at_least
10人（含）以下|10人 10 人 count at_most
至少两次|两次 2 次 count at_least
突破100例|100例 100 例 count at_least
逾50户|50户 50 户 count at_least
节约用地3处|3处 3 处 count exact
年满18周岁|18周岁 18 周岁 count at_least
八部门联合印发|八部门 8 部门 count exact
12个县（市）|12个 12 个 count exact
3县2区|3县 3 县 count exact;2区 2 区 count exact
七八个项目|
万名师生|万名 10000 名 count exact
2000课时|2000课时 2000 课时 count exact
吞吐量300万标箱|300万标箱 3000000 标箱 count exact
52项目|52 52 - count exact
引进人才1.2万|1.2万 12000 - count exact
参加人数3500|3500 3500 - count exact
由2677人压减至1855人|2677人 2677 人 count exact;1855人 1855 人 count exact
3所学校大校额、6所学校158个大班额|3所 3 所 count exact;6所 6 所 count exact;158个 158 个 count exact
6652名教师竞聘上岗5130人|6652名 6652 名 count exact;5130人 5130 人 count exact
全市共3个 区|3个 3 个 count exact
第3批试点|第3批 3 批 ordinal exact
位居全国第三|第三 3 - ordinal exact
第十四届|第十四届 14 届 ordinal exact
前10名|前10名 10 名 ordinal exact
进入前三，|前三 3 - ordinal exact
目前10名教师|10名 10 名 count exact
3项课程教学改革荣获奖|3项 3 项 count exact
从5家增加到11家|5家 5 家 count exact;11家 11 家 count exact
2023年,全州5所|5所 5 所 count exact
截至2023年底，共3人|3人 3 人 count exact
在2023年5月1日至6月30日期间奖励2万元|2万元 20000 元 money exact
"""

NOTHING = """
2023年5月1日
5月
5月1日
2023年
2021—2023年
2021年至2023年
二〇二三年五月一日
2023-05-01
2023/5/1
2023.5.1
“十四五”规划
十四五时期
党的二十大精神
党的二十届三中全会
国发〔2020〕24号
教基[2021]第3号
第三条
第十二条之一
第3章
一、高位推动
（一）总体要求
(2)加强领导
1.支持企业
１．支持企业
一是优先保障
1）申请
。2、加强领导
电话：12345
拨打12320热线
邮编833400
咨询电话0311-88615047
联系电话13800138000
400-800-1234
账号2102108009249007743
1.2.3 范围
系统 2.1.0
一般公共预算
思想一致
一律不得
统一核定
一切工作
进一步加强
一体化办学
另一方面
一定数量
一旦发现
教学一线
一次性补助
扫描二维码
三农工作
大众创业、万众创新
老百姓
千方百计
十分重要
四川省
海南三亚
江西九江
七星区
五一劳动节
六一儿童节
两会期间
双一流高校
一带一路
第一书记
“四梁八柱”
“三优先”
“五统一”
四段三衔接
“四化四好”
三主五环
七色花
三五成群
一县一策
一人一档
24时
8:30至17:00
上午9时30分
3号楼
PM2.5
GB 37488-2019
附件1
问题2：近期
自2021届起
26路公交
2.0版
T+0结算
0—12时
最后一公里
5G网络
COVID-19
N95口罩
“5+2”课后服务
“1+N”体系
“5·12”
三年级
7年级
3-5年级
1至3号楼
20世纪90年代
二十一世纪
211工程
一季度
前三季度
上半年
2022学年
23年教育投入
半导体
半数以上
过半
第三产业
三公经费
百分百
几十个
数百人
一
一百
百万
二十三
"""


def shown(quantity: Quantity, text: str) -> str:
    value = f"{quantity.value.normalize():f}"
    if quantity.upper is not None:
        value += f"..{quantity.upper.normalize():f}"
    parts = (
        quantity.span.of(text),
        value,
        quantity.unit or "-",
        quantity.dimension,
        quantity.bound,
    )
    return " ".join(str(part) for part in parts)


@pytest.mark.parametrize("row", FOUND.strip().splitlines())
def test_a_quantity_is_read_with_value_unit_dimension_and_bound(row: str) -> None:
    text, expected = row.split("|")
    assert ";".join(shown(quantity, text) for quantity in quantities(text)) == expected


@pytest.mark.parametrize("text", NOTHING.strip().splitlines())
def test_what_only_looks_like_a_quantity_is_none(text: str) -> None:
    assert [shown(quantity, text) for quantity in quantities(text)] == []


def test_only_quantities_wholly_inside_a_span_are_found() -> None:
    text = "一是5所学校，二是6所学校，三是7所学校"
    found = quantities(text, Span(8, 15))
    assert [shown(quantity, text) for quantity in found] == ["6所 6 所 count exact"]


def test_words_outside_the_span_still_limit_the_quantity() -> None:
    text = "不少于3名以上"
    (quantity,) = quantities(text, Span(3, 5))
    assert quantity.bound is Bound.AT_LEAST


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("5000万元", "0.5亿元", True),
        ("289人", "289名", True),
        ("289人", "289个", True),
        ("12个月", "一年", True),
        ("24小时", "1天", True),
        ("1公顷", "1万平方米", True),
        ("三成", "30％", True),
        ("约30%", "百分之三十", True),
        ("289人", "289人次", False),
        ("5%", "5个百分点", False),
        ("5元", "5美元", False),
        ("5所", "6所", False),
        ("10个工作日", "10天", False),
        ("3-5年", "3年", False),
        ("3-5年", "3至5年", True),
        ("3倍", "3%", False),
    ],
)
def test_two_quantities_are_the_same_when_amount_and_kind_agree(
    first: str, second: str, same: bool
) -> None:
    (a,), (b,) = quantities(first), quantities(second)
    assert same_quantity(a, b) is same
    assert same_quantity(b, a) is same


NUMBERS = st.one_of(
    st.integers(1, 10**9).map(str),
    st.integers(1000, 10**9).map("{:,}".format),
    st.decimals(min_value=Decimal("0.01"), max_value=10**6, places=2).map(str),
    st.sampled_from(
        ["三百二十一", "两千零五", "十二", "２３", "2.2万", "1亿2千万", "三十余万", "二十三点五"]
    ),
)
UNITS = st.sampled_from(
    [
        "元",
        "万元",
        "%",
        "个百分点",
        "小时",
        "个工作日",
        "公里",
        "平方米",
        "名",
        "所",
        "个",
        "人次",
        "余家",
    ]
)
FILLERS = st.sampled_from(["", "投入", "新建，", "为约", "（", "不超过", "共", "：", "“"])


@given(st.lists(st.tuples(FILLERS, NUMBERS, UNITS), max_size=6))
def test_the_text_of_a_span_read_again_gives_the_same_quantity(
    parts: list[tuple[str, str, str]],
) -> None:
    text = "；".join("".join(part) for part in parts)
    for quantity in quantities(text):
        (again,) = quantities(quantity.span.of(text))
        assert (again.value, again.unit, again.upper) == (
            quantity.value,
            quantity.unit,
            quantity.upper,
        )
        assert again.span == Span(0, len(quantity.span))


ALPHABET = "0123456789０５一二两三十百千万亿半〇点第前年月日号个名元%％-—至到余多几来.．,，、（）()“”〔〕:/ \n\t分之成约近以上内五四学条款届大时Ak"


@given(st.text(ALPHABET, max_size=60))
def test_quantities_come_in_order_without_overlap_and_inside_the_text(text: str) -> None:
    last = 0
    for quantity in quantities(text):
        assert last <= quantity.span.start < quantity.span.end <= len(text)
        assert quantity.value.is_finite()
        assert (quantity.upper is not None) is (quantity.bound is Bound.RANGE)
        last = quantity.span.end


@given(st.text(ALPHABET, max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_quantities_of_a_span_stay_inside_it(text: str, start: int, end: int) -> None:
    span = Span(min(start, end), max(start, end))
    for quantity in quantities(text, span):
        assert Span(max(0, span.start - 1), span.end).contains(quantity.span)


def processor_seconds(text: str) -> float:
    started = time.process_time()
    quantities(text)
    return time.process_time() - started


@pytest.mark.parametrize(
    "piece",
    [
        "1,",
        "1.",
        "1万",
        "一万",
        "第",
        "1-",
        "“",
        "一是",
        "分之",
        "百分之",
        "1年",
        "3至",
        "（1",
        "半",
        "1:1",
        "+1",
        "电话1",
        "千",
        "12 ",
        "一X一",
    ],
)
def test_hostile_repetition_takes_time_in_proportion_to_its_length(piece: str) -> None:
    short, long = piece * 500, piece * 8000
    baseline = min(processor_seconds(short) for _ in range(3))
    # Linear is 16 times as long; quadratic would be 256 times.
    assert min(processor_seconds(long) for _ in range(2)) < 80 * baseline + 0.02


@pytest.mark.parametrize("character", ["1", "一", "十", "亿", "０", ",", "“", "至"])
def test_a_hundred_thousand_of_one_character_are_no_quantity(character: str) -> None:
    assert processor_seconds(character * 100_000) < 0.5
    assert quantities(character * 100_000) == []


def test_two_thousand_characters_take_about_a_millisecond() -> None:
    text = (
        "全州组建11个集团，投入6.5亿元，占17.1%，统一管理一体推进，2023年以来进一步完善制度体系"
        * 50
    )[:2000]
    quantities(text)
    # The limit is many times the usual 1.2 ms, so that a slow machine does not fail the test.
    assert min(processor_seconds(text) for _ in range(5)) < 0.015


def test_a_quantity_without_unit_is_a_count() -> None:
    (quantity,) = quantities("参加3500")
    assert (quantity.unit, quantity.dimension) == ("", Dimension.COUNT)
