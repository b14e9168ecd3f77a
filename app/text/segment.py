"""Cut text into the terms that the index holds.

Terms are folded; their spans are of the text as it was given. What no dictionary can cut is taken
out by `segment_pieces`; the rest is cut by jieba or by its Rust port, which gives the same words.
Punctuation and blanks give no term. The same text always gives the same terms, in time that grows
with its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.model import Span, Token
from app.text.fold import fold
from app.text.segment_dictionary import Dictionary, UserWord, user_words
from app.text.segment_jieba import JiebaCutter, dictionary
from app.text.segment_pieces import MASK, Masked, Piece, mask, masked
from app.text.segment_rjieba import RjiebaCutter

__all__ = [
    "Cutter",
    "Dictionary",
    "Segmenter",
    "TaggedToken",
    "UserWord",
    "bigrams",
    "dictionary",
    "segmenter",
    "user_words",
]

_MISSING = "没有安装 rjieba，分词改用 jieba，结果相同，速度较慢"
_IGNORED = "用户词典中含有汉字以外字符的词未采用：{}"
_MOST_SHOWN = 5

# In a masked text all but the masks and the Chinese characters sorts before the first of these.
_FIRST_HAN = "\u4e00"
_RUN = re.compile(f"[\u4e00-\u9fd5]+|{MASK}")


class Cutter(Protocol):
    """Cuts masked text: Chinese characters into words, of anything else each character by itself
    or several together."""

    def cut(self, text: str) -> list[str]:
        """The words of `text`; joined they give it back."""

    def search(self, text: str) -> list[str]:
        """The words of `text`, each after the shorter words inside it."""

    def places(self, text: str) -> Iterable[tuple[str, int, int]]:
        """As `search`, each word with its start and end in `text`."""

    def tagged(self, text: str) -> Iterable[tuple[str, str]]:
        """The words of `text` as `cut`, each with its part of speech."""


@dataclass(frozen=True, slots=True)
class TaggedToken:
    """A word with its part of speech in jieba's dictionary ("x" when it names none)."""

    term: str
    tag: str
    span: Span


class Segmenter:
    """Cuts texts with one dictionary. `notice` says, in Chinese, what the user should know, or "".

    A document number is written with 〔〕 in its term, and a number, a date or a document number
    without blanks. Any other term is its folded text.
    """

    def __init__(self, cutter: Cutter, notice: str = "") -> None:
        self._cutter = cutter
        self.notice = notice

    def words(self, text: str) -> list[Token]:
        """The terms of `text` as they are indexed: a long word stands after the words inside it,
        a date after its year, a document number after its year and serial number."""
        folded = fold(text)
        hidden = masked(folded.text)
        pieces = iter(hidden.pieces)
        tokens: list[Token] = []
        shift = 0  # from places in the masked text to places in the folded text
        for word, start, end in self._cutter.places(hidden.text):
            if word == MASK:
                piece = next(pieces)
                shift = piece.end - end
                if piece.part:
                    part = Span(piece.part_start, piece.part_end)
                    tokens.append(Token(piece.part, folded.original(part)))
                tokens.append(Token(piece.term, folded.original(Span(piece.start, piece.end))))
            elif word >= _FIRST_HAN:
                tokens.append(Token(word, folded.original(Span(start + shift, end + shift))))
        return tokens

    def terms(self, text: str) -> list[str]:
        """The terms that `words` gives, without their places, in a sixth of the time."""
        return self.terms_of(mask(text))

    def terms_of(self, hidden: Masked) -> list[str]:
        """The terms of a text that is folded and masked already."""
        terms = [word for word in self._cutter.search(hidden.text) if word >= _FIRST_HAN]
        if hidden.pieces:
            _unmask(terms, (piece.terms() for piece in hidden.pieces))
        return terms

    def cut(self, text: str) -> list[Token]:
        """The words of `text`, of which none overlaps another."""
        folded = fold(text)
        hidden = masked(folded.text)
        words = ((word, "") for word in self._cutter.cut(hidden.text))
        return [
            Token(term, folded.original(span)) for term, _, span in _placed(words, hidden.pieces)
        ]

    def tagged(self, text: str) -> list[TaggedToken]:
        """The words that `cut` gives, each with its part of speech; numbers are "m"."""
        folded = fold(text)
        hidden = masked(folded.text)
        words = self._cutter.tagged(hidden.text)
        return [
            TaggedToken(term, tag, folded.original(span))
            for term, tag, span in _placed(words, hidden.pieces)
        ]

    def stream(self, hidden: Masked) -> list[str]:
        """The words of a text that is folded and masked already, as `cut` gives them, and between
        them all that belongs to no word."""
        words = self._cutter.cut(hidden.text)
        _unmask(words, ((piece.term,) for piece in hidden.pieces))
        return words


def _unmask(words: list[str], terms: Iterable[tuple[str, ...]]) -> None:
    """Put `terms` in the place of the masks among `words`, those of one piece for each mask."""
    place = 0
    for together in terms:
        place = words.index(MASK, place)
        words[place : place + 1] = together


def _placed(
    words: Iterable[tuple[str, str]], pieces: Sequence[Piece]
) -> Iterator[tuple[str, str, Span]]:
    """Words and pieces with their tags and their places in the folded text.

    `words` are all words of a masked text in order, with what stands between them.
    """
    hidden = iter(pieces)
    start = 0
    for word, tag in words:
        end = start + len(word)
        if word == MASK:
            piece = next(hidden)
            end = piece.end
            kind = "m" if piece.term[:1].isdigit() else "eng"
            yield piece.term, kind, Span(piece.start, end)
        elif word >= _FIRST_HAN:
            yield word, tag or "x", Span(start, end)
        start = end


def segmenter(dictionary: Dictionary) -> Segmenter:
    """A segmenter with the words of `dictionary`. It works with rjieba, unless that is missing."""
    notices: list[str] = []
    if dictionary.ignored:
        notices.append(_IGNORED.format("、".join(dictionary.ignored[:_MOST_SHOWN])))
    cutter: Cutter
    try:
        cutter = RjiebaCutter(dictionary)
    except ImportError:
        notices.append(_MISSING)
        cutter = JiebaCutter(dictionary.words)
    return Segmenter(cutter, "；".join(notices))


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters in each run of Chinese characters of `text`, folded;
    a run of one character gives that character. Numbers, dates and Latin words come whole."""
    return bigrams_of(mask(text))


def bigrams_of(hidden: Masked) -> list[str]:
    """The bigrams of a text that is folded and masked already."""
    found: list[str] = []
    pieces = iter(hidden.pieces)
    for run in _RUN.findall(hidden.text):
        if run == MASK:
            found.append(next(pieces).term)
        elif len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found
