"""The user's lexicon that a state was built with, and the dictionary made of it, as one blob."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.library.codec import decode, encode
from app.library.userwords import Lexicon
from app.text.segment import Dictionary


@dataclass(frozen=True, slots=True)
class Words:
    """What documents and questions are cut with."""

    lexicon: Lexicon
    dictionary: Dictionary


def write_words(words: Words) -> bytes:
    """The bytes of the blob."""
    stored = [encode(Lexicon, words.lexicon), words.dictionary.to_json()]
    return json.dumps(stored, ensure_ascii=False).encode("utf-8")


def read_words(data: bytes) -> Words:
    """What `write_words` wrote.

    Raises ValueError, TypeError, LookupError or LexiconError for anything else.
    """
    lexicon, dictionary = json.loads(data.decode("utf-8"))
    return Words(decode(Lexicon, lexicon), Dictionary.from_json(dictionary))
