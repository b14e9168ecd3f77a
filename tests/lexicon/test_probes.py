"""People ask in other words than offices write: each question finds the words of its text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from probe_corpus import TEXTS

from app.engine import Engine
from app.library import Library, index
from app.model import Answer

AS_OF = date(2024, 5, 1)


def table(name: str) -> list[list[str]]:
    """The rows of a table of this folder: cells parted by tabs, # begins a remark."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("probes")
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    assert index(corpus, data).failed == ()
    with Library.open(corpus, data) as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


@pytest.mark.parametrize(("question", "wanted"), table("probes_answered.tsv"))
def test_a_question_in_other_words_is_answered(engine: Engine, question: str, wanted: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply.message
    assert wanted in reply.answer


@pytest.mark.parametrize("question", [row[0] for row in table("probes_refused.tsv")])
def test_a_question_about_another_thing_is_refused(engine: Engine, question: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert not isinstance(reply, Answer), reply.answer


def test_the_reply_says_what_it_took_for_a_slip(engine: Engine) -> None:
    reply = engine.ask("芷峪市住房公鸡金贷款最高额度多少", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert "问句中的“住房公鸡金”按“住房公积金”理解。" in reply.notes


def test_a_reply_to_a_question_without_slips_has_no_such_note(engine: Engine) -> None:
    reply = engine.ask("芷峪市住房公积金贷款最高额度多少", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert [note for note in reply.notes if "理解" in note] == []
