"""The user's own dictionary: `corpus/_youju/words.txt` and `corpus/_youju/synonyms.txt`.

In: the corpus folder. Out: a `Lexicon`. Both files may be missing. In both, lines that are blank or
begin with `#` are passed over.

* words.txt: one word a line, as jieba reads it: `词 [词频] [词性]`; `-词` takes a word out.
* synonyms.txt: one group a line, its words parted by blanks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.documents.read import read
from app.errors import LexiconError
from app.library.folder import RESERVED
from app.text.fold import fold
from app.text.segment_dictionary import UserWord, user_words

WORDS: Final = "words.txt"
SYNONYMS: Final = "synonyms.txt"
MOST_GROUPS: Final = 10_000
LARGEST_GROUP: Final = 50
LONGEST_WORD: Final = 40


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the user adds to the general lexicon. `synonyms` are groups of folded words."""

    words: tuple[UserWord, ...]
    synonyms: tuple[tuple[str, ...], ...]


def read_lexicon(corpus: Path) -> Lexicon:
    """The user's dictionary and synonyms.

    Raises LexiconError, naming file and line, for a line of the wrong form, and DocumentError for
    a file that is not text.
    """
    folder = corpus / RESERVED
    return Lexicon(
        words=user_words(_text(folder / WORDS), f"{RESERVED}/{WORDS}"),
        synonyms=synonym_groups(_text(folder / SYNONYMS), f"{RESERVED}/{SYNONYMS}"),
    )


def synonym_groups(text: str, name: str) -> tuple[tuple[str, ...], ...]:
    """The groups of a synonym file given as text; `name` names it in errors."""
    groups: list[tuple[str, ...]] = []
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip()
        if content and not content.startswith("#"):
            groups.append(_group(content, f"{name}:{number}"))
    if len(groups) > MOST_GROUPS:
        raise LexiconError(f"{name}: 有{len(groups)}组，最多{MOST_GROUPS}组；请删减")
    return tuple(groups)


def others(groups: tuple[tuple[str, ...], ...]) -> dict[str, frozenset[str]]:
    """For each word the words that stand in a group with it."""
    found: dict[str, set[str]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, set()).update(other for other in group if other != word)
    return {word: frozenset(found[word]) for word in sorted(found)}


def _group(line: str, place: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(fold(word).text for word in line.split()))
    if not 2 <= len(words) <= LARGEST_GROUP:
        raise LexiconError(
            f"{place}: 一组应有 2 到 {LARGEST_GROUP} 个不同的词，用空格隔开，实为：{line[:80]!r}"
        )
    for word in words:
        if not 0 < len(word) <= LONGEST_WORD:
            raise LexiconError(f"{place}: 词应有 1 到 {LONGEST_WORD} 个字，实为：{word[:80]!r}")
    return words


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise LexiconError(f"不能读取 {path}：{error.strerror}。请检查权限，或删去它。") from error
    return read(data, path.name).text
