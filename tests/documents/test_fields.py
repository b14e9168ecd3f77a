"""What a text states of itself: title, number, authorities, place and day of issue."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.fields import Fields, read_fields
from app.documents.organisations import is_organisation
from app.documents.stated import Stated
from app.lexicon.loader import table
from app.model import Source, Status


def title(text: str) -> str:
    stated = read_fields(text, "目录/文件.txt").title
    return stated if isinstance(stated, str) else stated.value


TITLES = {
    "a short first line": ("关于加强绿化的意见\n一、总体要求\n增绿。", "关于加强绿化的意见"),
    "blank lines above": ("\n\u3000\n绿化年报\n正文。", "绿化年报"),
    "markdown": ("# 绿化办法\n\n正文。", "绿化办法"),
    "a question is a title": ("如何申请补贴？\n请登录网站。", "如何申请补贴？"),
    "one line": (
        "某市关于加强绿化的通知 各区人民政府： 为增绿，通知如下。",
        "某市关于加强绿化的通知",
    ),
    "one line, two issuers": (
        "某市园林局 某市财政局关于加强绿化的通知（试行） 各区： 通知如下。",
        "某市园林局 某市财政局关于加强绿化的通知（试行）",
    ),
    "a sentence is no title": ("为增绿，制定本办法。\n正文。", "文件"),
    "a salutation is no title": ("各区人民政府：\n正文。", "文件"),
    "a labelled part is no title": ("一、总体要求\n增绿。", "文件"),
    "one line of news": ("本市增绿成效明显 记者昨天获悉，全市增绿。 记者从园林局获悉。", "文件"),
    "a first line over eighty characters": ("甲" * 81 + "\n正文。", "文件"),
    "empty": ("", "文件"),
    "below letterhead and number": (
        "青禾市人民政府办公室文件\n青政办发〔2031〕5号\n关于加强绿化的通知\n各区：\n正文。",
        "关于加强绿化的通知",
    ),
    "over three lines": (
        "青禾市人民政府办公室\n关于印发《青禾市绿化办法》的\n通　知\n各区：\n正文。",
        "青禾市人民政府办公室关于印发《青禾市绿化办法》的通知",
    ),
    "over two lines": (
        "青禾市人民政府办公室\n关于印发青禾市绿化办法的通知\n各区：\n正文。",
        "青禾市人民政府办公室关于印发青禾市绿化办法的通知",
    ),
    "cut in the middle": (
        "关于进一步加强全市城乡绿化\n工作的若干意见\n各区：\n正文。",
        "关于进一步加强全市城乡绿化工作的若干意见",
    ),
    "behind its label": (
        "索引号：QH-01\n标题：关于加强绿化的通知\n发文机关：青禾市园林局\n正文。",
        "关于加强绿化的通知",
    ),
    "of what an order enacts": (
        "青禾市人民政府令\n第12号\n《青禾市绿化条例》已经审议通过，现予公布，自2031年5月1日起施行。",
        "青禾市绿化条例",
    ),
    "the name of a web site": ("青禾市人民政府\n为增绿，请各区落实。\n正文。", "文件"),
}


@pytest.mark.parametrize(("text", "expected"), TITLES.values(), ids=TITLES.keys())
def test_the_title_is_what_stands_above_the_text_or_the_name_of_the_file(
    text: str, expected: str
) -> None:
    assert title(text) == expected


NUMBERS = {
    "below the title": ("绿化通知\n某政办发〔2031〕24号\n各区：", "某政办发〔2031〕24号"),
    "in one line": ("绿化通知 某政发[2031]第7号 各区：", "某政发[2031]第7号"),
    "behind its name": ("发文字号：某财〔2031〕7号\n", "某财〔2031〕7号"),
    "at the start": ("某财〔2031〕7号", "某财〔2031〕7号"),
    "a code of three characters at the start": ("某财发〔2031〕7号\n通知", "某财发〔2031〕7号"),
    "blanks inside": ("绿化通知\n某政发 〔 2031 〕 7 号", "某政发〔2031〕7号"),
    "in round brackets": ("绿化通知\n某政发（2031）7号", "某政发（2031）7号"),
    "in thick brackets": ("绿化通知\n某政发【2031】7号", "某政发【2031】7号"),
    "in brackets below the title": ("绿化通知\n（某政发〔2031〕7号）\n各区：", "某政发〔2031〕7号"),
    "an open telegram": ("绿化通知\n某政办明电〔2031〕9号", "某政办明电〔2031〕9号"),
    "of two authorities": (
        "绿化通知\n某财〔2031〕7号　某园〔2031〕8号\n各区：",
        "某财〔2031〕7号、某园〔2031〕8号",
    ),
    "an order": ("某市人民政府令\n第24号\n正文。", "某市人民政府令第24号"),
    "an order on one line": ("某市人民政府令 第 24 号\n正文。", "某市人民政府令第24号"),
    "an announcement of two authorities": (
        "绿化公告\n财政部 税务总局公告2031年第5号\n正文。",
        "财政部 税务总局公告2031年第5号",
    ),
    "a serial number below a notice": ("青禾市绿化通告\n（第3号）\n正文。", "第3号"),
    "a serial number below anything else": ("青禾市绿化年报\n（第3号）\n正文。", None),
    "a reference": ("根据《绿化意见》（某政发〔2031〕7号），通知如下。", None),
    "a reference without brackets": ("请按照某政发〔2031〕7号文件办理。", None),
    "grown together with other words": ("关于绿化的通知某政发〔2031〕7号", None),
    "the rest of a name that a blank has cut": ("青禾市绿化 应急指挥部公告（第6号） 正文。", None),
    "no year": ("某政发〔31〕7号", None),
    "too far down": ("甲。" * 250 + "\n某政发〔2031〕7号", None),
    "none": ("绿化通知", None),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.values(), ids=NUMBERS.keys())
def test_the_number_stands_alone_near_the_top(text: str, expected: str | None) -> None:
    found = read_fields(text, "文件.txt").number
    assert (found.value if found else None) == expected


DATES = {
    "arabic": ("通知\n正文。\n某市园林局\n2031年5月1日\n", date(2031, 5, 1)),
    "with blanks": ("通知\n正文。\n　　2031 年 5 月 1 日", date(2031, 5, 1)),
    "han": ("通知\n正文。\n二〇三一年十二月二十五日", date(2031, 12, 25)),
    "han with another zero": ("通知\n正文。\n二○三一年一月三十日", date(2031, 1, 30)),
    "above a note": ("通知\n正文。\n2031年5月1日\n（此件公开发布）", date(2031, 5, 1)),
    "one line": ("通知 正文。 某市园林局 2031年5月1日 （此件公开发布）", date(2031, 5, 1)),
    "signed before the attachments": (
        "通知\n正文。\n某市园林局\n2031年5月1日\n绿化办法\n" + "正文。\n" * 20,
        date(2031, 5, 1),
    ),
    "beside the name": ("年报\n某市园林局　2031年5月1日\n正文。", date(2031, 5, 1)),
    "signed by a person": (
        "某市人民政府令\n第3号\n现予公布。\n市长　甲乙丙\n2031年5月1日\n" + "正文。\n" * 20,
        date(2031, 5, 1),
    ),
    "adopted": (
        "绿化条例\n（2031年5月1日某市第五届人民代表大会常务委员会第三次会议通过　根据2033年6月2日某市"
        "第六届人民代表大会常务委员会第一次会议《关于修改〈绿化条例〉的决定》修正）\n正文。",
        date(2031, 5, 1),
    ),
    "behind its label": ("成文日期：2031-05-01\n通知\n正文。", date(2031, 5, 1)),
    "the day of signing, not of printing": (
        "通知\n正文。\n某市园林局\n2031年5月1日\n某市园林局办公室　2031年5月8日印发",
        date(2031, 5, 1),
    ),
    "inside a sentence": ("通知\n本办法自2031年5月1日起施行。", None),
    "no such day": ("通知\n正文。\n2031年2月30日", None),
    "a month only": ("通知\n正文。\n2031年5月", None),
    "far above the end": ("通知\n2031年5月1日\n" + "正文。\n" * 20, None),
    "nothing but a date": ("2031年5月1日", None),
    "of the document that is forwarded": (
        "某市园林局转发青禾省财政厅关于绿化的通知\n各区：\n请落实。\n青禾省财政厅\n2031年5月1日\n",
        None,
    ),
}


@pytest.mark.parametrize(("text", "expected"), DATES.values(), ids=DATES.keys())
def test_the_date_of_issue_stands_with_the_signature(text: str, expected: date | None) -> None:
    found = read_fields(text, "文件.txt").issued_on
    assert (found.value if found else None) == expected


def test_days_of_publishing_and_revision_are_told_apart() -> None:
    text = (
        "发布日期：2034年7月1日　有效性：有效\n绿化条例\n"
        "（2031年5月1日某市人民代表大会常务委员会通过　2033年6月2日某市人民代表大会常务委员会修订）\n正文。"
    )
    found = read_fields(text, "文件.txt")
    days = [found.issued_on, found.published_on, found.revised_on]
    assert [day and day.value for day in days] == [
        date(2031, 5, 1),
        date(2034, 7, 1),
        date(2033, 6, 2),
    ]
    assert found.status is not None
    assert found.status.value is Status.IN_FORCE


ISSUERS = {
    "signature": ("通知\n正文。\n青禾市园林局\n2031年5月1日", "青禾市园林局", "青禾市"),
    "several on one line": (
        "通知\n正文。\n青禾市园林局　　青禾市财政局\n2031年5月1日",
        "青禾市园林局、青禾市财政局",
        "青禾市",
    ),
    "several on lines": (
        "通知\n正文。\n青禾市园林局\n青禾市财政局\n2031年5月1日",
        "青禾市园林局、青禾市财政局",
        "青禾市",
    ),
    "letterhead": (
        "青禾市白塔区人民政府办公室文件\n青白政办发〔2031〕5号\n关于绿化的通知\n正文。",
        "青禾市白塔区人民政府办公室",
        "青禾市白塔区",
    ),
    "joint letterhead": (
        "青禾市园林局\n青禾市财政局\n文件\n关于绿化的通知\n正文。",
        "青禾市园林局、青禾市财政局",
        "青禾市",
    ),
    "title": ("青禾市园林局关于绿化的通知\n正文。", "青禾市园林局", "青禾市"),
    "label": (
        "发文机关：青禾省财政厅　成文日期：2031年5月1日\n通知\n正文。",
        "青禾省财政厅",
        "青禾省",
    ),
    "code of a number": ("关于绿化的通知\n国办发〔2031〕5号\n正文。", "国务院办公厅", None),
    "order": ("青禾市人民政府令\n第5号\n正文。", "青禾市人民政府", "青禾市"),
    "a branch of a national authority": (
        "通知\n正文。\n国家税务总局青禾省税务局\n2031年5月1日",
        "国家税务总局青禾省税务局",
        "青禾省",
    ),
    "one of five is not all": ("教育部等五部门关于绿化的通知\n正文。", "", None),
    "a sentence above a date": ("通知\n请于以下日期报市财政局\n2031年5月1日", "", None),
    "half a name in a text of one line": (
        "绿化通知 正文。 青禾市绿化 工作领导小组 2031年5月1日",
        "",
        None,
    ),
    "only the place in the title": ("青禾市绿化管理办法\n正文。", "", "青禾市"),
    "a place inside the title": ("关于印发《青禾市绿化办法》的通知\n正文。", "", "青禾市"),
    "a city is a common noun": ("关于加强城市绿化的意见\n正文。", "", None),
    "a district for technology is no place": ("高新区绿化办法\n正文。", "", None),
}


@pytest.mark.parametrize(("text", "names", "place"), ISSUERS.values(), ids=ISSUERS.keys())
def test_authorities_and_their_place_are_read(text: str, names: str, place: str | None) -> None:
    found = read_fields(text, "文件.txt")
    assert "、".join(stated.value for stated in found.issuers) == names
    assert (found.region.value if found.region else None) == place


def test_a_value_computed_from_the_text_says_so() -> None:
    found = read_fields("关于绿化的通知\n国办发〔2031〕5号\n正文。", "文件.txt")
    assert found.issuers[0].source is Source.DERIVED


def all_stated(fields: Fields) -> list[Stated[object]]:
    found: list[Stated[object]] = []
    for name in Fields.__dataclass_fields__:
        value = getattr(fields, name)
        found.extend(value if isinstance(value, tuple) else [value])
    return [one for one in found if isinstance(one, Stated)]


PIECES = st.sampled_from(
    ["青禾市园林局", "2031年5月1日", "关于绿化的通知", "某政发〔2031〕5号", "本办法自", "起施行", "，", "。", "\n",
     "　", " ", "有效期", "5年", "至", "《甲办法》", "同时废止", "（", "）", "附件：", "1.", "责任单位：", "电话：",
     "0000-1234567", "联系人：甲乙", "印发之日", "公告", "第3号", "地址：青禾市一路1号", "发布日期：", "通过", "试行"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_place_lies_in_the_text_and_a_literal_value_stands_there(text: str) -> None:
    for stated in all_stated(read_fields(text, "文件.txt")):
        assert 0 <= stated.span.start < stated.span.end <= len(text)
        if isinstance(stated.value, str) and stated.source is Source.TEXT:
            written = "".join(stated.span.of(text).split())
            assert all(part in written for part in "".join(stated.value.split()).split("、"))


def test_every_label_and_status_word_means_something() -> None:
    stated = {*Fields.__dataclass_fields__, "issuer"}
    assert {field for _, field in table("field_labels.tsv", 2)} <= stated
    assert {status for _, status in table("status_words.tsv", 2)} <= {str(one) for one in Status}
    assert all(is_organisation(name) for _, name in table("number_codes.tsv", 2))
