"""The footnotes and endnotes of a Word file: their marks in the text, their texts at its end.

A mark in digits is put in brackets: 增长5%[1] must not read as 51. A circled number stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.documents.counting import counted
from app.documents.docx_package import Element, Package, child, children, number, value

_KINDS = ("footnote", "endnote")
_USUAL = {"footnote": "decimal", "endnote": "lowerRoman"}
_ORDINARY = (None, "normal")  # the others are rules between text and notes


@dataclass(slots=True)
class Notes:
    """The notes of a file in the order in which the text refers to them."""

    texts: Mapping[str, Mapping[int, Element]]
    forms: Mapping[str, str]
    _marks: dict[str, dict[int, str]] = field(default_factory=lambda: {kind: {} for kind in _KINDS})

    @staticmethod
    def of(package: Package, document: Element) -> Notes:
        """The notes of the file whose main part is `document`."""
        settings = package.related("settings")
        last_section = child(document, "body", "sectPr")
        texts, forms = {}, {}
        for kind in _KINDS:
            texts[kind] = {
                number(note, 0, "id"): note
                for note in children(package.related(f"{kind}s"), kind)
                if value(note, "type") in _ORDINARY
            }
            stated = child(last_section, f"{kind}Pr", "numFmt")
            usual = child(settings, f"{kind}Pr", "numFmt") if stated is None else stated
            forms[kind] = value(usual) or _USUAL[kind]
        return Notes(texts, forms)

    def mark(self, kind: str, reference: Element) -> str:
        """The mark of the note to which `reference` points; "" when the text has its own mark."""
        marks = self._marks[kind]
        note = number(reference, 0, "id")
        if note not in self.texts[kind]:
            return ""
        own = value(reference, "customMarkFollows") in ("1", "true", "on")
        if note not in marks:
            written = counted(1 + sum(map(bool, marks.values())), self.forms[kind])
            marks[note] = "" if own else written if "①" <= written <= "㊿" else f"[{written}]"
        return marks[note]

    def cited(self) -> Iterator[tuple[str, Element]]:
        """Mark and content of each note to which the text has referred, in that order."""
        for kind in _KINDS:
            for note, mark in list(self._marks[kind].items()):
                yield (f"{mark} " if mark else ""), self.texts[kind][note]
