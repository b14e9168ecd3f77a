from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Token
from app.text.fold import fold
from app.text.segment import Dictionary, Segmenter, bigrams, segmenter

SAMPLE = (Path(__file__).parents[2] / "corpus" / "bozhou-education.txt").read_text("utf-8")


BRACKETS = str.maketrans("[【(〈<]】)〉>", "〔〔〔〔〔〕〕〕〕〕")
CUTTER = segmenter(Dictionary())


@pytest.fixture
def plain() -> Segmenter:
    return CUTTER


def terms(text: str, cutter: Segmenter) -> list[str]:
    return [token.term for token in cutter.words(text)]


NUMBERS = [
    pytest.param("23.25亿元", ["23.25亿", "元"], id="magnitude-stays-unit-goes"),
    pytest.param("4.02%", ["4.02%"], id="percent"),
    pytest.param("５．５％", ["5.5%"], id="full-width"),
    pytest.param("1,855人", ["1,855", "人"], id="thousands"),
    pytest.param("1,234,567.5元", ["1,234,567.5", "元"], id="millions"),
    pytest.param("12,34", ["12", "34"], id="comma-that-groups-no-thousands"),
    pytest.param("34个", ["34", "个"], id="classifier"),
    pytest.param("2.2万教师", ["2.2万", "教师"], id="bare-magnitude"),
    pytest.param("1.5万亿元", ["1.5万亿", "元"], id="double-magnitude"),
    pytest.param("3千万元", ["3千万", "元"], id="thousand-ten-thousands"),
    pytest.param("3千瓦", ["3", "千瓦"], id="thousand-of-a-unit"),
    pytest.param("23.25 亿元", ["23.25亿", "元"], id="blank-before-magnitude"),
    pytest.param("电话0909-1234567", ["电话", "0909-1234567"], id="telephone"),
    pytest.param("12.5‰", ["12.5‰"], id="per-mille"),
    pytest.param("3.2023年", ["3", "2023年"], id="label-before-a-year"),
    pytest.param("25℃100㎡", ["25", "℃", "100", "㎡"], id="unit-signs"),
]

DATES = [
    pytest.param("2023年", ["2023年"], id="year"),
    pytest.param("2023年5月", ["2023年", "2023年5月"], id="month"),
    pytest.param("2023年5月1日", ["2023年", "2023年5月1日"], id="day"),
    pytest.param("2023 年 5 月 1 日", ["2023年", "2023年5月1日"], id="blanks"),
    pytest.param("２０２３年５月", ["2023年", "2023年5月"], id="full-width"),
    pytest.param("2023-05-01", ["2023年", "2023-05-01"], id="hyphens"),
    pytest.param("2023/5/1", ["2023年", "2023/5/1"], id="slashes"),
    pytest.param("5月1日", ["5月1日"], id="no-year"),
    pytest.param("2023年度预算", ["2023年", "2023年度", "预算"], id="budget-year"),
    pytest.param("二〇二三年五月一日", ["2023年", "二〇二三年五月一日"], id="chinese-digits"),
    pytest.param("自二○二○年起", ["自", "2020年", "二○二○年", "起"], id="circles-for-zero"),
    pytest.param("12023年", ["12023", "年"], id="too-many-digits"),
    pytest.param("2023年13月", ["2023年", "13", "月"], id="no-such-month"),
]

