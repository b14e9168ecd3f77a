"""From the words of a question to terms with weights and with the forms that may stand for them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from app.lexicon.loader import table, words
from app.model import QuestionTerm, Span, TermRole, Vocabulary
from app.text.segment import Segmenter, TaggedToken

# Parts of speech of jieba's dictionary that name nothing: prepositions, conjunctions, particles,
# pronouns, modal words, interjections. Adverbs, positions and times count little; of one
# character they count nothing.
_EMPTY_TAGS = frozenset({"p", "c", "u", "r", "y", "e", "o", "w"})
_THIN_TAGS = frozenset({"d", "f", "t", "zg", "k", "h", "m", "q", "mq"})
_NUMERAL_TAGS = frozenset({"m", "q", "mq"})
_PLACE_TAGS = frozenset({"ns"})
_ACTION_TAGS = frozenset({"v", "a", "ad", "z", "i", "vd", "vg", "ag"})
# Characters that only complete the verb before them: 抽走, 压下, 建成.
_COMPLEMENTS = frozenset("走来去出到成好下上起过完掉开进回给得住在为入")

# How much a term of each role counts beside an ordinary word.
_ROLE_WEIGHT: Mapping[TermRole, float] = {
    TermRole.CONTENT: 1.0,
    TermRole.HEAD: 1.2,
    TermRole.PLACE: 1.0,
    TermRole.QUOTED: 1.4,
    TermRole.NUMBER: 1.0,
    TermRole.ACTION: 0.5,
    TermRole.WEAK: 0.25,
}
_STRICT_ROLES = frozenset({TermRole.CONTENT, TermRole.QUOTED})
_NOUN_TAGS = frozenset("njel")
_STEMMED = frozenset({TermRole.ACTION, TermRole.CONTENT})
_SINGLE_FACTOR = 0.4  # a single character fits too many words

_SYNONYM = 0.95
_ABBREVIATION = 0.95
_RELATED = 0.85
_SLIP = 0.7  # one character of a phrase differs
_PHRASE = 4  # words that an entry of the lexicon may be cut into
_STEM = 0.6  # a verb without the character that completes it

_QUOTED = re.compile("[“《]([^“”《》]{2,40})[”》]")
_DATE = re.compile("[年月日号时:]")
_PLACE_SUFFIX = re.compile("(?:特别行政区|地区|自治区|自治州|自治县|省|市|县|州|盟|旗|镇|乡|区)$")
_FIRST_HAN = "一"
_JOINED = "joined"  # single characters that we put together
_PLACE_PARTS = frozenset("省市县州盟旗镇乡区村")


@dataclass(frozen=True, slots=True)
class Forms:
    """What may stand for a word in a document, from the lexicon and the user's synonyms."""

    strict: Mapping[str, tuple[str, ...]]
    loose: Mapping[str, tuple[str, ...]]

    def of(self, word: str) -> tuple[tuple[str, float], ...]:
        """`word` and its stand-ins with their quality, best first."""
        found = {word: 1.0}
        for other in self.strict.get(word, ()):
            found.setdefault(other, _SYNONYM)
        for other in self.loose.get(word, ()):
            found.setdefault(other, _RELATED)
        return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0] != word)))


@cache
def _general_forms() -> Forms:
    strict: dict[str, dict[str, None]] = {}
    loose: dict[str, dict[str, None]] = {}
    for group in table("synonyms.tsv"):
        for word in group:
            strict.setdefault(word, {}).update((other, None) for other in group if other != word)
    for short, *full in table("abbreviations.tsv"):
        for long in full:
            strict.setdefault(short, {})[long] = None
            strict.setdefault(long, {})[short] = None
    for spoken, *formal in table("related.tsv"):
        loose.setdefault(spoken, {}).update((word, None) for word in formal)
    return Forms(
        {word: tuple(others) for word, others in strict.items()},
        {word: tuple(others) for word, others in loose.items()},
    )


def forms(synonyms: Mapping[str, frozenset[str]]) -> Forms:
    """The general lexicon with the user's own groups of synonyms on top."""
    general = _general_forms()
    if not synonyms:
        return general
    strict = dict(general.strict)
    for word, others in synonyms.items():
        strict[word] = tuple(sorted(set(strict.get(word, ())) | (others - {word})))
    return Forms(strict, general.loose)


@cache
def stop_words() -> frozenset[str]:
    """Words that carry nothing in a question."""
    return frozenset(words("stopwords.txt"))


@cache
def weak_words() -> frozenset[str]:
    """General policy words that carry little evidence."""
    return frozenset(words("weak_words.txt"))


