"""Twins of answerable questions: how they are made, how replies to them are judged, and a floor."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from bench import AS_OF, BENCH, load_split
from twins import judging
from twins.model import Seed, Text, Texts, Twin
from twins.sources import own_bench
from twins.transformations import TRANSFORMATIONS, twins

from app.engine import Engine
from app.library import Library, index
from app.model import Answer, Kind

FLOOR = 0.95
EACH = 4  # every fourth question of the tuning half, to keep the tests short

REPORT = Text(
    "report",
    "云禾市2023年统计公报",
    "2023年全市有养老机构58家，拥有护理员3420名。办理时限由15个工作日缩短至4个工作日。"
    "到2025年计划新增床位800张。支持东渠福利院、北塘敬老院、南溪护理站等3家机构共投入1.42亿元。",
    ("云禾市", "云禾"),
)
OTHER = Text("other", "柳溪市2022年统计公报", "2022年全市有图书馆9个。", ("柳溪市", "柳溪"))
TEXTS = Texts((REPORT, OTHER))


def seed(question: str, accept: str, evidence: str, kind: str = "figure", *context: str) -> Seed:
    return Seed("s1", kind, question, context, ((accept,),), (evidence,), ("report",))


HOMES = seed("2023年云禾市有多少家养老机构?", "58家", "2023年全市有养老机构58家")
NURSES = seed("云禾市有护理员多少名?", "3420名", "拥有护理员3420名")
TIME = seed("云禾市现在办理时限是几个工作日?", "4个工作日", "办理时限由15个工作日缩短至4个工作日")
LIMIT = seed("云禾市办理时限是几个工作日?", "4个工作日", "办理时限由15个工作日缩短至4个工作日")
BEDS = seed("云禾市到2025年计划新增床位多少张?", "800张", "到2025年计划新增床位800张")
SHARED = seed(
    "云禾市3家机构共投入多少?",
    "1.42亿元",
    "东渠福利院、北塘敬老院、南溪护理站等3家机构共投入1.42亿元",
    "money",
)

MADE = [
    ("other_year", HOMES, "2022年云禾市有多少家养老机构?"),
    ("absent_year", HOMES, "2009年云禾市有多少家养老机构?"),
    ("added_year", NURSES, "2009年云禾市有护理员多少名?"),
    ("invented_place", HOMES, "2023年栖梧市有多少家养老机构?"),
    ("corpus_place", HOMES, "2023年柳溪市有多少家养老机构?"),
    ("other_unit", NURSES, "云禾市有护理员多少吨?"),
    ("other_head", HOMES, "2023年云禾市有多少家殡仪馆?"),  # 福利院 stands in the text
    ("part_of_whole", NURSES, "云禾市有少数民族护理员多少名?"),
    ("member_of_group", SHARED, "云禾市东渠福利院共投入多少?"),
    ("before_for_after", TIME, "云禾市改革前办理时限是几个工作日?"),
    ("swapped_change", TIME, "云禾市办理时限由4个工作日缩短至15个工作日了吗？"),
    ("actual_for_target", BEDS, "云禾市到2025年实际新增床位多少张?"),
    ("target_for_actual", HOMES, "2023年云禾市的目标是多少家养老机构?"),
    ("false_premise", LIMIT, "云禾市为什么取消办理时限？"),
    (
        "turned_rule",
        seed("云禾市承租人可以转租住房吗?", "否：", "承租人不得转租", "yes_no"),
        "云禾市承租人为什么可以转租住房？",
    ),
]


@pytest.mark.parametrize(("name", "source", "question"), MADE, ids=[row[0] for row in MADE])
def test_a_transformation_makes_its_twin(name: str, source: Seed, question: str) -> None:
    made = [twin.question for twin in TRANSFORMATIONS[name](source, TEXTS)]
    assert made == [question]


def test_every_transformation_has_an_example() -> None:
    assert {name for name, *_ in MADE} == set(TRANSFORMATIONS)


def test_a_year_that_may_be_reckoned_from_a_change_is_not_asked_for() -> None:
    grown = Text(
        "report", "云禾市2023年公报", "2023年末常住人口80万人，比上年增加2万人。", ("云禾市",)
    )
    asked = seed("2023年末云禾市常住人口多少万人?", "80万人", "2023年末常住人口80万人")
    [twin] = TRANSFORMATIONS["other_year"](asked, Texts((grown,)))
    assert twin.question == "2021年末云禾市常住人口多少万人?"


def test_a_year_that_another_text_speaks_of_with_the_same_words_makes_no_twin() -> None:
    earlier = Text("earlier", "云禾市2022年公报", "2022年全市有养老机构51家。", ("云禾市",))
    assert not list(TRANSFORMATIONS["other_year"](HOMES, Texts((REPORT, earlier))))


def test_a_place_that_the_answering_text_names_makes_no_twin() -> None:
    both = Text("report", REPORT.name, f"{REPORT.text}柳溪市有养老机构12家。", REPORT.places)
    assert not list(TRANSFORMATIONS["corpus_place"](HOMES, Texts((both, OTHER))))


def test_a_unit_in_which_the_text_holds_a_number_is_not_taken() -> None:
    weighed = Text("report", REPORT.name, f"{REPORT.text}发放粮食30吨。", REPORT.places)
    [twin] = TRANSFORMATIONS["other_unit"](NURSES, Texts((weighed,)))
    assert twin.question == "云禾市有护理员多少公里?"


def test_the_twins_of_a_question_are_the_same_every_time() -> None:
    assert twins(HOMES, TEXTS) == twins(HOMES, TEXTS)
    assert len(twins(HOMES, TEXTS)) >= 6


def answer(text: str) -> Answer:
    return Answer(Kind.COUNT, text, (), (), "", None, (), date(2024, 5, 1), "v")


def test_an_answer_is_corrected_only_with_the_right_value_of_the_twin() -> None:
    twin = Twin(TIME, "before_for_after", "改革前是几个工作日?", (), value="15")
    assert judging.judged(twin, answer("15个工作日")) == judging.CORRECTED
    assert judging.judged(twin, answer("4个工作日")) == judging.WRONG
    assert judging.judged(twin, answer("115个工作日")) == judging.WRONG


def test_an_answer_to_a_twin_without_an_answer_is_wrong() -> None:
    twin = Twin(NURSES, "other_unit", "云禾市有护理员多少吨?", ())
    assert judging.judged(twin, answer("3420名")) == judging.WRONG


def test_the_twins_of_the_tuning_half_are_refused_or_corrected(tmp_path: Path) -> None:
    split = load_split()
    seeds, texts = own_bench(BENCH, lambda name: split.half(name) == "tune")
    index(BENCH / "documents", tmp_path / "data")
    found: Counter[str] = Counter()
    with Library.open(BENCH / "documents", tmp_path / "data") as library:
        engine = Engine(library.snapshot(), library.segmenter)
        for source in seeds[::EACH]:
            for twin in twins(source, texts):
                reply = engine.ask(twin.question, twin.context, as_of=AS_OF)
                found[judging.judged(twin, reply)] += 1
    assert found.total() > 200
    assert 1 - found[judging.WRONG] / found.total() >= FLOOR, found
