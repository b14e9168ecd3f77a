"""The user's own words and synonyms."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_folders import Folders

from app.errors import DocumentError, LexiconError
from app.library.userwords import Lexicon, others, read_lexicon, synonym_groups
from app.text.segment import UserWord, dictionary

SHIPPED = Path(__file__).resolve().parents[2] / "corpus"


def test_without_files_there_is_nothing_to_add(folders: Folders) -> None:
    assert read_lexicon(folders.corpus) == Lexicon((), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_words_and_synonyms_are_read_in_the_encodings_of_documents(
    folders: Folders, encoding: str
) -> None:
    folders.write("_youju/words.txt", "# 说明\n县管校聘\n双师课堂 20 n\r\n-方面\n\n", encoding)
    folders.write("_youju/synonyms.txt", "# 说明\n老师 教师　教员\n\nGDP 生产总值\n", encoding)
    found = read_lexicon(folders.corpus)
    assert found.words == (UserWord("县管校聘"), UserWord("双师课堂", 20), UserWord("方面", 0))
    assert found.synonyms == (("老师", "教师", "教员"), ("gdp", "生产总值"))


def test_each_word_stands_for_the_others_of_all_its_groups() -> None:
    assert others((("老师", "教师"), ("教师", "教员"))) == {
        "教员": {"教师"},
        "教师": {"老师", "教员"},
        "老师": {"教师"},
    }


BAD = [
    ("words.txt", "县管校聘\n词 频 率 多\n", ":2"),
    ("synonyms.txt", "# 说明\n\n独词\n", ":3"),
    ("synonyms.txt", "老师 老師\n", ":1"),
    ("synonyms.txt", "老师 " + "长" * 50, ":1"),
    ("synonyms.txt", " ".join(f"词{n}" for n in range(51)), ":1"),
]


@pytest.mark.parametrize(("name", "text", "place"), BAD)
def test_a_wrong_line_is_refused_with_file_and_line(
    folders: Folders, name: str, text: str, place: str
) -> None:
    folders.write(f"_youju/{name}", text)
    with pytest.raises(LexiconError) as caught:
        read_lexicon(folders.corpus)
    assert f"{name}{place}" in str(caught.value)


def test_a_file_that_is_no_text_is_refused(folders: Folders) -> None:
    folders.write("_youju/words.txt", "")
    (folders.corpus / "_youju/words.txt").write_bytes(b"\x00\xff\xfe\x80" * 9)
    with pytest.raises(DocumentError, match=r"words\.txt"):
        read_lexicon(folders.corpus)


def test_too_many_groups_are_refused() -> None:
    with pytest.raises(LexiconError, match="10001"):
        synonym_groups("甲 乙\n" * 10_001, "synonyms.txt")


def test_the_shipped_examples_are_small_and_leave_the_fast_segmenter_in_use() -> None:
    found = read_lexicon(SHIPPED)
    assert 0 < len(found.words) <= 20
    assert 0 < len(found.synonyms) <= 5
    words = dictionary(found.words)
    assert (words.changes_known, words.ignored) == (False, ())
