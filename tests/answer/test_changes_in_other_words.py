"""增速, 同比, 几个点 ask for the change that the text tells as 比上年增长."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer

TEXT = (
    "云禾市2023年统计公报\n\n一、综合\n2023年，全市地区生产总值312.46亿元，比上年增长8.1%。"
    "一般公共预算收入23.1亿元，比上年下降2.3%。\n"
)


@pytest.fixture(scope="module")
def bulletin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("changes"), (Text("公报.txt", TEXT),)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "history", "answer"),
    [
        ("地区生产总值同比增长多少？", (), "8.1%"),
        ("2023年GDP增速是多少？", (), "8.1%"),
        ("增速呢？", ("地区生产总值是多少？",), "8.1%"),
        ("一般公共预算收入同比下降多少？", (), "2.3%"),
        ("财政收入降了几个点？", (), "2.3%"),
    ],
)
def test_a_change_is_found_under_its_other_names(
    bulletin: Engine, question: str, history: tuple[str, ...], answer: str
) -> None:
    reply = bulletin.ask(question, history, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