DOCUMENT_NUMBERS = [
    pytest.param("国办发〔2020〕24号", "国办发〔2020〕24号", id="right-brackets"),
    pytest.param("国办发[2020]24号", "国办发〔2020〕24号", id="square"),
    pytest.param("国办发(2020)24号", "国办发〔2020〕24号", id="round"),
    pytest.param("国办发（２０２０）２４号", "国办发〔2020〕24号", id="full-width"),
    pytest.param("国办发【2020】24号", "国办发〔2020〕24号", id="black"),
    pytest.param("国办发﹝2020﹞24号", "国办发〔2020〕24号", id="small"),
    pytest.param("国办发 〔2020〕 第24 号", "国办发〔2020〕24号", id="blanks"),
    pytest.param("工信部联企业〔2011〕300号", "工信部联企业〔2011〕300号", id="many-letters"),
    pytest.param("根据国办发〔2020〕24号", "国办发〔2020〕24号", id="after-a-lead-word"),
    pytest.param("《关于教育的通知》（教基〔2020〕2号）", "教基〔2020〕2号", id="in-brackets"),
]

LATIN = [
    pytest.param("占GDP的", ["占", "gdp", "的"], id="capitals"),
    pytest.param("ＣＯＶＩＤ－19", ["covid-19"], id="hyphen-and-digits"),
    pytest.param("会C++和C#。", ["会", "c++", "和", "c#"], id="plus-and-hash"),
    pytest.param("www.gov.cn.", ["www.gov.cn"], id="stop-at-the-end-is-no-part"),
    pytest.param("5G基站", ["5g", "基站"], id="generation"),
    pytest.param("220kV", ["220", "kv"], id="unit"),
    pytest.param("Ⅲ级响应", ["ⅲ", "级", "响应"], id="roman-numeral"),
    pytest.param("Привет", ["привет"], id="other-script"),
    pytest.param("〇㐀", ["〇", "㐀"], id="characters-jieba-does-not-know"),
    pytest.param("①、“”——", [], id="labels-and-punctuation"),
    pytest.param("", [], id="empty"),
]


@pytest.mark.parametrize(("text", "expected"), [*NUMBERS, *DATES, *LATIN])
def test_numbers_dates_and_latin_words_are_kept_whole(
    text: str, expected: list[str], plain: Segmenter
):
    assert terms(text, plain) == expected


@pytest.mark.parametrize(("text", "number"), DOCUMENT_NUMBERS)
def test_a_document_number_is_one_term_with_one_form_of_bracket(
    text: str, number: str, plain: Segmenter
):
    assert number in [token.term for token in plain.cut(text)]
    assert number[number.index("〔") :] in terms(text, plain)


def test_of_two_document_numbers_joined_by_and_both_are_found(plain: Segmenter):
    found = [token.term for token in plain.cut("国发〔2020〕1号和教基函〔2020〕2号")]
    assert found == ["国发〔2020〕1号", "和", "教基函〔2020〕2号"]


@pytest.mark.parametrize(
    "text", ["见（2020）3号楼", "京〔2020〕3号", "国办发〔20〕3号", "国办发〔2020〕号"]
)
def test_what_only_looks_like_a_document_number_is_none(text: str, plain: Segmenter):
    assert not [term for term in terms(text, plain) if "〕" in term]


def test_a_run_too_long_to_tell_its_letters_keeps_year_and_serial_number(plain: Segmenter):
    found = terms("某某领导小组办公室教育基函〔2020〕2号", plain)
    assert found[-1] == "〔2020〕2号"
    assert "领导小组" in found


def test_search_mode_gives_the_shorter_words_before_the_long_one(plain: Segmenter):
    text = "推进教育数字化，义务教育"
    places = [(token.term, token.span.start) for token in plain.words(text)]
    assert places[-3:] == [("义务", 8), ("教育", 10), ("义务教育", 8)]


def test_spans_are_of_the_original_text(plain: Segmenter):
    text = "義\u200b务教育，ＧＤＰ的4．02％"
    shown = {token.term: token.span.of(text) for token in plain.words(text)}
    assert shown["义务教育"] == "義\u200b务教育"
    assert shown["gdp"] == "ＧＤＰ"
    assert shown["4.02%"] == "4．02％"


def test_single_characters_are_kept(plain: Segmenter):
    assert terms("我的", plain) == ["我", "的"]


