from __future__ import annotations

import pytest

from app.errors import LexiconError
from app.lexicon import loader


def test_rows_keep_file_order_and_pass_over_comments_and_blank_lines():
    text = "\ufeff# 说明\n\n学校\t院校 \r\n   \n教师\t老师\t教员\n"
    assert loader.rows(text, "x.tsv") == (("学校", "院校"), ("教师", "老师", "教员"))


@pytest.mark.parametrize(
    ("text", "columns", "says"),
    [
        pytest.param("甲\t乙\n丙", None, "x.tsv:2: 应有至少2列", id="one-cell"),
        pytest.param("# 说明\n甲\t乙\t丙", 2, "x.tsv:2: 应有2列", id="too-many-cells"),
        pytest.param("甲\t\t丙", None, "x.tsv:1: 有空格子", id="empty-cell-inside"),
        pytest.param("\n甲\t", None, "x.tsv:2: 有空格子", id="empty-cell-at-the-end"),
        pytest.param("\t甲", None, "x.tsv:1: 有空格子", id="empty-cell-at-the-start"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(text: str, columns: int | None, says: str):
    with pytest.raises(LexiconError, match=says):
        loader.rows(text, "x.tsv", columns)


def test_words_are_given_in_file_order():
    assert loader.lines("# 停用\n的\n 了 \n\n和\r\n", "x.txt") == ("的", "了", "和")


def test_a_word_line_with_a_tab_is_refused_with_file_and_line():
    with pytest.raises(LexiconError, match=r"x\.txt:2: .*'了\\t助词'"):
        loader.lines("的\n了\t助词", "x.txt")


def test_a_missing_file_is_refused_and_the_message_lists_what_there_is():
    with pytest.raises(LexiconError, match=r"'nothing\.tsv'.*traditional\.tsv"):
        loader.table("nothing.tsv")


def test_a_name_cannot_lead_out_of_the_folder():
    with pytest.raises(LexiconError):
        loader.words("../loader.py")


def test_a_file_is_read_once():
    assert loader.table("traditional.tsv", 2) is loader.table("traditional.tsv", 2)


def test_the_table_of_traditional_characters_is_one_to_one_and_sorted():
    pairs = loader.table("traditional.tsv", 2)
    traditional = [pair[0] for pair in pairs]
    assert len(pairs) > 2500
    assert traditional == sorted(set(traditional))
    assert all(len(cell) == 1 for pair in pairs for cell in pair)
    assert not set(traditional) & {pair[1] for pair in pairs}
