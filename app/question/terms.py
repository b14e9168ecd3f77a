"""From the words of a question to terms with weights and with the forms that may stand for them."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.lexicon.loader import table, words
from app.model import QuestionTerm, TermRole, Vocabulary
from app.question.pieces import (
    GUESSED,
    PLACE_TAGS,
    THIN_TAGS,
    UNKNOWN_TAGS,
    VERB,
    Piece,
    cut_along,
    is_empty,
    parted,
    phrased,
    place_forms,
    spoken_verbs,
    stop_words,
    wildcards,
)
from app.text.numerals import han_numerals
from app.text.places import full_form
from app.text.segment import Segmenter

_ACTION_TAGS = frozenset({VERB, "v", "a", "ad", "z", "i", "vd", "vg", "ag"})
# Characters that only complete the verb before them: 抽走, 压下, 建成.
_COMPLEMENTS = frozenset("走来去出到成好下上起过完掉开进回给得住在为入")
_COMPLETING = frozenset("满完到够齐足掉")
_IN_FULL = frozenset({"领满", "拿满", "发满", "享满", "补满"})  # all that one may get: no rate
_DOING = frozenset("干做领住读学用租存待等交缴付考办签住养种开买卖拿攒借还报服")

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
_FEWEST_COMPOUND = 4  # characters of a word that may be made of words
_SINGLE_FACTOR = 0.4  # a single character fits too many words

_SYNONYM = 0.95
_ABBREVIATION = 0.95
_RELATED = 0.85
_SLIP = 0.7  # one character of a phrase differs
_STEM = 0.6  # a verb without the character that completes it

_WHOLE = re.compile("[全本我][省市县区州国镇乡校盟旗]")  # the whole of where the text is from
_QUOTED = re.compile("[“《]([^“”《》]{2,40})[”》]")
_BEFORE_NOUN = frozenset("年月日周季")
_SHORTEST_WITH_NOUN = 2
_LONG_AGENT = 4  # characters; 消费者 and 志愿者 are words of their own
_DATE = re.compile("[年月日号时:]")
_ELSEWHERE = re.compile("(?:到|去|往|在|从)(?:别的|其他|其它|另外的|另一[个所家])$")


@dataclass(frozen=True, slots=True)
class Forms:
    """What may stand for a word in a document, from the lexicon and the user's synonyms."""

    strict: Mapping[str, tuple[str, ...]]
    loose: Mapping[str, tuple[str, ...]]
    entries: frozenset[str]  # all words that have stand-ins

    def of(self, word: str) -> tuple[tuple[str, float], ...]:
        """`word` and its stand-ins with their quality, best first."""
        found = {word: 1.0}
        for other in self.strict.get(word, ()):
            found.setdefault(other, _SYNONYM)
        for other in self.loose.get(word, ()):
            found.setdefault(other, _RELATED)
        if len(word) >= _LONG_AGENT and word.endswith("者"):  # 符合条件者: 符合条件的职工
            found.setdefault(word[:-1], _RELATED)
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
        frozenset((*strict, *loose)),
    )


def forms(synonyms: Mapping[str, frozenset[str]]) -> Forms:
    """The general lexicon with the user's own groups of synonyms on top."""
    general = _general_forms()
    if not synonyms:
        return general
    strict = dict(general.strict)
    for word, others in synonyms.items():
        strict[word] = tuple(sorted(set(strict.get(word, ())) | (others - {word})))
    return Forms(strict, general.loose, general.entries | frozenset(synonyms))


@cache
def weak_words() -> frozenset[str]:
    """General policy words that carry little evidence."""
    return frozenset(words("weak_words.txt"))


@cache
def _measure_verbs() -> frozenset[str]:
    """Verbs such as 新建, which jieba's dictionary also has as the name of a place."""
    return frozenset(words("measure_cues.txt"))


@cache
def _list_nouns() -> frozenset[str]:
    return frozenset(words("list_nouns.txt"))


@cache
def _abstract_list_nouns() -> frozenset[str]:
    return _list_nouns() & abstract_nouns()


def _is_abstract(word: str) -> bool:
    """Whether a word names a sort of list and nothing in it: 措施, 关键环节, but not 育儿补贴."""
    if word in _list_nouns():
        return True
    return word[-2:] in _abstract_list_nouns() and word[:-2] in _general_words()


@cache
def _general_words() -> frozenset[str]:
    """Words that say nothing of what a thing is about: 主要, 关键, 相关."""
    return weak_words() | stop_words() | frozenset(words("list_qualifiers.txt"))


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


