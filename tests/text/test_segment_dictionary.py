from __future__ import annotations

import random
import re
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from app.errors import LexiconError
from app.text.segment import Dictionary, Segmenter, UserWord, dictionary, segmenter, user_words
from app.text.segment_jieba import JiebaCutter

SAMPLE = (Path(__file__).parents[2] / "corpus" / "bozhou-education.txt").read_text("utf-8")
ADDED = [
    "县中提质",
    "控辍保学",
    "县管校聘",
    "教育总投入",
    "智慧教育中心",
    "四梁八柱制度",
    "负清单289",
]


@pytest.fixture(scope="module")
def added() -> Dictionary:
    return dictionary([UserWord(word) for word in ADDED])


@pytest.fixture(scope="module")
def with_jieba(added: Dictionary) -> Segmenter:
    return Segmenter(JiebaCutter(added.words))


@pytest.fixture(scope="module")
def with_rjieba(added: Dictionary) -> Segmenter:
    return segmenter(added)


def generated(count: int) -> list[str]:
    """Texts of words of the sample in an order that nobody wrote."""
    source = random.Random(20)
    runs = re.findall("[\u4e00-\u9fd5]+", SAMPLE)
    pieces = [run[start : start + 3] for run in runs for start in range(0, len(run), 2)] + ADDED
    return ["".join(source.choices(pieces, k=30)) for _ in range(count)]


def test_rjieba_and_jieba_give_the_same_tokens(with_jieba: Segmenter, with_rjieba: Segmenter):
    for text in [SAMPLE, *generated(300)]:
        assert with_rjieba.words(text) == with_jieba.words(text)
        assert with_rjieba.cut(text) == with_jieba.cut(text)
        assert with_rjieba.terms(text) == with_jieba.terms(text)


def test_rjieba_and_jieba_give_the_same_parts_of_speech(
    with_jieba: Segmenter, with_rjieba: Segmenter
):
    for text in [SAMPLE, *generated(50)]:
        tagged = with_jieba.tagged(text)
        assert with_rjieba.tagged(text) == tagged
        assert [(t.term, t.span) for t in tagged] == [
            (t.term, t.span) for t in with_jieba.cut(text)
        ]


def test_added_words_are_kept_whole(added: Dictionary, with_rjieba: Segmenter):
    assert "县中提质" not in segmenter(Dictionary()).terms("实施县中提质计划")
    assert "县中提质" in with_rjieba.terms("实施县中提质计划")
    assert not added.changes_known


def test_a_word_with_other_characters_than_chinese_is_ignored_and_named(
    added: Dictionary, with_rjieba: Segmenter
):
    assert added.ignored == ("负清单289",)
    assert with_rjieba.notice == "用户词典中含有汉字以外字符的词未采用：负清单289"


def test_without_words_there_is_nothing_to_compute_and_no_notice():
    assert dictionary([]) == Dictionary()
    assert segmenter(Dictionary()).notice == ""


def test_new_words_are_added_and_what_changes_nothing_is_left_out():
    # One call, since each reads the whole dictionary of jieba.
    words = [
        UserWord("县中提质", 9),
        UserWord("控輟保學", 5),  # traditional characters are folded
        UserWord("义务教育"),  # known, and whole already
        UserWord("县管校聘", 0),  # unknown, so there is nothing to take out
        UserWord("县中提质", 3),  # of a word given twice the last counts
    ]
    assert dictionary(words) == Dictionary((("县中提质", 3), ("控辍保学", 5)))


@pytest.mark.parametrize("frequency", [0, 7], ids=["removed", "changed"])
def test_a_known_word_that_is_removed_or_changed_is_noted(frequency: int):
    words = [UserWord("义务教育", frequency)]
    assert dictionary(words) == Dictionary((("义务教育", frequency),), changes_known=True)


def test_a_dictionary_that_takes_out_a_known_word_is_cut_with_rjieba_too():
    without = segmenter(Dictionary((("义务教育", 0),), changes_known=True))
    assert without.terms("义务教育阶段") == ["义务", "教育", "阶段"]
    assert without.notice == ""


def test_a_removed_word_is_not_found_inside_a_longer_one_either():
    without = segmenter(Dictionary((("义务", 0), ("义务教育法", 900)), changes_known=True))
    assert without.terms("义务教育法") == ["教育", "教育法", "义务教育法"]


def test_without_jieba_a_dictionary_that_changes_known_words_is_refused(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("app.text.segment_rjieba.find_spec", lambda name: None)
    with pytest.raises(LexiconError, match="jieba 没有安装"):
        segmenter(Dictionary((("义务教育", 0),), changes_known=True))


def test_a_dictionary_file_of_jieba_that_is_damaged_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "dict.txt").write_text("教育 多少 n\n", encoding="utf-8")
    damaged = ModuleSpec("jieba", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr("app.text.segment_rjieba.find_spec", lambda name: damaged)
    with pytest.raises(LexiconError, match=r"读不到 jieba 的词典.*多少"):
        segmenter(Dictionary((("义务教育", 0),), changes_known=True))


def test_without_rjieba_jieba_takes_over_with_a_notice(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)  # so Python says that it is not there
    fallback = segmenter(Dictionary())
    assert "没有安装 rjieba" in fallback.notice
    assert fallback.terms("义务教育") == ["义务", "教育", "义务教育"]


def test_jieba_writes_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dictionary([UserWord("县中提质")])
    assert list(tmp_path.iterdir()) == []


def test_a_dictionary_survives_being_stored():
    stored = Dictionary((("县中提质", 3), ("义务教育", 0)), True, ("5g网络",))
    assert Dictionary.from_json(stored.to_json()) == stored


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"words": [["甲"]], "changes_known": 1, "ignored": []}']
)
def test_what_is_no_stored_dictionary_is_refused(text: str):
    with pytest.raises(LexiconError, match="请重建索引"):
        Dictionary.from_json(text)


def test_a_user_dictionary_is_read_as_jieba_reads_it():
    text = "\ufeff# 说明\n云计算 5\n县中提质 3 n\n创新办 i\n\n双减\r\n-义务教育\n"
    assert user_words(text, "用户词典.txt") == (
        UserWord("云计算", 5),
        UserWord("县中提质", 3),
        UserWord("创新办"),
        UserWord("双减"),
        UserWord("义务教育", 0),
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(
            "县中 提质 计划", r"u\.txt:2: 应写作.*'县中 提质 计划'", id="blanks-in-a-word"
        ),
        pytest.param("双减 3.5", r"u\.txt:2: 应写作", id="frequency-that-is-no-whole-number"),
        pytest.param("-双减 3", r"u\.txt:2: 应写作", id="removed-with-a-frequency"),
        pytest.param("-", r"u\.txt:2: 应写作", id="nothing-to-remove"),
        pytest.param("双" * 41, r"u\.txt:2: 词太长，最多40个字", id="too-long"),
        pytest.param("双减 99999999999", r"u\.txt:2: 词频99999999999太高", id="too-frequent"),
    ],
)
def test_a_wrong_line_of_a_user_dictionary_is_refused_with_its_place(line: str, says: str):
    with pytest.raises(LexiconError, match=says):
        user_words(f"云计算\n{line}\n", "u.txt")


def test_a_user_dictionary_that_is_too_large_is_refused():
    with pytest.raises(LexiconError, match="最多100000个"):
        user_words("双减\n" * 100_001, "u.txt")
