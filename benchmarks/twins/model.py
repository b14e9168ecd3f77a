"""The nouns of the near misses: texts, questions that they answer, and twins of those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_SENTENCE = re.compile("[^。；;！!？?\n]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A document as the twins need it: folded; `places` are the names of what it is about."""

    id: str
    name: str
    text: str
    places: tuple[str, ...]

    def holds(self, word: str) -> bool:
        """Whether the name or the text holds `word`."""
        return word in self.name or word in self.text

    def sentences(self) -> list[str]:
        """The sentences, roughly cut."""
        return _SENTENCE.findall(self.text)


@dataclass(frozen=True, slots=True)
class Seed:
    """An answerable question, folded, with what is right for it and where that stands."""

    id: str
    type: str
    question: str
    context: tuple[str, ...]
    accept: tuple[tuple[str, ...], ...]
    evidence: tuple[str, ...]
    documents: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """Whether the answer is numbers throughout."""
        return bool(self.accept) and all(
            any(re.search("[0-9]", one) for one in group) for group in self.accept
        )


@dataclass(frozen=True, slots=True)
class Twin:
    """A question that its texts do not answer as they answer `seed`.

    `value` is the right answer when there is another one; `scope` are words one of which every
    citation of a truthful answer must show. Both empty: nothing but a refusal is right.
    """

    seed: Seed
    transformation: str
    question: str
    context: tuple[str, ...]
    scope: tuple[str, ...] = ()
    value: str = ""


class Texts:
    """All documents of a corpus, for asking what stands nowhere."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self._texts = {text.id: text for text in texts}
        self._all = "\n".join(f"{text.name}\n{text.text}" for text in self._texts.values())

    def __iter__(self) -> Iterator[Text]:
        return iter(self._texts.values())

    def absent(self, word: str) -> bool:
        """Whether no document holds `word`."""
        return word not in self._all

    def of(self, seed: Seed) -> list[Text]:
        """The documents that answer `seed`."""
        return [self._texts[name] for name in seed.documents if name in self._texts]

    def absent_from(self, seed: Seed, word: str) -> bool:
        """Whether the documents that answer `seed` do not hold `word`."""
        return not any(text.holds(word) for text in self.of(seed))

    def together(self, word: str, key: str) -> bool:
        """Whether a sentence anywhere, or one below a title with `word`, holds both."""
        for text in self._texts.values():
            if key not in text.text or not text.holds(word):
                continue
            if word in text.name:
                return True
            if any(word in sentence and key in sentence for sentence in text.sentences()):
                return True
        return False

    def around(self, seed: Seed) -> list[str]:
        """The sentences that hold the evidence of `seed`."""
        wanted = [_bare(piece) for piece in seed.evidence if _bare(piece)]
        return [
            sentence
            for text in self.of(seed)
            for sentence in text.sentences()
            if any(piece[:24] in _bare(sentence) or _bare(sentence) in piece for piece in wanted)
            and len(_bare(sentence)) > 3
        ]


def _bare(text: str) -> str:
    return re.sub(r"[\s。；;！!？?,，、]", "", text)


def key_of(seed: Seed, least: int = 3) -> str:
    """The longest run of characters without a digit that the question shares with its evidence."""
    evidence = " ".join(seed.evidence)
    asked = seed.question
    best = ""
    for start in range(len(asked)):
        for end in range(start + max(least, len(best) + 1), len(asked) + 1):
            if asked[start:end] not in evidence or asked[end - 1].isdigit():
                break
            best = asked[start:end]
    return best


def replaced(seed: Seed, old: str, new: str) -> tuple[str, tuple[str, ...]]:
    """Question and context with `old` exchanged for `new` throughout."""
    return seed.question.replace(old, new), tuple(c.replace(old, new) for c in seed.context)


def whole(seed: Seed) -> str:
    """All that was asked, earlier questions first."""
    return " ".join((*seed.context, seed.question))


def first_absent(words: Sequence[str], texts: Texts, asked: str) -> str:
    """The first of `words` that neither a document nor the question holds, or ""."""
    return next((word for word in words if word not in asked and texts.absent(word)), "")
