"""Answers from documents that are not in force: warned of, and left out when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.engine import Engine
from app.library import Library, index
from app.model import Answer, Filters, Reply

SIGNED = "\n青禾市园林局\n{day}\n"
TEXTS = {
    "old.txt": "青禾市绿化奖励办法\n青园发〔2021〕9号\n一、标准\n种植行道树每株奖励5元。" + SIGNED.format(day="2021年2月1日"),
    "new.txt": "青禾市绿化促进办法\n青园发〔2024〕3号\n一、标准\n种植行道树每株奖励8元。\n"
    "本办法自2024年8月1日起施行。《青禾市绿化奖励办法》（青园发〔2021〕9号）同时废止。"
    + SIGNED.format(day="2024年6月18日"),
    "short.txt": "青禾市凉亭修缮方案\n一、安排\n今年修缮凉亭14座。\n本方案自2022年1月1日起施行，有效期1年。"
    + SIGNED.format(day="2021年12月20日"),
}  # fmt: skip
BEFORE, AFTER = date(2024, 7, 1), date(2024, 9, 1)
PAVILIONS = "青禾市今年修缮凉亭多少座？"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("force")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
        (corpus / f"{name}.json").write_text(f'{{"id": "{Path(name).stem}"}}', encoding="utf-8")
    assert index(corpus, folder / "data").failed == ()
    with Library.open(corpus, folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


def cited(reply: Reply) -> set[str]:
    return {one.document_id for one in reply.citations}


def amount(engine: Engine, as_of: date, **filters: object) -> Reply:
    wanted = Filters(**filters)  # type: ignore[arg-type]
    return engine.ask("种植行道树每株奖励多少元？", filters=wanted, as_of=as_of)


def test_an_answer_from_a_repealed_document_names_what_repeals_it(engine: Engine) -> None:
    reply = amount(engine, AFTER, document_ids=("old",))
    assert isinstance(reply, Answer)
    assert reply.notes == (
        "《青禾市绿化奖励办法》自2024-08-01起已由《青禾市绿化促进办法》（青园发〔2024〕3号）废止。",
    )


def test_before_its_day_a_repeal_is_announced(engine: Engine) -> None:
    reply = amount(engine, BEFORE, document_ids=("old",))
    assert isinstance(reply, Answer)
    assert reply.notes == (
        "《青禾市绿化奖励办法》将自2024-08-01起由《青禾市绿化促进办法》（青园发〔2024〕3号）废止。",
    )


def test_a_document_that_is_not_yet_in_force_is_warned_of(engine: Engine) -> None:
    reply = amount(engine, BEFORE, document_ids=("new",))
    assert isinstance(reply, Answer)
    assert reply.notes == ("《青禾市绿化促进办法》自2024-08-01起施行，届时之前尚未生效。",)


@pytest.mark.parametrize(
    ("as_of", "document", "answer"), [(BEFORE, "old", "5元"), (AFTER, "new", "8元")]
)
def test_only_what_is_in_force_on_the_day_answers(
    engine: Engine, as_of: date, document: str, answer: str
) -> None:
    reply = amount(engine, as_of, in_force_on=as_of)
    assert isinstance(reply, Answer)
    assert (reply.answer, cited(reply)) == (answer, {document})


def test_the_status_of_a_document_counts_what_others_say(engine: Engine) -> None:
    reply = amount(engine, AFTER, status=("废止",))
    assert isinstance(reply, Answer)
    assert (reply.answer, cited(reply)) == ("5元", {"old"})


def test_an_expired_document_is_warned_of_and_left_out(engine: Engine) -> None:
    reply = engine.ask(PAVILIONS, as_of=AFTER)
    assert isinstance(reply, Answer)
    assert reply.answer == "14座"
    assert "《青禾市凉亭修缮方案》已于2022-12-31到期。" in reply.notes
    without = engine.ask(PAVILIONS, filters=Filters(in_force_on=AFTER), as_of=AFTER)
    assert not isinstance(without, Answer)
    in_its_time = engine.ask(
        PAVILIONS, filters=Filters(in_force_on=date(2022, 5, 1)), as_of=date(2022, 5, 1)
    )
    assert isinstance(in_its_time, Answer)


def test_a_search_leaves_out_what_is_not_in_force(engine: Engine) -> None:
    def found(**filters: object) -> set[str]:
        wanted = Filters(**filters)  # type: ignore[arg-type]
        hits = engine.search("行道树每株奖励", wanted, as_of=AFTER).hits
        return {hit.passage.document_id for hit in hits}

    assert {"old", "new"} <= found()
    assert found(in_force_on=AFTER) == {"new"}
    assert found(status=("废止",)) == {"old"}
