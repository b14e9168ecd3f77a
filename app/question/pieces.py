"""A question cut into words: along the corpus' own names, then by jieba, mended by the lexicon."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from app.lexicon.loader import table, words
from app.model import Span, Vocabulary
from app.text.places import place_names
from app.text.segment import Segmenter

# Parts of speech of jieba's dictionary that name nothing: prepositions, conjunctions, particles,
# pronouns, modal words, interjections. Adverbs, positions and times count little; of one
# character they count nothing.
_EMPTY_TAGS = frozenset({"p", "c", "u", "r", "y", "e", "o", "w"})


THIN_TAGS = frozenset({"d", "f", "t", "zg", "k", "h", "m", "q", "mq"})


_NUMERAL_TAGS = frozenset({"m", "q", "mq"})


PLACE_TAGS = frozenset({"ns"})


_COUNTED = re.compile("[一二两三四五六七八九十][本口道门山原江河条合]")  # 三本, a number of things


@cache
def _not_places() -> dict[str, str]:
    """Common words that jieba's dictionary has as names of places, with their part of speech."""
    return {row[0]: row[1] for row in table("not_places.tsv", 2)}


# Characters that end a compound noun.
_NOUN_ENDS = frozenset(
    "林田路桥园楼馆站港厂店院费税金款券卡证书表率量额值价线网库带层类型法制权责业户员者工师生医车船机材料品物油气粮菜果茶药地房宅"
)
_BEFORE_NOUN = frozenset("nb")
_OF_PARTS = frozenset("nv")  # 灵活 of 灵活就业 says which, and must not get lost
_OF_THINGS = frozenset("nbjl")
_FEWEST_COMPOUND = 3  # characters of a form that the index may hold in parts
_PHRASE = 4  # words that an entry of the lexicon may be cut into


PLACE_SUFFIX = re.compile("(?:特别行政区|地区|自治区|自治州|自治县|省|市|县|州|盟|旗|镇|乡|区)$")


_FIRST_HAN = "一"


_JOINED = "joined"  # single characters that we put together
GUESSED = "guessed"  # the same where one of them is a verb: 会扣, 新修, 没人住
# Words that no dictionary has: put together by us, or guessed to be the name of a person.
UNKNOWN_TAGS = frozenset({_JOINED, GUESSED, "nr", "x"})
VERB = "verb"  # a verb of one character that stands right before a number asked for
_ASKED = frozenset({" ", "了", ""})  # what stands behind such a verb when the phrase is blanked


_NAME = 2  # characters of most names of places, without 市 or 县
_PLACE_PARTS = frozenset("省市县州盟旗镇乡区村")


@cache
def spoken_verbs() -> frozenset[str]:
    """Verbs of one character, words of their own where a number is asked for: 奖 in 奖多少."""
    return frozenset(words("spoken_verbs.txt"))


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


def cut_along(text: str, names: Container[str], segmenter: Segmenter) -> list[Piece]:
    """Pieces of `text`: the names in it, longest first, and what jieba makes of the rest."""
    pieces: list[Piece] = []
    for name, stretch in _stretches(text, names):
        pieces += (
            [_named(name, stretch, names)] if name else _joined(_words(text, stretch, segmenter))
        )
    return pieces


def cut_raw(text: str, names: Container[str], segmenter: Segmenter) -> list[Piece]:
    """As `cut_along`, with the words as jieba leaves them and names tagged "name"."""
    return [
        piece
        for name, stretch in _stretches(text, names)
        for piece in ([Piece(name, "name", stretch)] if name else _words(text, stretch, segmenter))
    ]


def _stretches(text: str, names: Container[str]) -> list[tuple[str, Span]]:
    """The names in `text`, longest first, and with the name "" what stands between them."""
    found: list[tuple[str, Span]] = []
    start = place = 0
    while place < len(text):
        name = next(
            (text[place : place + n] for n in _NAME_LENGTHS if text[place : place + n] in names), ""
        )
        if not name:
            place += 1
            continue
        found.append(("", Span(start, place)))
        found.append((name, Span(place, place + len(name))))
        start = place = place + len(name)
    found.append(("", Span(start, len(text))))
    return found


def _named(name: str, span: Span, names: Container[str]) -> Piece:
    place = PLACE_SUFFIX.search(name) or _is_short_place(name, names)
    return Piece(name, "ns" if place else "nz", span)


def _is_short_place(name: str, names: Container[str]) -> bool:
    return any(name + suffix in names for suffix in ("市", "县", "区", "州", "省", "自治州"))


def _words(text: str, stretch: Span, segmenter: Segmenter) -> list[Piece]:
    """What jieba makes of a stretch of `text`; a verb before a number asked for is told."""
    tokens = segmenter.tagged(stretch.of(text)) if stretch else []
    pieces: list[Piece] = []
    for token in tokens:
        span = token.span.moved(stretch.start)
        tag = _not_places().get(token.term, token.tag)
        if tag in PLACE_TAGS and _COUNTED.fullmatch(token.term):
            tag = "mq"
        if token.term in spoken_verbs() and text[span.end : span.end + 1] in _ASKED:
            tag = VERB
        pieces.append(Piece(token.term, tag, span))
    return pieces


