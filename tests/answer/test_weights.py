"""The scores of candidates: named features times the weights of one table, shown in the trace."""

from __future__ import annotations

from typing import Any

import pytest
from answer_corpus import AS_OF

from app.answer import confidence
from app.answer.weights import COLUMNS, FILE, data, total, weights
from app.engine import Engine
from app.lexicon.loader import rows
from app.model import Answer, Refusal

GROUPS = {
    "figure",
    "computed",
    "name",
    "contact",
    "said",
    "verdict",
    "list",
    "clause",
    "confidence",
    "gate",
}

# One question for each group of candidates, and the group of the answer given.
ASKED = (
    ("2023年云禾市养老服务总投入是多少？", "figure"),
    ("云禾市养老床位有多少张？", "figure"),
    ("云禾市持证护理员占护理员总数的比例是多少？", "figure"),
    ("市级财政投入占养老服务总投入的比例是多少？", "computed"),
    ("北渡县引进博士研究生安家补贴由哪个部门发放？", "name"),
    ("申请公租房需要哪些材料？", "list"),
    ("什么是医养结合？", "clause"),
    ("可以重复申请公租房吗？", "verdict"),
)


def traced(engine: Engine, question: str) -> tuple[Answer | Refusal, Any]:
    found = engine.trace(question, as_of=AS_OF)
    return found.reply, found.trace


def test_every_feature_stands_once_in_the_table_with_two_weights_and_its_meaning() -> None:
    cells = rows(data(FILE), FILE, COLUMNS)
    named = [(group, name) for group, name, *_ in cells]
    assert len(named) == len(set(named))
    assert {group for group, _ in named} == GROUPS
    for _, name, start, weight, _ in cells:
        assert start == f"{float(start):g}", name
        assert weight == f"{float(weight):g}", name


def test_a_score_is_the_sum_of_weight_times_feature() -> None:
    known = weights("figure")
    assert total("figure", {"coverage": 0.5, "slot": 2.0}) == pytest.approx(
        0.5 * known["coverage"] + 2 * known["slot"]
    )


@pytest.mark.parametrize("wrong", [("figure", {"no_such": 1.0}), ("no_such", {})])
def test_an_unknown_name_is_no_feature(wrong: tuple[str, dict[str, float]]) -> None:
    with pytest.raises(KeyError):
        total(*wrong)


@pytest.mark.parametrize(("question", "group"), ASKED, ids=[asked for asked, _ in ASKED])
def test_each_candidate_shows_the_features_that_make_its_score(
    engine: Engine, question: str, group: str
) -> None:
    _, trace = traced(engine, question)
    assert trace["candidates"]
    assert group in {candidate["group"] for candidate in trace["candidates"]}
    for candidate in trace["candidates"]:
        parts = candidate["features"].values()
        worth = sum(part["value"] * part["weight"] for part in parts)
        assert worth == pytest.approx(candidate["score"], abs=0.003)


@pytest.mark.parametrize(("question", "group"), ASKED[:4], ids=[asked for asked, _ in ASKED[:4]])
def test_an_answer_says_how_sure_it_is_and_why(engine: Engine, question: str, group: str) -> None:
    reply, trace = traced(engine, question)
    assert isinstance(reply, Answer)
    assert reply.confidence is not None
    assert 0.0 < reply.confidence <= 1.0
    assert reply.confidence == round(reply.confidence, 2)
    shown = trace["confidence"]
    assert shown["value"] == reply.confidence
    assert shown["features"]["coverage"]["value"] > 0
    assert shown["sort"] in shown["features"]
    assert (trace["refused"], trace["rule"]) == (None, None)


REFUSED = (
    ("你好", "small_talk"),
    ("2019年云禾市养老服务总投入是多少？", "other_year"),
    ("云禾市养老机构有多少台电梯？", "head_missing"),
)


@pytest.mark.parametrize(("question", "rule"), REFUSED, ids=[rule for _, rule in REFUSED])
def test_a_refusal_names_the_rule_that_refused(engine: Engine, question: str, rule: str) -> None:
    reply, trace = traced(engine, question)
    assert isinstance(reply, Refusal)
    assert trace["rule"] == rule
    assert trace["refused"] == reply.reason.value
    assert trace["confidence"] is None


def test_what_speaks_against_each_candidate_is_shown(engine: Engine) -> None:
    _, trace = traced(engine, "云禾市养老机构有多少台电梯？")
    assert trace["judged"]
    assert all(one["rule"] and one["reason"] for one in trace["judged"])


def test_passages_of_the_trace_are_places_of_documents(engine: Engine) -> None:
    _, trace = traced(engine, ASKED[0][0])
    for passage in trace["passages"]:
        stored = engine.snapshot.documents.get(passage["document_id"])
        assert stored is not None
        assert 0 <= passage["start"] < passage["end"] <= len(stored.document.text)


# ── the table of confidence ─────────────────────────────────────────────────────────────────────


def bins() -> dict[str, list[tuple[float, float, int, int]]]:
    found: dict[str, list[tuple[float, float, int, int]]] = {}
    for sort, start, sure, answers, right in rows(
        data(confidence.FILE), confidence.FILE, confidence.COLUMNS
    ):
        row = (float(start), float(sure), int(answers), int(right))
        found.setdefault(sort, []).append(row)
    return found


def test_a_higher_sum_of_signs_is_never_a_lower_confidence() -> None:
    table = bins()
    assert confidence.ALL in table
    assert set(table) <= {*confidence.SORTS, confidence.ALL}
    for sort, found in table.items():
        assert found == sorted(found), sort
        assert [sure for _, sure, _, _ in found] == sorted(sure for _, sure, _, _ in found), sort
        assert all(0.0 <= sure <= 1.0 for _, sure, _, _ in found), sort


def test_confidence_is_the_precision_measured_near_those_answers() -> None:
    for sort, found in bins().items():
        for _, sure, answers, right in found:
            assert answers > 0
            assert abs(sure - right / answers) <= 0.1, sort
