"""Measures and reforms: what a document says is done, read from its outline."""

from __future__ import annotations

import re

from app.model import Document, Measure, Outline, Section, Span
from app.text.sentences import clauses, each_sentence

_REFORM = re.compile("改革")
_DIFFICULTY = re.compile(
    "(?:聚焦|针对|围绕|着眼|瞄准|破解|解决)([^,，。;；]{2,40}?)(?:难点|难题|问题|痛点|堵点|矛盾|短板)"
)
_RESULT = re.compile(
    "(?:得到|实现|达到|取得|荣获|提升|缩小|破解|化解|压减|更加|明显|显著|全面完成)"
)
_ACTOR = re.compile(
    "^([^,，。;；]{2,20}?(?:部门|单位|委员会|人民政府|政府|机关|局|厅|县市|学校|企业))"
)
_DEADLINE = re.compile(
    "(?:20[0-9]{2}年(?:[0-9]{1,2}月)?(?:底|末)?前|[0-9]{1,3}个?(?:工作日|日|天|月)内)"
)


def measures(document: Document, outline: Outline) -> tuple[Measure, ...]:
    """One measure for each headed section of `document`, in reading order.

    `action` is the first sentence below the heading, `parent` the position of the measure of the
    section above, `result` the first clause that reports an effect.
    """
    found: list[Measure] = []
    position: dict[int, int] = {}
    for i, section in enumerate(outline.sections):
        if not section.heading:
            continue
        position[i] = len(found)
        parent = next((position[p] for p in reversed(outline.path(i)[:-1]) if p in position), None)
        found.append(_measure(document.text, section, parent))
    return tuple(found)


def _measure(text: str, section: Section, parent: int | None) -> Measure:
    body = Span(section.heading_span.end, section.span.end)
    first = next(each_sentence(text, body), None)
    action = first.of(text) if first is not None else ""
    difficulty = _DIFFICULTY.search(section.heading)
    actor = _ACTOR.search(action)
    deadline = _DEADLINE.search(text, body.start, body.end)
    return Measure(
        title=section.heading,
        actor=actor.group(1) if actor else None,
        action=action,
        deadline=deadline.group() if deadline else None,
        parent=parent,
        span=section.span,
        is_reform=_REFORM.search(section.heading) is not None,
        difficulty=difficulty.group(1) if difficulty else None,
        result=_result(text, body),
    )


def _result(text: str, body: Span) -> str | None:
    if _RESULT.search(text, body.start, body.end) is None:
        return None
    for line in each_sentence(text, body):
        if _RESULT.search(text, line.start, line.end) is None:
            continue
        for clause in clauses(text, line):
            if _RESULT.search(text, clause.start, clause.end):
                return clause.of(text)
    return None
