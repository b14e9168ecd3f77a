"""Which figures of a document are aimed at, told by what leads to them rather than beside them."""

from __future__ import annotations

import re
from functools import lru_cache

from app.model import Document, Figure, Modality, Outline, Role
from app.text.fold import fold

# 主要预期目标是: …, …, …: what follows the colon is aimed at, up to the end of the sentence.
_LEAD = re.compile("(?:目标|预期|任务|力争|争取|努力|计划|打算|预计)[^,，。;；:：]{0,12}[:：]")
# 力争完成培训800人次, 受益人数达到500人: both.
_STRIVES = re.compile("力争|争取(?!到)|力求|努力实现")
# 计划招生900人, 其中甲校300人: the part is planned as well.
_PLANNED = re.compile("计划(?!生育)|规划|拟[招建投安新]|预计|目标|力争")
_DONE = re.compile("完成|超额|实际|已")
# 二、发展目标; 一、目标完成情况 tells of what has come about.
_HEADED = re.compile("目标")
_REVIEWED = re.compile("完成|回顾|情况|进展|成效|实现|评估|总结")
_YEAR = re.compile("((?:19|20)[0-9]{2})年")


class Aims:
    """The leads and headings of one document that make aims of the figures under them."""

    def __init__(self, document: Document, outline: Outline) -> None:
        self._text = document.text
        self._outline = outline
        years = {int(year) for year in _YEAR.findall(fold(document.title).text)}
        own = document.issued_on.year if document.issued_on is not None else None
        self._latest = max(years | {own} if own is not None else years, default=None)
        self._headed = lru_cache(maxsize=1024)(self._is_headed)

    def aimed_at(self, figure: Figure, section: int | None) -> bool:
        """Whether `figure`, which stands in `section`, is no result but an aim."""
        if figure.modality is Modality.TARGET:
            return True
        before = self._text[figure.sentence.start : figure.quantity.span.start]
        opened = max(before.rfind("（"), before.rfind("("))
        if opened > max(before.rfind("）"), before.rfind(")")):
            before = before[opened:]  # what is in brackets is led to by nothing outside of them
        lead = _LEAD.search(before)
        if (lead and not _REVIEWED.search(lead.group())) or _STRIVES.search(before):
            return True
        if figure.role is Role.PART and _PLANNED.search(before) and not _DONE.search(before):
            return True
        if figure.year is not None and self._latest is not None:
            if figure.year > self._latest:
                return True
            if figure.year < self._latest:
                return False
        return section is not None and self._headed(section)

    def _is_headed(self, section: int) -> bool:
        """Whether the nearest heading that speaks of aims or results speaks of aims."""
        for index in reversed(self._outline.path(section)):
            heading = self._outline.sections[index].heading
            if _REVIEWED.search(heading):
                return False
            if _HEADED.search(heading):
                return True
        return False
