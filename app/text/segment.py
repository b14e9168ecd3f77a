"""Cut text into the terms that the index holds.

Terms are folded; their spans are of the text as it was given. Runs of Chinese characters are cut
by jieba or by its Rust port, which gives the same words; everything else by `segment_pieces`.
Punctuation and blanks give no term. The same text always gives the same terms, in time that grows
with its length.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from app.model import Span, Token
from app.text.fold import fold
from app.text.segment_dictionary import Dictionary, UserWord, user_words
from app.text.segment_jieba import JiebaCutter, dictionary
from app.text.segment_pieces import Piece, pieces
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

_CHANGED = "用户词典改动或删去了基础词典里的词，分词改用 jieba，速度较慢"
_MISSING = "没有安装 rjieba，分词改用 jieba，结果相同，速度较慢"
_IGNORED = "用户词典中含有汉字以外字符的词未采用：{}"
_MOST_SHOWN = 5


class Cutter(Protocol):
    """Cuts a run of Chinese characters."""

    def cut(self, run: str) -> Iterable[str]:
        """The words of `run`; joined they give it back."""

    def search(self, run: str) -> Iterable[str]:
        """The words of `run`, each after the shorter words inside it."""

    def places(self, run: str) -> Iterable[tuple[str, int, int]]:
        """As `search`, each word with its start and end in `run`."""

    def tagged(self, run: str) -> Iterable[tuple[str, str]]:
        """The words of `run` as `cut`, each with its part of speech."""


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
        tokens: list[Token] = []
        for piece in pieces(folded.text):
            start = piece.span.start
            if piece.is_han:
                tokens += [
                    Token(term, folded.original(Span(start + first, start + end)))
                    for term, first, end in self._cutter.places(piece.term)
                ]
                continue
            if piece.part:
                tokens.append(Token(piece.part, folded.original(piece.part_span)))
            tokens.append(Token(piece.term, folded.original(piece.span)))
        return tokens

    def terms(self, text: str) -> list[str]:
        """The terms that `words` gives, without their places, in a third of the time."""
        terms: list[str] = []
        for piece in pieces(fold(text).text):
            if piece.is_han:
                terms += self._cutter.search(piece.term)
            else:
                terms += _terms(piece)
        return terms

    def cut(self, text: str) -> list[Token]:
        """The words of `text`, of which none overlaps another."""
        folded = fold(text)
        tokens: list[Token] = []
        for piece in pieces(folded.text):
            start = piece.span.start
            for term in self._cutter.cut(piece.term) if piece.is_han else (piece.term,):
                end = start + len(term) if piece.is_han else piece.span.end
                tokens.append(Token(term, folded.original(Span(start, end))))
                start = end
        return tokens

    def tagged(self, text: str) -> list[TaggedToken]:
        """The words that `cut` gives, each with its part of speech; numbers are "m"."""
        folded = fold(text)
        tokens: list[TaggedToken] = []
        for piece in pieces(folded.text):
            if not piece.is_han:
                tag = "m" if piece.term[:1].isdigit() else "eng"
                tokens.append(TaggedToken(piece.term, tag, folded.original(piece.span)))
                continue
            start = piece.span.start
            for term, tag in self._cutter.tagged(piece.term):
                end = start + len(term)
                tokens.append(TaggedToken(term, tag or "x", folded.original(Span(start, end))))
                start = end
        return tokens


def segmenter(dictionary: Dictionary) -> Segmenter:
    """A segmenter with the words of `dictionary`.

    It works with rjieba, unless that is missing, or the dictionary does what rjieba cannot repeat.
    """
    notices: list[str] = []
    if dictionary.ignored:
        notices.append(_IGNORED.format("、".join(dictionary.ignored[:_MOST_SHOWN])))
    if not dictionary.changes_known:
        try:
            return Segmenter(RjiebaCutter(dictionary.words), "；".join(notices))
        except ImportError:
            notices.append(_MISSING)
    else:
        notices.append(_CHANGED)
    return Segmenter(JiebaCutter(dictionary.words), "；".join(notices))


def bigrams(text: str) -> list[str]:
    """The pairs of neighbouring characters in each run of Chinese characters of `text`, folded;
    a run of one character gives that character. Numbers, dates and Latin words come whole."""
    found: list[str] = []
    for piece in pieces(fold(text).text):
        term = piece.term
        if piece.is_han and len(term) > 1:
            found += [term[i : i + 2] for i in range(len(term) - 1)]
        else:
            found.append(term)
    return found


def _terms(piece: Piece) -> tuple[str, ...]:
    return (piece.part, piece.term) if piece.part else (piece.term,)
