"""Names of documents that are handed in: what is taken, and what is refused with its reason."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidUpload, UnsupportedFormat, UploadError
from app.library.intake_names import NAME_BYTES, check_source, place, source_of

GOOD = [
    ("关于试点工作的通知.txt", "", "关于试点工作的通知.txt"),
    ("国办发〔2020〕24号.md", "教育", "教育/国办发〔2020〕24号.md"),
    ("📄 家庭👨‍👩‍👧政策.txt", "表情😀", "表情😀/📄 家庭👨‍👩‍👧政策.txt"),
    ("a.b.TXT", "", "a.b.TXT"),
    (unicodedata.normalize("NFD", "café.txt"), "", "café.txt"),
    ("consul.txt", "communal", "communal/consul.txt"),
]


@pytest.mark.parametrize(("name", "collection", "source"), GOOD)
def test_an_ordinary_name_is_taken_in_its_nfc_form(name: str, collection: str, source: str) -> None:
    assert source_of(name, collection) == source


BAD = {
    "empty": "",
    "blank": " ",
    "blank before": " a.txt",
    "up": "..",
    "hidden": ".a.txt",
    "path": "a/b.txt",
    "path up": "../a.txt",
    "absolute": "/etc/a.txt",
    "windows path": "..\\a.txt",
    "drive": "C:a.txt",
    "nul": "a\x00.txt",
    "line break": "a\nb.txt",
    "escape": "a\x1b[2J.txt",
    "right to left": "a\u202etxt.md",
    "byte order mark": "\ufeffa.txt",
    "surrogate": "a\ud800.txt",
    "line separator": "a\u2028b.txt",
    "device": "CON.txt",
    "device with dots": "nul.2024.txt",
    "device by superscript": "com¹.txt",
    "device with blank": "aux .txt",
    "star": "a*.txt",
    "too long": "长" * 67 + ".txt",
}


@pytest.mark.parametrize("name", BAD.values(), ids=BAD.keys())
def test_a_name_that_could_do_harm_is_refused_and_shown_in_one_line(name: str) -> None:
    for given_name, collection in ((name, ""), ("a.txt", name or ".")):
        with pytest.raises(InvalidUpload) as caught:
            source_of(given_name, collection)
        message = str(caught.value)
        assert message.isprintable()
        assert "请" in message


def test_the_folder_of_the_dictionary_is_no_collection() -> None:
    for name in ("_youju", "_YOUJU"):
        with pytest.raises(InvalidUpload, match="词典"):
            source_of("a.txt", name)
    assert source_of("_youju.txt", "b") == "b/_youju.txt"


@pytest.mark.parametrize("name", ["a", "a.exe", "a.txt.json", "txt", "a.txt~"])
def test_a_file_that_nobody_can_read_is_refused_with_the_formats_that_can_be(name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"\.txt"):
        source_of(name)


def test_the_longest_name_leaves_room_for_the_name_of_its_sidecar() -> None:
    name = "长" * 65 + "a.txt"
    assert len(name.encode()) == NAME_BYTES
    assert len((source_of(name) + ".json").encode()) <= 255


@given(st.text(max_size=80), st.text(max_size=20))
def test_whatever_is_taken_stays_below_the_corpus(name: str, collection: str) -> None:
    try:
        source = source_of(name + ".txt", collection)
    except UploadError:
        return
    path = Path("/corpus") / source
    assert ".." not in path.parts
    assert path.is_relative_to("/corpus")
    assert unicodedata.is_normalized("NFC", source)
    assert check_source(source) == source


def test_links_and_other_things_in_the_way_are_not_followed(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    corpus.mkdir()
    outside.mkdir()
    (corpus / "链接").symlink_to(outside)
    (corpus / "a.txt").symlink_to(outside / "a.txt")
    (corpus / "文件").write_text("x")
    (corpus / "b.txt").mkdir()
    for source in ("链接/a.txt", "a.txt", "文件/a.txt", "b.txt"):
        with pytest.raises(InvalidUpload):
            place(corpus, source)
    assert list(outside.iterdir()) == []


def test_a_file_whose_name_is_decomposed_on_disk_is_found(tmp_path: Path) -> None:
    old = tmp_path / unicodedata.normalize("NFD", "café.txt")
    old.write_text("x")
    assert place(tmp_path, "café.txt") == old
