"""Slips of writing in a question: one character that is wrong, missing or out of its place.

A word that no dictionary and nothing in the corpus knows is written as the nearest word that the
corpus holds: one that sounds the same (轮港, 轮岗), looks alike (末成年人, 未成年人), sounds nearly
the same, or is an entry of the lexicon with one character more. When two words are equally near,
the question stays as it is. Names of places are never touched: 云和 is not 云禾.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.lexicon.loader import table, words
from app.model import Span, Vocabulary
from app.question.pieces import (
    PLACE_TAGS,
    Piece,
    attested,
    cut_raw,
    is_empty,
    phrased,
    spoken_verbs,
    stop_words,
)
from app.text.segment import Segmenter

_LONGEST = 6  # characters of the stretch that is looked at
_MOST_WORDS = 4  # words that a slip may have cut it into
_SHORTEST = 2
_FEWEST_ALONE = 3  # characters of a word of the dictionary that may itself be a slip
_FEWEST_SHORT = 4  # characters of a word that may lack one
_NEVER_A_SLIP = frozenset("没去来个")  # too common in speech to be taken for another
_FIRST_HAN = "一"
_NO_PART = frozenset({"uj", "ul", "uz", "ug", "ud", "uv", "y", "r", "d", "ns"})  # of a slip
_NOT_ODD = _NO_PART | {"p", "c", "u", "m"}

_CLEARLY = 4  # times as frequent as the next that is equally near


@dataclass(frozen=True, slots=True)
class Repaired:
    """A folded question with its slips put right, and what was put right: (written, meant)."""

    text: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a word may be corrected to: words of the corpus and entries that stand for some."""

    segmenter: Segmenter
    vocabulary: Vocabulary
    stand_ins: Callable[[str], Sequence[tuple[str, float]]]
    entries: frozenset[str]
    names: Container[str]

    def frequency(self, word: str) -> int:
        """In how many passages `word` or a stand-in of it is found; a name counts once."""
        if word in self.entries:
            forms = [form for form, _ in self.stand_ins(word)]
            return max(attested(form, self.vocabulary, self.segmenter) for form in forms)
        return self.vocabulary.frequency(word) or int(word in self.names)

    def among(self, candidates: Sequence[str]) -> dict[str, int]:
        """Those of `candidates` that are words of the corpus, with their frequencies.

        They are all as long, and cut in one go: what the dictionary leaves whole is a word.
        """
        terms = frozenset(self.segmenter.terms(" ".join(candidates)))
        found = {
            word: self.frequency(word)
            for word in candidates
            if word in terms or word in self.entries or word in self.names
        }
        return {word: frequency for word, frequency in found.items() if frequency}


def repaired(folded: str, blanked: str, known: Known) -> Repaired:
    """`folded` with the slips in it put right. `blanked` is the same text, as long, with blanks
    in place of the words that only ask."""
    text, changes = folded, []
    raw = cut_raw(blanked, known.names, known.segmenter)
    for run in _runs(phrased(raw, known.entries)):
        for span, meant in _repairs(run, known):
            written = span.of(folded)
            changes.append((written, meant))
            if len(written) != len(meant):  # offsets no longer hold: such a change is the last
                text = text[: span.start] + meant + text[span.end :]
                return Repaired(text, tuple(changes))
            text = text[: span.start] + meant + text[span.end :]
    return Repaired(text, tuple(changes))


def asked_right(folded: str) -> str:
    """`folded` with slips in the words that only ask put right: 有那些, 甚么, 多小钱."""
    for written, meant in table("asking_slips.tsv", 2):
        folded = folded.replace(written, meant)
    return folded


