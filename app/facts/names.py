"""Names that a document uses and no dictionary knows: places, short forms, new words.

A question is cut along these names, so that 云禾市托育 is not read as 云 禾市 托 育.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from app.model import Document, Span, Token
from app.text.fold import fold
from app.text.places import place_names

_DEFINED = re.compile('(?:以下)?简称[:：为]?[“"]?([^“”",，。;；)）]{2,10})')
_TITLE_PLACE = re.compile(
    "^[《“ ]*([一-鿿]{2,14}?自治[区州县旗]|[一-鿿]{2,4}?(?:省|市|县|区|州|盟|旗|镇|乡))(?!域)"
)
_QUOTED = re.compile("“([一-鿿]{2,6})”")
_HAN = re.compile("[一-鿿]+")
_FEWEST = 3  # times that a run of single characters must stand in a document to be a word
_LONGEST = 4
_MOST = 200  # names kept of one document
# Single characters that are words of their own; a run of unknown ones ends at them.
_ALONE = frozenset(
    "的了和与及或在是为有对将由从到至按向以把被于其该各每等并应可须能要会不未无没已还再又也都就而但若如所者之此这那个名"
    "项条件家户年月日元万亿次人上下中前后内外间时起止个含占达超约近共总第一二三四五六七八九十两几多少新老大小高低"
)


def names(document: Document, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The names of `document`, folded, sorted. `tokens` are the words of its text in order."""
    found: dict[str, None] = {}
    for field in (document.region, document.issuer):
        found.update(dict.fromkeys(_with_short(field)))
    for match in _TITLE_PLACE.finditer(fold(document.title).text):
        found.update(dict.fromkeys(_with_short(match.group(1))))
    text = fold(document.text).text
    for match in _DEFINED.finditer(text):
        if _HAN.fullmatch(match.group(1)):
            found[match.group(1)] = None
    for match in _QUOTED.finditer(text):
        if text.count(match.group(1)) > 1:
            found[match.group(1)] = None
    found.update(dict.fromkeys(_repeated(tokens)))
    return tuple(sorted(found)[:_MOST])


def _with_short(name: str | None) -> tuple[str, ...]:
    if not name:
        return ()
    return place_names(fold(name).text)


def _repeated(tokens: Sequence[Token]) -> list[str]:
    """Runs of single characters that come back: words that the dictionary lacks."""
    counts: Counter[str] = Counter()
    run: list[Token] = []
    for token in (*tokens, Token("", Span(-1, -1))):
        single = len(token.term) == 1 and _HAN.fullmatch(token.term) and token.term not in _ALONE
        if single and (not run or run[-1].span.end == token.span.start):
            run.append(token)
            continue
        _count(run, counts)
        run = [token] if single else []
    return [word for word, count in counts.items() if count >= _FEWEST]


def _count(run: Sequence[Token], counts: Counter[str]) -> None:
    if 2 <= len(run) <= _LONGEST:
        counts["".join(token.term for token in run)] += 1
