"""Zip containers that lie, and the well-formed packages that hostile parts are put into.

`zipped` writes an honest container. `raw_zip` writes what it is told, so that the two headers of
an entry, its sizes and its place can contradict each other.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

DEFLATED, STORED = 8, 0
MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """An entry as the central directory shows it; what starts with `local_` stands in its own header."""

    name: bytes
    packed: bytes
    size: int
    checksum: int
    method: int = DEFLATED
    flags: int = 0x800
    attributes: int = 0
    packed_size: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    offset: int | None = None


def entry(name: str | bytes, content: str | bytes, method: int = DEFLATED) -> Entry:
    """An honest entry."""
    data = content.encode() if isinstance(content, str) else content
    packed = deflated(data) if method == DEFLATED else data
    named = name.encode() if isinstance(name, str) else name
    return Entry(named, packed, len(data), zlib.crc32(data), method)


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def repeated(name: str, head: bytes, block: bytes, times: int, tail: bytes) -> Entry:
    """The entry `head` + `block` × `times` + `tail`, made without ever holding it whole.

    A fully flushed block of deflate can be repeated as bytes. The checksum is that of the truth.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    middle = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    checksum = zlib.crc32(head)
    for _ in range(times):
        checksum = zlib.crc32(block, checksum)
    size = len(head) + len(block) * times + len(tail)
    return Entry(name.encode(), first + middle * times + last, size, zlib.crc32(tail, checksum))


def raw_zip(entries: Sequence[Entry], comment: bytes = b"") -> bytes:
    """A container with exactly these headers."""
    body = bytearray()
    directory = bytearray()
    for one in entries:
        packed_size = len(one.packed) if one.packed_size is None else one.packed_size
        offset = len(body) if one.offset is None else one.offset
        directory += struct.pack(
            "<4sHHHHHHIIIHHHHHII",
            b"PK\x01\x02",
            0x314,
            20,
            one.flags,
            one.method,
            0,
            0x21,
            one.checksum,
            packed_size,
            one.size,
            len(one.name),
            0,
            0,
            0,
            0,
            one.attributes,
            offset,
        )
        directory += one.name
        if one.offset is None:
            name = one.name if one.local_name is None else one.local_name
            size = one.size if one.local_size is None else one.local_size
            sizes = (one.checksum, packed_size, size, len(name), 0)
            body += struct.pack(
                "<4sHHHHHIIIHH", b"PK\x03\x04", 20, one.flags, one.method, 0, 0x21, *sizes
            )
            body += name + one.packed
    count = min(len(entries), 0xFFFF)
    end = struct.pack(
        "<4sHHHHIIH",
        b"PK\x05\x06",
        0,
        0,
        count,
        count,
        len(directory),
        len(body),
        len(comment),
    )
    return bytes(body + directory) + end + comment


def zipped(parts: Mapping[str, str | bytes], *more: Entry) -> bytes:
    """An honest container of these parts, and whatever else is given."""
    return raw_zip([*(entry(name, content) for name, content in parts.items()), *more])


def changed(parts: Mapping[str, str | bytes], name: str, **fields: object) -> bytes:
    """An honest container but for some fields of one entry."""
    entries = [entry(part, content) for part, content in parts.items()]
    return raw_zip(
        [
            replace(one, **fields) if one.name == name.encode() else one  # type: ignore[arg-type]
            for one in entries
        ]
    )


# ── well-formed packages ────────────────────────────────────────────────────────────────────────

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFD = "http://www.ofdspec.org/2016"


def relations(*targets: tuple[str, str], external: bool = False) -> str:
    """A part of relationships: kinds and their targets."""
    mode = ' TargetMode="External"' if external else ""
    rows = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'
        for i, (kind, target) in enumerate(targets, 1)
    )
    return f'{_XML}<Relationships xmlns="{_RELS}">{rows}</Relationships>'


def _types(*overrides: tuple[str, str]) -> str:
    rows = "".join(
        f'<Override PartName="{part}" ContentType="{_MAIN}.{kind}+xml"/>'
        for part, kind in overrides
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def word_document(body: str, before: str = "") -> str:
    """The main part of a docx; `before` stands in front of its root."""
    names = f'xmlns:w="{W}" xmlns:r="{_OFFICE}"'
    return f"{_XML}{before}<w:document {names}><w:body>{body}</w:body></w:document>"


def word(document: str | bytes, **parts: str | bytes) -> dict[str, str | bytes]:
    """The parts of a docx. Further parts by name, with `__` for a slash and `_DOT_` for a dot."""
    more = {name.replace("__", "/").replace("_DOT_", "."): part for name, part in parts.items()}
    return {
        "[Content_Types].xml": _types(
            ("/word/document.xml", "wordprocessingml.document.main"),
            ("/word/styles.xml", "wordprocessingml.styles"),
            ("/word/numbering.xml", "wordprocessingml.numbering"),
            ("/word/footnotes.xml", "wordprocessingml.footnotes"),
            ("/word/settings.xml", "wordprocessingml.settings"),
        ),
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": document,
        **more,
    }


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def sheet(data: str, before: str = "", after: str = "") -> str:
    """A worksheet: its rows, and what stands before and after them."""
    return f'{_XML}<worksheet xmlns="{S}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def workbook(worksheet: str | bytes, strings: str = "") -> dict[str, str | bytes]:
    """The parts of an xlsx with one sheet."""
    book = (
        f'{_XML}<workbook xmlns="{S}" xmlns:r="{_OFFICE}">'
        '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return {
        "[Content_Types].xml": _types(
            ("/xl/workbook.xml", "spreadsheetml.sheet.main"),
            ("/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"),
            ("/xl/sharedStrings.xml", "spreadsheetml.sharedStrings"),
        ),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": worksheet,
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{S}">{strings}</sst>',
    }


def row(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{"ABCDEFGH"[i]}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for i, text in enumerate(texts)
    )
    return f'<row r="{number}">{cells}</row>'


def fixed(
    page: str | bytes, pages: str = "", templates: str = "", resources: str = ""
) -> dict[str, str | bytes]:
    """The parts of an ofd with one page."""
    listed = pages or '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
    return {
        "OFD.xml": (
            f'{_XML}<ofd:OFD xmlns:ofd="{OFD}" Version="1.1" DocType="OFD"><ofd:DocBody>'
            "<ofd:DocInfo><ofd:DocID>0</ofd:DocID></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        ),
        "Doc_0/Document.xml": (
            f'{_XML}<ofd:Document xmlns:ofd="{OFD}"><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID>'
            f"<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{templates}"
            f"{resources}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
        ),
        "Doc_0/Pages/Page_0/Content.xml": page,
    }


def fixed_page(objects: str, templates: str = "", before: str = "") -> str:
    return (
        f'{_XML}{before}<ofd:Page xmlns:ofd="{OFD}">{templates}<ofd:Content><ofd:Layer ID="2">'
        f"{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    )


def fixed_text(text: str, delta: str = "g 9 5", x: str = "0", y: str = "5", number: int = 3) -> str:
    """One line of text, ten characters 5 mm apart."""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="20 {20 + number} 150 7" Font="1" Size="5">'
        f'<ofd:TextCode X="{x}" Y="{y}" DeltaX="{delta}">{text}</ofd:TextCode></ofd:TextObject>'
    )
