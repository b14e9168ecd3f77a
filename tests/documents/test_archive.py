"""The checks of zip containers, apart from any reader."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from hostile_archives import ARCHIVES, GOOD_FIXED, GOOD_SHEET, GOOD_WORD
from hostile_case import Bait, Hostile
from hostile_zip import STORED, entry, repeated, zipped
from hypothesis import given
from hypothesis import strategies as st

from app.documents.archive import ARCHIVES as SUFFIXES
from app.documents.archive import MOST_ENTRIES, RATIO_COUNTS_FROM, check_archive, is_archive
from app.errors import UnreadableDocument

NOWHERE = Bait("http://127.0.0.1:9/", "/nowhere")
REFUSED = {name: case for name, case in ARCHIVES.items() if case.reason}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_a_container_that_lies_is_refused_with_the_reason(case: Hostile) -> None:
    with pytest.raises(UnreadableDocument) as raised:
        check_archive(case.build(NOWHERE), case.name)
    assert re.search(case.reason, str(raised.value).removeprefix(case.name))


NO_ZIP = {"nothing": b"", "a web page": b"<html>", "an old file": bytes.fromhex("d0cf11e0a1b11ae1")}


@pytest.mark.parametrize("data", NO_ZIP.values(), ids=NO_ZIP.keys())
def test_what_is_no_container_is_left_to_the_reader_and_never_passes_the_check(data: bytes) -> None:
    assert not is_archive(data)
    with pytest.raises(UnreadableDocument, match="不是 zip 容器"):
        check_archive(data, "a.docx")


def test_a_container_with_something_in_front_counts_as_one() -> None:
    assert is_archive(b"MZ" + zipped(GOOD_WORD))
    assert is_archive(zipped(GOOD_WORD)[:500])


def test_each_container_format_is_among_the_hostile_files() -> None:
    assert {Path(case.name).suffix for case in REFUSED.values()} == SUFFIXES


def by_zipfile(**options: int) -> bytes:
    """As most programs write it: sizes after the data, directories, a comment, zip64 fields."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        archive.comment = b"a comment"
        archive.mkdir("word")
        archive.writestr("word/空白.xml", "<a>" + "字" * 100_000 + "</a>", zipfile.ZIP_DEFLATED)
        archive.writestr("empty.bin", b"", zipfile.ZIP_DEFLATED)
        with archive.open("large.xml", "w", force_zip64=True) as part:
            part.write(b"<a/>")
    return out.getvalue()


class _Unseekable(BytesIO):
    """Makes zipfile put sizes after the data, as a writer to a network does."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("no position")


def streamed() -> bytes:
    out = _Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", "<a>" + "字" * 1000 + "</a>")
    return out.getvalue()


HONEST = {
    "docx": zipped(GOOD_WORD),
    "xlsx": zipped(GOOD_SHEET),
    "ofd": zipped(GOOD_FIXED),
    "by zipfile": by_zipfile(),
    "streamed": streamed(),
    "not packed": zipped({}, entry("a.xml", "<a/>" * 9999, STORED)),
    "as many entries as are allowed": zipped({str(i): "" for i in range(MOST_ENTRIES)}),
    "a megabyte that packs a thousand times": zipped(
        {}, repeated("a.xml", b"<", b" " * (RATIO_COUNTS_FROM - 1), 1, b"")
    ),
    "a blank picture of 6 MB": zipped(GOOD_WORD, repeated("word/media/a.bmp", b"BM", bytes(1 << 20), 6, b"")),
    "a drawing with a document type": zipped(GOOD_WORD, entry("a.svg", "<!DOCTYPE svg><svg/>")),
    "XML in UTF-16": zipped({"a.xml": '<?xml version="1.0" encoding="UTF-16"?><a>字</a>'.encode("utf-16")}),
    "XML in GBK": zipped({"a.xml": '<?xml version="1.0" encoding="GBK"?><a>字</a>'.encode("gbk")}),
    "a program that holds the word": zipped(GOOD_WORD, entry("a.bin", bytes(99) + b"<!ENTITY")),
}  # fmt: skip


@pytest.mark.parametrize("data", HONEST.values(), ids=HONEST.keys())
def test_an_honest_container_passes(data: bytes) -> None:
    assert check_archive(data, "a.docx") is None


@pytest.mark.parametrize("border", range(262_130, 262_150))
def test_a_declaration_is_found_across_the_border_of_two_pieces(border: int) -> None:
    text = b"<a>" + bytes(range(32, 60)).replace(b"<", b"-") * (border // 28)
    with pytest.raises(UnreadableDocument, match="ENTITY"):
        check_archive(zipped({"a.xml": text[:border] + b"<!ENTITY"}), "a.docx")


@given(st.data())
def test_a_damaged_container_passes_or_is_refused(data: st.DataObject) -> None:
    whole = bytearray(HONEST["docx"])
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(UnreadableDocument):
        check_archive(damaged, "a.docx")
        # What passes is read in full by the library that the readers use.
        with zipfile.ZipFile(BytesIO(damaged)) as archive:
            assert archive.testzip() is None
