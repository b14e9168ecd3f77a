"""Places by their full, short and shortest names, learned from the documents; numerals both ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.engine import Engine
from app.library import Library, index
from app.model import Answer
from app.text.fold import fold
from app.text.numerals import han_numerals, numeral_value
from app.text.places import full_form, place_names

AS_OF = date(2024, 5, 1)
TEXTS = {
    "甲": "霍兰图勒蒙古自治州2023年义务教育工作报告\n\n一、情况\n2023年，全州共有小学86所。\n",
    "乙": "阿依肯哈萨克自治县2023年道路建设情况\n\n一、情况\n2023年，新建牧区道路318公里。\n",
    "丙": "芷峪市促进消费二十四条措施\n\n一、汽车消费\n对购买新能源汽车的个人给予3000元补贴。\n"
    "二、应对干旱\n安排抗旱资金560万元。\n",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("places")
    corpus, data = folder / "corpus", folder / "data"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    index(corpus, data)
    with Library.open(corpus, data) as library:
        yield Engine(library.published.snapshot, library.published.segmenter)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("霍兰图勒蒙古自治州有多少所小学", "86所"),
        ("霍兰图勒州有多少所小学", "86所"),
        ("霍兰图勒有多少所小学", "86所"),
        ("霍州有多少所小学", "86所"),
        ("我州有多少所小学", "86所"),
        ("阿依肯县新建牧区道路多少公里", "318公里"),
        ("阿县新建牧区道路多少公里", "318公里"),
        ("本市买新能源汽车补多少钱", "3000元"),
        ("芷峪消费24条里买新能源车补多少钱", "3000元"),
        ("芷峪消费二十四条里买新能源车补多少钱", "3000元"),
        ("芷峪市乾旱應對的資金安排多少", "560万元"),
    ],
)
def test_a_place_is_known_by_each_of_its_names(engine: Engine, question: str, answer: str) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer), reply.message
    assert answer in reply.answer


@pytest.mark.parametrize("place", ["巴州", "霍县", "芷峪县", "沙州"])
def test_a_place_that_no_document_names_is_refused(engine: Engine, place: str) -> None:
    reply = engine.ask(f"{place}有多少所小学", as_of=AS_OF)
    assert not isinstance(reply, Answer), reply.answer


@pytest.mark.parametrize(
    ("place", "forms"),
    [
        ("南充市", ("南充市", "南充")),
        ("沙县", ("沙县",)),
        ("青石镇", ("青石镇", "青石")),
        (
            "霍兰图勒蒙古自治州",
            ("霍兰图勒蒙古自治州", "霍兰图勒蒙古", "霍州", "霍兰图勒州", "霍兰图勒"),
        ),
        (
            "云桐土家族苗族自治县",
            ("云桐土家族苗族自治县", "云桐土家族苗族", "云桐县", "云桐"),
        ),
    ],
)
def test_short_forms_of_a_place(place: str, forms: tuple[str, ...]) -> None:
    assert place_names(place) == forms


def test_only_an_initial_with_its_rank_stands_for_a_longer_name() -> None:
    assert full_form("霍州") == "霍*自治州"
    assert full_form("霍兰州") == ""
    assert full_form("霍市") == ""


@pytest.mark.parametrize("number", [1, 9, 10, 12, 20, 24, 99, 100, 105, 110, 236, 999])
def test_a_number_in_chinese_numerals_has_its_value(number: int) -> None:
    (written,) = han_numerals(number)
    assert numeral_value(written) == number


@pytest.mark.parametrize("number", [0, 1000])
def test_a_number_out_of_range_has_no_chinese_numerals(number: int) -> None:
    assert han_numerals(number) == ()


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("乾旱乾淨", "干旱干净"),
        ("瞭解答覆", "了解答复"),
        ("覆核衹限晉昇", "复核只限晋升"),
        ("裏裡臺纔補貼", "里里台才补贴"),
        ("乾隆乾坤瞭望覆盖毕昇", "乾隆乾坤瞭望覆盖毕昇"),
    ],
)
def test_a_character_of_both_scripts_is_told_by_its_neighbours(
    traditional: str, simplified: str
) -> None:
    assert fold(traditional).text == simplified
    assert fold(simplified).text == simplified


@pytest.mark.parametrize("question", ["¹", "第²条", "③"])
def test_a_digit_that_is_no_number_is_no_fault(engine: Engine, question: str) -> None:
    assert not isinstance(engine.ask(question, as_of=AS_OF), Answer)