def test_bigrams_pair_neighbours_in_each_run_and_keep_other_pieces_whole():
    assert bigrams("全州教育,占GDP的4.02%，2023年５月") == [
        *["全州", "州教", "教育", "占", "gdp", "的", "4.02%", "2023年5月"]
    ]


NUMERIC = ["2023年", "5月", "1日", "2023-05-01", "二〇二三年", "年度", "1,855", "23.25亿", "%"]
NAMING = [
    "国办发",
    "〔2020〕",
    "(2020)",
    "24号",
    "号",
    "和",
    "第",
    "GDP",
    "5G",
    "a.",
    "-",
    "℃",
    "〇",
]
PLAIN = [
    "义务教育",
    "教育部",
    "中华人民共和国",
    "，",
    "。",
    "“",
    "\u200b",
    "０",
    "Ａ",
    "後",
    "⾨",
    " ",
]
FRAGMENTS = st.sampled_from([*NUMERIC, *NAMING, *PLAIN]) | st.text(max_size=3)
TEXTS = st.lists(FRAGMENTS, max_size=12).map("".join)


@given(TEXTS)
def test_cut_gives_terms_in_order_that_are_the_folded_text_of_their_spans(text: str):
    tokens = CUTTER.cut(text)
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(tokens))
    for token in tokens:
        written = fold(token.span.of(text)).text.replace(" ", "")
        if "〕" in token.term and len(token.term) > 1:
            written = written.replace("第", "").translate(BRACKETS)
        assert token.term == written


@given(TEXTS)
def test_the_two_modes_and_the_terms_alone_agree(text: str):
    words = CUTTER.words(text)
    assert CUTTER.terms(text) == [token.term for token in words]
    assert set(CUTTER.cut(text)) <= set(words)
    assert all(0 <= token.span.start < token.span.end <= len(text) for token in words)


@given(TEXTS)
def test_every_letter_and_digit_of_a_text_is_in_a_word(text: str):
    covered = {place for token in CUTTER.cut(text) for place in range(*_edges(token))}
    for place, character in enumerate(text):
        if "\u4e00" <= character <= "\u9fff" or (character.isascii() and character.isalnum()):
            assert place in covered


def _edges(token: Token) -> tuple[int, int]:
    return token.span.start, token.span.end


@pytest.mark.parametrize(
    "unit",
    [
        "的",
        "中华人民共和国",
        "1",
        "1,111",
        "a",
        "a.",
        "2023年",
        "〔2020〕1号",
        "国办发〔2020〕1号",
        "ж",
        "（",
        "1-",
    ],
)
def test_hostile_text_takes_time_that_grows_with_its_length(unit: str, plain: Segmenter):
    # Quadratic behaviour at this length would take minutes, and the run would be stopped.
    text = unit * (60_000 // len(unit))
    longest = max((len(token.term) for token in plain.words(text)), default=0)
    assert longest <= 64


@pytest.mark.parametrize(
    ("words", "changes_known", "expected"),
    [
        pytest.param((("县中提质", 300),), False, ["县中提质", "计划"], id="added"),
        pytest.param((("计划", 0),), True, ["县", "中", "提", "质", "计", "划"], id="removed"),
    ],
)
def test_serving_does_not_import_jieba(
    words: tuple[tuple[str, int], ...], changes_known: bool, expected: list[str]
):
    program = (
        "import sys; from app.text.segment import Dictionary, segmenter; "
        f"cutter = segmenter(Dictionary({words!r}, {changes_known})); "
        "print(cutter.terms('县中提质计划'), 'jieba' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, encoding="utf-8"
    )
    assert run.stdout.strip() == f"{expected} False"
    assert run.stderr == ""


def test_the_sample_text_has_the_words_that_it_is_about(plain: Segmenter):
    found = set(plain.terms(SAMPLE))
    assert {"2023年", "23.25亿", "21.09亿", "4.02%", "8390", "义务教育", "教师", "gdp"} <= found
