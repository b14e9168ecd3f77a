"""Word files written part by part, for what python-docx cannot write."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from html import escape
from io import BytesIO

_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def level(depth: int, form: str, text: str, more: str = "") -> str:
    """One level of a list: the form of its number and the text round it (%1 is the number)."""
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="nothing"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


# 一、（一）1.（1）, as official documents number their parts (GB/T 9704).
OFFICIAL = (
    level(0, "chineseCounting", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "（%4）")
)
NUMBERING = (
    f'<w:abstractNum w:abstractNumId="0">{OFFICIAL}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def tagged(words: str, numbered: tuple[int, int] | None = None, style: str = "") -> str:
    """A paragraph of `words`; `numbered` is the list and the level that it belongs to."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered is not None:
        properties += (
            f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
        )
    text = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'
    return f"<w:p><w:pPr>{properties}</w:pPr>{text}</w:p>"


def docx_of(
    body: str,
    *,
    numbering: str = NUMBERING,
    styles: str = "",
    notes: Sequence[str] = (),
    endnotes: Sequence[str] = (),
    more: str = "",
) -> bytes:
    """A Word file with this body. Footnotes and endnotes are numbered from 1."""
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _relations({"officeDocument": "word/document.xml"}),
        "word/_rels/document.xml.rels": _relations(
            {
                "numbering": "numbering.xml",
                "styles": "styles.xml",
                "footnotes": "footnotes.xml",
                "endnotes": "endnotes.xml",
            }
        ),
        "word/document.xml": _part("document", f"<w:body>{body}</w:body>{more}"),
        "word/numbering.xml": _part("numbering", numbering),
        "word/styles.xml": _part("styles", styles),
        "word/footnotes.xml": _part("footnotes", _notes("footnote", notes)),
        "word/endnotes.xml": _part("endnotes", _notes("endnote", endnotes)),
    }
    return zipped(parts)


def zipped(parts: dict[str, str]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def _part(root: str, content: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {_SPACES}>'
        f"{content}</w:{root}>"
    )


def _notes(kind: str, notes: Sequence[str]) -> str:
    separator = (
        f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    )
    return separator + "".join(
        f'<w:{kind} w:id="{place}"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{note}</w:t></w:r></w:p></w:{kind}>'
        for place, note in enumerate(notes, start=1)
    )


def _relations(targets: dict[str, str]) -> str:
    found = "".join(
        f'<Relationship Id="r{place}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets.items())
    )
    return f'<Relationships xmlns="{_PACKAGE}">{found}</Relationships>'
