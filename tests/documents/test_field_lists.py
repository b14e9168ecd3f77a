"""What a document names: others that it repeals, attachments, who answers for what, contacts."""

from __future__ import annotations

import pytest

from app.documents.attachments import attachments
from app.documents.contacts import contacts
from app.documents.fields import read_fields
from app.documents.responsible import responsible

RELATIONS = {
    "one": (
        "绿化办法\n本办法自2031年5月1日起施行。《甲办法》（某政发〔2021〕5号）同时废止。",
        ["废止 甲办法 某政发〔2021〕5号"],
    ),
    "two": (
        "绿化办法\n原《甲办法》（某政发[2021]5号）、《乙规定》自本办法施行之日起同时废止。",
        ["废止 甲办法 某政发[2021]5号", "废止 乙规定 None"],
    ),
    "with the day of the old one": (
        "绿化办法\n2016年8月1日起施行的《甲办法》同时废止。",
        ["废止 甲办法 None"],
    ),
    "a title in a title": (
        "绿化办法\n《关于印发《甲办法》的通知》（某政发〔2021〕5号）同时废止。",
        ["废止 关于印发《甲办法》的通知 某政发〔2021〕5号"],
    ),
    "a list": (
        "关于废止部分文件的决定\n决定废止下列文件：\n1.《甲办法》（某政发〔2021〕5号）\n2.《乙规定》（某政发〔2020〕6号）",
        ["废止 甲办法 某政发〔2021〕5号", "废止 乙规定 某政发〔2020〕6号"],
    ),
    "an amendment": ("关于修改《甲办法》的决定\n正文。", ["修改 甲办法 None"]),
    "a note that it is repealed": (
        "甲办法\n（已被《绿化条例》废止）\n正文。",
        ["被废止 绿化条例 None"],
    ),
    "only an article": ("绿化办法\n《甲办法》第三条同时废止。", []),
    "another sentence": ("绿化办法\n根据《甲办法》制定本办法。旧规定同时废止。", []),
    "a list that also amends": (
        "关于废止和修改部分文件的决定\n决定废止下列文件：\n1.《甲办法》",
        [],
    ),
    "a list of a document that repeals nothing": ("绿化目录\n下列文件：\n1.《甲办法》", []),
}


@pytest.mark.parametrize(("text", "expected"), RELATIONS.values(), ids=RELATIONS.keys())
def test_relations_are_read_from_plain_statements(text: str, expected: list[str]) -> None:
    found = [stated.value for stated in read_fields(text, "文件.txt").relations]
    assert [f"{one.kind} {one.title} {one.number}" for one in found] == expected


ATTACHMENTS = {
    "on one line": ("附件：1.任务表；2.申请表（略）。", ["任务表", "申请表（略）"]),
    "on lines": ("正文。\n　附件：1. 任务表\n　　　　2. 申请表\n某市园林局", ["任务表", "申请表"]),
    "a year begins the name": ("附件：1.2031年任务表 2.名单", ["2031年任务表", "名单"]),
    "only one": ("附件：任务表（共62项）\n", ["任务表（共62项）"]),
    "headings of attachments": (
        "正文。\n附件1：任务表\n内容。\n附件2：申请表\n",
        ["任务表", "申请表"],
    ),
    "in a text of one line": (
        "通知 正文。 附件：1.任务表 2.申请表 某市园林局",
        ["任务表", "申请表"],
    ),
    "a reference": ("详见附件1，请填写附件。", []),
    "a sentence": ("附件：请各单位于月底前报送。其他事项另行通知。", []),
}


@pytest.mark.parametrize(("text", "expected"), ATTACHMENTS.values(), ids=ATTACHMENTS.keys())
def test_attachments_are_those_of_the_list(text: str, expected: list[str]) -> None:
    found = attachments(text)
    assert [stated.value for stated in found] == expected
    assert [stated.span.of(text) for stated in found] == expected


