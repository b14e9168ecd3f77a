"""What must hold of the data files of general policy Chinese."""

from __future__ import annotations

import re
from collections import Counter
from importlib import resources
from itertools import chain
from pathlib import Path

import pytest

from app.lexicon.loader import table, words
from app.text.fold import fold

# Table name and the fewest rows that it may have.
TABLES = {
    "synonyms.tsv": 700,
    "related.tsv": 600,
    "abbreviations.tsv": 300,
    "modality.tsv": 150,
    "confusions.tsv": 390,
    "near_sounds.tsv": 200,
    "asking_slips.tsv": 40,
    "contrasts.tsv": 100,
    "groups.tsv": 1,
    "not_places.tsv": 100,
}
WORD_LISTS = {
    "stopwords.txt": 400,
    "weak_words.txt": 250,
    "measure_cues.txt": 200,
    "organisation_suffixes.txt": 120,
    "spoken_verbs.txt": 40,
    "list_qualifiers.txt": 15,
    "ethnic_groups.txt": 50,
    "person_titles.txt": 120,
    "list_nouns.txt": 120,
}
ALL_FILES = [*TABLES, *WORD_LISTS]

# Words that stand in more than one synonym group, each with its reason. None so far.
IN_SEVERAL_GROUPS: frozenset[str] = frozenset()

# Words that look like the name of a county, district or town but are common nouns.
COMMON_NOUNS_LIKE_PLACES = (
    "老旧小区 住宅小区 居住小区 老小区 老旧住宅小区 小区 高新区 经开区 开发区 自贸区 综保区 保税区 学区 "
    "社区 景区 旅游景区 贫困地区 欠发达地区 脱贫地区 民族地区 少数民族地区 边远地区 园区 产业园区 工业园区 "
    "穷地方 示范区 老区 革命老区 居住区 城区 林区 矿区 牧区 库区 地区 新区 自治县 自治区 城镇 乡镇 直辖市 "
    "特别行政区 粤港澳大湾区 大湾区"
)
SYNONYM_PAIRS = "教师/老师 经费/资金 补贴/补助 减少/削减 增加/新增 建设/新建 招聘/招录 赛事/比赛 轮岗/交流轮岗 企业/公司 儿童/孩子 设立/成立 发放/下发 取消/废止 缴纳/缴交 申请/申报 占比/比重"

ASKED_FOR = (
    "资金 标准 条件 时间 对象 材料 期限 目标 措施 原因 目的 地点 电话 面积 人数 金额 比例 依据 责任"
)

SUBJECTS = "教育 医疗 健康 安全 环境 群众 困难 责任 资金 补贴 就业 住房 公司 耕地"

SMALL_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}(?:县|区|镇)")
HAN = re.compile(r"[\u3400-\u9fff]")

