"""Answers measured against spans of known documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.cli_evaluation import spans_json, spans_sheet
from app.engine import Engine
from app.errors import QuestionFileError
from app.evaluate_spans import SpanItem, are_spans, evaluate_spans, f1, read_span_items
from app.library import Library, index

AS_OF = date(2024, 5, 1)
RIGHT = SpanItem("a", "珠贝市2023年修缮村史馆多少座？", "216座", frozenset({"village-halls"}))
OTHER = SpanItem("b", "珠贝市2023年修缮村史馆多少座？", "216座", frozenset({"other"}))
NONE = SpanItem("c", "珠贝市2023年火箭发射多少次？", "", frozenset())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("spans")
    (folder / "corpus").mkdir()
    text = "珠贝市2023年村史馆工作总结\n2023年，全市修缮村史馆216座，培训讲解员430人。\n"
    (folder / "corpus" / "一.txt").write_bytes(text.encode())
    (folder / "corpus" / "一.txt.json").write_bytes(json.dumps({"id": "village-halls"}).encode())
    index(folder / "corpus", folder / "data")
    with Library.open(folder / "corpus", folder / "data") as library:
        yield Engine(library.snapshot(), library.segmenter)


@pytest.mark.parametrize(
    ("found", "wanted", "score"),
    [
        ("216座", "216座", 1.0),
        ("村史馆，216座。", "村史馆216座", 1.0),
        ("甲乙", "甲丙", 0.5),
        ("甲甲", "甲", 2 / 3),
        ("甲", "乙", 0.0),
        ("", "甲", 0.0),
    ],
)
def test_f1_is_over_characters_without_punctuation(found: str, wanted: str, score: float) -> None:
    assert f1(found, wanted) == pytest.approx(score)


def test_a_right_answer_from_the_right_document_scores_everywhere(engine: Engine) -> None:
    found = evaluate_spans(engine, [RIGHT, NONE], AS_OF).metrics()
    assert found == {
        "document@1": 1.0,
        "document@5": 1.0,
        "cited_document": 1.0,
        "inside": 1.0,
        "f1": 1.0,
        "wrongly_refused": 0.0,
        "rightly_refused": 1.0,
    }


def test_a_right_answer_from_another_document_is_not_inside(engine: Engine) -> None:
    found = evaluate_spans(engine, [OTHER, RIGHT], AS_OF).metrics()
    assert (found["document@1"], found["inside"], found["f1"]) == (0.5, 0.5, 1.0)


def test_a_corpus_without_the_documents_is_an_error(engine: Engine) -> None:
    with pytest.raises(QuestionFileError, match="不在语料里"):
        evaluate_spans(engine, [OTHER], AS_OF)


def test_the_report_shows_the_ceilings_beside_the_figures(engine: Engine) -> None:
    evaluation = evaluate_spans(engine, [RIGHT], AS_OF)
    shown = dict(spans_sheet(evaluation).rows)
    assert shown["简答与标准答案的字符 F1"] == "1.000"
    assert shown["参照（NCP）：选得最好的一句的 F1"] == "0.58"
    assert json.loads(spans_json(evaluation))["ceilings"]["最好的一段分句"] == 0.83


def test_a_folder_is_read_with_its_unanswerable_questions(tmp_path: Path) -> None:
    row = {"id": "a", "question": "问", "answer": "答", "doc": "甲", "also_in": ["乙"]}
    (tmp_path / "questions_dev.jsonl").write_text(json.dumps(row), "utf-8")
    (tmp_path / "unanswerable_dev.jsonl").write_text(json.dumps(row), "utf-8")
    first, second = read_span_items(tmp_path)
    assert (first.answer, first.documents) == ("答", frozenset({"甲", "乙"}))
    assert (second.answer, second.documents) == ("", frozenset())


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ('{"id": "a", "question": "问", "answer": "答", "doc": "甲"}', True),
        ('{"id": "a", "type": "when", "question": "问", "accept": []}', False),
        ("不是 JSON", False),
        ("", False),
    ],
)
def test_the_form_of_a_file_is_told_by_its_first_line(
    tmp_path: Path, line: str, spans: bool
) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(line, "utf-8")
    assert are_spans(file) is spans


@pytest.mark.parametrize("content", ['{"id": "a"}', "[1]", "{"])
def test_a_line_of_another_form_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(QuestionFileError, match="第1行"):
        read_span_items(file)


def test_a_folder_without_questions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError, match="questions_dev"):
        read_span_items(tmp_path)
