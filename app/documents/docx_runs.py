"""The text of one paragraph of a Word file, and the text boxes that are anchored in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.documents.counting import raised
from app.documents.docx_notes import Notes
from app.documents.docx_package import Element, child, local, value
from app.documents.docx_styles import Styles

# Runs lie below these without being changed by them.
_TRANSPARENT = frozenset(
    {
        "ins",
        "moveTo",
        "hyperlink",
        "smartTag",
        "customXml",
        "fldSimple",
        "sdtContent",
        "dir",
        "bdo",
        "rubyBase",
    }
)
_GONE = frozenset({"del", "moveFrom", "pPr", "rPr", "sdtPr", "rt"})
_CHARACTERS: Mapping[str, str] = MappingProxyType(
    {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
)
# The signs of the symbol fonts that forms use for boxes to tick.
_SYMBOLS: Mapping[str, str] = MappingProxyType(
    {
        "F06F": "□",
        "F071": "□",
        "F0A8": "□",
        "F0A3": "□",
        "F052": "☑",
        "F0FE": "☑",
        "F054": "☒",
        "F0FD": "☒",
        "F0FC": "✓",
        "F050": "✓",
    }
)
_SOFT_HYPHEN = "\xad"


@dataclass(slots=True)
class Inline:
    """What a paragraph holds: its text, and the contents of its text boxes."""

    text: str = ""
    boxes: list[Element] = field(default_factory=list)


def inline(paragraph: Element, properties: Element | None, styles: Styles, notes: Notes) -> Inline:
    """The text and boxes of `paragraph`, whose properties are `properties`."""

    def hidden(run: Element) -> bool:
        return styles.hides(properties, child(run, "rPr"))

    found = Inline()
    pieces: list[str] = []
    _walk(paragraph, hidden, notes, pieces, found.boxes)
    found.text = "".join(pieces).replace(_SOFT_HYPHEN, "")
    return found


def _walk(
    holder: Element,
    hidden: Callable[[Element], bool],
    notes: Notes,
    pieces: list[str],
    boxes: list[Element],
) -> None:
    for element in holder:
        kind = local(element)
        if kind == "r":
            if not hidden(element):
                inside: list[str] = []
                _walk(element, hidden, notes, inside, boxes)
                words = "".join(inside)
                pieces.append(raised(words) if _is_raised(element) else words)
        elif kind == "t":
            pieces.append((element.text or "").replace("\n", " "))
        elif kind in _CHARACTERS:
            pieces.append(_CHARACTERS[kind])
        elif kind == "sym":
            pieces.append(_symbol(element))
        elif kind in ("footnoteReference", "endnoteReference"):
            pieces.append(notes.mark(kind.removesuffix("Reference"), element))
        elif kind in ("drawing", "pict", "object", "AlternateContent"):
            boxes.extend(_boxes(element))
            if kind == "AlternateContent":
                _walk(_chosen(element), hidden, notes, pieces, boxes=[])
        elif kind == "sdt":
            if child(element, "sdtPr", "showingPlcHdr") is None:
                _walk(element, hidden, notes, pieces, boxes)
        elif kind in _TRANSPARENT or kind == "ruby" or _is_formula(element):
            _walk(element, hidden, notes, pieces, boxes)


def _is_raised(run: Element) -> bool:
    return value(child(run, "rPr", "vertAlign")) == "superscript"


def _is_formula(element: Element) -> bool:
    """Whether an element belongs to a formula, which is written as its characters in a row."""
    return element.tag.startswith("{") and "/math}" in element.tag


def _symbol(element: Element) -> str:
    code = (value(element, "char") or "").upper()
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "" if "\ue000" <= character <= "\uf8ff" or not character.isprintable() else character


def _boxes(element: Element) -> Iterator[Element]:
    """The contents of the text boxes below `element`, each once, not those inside another."""
    for one in _chosen(element) if local(element) == "AlternateContent" else element:
        kind = local(one)
        if kind == "txbxContent":
            yield one
        else:
            yield from _boxes(one)


def _chosen(alternatives: Element) -> Element:
    """The form for new programs, or the one for all others when that holds no text."""
    forms = [one for one in alternatives if local(one) in ("Choice", "Fallback")]
    with_text = (
        form for form in forms if any(local(one) in ("t", "txbxContent") for one in form.iter())
    )
    return next(with_text, forms[0] if forms else alternatives[:0])
