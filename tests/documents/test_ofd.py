"""What only OFD files have: templates, versions, several documents, distances of characters."""

from __future__ import annotations

import pytest
from typesetting import (
    LEFT,
    NAMESPACE,
    Page,
    Setter,
    Words,
    content_of,
    package_of,
    page_objects,
    text_object,
    zipped,
)

from app.documents.read import read
from app.errors import UnreadableDocument

TEXT = "各级政府要把普惠托育服务摆在突出位置"


def words(text: str, y: float = 300.0) -> str:
    return text_object(Words(LEFT, y, text))


def text_of(parts: dict[str, str]) -> str:
    return read(zipped(parts), "a.ofd").text


def test_distances_are_counted_and_a_wide_one_leaves_a_blank() -> None:
    code = (
        '<ofd:TextObject Size="5" Boundary="20 100 200 8"><ofd:TextCode X="0" Y="5" '
        'DeltaX="g 3 5 20 g 2 5">责任单位财政局</ofd:TextCode></ofd:TextObject>'
    )
    assert text_of(package_of([content_of(code)])) == "责任单位\u3000财政局\n"


@pytest.mark.parametrize(
    "deltas", ["g 1000000000 5", "g -3 5 5", "g", "g x 5", "5 nan 5", "g 2 1e400"]
)
def test_strange_distances_lose_no_character(deltas: str) -> None:
    code = (
        '<ofd:TextObject Size="5" Boundary="20 100 200 8"><ofd:TextCode X="0" Y="5" '
        f'DeltaX="{deltas}">责任单位财政局</ofd:TextCode></ofd:TextObject>'
    )
    assert sorted(text_of(package_of([content_of(code)])).strip()) == sorted("责任单位财政局")


def test_a_matrix_places_and_sizes_the_words() -> None:
    scaled = (
        '<ofd:TextObject Size="1" CTM="5 0 0 5 0 0" Boundary="20 100 200 8"><ofd:TextCode X="0" '
        f'Y="1" DeltaX="g {len(TEXT) - 1} 1">{TEXT}</ofd:TextCode></ofd:TextObject>'
    )
    aslant = scaled.replace("5 0 0 5 0 0", "4 4 -4 4 0 0").replace(TEXT, "内部资料")
    assert text_of(package_of([content_of(scaled + aslant)])) == TEXT + "\n"


def test_a_template_of_several_pages_is_their_letterhead_and_one_of_a_page_is_a_form() -> None:
    pages = [content_of(words(f"通知第{i}稿"), template="t0") for i in ("一", "二")]
    pages.append(content_of(words("300.00", 400), template="t1"))
    parts = package_of(pages, [content_of(words("机关信笺", 200)), content_of(words("金额", 380))])
    found = text_of(parts)
    assert "机关信笺" not in found
    assert found.splitlines() == ["通知第一稿", "通知第二稿", "金额", "300.00"]


def test_a_background_and_what_is_not_visible_are_left_out() -> None:
    hidden = words("不显示的字", 400).replace("<ofd:TextObject", '<ofd:TextObject Visible="false"')
    parts = package_of([content_of(words(TEXT) + hidden)])
    assert text_of(parts) == TEXT + "\n"
    first = content_of(words(TEXT))
    background = content_of(words("底纹文字", 400), layer="Background")
    assert text_of(package_of([first, background])) == TEXT + "\n"


def test_groups_within_groups_are_read() -> None:
    nested = "<ofd:PageBlock>" * 3 + words(TEXT) + "</ofd:PageBlock>" * 3
    assert text_of(package_of([content_of(nested)])) == TEXT + "\n"


def test_all_documents_of_a_file_are_read_in_order() -> None:
    parts = package_of([content_of(words("正文内容在前"))])
    for name, content in package_of([content_of(words("附件内容在后"))]).items():
        if name != "OFD.xml":
            parts[name.replace("Doc_0", "Doc_1")] = content
    body = "<ofd:DocBody><ofd:DocRoot>/Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    parts["OFD.xml"] = parts["OFD.xml"].replace("</ofd:OFD>", body)
    found = read(zipped(parts), "a.ofd")
    assert found.text == "正文内容在前\n附件内容在后\n"
    assert found.pages == (0, 7)


