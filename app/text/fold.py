"""Bring a text into one width, one case and one script, with the way back to the original.

One character becomes one character: full-width letters, digits and punctuation become half-width,
capitals small, traditional characters simplified, radicals that PDF files put in the place of
characters those characters. Characters that show nothing (zero-width, marks of direction, soft
hyphens, variation selectors) drop out. 。、《》“”‘’ stay as they are. Unicode's NFKC is not
applied: it turns ㎡ or … into several characters, and offsets would no longer hold.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from app.lexicon import loader
from app.model import Folded

# Unicode 16 general category Cf, and the variation selectors.
_BASIC_INVISIBLE = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
_INVISIBLE = re.compile(
    f"[{_BASIC_INVISIBLE}"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
# Blocks of Unicode that have capitals. Scripts beyond the Basic Multilingual Plane are left out:
# one such character in the pattern of `_table` makes the search ten times slower.
_CASED = (
    (0x0041, 0x0590),
    (0x10A0, 0x1400),
    (0x1C80, 0x2000),
    (0x2100, 0x2190),
    (0x24B6, 0x24D0),
    (0x2C00, 0x2D00),
    (0xA640, 0xA800),
)

# Full-width forms of the printable ASCII characters, and how far they lie from them.
_FULL_WIDTH = (0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFEE0

# Blocks whose characters stand for another character: radicals, compatibility ideographs.
_STAND_INS = ((0x2E80, 0x2FE0), (0xF900, 0xFB00))

# Simplified radicals for which Unicode gives no equivalent, and the characters they look like.
_RADICALS = (
    "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰",
    "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
)

# Blanks of other widths, the yen sign, corner brackets used as quotation marks, small brackets,
# half-width ideographic punctuation, the wave dash and the minus sign.
_PUNCTUATION = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "￥「」『』﹁﹂﹃﹄〝〞﹝﹞｢｣｡､〜−",
    "                ¥“”‘’“”‘’“”〔〕“”。、~-",
)


# Characters that simplified texts use too, so that their neighbours decide: 乾 is 干 but in 乾隆.
_BY_NEIGHBOURS = (
    ("乾", re.compile("乾(?![隆坤县陵元卦])"), "干"),
    ("瞭", re.compile("瞭(?!望)"), "了"),
    ("覆", re.compile("(?<=[答回批函])覆|覆(?=[核查議议審审])"), "复"),
    ("衹", re.compile("衹"), "只"),
    ("昇", re.compile("(?<!毕)昇"), "升"),
)


def fold(text: str) -> Folded:
    """`text` folded: `fold("２０２３年ＧＤＰ").text` is "2023年gdp".

    `offsets[i]` is the place in `text` of the folded character `i`; the last entry is the length
    of `text`. Folding a folded text changes nothing.
    """
    plain = fold_text(text)
    return Folded(plain, _offsets(text, len(plain)))


def fold_text(text: str) -> str:
    """The text that `fold` gives, without the way back."""
    text = fold_frequent(text)
    table = _table()
    if table.sign.search(text) is None:
        return text
    text = table.runs.sub(lambda run: run[0].translate(table.forms), _INVISIBLE.sub("", text))
    for character, pattern, form in _BY_NEIGHBOURS:
        if character in text:
            text = pattern.sub(form, text)
    return text


def fold_frequent(text: str) -> str:
    """`text` with the few characters folded that nearly every text holds and that change.

    Most texts hold no others, and replacing each by itself is faster than finding the runs of them.
    """
    text = text.replace("，", ",").replace("：", ":").replace("；", ";").replace("（", "(")
    return text.replace("）", ")").replace("\u3000", " ").replace("\xa0", " ")


def kept_characters(first: str, last: str) -> str:
    """The characters from `first` to `last` that folding never touches, as ranges of a pattern."""
    sign = _table().sign
    codes = range(ord(first), ord(last) + 1)
    touched = [code for code in codes if sign.match(chr(code))]
    edges = zip([codes.start - 1, *touched], [*touched, codes.stop], strict=True)
    return "".join(f"{chr(a + 1)}-{chr(b - 1)}" for a, b in edges if b - a > 1)


def _offsets(text: str, visible: int) -> Sequence[int]:
    if visible == len(text):
        return range(len(text) + 1)
    offsets = array("L")
    start = 0
    for hidden in _INVISIBLE.finditer(text):
        offsets.extend(range(start, hidden.start()))
        start = hidden.end()
    offsets.extend(range(start, len(text) + 1))
    return offsets


@dataclass(frozen=True, slots=True)
class _Table:
    """What folding changes: `sign` finds any character that may change, `runs` the runs of those
    that become another one, and `forms` says which."""

    sign: re.Pattern[str]
    runs: re.Pattern[str]
    forms: dict[int, str]


@cache
def _table() -> _Table:
    direct = _direct_forms()
    # A radical may stand for a traditional character, a full-width letter for a capital.
    forms = {character: _followed(character, direct) for character in direct}
    changed = "".join(re.escape(character) for character in forms)
    others = _BASIC_INVISIBLE + "".join(character for character, _, _ in _BY_NEIGHBOURS)
    return _Table(
        sign=re.compile(f"[{changed}{others}\U00010000-\U0010ffff]"),
        runs=re.compile(f"[{changed}]+"),
        forms={ord(character): form for character, form in forms.items()},
    )


def _direct_forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for first, end in _CASED:
        for character in map(chr, range(first, end)):
            if len(character.lower()) == 1 and character.lower() != character:
                forms[character] = character.lower()
    for first, end in _STAND_INS:
        for character in map(chr, range(first, end)):
            meant = unicodedata.normalize("NFKC", character)
            if len(meant) == 1 and meant != character:
                forms[character] = meant
    forms |= {chr(code): chr(code - _FULL_WIDTH_SHIFT) for code in range(*_FULL_WIDTH)}
    forms |= dict(zip(*_RADICALS, strict=True))
    forms |= dict(zip(*_PUNCTUATION, strict=True))
    for traditional, simplified in loader.table("traditional.tsv", 2):
        forms[traditional] = simplified
    return forms


def _followed(character: str, forms: dict[str, str]) -> str:
    while character in forms:
        character = forms[character]
    return character
