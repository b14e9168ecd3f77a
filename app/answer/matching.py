"""How well the words of a question are found in a piece of text."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from app.lexicon.loader import table, words
from app.model import QuestionTerm, TermRole

_GAPPED = 0.85  # 三中 for 第三中学: the characters in order with little between them
_SLIP = 0.7  # one character differs, by a slip of sound or shape
_OTHER = 0.5  # one character differs, and the words may be of different things (林权, 水权)
_APART = 0.8  # the parts of a compound in two places
_COMPOUND = 4  # characters of a word that may be made of words
_PART = 0.75  # times the share of the word that is found
_GAP = 3  # characters that an abbreviation may leave out in one place
_SOME = "[^,。;、 ]{2,12}?"  # what * stands for in a form
_FOUND = 0.35  # below this a term counts as missing
_MOST_TEXTS = 4096  # texts of which the values of one question are kept
_MOST_QUESTIONS = 4

# Roles for which a near form is a different thing: 第二中学 is not 第三中学, 52 is not 53.
_STRICT = frozenset({TermRole.PLACE, TermRole.NUMBER})


@dataclass(frozen=True, slots=True)
class Zone:
    """A piece of folded text and how much finding a word there is worth."""

    text: str
    worth: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a question a place covers: `score` in 0…1, `missing` terms, value per term."""

    score: float
    missing: tuple[QuestionTerm, ...]
    values: tuple[float, ...]

    def of(self, terms: Sequence[QuestionTerm], role: TermRole) -> float:
        """The mean value of the terms with `role`; 1 when there is none."""
        found = [value for term, value in zip(terms, self.values, strict=True) if term.role is role]
        return sum(found) / len(found) if found else 1.0


@cache
def _sounds() -> dict[str, frozenset[str]]:
    sounds: dict[str, set[str]] = {}
    for syllable, characters in table("confusions.tsv"):
        for character in characters:
            sounds.setdefault(character, set()).add(syllable)
    return {character: frozenset(found) for character, found in sounds.items()}


def sound_alike(left: str, right: str) -> bool:
    """Whether two characters share a toneless reading."""
    return left in _alike(right)


@lru_cache(maxsize=8192)
def _alike(character: str) -> frozenset[str]:
    """The characters that share a toneless reading with `character`."""
    own = _sounds().get(character, frozenset())
    return frozenset(other for other, sounds in _sounds().items() if own & sounds)


# Patterns per word are built from . and not from a range of characters: compiling such a range
# takes two milliseconds.


@lru_cache(maxsize=4096)
def _near_pattern(word: str) -> re.Pattern[str]:
    """Matches a word with one character exchanged."""
    return re.compile(
        "|".join(f"{re.escape(word[:i])}.{re.escape(word[i + 1 :])}" for i in range(len(word)))
    )


@lru_cache(maxsize=4096)
def _gapped_pattern(word: str) -> re.Pattern[str]:
    """Matches the long form of an abbreviation."""
    return re.compile(f"[^,。;]{{0,{_GAP}}}?".join(re.escape(character) for character in word))


def quality(term: QuestionTerm, text: str) -> float:
    """How well `term` is found in the folded `text`, from 0 to 1."""
    found = _stated(term, text)
    if found or term.role in _STRICT:
        return found
    return _near(term.text, text)


def _stated(term: QuestionTerm, text: str) -> float:
    """The quality of the best form of `term` that `text` holds."""
    for form, worth in term.forms:
        if form in text and _holds(text, form):
            return worth
        # A form may leave characters open: ? one of them, * some.
        if ("?" in form or "*" in form) and _wildcard(form).search(text):
            return worth
    return 0.0


def _holds(text: str, form: str) -> bool:
    """Whether `form`, which stands in `text`, does so as it is meant: a number must be whole."""
    if not form[0].isdigit():
        return True
    start = text.find(form)
    while start >= 0:
        before = text[start - 1] if start else ""
        after = text[start + len(form)] if start + len(form) < len(text) else ""
        if (
            not before.isdigit()
            and before != "."
            and not (form[-1].isdigit() and (after.isdigit() or after == "."))
        ):
            return True
        start = text.find(form, start + 1)
    return False


@lru_cache(maxsize=4096)
def _wildcard(form: str) -> re.Pattern[str]:
    return re.compile(re.escape(form).replace(r"\?", ".").replace(r"\*", _SOME))


@lru_cache(maxsize=65536)
def _near(word: str, text: str) -> float:
    length = len(word)
    if length < 2:
        return 0.0
    if length == 2:
        return _pair(word, text)
    if all("一" <= character <= "鿿" for character in word):
        if _gapped_pattern(word).search(text):
            return _GAPPED
        near = _near_pattern(word).search(text)
        if near is not None:
            return _SLIP if _is_slip(word, near.group()) else _OTHER
    for size in range(length - 1, 1, -1):
        for start in range(length - size + 1):
            if word[start : start + size] in text:
                return _PART * size / length
    return 0.0


def _is_slip(word: str, written: str) -> bool:
    """Whether the character in which two words differ may be a slip of sound or of shape."""
    return any(
        left != right and (sound_alike(left, right) or right in _shapes().get(left, ""))
        for left, right in zip(word, written, strict=True)
    )


