"""The words that users add to the dictionary or take out of it, and what comes of them.

A user dictionary is written as jieba reads it, one word a line: `word [frequency] [tag]`. A line
`-word` takes a word out. Tags are read over, since nothing here asks for the part of speech.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from app.errors import LexiconError

MOST_WORDS = 100_000
LONGEST_WORD = 40
HIGHEST_FREQUENCY = 1_000_000_000

_LINE = re.compile(
    r"(?P<removed>-?)(?P<word>[^\s-]\S*)(?:\s+(?P<frequency>[0-9]{1,12}))?(?:\s+[A-Za-z]{1,8})?"
)


@dataclass(frozen=True, slots=True)
class UserWord:
    """A line of a user dictionary.

    `frequency` None: as high as is needed to keep the word whole; 0: the word is taken out.
    """

    word: str
    frequency: int | None = None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What makes the words of a corpus differ from those of jieba's own dictionary.

    `words` are words with their frequency, 0 for a word taken out, in the order in which they are
    to be added. `changes_known`: one of them is a word that jieba knew with another frequency.
    `ignored` are words of the user that hold something else than Chinese characters: numbers and
    Latin words are cut before the dictionary is asked.
    """

    words: tuple[tuple[str, int], ...] = ()
    changes_known: bool = False
    ignored: tuple[str, ...] = ()

    def to_json(self) -> str:
        """This dictionary as JSON, for `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Dictionary:
        """The dictionary that `to_json` wrote. Raises LexiconError for any other text."""
        try:
            fields = json.loads(text)
            return cls(
                words=tuple((str(word), int(frequency)) for word, frequency in fields["words"]),
                changes_known=bool(fields["changes_known"]),
                ignored=tuple(str(word) for word in fields["ignored"]),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise LexiconError(f"存下的词典读不出来：{text[:80]!r}；请重建索引") from error


def user_words(text: str, source: str) -> tuple[UserWord, ...]:
    """The words of a user dictionary given as text; `source` names it in errors.

    Blank lines and lines that begin with `#` are passed over. Raises LexiconError, naming the
    line, for a line of another form, and for a dictionary that is too large.
    """
    found: list[UserWord] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = line.strip()
        if content and not content.startswith("#"):
            found.append(_user_word(content, f"{source}:{number}"))
    if len(found) > MOST_WORDS:
        raise LexiconError(f"{source}: 有{len(found)}个词，最多{MOST_WORDS}个；请删减")
    return tuple(found)


def _user_word(line: str, place: str) -> UserWord:
    match = _LINE.fullmatch(line)
    if match is None or (match["removed"] and match["frequency"]):
        raise LexiconError(f"{place}: 应写作“词 [词频] [词性]”或“-词”，实为：{line[:80]!r}")
    word = match["word"]
    if len(word) > LONGEST_WORD:
        raise LexiconError(f"{place}: 词太长，最多{LONGEST_WORD}个字：{word[:80]!r}")
    frequency = int(match["frequency"]) if match["frequency"] else None
    if frequency is not None and frequency > HIGHEST_FREQUENCY:
        raise LexiconError(f"{place}: 词频{frequency}太高，最多{HIGHEST_FREQUENCY}")
    return UserWord(word, 0 if match["removed"] else frequency)
