"""Cut runs of Chinese characters with rjieba, the Rust port of jieba.

On runs of nothing but Chinese characters it gives the words that jieba gives, 18 times faster. It
can add words but not take any out, and a known word that gets another frequency changes the sum of
all frequencies in another way than in jieba; such dictionaries are left to jieba.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class RjiebaCutter:
    """rjieba with the words of a dictionary, without its hidden Markov model.

    Raises ImportError when rjieba is not installed.
    """

    def __init__(self, words: Sequence[tuple[str, int]]) -> None:
        # Importing rjieba loads its dictionary, 30 MB.
        import rjieba

        # The instance that the package makes for itself serves as long as nothing is added to it.
        self._jieba = rjieba.Jieba() if words else rjieba
        for word, frequency in words:
            self._jieba.add_word(word, frequency, None)

    def cut(self, run: str) -> Iterable[str]:
        """The words of `run`; joined they give it back."""
        words: list[str] = self._jieba.cut(run, hmm=False)
        return words

    def search(self, run: str) -> Iterable[str]:
        """The words of `run`, each after the shorter words inside it."""
        words: list[str] = self._jieba.cut_for_search(run, hmm=False)
        return words

    def places(self, run: str) -> Iterable[tuple[str, int, int]]:
        """As `search`, each word with its start and end in `run`."""
        places: list[tuple[str, int, int]] = self._jieba.tokenize(run, mode="search", hmm=False)
        return places

    def tagged(self, run: str) -> Iterable[tuple[str, str]]:
        """The words of `run` as `cut`, each with its part of speech in jieba's dictionary."""
        words: list[tuple[str, str]] = self._jieba.tag(run, hmm=False)
        return words