@cache
def _shapes() -> dict[str, str]:
    """For each character those that look alike."""
    found: dict[str, str] = {}
    for row in words("shapes.txt"):
        for character in row:
            found[character] = found.get(character, "") + row
    return found


def _pair(word: str, text: str) -> float:
    """A word of two characters with one of them mistyped by its sound."""
    for kept, other, step in ((word[0], word[1], 1), (word[1], word[0], -1)):
        start = text.find(kept)
        if start < 0:
            continue
        alike = _alike(other)
        while start >= 0:
            place = start + step
            if 0 <= place < len(text) and text[place] in alike:
                return _SLIP
            start = text.find(kept, start + 1)
    return 0.0


class Knowledge:
    """What is known of the terms of one question in texts looked at before.

    A heading stands above many sentences, and each sentence beside two others: the same words are
    looked for in the same text again and again.
    """

    def __init__(self, terms: tuple[QuestionTerm, ...]) -> None:
        self.terms = terms
        self._stated: dict[str, tuple[float, ...]] = {}
        self._qualities: dict[str, tuple[float, ...]] = {}
        self._single: dict[tuple[int, str], float] = {}

    def stated(self, text: str) -> tuple[float, ...]:
        """The quality of the best form of each term that `text` holds."""
        found = self._stated.get(text)
        if found is None:
            if len(self._stated) >= _MOST_TEXTS:
                self._stated.clear()
            found = tuple([_stated(term, text) for term in self.terms])
            self._stated[text] = found
        return found

    def qualities(self, text: str) -> tuple[float, ...]:
        """The `quality` of each term in `text`."""
        found = self._qualities.get(text)
        if found is None:
            if len(self._qualities) >= _MOST_TEXTS:
                self._qualities.clear()
            found = tuple(
                [
                    value or (0.0 if term.role in _STRICT else _near(term.text, text))
                    for term, value in zip(self.terms, self.stated(text), strict=True)
                ]
            )
            self._qualities[text] = found
        return found

    def quality(self, place: int, text: str) -> float:
        """The `quality` in `text` of the term at `place` alone: for long texts."""
        found = self._single.get((place, text))
        if found is None:
            if len(self._single) >= _MOST_TEXTS:
                self._single.clear()
            found = self._single[place, text] = quality(self.terms[place], text)
        return found


class _Memory(threading.local):
    """What each thread knows of the last few questions; nothing is shared between threads."""

    def __init__(self) -> None:
        self.kept: OrderedDict[int, Knowledge] = OrderedDict()


_memory = _Memory()


def knowledge(terms: Sequence[QuestionTerm]) -> Knowledge:
    """What is known of `terms`, found again as long as they are the same object.

    While they are kept here no other object can have their identity.
    """
    if not isinstance(terms, tuple):
        return Knowledge(tuple(terms))
    kept = _memory.kept
    found = kept.get(id(terms))
    if found is None:
        found = kept[id(terms)] = Knowledge(terms)
        if len(kept) > _MOST_QUESTIONS:
            kept.popitem(last=False)
    return found


def coverage(terms: Sequence[QuestionTerm], zones: Sequence[Zone]) -> Coverage:
    """How well `terms` are found in `zones`: each counts at its best place, times its weight."""
    ordered = sorted(zones, key=lambda zone: -zone.worth)
    known = knowledge(terms)
    rows = [(zone.worth, known.stated(zone.text)) for zone in ordered]
    values = (_best(term, place, rows, ordered) for place, term in enumerate(terms))
    return weighted(terms, tuple(values))


def weighted(terms: Sequence[QuestionTerm], values: tuple[float, ...]) -> Coverage:
    """The coverage that the values of the terms add up to."""
    total = score = 0.0
    missing: list[QuestionTerm] = []
    for term, value in zip(terms, values, strict=True):
        weight = term.weight
        total += weight
        score += weight * value
        if value < _FOUND and weight:
            missing.append(term)
    return Coverage(score / (total or 1.0), tuple(missing), values)


def _best(
    term: QuestionTerm,
    place: int,
    rows: Sequence[tuple[float, tuple[float, ...]]],
    ordered: Sequence[Zone],
) -> float:
    """The best value of `term`, the one at `place`, in zones sorted by worth, of which `rows` hold
    the worth and what they state. A near form counts only when the word itself is in none."""
    best = 0.0
    for worth, stated in rows:
        if worth <= best:
            return best
        value = worth * stated[place]
        if value > best:
            best = value
    if best or term.role in _STRICT:
        return best
    for zone in ordered:
        if zone.worth <= best:
            return best
        best = max(best, zone.worth * _near(term.text, zone.text))
    return max(best, _parted(term.text, ordered)) if len(term.text) >= _COMPOUND else best


def _parted(word: str, ordered: Sequence[Zone]) -> float:
    """A compound whose parts stand apart: 公积金 in the title, 贷款 in the sentence."""
    best = 0.0
    for place in range(2, len(word) - 1):
        head = _worth_of(word[place:], ordered)
        if head > best:
            best = max(best, min(head, _worth_of(word[:place], ordered)))
    return _APART * best


def _worth_of(part: str, ordered: Sequence[Zone]) -> float:
    return next((zone.worth for zone in ordered if part in zone.text), 0.0)
