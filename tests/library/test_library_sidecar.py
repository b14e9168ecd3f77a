"""What a sidecar may say."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidSidecar
from app.library.sidecar import FIELDS, Sidecar, parse
from app.model import Contact, Relation, RelationKind, Responsibility, Source, Status


def test_every_field_is_read() -> None:
    written = {
        "id": "gov-2023.12_a",
        "title": " 关于印发　方案的通知 ",
        "number": "国办发〔2023〕1号",
        "issuer": "国务院办公厅",
        "region": "某州",
        "issued_on": "2023-05-01",
        "effective_on": "2023-06-01",
        "expires_on": "2028-02-29",
        "status": "试行",
        "issuers": ["国务院办公厅"],
        "published_on": "2023-05-04",
        "revised_on": "2024-01-01",
        "relations": [{"kind": "废止", "title": "甲办法", "number": "国办发〔2013〕1号"}],
        "attachments": ["任务表"],
        "responsible": [{"role": "责任单位", "units": ["财政部", "教育部"]}],
        "contacts": [{"kind": "电话", "value": "010-12345678", "label": "咨询电话"}],
        "digest": "0" * 64,
        "origin": "upload",
    }
    assert set(written) == set(FIELDS)
    assert parse(json.dumps(written).encode(), "a.txt.json") == Sidecar(
        id="gov-2023.12_a",
        title="关于印发　方案的通知",
        number="国办发〔2023〕1号",
        issuer="国务院办公厅",
        region="某州",
        issued_on=date(2023, 5, 1),
        effective_on=date(2023, 6, 1),
        expires_on=date(2028, 2, 29),
        status=Status.TRIAL,
        issuers=("国务院办公厅",),
        published_on=date(2023, 5, 4),
        revised_on=date(2024, 1, 1),
        relations=(Relation(RelationKind.REPEALS, "甲办法", "国办发〔2013〕1号"),),
        attachments=("任务表",),
        responsible=(Responsibility("责任单位", ("财政部", "教育部")),),
        contacts=(Contact("电话", "010-12345678", "咨询电话"),),
        digest="0" * 64,
        origin=Source.UPLOAD,
    )


def test_one_name_or_several_say_the_same() -> None:
    assert parse('{"issuer": "甲局、乙局"}'.encode(), "a.json").issuers == ("甲局", "乙局")
    assert parse('{"issuers": ["甲局", "乙局"]}'.encode(), "a.json").issuer == "甲局、乙局"
    assert parse(b'{"issuers": []}', "a.json").issuers == ()


@pytest.mark.parametrize("content", ["{}", "\ufeff{}", json.dumps(dict.fromkeys(FIELDS))])
def test_fields_that_are_missing_or_null_say_nothing(content: str) -> None:
    assert parse(content.encode(), "a.txt.json") == Sidecar()


BAD = [
    ('{"titel": "x"}', "titel", "title、"),
    ('{"title": 5}', "5", "引号"),
    ('{"title": ""}', "title", "1 到"),
    ('{"title": "a\\nb"}', "title", "换行"),
    ('{"title": "\\ud800"}', "\\ud800", "控制字符"),
    ('{"issued_on": "2023-02-30"}', "2023-02-30", "日历"),
    ('{"issued_on": "20230501"}', "20230501", "2023-05-01"),
    ('{"issued_on": "２０２３-05-01"}', "２０２３-05-01", "2023-05-01"),
    ('{"issued_on": 20230501}', "20230501", "2023-05-01"),
    ('{"status": "有效"}', "有效", "现行、试行"),
    ('{"issuer": "甲局", "issuers": ["乙局"]}', "乙局", "只写其中一个"),
    ('{"issuers": "甲局"}', "甲局", "方括号"),
    ('{"attachments": ["甲", 5]}', "第 2 项", "引号"),
    ('{"attachments": [' + ",".join('"甲"' for _ in range(201)) + "]}", "attachments", "200"),
    ('{"relations": ["甲办法"]}', "第 1 项", "title"),
    ('{"relations": [{"kind": "废止"}]}', "第 1 项", "缺少 title"),
    ('{"relations": [{"kind": "取代", "title": "甲"}]}', "取代", "废止、修改"),
    ('{"relations": [{"kind": "废止", "title": "甲", "on": 1}]}', "“on”", "since"),
    ('{"responsible": [{"role": "甲", "units": []}]}', "role", "牵头单位"),
    ('{"contacts": [{"kind": "QQ", "value": "1"}]}', "kind", "联系人"),
    ('{"digest": "ABC"}', "ABC", "SHA-256"),
    ('{"origin": "admin"}', "admin", "upload"),
    ('{"status": []}', "[]", "现行、试行"),
    ('{"id": "../a"}', "../a", "字母"),
    ('{"id": ".."}', "..", "字母"),
    ('{"id": ""}', "id", "字母"),
    ('{"id": 7}', "7", "字母"),
    ('{"id": "a", "id": "b"}', "id", "两次"),
    ("[]", "[]", "对象"),
    ("{", "JSON", "删去"),
    ("[" * 60_000, "JSON", "删去"),
    ('{"title": "' + "长" * 30_000 + '"}', "字节", "最多"),
]


@pytest.mark.parametrize(("content", "shown", "way_out"), BAD, ids=[row[0][:24] for row in BAD])
def test_a_wrong_sidecar_is_refused_with_file_value_and_way_out(
    content: str, shown: str, way_out: str
) -> None:
    with pytest.raises(InvalidSidecar) as caught:
        parse(content.encode(), "甲/a.txt.json")
    message = str(caught.value)
    assert all(part in message for part in ("甲/a.txt.json", shown, way_out)), message
    assert len(message) < 500
    message.encode()  # printable on any terminal


def test_a_sidecar_in_another_encoding_is_refused() -> None:
    with pytest.raises(InvalidSidecar, match="UTF-8"):
        parse('{"title": "国务院办公厅"}'.encode("gb18030"), "a.txt.json")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_sidecar_or_a_clear_error(data: bytes) -> None:
    try:
        found: object = parse(data, "a.txt.json")
    except InvalidSidecar as error:
        found = str(error).startswith("a.txt.json") and Sidecar()
    assert isinstance(found, Sidecar)
