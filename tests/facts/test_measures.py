"""What a document says is done, by its headed sections."""

from __future__ import annotations

from fact_documents import document

from app.documents.structure import outline
from app.facts.measures import measures
from app.model import Measure

TEXT = (
    "关于推进养老服务的实施方案\n"
    "一、主要任务\n"
    "（一）完善设施布局\n"
    "市民政局每年新建养老驿站20处。2025年底前实现街道全覆盖。\n"
    "（二）推进护理员职称制度改革，破解晋升通道狭窄难题\n"
    "建立五级职称序列。护理员流失率明显降低。\n"
    "二、组织保障\n"
    "各部门要加强协同。\n"
)


def found(text: str = TEXT) -> list[Measure]:
    return list(measures(document(text), outline(text)))


def test_each_headed_section_is_a_measure_in_reading_order() -> None:
    titles = [measure.title for measure in found()]
    assert titles == [
        "主要任务",
        "完善设施布局",
        "推进护理员职称制度改革，破解晋升通道狭窄难题",
        "组织保障",
    ]


def test_a_measure_knows_the_one_above_it() -> None:
    assert [measure.parent for measure in found()] == [None, 0, 0, None]


def test_actor_action_and_deadline_are_read_from_the_text() -> None:
    facilities = found()[1]
    assert facilities.actor == "市民政局"
    assert facilities.action.startswith("市民政局每年新建养老驿站20处")
    assert facilities.deadline == "2025年底前"


def test_a_reform_says_what_it_overcomes_and_what_came_of_it() -> None:
    reform = found()[2]
    assert reform.is_reform
    assert reform.difficulty == "晋升通道狭窄"
    assert reform.result == "护理员流失率明显降低"
    assert not found()[1].is_reform


def test_a_measure_covers_its_whole_section() -> None:
    facilities = found()[1]
    body = facilities.span.of(TEXT)
    assert "2025年底前实现街道全覆盖" in body
    assert "职称" not in body


def test_a_text_without_headings_has_no_measures() -> None:
    assert found("没有标题的一段话。") == []