# Pairs that differ in policy: merging them would answer one question with the other's words.
NEVER_TOGETHER = [
    line
    for line in (Path(__file__).parent / "never_together.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def entries(name: str) -> list[str]:
    """Every word of a file; of the table of sounds only the syllables."""
    if name in WORD_LISTS:
        return list(words(name))
    if name == "confusions.tsv":
        return [row[0] for row in table(name)]
    return list(chain.from_iterable(table(name)))


def synonym_groups() -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(table("synonyms.tsv")):
        for word in row:
            groups.setdefault(word, []).append(number)
    return groups


@pytest.mark.parametrize(("name", "fewest"), [*TABLES.items(), *WORD_LISTS.items()])
def test_every_file_parses_and_is_large_enough(name: str, fewest: int) -> None:
    rows = words(name) if name in WORD_LISTS else table(name)
    assert len(rows) >= fewest


@pytest.mark.parametrize("name", ALL_FILES)
def test_every_file_begins_by_saying_what_it_is(name: str) -> None:
    text = (resources.files("app.lexicon") / "data" / name).read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert text.endswith("\n")
    assert "\r" not in text


@pytest.mark.parametrize("name", WORD_LISTS)
def test_no_word_stands_twice_in_a_list(name: str) -> None:
    assert [word for word, times in Counter(words(name)).items() if times > 1] == []


@pytest.mark.parametrize("name", [name for name in TABLES if name != "synonyms.tsv"])
def test_no_first_cell_stands_twice_in_a_table(name: str) -> None:
    firsts = Counter(row[0] for row in table(name))
    assert [word for word, times in firsts.items() if times > 1] == []


@pytest.mark.parametrize("name", [name for name in TABLES if name != "confusions.tsv"])
def test_no_cell_stands_twice_in_a_row(name: str) -> None:
    assert [row for row in table(name) if len(set(row)) < len(row)] == []


def test_synonym_groups_are_disjoint() -> None:
    shared = {word for word, groups in synonym_groups().items() if len(groups) > 1}
    assert shared == IN_SEVERAL_GROUPS


def test_synonyms_have_two_characters_or_more() -> None:
    assert [word for word in synonym_groups() if len(word) < 2] == []


@pytest.mark.parametrize("pair", NEVER_TOGETHER)
def test_words_that_differ_in_policy_never_share_a_group(pair: str) -> None:
    one, other = pair.split("/")
    groups = synonym_groups()
    assert not set(groups.get(one, [])) & set(groups.get(other, []))


@pytest.mark.parametrize(
    "pair",
    SYNONYM_PAIRS.split(),
)
def test_everyday_synonyms_share_a_group(pair: str) -> None:
    one, other = pair.split("/")
    groups = synonym_groups()
    assert set(groups[one]) & set(groups[other])


@pytest.mark.parametrize("name", ["synonyms.tsv", "weak_words.txt"])
def test_no_content_word_is_a_stop_word(name: str) -> None:
    assert set(entries(name)) & set(words("stopwords.txt")) == set()


@pytest.mark.parametrize("name", ["related.tsv", "abbreviations.tsv"])
def test_no_word_that_is_expanded_is_a_stop_word(name: str) -> None:
    assert {row[0] for row in table(name)} & set(words("stopwords.txt")) == set()


@pytest.mark.parametrize(
    "word",
    ASKED_FOR.split(),
)
def test_what_a_question_can_ask_for_is_no_stop_word(word: str) -> None:
    assert word not in words("stopwords.txt")


@pytest.mark.parametrize("word", SUBJECTS.split())
def test_a_subject_of_policy_is_no_weak_word(word: str) -> None:
    assert word not in words("weak_words.txt")


@pytest.mark.parametrize("name", ALL_FILES)
def test_no_entry_is_the_name_of_a_small_place(name: str) -> None:
    found = {word for word in entries(name) if SMALL_PLACE.fullmatch(word)}
    assert found - set(COMMON_NOUNS_LIKE_PLACES.split()) == set()


@pytest.mark.parametrize("name", ALL_FILES)
def test_no_entry_holds_a_blank_or_punctuation(name: str) -> None:
    wrong = [
        word for word in entries(name) if re.search(r"[\s\u3000,，;；:：、。()（）\"“”]", word)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ALL_FILES)
def test_every_entry_is_in_simplified_script(name: str) -> None:
    cells = words(name) if name in WORD_LISTS else list(chain.from_iterable(table(name)))
    outside = {char for cell in cells for char in cell if HAN.match(char) and not is_gb2312(char)}
    assert outside == set()


@pytest.mark.parametrize("name", ALL_FILES)
def test_every_entry_is_written_as_folded_text_is(name: str) -> None:
    # Words of a question and of a document are folded before they are looked up.
    assert [word for word in entries(name) if fold(word).text != word] == []


@pytest.mark.parametrize("word", list("会院所处行社站"))
def test_a_character_that_ends_common_words_is_no_organisation(word: str) -> None:
    assert word not in words("organisation_suffixes.txt")


def is_gb2312(char: str) -> bool:
    """GB 2312 holds the simplified forms only."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def test_loose_words_are_short() -> None:
    assert [row[0] for row in table("related.tsv") if not 1 <= len(row[0]) <= 6] == []


def test_abbreviations_are_shorter_than_what_they_may_stand_for() -> None:
    # Only Han ones: a Latin one (PM2.5) may be longer than the Chinese words for it.
    han = [row for row in table("abbreviations.tsv") if HAN.match(row[0])]
    assert [row for row in han if len(row[0]) > max(map(len, row[1:]))] == []


def test_every_modality_is_one_of_five() -> None:
    kinds = {kind for _, kind in table("modality.tsv", 2)}
    assert kinds == {"target", "obligation", "permission", "prohibition", "actual"}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("力争", "target"),
        ("预计", "target"),
        ("应当", "obligation"),
        ("可以", "permission"),
        ("不得", "prohibition"),
        ("累计", "actual"),
    ],
)
def test_the_plain_modal_words_are_known(word: str, kind: str) -> None:
    assert dict(table("modality.tsv"))[word] == kind


def test_the_table_of_sounds_holds_each_common_character() -> None:
    rows = table("confusions.tsv", 2)
    assert len(set("".join(row[1] for row in rows))) == 3755
    assert [row for row in rows if len(set(row[1])) < len(row[1])] == []
    assert all(re.fullmatch("[a-z]{1,6}", row[0]) for row in rows)


@pytest.mark.parametrize(
    ("syllable", "characters"),
    [
        ("jiao", "教交叫较"),
        ("xing", "行性形"),
        ("hang", "行航"),
        ("kuai", "会块快"),
        ("lv", "率律绿"),
    ],
)
def test_characters_of_one_sound_share_a_row(syllable: str, characters: str) -> None:
    assert set(characters) <= set(dict(table("confusions.tsv"))[syllable])


def test_near_sounds_are_known_syllables_and_symmetric() -> None:
    syllables = {row[0] for row in table("confusions.tsv")}
    near = {row[0]: set(row[1:]) for row in table("near_sounds.tsv")}
    assert set(near) <= syllables
    for syllable, others in near.items():
        for other in others:
            assert syllable in near[other]


@pytest.mark.parametrize(
    ("one", "other"), [("zhang", "zang"), ("lin", "ling"), ("nan", "lan"), ("shi", "si")]
)
def test_sounds_that_are_often_mixed_up_are_near(one: str, other: str) -> None:
    near = {row[0]: row[1:] for row in table("near_sounds.tsv")}
    assert other in near[one]


def test_every_data_file_is_read_by_the_program() -> None:
    project = Path(__file__).resolve().parents[2]
    code = "".join(path.read_text("utf-8") for path in (project / "app").rglob("*.py"))
    files = [entry.name for entry in (resources.files("app.lexicon") / "data").iterdir()]
    assert [name for name in files if f'"{name}"' not in code] == []


def test_characters_that_look_alike_are_two_or_more_of_one_row() -> None:
    rows = words("shapes.txt")
    assert len(rows) >= 80
    assert [row for row in rows if len(row) < 2 or len(set(row)) < len(row)] == []
