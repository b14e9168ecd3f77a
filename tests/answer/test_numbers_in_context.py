"""Numbers that stand near the words of a question without belonging to them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = (
    "芦川市2023年职业教育发展情况\n"
    "一、投入\n2023年，全市职业教育总投入8.6亿元，占全市GDP的1.2%，其中实训基地建设经费2.1亿元。\n"
    "二、师资\n招聘专任教师62人（其中研究生学历18人）。通过省培、市培、企业实践项目、跟岗研修指导培训教师3400人次。"
    "全市轮岗教师240人，占符合条件教师的12.5%，其中骨干教师96人，占比40%。\n"
    "三、课程\n研发了31门活页教材，建设25个在线课程。\n"
)


@pytest.fixture(scope="module")
def vocational(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    texts = (Text("职业教育.txt", TEXT),)
    with engine_over(tmp_path_factory.mktemp("vocational"), texts) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("研发了多少门活页教材？", "31门"),
        ("招聘的教师里研究生有多少？", "18人"),
        ("招聘专任教师多少人？", "62人"),
        ("培训教师多少人次？", "3400人次"),
        ("骨干教师占轮岗教师的比例是多少？", "40%"),
        ("职业教育总投入占GDP的比例是多少？", "1.2%"),
    ],
)
def test_the_number_that_belongs_to_the_words_is_given(
    vocational: Engine, question: str, wanted: str
) -> None:
    reply = vocational.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == wanted


def test_the_whole_of_a_share_is_not_told_by_a_number_beside_it(vocational: Engine) -> None:
    reply = vocational.ask("全市GDP是多少？", as_of=AS_OF)
    assert isinstance(reply, Refusal)


def test_the_year_before_a_clause_belongs_to_its_quotation(vocational: Engine) -> None:
    reply = vocational.ask("职业教育总投入是多少？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.statements[0].text == "2023年，全市职业教育总投入8.6亿元"
