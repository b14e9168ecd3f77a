"""Names that a document uses and no dictionary knows: places, short forms, new words.

A question is cut along these names, so that 云禾市托育 is not read as 云 禾市 托 育.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from app.model import Document
from app.text.fold import fold_text
from app.text.places import place_names

_DEFINED = re.compile('(?:以下)?简称[:：为]?[“"]?([^“”",，。;；)）]{2,10})')
_TITLE_PLACE = re.compile(
    "^[《“ ]*([一-鿿]{2,14}?自治[区州县旗]|[一-鿿]{2,4}?(?:省|市|县|区|州|盟|旗|镇|乡))(?!域)"
)
_QUOTED = re.compile("“([一-鿿]{2,6})”")
_HAN = re.compile("[一-鿿]+")
_FIRST, _LAST = "一", "鿿"
_FEWEST = 3  # times that a run of single characters must stand in a document to be a word
_LONGEST = 4
_MOST = 200  # names kept of one document
# Single characters that are words of their own; a run of unknown ones ends at them.
_ALONE = frozenset(
    "的了和与及或在是为有对将由从到至按向以把被于其该各每等并应可须能要会不未无没已还再又也都就而但若如所者之此这那个名"
    "项条件家户年月日元万亿次人上下中前后内外间时起止个含占达超约近共总第一二三四五六七八九十两几多少新老大小高低"
)


def names(document: Document, text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The names of `document`, folded, sorted.

    `text` is its text folded, `words` the words of that in order, with what stands between them.
    """
    found: dict[str, None] = {}
    for field in (document.region, document.issuer):
        found.update(dict.fromkeys(_with_short(field)))
    for match in _TITLE_PLACE.finditer(fold_text(document.title)):
        found.update(dict.fromkeys(_with_short(match.group(1))))
    for match in _DEFINED.finditer(text):
        if _HAN.fullmatch(match.group(1)):
            found[match.group(1)] = None
    for match in _QUOTED.finditer(text):
        if text.count(match.group(1)) > 1:
            found[match.group(1)] = None
    found.update(dict.fromkeys(_repeated(words)))
    return tuple(sorted(found)[:_MOST])


def _with_short(name: str | None) -> tuple[str, ...]:
    if not name:
        return ()
    return place_names(fold_text(name))


def _repeated(words: Iterable[str]) -> list[str]:
    """Runs of single characters that come back: words that the dictionary lacks."""
    counts: Counter[str] = Counter()
    run = ""
    for word in words:
        if len(word) == 1 and _FIRST <= word <= _LAST and word not in _ALONE:
            run += word
        elif run:
            counts[run] += 1
            run = ""
    counts[run] += 1
    return [
        word for word, count in counts.items() if count >= _FEWEST and 2 <= len(word) <= _LONGEST
    ]
