"""What the words round a number leave out: said once for a row, or one clause before."""

from __future__ import annotations

import re

from app.answer.matching import Zone
from app.answer.view import DocumentView, SentenceView
from app.model import Dimension, Figure, Span
from app.text.fold import fold

_ROW = 0.9  # 国家级绿色工厂、绿色工业园区: a level that stands before the first of a row
_SAID = 0.7  # 新建助餐点180个; 先建60个: what is counted was named one clause before
_STEM = 2  # characters that two items of a row share behind what stands before the first
# A level or a quality that is said once for a row; no verb and nothing that ends an item.
_LEVEL = re.compile("(?:国家|省|市|州|区|县)级|(?:世界|国际|国内|全国|全省|全市)(?:级|性)?")
_ENDED = frozenset("、,，;；。)）")
_COUNTED = frozenset({Dimension.COUNT, Dimension.MEASURE})
# What a clause that leaves its noun out may say before the number: when, and that it came about.
_NOTHING_NAMED = re.compile(
    "(?:截至|截止|到|至|于|在|今年|去年|明年|上半年|下半年|全年|年底|月底|目前|其中|预计|计划|力争|确保"
    "|已经?|先|再|又|将|拟|累计|新|共|完成|建成|建设|建|改造|改|投用|启用|开工|竣工|达到?|有|为|约|近|超过?|了"
    "|[0-9年月日末底前初第一二三四季度,，、 ])*"
)


def zones(view: DocumentView, sentence: SentenceView, figure: Figure) -> list[Zone]:
    """Places outside a number's own words of which it speaks as well."""
    level = _level(view, figure)
    found = [Zone(level, _ROW)] if level else []
    found.extend(Zone(one.text, _SAID) for one in _continued(view, sentence, figure))
    return found


def _level(view: DocumentView, figure: Figure) -> str:
    """The level before the first item of a row that goes on as the item of this number does."""
    if figure.member is None:
        return ""
    stem = fold(view.quote(figure.member)).text[:_STEM]
    for sibling in figure.siblings:
        text = fold(view.quote(sibling)).text
        at = text.find(stem)
        level = _LEVEL.search(text[:at]) if sibling.start < figure.member.start and at > 0 else None
        if level is not None and level.end() == at:
            return level.group()
    return ""


def _continued(view: DocumentView, sentence: SentenceView, figure: Figure) -> list[SentenceView]:
    """…120个; 2022年新建210个; 2023年180个: the sentences before that say what is counted."""
    found: list[SentenceView] = []
    while sentence.index:
        before = view.sentences[sentence.index - 1]
        alike = [one for one in before.figures if one.quantity.unit == figure.quantity.unit]
        if before.section != sentence.section or not alike or not _goes_on(view, figure, before):
            break
        found.append(before)
        sentence, figure = before, alike[0]
    return found


def _goes_on(view: DocumentView, figure: Figure, before: SentenceView) -> bool:
    """…50个; 明年先建20个: a bare number behind a semicolon counts the same things."""
    number = figure.quantity
    if number.dimension not in _COUNTED or not before.text.rstrip().endswith(";"):
        return False
    text = view.stored.document.text
    if text[number.span.end : number.span.end + 1] not in _ENDED:
        return False
    said = fold(view.quote(Span(figure.sentence.start, number.span.start))).text
    led = re.sub(f"[0-9.]+{re.escape(number.unit)}", "", said)
    return _NOTHING_NAMED.fullmatch(led) is not None
