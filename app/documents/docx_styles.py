"""What the styles of a Word file say of numbering and of hidden text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.documents.docx_package import Element, child, children, is_on, number, value

_DEEPEST = 50  # styles based on styles; a circle ends here


@dataclass(frozen=True, slots=True)
class Style:
    """A style: its numbering (None: says nothing) and whether its text is hidden (likewise)."""

    id: str
    based_on: str | None
    list_id: int | None
    level: int | None
    hidden: bool | None


@dataclass(frozen=True, slots=True)
class ListPlace:
    """To which list a paragraph belongs, and at which level.

    `level` is None when the level has to be found by `style`: the level of the list that names it.
    """

    list_id: int
    level: int | None
    style: str | None


class Styles:
    """All styles of a file by their id."""

    def __init__(self, root: Element | None) -> None:
        self._by_id: dict[str, Style] = {}
        self._default: str | None = None
        for element in children(root, "style"):
            style = _style(element)
            self._by_id[style.id] = style
            if value(element, "type") == "paragraph" and value(element, "default") in ("1", "true"):
                self._default = style.id

    def place(self, properties: Element | None) -> ListPlace | None:
        """The place in a list of a paragraph with these properties; list 0 means none."""
        own = child(properties, "numPr")
        level = child(own, "ilvl")
        named = child(own, "numId")
        if named is not None:
            return _place(number(named, 0), number(level, 0), None)
        for style in self._chain(self._of(properties)):
            if style.list_id is not None:
                given = number(level, 0) if level is not None else style.level
                return _place(style.list_id, given, style.id)
        return None

    def hides(self, paragraph: Element | None, run: Element | None) -> bool:
        """Whether a run with the properties `run`, in a paragraph with `paragraph`, is hidden."""
        own = child(run, "vanish")
        if own is not None:
            return is_on(own)
        for start in (value(child(run, "rStyle")), self._of(paragraph)):
            for style in self._chain(start):
                if style.hidden is not None:
                    return style.hidden
        return False

    def list_of(self, style: str) -> int | None:
        """The list that a style sets, by its id."""
        found = self._by_id.get(style)
        return found.list_id if found is not None else None

    def _of(self, properties: Element | None) -> str | None:
        return value(child(properties, "pStyle")) or self._default

    def _chain(self, start: str | None) -> Iterator[Style]:
        for _ in range(_DEEPEST):
            style = self._by_id.get(start) if start is not None else None
            if style is None:
                return
            yield style
            start = style.based_on


def _style(element: Element) -> Style:
    numbering = child(element, "pPr", "numPr")
    named, level = child(numbering, "numId"), child(numbering, "ilvl")
    hidden = child(element, "rPr", "vanish")
    return Style(
        id=value(element, "styleId") or "",
        based_on=value(child(element, "basedOn")),
        list_id=number(named, 0) if named is not None else None,
        level=number(level, 0) if level is not None else None,
        hidden=is_on(hidden) if hidden is not None else None,
    )


def _place(list_id: int, level: int | None, style: str | None) -> ListPlace | None:
    return ListPlace(list_id, level, style) if list_id else None
