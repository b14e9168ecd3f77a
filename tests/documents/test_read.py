from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.read import MAXIMUM_BYTES, READERS, read, supported
from app.errors import UnreadableDocument

TEXT = "第一条　为了规范管理，制定本办法。\r\n第二条　本办法适用于本市。\n"

ENCODED = {
    "utf-8": TEXT.encode(),
    "utf-8 with a mark": codecs.BOM_UTF8 + TEXT.encode(),
    "gb18030": TEXT.encode("gb18030"),
    "utf-16 little endian": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16 big endian": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
}


@pytest.mark.parametrize("data", ENCODED.values(), ids=ENCODED.keys())
def test_every_known_encoding_gives_the_same_text_with_its_line_ends(data: bytes) -> None:
    assert read(data, "办法.txt").text == TEXT


def test_markdown_is_read_verbatim() -> None:
    assert read("# 标题\n\n**正文**\n".encode(), "a.md").text == "# 标题\n\n**正文**\n"


def test_blanks_from_web_pages_do_not_make_gb18030_implausible() -> None:
    text = "\xa0" * 50 + "\u2002" * 50 + "关于做好有关工作的通知"
    assert read(text.encode("gb18030"), "a.txt").text == text


UNREADABLE = {
    "nul in utf-8": ("通知\0".encode(), "第 6 字节是 NUL"),
    "nul in utf-16": (codecs.BOM_UTF16_LE + "通知\0".encode("utf-16-le"), "第 6 字节是 NUL"),
    "nul beside bytes that are not utf-8": (b"\xd0\xd0\0\xff", "第 2 字节是 NUL"),
    "utf-16 without a mark": ("第一条 通知".encode("utf-16-le"), "字节是 NUL"),
    "half a utf-16 character": (codecs.BOM_UTF16_LE + b"\x1a\x90\x1a", "第 4 字节"),
    "damaged utf-8": ("关于进一步做好有关工作的通知".encode()[:-1], "既不是 UTF-8"),
    "latin letters with accents": ("Résumé à côté".encode("latin-1"), "既不是 UTF-8"),
    "big5": ("為落實國務院關於優化營商環境的決定,制定本辦法。".encode("big5"), "既不是 UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)), "既不是 UTF-8"),
}


@pytest.mark.parametrize(("data", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_not_text_is_refused_with_name_position_and_way_out(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableDocument, match=why) as raised:
        read(data, "某文件.txt")
    assert "某文件.txt" in str(raised.value)
    assert "另存为 UTF-8" in str(raised.value)


def test_a_file_at_the_size_limit_is_read_and_one_byte_more_is_refused() -> None:
    assert len(read(b"a" * MAXIMUM_BYTES, "a.txt").text) == MAXIMUM_BYTES
    with pytest.raises(UnreadableDocument, match="分成几个文件"):
        read(b"a" * (MAXIMUM_BYTES + 1), "a.txt")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("a.txt", True),
        ("a.TXT", True),
        ("目录/b.md", True),
        ("a.docx", True),
        ("a.HTM", True),
        ("a.doc", False),
        ("txt", False),
    ],
)
def test_the_suffix_decides_whether_a_file_is_supported(name: str, known: bool) -> None:
    assert supported(name) is known


def test_an_unknown_format_names_the_formats_that_are_read() -> None:
    with pytest.raises(UnreadableDocument) as raised:
        read(b"", "a.xyz")
    assert all(suffix in str(raised.value) for suffix in READERS)


@given(st.text(st.characters(exclude_characters="\0", codec="utf-8")))
def test_utf_8_comes_back_character_for_character(text: str) -> None:
    # A mark at the very start is an encoding mark, not text.
    assert read(codecs.BOM_UTF8 + text.encode(), "a.txt").text == text


@given(st.binary(max_size=300))
def test_any_bytes_give_text_or_the_one_error(data: bytes) -> None:
    try:
        text = read(data, "a.txt")
    except UnreadableDocument:
        return
    assert "\0" not in text.text