UNITS = {
    "labelled": ("增绿。（责任单位：市园林局、市财政局）", ["责任单位：市园林局、市财政局"]),
    "two labels": (
        "（牵头单位：市园林局；责任单位：市财政局、各县（市、区）人民政府）",
        ["牵头单位：市园林局", "责任单位：市财政局、各县（市、区）人民政府"],
    ),
    "on a line of their own": (
        "牵头单位：区财政局；配合单位：区商务局、区税务局\n增绿。",
        ["牵头单位：区财政局", "配合单位：区商务局、区税务局"],
    ),
    "lead and help": (
        "增绿。（省财政厅牵头，省商务厅、各市人民政府配合）",
        ["牵头单位：省财政厅", "配合单位：省商务厅、各市人民政府"],
    ),
    "by their duties": (
        "增绿。（省教育厅、省财政厅按职责分工负责）",
        ["责任单位：省教育厅、省财政厅"],
    ),
    "a name with a mark in it": (
        "（省财政厅，各市、县〔区〕人民政府配合）",
        ["配合单位：省财政厅、各市、县〔区〕人民政府"],
    ),
    "a sentence in brackets": ("（增绿由大家共同努力，所有人负责）", []),
    "no unit": ("责任单位：见附件。", []),
}


@pytest.mark.parametrize(("text", "expected"), UNITS.values(), ids=UNITS.keys())
def test_units_are_read_with_their_part(text: str, expected: list[str]) -> None:
    found = [stated.value for stated in responsible(text)]
    assert [f"{one.role}：{'、'.join(one.units)}" for one in found] == expected


CONTACTS = {
    "a person and a number": (
        "联系人：甲乙丙，联系电话：0000-1234567。",
        ["联系人 联系人  甲乙丙", "电话 联系电话  0000-1234567"],
    ),
    "blanks inside": ("监督电话：0000-8126 330（基础教育科）", ["电话 监督电话  0000-8126 330"]),
    "a long dash": ("受理电话：010—59191471（工作日）", ["电话 受理电话  010—59191471"]),
    "brackets": ("电话：（010）59191471", ["电话 电话  （010）59191471"]),
    "who is reached": (
        "咨询电话：市园林局 0877-5560213；市财政局 0877-5560478",
        ["电话 咨询电话 市园林局 0877-5560213", "电话 咨询电话 市财政局 0877-5560478"],
    ),
    "two numbers": (
        "电话：85093851、85093840",
        ["电话 电话  85093851", "电话 电话  85093840"],
    ),
    "a hotline": ("请拨打服务热线0595-0128800咨询", ["电话 服务热线  0595-0128800"]),
    "an address": (
        "（电话0000-3371206；地址：青禾市白塔区一路15号）",
        ["电话 电话  0000-3371206", "地址 地址  青禾市白塔区一路15号"],
    ),
    "mail": ("邮箱：green@city.example。", ["邮箱 邮箱  green@city.example"]),
    "fax": ("传真：010-85093861", ["传真 传真  010-85093861"]),
    "a sentence about a hotline": ("热线助力群防群控，这是12345的经验。", []),
    "a hotline in a sentence": ("本市开通服务热线12345。", ["电话 服务热线  12345"]),
    "nobody yet": ("联系人及电话：\n", []),
    "a year is no number": ("电话服务自2031年5月1日起开通，受理12345678901234件。", []),
    "money": ("电话费补贴5000元", []),
}


def test_a_unit_whose_name_holds_a_mark_is_one() -> None:
    found = responsible("（责任单位：各市、县〔区〕人民政府，省财政厅）")
    assert found[0].value.units == ("各市、县〔区〕人民政府", "省财政厅")


@pytest.mark.parametrize(("text", "expected"), CONTACTS.values(), ids=CONTACTS.keys())
def test_contacts_are_kept_as_written(text: str, expected: list[str]) -> None:
    found = contacts(text)
    shown = [f"{c.value.kind} {c.value.label} {c.value.holder} {c.value.value}" for c in found]
    assert shown == expected
    assert [c.span.of(text) for c in found] == [c.value.value for c in found]


HOSTILE = {
    "brackets": "（" * 20_000,
    "titles": "《" * 20_000,
    "repeals": "《甲办法》、" * 3_000 + "同时废止" * 3_000,
    "blanks": "附件：" + " " * 20_000 + "责任单位：" * 3_000,
    "digits": "电话：" + "0" * 20_000,
    "days": "2031年5月1日 " * 3_000,
    "force": "本办法自" * 5_000 + "起施行有效期" * 3_000,
    "lines": "甲\n" * 20_000 + "2031年5月1日\n" * 2_000,
    "units": "（市财政局、" * 3_000 + "负责",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_long_texts_without_sense_are_read_in_reasonable_work(text: str) -> None:
    found = read_fields(text, "文件.txt")
    assert len(found.relations) <= 200
    assert len(found.contacts) <= 60
