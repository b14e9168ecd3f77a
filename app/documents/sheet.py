"""A page as it is printed: characters and ruled lines at their places.

What the readers of formats with fixed pages (PDF, OFD) hand to `app.documents.layout`. Places are
in points of 1/72 inch from the upper left corner, as the page is read: x to the right, y down.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.errors import UnreadableDocument

MOST_PAGES = 3_000
MOST_GLYPHS = 1_000_000
MOST_RULES = 200_000
FEWEST_CHARACTERS = 20  # of a page, for it to have text
MOST_UNREADABLE = 0.1  # of the characters of a document
_SCANNED = 0.5  # of a page covered by pictures, and of the pages

MISSING = "\ufffd"
# Fonts of signs (Wingdings, Symbol) put their bullets into the private use area.
_BULLETS = frozenset("\uf06c\uf06e\uf075\uf076\uf0a7\uf0a8\uf0b2\uf0b7\uf0d8\uf0fc\uf09f")
# Radicals that stand for a whole character and have no compatibility mapping in Unicode.
_RADICALS = dict(
    zip(
        "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰",
        "民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙",
        strict=True,
    )
)
_RADICAL = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """A printed character: its ends `x0` and `x1`, its baseline `y`, and the size of its font."""

    text: str
    x0: float
    x1: float
    y: float
    size: float

    @property
    def blank(self) -> bool:
        """Whether nothing is to be seen."""
        return self.text.isspace()


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line along x (`y0` = `y1`) or along y (`x0` = `x1`)."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page. `pictured` is the share of its area that pictures cover, at most 1."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    rules: Sequence[Rule]
    pictured: float = 0.0


@lru_cache(maxsize=16_384)
def printed(character: str) -> str:
    """`character` as it is written in text; "" for what is no character.

    Fonts often name the radical of the same form instead of the character (⽅ for 方), which no
    reader can tell apart and no search would find.
    """
    if character in _BULLETS:
        return "•"
    code = ord(character[:1] or "\0")
    if code < 0x20 or code in (0x7F, 0xAD, 0xFEFF, 0xFFFE, 0xFFFF) or 0x200B <= code <= 0x200F:
        return "\u3000" if character == "\t" else ""
    if unreadable(character):
        return MISSING
    if _RADICAL.match(character):
        return _RADICALS.get(character) or unicodedata.normalize("NFKC", character)
    return character


@lru_cache(maxsize=16_384)
def unreadable(character: str) -> bool:
    """Whether a font gives no character for what it prints."""
    if character in _BULLETS:
        return False
    return character == MISSING or unicodedata.category(character[:1]) in ("Co", "Cs", "Cn")


def within_limits(pages: int, glyphs: int, name: str) -> None:
    """Raises `UnreadableDocument` for a document that is larger than what is read."""
    if pages > MOST_PAGES or glyphs > MOST_GLYPHS:
        raise UnreadableDocument(
            f"{name}：文件过大，有 {pages} 页、至少 {glyphs} 个字符，"
            f"上限为 {MOST_PAGES} 页、{MOST_GLYPHS} 个字符；请拆成较小的文件后重新添加。"
        )


def check_text(pages: Sequence[Sheet], unreadable: int, name: str) -> None:
    """Raises `UnreadableDocument` for pages that are pictures, or whose characters are unknown."""
    counts = [sum(not glyph.blank for glyph in page.glyphs) for page in pages]
    pictures = sum(
        count < FEWEST_CHARACTERS and page.pictured >= _SCANNED
        for count, page in zip(counts, pages, strict=True)
    )
    if not any(counts) or pictures > _SCANNED * len(pages):
        raise UnreadableDocument(
            f"{name}：共 {len(pages)} 页，其中 {max(pictures, counts.count(0))} 页没有文字"
            "（扫描件或图片）；请先做文字识别（OCR），再添加识别后的文件。"
        )
    if unreadable > MOST_UNREADABLE * sum(counts):
        raise UnreadableDocument(
            f"{name}：{sum(counts)} 个字符中有 {unreadable} 个读不出是什么字"
            "（字体没有附带文字编码）；请从原来的软件重新导出 PDF，或做文字识别（OCR）后再添加。"
        )
