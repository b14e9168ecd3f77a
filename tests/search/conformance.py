"""What every search index must do. Subclass `SearchIndexConformance` and override `fresh`."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Protocol

import pytest
from oracle import ranked
from search_samples import corpus, found, names, passage, query, questions

from app.model import Filters, IndexedPassage, SearchIndex, SearchQuery


class ChangingIndex(SearchIndex, Protocol):
    """A search index as whoever changes the corpus sees it."""

    def add(self, passages: Iterable[IndexedPassage]) -> None:
        """Take passages in; visible after `commit`."""

    def delete(self, document_id: str) -> None:
        """Drop all passages of a document; visible after `commit`."""

    def commit(self) -> None:
        """Make what was added and deleted visible, all at once."""


Fresh = Callable[[], ChangingIndex]


DATED = [
    passage(
        "甲",
        "教育",
        collection="州",
        region="博州",
        issuer="教育局",
        status="现行",
        issued_on=date(2023, 5, 1),
        effective_on=date(2023, 6, 1),
        expires_on=date(2025, 5, 31),
    ),
    passage(
        "乙",
        "教育",
        collection="州",
        region="伊犁",
        issuer="财政局",
        status="废止",
        issued_on=date(2024, 1, 1),
    ),
    passage(
        "丙",
        "教育",
        collection="市",
        region="博州",
        issuer="财政局、教育局",
        issuers=("财政局", "教育局"),
        status="试行",
        issued_on=date(2022, 12, 31),
    ),
    passage("丁", "教育", collection="市"),
]

FILTERS = {
    "none": (Filters(), "甲乙丙丁"),
    "one collection": (Filters(collections=("州",)), "甲乙"),
    "two collections": (Filters(collections=("州", "市")), "甲乙丙丁"),
    "documents": (Filters(document_ids=("甲", "丁", "无")), "甲丁"),
    "region leaves out a document without one": (Filters(regions=("博州",)), "甲丙"),
    "issuer": (Filters(issuers=("财政局",)), "乙丙"),
    "one of several issuers": (Filters(issuers=("教育局",)), "甲丙"),
    "several issuers joined": (Filters(issuers=("财政局、教育局",)), "丙"),
    "not yet in force, and repealed": (Filters(in_force_on=date(2023, 5, 31)), "丙丁"),
    "in force from its first day": (Filters(in_force_on=date(2023, 6, 1)), "甲丙丁"),
    "in force up to its last day": (Filters(in_force_on=date(2025, 5, 31)), "甲丙丁"),
    "expired": (Filters(in_force_on=date(2025, 6, 1)), "丙丁"),
    "repealed by another document": (
        Filters(in_force_on=date(2024, 1, 1), repealed_ids=("丁", "甲")),
        "丙",
    ),
    "repealed by another document, by status": (
        Filters(status=("废止",), repealed_ids=("丁",)),
        "乙丁",
    ),
    "in force by its own word only": (
        Filters(status=("现行", "试行"), repealed_ids=("甲",)),
        "丙",
    ),
    "repeals do not matter without a question for them": (
        Filters(repealed_ids=("甲",)),
        "甲乙丙丁",
    ),
    "status": (Filters(status=("现行", "试行")), "甲丙"),
    "from a day on, without undated ones": (Filters(issued_from=date(2023, 5, 1)), "甲乙"),
    "up to a day, without undated ones": (Filters(issued_to=date(2023, 5, 1)), "甲丙"),
    "between two days": (Filters(issued_from=date(2023, 1, 1), issued_to=date(2023, 12, 31)), "甲"),
    "an impossible stretch": (
        Filters(issued_from=date(2024, 1, 1), issued_to=date(2023, 1, 1)),
        "",
    ),
    "several at once": (Filters(collections=("州",), regions=("博州",), status=("现行",)), "甲"),
    "an unknown name": (Filters(regions=("无此地",)), ""),
    "a name of any characters": (Filters(regions=("\x00 \ud800\n" * 40_000,)), ""),
}

RAW_TERMS = [
    "教育",
    "two words",
    "new\nline",
    "\x00",
    "a\x00b",
    "",
    "\ud800",
    "😀",
    "é",
    "E\u0301",
    "ＡＢ",
    "*",
    '"',
    "\\",
    "长" * 5_000,
    "'; DROP TABLE terms; --",
]


class SearchIndexConformance:
    @pytest.fixture
    def fresh(self) -> Fresh:
        """Makes a new empty index at every call."""
        raise NotImplementedError

    @pytest.fixture
    def index(self, fresh: Fresh) -> ChangingIndex:
        return fresh()

    def test_nothing_is_found_before_commit(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "教育")])
        assert found(index, "教育") == []
        assert index.size == 0
        index.commit()
        assert found(index, "教育") == ["甲"]
        assert index.size == 1

    def test_a_deleted_document_is_found_until_commit(self, index: ChangingIndex) -> None:
        index.add([passage("甲:0", "教育"), passage("甲:10", "教育"), passage("乙:0", "教育")])
        index.commit()
        index.delete("甲")
        assert found(index, "教育") == ["乙:0", "甲:0", "甲:10"]
        index.commit()
        assert found(index, "教育") == ["乙:0"]

    def test_a_word_that_was_gone_can_come_back(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "旧词 常词")])
        index.commit()
        index.delete("甲")
        index.commit()
        index.add([passage("乙", "新词 常词"), passage("丙", "旧词 常词")])
        index.commit()
        assert (found(index, "旧词"), found(index, "新词")) == (["丙"], ["乙"])
        assert (index.frequency("旧词"), index.frequency("常词")) == (1, 2)

    def test_an_unknown_document_can_be_deleted(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "教育")])
        index.delete("无")
        index.commit()
        assert found(index, "教育") == ["甲"]

    def test_delete_and_add_in_one_commit_replace_a_document(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "旧文 教育")])
        index.commit()
        index.delete("甲")
        index.add([passage("甲", "新文 教育")])
        index.commit()
        assert found(index, "旧文") == []
        assert found(index, "新文") == ["甲"]
        assert (index.frequency("教育"), index.frequency("旧文"), index.size) == (1, 0, 1)

    def test_what_was_added_in_the_same_commit_can_be_deleted(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "教育"), passage("乙", "教育")])
        index.delete("甲")
        index.commit()
        assert found(index, "教育") == ["乙"]
        assert (index.frequency("教育"), index.size) == (1, 1)

    def test_a_document_may_come_in_several_pieces(self, index: ChangingIndex) -> None:
        index.add([passage("甲:0", "教育 经费")])
        index.add([passage("乙:0", "教育")])
        index.commit()
        index.add([passage("甲:10", "教育 教师")])
        index.commit()
        whole = [
            passage("甲:0", "教育 经费"),
            passage("乙:0", "教育"),
            passage("甲:10", "教育 教师"),
        ]
        hits = index.search(query("教育 教师"), Filters(), 10).hits
        assert [(hit.passage.id, pytest.approx(hit.score)) for hit in hits] == ranked(
            whole, query("教育 教师")
        )

    def test_a_hit_holds_the_passage_as_it_came_in(self, index: ChangingIndex) -> None:
        entry = passage("文/一 \ud800:70", "教育", path=("一、总则\n", "（一）\x00目标"))
        index.add([entry])
        index.commit()
        (hit,) = index.search(query("教育"), Filters(), 1).hits
        assert hit.passage == entry.passage
        assert hit.score > 0

    def test_matched_names_the_query_terms_that_the_passage_holds(
        self, index: ChangingIndex
    ) -> None:
        index.add([passage("甲", "教育 经费 学校", bigrams=["教育", "育经"])])
        index.commit()
        (hit,) = index.search(query("经费 医院 教育", ["育经", "教育", "无有"]), Filters(), 1).hits
        assert hit.matched == ("经费", "教育", "育经")

    @pytest.mark.parametrize(("filters", "expected"), FILTERS.values(), ids=FILTERS)
    def test_a_filter_keeps(self, index: ChangingIndex, filters: Filters, expected: str) -> None:
        index.add(DATED)
        index.commit()
        assert found(index, "教育", filters) == sorted(expected)
        result = index.search(query("教育"), filters, 0, count=True)
        assert result.total == len(expected)

    def test_a_filtered_search_finds_the_best_that_the_filter_leaves(
        self, index: ChangingIndex
    ) -> None:
        index.add(passage(f"别处{i}", "教育 教育 经费") for i in range(1_500))
        index.add([passage("这里", "教育 " + "其他 " * 50, region="博州")])
        index.commit()
        hits = index.search(query("教育 经费"), Filters(regions=("博州",)), 1).hits
        assert names(hits) == ["这里"]

    def test_a_filter_leaves_scores_alone(self, index: ChangingIndex) -> None:
        index.add(DATED)
        index.commit()
        everywhere = {
            hit.passage.id: hit.score for hit in index.search(query("教育"), Filters(), 9).hits
        }
        (hit,) = index.search(query("教育"), Filters(document_ids=("丙",)), 9).hits
        assert hit.score == everywhere["丙"]

    def test_equal_scores_come_in_corpus_order(self, index: ChangingIndex) -> None:
        expected = [f"{document}:{start}" for document in "甲乙丙丁戊" for start in (5, 40, 100)]
        shuffled = expected.copy()
        random.Random(3).shuffle(shuffled)
        for number, name in enumerate(shuffled):
            index.add([passage(name, "教育")])
            if number % 4 == 0:
                index.commit()
        index.commit()
        expected.sort(key=lambda name: (name[0], int(name[2:])))
        assert names(index.search(query("教育"), Filters(), 100).hits) == expected

    def test_more_equal_passages_than_candidates_still_come_in_corpus_order(
        self, index: ChangingIndex
    ) -> None:
        expected = [f"文{i:04}" for i in range(3_000)]
        index.add(passage(name, "同文") for name in reversed(expected))
        index.commit()
        assert names(index.search(query("同文"), Filters(), 5).hits) == expected[:5]

    def test_pages_join_without_gap_or_repetition(self, index: ChangingIndex) -> None:
        entries = corpus(1)
        index.add(entries)
        index.commit()
        asked = query("词0 词5 词9")
        whole = index.search(asked, Filters(), 130)
        pages = [index.search(asked, Filters(), 20, offset) for offset in range(0, 120, 20)]
        assert [hit for page in pages for hit in page.hits] == list(whole.hits[:120])
        assert all(page.total is None for page in pages)
        assert all(page.total_at_least >= 120 for page in pages)

    @pytest.mark.parametrize(("limit", "offset"), [(1_001, 0), (1, 1_000), (-1, 0), (1, -1)])
    def test_a_page_out_of_bounds_is_an_error(
        self, index: ChangingIndex, limit: int, offset: int
    ) -> None:
        with pytest.raises(ValueError, match=f"limit {limit} and offset {offset}"):
            index.search(query("教育"), Filters(), limit, offset)

    def test_the_deepest_page_is_served(self, index: ChangingIndex) -> None:
        index.add(passage(f"文{i:04}", "教育") for i in range(1_010))
        index.commit()
        result = index.search(query("教育"), Filters(), 10, 990, count=True)
        assert names(result.hits) == [f"文{i:04}" for i in range(990, 1_000)]
        assert result.total == 1_010

    def test_count_is_of_live_passages_that_hold_a_word_or_bigram(
        self, index: ChangingIndex
    ) -> None:
        index.add(
            [
                passage("甲", "教育"),
                passage("乙", "经费"),
                passage("丙", "学校", bigrams=["教育"]),
                passage("丁", "教育"),
            ]
        )
        index.commit()
        index.delete("丁")
        index.commit()
        both = index.search(query("教育 经费", ["教育"]), Filters(), 1, count=True)
        assert both.total == 3
        words = index.search(query("教育 经费"), Filters(), 1, count=True)
        assert words.total == 2
        bigrams = index.search(query("", ["教育"]), Filters(), 1, count=True)
        assert bigrams.total == 1

    @pytest.mark.parametrize(
        "asked",
        [query(""), query("无此词"), query("", ["无词"]), SearchQuery((("教育", 0.0),), ())],
        ids=["empty", "unknown word", "unknown bigram", "weight 0"],
    )
    def test_a_query_without_known_terms_finds_nothing(
        self, index: ChangingIndex, asked: SearchQuery
    ) -> None:
        index.add([passage("甲", "教育")])
        index.commit()
        result = index.search(asked, Filters(), 10, count=True)
        assert (result.hits, result.total, result.total_at_least) == ((), 0, 0)

    def test_an_empty_index_answers(self, index: ChangingIndex) -> None:
        result = index.search(query("教育"), Filters(), 10, count=True)
        assert (result.hits, result.total, index.size, index.frequency("教育")) == ((), 0, 0, 0)

    def test_a_passage_without_terms_is_kept_and_never_found(self, index: ChangingIndex) -> None:
        index.add([passage("空", ""), passage("甲", "教育")])
        index.commit()
        assert (found(index, "教育"), index.size) == (["甲"], 2)
        index.delete("空")
        index.commit()
        assert index.size == 1

    def test_frequency_counts_live_passages_not_repetitions(self, index: ChangingIndex) -> None:
        index.add(
            [
                passage("甲:0", "教育 教育"),
                passage("甲:9", "教育"),
                passage("乙", "教育"),
                passage("丙", "", bigrams=["教育"]),
            ]
        )
        index.commit()
        assert index.frequency("教育") == 3
        assert index.frequency("教育") == 3
        index.delete("甲")
        index.commit()
        assert index.frequency("教育") == 1

    @pytest.mark.parametrize("term", RAW_TERMS, ids=lambda term: ascii(term)[:20])
    def test_a_term_is_any_string_and_only_equal_to_itself(
        self, index: ChangingIndex, term: str
    ) -> None:
        index.add([passage(f"文{i:02}", [each]) for i, each in enumerate(RAW_TERMS)])
        index.commit()
        hits = index.search(query([term]), Filters(), 10).hits
        assert names(hits) == [f"文{RAW_TERMS.index(term):02}"]
        assert hits[0].matched == (term,)
        assert index.frequency(term) == 1

    def test_a_repeated_query_term_counts_as_its_summed_weight(self, index: ChangingIndex) -> None:
        index.add([passage("甲", "教育"), passage("乙", "经费")])
        index.commit()
        twice = index.search(query("教育 教育"), Filters(), 1).hits[0]
        double = index.search(SearchQuery((("教育", 2.0),), ()), Filters(), 1).hits[0]
        assert twice == double

    def test_a_very_long_query_is_answered(self, index: ChangingIndex) -> None:
        index.add([passage("甲", [f"词{i}" for i in range(3_000)])])
        index.commit()
        hits = index.search(query([f"词{i}" for i in range(3_000)]), Filters(), 1).hits
        assert names(hits) == ["甲"]

    @pytest.mark.parametrize("seed", range(4))
    def test_ranking_is_that_of_the_textbook(self, index: ChangingIndex, seed: int) -> None:
        entries = corpus(seed)
        index.add(entries)
        index.commit()
        for asked in questions(entries, seed):
            hits = index.search(asked, Filters(), 10).hits
            expected = ranked(entries, asked)[:10]
            assert names(hits) == [name for name, _ in expected]
            assert [hit.score for hit in hits] == pytest.approx([score for _, score in expected])

    @pytest.mark.parametrize("seed", range(2))
    def test_ranking_does_not_depend_on_how_the_passages_came_in(
        self, fresh: Fresh, seed: int
    ) -> None:
        entries = corpus(seed, documents=60)
        at_once, replaced = fresh(), fresh()
        at_once.add(entries)
        at_once.commit()
        _come_in_by_detours(replaced, entries, seed)
        assert replaced.size == at_once.size
        for asked in questions(entries, seed):
            expected = at_once.search(asked, Filters(), 60, count=True)
            actual = replaced.search(asked, Filters(), 60, count=True)
            assert repr(actual) == repr(expected)
            for word, _ in asked.words:
                assert replaced.frequency(word) == at_once.frequency(word)


def _come_in_by_detours(index: ChangingIndex, entries: Sequence[IndexedPassage], seed: int) -> None:
    """Every document comes in another order; a third of them came with other words at first, and a
    hundred documents that are gone leave their traces."""
    draw = random.Random(seed)
    parts: dict[str, list[IndexedPassage]] = {}
    for entry in entries:
        parts.setdefault(entry.passage.document_id, []).append(entry)
    order = draw.sample(sorted(parts), len(parts))
    later = set(order[::3])
    index.add(passage(f"旧{i}", f"词1 词{i} 词{i + 1} 垃圾") for i in range(100))
    index.add(passage(name, "词3 词7 词0 垃圾") for name in sorted(later))
    index.commit()
    for name in order:
        if name in later:
            index.delete(name)
        index.add(parts[name])
        if draw.random() < 0.3:
            index.commit()
    for i in range(100):
        index.delete(f"旧{i}")
    index.commit()