@cache
def _list_nouns() -> frozenset[str]:
    return frozenset(words("list_nouns.txt"))


@cache
def _abstract_list_nouns() -> frozenset[str]:
    return _list_nouns() & abstract_nouns()


def _is_abstract(word: str) -> bool:
    """Whether a word names a sort of list and nothing in it: 措施, 关键环节."""
    return word in _list_nouns() or word[-2:] in _abstract_list_nouns()


@cache
def _institutions() -> frozenset[str]:
    """Sorts of bodies (初中, 医院), which jieba sometimes takes for something else."""
    return frozenset(words("organisation_suffixes.txt"))


@cache
def abstract_nouns() -> frozenset[str]:
    """Nouns that a question asks with but an answer need not repeat (什么措施)."""
    return frozenset(words("abstract_nouns.txt"))


def quoted_names(folded: str) -> tuple[str, ...]:
    """The names that the question puts in quotation or title marks."""
    return tuple(dict.fromkeys(_QUOTED.findall(folded)))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the question before it is weighed."""

    text: str
    tag: str
    span: Span


_NAME_LENGTHS = range(12, 1, -1)


def _cut_along(text: str, names: frozenset[str], segmenter: Segmenter) -> list[_Piece]:
    """Pieces of `text`: the names in it, longest first, and what jieba makes of the rest."""
    pieces: list[_Piece] = []
    start = place = 0
    while place < len(text):
        name = next(
            (text[place : place + n] for n in _NAME_LENGTHS if text[place : place + n] in names), ""
        )
        if not name:
            place += 1
            continue
        pieces.extend(_segmented(text, start, place, segmenter))
        tag = "ns" if _PLACE_SUFFIX.search(name) or _is_short_place(name, names) else "nz"
        pieces.append(_Piece(name, tag, Span(place, place + len(name))))
        start = place = place + len(name)
    pieces.extend(_segmented(text, start, len(text), segmenter))
    return pieces


def _is_short_place(name: str, names: frozenset[str]) -> bool:
    return any(name + suffix in names for suffix in ("市", "县", "区", "州", "省", "自治州"))


def _segmented(text: str, start: int, end: int, segmenter: Segmenter) -> list[_Piece]:
    tokens = segmenter.tagged(text[start:end]) if end > start else []
    return [_Piece(piece.text, piece.tag, piece.span.moved(start)) for piece in _joined(tokens)]


def _joined(tokens: Sequence[TaggedToken]) -> list[_Piece]:
    """Joins single characters that stand side by side: names and slips unknown to jieba."""
    pieces: list[_Piece] = []
    for token in tokens:
        piece = _Piece(token.term, token.tag, token.span)
        last = pieces[-1] if pieces else None
        if last is not None and last.span.end == piece.span.start and _belong(last, piece):
            tag = "ns" if piece.text in _PLACE_PARTS else _JOINED
            pieces[-1] = _Piece(last.text + piece.text, tag, Span(last.span.start, piece.span.end))
        else:
            pieces.append(piece)
    return pieces


def _belong(left: _Piece, right: _Piece) -> bool:
    if len(right.text) != 1 or _separates(right) or _separates(left):
        return False
    if right.text in _PLACE_PARTS:
        return len(left.text) == 1 or (left.tag in {"ns", "nr"} and not _is_place(left))
    joinable = len(left.text) == 1 or (left.tag == "ns" and not _is_place(left))
    return joinable and left.text[-1] >= _FIRST_HAN


def _phrased(pieces: Sequence[_Piece], known: Forms) -> list[_Piece]:
    """Joins neighbours that together are an entry of the lexicon (交流 + 轮岗), longest first."""
    result: list[_Piece] = []
    place = 0
    while place < len(pieces):
        for size in range(min(_PHRASE, len(pieces) - place), 1, -1):
            group = pieces[place : place + size]
            text = "".join(piece.text for piece in group)
            span = Span(group[0].span.start, group[-1].span.end)
            if len(text) == len(span) and (text in known.strict or text in known.loose):
                result.append(_Piece(text, group[-1].tag, span))
                place += size
                break
        else:
            result.append(pieces[place])
            place += 1
    return result


def _wildcards(pieces: Sequence[_Piece]) -> dict[str, tuple[str, ...]]:
    """For a word that we joined and the noun behind it, the phrase with one character open.

    教铺 alone fits nothing, but 教?人员 fits 教辅人员.
    """
    found: dict[str, tuple[str, ...]] = {}
    for left, right in pairwise(pieces):
        touching = left.span.end == right.span.start
        if left.tag == _JOINED and touching and len(left.text) == len(right.text) == 2:
            found[left.text] = (
                f"{left.text[0]}?{right.text}",
                f"?{left.text[1]}{right.text}",
            )
    return found


def _separates(piece: _Piece) -> bool:
    """Whether a piece is no part of a longer word: 龄 (zg) may be one, 的 may not."""
    return piece.tag not in {"zg", "k", "h"} and _is_empty(piece)


def _is_place(piece: _Piece) -> bool:
    return piece.tag in _PLACE_TAGS and _PLACE_SUFFIX.search(piece.text) is not None


def _is_empty(piece: _Piece) -> bool:
    if piece.text in stop_words():
        return True
    tag = piece.tag[:1] if piece.tag.startswith("u") else piece.tag
    if tag in _EMPTY_TAGS:
        return True
    return (
        tag in _THIN_TAGS
        and (len(piece.text) == 1 or tag in _NUMERAL_TAGS)
        and not piece.text[:1].isdigit()
    )


def place_forms(place: str) -> tuple[str, ...]:
    """A place name and its short form without the suffix (南充市 → 南充)."""
    short = _PLACE_SUFFIX.sub("", place)
    return (place, short) if len(short) >= 2 else (place,)


def _role(piece: _Piece, quoted: Sequence[str]) -> TermRole:
    if any(piece.text in name for name in quoted) and len(piece.text) >= 2:
        return TermRole.QUOTED
    if piece.tag in _PLACE_TAGS:
        return TermRole.PLACE
    if piece.text[:1].isdigit():
        return TermRole.WEAK if _DATE.search(piece.text) else TermRole.NUMBER
    if piece.text in _institutions():
        return TermRole.CONTENT
    if piece.text in weak_words() or _is_abstract(piece.text) or piece.tag in _THIN_TAGS:
        return TermRole.WEAK
    return TermRole.ACTION if piece.tag in _ACTION_TAGS else TermRole.CONTENT


def _is_strict(piece: _Piece, role: TermRole) -> bool:
    """Whether a number must stand with this word to be the number asked for."""
    if piece.text in _qualifiers():
        return True
    named = piece.tag[:1] in _NOUN_TAGS or piece.text in _institutions()
    return role in _STRICT_ROLES and named


@cache
def _qualifiers() -> frozenset[str]:
    """Words that narrow a number: 首期, 人均, 农村."""
    return frozenset(words("qualifiers.txt"))


def _rarity(frequency: int, size: int) -> float:
    """Between .4 for a word in every passage and 1 for one in none or one of them."""
    if size <= 1:
        return 1.0
    return 0.4 + 0.6 * math.log((size + 1) / (frequency + 1)) / math.log(size + 1)


def terms(
    blanked: str,
    quoted: Sequence[str],
    segmenter: Segmenter,
    vocabulary: Vocabulary,
    known: Forms,
    names: frozenset[str] = frozenset(),
) -> tuple[QuestionTerm, ...]:
    """The terms of a folded question whose question phrases have been blanked out.

    `names` are the corpus' own names: the text is cut along them before jieba sees it.
    """
    joined = _cut_along(blanked, names, segmenter)
    joined = _phrased(joined, known)
    pieces = [piece for piece in joined if not _is_empty(piece)]
    wildcards = _wildcards(joined)
    long_enough = [piece for piece in pieces if len(piece.text) > 1]
    chosen: dict[str, QuestionTerm] = {}
    for piece in pieces:
        if piece.text in chosen:
            continue
        if len(piece.text) == 1 and long_enough and piece.text not in known.loose:
            continue
        term = _term(piece, quoted, vocabulary, known)
        slips = tuple((form, _SLIP) for form in wildcards.get(piece.text, ()))
        chosen[piece.text] = replace(term, forms=(*term.forms, *slips))
    return tuple(chosen.values())


def _term(
    piece: _Piece, quoted: Sequence[str], vocabulary: Vocabulary, known: Forms
) -> QuestionTerm:
    role = _role(piece, quoted)
    found = known.of(piece.text)
    if role is TermRole.PLACE:
        found = tuple(
            dict.fromkeys(
                (*found, *((form, _ABBREVIATION) for form in place_forms(piece.text)[1:]))
            )
        )
    if role in _STEMMED and len(piece.text) == 2 and piece.text[1] in _COMPLEMENTS:
        found = (*found, (piece.text[0], _STEM))
    frequency = max(vocabulary.frequency(form) for form, _ in found[:6])
    weight = _ROLE_WEIGHT[role] * _rarity(frequency, vocabulary.size)
    if len(piece.text) == 1:
        weight *= _SINGLE_FACTOR
    strict = _is_strict(piece, role)
    return QuestionTerm(piece.text, role, round(weight, 4), found, frequency, strict)
