"""The places that a title names, and what it costs a document that the query names none of them.

The rules of one province are no answer to somebody who asks for no place, as long as a text for
everywhere says the same; and a text of another place than the one asked for is a worse one. So a
passage loses a share of its score when the title of its document names a place and the query does
not. Where all documents are of one place they all lose the same, and nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from app.text.fold import fold
from app.text.segment import Segmenter

UNNAMED_PLACE = 0.25
"""The share that is lost. From 0.15 to 0.4 it makes little difference on policy texts; on statutes
of all levels three questions in a hundred more find their article among the first ten."""

_PLACE_TAG = "ns"
_EVERYWHERE = frozenset({"中国", "中华人民共和国", "全国", "国家", "我国", "中华"})
_NO_NAME = re.compile("^.[省市区镇乡]$")  # 上市, 城市: taken for places by the dictionary
_SUFFIX = re.compile("(?:特别行政区|自治区|自治州|自治县|自治旗|地区|[省市县区州盟旗镇乡])$")
# A title that begins with a place unknown to the dictionary; 城市, 超市, 全县 … are no names.
_AT_HEAD = re.compile(
    "^[《“ ]*([\u4e00-\u9fff]{1,3}?[^城上超门集股楼夜菜各全本我该外跨](?:[省市县州盟旗]))"
)


def title_places(title: str, segmenter: Segmenter) -> tuple[str, ...]:
    """The places that `title` names, folded, each without the suffix that a query may leave out."""
    folded = fold(title).text
    found = [token.term for token in segmenter.tagged(folded) if token.tag == _PLACE_TAG]
    head = _AT_HEAD.match(folded)
    if head and not found:
        found.append(head.group(1))
    return tuple(dict.fromkeys(_bare(name) for name in found if _restricts(name)))


def kept_share(places: Sequence[str], asked: Collection[str]) -> float:
    """The share of its score that a passage keeps whose document's title names `places`.

    `asked` are the words and bigrams of the query.
    """
    if not places or any(_named(place, asked) for place in places):
        return 1.0
    return 1.0 - UNNAMED_PLACE


def _restricts(name: str) -> bool:
    return name not in _EVERYWHERE and not _NO_NAME.match(name)


def _bare(place: str) -> str:
    short = _SUFFIX.sub("", place)
    return short if len(short) > 1 else place


def _named(place: str, asked: Collection[str]) -> bool:
    return place in asked or all(place[i : i + 2] in asked for i in range(len(place) - 1))
