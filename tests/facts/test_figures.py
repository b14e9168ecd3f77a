"""The numbers of a text as data: role, whole, year, modality, subject."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fact_documents import document
from hypothesis import given
from hypothesis import strategies as st

from app.documents.structure import outline
from app.facts.figures import figures
from app.model import Dimension, Figure, Modality, Role


def found(text: str) -> dict[str, Figure]:
    """The figures of `text` by number and unit as written."""
    return {
        figure.quantity.span.of(text): figure for figure in figures(document(text), outline(text))
    }


@pytest.mark.parametrize(
    ("text", "number", "role"),
    [
        ("行政许可事项由186项压减至92项。", "186项", Role.FROM),
        ("行政许可事项由186项压减至92项。", "92项", Role.TO),
        ("养老机构从41家增加到58家。", "41家", Role.FROM),
        ("养老机构从41家增加到58家。", "58家", Role.TO),
        ("办理时限缩短至3个工作日。", "3个工作日", Role.TO),
        ("护理型床位占全部床位的61.5%。", "61.5%", Role.SHARE),
        ("普惠性床位占比达78%。", "78%", Role.SHARE),
        ("公办园比例为54.3%。", "54.3%", Role.SHARE),
        ("地区生产总值增长5.8%。", "5.8%", Role.CHANGE),
        ("失业人数下降12.4%。", "12.4%", Role.CHANGE),
        ("绿化覆盖率提高1.6个百分点。", "1.6个百分点", Role.CHANGE),
        ("共有护理员3420名，其中持证2870名。", "2870名", Role.PART),
        ("共有护理员3420名，其中持证2870名。", "3420名", Role.PLAIN),
        ("新建口袋公园17个。", "17个", Role.PLAIN),
        ("补贴标准由每月300元提高到每月450元。", "300元", Role.FROM),
        ("补贴标准由每月300元提高到每月450元。", "450元", Role.TO),
        ("由市财政安排专项资金800万元。", "800万元", Role.PLAIN),
        ("自2021年以来建成驿站26处。", "26处", Role.PLAIN),
        ("化解率由2020年的71.5%提高到94.2%。", "71.5%", Role.FROM),
        ("由2020年的1.4亿元增至2023年的2.6亿元。", "2.6亿元", Role.TO),
        ("完成调整预算的96.8%。", "96.8%", Role.SHARE),
        ("恢复到2019年的83.7%。", "83.7%", Role.SHARE),
        ("增速高于全市平均0.5个百分点。", "0.5个百分点", Role.CHANGE),
    ],
)
def test_a_figure_stands_in_the_relation_that_its_words_state(
    text: str, number: str, role: Role
) -> None:
    assert found(text)[number].role is role


@pytest.mark.parametrize(
    ("text", "number", "scope"),
    [
        ("护理型床位占全部床位的61.5%。", "61.5%", "全部床位"),
        ("教育支出占一般公共预算支出的比例为18.2%。", "18.2%", "一般公共预算支出"),
        ("共有护理员3420名，其中持证2870名。", "2870名", "共有护理员3420名"),
        ("新建口袋公园17个。", "17个", None),
    ],
)
def test_a_share_or_part_knows_its_whole(text: str, number: str, scope: str | None) -> None:
    figure = found(text)[number]
    assert (figure.scope.of(text) if figure.scope else None) == scope


@pytest.mark.parametrize(
    ("text", "number", "year", "inherited"),
    [
        ("2023年投入4.6亿元。", "4.6亿元", 2023, False),
        ("二〇二三年投入4.6亿元。", "4.6亿元", 2023, False),
        ("2023年投入4.6亿元。新建驿站26处。", "26处", 2023, True),
        ("2022年投入3.9亿元，2023年投入4.6亿元。", "3.9亿元", 2022, False),
        ("2022年投入3.9亿元，2023年投入4.6亿元。", "4.6亿元", 2023, False),
        ("投入4.6亿元。", "4.6亿元", None, False),
        (
            "一、去年工作\n2022年投入3.9亿元。\n二、今年工作\n新建驿站26处。\n",
            "26处",
            None,
            False,
        ),
    ],
    ids=["stated", "han", "inherited", "first", "second", "none", "other-section"],
)
def test_the_year_is_the_nearest_one_stated_in_the_section(
    text: str, number: str, year: int | None, inherited: bool
) -> None:
    figure = found(text)[number]
    assert (figure.year, figure.year_inherited) == (year, inherited)


@pytest.mark.parametrize(
    ("text", "number", "modality"),
    [
        ("到2026年，力争建成充电桩1.2万个。", "1.2万个", Modality.TARGET),
        ("2024年发展目标是地区生产总值增长5.5%左右。", "5.5%", Modality.TARGET),
        ("2023年，全市建成充电桩8600个。", "8600个", Modality.ACTUAL),
        ("2023年，地区生产总值增长5.2%。", "5.2%", Modality.ACTUAL),
    ],
)
def test_a_wish_is_told_from_what_has_come_about(
    text: str, number: str, modality: Modality
) -> None:
    assert found(text)[number].modality is modality


@pytest.mark.parametrize(
    ("text", "number", "aggregate"),
    [
        ("支持云禾一中、柳溪中学、苍洛小学等5所学校改扩建，总投资6.8亿元。", "6.8亿元", True),
        ("云禾一中改扩建总投资1.9亿元。", "1.9亿元", False),
    ],
)
def test_a_number_that_covers_several_named_things_is_marked(
    text: str, number: str, aggregate: bool
) -> None:
    assert found(text)[number].aggregate is aggregate


@pytest.mark.parametrize(
    ("text", "number", "subject"),
    [
        ("行政许可事项由186项压减至92项。", "92项", "行政许可事项由"),
        ("行政许可事项大幅精简，由186项压减至92项。", "186项", "行政许可事项大幅精简"),
        ("新建口袋公园17个。", "17个", None),
    ],
)
def test_a_bare_number_goes_on_about_the_words_before(
    text: str, number: str, subject: str | None
) -> None:
    figure = found(text)[number]
    assert (figure.subject.of(text) if figure.subject else None) == subject


@pytest.mark.parametrize(
    ("text", "number", "value", "unit", "dimension"),
    [
        ("投入4.6亿元。", "4.6亿元", "460000000", "元", Dimension.MONEY),
        ("覆盖２.２万名老人。", "２.２万名", "22000", "名", Dimension.COUNT),
        ("占比达78%。", "78%", "78", "%", Dimension.RATIO),
        ("提高1.6个百分点。", "1.6个百分点", "1.6", "百分点", Dimension.POINTS),
    ],
)
def test_a_figure_has_value_and_unit(
    text: str, number: str, value: str, unit: str, dimension: Dimension
) -> None:
    quantity = found(text)[number].quantity
    assert quantity.value == Decimal(value)
    assert quantity.dimension is dimension
    assert unit in quantity.unit or quantity.unit in unit


def test_frame_head_clause_and_sentence_enclose_the_number() -> None:
    text = "前言。2023年，全市新建养老驿站26处并投入使用，群众满意。"
    figure = found(text)["26处"]
    assert (
        figure.sentence.of(text).strip("。") == "2023年，全市新建养老驿站26处并投入使用，群众满意"
    )
    assert figure.clause.of(text) == "全市新建养老驿站26处并投入使用"
    assert figure.frame.of(text) == "全市新建养老驿站"
    assert figure.head.of(text) == "并投入使用"


@pytest.mark.parametrize(
    ("text", "number", "year"),
    [
        ("化解率由2020年的71.5%提高到94.2%。", "71.5%", 2020),
        ("化解率由2020年的71.5%提高到94.2%。", "94.2%", None),
        ("由2020年的1.4亿元增至2023年的2.6亿元。", "2.6亿元", 2023),
        ("2025年接待游客350万人次（2022年为260万人次）。", "350万人次", 2025),
        ("2025年接待游客350万人次（2022年为260万人次）。", "260万人次", 2022),
        ("接待游客350万人次（2022年为260万人次）。", "350万人次", None),
    ],
)
def test_a_year_is_that_of_its_own_number(text: str, number: str, year: int | None) -> None:
    assert found(text)[number].year == year


@pytest.mark.parametrize(
    ("text", "number", "frame", "siblings"),
    [
        ("由基金承担60%、银行承担40%。", "60%", "由基金承担", ["银行承担"]),
        ("由基金承担60%、银行承担40%。", "40%", "银行承担", []),
        ("新建小学3所、中学2所和医院1家。", "2所", "中学", ["医院"]),
        ("地区生产总值[2]312.46亿元。", "312.46亿元", "地区生产总值[2]", []),
    ],
)
def test_what_belongs_to_a_neighbour_does_not_belong_to_a_number(
    text: str, number: str, frame: str, siblings: list[str]
) -> None:
    figure = found(text)[number]
    assert figure.frame.of(text) == frame
    assert [span.of(text) for span in figure.siblings] == siblings


def test_numbers_in_brackets_are_bound_to_what_stands_before_the_bracket() -> None:
    text = "2025年力争引资35亿元、产值达320亿元（2023年分别为27亿元、236亿元）。"
    figures_found = found(text)
    member = figures_found["236亿元"].member
    assert member is not None
    assert member.of(text).startswith("产值")
    assert figures_found["236亿元"].modality is Modality.ACTUAL
    assert figures_found["320亿元"].modality is Modality.TARGET


def test_a_place_in_an_order_is_no_amount() -> None:
    assert found("位列全省第3位。")["第3位"].quantity.dimension is Dimension.ORDINAL
    assert found("按照第3条和第二款办理。") == {}


_PIECES = st.lists(
    st.sampled_from(
        [
            "2023年",
            "由",
            "186项",
            "压减至",
            "92项",
            "，",
            "。",
            "其中",
            "占",
            "全部床位的",
            "61.5%",
            "等5所",
            "力争",
            "增长",
            "5.8%",
            "、",
            "一、",
            "\n",
            "分别",
            "为",
            "1.2亿元",
            "约",
            "3万名",
            "\u200b",
            "８",
            "第二",
            "（一）",
        ]
    ),
    max_size=40,
).map("".join)


@given(_PIECES | st.text(max_size=120))
def test_all_spans_lie_inside_the_text_in_their_order(text: str) -> None:
    last = -1
    for figure in figures(document(text), outline(text)):
        assert last <= figure.quantity.span.start
        last = figure.quantity.span.start
        assert figure.sentence.contains(figure.clause)
        assert figure.clause.contains(figure.quantity.span)
        assert figure.frame.end <= figure.quantity.span.start
        assert figure.quantity.span.end <= figure.head.start or len(figure.head) == 0
        for span in (figure.subject, figure.scope):
            assert span is None or 0 <= span.start <= span.end <= len(text)


def test_the_year_of_a_section_holds_inside_it_and_not_in_the_part_that_follows_a_nested_one():
    text = (
        "一、经济\n2023年新建学校3所。\n（一）教育\n招聘教师20名。\n（二）卫生\n2022年新增床位30张。\n"
        "二、民生\n发放补贴40万元。\n"
    )
    stated = {written: (one.year, one.year_inherited) for written, one in found(text).items()}
    assert stated == {
        "3所": (2023, False),
        "20名": (None, False),
        "30张": (2022, False),
        "40万元": (None, False),
    }


def test_each_figure_of_nested_parts_takes_the_year_of_its_own_part():
    parts = [
        f"第{number}条\u3000{2000 + int(number)}年建成{number}所学校。\n（一）其中{number}0所在县城。\n"
        for number in map(str, range(1, 30))
    ]
    text = "".join(parts)
    for written, figure in found(text).items():
        assert figure.year in (None, 2000 + int(written.rstrip("所")))
    own = [figure.year for figure in found(text).values() if figure.year is not None]
    assert own == list(range(2001, 2030))
