"""One text as a file of each format: the same text, the same outline, the same answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from same_text import FORMATS, POLICY, QUESTIONS, bare, headings, lines

from app.documents.read import read
from app.documents.structure import outline
from app.engine import Engine
from app.library import Library, index
from app.model import Answer

AS_OF = date(2024, 6, 1)
SAME = 0.98  # of the characters


@cache
def text_of(name: str) -> str:
    return read(FORMATS[name](POLICY), name).text


def shared(one: str, other: str) -> float:
    """The share of characters that two texts have in common, each as often as it is there."""
    common = (Counter(one) & Counter(other)).total()
    return 2 * common / (len(one) + len(other))


@pytest.mark.parametrize("name", FORMATS)
def test_the_text_is_the_same(name: str) -> None:
    assert shared(bare(text_of(name)), bare("\n".join(lines(POLICY)))) >= SAME


@pytest.mark.parametrize("name", FORMATS)
def test_the_text_comes_in_the_same_order(name: str) -> None:
    found = bare(text_of(name))
    wanted = list(lines(POLICY))
    if name.endswith((".pdf", ".ofd")):  # there a footnote stands at the foot of its page
        wanted = [line for line in wanted if not line.startswith("[")]
    places = [found.find(bare(line)) for line in wanted]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("name", FORMATS)
def test_the_outline_has_all_headings(name: str) -> None:
    found = [(section.label, section.heading) for section in outline(text_of(name)).sections]
    wanted = headings(POLICY)
    if name.endswith(".md"):  # there the number of a marked heading is part of its words
        labels = {label + words: (label, words) for label, words in wanted}
        found = [labels.get(words, (label, words)) for label, words in found]
        assert found.pop(0) == ("#", POLICY.title)
    assert found == wanted


@pytest.mark.parametrize("name", FORMATS)
def test_reading_twice_gives_the_same_bytes(name: str) -> None:
    data = FORMATS[name](POLICY)
    assert read(data, name) == read(data, name)


@pytest.fixture(scope="module", params=FORMATS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("fidelity")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / request.param).write_bytes(FORMATS[request.param](POLICY))
    sidecar: Path = corpus / f"{request.param}.json"
    sidecar.write_text(json.dumps({"region": "青溪市"}), encoding="utf-8")
    report = index(corpus, folder / "data")
    assert report.failed == ()
    with Library.open(corpus, folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


def test_the_answers_are_the_same(engine: Engine) -> None:
    for question, answer in QUESTIONS:
        reply = engine.ask(question, as_of=AS_OF)
        assert isinstance(reply, Answer), question
        assert reply.answer == answer
