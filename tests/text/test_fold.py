from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.model import Span
from app.text.fold import fold

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\u200b\ufeff\u00ad\u202e\ufe0fＡ３，（「」後發Σİ⾨㎡…①½ß"),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Ａｂ３ＧＤＰ", "ab3gdp", id="full-width-letters-and-digits"),
        pytest.param("，；：（）？！％．［］～", ",;:()?!%.[]~", id="full-width-punctuation"),
        pytest.param("甲　乙\u00a0丙\u2003丁", "甲 乙 丙 丁", id="blanks-of-other-widths"),
        pytest.param(
            "。、“”‘’《》〔〕【】…—", "。、“”‘’《》〔〕【】…—", id="chinese-punctuation-stays"
        ),
        pytest.param("「甲」『乙』﹝丙﹞〝丁〞", "“甲”‘乙’〔丙〕“丁”", id="quote-variants"),
        pytest.param("GDP Ⅲ級 ÀΣЖ", "gdp ⅲ级 àσж", id="capitals"),
        pytest.param("發展後續於徵收", "发展后续于征收", id="traditional"),
        pytest.param(
            "著名 乾坤 瞭望 藉口 覆盖 毕昇",
            "著名 乾坤 瞭望 藉口 覆盖 毕昇",
            id="used-in-both-scripts",
        ),
        pytest.param("⼯作 ⻓期 ⾨户 ⻓⾞", "工作 长期 门户 长车", id="radicals-from-pdf-files"),
        pytest.param("㎡ ½ ① … ﬁ", "㎡ ½ ① … ﬁ", id="no-nfkc"),
        pytest.param(
            "\ufeff教\u200b育\u00ad部\u202e️", "教育部", id="invisible-characters-drop-out"
        ),
        pytest.param("2023\n\t年", "2023\n\t年", id="line-breaks-stay"),
        pytest.param("İ", "İ", id="a-capital-with-a-longer-small-form-stays"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold(text: str, folded: str):
    assert fold(text).text == folded


def test_an_original_span_takes_the_invisible_characters_inside_and_none_outside():
    text = "甲\u200b教\u200b育\u200b乙"
    assert fold(text).original(Span(1, 3)) == Span(2, 5)
    assert fold(text).original(Span(1, 1)) == Span(2, 2)


def test_offsets_are_a_range_when_nothing_drops_out():
    assert fold("２０２３年").offsets == range(6)


@given(TEXTS)
@example("\u200b")
@example("甲\u200b")
def test_folded_characters_are_the_visible_ones_one_for_one(text: str):
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert folded.offsets[-1] == len(text)
    for place, character in enumerate(folded.text):
        assert fold(text[folded.offsets[place]]).text == character
    skipped = set(range(len(text))) - set(folded.offsets)
    assert all(fold(text[place]).text == "" for place in skipped)


@given(TEXTS, st.data())
def test_folding_an_original_span_gives_the_folded_span(text: str, data: st.DataObject):
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    span = Span(start, end)
    assert fold(folded.original(span).of(text)).text == span.of(folded.text)


@given(TEXTS)
def test_folding_twice_changes_nothing_more(text: str):
    assert fold(fold(text).text).text == fold(text).text


def test_all_format_characters_of_unicode_drop_out_and_no_letter_does():
    every = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    kept = set(fold("".join(every)).offsets)
    places = {character: place for place, character in enumerate(every)}
    dropped = {character for character, place in places.items() if place not in kept}
    assert {c for c in every if unicodedata.category(c) == "Cf"} <= dropped
    assert {unicodedata.category(c) for c in dropped} <= {"Cf", "Mn", "Cn"}


def test_all_capitals_of_the_basic_plane_become_small():
    for code in range(0xD800):
        character = chr(code)
        if len(character.lower()) == 1:
            assert fold(character).text in (fold(character.lower()).text, ""), hex(code)
