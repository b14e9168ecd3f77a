"""The places that a document is about: those of its region, its issuer and its title.

Each place is given in full and in its short form (云禾县, 云禾), folded.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.model import Document
from app.text.fold import fold_text

_SUFFIX = "特别行政区|自治区|自治州|自治县|地区|[省市县州盟旗区镇]"
_NAME = "(?:[一-鿿]{2,10}?(?:特别行政区|自治[区州县])|[一-鿿]{2,5}?(?:地区|[省市县州盟旗区镇]))"
_NO_SUFFIX = "(?![域内外级直属中长委场政辖容民])"
# 某省云禾市东渠区: one place after another.
_PLACE = re.compile(f"({_NAME}){_NO_SUFFIX}")
_SHORT = re.compile(f"(?:{_SUFFIX})$")
_PEOPLES = re.compile(
    "(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|羌"
    "|景颇|柯尔克孜|达斡尔)族?)+$"
)
# What may stand before a place in a title: 关于印发《云禾市…, 2025年度云禾市….
_TITLE = re.compile(
    "(?:^|[《“—:, \u3000]|关于|印发|年度?|申报|组织|开展|做好)"
    "(?:关于|印发|《|年度?|申报|组织|开展|做好)*"
    f"({_NAME}){_NO_SUFFIX}"
)
_SIGNED = re.compile(f"^({_NAME})[一-鿿]{{0,16}}(?:政府|办公室|局|委员会|厅|委|中心|部|会)$")
_IN_TEXT = re.compile(
    "(?<![一-鿿])([一-鿿]{2,4}(?:自治州|[省市县区州]))(?=[^域内外级直属中长场辖])"
)
_SIGNATURE = 400  # characters at the end among which the issuer signs
_SIGNATURE_LINES = 6
_LONGEST_LINE = 30
_FEWEST = 2  # times that a text must name the place it is about when nothing else tells
# Words that end like a place and are none, and what points at one without naming it.
_NO_PLACE = re.compile(
    "^[各全本我该外两多每省市县区州]|^(?:城|乡|地|社|园|小|街|景|学|校|灾|山|牧|林|库|片|辖|郊|老|新|主)[市区镇乡]"
    "|^(?:上市|超市|门市|集市|城市|城镇|住房|探索|建设|开发区|试点)|(?:都市|城镇|城市|园区|社区|片区|小区|街区|景区|牧区|地区|山区|库区|灾区|校区)$"
)


def places(document: Document) -> tuple[str, ...]:
    """The folded names of the places that `document` is about, in order, full and short."""
    found: dict[str, None] = {}
    named = list(_named(document))
    if not any(place for place in named if not _NO_PLACE.search(place)):
        named = [place for place in (_most_named(document.text),) if place]
    for place in named:
        if _NO_PLACE.search(place):
            continue
        found[place] = None
        short = _PEOPLES.sub("", _SHORT.sub("", place))
        if len(short) >= 2:
            found[short] = None
    return tuple(found)


def _named(document: Document) -> Iterator[str]:
    for field in (document.region, document.issuer):
        yield from _one_after_another(fold_text(field or ""))
    title = fold_text(document.title)
    text = document.text
    for words in (title, fold_text(text.lstrip()[:_LONGEST_LINE])):
        for match in _TITLE.finditer(words):
            yield match.group(1)
    for line in text.rstrip()[-_SIGNATURE:].splitlines()[-_SIGNATURE_LINES:]:
        words = fold_text(line.strip())
        signed = _SIGNED.match(words) if len(words) <= _LONGEST_LINE else None
        if signed is not None:
            yield signed.group(1)


def _most_named(text: str) -> str:
    """The place that a text names most often behind a border, if it does so more than once."""
    counts = Counter(
        match.group(1)
        for match in _IN_TEXT.finditer(fold_text(text))
        if not _NO_PLACE.search(match.group(1))
    )
    best = min(counts.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    return best[0] if best[1] >= _FEWEST else ""


def _one_after_another(name: str) -> Iterator[str]:
    """The places at the beginning of a name: 某某省, 云禾市 of 某某省云禾市人民政府."""
    start = 0
    while (match := _PLACE.match(name, start)) is not None:
        yield match.group(1)
        start = match.end()
