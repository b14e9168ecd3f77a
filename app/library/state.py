"""A published state of the corpus: which segments hold it, and which of their documents are live.

A state is one JSON file; CURRENT in the data folder holds its name and its SHA-256.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from app.errors import IndexUnusable
from app.library.codec import decode, encode
from app.library.version import corpus_version

FORMAT: Final = 3  # of what is derived as a whole; enters the corpus version
_WAY_OUT = "请运行 youju index --rebuild 重建索引；语料不受影响。"
_SIZE: Final = 2**256


@dataclass(frozen=True, slots=True)
class SegmentRef:
    """A segment of a state: the name of its folder and the SHA-256 of its seal; how many documents
    and passages it holds; the ids of those of its documents that are not live, sorted."""

    name: str
    seal: str
    documents: int
    passages: int
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What is published.

    `version` is that of the corpus, `code` that of the code that derived it. `words` names the
    blob with the user's lexicon and the dictionary made of it, `times` the blob with times of
    files that differ from those in the segments ("" without). `total` is the sum of the hashes of
    the live documents, in hex. `name` is not stored in the file, but is that of the file.
    """

    format: int
    version: str
    code: str
    words: str
    times: str
    total: str
    segments: tuple[SegmentRef, ...]
    name: str = ""

    @property
    def documents(self) -> int:
        """How many live documents there are."""
        return sum(each.documents - len(each.gone) for each in self.segments)


def make_state(
    code: str, words: str, times: str, total: int, segments: Iterable[SegmentRef]
) -> State:
    """The state of these segments. Its version depends on words and documents alone."""
    written = f"{total % _SIZE:064x}"
    live = tuple(each for each in segments if len(each.gone) < each.documents)
    version = corpus_version([str(FORMAT), words, written])
    return State(FORMAT, version, code, words, times, written, live)


def write_state(state: State) -> bytes:
    """The state as the bytes of its file."""
    return (encode(State, replace(state, name="")) + "\n").encode("utf-8")


def read_state(data: bytes, name: str, path: str) -> State:
    """The state that `write_state` wrote. Raises IndexUnusable for anything else."""
    try:
        text = data.decode("utf-8")
        number = json.loads(text)[0]
        if number != FORMAT:
            raise IndexUnusable(
                f"索引 {path} 的格式是 {number!r}，这个版本只认识 {FORMAT}。{_WAY_OUT}"
            )
        return replace(decode(State, text), name=name)
    except (ValueError, TypeError, LookupError, ArithmeticError) as error:
        raise IndexUnusable(f"索引 {path} 不能读取：{error}。{_WAY_OUT}") from error
