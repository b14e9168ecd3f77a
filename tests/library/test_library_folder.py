"""Which files of the corpus folder are documents."""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from library_folders import Folders

from app.errors import DocumentError
from app.library.folder import scan


def sources(folders: Folders) -> list[str]:
    return [file.source for file in scan(folders.corpus).files]


def reasons(folders: Folders) -> dict[str, str]:
    return {failure.source: failure.reason for failure in scan(folders.corpus).ignored}


def test_documents_of_nested_folders_come_sorted_by_path_with_their_collection(
    folders: Folders,
) -> None:
    for source in ("乙/丙/二.txt", "甲.md", "乙/一.TXT", "b.txt"):
        folders.write(source, "正文")
    found = [(file.source, file.collection) for file in scan(folders.corpus).files]
    assert found == sorted(
        [("乙/丙/二.txt", "乙"), ("甲.md", ""), ("乙/一.TXT", "乙"), ("b.txt", "")]
    )


SILENT = [".hidden.txt", ".git/a.txt", "_youju/words.txt", "a.txt.json"]


@pytest.mark.parametrize("source", SILENT)
def test_hidden_reserved_and_sidecar_files_are_left_out_without_a_word(
    folders: Folders, source: str
) -> None:
    folders.write("a.txt", "正文")
    folders.write(source, "{}")
    assert sources(folders) == ["a.txt"]
    assert reasons(folders) == {}


def test_a_folder_of_the_reserved_name_further_down_is_an_ordinary_one(folders: Folders) -> None:
    folders.write("甲/_youju/a.txt", "正文")
    assert sources(folders) == ["甲/_youju/a.txt"]


def test_files_that_cannot_be_documents_are_reported_with_a_reason(folders: Folders) -> None:
    folders.write("table.xls", "")
    folders.write("gone.txt.json", "{}")
    folders.write("plain.json", "{}")
    assert sources(folders) == []
    assert "另存为 .xlsx" in reasons(folders)["table.xls"]
    assert "同名" in reasons(folders)["gone.txt.json"]
    assert "格式" in reasons(folders)["plain.json"]


def test_names_are_in_composed_form_however_the_file_system_holds_them(folders: Folders) -> None:
    folders.write(unicodedata.normalize("NFD", "é/ü.txt"), "正文")
    assert sources(folders) == ["é/ü.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
def test_links_inside_the_corpus_are_documents_and_links_outside_are_not(
    folders: Folders, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("秘密", encoding="utf-8")
    (folders.corpus / "inside.txt").symlink_to(folders.write("甲/a.txt", "正文"))
    (folders.corpus / "outside.txt").symlink_to(outside)
    (folders.corpus / "loop").symlink_to(folders.corpus, target_is_directory=True)
    (folders.corpus / "broken.txt").symlink_to(folders.corpus / "nothing.txt")
    assert sources(folders) == ["inside.txt", "甲/a.txt"]
    assert set(reasons(folders)) == {"outside.txt", "loop", "broken.txt"}
    assert "以外" in reasons(folders)["outside.txt"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf_8_is_reported_in_escapes(folders: Folders) -> None:
    broken = os.fsencode(folders.corpus) + b"/\xb9\xfe"
    os.mkdir(broken)
    with open(broken + b"/a.txt", "wb"):
        pass
    assert sources(folders) == []
    assert "UTF-8" in reasons(folders)["\\udcb9\\udcfe/a.txt"]


def test_a_pipe_is_not_read(folders: Folders) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(folders.corpus / "a.txt")
    assert sources(folders) == []
    assert "普通文件" in reasons(folders)["a.txt"]


def test_a_data_folder_inside_the_corpus_is_left_out(folders: Folders) -> None:
    folders.write("derived/a.txt", "正文")
    assert scan(folders.corpus, without=folders.corpus / "derived").files == ()


def test_folders_nested_without_end_are_cut_off(folders: Folders) -> None:
    deep = "/".join("d" * 40)
    folders.write(f"{deep}/a.txt", "正文")
    assert sources(folders) == []
    assert any("嵌套" in reason for reason in reasons(folders).values())


def test_a_missing_corpus_is_an_error_and_not_an_empty_one(folders: Folders) -> None:
    with pytest.raises(DocumentError, match="--corpus"):
        scan(folders.corpus / "nowhere")