def _joined(words_found: Sequence[Piece]) -> list[Piece]:
    """Joins single characters that stand side by side: names and slips unknown to jieba."""
    pieces: list[Piece] = []
    for piece in words_found:
        last = pieces[-1] if pieces else None
        if last is not None and last.span.end == piece.span.start and _belong(last, piece):
            tag = "ns" if piece.text in _PLACE_PARTS else _tag_of_joined(last, piece)
            pieces[-1] = Piece(last.text + piece.text, tag, Span(last.span.start, piece.span.end))
        else:
            pieces.append(piece)
    return pieces


def _tag_of_joined(left: Piece, right: Piece) -> str:
    """Single characters may make a name; with a verb of everyday speech they are only guessed."""
    if right.text in _NOUN_ENDS or not any(piece.text in _spoken() for piece in (left, right)):
        return _JOINED
    return GUESSED


@cache
def _spoken() -> frozenset[str]:
    """Characters that are words of their own in speech and seldom a part of a name."""
    return frozenset("会能要去帮让把还又再就才都没每且无拿打住带卖掉干交罚扣修搬补")


def _belong(left: Piece, right: Piece) -> bool:
    if len(right.text) != 1 or VERB in (left.tag, right.tag):
        return False
    if _separates(right) or _separates(left):
        return False
    if right.text in _PLACE_PARTS:
        if left.tag in {_JOINED, GUESSED} and len(left.text) == _NAME:
            return True  # a place that the segmenter does not know
        return len(left.text) == 1 or (left.tag in {"ns", "nr"} and not _is_place(left))
    if right.text in _NOUN_ENDS and left.tag[:1] in _BEFORE_NOUN and len(left.text) == 2:
        return True  # 国有 + 林
    joinable = len(left.text) == 1 or (left.tag == "ns" and not _is_place(left))
    return joinable and left.text[-1] >= _FIRST_HAN


def _group_tag(group: Sequence[Piece]) -> str:
    """A phrase with a noun in it names a thing (民间投资); else it is what its last word is."""
    if any(piece.tag[:1] in _OF_THINGS and len(piece.text) > 1 for piece in group):
        return "n"
    if sum(len(piece.text) for piece in group) > _FEWEST_COMPOUND and group[-1].tag in THIN_TAGS:
        return "n"
    # 砍了: what carries an entry of the lexicon is its last word that says something
    said = (piece.tag for piece in reversed(group) if not is_empty(piece))
    return next(said, group[-1].tag)


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
            piece = pieces[place]
            known = piece.tag == GUESSED and piece.text in entries
            result.append(replace(piece, tag="n") if known else piece)
            place += 1
    return result


def attested(form: str, vocabulary: Vocabulary, segmenter: Segmenter) -> int:
    """In how many passages the corpus may hold `form`: in parts, where all of them are held."""
    whole = vocabulary.frequency(form)
    if whole or len(form) < _FEWEST_COMPOUND:
        return whole
    return min(vocabulary.frequency(part.term) for part in segmenter.cut(form))


def parted(piece: Piece, segmenter: Segmenter) -> list[Piece]:
    """The shorter words that a compound consists of, or the compound itself: 体育 + 比赛."""
    parts: list[Piece] = []
    place = 0
    for token in segmenter.words(piece.text):
        whole = token.span.start == 0 and token.span.end == len(piece.text)
        if token.span.start == place and len(token.span) > 1 and not whole:
            tag = segmenter.tagged(token.term)[0].tag
            parts.append(Piece(token.term, tag, token.span.moved(piece.span.start)))
            place = token.span.end
    complete = place == len(piece.text) and all(part.tag[:1] in _OF_PARTS for part in parts)
    return parts if complete and len(parts) > 1 else [piece]


def wildcards(pieces: Sequence[Piece]) -> dict[str, tuple[str, ...]]:
    """For a word that we joined and the word beside it, the phrase with one character open.

    收人 alone fits nothing, but 支配收? fits 支配收入.
    """
    found: dict[str, tuple[str, ...]] = {}
    for left, right in pairwise(pieces):
        if left.span.end != right.span.start or len(left.text) != 2 or len(right.text) != 2:
            continue
        if left.tag in {_JOINED, GUESSED}:
            found[left.text] = (f"{left.text[0]}?{right.text}", f"?{left.text[1]}{right.text}")
        elif right.tag in {_JOINED, GUESSED}:
            found[right.text] = (f"{left.text}{right.text[0]}?", f"{left.text}?{right.text[1]}")
    return found


def _separates(piece: Piece) -> bool:
    """Whether a piece is no part of a longer word: 龄 (zg) may be one, 的 may not."""
    return piece.tag not in {"zg", "k", "h"} and is_empty(piece)


def _is_place(piece: Piece) -> bool:
    return piece.tag in PLACE_TAGS and PLACE_SUFFIX.search(piece.text) is not None


def is_empty(piece: Piece) -> bool:
    """Whether a piece names nothing: a stop word, a particle, a lone adverb or numeral."""
    if piece.tag == VERB:
        return False
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
    """A place name and its short forms, the plainest last (南充市 → 南充)."""
    return place_names(place)