def test_the_current_version_of_a_document_is_read() -> None:
    parts = package_of([content_of(words("旧的版本"))])
    for name, content in package_of([content_of(words("新的版本"))]).items():
        if name != "OFD.xml":
            parts[name.replace("Doc_0/", "Doc_0/V2/")] = content
    versions = (
        '<ofd:Versions><ofd:Version ID="1" BaseLoc="Doc_0/V1.xml"/>'
        '<ofd:Version ID="2" Current="true" BaseLoc="Doc_0/V2.xml"/></ofd:Versions></ofd:DocBody>'
    )
    parts["OFD.xml"] = parts["OFD.xml"].replace("</ofd:DocBody>", versions)
    parts["Doc_0/V2.xml"] = (
        f"<ofd:DocVersion {NAMESPACE}><ofd:DocRoot>V2/Document.xml</ofd:DocRoot></ofd:DocVersion>"
    )
    assert text_of(parts) == "新的版本\n"


def test_names_with_a_leading_slash_and_other_case_are_found() -> None:
    parts = package_of([content_of(words(TEXT))])
    content = parts.pop("Doc_0/Pages/Page_0/Content.xml")
    parts["DOC_0/pages/Page_0/Content.xml"] = content
    parts["Doc_0/Document.xml"] = parts["Doc_0/Document.xml"].replace(
        "Pages/Page_0", "/Doc_0/Pages/Page_0"
    )
    assert text_of(parts) == TEXT + "\n"


def _without(name: str) -> bytes:
    parts = package_of([content_of(words(TEXT))])
    del parts[name]
    return zipped(parts)


def _with(name: str, content: str) -> bytes:
    return zipped(package_of([content_of(words(TEXT))]) | {name: content})


IMAGE = '<ofd:ImageObject ID="3" ResourceID="4" Boundary="0 0 210 297"/>'
ENTITY = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'

REFUSED = {
    "no zip": (b"%PDF-1.7", "不是 OFD 文件"),
    "no root part": (_without("OFD.xml"), "缺少部件 OFD.xml"),
    "no page part": (_without("Doc_0/Pages/Page_0/Content.xml"), "缺少部件 Doc_0/Pages/Page_0"),
    "broken XML": (_with("Doc_0/Document.xml", "<a"), "不是有效的 XML"),
    "entities": (_with("Doc_0/Document.xml", ENTITY), "声明了 DTD 或实体"),
    "no page": (zipped(package_of([])), "没有页面"),
    "a scan": (zipped(package_of([content_of(IMAGE)])), "请先做文字识别（OCR）"),
    "encrypted": (
        zipped({"Encryptions.xml": "<a/>", "encrypt/x.dat": ""}),
        "已加密",
    ),
    "private characters": (
        zipped(package_of([content_of(words("\ue001\ue002\ue003\ue004"))])),
        "读不出是什么字",
    ),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_file_without_readable_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read(data, "某文件.ofd")
    assert reason in str(refused.value)
    assert str(refused.value).startswith("某文件.ofd：")


def test_pages_that_refer_to_each_other_are_no_endless_loop() -> None:
    parts = package_of([content_of(words(TEXT), template="t0")], [content_of("", template="t0")])
    assert text_of(parts) == TEXT + "\n"


def test_a_page_has_its_own_size() -> None:
    setter = Setter(footer="{}")
    setter.paragraph(TEXT * 3)
    content = content_of(page_objects(Page(setter.pages[0].words)))
    area = "<ofd:Area><ofd:PhysicalBox>0 0 210 284</ofd:PhysicalBox></ofd:Area><ofd:Content>"
    parts = package_of([content.replace("<ofd:Content>", area)])
    assert text_of(parts) == TEXT * 3 + "\n"
