"""Figures in tables are answered by row, column and year, and proved by row and header."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from answer_corpus import AS_OF, Text, engine_over

from app.engine import Engine
from app.model import Answer, Refusal

TEXT = """临溪县养老服务发展规划

一、目标
表1　主要指标
指标　　　　2022年（基期）　2023年　2025年目标
护理型床位（万张）　　　1.84　　　2.60　　4.50
养老机构入住率（%）　　　47　　60　　75
财政投入（万元）　　　120　　90.5　　1,200

二、补贴
| 项目 | 补贴标准 | 名额（个） |
| --- | --- | --- |
| 国家级示范机构 | 60万元 | 3 |
| 省级示范机构 | 30万元 | 12 |
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine_over(tmp_path_factory.mktemp("tables"), (Text("规划.txt", TEXT),)) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("2023年护理型床位有多少张？", "2.60万张"),
        ("2025年护理型床位要达到多少？", "4.50万张"),
        ("2022年养老机构入住率是多少？", "47%"),
        ("2022年财政投入多少钱？", "120万元"),
        ("省级示范机构补贴多少？", "30万元"),
        ("国家级示范机构名额几个？", "3个"),
        ("2023年和2022年护理型床位相差多少？", "0.76万张"),
    ],
)
def test_a_cell_answers_for_its_row_and_column(plan: Engine, question: str, answer: str) -> None:
    reply = plan.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert reply.answer == answer
    assert all(cited.quote == TEXT[cited.span.start : cited.span.end] for cited in reply.citations)


def test_a_year_without_a_column_is_refused(plan: Engine) -> None:
    reply = plan.ask("2024年护理型床位有多少张？", as_of=AS_OF)
    assert isinstance(reply, Refusal)


def test_the_header_is_cited_beside_the_row(plan: Engine) -> None:
    reply = plan.ask("2023年护理型床位有多少张？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    row, header = (cited.quote for cited in reply.citations)
    assert row.startswith("护理型床位（万张）")
    assert "2023年" in header
