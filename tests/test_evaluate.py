"""The measure of quality: it must find faults, and name them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.engine import Engine
from app.errors import QuestionFileError
from app.evaluate import (
    Evaluation,
    Item,
    Outcome,
    below_floors,
    evaluate,
    holds,
    metrics,
    read_items,
)
from app.library import Library, index

AS_OF = date(2024, 5, 1)
TEXT = (
    "芦湾市2023年公园城市建设总结\n"
    "一、总体情况\n2023年，全市新建口袋公园216个，绿道总长1,850公里，投入3.2亿元。\n"
    "二、工作难点\n（一）土地紧张\n（二）资金不足\n（三）管护薄弱\n"
    "三、下一步打算\n2024年，新建口袋公园180个，绿道90公里，驿站45处，改造公厕38座，建成健身步道27公里，投入2.9亿元。\n"
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("evaluate")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "公园.txt").write_bytes(TEXT.encode())
    index(folder / "corpus", folder / "data")
    with Library.open(folder / "corpus", folder / "data") as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


PARKS = Item(
    id="p1",
    type="figure",
    question="2023年新建口袋公园多少个？",
    accept=(("216",),),
    reject=(),
    evidence=("新建口袋公园216个",),
    context=(),
)


def judged(engine: Engine, item: Item) -> Outcome:
    return evaluate(engine, [item], AS_OF).outcomes[0]


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("共216人", "216", True),
        ("共216人", "16人", False),
        ("共216人", "21", False),
        ("3.2亿元", "2亿元", False),
        ("3.2亿元", "3", False),
        ("3.25亿元", "3.2", False),
        ("共216人，另有16人", "16人", True),
        ("绿道1,850公里", "1850公里", True),
        ("绿道1850公里", "1,850公里", True),
        ("绿道1，850公里", "1850公里", True),
        ("甲、1，乙、850", "1850", False),
        ("“口袋公园”建设", "口袋公园建设", True),
        ("口袋公园建设", "《口袋公园》建设", False),
        ("新建 口袋 公园", "新建口袋公园", True),
        ("公园2023年", "2023年", True),
        ("", "216", False),
    ],
)
def test_a_string_is_held_with_its_numbers_whole(text: str, wanted: str, found: bool) -> None:
    assert holds(text, wanted) is found


def test_a_right_answer_has_no_fault(engine: Engine) -> None:
    outcome = judged(engine, PARKS)
    assert (outcome.fault, outcome.right, outcome.status) == ("", True, "answered")
    assert outcome.cited
    assert outcome.groups_found == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"accept": (("217",),)}, "缺少217"),
        ({"accept": (("216",), ("绿道", "公里"))}, "缺少绿道/公里"),
        ({"reject": ("216",)}, "含有216"),
        ({"evidence": ("新建口袋公园900个",)}, "引文不含证据句"),
        ({"accept": ()}, "应当拒答"),
        ({"question": "2023年新建体育馆多少座？"}, "不该拒答"),
        ({"accept": (("216个", "新建口袋公园216个"),)}, ""),
    ],
)
def test_each_fault_is_found_and_named(
    engine: Engine, change: dict[str, object], fault: str
) -> None:
    assert judged(engine, replace(PARKS, **change)).fault == fault  # type: ignore[arg-type]


def test_a_refusal_is_right_where_no_answer_is_wanted(engine: Engine) -> None:
    item = replace(PARKS, question="2023年新建体育馆多少座？", accept=(), evidence=())
    outcome = judged(engine, item)
    assert (outcome.status, outcome.right) == ("refused", True)
    assert not outcome.echo_right


def test_more_numbers_than_asked_are_too_wide_for_a_question_of_one_value(
    engine: Engine,
) -> None:
    asked = "2024年下一步打算是什么？"
    wide = replace(
        PARKS, question=asked, accept=(("180",),), evidence=("新建口袋公园180个，绿道90公里",)
    )
    assert "180" in judged(engine, wide).answer
    assert judged(engine, wide).fault.startswith("数字多于所问")
    assert judged(engine, replace(wide, type="other")).fault == ""


def test_a_list_is_judged_by_each_of_its_groups(engine: Engine) -> None:
    listed = Item(
        id="l1",
        type="list_other",
        question="工作难点有哪些？",
        accept=(("土地紧张",), ("资金不足",), ("管护薄弱",)),
        reject=(),
        evidence=("土地紧张", "资金不足", "管护薄弱"),
        context=(),
    )
    assert judged(engine, listed).fault == ""
    assert judged(engine, listed).groups_found == 3
    missing = replace(listed, accept=(("土地紧张",), ("人手不够",)))
    assert judged(engine, missing).groups_found == 1


@pytest.mark.parametrize(
    ("evidence", "fault"), [("新建口袋公园180个，绿道90公里", ""), ("180个", "过长")]
)
def test_an_answer_wider_than_twice_the_evidence_is_too_wide(
    engine: Engine, evidence: str, fault: str
) -> None:
    clause = replace(
        PARKS,
        type="mechanism",
        question="2024年下一步打算是什么？",
        accept=(("180",),),
        evidence=(evidence,),
    )
    assert judged(engine, clause).fault.partition("：")[0] == fault


def line(**changes: object) -> str:
    row: dict[str, object] = {
        "id": "q1",
        "type": "figure",
        "question": "多少？",
        "accept": [["1"]],
        "reject": [],
        "evidence": ["1"],
    }
    return json.dumps(row | changes, ensure_ascii=False)


def test_a_question_file_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{line()}\n\n{line(id='q2', context=['先问'])}\n", encoding="utf-8")
    items = read_items(path)
    assert [item.id for item in items] == ["q1", "q2"]
    assert items[0].context == ()
    assert items[1].context == ("先问",)
    assert items[0].answerable


@pytest.mark.parametrize(
    "bad",
    ["{", "[]", '{"id": "q1"}', "3", line(accept=5), line(evidence=None)],
    ids=["cut", "list", "fields", "number", "accept", "evidence"],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f"{line()}\n{bad}\n", encoding="utf-8")
    with pytest.raises(QuestionFileError, match="第2行") as raised:
        read_items(path)
    assert str(path) in str(raised.value)


def outcome(number: int, status: str, fault: str, answerable: bool = True) -> Outcome:
    item = replace(PARKS, id=f"q{number}", accept=PARKS.accept if answerable else (), type="figure")
    return Outcome(item, status, "", fault, not fault, 0, number / 10, False)


MIXED = Evaluation(
    (
        *(outcome(i, "answered", "") for i in range(6)),
        *(outcome(i, "refused", "不该拒答") for i in range(6, 15)),
        *(outcome(i, "answered", "缺少216") for i in range(15, 18)),
        outcome(18, "refused", "", answerable=False),
        outcome(19, "answered", "应当拒答", answerable=False),
    )
)


def test_outcomes_are_counted() -> None:
    assert (MIXED.answerable, MIXED.right_answers) == (18, 6)
    assert (MIXED.unanswerable, MIXED.right_refusals) == (2, 1)
    assert (MIXED.given, MIXED.wrong_given) == (10, 4)
    assert MIXED.precision == pytest.approx(0.6)
    assert MIXED.cited == pytest.approx(6 / 9)
    assert [(row.type, row.questions, row.right) for row in MIXED.rows] == [("figure", 20, 7)]
    assert (MIXED.latency(0.5), MIXED.latency(1.0)) == (1.0, 1.9)


def test_the_worst_ten_are_wrong_answers_first() -> None:
    worst = MIXED.worst
    assert len(worst) == 10
    assert [one.status for one in worst] == ["answered"] * 4 + ["refused"] * 6


def test_the_gate_fails_for_each_figure_below_its_floor() -> None:
    found = metrics(MIXED)
    assert below_floors(found, found) == []
    for name, value in found.items():
        failed = below_floors(found, {name: value + 0.01})
        assert len(failed) == 1
        assert failed[0].startswith(name)


def test_a_floor_for_a_figure_that_is_not_measured_fails() -> None:
    assert len(below_floors(metrics(MIXED), {"no_such_figure": 0.5})) == 1


def test_an_evaluation_of_nothing_has_no_division_by_zero() -> None:
    empty = Evaluation(())
    assert metrics(empty)["right_answers"] == 0
    assert (empty.latency(0.95), empty.rows, empty.worst) == (0.0, (), ())


def test_an_echo_of_the_best_sentence_is_scored_beside(engine: Engine) -> None:
    assert judged(engine, PARKS).echo_right
