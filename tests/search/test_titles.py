"""The places of a title, and what they cost a document when the query names none of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from folder_index import build, opened
from search_samples import names, passage, query

from app.model import Filters
from app.search.titles import UNNAMED_PLACE, kept_share, title_places
from app.text.segment import Segmenter, bigrams, dictionary, segmenter


@pytest.fixture(scope="module")
def cut() -> Segmenter:
    return segmenter(dictionary([]))


@pytest.mark.parametrize(
    ("title", "places"),
    [
        ("山东省养老服务条例", ("山东",)),
        ("关于印发杭州市夜间照明管理办法的通知", ("杭州",)),
        ("霁川市托育机构补助办法", ("霁川",)),
        ("中华人民共和国图书馆法", ()),
        ("全国体育场地普查方案", ()),
        ("超市计量监督办法", ()),
        ("企业上市辅导办法", ()),
        ("跨省通办事项清单", ()),
        ("", ()),
    ],
)
def test_the_places_of_a_title_are_read(
    cut: Segmenter, title: str, places: tuple[str, ...]
) -> None:
    assert title_places(title, cut) == places


@pytest.mark.parametrize(
    ("places", "question", "share"),
    [
        ((), "养老机构怎么备案", 1.0),
        (("山东",), "山东的养老机构怎么备案", 1.0),
        (("呼和浩特",), "呼和浩特市养老机构怎么备案", 1.0),
        (("四川", "成都"), "成都养老机构怎么备案", 1.0),
        (("山东",), "养老机构怎么备案", 1 - UNNAMED_PLACE),
        (("山东",), "河南养老机构怎么备案", 1 - UNNAMED_PLACE),
    ],
)
def test_a_place_costs_only_where_the_question_leaves_it_out(
    places: tuple[str, ...], question: str, share: float
) -> None:
    assert kept_share(places, bigrams(question)) == share


def test_a_text_for_everywhere_comes_before_one_of_a_place_unless_the_place_is_asked_for(
    tmp_path: Path,
) -> None:
    entries = [
        passage("甲", "养老 机构 备案 山东 山东", places=("山东",)),
        passage("乙", "养老 机构 备案 登记 部门"),
        passage("丙", "道路 照明"),
    ]
    index = opened(build(tmp_path / "index", entries))
    assert names(index.search(query("养老 机构 备案"), Filters(), 3).hits) == ["乙", "甲"]
    assert names(index.search(query("山东 养老 机构 备案"), Filters(), 3).hits)[0] == "甲"
    index.close()
