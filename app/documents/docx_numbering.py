"""The numbers that Word sets before paragraphs: 一、 （一） 1. 第一条.

A list (w:num) points to a definition (w:abstractNum) of up to nine levels, each with a form, a
start and a text such as 第%1条 in which %1 stands for the number of the first level. Lists with
the same definition go on counting together, unless a list says where it starts anew (ECMA-376,
17.9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.documents.counting import counted
from app.documents.docx_package import Element, child, children, is_on, number, value
from app.documents.docx_styles import ListPlace, Styles

_PLACE = re.compile("%([1-9])")
_MOST = 1_000_000  # a number that no list reaches; what starts higher starts here
# The gap behind a number: full-width marks carry their own.
_OWN_GAP = "、。．）】》〕：]"


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    `restart` is the level (from 1) behind which it begins anew, None: behind any higher one.
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    gap: str = " "
    restart: int | None = None
    plain: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class _Definition:
    levels: Mapping[int, Level]
    list_style: str | None  # the levels are those of the list of this style


@dataclass(frozen=True, slots=True)
class _List:
    definition: int
    starts: Mapping[int, int]
    levels: Mapping[int, Level]


@dataclass(slots=True)
class Numbering:
    """The lists of a file and how far each has counted. Paragraphs come in reading order."""

    root: Element | None
    styles: Styles
    _definitions: dict[int, _Definition] = field(default_factory=dict)
    _lists: dict[int, _List] = field(default_factory=dict)
    _counts: dict[int, dict[int, int]] = field(default_factory=dict)  # by definition, level
    _begun: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for element in children(self.root, "abstractNum"):
            levels = {number(one, 0, "ilvl"): _level(one) for one in children(element, "lvl")}
            linked = value(child(element, "numStyleLink"))
            self._definitions[number(element, -1, "abstractNumId")] = _Definition(levels, linked)
        for element in children(self.root, "num"):
            starts, levels = {}, {}
            for override in children(element, "lvlOverride"):
                depth = number(override, 0, "ilvl")
                start, own = child(override, "startOverride"), child(override, "lvl")
                if start is not None:
                    starts[depth] = _bounded(number(start, 1))
                if own is not None:
                    levels[depth] = _level(own)
            definition = number(child(element, "abstractNumId"), -1)
            self._lists[number(element, 0, "numId")] = _List(definition, starts, levels)

    def next_label(self, place: ListPlace) -> str:
        """The label of the next paragraph at `place`, with the gap behind it; "" for bullets."""
        found = self._lists.get(place.list_id)
        if found is None:
            return ""
        definition, levels = self._levels(found)
        depth = _depth(place, levels)
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(definition, {})
        if place.list_id not in self._begun:
            self._begun.add(place.list_id)
            for started in found.starts:
                counts.pop(started, None)
        starts = {at: found.starts.get(at, one.start) for at, one in levels.items()}
        counts[depth] = counts.get(depth, starts[depth] - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or depth < restart:
                del counts[deeper]
        return _label(level, levels, {**starts, **counts})

    def _levels(self, found: _List) -> tuple[int, dict[int, Level]]:
        """The definition in which a list counts, and its levels."""
        definition = found.definition
        known = self._definitions.get(definition)
        if known is not None and known.list_style is not None:
            linked = self._lists.get(self.styles.list_of(known.list_style) or 0)
            if linked is not None and linked.definition in self._definitions:
                definition, known = linked.definition, self._definitions[linked.definition]
        levels = known.levels if known is not None else {}
        return definition, {**levels, **found.levels}


def _level(element: Element) -> Level:
    form = child(element, "numFmt")
    text = value(child(element, "lvlText")) or ""
    level = Level(
        start=_bounded(number(child(element, "start"), 0)),
        form=value(form) or "decimal",
        text=text,
        plain=is_on(child(element, "isLgl")),
        style=value(child(element, "pStyle")),
    )
    restart = child(element, "lvlRestart")
    if restart is not None:
        level = replace(level, restart=number(restart, 0))
    unparted = value(child(element, "suff")) == "nothing" or text.endswith(tuple(_OWN_GAP))
    return replace(level, gap="") if unparted else level


def _bounded(start: int) -> int:
    return max(0, min(start, _MOST))


def _depth(place: ListPlace, levels: Mapping[int, Level]) -> int:
    if place.level is not None:
        return place.level
    return next((at for at, level in levels.items() if level.style == place.style), 0)


def _label(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    if level.form == "bullet":
        return ""

    def write(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        form = levels[at].form if at in levels else "decimal"
        if form == "none":
            return ""
        return counted(counts.get(at, 1), "decimal" if level.plain else form)

    label = _PLACE.sub(write, level.text)
    return label + level.gap if label.strip() else ""
