"""Official fields from file and sidecar to what is published, and repeals between documents."""

from __future__ import annotations

from datetime import date

from library_folders import Folders

from app.library import Library
from app.model import Document, FieldOrigin, RelationKind, Source, Status

OLD = (
    "青禾市绿化奖励办法\n青政办发〔2021〕9号\n各区：\n第一条 植树一株奖励5元。\n"
    "第二条 本办法自2021年3月1日起施行。\n青禾市人民政府办公室\n2021年2月1日\n"
)
NEW = (
    "青禾市人民政府办公室关于印发《青禾市绿化促进办法》的通知\n青政办发〔2024〕3号\n各区：\n"
    "第一条 植树一株奖励8元。\n第二条 本办法自2024年8月1日起施行，有效期5年。"
    "《青禾市绿化奖励办法》（青政办发〔2021〕9号）同时废止。\n青禾市人民政府办公室\n2024年6月18日\n"
)
REPEALED_ON = date(2024, 8, 1)


def document(folders: Folders, source: str) -> Document:
    return folders.documents()[source].document


def sources(found: Document, field: str) -> list[Source]:
    return [origin.source for origin in found.origins if origin.field == field]


def test_fields_are_read_from_the_text_with_their_places(folders: Folders) -> None:
    folders.write("新.txt", NEW)
    folders.index()
    found = document(folders, "新.txt")
    assert (found.issuer, found.issuers, found.region) == (
        "青禾市人民政府办公室",
        ("青禾市人民政府办公室",),
        "青禾市",
    )
    assert (found.effective_on, found.expires_on) == (REPEALED_ON, date(2029, 7, 31))
    places = {origin.field: origin for origin in found.origins}
    number = places["number"].span
    assert number is not None
    assert number.of(NEW) == found.number == "青政办发〔2024〕3号"
    assert places["expires_on"].source is Source.DERIVED


def test_every_value_has_one_origin(folders: Folders) -> None:
    folders.write("新.txt", NEW, title="绿化", attachments=["甲", "乙"], status="现行")
    folders.index()
    found = document(folders, "新.txt")
    for field in {origin.field for origin in found.origins}:
        value = getattr(found, field)
        assert len(sources(found, field)) == (len(value) if isinstance(value, tuple) else 1)
    known = {origin.field for origin in found.origins}
    assert known == {
        "title", "number", "issuers", "region", "issued_on", "effective_on", "expires_on",
        "status", "relations", "attachments",
    }  # fmt: skip


def test_the_sidecar_wins_over_the_text_field_by_field(folders: Folders) -> None:
    folders.write("新.txt", NEW, number="青政办发〔2024〕30号", issued_on="2024-06-01")
    folders.index()
    found = document(folders, "新.txt")
    assert (found.number, found.issued_on) == ("青政办发〔2024〕30号", date(2024, 6, 1))
    assert FieldOrigin("number", Source.SIDECAR, None) in found.origins
    assert sources(found, "issuers") == [Source.TEXT]


def test_an_upload_says_so(folders: Folders) -> None:
    folders.write("新.txt", NEW, title="绿化", origin="upload", digest="0" * 64)
    folders.index()
    assert sources(document(folders, "新.txt"), "title") == [Source.UPLOAD]


def test_a_title_that_is_the_name_of_the_file_is_derived(folders: Folders) -> None:
    folders.write("绿化.txt", "为增绿，请各区落实。")
    folders.index()
    found = document(folders, "绿化.txt")
    assert found.title == "绿化"
    assert found.origins == (FieldOrigin("title", Source.DERIVED, None),)


def test_a_document_that_another_one_repeals_is_repealed(folders: Folders) -> None:
    folders.write("旧.txt", OLD, id="old", status="现行")
    folders.index()
    assert document(folders, "旧.txt").status is Status.IN_FORCE
    folders.write("新.txt", NEW, id="new")
    folders.index()
    found = document(folders, "旧.txt")
    assert found.status is Status.REPEALED
    assert sources(found, "status") == [Source.DERIVED]
    relation = found.relations[-1]
    assert (relation.kind, relation.document_id, relation.since, relation.number) == (
        RelationKind.REPEALED_BY,
        "new",
        REPEALED_ON,
        "青政办发〔2024〕3号",
    )
    assert document(folders, "新.txt").status is Status.UNKNOWN


def test_a_repeal_goes_with_the_document_that_states_it(folders: Folders) -> None:
    folders.write("旧.txt", OLD, id="old")
    new = folders.write("新.txt", NEW, id="new")
    folders.index()
    with folders.open() as library:
        before = library.snapshot().documents.edition("old")
    new.unlink()
    folders.index()
    with folders.open() as library:
        after = library.snapshot().documents
        stored = after.get("old")
        assert stored is not None
        assert stored.document.status is Status.UNKNOWN
        assert after.repealed(date.max) == ()
        assert after.edition("old") != before  # or an answer would still warn


def repealed(folders: Folders, day: date) -> tuple[str, ...]:
    with folders.open() as library:
        return library.snapshot().documents.repealed(day)


def test_a_repeal_takes_effect_on_its_day(folders: Folders) -> None:
    folders.write("旧.txt", OLD, id="old")
    folders.write("新.txt", NEW, id="new")
    folders.index()
    assert repealed(folders, date(2024, 7, 31)) == ()
    assert repealed(folders, REPEALED_ON) == ("old",)


OTHERS = {
    "another number": OLD.replace("〔2021〕9号", "〔2021〕10号"),
    "a younger document": OLD.replace("2021年2月1日", "2025年2月1日"),
}


def test_another_document_of_that_title_is_not_repealed(folders: Folders) -> None:
    folders.write("新.txt", NEW, id="new")
    for name, text in OTHERS.items():
        folders.write(f"{name}.txt", text)
    elsewhere = NEW.replace("青禾市绿化奖励办法", "绿化奖励办法").replace(
        "（青政办发〔2021〕9号）", ""
    )
    folders.write("只有题名.txt", elsewhere, id="named")
    folders.write("他市.txt", "绿化奖励办法\n正文。\n白塔市园林局\n2020年1月1日\n", id="elsewhere")
    folders.write("本市.txt", "绿化奖励办法\n正文。\n青禾市园林局\n2020年1月1日\n", id="here")
    folders.index()
    assert repealed(folders, date.max) == ("here",)


def test_repeals_outlive_the_joining_of_segments(folders: Folders) -> None:
    folders.write("旧.txt", OLD, id="old")
    folders.index()
    folders.write("新.txt", NEW, id="new")
    folders.index()
    parts = _segments(folders)
    folders.index(rebuild=True)
    assert (parts, _segments(folders)) == (2, 1)
    assert repealed(folders, date.max) == ("old",)


def _segments(folders: Folders) -> int:
    with Library.open(folders.corpus, folders.data) as library:
        return len(library.published.parts)