def _runs(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Stretches of words of Chinese characters that stand side by side, without names."""
    run: list[Piece] = []
    for piece in pieces:
        if run and run[-1].span.end != piece.span.start:
            yield run
            run = []
        if piece.text[0] < _FIRST_HAN or piece.tag == "name":
            if run:
                yield run
            run = []
        else:
            run.append(piece)
    if run:
        yield run


def _repairs(run: Sequence[Piece], known: Known) -> Iterator[tuple[Span, str]]:
    """The stretches of `run` to be written otherwise; longer stretches are tried first."""
    odd = [_is_odd(piece, known) for piece in run]
    place = 0
    while place < len(run):
        found = _repair_near(run, odd, place, known) if odd[place] else None
        if found is None:
            place += 1
            continue
        first, end, meant = found
        yield Span(run[first].span.start, run[end - 1].span.end), meant
        run, odd, place = run[end:], odd[end:], 0


def _is_odd(piece: Piece, known: Known) -> bool:
    """A lone character, or a word that the corpus does not hold."""
    if piece.tag in PLACE_TAGS or piece.text in spoken_verbs():
        return False
    if len(piece.text) == 1:
        return piece.tag not in _NOT_ODD and piece.text not in stop_words()
    return not is_empty(piece) and known.frequency(piece.text) == 0


def _repair_near(
    run: Sequence[Piece], odd: Sequence[bool], place: int, known: Known
) -> tuple[int, int, str] | None:
    """The stretch round the odd word at `place` and what is meant by it. Of stretches of as many
    words the one that gives the more frequent word wins."""
    for size in range(_MOST_WORDS, 0, -1):
        best: tuple[int, int, int, str] | None = None
        for first in range(max(0, place - size + 1), min(place, len(run) - size) + 1):
            end = first + size
            text = "".join(piece.text for piece in run[first:end])
            group = run[first:end]
            if not _may_be_slip(text, group, odd[first:end]) or known.frequency(text):
                continue
            if len(text) == _SHORTEST and _are_words(group, known):
                continue
            meant, frequency = _nearest(text, known)
            if frequency and (best is None or frequency > best[0]):
                best = (frequency, first, end, meant)
        if best is not None:
            return best[1:]
    return None


_PLACE_ENDS = frozenset("省市县区州盟旗镇乡")  # an unknown word before one may be a place


def _may_be_slip(text: str, group: Sequence[Piece], odd: Sequence[bool]) -> bool:
    """A word of two characters that the dictionary holds is no slip by itself: 会计, 汇集."""
    if not _SHORTEST <= len(text) <= _LONGEST or not any(odd):
        return False
    if any(piece.tag in _NO_PART for piece in group) or text[-1] in _PLACE_ENDS:
        return False
    if len(group) == 1:
        return len(text) >= _FEWEST_ALONE
    return len(text) >= _FEWEST_ALONE or all(len(piece.text) == 1 for piece in group)


def _are_words(pair: Sequence[Piece], known: Known) -> bool:
    """Two characters of which one is a word of grammar and the other a word of the corpus."""
    content = [piece for piece in pair if piece.text not in stop_words()]
    return len(content) < len(pair) and all(
        known.vocabulary.frequency(piece.text) for piece in content
    )


def _nearest(text: str, known: Known) -> tuple[str, int]:
    """The one word nearest to `text` that the corpus holds, and its frequency; ("", 0) if none."""
    for candidates in (_alike_in_one(text), _nearly_alike(text), _one_missing(text)):
        found = known.among(candidates) if candidates else {}
        if found:
            return _clear(found)
    return "", 0


def _clear(found: Mapping[str, int]) -> tuple[str, int]:
    """The only one, or the one that is much more frequent than the others."""
    ordered = sorted(found, key=lambda word: (-found[word], word))
    if len(ordered) == 1 or found[ordered[0]] >= _CLEARLY * found[ordered[1]]:
        return ordered[0], found[ordered[0]]
    return "", 0


def _replaced(text: str, others: Mapping[str, str]) -> list[str]:
    return [
        text[:place] + other + text[place + 1 :]
        for place, character in enumerate(text)
        if character not in _NEVER_A_SLIP
        for other in others.get(character, "")
    ]


def _alike_in_one(text: str) -> list[str]:
    """`text` with a character that sounds the same or looks alike, or with two exchanged."""
    exchanged = [
        text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        for i in range(len(text) - 1)
        if len(text) > _SHORTEST and text[i] != text[i + 1]
    ]
    return _replaced(text, _alike()) + exchanged


def _nearly_alike(text: str) -> list[str]:
    return _replaced(text, _near_alike()) if len(text) > _SHORTEST else []


def _one_missing(text: str) -> list[str]:
    """The entries of the lexicon that `text` is but for one character that it lacks inside."""
    return list(_one_shorter().get(text, ())) if len(text) >= _FEWEST_SHORT else []


@cache
def _sounding() -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The characters of each syllable, and the syllables of each character."""
    characters = {row[0]: row[1] for row in table("confusions.tsv", 2)}
    syllables: dict[str, list[str]] = {}
    for syllable, row in characters.items():
        for character in row:
            syllables.setdefault(character, []).append(syllable)
    return characters, {character: tuple(found) for character, found in syllables.items()}


@cache
def _alike() -> Mapping[str, str]:
    """For each character those that sound the same or look alike."""
    characters, syllables = _sounding()
    alike: dict[str, dict[str, None]] = {}
    for character, own in syllables.items():
        alike[character] = {other: None for syllable in own for other in characters[syllable]}
    for row in words("shapes.txt"):
        for character in row:
            alike.setdefault(character, {}).update(dict.fromkeys(row))
    return {c: "".join(other for other in found if other != c) for c, found in alike.items()}


@cache
def _near_alike() -> Mapping[str, str]:
    """For each character those that sound nearly the same: zh and z, an and ang."""
    characters, syllables = _sounding()
    near = {row[0]: row[1:] for row in table("near_sounds.tsv")}
    return {
        character: "".join(
            characters[other] for syllable in own for other in near.get(syllable, ())
        )
        for character, own in syllables.items()
    }


@cache
def _one_shorter() -> Mapping[str, tuple[str, ...]]:
    """For each entry of the lexicon without one of its characters the entries it may be."""
    found: dict[str, dict[str, None]] = {}
    for name in ("synonyms.tsv", "abbreviations.tsv", "related.tsv"):
        for row in table(name):
            for word in row:
                if 4 <= len(word) <= _LONGEST + 1:
                    for i in range(1, len(word) - 1):
                        found.setdefault(word[:i] + word[i + 1 :], {})[word] = None
    return {shorter: tuple(full) for shorter, full in found.items()}