def _role(piece: Piece, quoted: Sequence[str]) -> TermRole:
    if any(piece.text in name for name in quoted) and len(piece.text) >= 2:
        return TermRole.QUOTED
    if (
        piece.tag in PLACE_TAGS
        and piece.text not in _measure_verbs()
        and piece.text not in abstract_nouns()
    ):
        return TermRole.PLACE
    if piece.text[:1].isdigit():
        return TermRole.WEAK if _DATE.search(piece.text) else TermRole.NUMBER
    if piece.text in _institutions():
        return TermRole.CONTENT
    if _WHOLE.fullmatch(piece.text):
        return TermRole.WEAK
    if piece.text in weak_words() or _is_abstract(piece.text) or piece.tag in THIN_TAGS:
        return TermRole.WEAK
    if piece.tag == GUESSED:
        return TermRole.ACTION
    action = piece.tag in _ACTION_TAGS or piece.text in _measure_verbs() or _is_completed(piece)
    return TermRole.ACTION if action else TermRole.CONTENT


def _is_completed(piece: Piece) -> bool:
    """领满, 干满, 交完: a verb of one character and what completes it, whatever its tag."""
    if len(piece.text) != 2 or piece.text[1] not in _COMPLETING or piece.text in _IN_FULL:
        return False
    return piece.text[0] in spoken_verbs() or piece.text[0] in _DOING


def _is_strict(piece: Piece, role: TermRole) -> bool:
    """Whether a number must stand with this word to be the number asked for."""
    if piece.text in _qualifiers():
        return True
    named = piece.tag[:1] in _NOUN_TAGS or piece.text in _institutions()
    return role in _STRICT_ROLES and named and len(piece.text) > 1


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
    names: Container[str] = (),
) -> tuple[QuestionTerm, ...]:
    """The terms of a folded question whose question phrases have been blanked out.

    `names` are the corpus' own names: the text is cut along them before jieba sees it.
    """
    joined = cut_along(blanked, names, segmenter)
    joined = phrased(joined, known.entries)
    joined = [part for piece in joined for part in _held(piece, segmenter, vocabulary, known)]
    pieces = [piece for piece in joined if not is_empty(piece)]
    near = wildcards(joined)
    long_enough = [piece for piece in pieces if len(piece.text) > 1]
    chosen: dict[str, QuestionTerm] = {}
    for piece in pieces:
        if piece.text in chosen:
            continue
        if len(piece.text) == 1 and long_enough and not _is_known(piece, known):
            continue
        term = _term(piece, quoted, vocabulary, known)
        if _ELSEWHERE.search(blanked, 0, piece.span.start):
            # 派去别的学校: where one is sent is seldom said beside the number
            term = replace(term, strict=False, weight=term.weight * _SINGLE_FACTOR)
        slips = tuple((form, _SLIP) for form in near.get(piece.text, ()))
        chosen[piece.text] = replace(term, forms=(*term.forms, *slips))
    return tuple(chosen.values())


def _held(piece: Piece, segmenter: Segmenter, vocabulary: Vocabulary, known: Forms) -> list[Piece]:
    """The piece, or the words of a compound that nothing in the corpus stands for as a whole."""
    if len(piece.text) < _FEWEST_COMPOUND or piece.tag in PLACE_TAGS or piece.tag == "nz":
        return [piece]
    if _is_abstract(piece.text) or piece.text in known.entries or vocabulary.frequency(piece.text):
        return [piece]
    return parted(piece, segmenter)


def _is_known(piece: Piece, known: Forms) -> bool:
    return piece.tag == VERB or piece.text in known.loose


def _of_place(place: str) -> tuple[str, ...]:
    """The short forms of a place, and for an initial (霍州) the pattern of what it is short for."""
    full = full_form(place)
    return (*place_forms(place)[1:], *((full,) if full else ()))


def _term(
    piece: Piece, quoted: Sequence[str], vocabulary: Vocabulary, known: Forms
) -> QuestionTerm:
    role = _role(piece, quoted)
    found = known.of(piece.text)
    if role is TermRole.PLACE:
        found = tuple(
            dict.fromkeys((*found, *((form, _ABBREVIATION) for form in _of_place(piece.text))))
        )
    if role is TermRole.NUMBER and piece.text.isascii() and piece.text.isdigit():
        found = (*found, *((form, 1.0) for form in han_numerals(int(piece.text))))
    if role in _STEMMED and len(piece.text) == 2 and piece.text[1] in _COMPLEMENTS:
        found = (*found, (piece.text[0], _STEM))
    if piece.text[0] in _BEFORE_NOUN and len(piece.text) > _SHORTEST_WITH_NOUN:
        found = (*found, (piece.text[1:], _RELATED))  # 年租金, 月工资: the noun is what counts
    frequency = max(vocabulary.frequency(form) for form, _ in found[:6])
    weight = _ROLE_WEIGHT[role] * _rarity(frequency, vocabulary.size)
    if len(piece.text) == 1:
        weight *= _SINGLE_FACTOR
    strict = _is_strict(piece, role)
    unknown = piece.tag in UNKNOWN_TAGS
    return QuestionTerm(piece.text, role, round(weight, 4), found, frequency, strict, unknown)
