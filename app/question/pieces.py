"""A question cut into words: along the corpus' own names, then by jieba, mended by the lexicon."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from app.lexicon.loader import words
from app.model import Span
from app.text.segment import Segmenter, TaggedToken

# Parts of speech of jieba's dictionary that name nothing: prepositions, conjunctions, particles,
# pronouns, modal words, interjections. Adverbs, positions and times count little; of one
# character they count nothing.
_EMPTY_TAGS = frozenset({"p", "c", "u", "r", "y", "e", "o", "w"})


THIN_TAGS = frozenset({"d", "f", "t", "zg", "k", "h", "m", "q", "mq"})


_NUMERAL_TAGS = frozenset({"m", "q", "mq"})


PLACE_TAGS = frozenset({"ns"})


# Characters that end a compound noun.
_NOUN_ENDS = frozenset(
    "林田路桥园楼馆站港厂店院费税金款券卡证书表率量额值价线网库带层类型法制权责业户员者工师生医车船机材料品物油气粮菜果茶药地房宅"
)
_BEFORE_NOUN = frozenset("nb")
_PHRASE = 4  # words that an entry of the lexicon may be cut into


PLACE_SUFFIX = re.compile("(?:特别行政区|地区|自治区|自治州|自治县|省|市|县|州|盟|旗|镇|乡|区)$")


_FIRST_HAN = "一"


_JOINED = "joined"  # single characters that we put together
# Words that no dictionary has: put together by us, or guessed to be the name of a person.
UNKNOWN_TAGS = frozenset({_JOINED, "nr", "x"})


_NAME = 2  # characters of most names of places, without 市 or 县
_PLACE_PARTS = frozenset("省市县州盟旗镇乡区村")


@cache
def stop_words() -> frozenset[str]:
    """Words that carry nothing in a question."""
    return frozenset(words("stopwords.txt"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the question before it is weighed."""

    text: str
    tag: str
    span: Span


_NAME_LENGTHS = range(12, 1, -1)


def cut_along(text: str, names: frozenset[str], segmenter: Segmenter) -> list[Piece]:
    """Pieces of `text`: the names in it, longest first, and what jieba makes of the rest."""
    pieces: list[Piece] = []
    start = place = 0
    while place < len(text):
        name = next(
            (text[place : place + n] for n in _NAME_LENGTHS if text[place : place + n] in names), ""
        )
        if not name:
            place += 1
            continue
        pieces.extend(_segmented(text, start, place, segmenter))
        tag = "ns" if PLACE_SUFFIX.search(name) or _is_short_place(name, names) else "nz"
        pieces.append(Piece(name, tag, Span(place, place + len(name))))
        start = place = place + len(name)
    pieces.extend(_segmented(text, start, len(text), segmenter))
    return pieces


def _is_short_place(name: str, names: frozenset[str]) -> bool:
    return any(name + suffix in names for suffix in ("市", "县", "区", "州", "省", "自治州"))


def _segmented(text: str, start: int, end: int, segmenter: Segmenter) -> list[Piece]:
    tokens = segmenter.tagged(text[start:end]) if end > start else []
    return [Piece(piece.text, piece.tag, piece.span.moved(start)) for piece in _joined(tokens)]


def _joined(tokens: Sequence[TaggedToken]) -> list[Piece]:
    """Joins single characters that stand side by side: names and slips unknown to jieba."""
    pieces: list[Piece] = []
    for token in tokens:
        piece = Piece(token.term, token.tag, token.span)
        last = pieces[-1] if pieces else None
        if last is not None and last.span.end == piece.span.start and _belong(last, piece):
            tag = "ns" if piece.text in _PLACE_PARTS else _JOINED
            pieces[-1] = Piece(last.text + piece.text, tag, Span(last.span.start, piece.span.end))
        else:
            pieces.append(piece)
    return pieces


def _belong(left: Piece, right: Piece) -> bool:
    if len(right.text) != 1 or _separates(right) or _separates(left):
        return False
    if right.text in _PLACE_PARTS:
        if left.tag == _JOINED and len(left.text) == _NAME:
            return True  # a place that the segmenter does not know
        return len(left.text) == 1 or (left.tag in {"ns", "nr"} and not _is_place(left))
    if right.text in _NOUN_ENDS and left.tag[:1] in _BEFORE_NOUN and len(left.text) == 2:
        return True  # 国有 + 林
    joinable = len(left.text) == 1 or (left.tag == "ns" and not _is_place(left))
    return joinable and left.text[-1] >= _FIRST_HAN


def _group_tag(group: Sequence[Piece]) -> str:
    """A phrase with a noun in it names a thing; else it is what its last word is."""
    nouns = [piece.tag for piece in group if piece.tag[:1] == "n"]
    return nouns[-1] if nouns and group[-1].tag[:1] != "v" else group[-1].tag


def phrased(pieces: Sequence[Piece], entries: frozenset[str]) -> list[Piece]:
    """Joins neighbours that together are an entry of the lexicon (交流 + 轮岗), longest first."""
    result: list[Piece] = []
    place = 0
    while place < len(pieces):
        for size in range(min(_PHRASE, len(pieces) - place), 1, -1):
            group = pieces[place : place + size]
            text = "".join(piece.text for piece in group)
            span = Span(group[0].span.start, group[-1].span.end)
            if len(text) == len(span) and (text in entries):
                result.append(Piece(text, _group_tag(group), span))
                place += size
                break
        else:
            result.append(pieces[place])
            place += 1
    return result


def wildcards(pieces: Sequence[Piece]) -> dict[str, tuple[str, ...]]:
    """For a word that we joined and the word beside it, the phrase with one character open.

    收人 alone fits nothing, but 支配收? fits 支配收入.
    """
    found: dict[str, tuple[str, ...]] = {}
    for left, right in pairwise(pieces):
        if left.span.end != right.span.start or len(left.text) != 2 or len(right.text) != 2:
            continue
        if left.tag == _JOINED:
            found[left.text] = (f"{left.text[0]}?{right.text}", f"?{left.text[1]}{right.text}")
        elif right.tag == _JOINED:
            found[right.text] = (f"{left.text}{right.text[0]}?", f"{left.text}?{right.text[1]}")
    return found


def _separates(piece: Piece) -> bool:
    """Whether a piece is no part of a longer word: 龄 (zg) may be one, 的 may not."""
    return piece.tag not in {"zg", "k", "h"} and is_empty(piece)


def _is_place(piece: Piece) -> bool:
    return piece.tag in PLACE_TAGS and PLACE_SUFFIX.search(piece.text) is not None


def is_empty(piece: Piece) -> bool:
    """Whether a piece names nothing: a stop word, a particle, a lone adverb or numeral."""
    if piece.text in stop_words():
        return True
    tag = piece.tag[:1] if piece.tag.startswith("u") else piece.tag
    if tag in _EMPTY_TAGS:
        return True
    return (
        tag in THIN_TAGS
        and (len(piece.text) == 1 or tag in _NUMERAL_TAGS)
        and not piece.text[:1].isdigit()
    )


def place_forms(place: str) -> tuple[str, ...]:
    """A place name and its short form without the suffix (南充市 → 南充)."""
    short = PLACE_SUFFIX.sub("", place)
    return (place, short) if len(short) >= 2 else (place,)
