"""Statements, citations, derivations and notes of an answer."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal

import pytest
from answer_corpus import AS_OF
from test_short_answers import COMPARED, EXACT_CASES, LISTS, YES_NO

from app.answer import templates
from app.engine import Engine
from app.model import Answer, Modality
from app.text.numbers import number_value

QUESTIONS = [row[0] for row in (*EXACT_CASES, *LISTS, *YES_NO, *COMPARED)]


def answered(engine: Engine, question: str) -> Answer:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    return reply


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_a_slice_with_the_digest_of_its_document(
    engine: Engine, question: str
) -> None:
    reply = answered(engine, question)
    assert reply.citations
    assert [cited.id for cited in reply.citations] == list(range(1, len(reply.citations) + 1))
    for cited in reply.citations:
        stored = engine.snapshot.documents.get(cited.document_id)
        assert stored is not None
        text = stored.document.text
        assert cited.span.of(text) == cited.quote != ""
        assert cited.quote in cited.context
        assert cited.context in text
        assert cited.digest == hashlib.sha256(text.encode()).hexdigest()
        assert cited.title == stored.document.title


@pytest.mark.parametrize("question", QUESTIONS)
def test_statements_are_quotes_or_built_from_the_citations_they_name(
    engine: Engine, question: str
) -> None:
    reply = answered(engine, question)
    quotes = {cited.id: cited.quote for cited in reply.citations}
    assert reply.statements
    for statement in reply.statements:
        assert statement.citations
        assert set(statement.citations) <= set(quotes)
        if statement.derived is None:
            assert statement.text in {quotes[number] for number in statement.citations}
        else:
            assert set(statement.derived.operands) <= set(quotes)
    assert all(f"[{number}]" in reply.markdown for number in quotes)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_short_answer_stands_in_a_quote(engine: Engine, question: str) -> None:
    reply = answered(engine, question)
    quoted = "\n".join(cited.quote for cited in reply.citations)
    if any(statement.derived for statement in reply.statements):
        return
    for part in re.split("；|：| ", reply.answer):
        if re.search(r"\d", part) and not part.startswith("《"):
            assert part in quoted or re.fullmatch(r"(?:19|20)\d\d年", part)


DERIVED = [
    ("养老机构备案材料压减了多少项？", "14项", "difference", "14", 1),
    ("备案办理时限缩短了多少个工作日？", "11个工作日", "difference", "11", 1),
    ("公办机构入住率提高了多少个百分点？", "35个百分点", "difference", "35", 1),
    ("市级财政投入和社会资本投入合计多少？", "5.45亿元", "sum", "545000000", 2),
    ("柳溪市2023年末常住人口比2022年多了多少？", "0.5万人", "difference", "5000", 2),
    ("持证护理员占护理员3420名的比例是多少？", "约83.9%", "share", "0.839", 1),
    ("按护理型床位占比倒推全部床位是多少张？", "12600张", "whole", "12600", 2),
]


def computed(expression: str) -> Decimal:
    """The value of `a - b`, `a + b` or `a / b`; 61.5% is .615, 2.15亿 is 215000000."""
    left, sign, right = re.fullmatch(r"(\S+) ([-+/]) (\S+)", expression).groups()  # type: ignore[union-attr]
    values = [number_value(side) for side in (left, right)]
    assert None not in values
    first, second = (value or Decimal(0) for value in values)
    return {"-": first - second, "+": first + second, "/": first / (second or 1)}[sign]


@pytest.mark.parametrize(
    ("question", "wanted", "operation", "value", "fewest"),
    DERIVED,
    ids=[row[0] for row in DERIVED],
)
def test_a_computed_value_shows_how_it_came_about(
    engine: Engine, question: str, wanted: str, operation: str, value: str, fewest: int
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    derived = [statement.derived for statement in reply.statements if statement.derived]
    assert len(derived) == 1
    assert derived[0].operation == operation
    assert len(derived[0].operands) >= fewest
    assert abs(computed(derived[0].expression) / Decimal(value) - 1) < Decimal("0.01")
    assert templates.DERIVED_NOTE in reply.notes
    assert reply.answer in {
        wanted,
        wanted.replace("12600", "1.26万"),
        wanted.replace("0.5万", "5000"),
    }


def test_a_target_is_answered_with_a_note_and_an_actual_number_without(engine: Engine) -> None:
    wish = engine.ask("云禾市到2026年底要建成公共充电桩多少个？", as_of=AS_OF)
    done = engine.ask("截至2023年底云禾市已建成公共充电桩多少个？", as_of=AS_OF)
    assert isinstance(wish, Answer)
    assert isinstance(done, Answer)
    assert (wish.answer, done.answer) == ("1.2万个", "4300个")
    assert templates.TARGET_NOTE in wish.notes
    assert templates.TARGET_NOTE not in done.notes


def test_the_figures_of_the_plan_are_stored_as_target_and_actual(engine: Engine) -> None:
    stored = engine.snapshot.documents.get("charging")
    assert stored is not None
    by_text = {
        figure.quantity.span.of(stored.document.text): figure.modality for figure in stored.figures
    }
    assert by_text["1.2万个"] is Modality.TARGET
    assert by_text["4300个"] is Modality.ACTUAL


def test_a_year_that_the_sentence_does_not_state_is_noted(engine: Engine) -> None:
    note = templates.INHERITED_YEAR_NOTE.format(year=2023)
    carried = engine.ask("云禾市现有养老机构多少家？", as_of=AS_OF)
    stated = engine.ask("2023年云禾市养老服务总投入是多少？", as_of=AS_OF)
    assert isinstance(carried, Answer)
    assert isinstance(stated, Answer)
    assert note in carried.notes
    assert note not in stated.notes


def test_a_repealed_or_expired_document_is_noted(engine: Engine) -> None:
    repealed = engine.ask("家电下乡补贴比例是多少？", as_of=AS_OF)
    expired = engine.ask("文旅消费券发放多少万元？", as_of=AS_OF)
    assert isinstance(repealed, Answer)
    assert isinstance(expired, Answer)
    assert any("已废止" in note for note in repealed.notes)
    assert any("2022-12-31" in note for note in expired.notes)


def test_a_document_is_not_expired_before_its_last_day_is_over(engine: Engine) -> None:
    last_day = AS_OF.replace(year=2022, month=12, day=31)
    reply = engine.ask("文旅消费券发放多少万元？", as_of=last_day)
    assert isinstance(reply, Answer)
    assert reply.as_of == last_day
    assert not any("到期" in note for note in reply.notes)


@pytest.mark.parametrize(
    ("question", "north", "south"),
    [
        ("引进博士研究生给予安家补贴多少万元？", "20万元", "30万元"),
        ("博士安家补贴是多少？", "20万元", "30万元"),
        ("安家补贴由谁审核发放？", "县人力资源和社会保障局", "县人才服务中心"),
    ],
)
def test_documents_that_answer_differently_each_get_a_statement(
    engine: Engine, question: str, north: str, south: str
) -> None:
    reply = engine.ask(question, as_of=AS_OF)
    assert isinstance(reply, Answer)
    assert north in reply.answer
    assert south in reply.answer
    assert {cited.document_id for cited in reply.citations} == {"talent-north", "talent-south"}
    assert len(reply.statements) == 2


def test_the_limit_bounds_the_documents_compared_never_the_items(engine: Engine) -> None:
    one = engine.ask("引进博士研究生给予安家补贴多少万元？", as_of=AS_OF, limit=1)
    items = engine.ask("云禾市养老服务推进了哪三项改革？", as_of=AS_OF, limit=1)
    assert isinstance(one, Answer)
    assert isinstance(items, Answer)
    assert len({cited.document_id for cited in one.citations}) == 1
    assert len(items.answer.split("；")) == 3


def test_a_list_that_is_shorter_than_announced_says_so(engine: Engine) -> None:
    reply = engine.ask("云禾市养老服务推进了哪四项改革？", as_of=AS_OF)
    said = " ".join(reply.notes) if isinstance(reply, Answer) else reply.message
    assert not isinstance(reply, Answer) or "4" in said


def test_a_citation_carries_the_official_fields(engine: Engine) -> None:
    reply = engine.ask("公租房可以转租吗？", as_of=AS_OF)
    assert isinstance(reply, Answer)
    cited = reply.citations[0]
    assert (cited.number, cited.issuer) == ("云政发〔2023〕5号", "云禾市人民政府")
    assert cited.issued_on is not None
    assert any("租金与使用" in heading for heading in cited.path)
