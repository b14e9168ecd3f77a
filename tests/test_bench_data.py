"""盲测题库的数据是否自洽。不运行服务。"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).parent / "bench"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check, split = load("check"), load("split")


def test_documents_are_invented_and_described() -> None:
    assert check.check_documents(check.load_documents()) == []


def test_questions_rest_on_the_documents() -> None:
    assert check.check_questions(check.load_questions(), check.load_documents()) == []


def test_every_type_and_style_has_enough_questions() -> None:
    assert check.check_counts(check.load_questions()) == []


def test_split_is_stable_and_about_even() -> None:
    tune, test = split.questions("tune"), split.questions("test")
    assert len(tune) + len(test) == len(split.questions())
    assert 0.4 < len(tune) / len(split.questions()) < 0.6
    assert split.half("b004") == "tune"
    assert split.half("b003") == "test"


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("共216人", "16人", False),
        ("共16人", "16人", True),
        ("1,600万元", "1600万元", True),
        ("7.25亿", "7.2", False),
        ("“林票”", "林票", True),
    ],
)
def test_a_number_must_be_whole(text: str, wanted: str, found: bool) -> None:
    assert check.holds(text, wanted) is found


def test_the_check_notices_damage() -> None:
    documents = check.load_documents()
    good = next(row for row in check.load_questions() if row["type"] == "money")
    assert check.check_question(good | {"evidence": ["原文没有的话"]}, documents)
    assert check.check_question(good | {"accept": [["999亿元"]]}, documents)
    assert check.check_question(good | {"reject": [good["accept"][0][0]]}, documents)
    derived = next(row for row in check.load_questions() if row["type"] == "derived")
    assert check.check_question(derived | {"note": "算式：1+1=3"}, documents)
