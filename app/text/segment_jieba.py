"""Cut masked text with jieba, which also owns the dictionary.

jieba is imported when it is needed: it takes a second and 70 MB, and a server that uses its Rust
port does without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.text.fold import fold
from app.text.segment_dictionary import Dictionary, UserWord

_HAN = re.compile("[\u4e00-\u9fd5]+")


def dictionary(user_words: Sequence[UserWord]) -> Dictionary:
    """The dictionary that `user_words` make of jieba's own. Of a word given twice the last counts.

    A word without frequency gets the one that jieba suggests. Left out are words that change
    nothing: jieba keeps them whole already, or knows them with just that frequency, or does not
    know what it should lose.
    """
    wanted = {fold(entry.word).text: entry.frequency for entry in user_words}
    ignored = tuple(word for word in wanted if not _HAN.fullmatch(word))
    han = [(word, frequency) for word, frequency in wanted.items() if _HAN.fullmatch(word)]
    if not han:
        return Dictionary(ignored=ignored)
    tokenizer = _tokenizer()
    words: list[tuple[str, int]] = []
    changes_known = False
    for word, frequency in han:
        known = tokenizer.FREQ.get(word, 0)
        given = _suggested(tokenizer, word) if frequency is None else frequency
        if given != known:
            tokenizer.add_word(word, given)
            words.append((word, given))
            changes_known = changes_known or known > 0
    return Dictionary(tuple(words), changes_known, ignored)


class JiebaCutter:
    """jieba with the words of a dictionary, without its hidden Markov model."""

    def __init__(self, words: Sequence[tuple[str, int]]) -> None:
        self._tokenizer = _tokenizer()
        self._tagger: Any = None  # made when it is first asked for: it reads the dictionary again
        for word, frequency in words:
            self._tokenizer.add_word(word, frequency)

    def cut(self, text: str) -> list[str]:
        """The words of `text`; joined they give it back."""
        words: list[str] = self._tokenizer.lcut(text, HMM=False)
        return words

    def search(self, text: str) -> list[str]:
        """The words of `text`, each after the shorter words inside it."""
        words: list[str] = self._tokenizer.lcut_for_search(text, HMM=False)
        return words

    def places(self, text: str) -> Iterable[tuple[str, int, int]]:
        """As `search`, each word with its start and end in `text`."""
        places: Iterable[tuple[str, int, int]] = self._tokenizer.tokenize(
            text, mode="search", HMM=False
        )
        return places

    def tagged(self, text: str) -> Iterable[tuple[str, str]]:
        """The words of `text` as `cut`, each with its part of speech in jieba's dictionary."""
        from jieba import posseg

        if self._tagger is None:
            self._tagger = posseg.POSTokenizer(self._tokenizer)
        return [(pair.word, pair.flag) for pair in self._tagger.cut(text, HMM=False)]


def _suggested(tokenizer: Any, word: str) -> int:
    """The frequency that keeps `word` whole: its own, if that is enough.

    jieba suggests one more even then, which would count as a change of its dictionary.
    """
    known = int(tokenizer.FREQ.get(word, 0))
    if known and tokenizer.lcut(word, HMM=False) == [word]:
        return known
    return int(tokenizer.suggest_freq(word))


def _tokenizer() -> Any:  # jieba has no types
    """A tokenizer with jieba's own dictionary.

    Its `initialize` would read a cache from the temporary folder, where anyone may have put it,
    and write one there. Reading the dictionary itself takes no longer and writes nothing.
    """
    import jieba

    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
