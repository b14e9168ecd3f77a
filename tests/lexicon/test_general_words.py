"""The lexicon holds general policy Chinese: no entry was coined for, or taken from, one text.

An entry that occurs in a test document must be attested outside it: it is a word of jieba's
dictionary, is composed of such words, or is a short form of such a composition. A name that only
the documents themselves define (places, titles, quoted coinages) is never an entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from app.lexicon.loader import table
from app.text.segment import Dictionary, Segmenter, segmenter

PROJECT = Path(__file__).resolve().parents[2]
TABLES = ("synonyms.tsv", "related.tsv", "abbreviations.tsv")
HAN = re.compile("[\u4e00-\u9fff]+")
LONG = re.compile("[\u4e00-\u9fff]{2}")
QUOTED = re.compile("[“《]([\u4e00-\u9fff]{3,20})[”》]")
PLACE = re.compile("(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,3})([市县区镇乡])(?![域城级])")
# One character that a word may be composed with: affixes and verbs of everyday speech.
AFFIXES = frozenset(
    "率费金额量数值类型化性者员户家人工师生车船房地林田路店厂站点线网库证书表券卡款税险业权制法令"
    "部局厅委办院所校园馆室会社区县市省镇乡村州国党军民官兵企事业新老大小高低上下中前后内外总分副"
    "可不未无非再多少双三四五六七八九十首第每各全半单管罚补奖交缴领取涨降砍减增招收发花派批修建拆"
    "盖种养改换调停撤免送考查抓评给贴占加存提缩扩压省装打开跑找问要有来去看做搞弄拿用坐住吃买卖谁"
    "归几啥钱娃药病床票桩电水气粮规旧保险社医农渔牧养教学师体文旅"
)
# Words that jieba's dictionary lacks and that no single text coined: each one reviewed.
REVIEWED = frozenset(
    word
    for line in (Path(__file__).parent / "reviewed_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


@cache
def cutter() -> Segmenter:
    return segmenter(Dictionary())


@cache
def documents() -> str:
    folders = (PROJECT / "tests" / "bench" / "documents", PROJECT / "corpus")
    files = chain.from_iterable(sorted(folder.rglob("*.txt")) for folder in folders)
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def defined_by_documents() -> frozenset[str]:
    """Names that stand in quotation or title marks in the documents, and their places."""
    text = documents()
    places = [stem + rank for stem, rank in PLACE.findall(text)]
    return frozenset((*QUOTED.findall(text), *places))


def attested(word: str) -> bool:
    """Whether `word` is made of words of jieba's dictionary and of common affixes."""
    parts = [token.term for run in HAN.findall(word) for token in cutter().cut(run)]
    single = [part for part in parts if len(part) == 1]
    return all(part in AFFIXES for part in single) and len(single) <= max(2, len(parts) - 1)


def strangers(entries: Iterable[str]) -> list[str]:
    """The entries that occur in a test document and are not attested outside it."""
    text, own = documents(), defined_by_documents()
    return [
        word
        for word in dict.fromkeys(entries)
        if LONG.search(word)
        and word in text
        and word not in REVIEWED
        and (word in own or not attested(word))
    ]


@pytest.mark.parametrize("name", TABLES)
def test_no_entry_is_specific_to_a_test_document(name: str) -> None:
    assert strangers(chain.from_iterable(table(name))) == []


@pytest.mark.parametrize(
    "coined",
    [
        "霁川市",
        "霁川",
        "昀江",
        "古樟湖",
        "强市十条",
        "星槎区",
        "汀兰电子产业园",
        "松麓县",
        "闻思远",
    ],
)
def test_the_test_catches_what_one_document_coined(coined: str) -> None:
    assert coined in documents()
    assert strangers([coined]) == [coined]


def test_the_test_catches_most_names_that_the_documents_define() -> None:
    names = sorted(defined_by_documents() - REVIEWED)
    assert len(names) > 30
    assert strangers(names) == names


@pytest.mark.parametrize("word", ["医疗保障", "公共租赁住房", "规模以上工业", "养老机构", "托育"])
def test_general_words_pass_though_a_document_uses_them(word: str) -> None:
    assert strangers([word]) == []


def test_no_word_was_reviewed_in_vain() -> None:
    entries = frozenset(chain.from_iterable(chain.from_iterable(table(name) for name in TABLES)))
    assert sorted(REVIEWED - entries) == []
