"""Hostile .pdf files, written object by object: loops, bombs, lies, and things that act."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from hostile_case import Bait, Hostile, either, read, refused

MEBIBYTE = 1 << 20
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
_RESOURCES = b"/Resources<</Font<</F1 4 0 R>>>>"
SENTENCE = b"BT /F1 12 Tf 72 700 Td (Notice of the general office on work in the year 2024) Tj ET "


def pdf(objects: Sequence[bytes], trailer: bytes = b"", version: bytes = b"1.7") -> bytes:
    """A file of these objects, numbered from 1; the first one is the root."""
    out = bytearray(b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\n" % (len(objects) + 1, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def stream(data: bytes, entries: bytes = b"", length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (entries, size, data)


def document(
    content: bytes = SENTENCE,
    *more: bytes,
    filters: bytes = b"",
    root: bytes = b"",
    page: bytes = b"",
    pages: bytes = b"/Kids[3 0 R]/Count 1",
    box: bytes = b"0 0 595 842",
    trailer: bytes = b"",
    resources: bytes = _RESOURCES,
) -> bytes:
    """One page with this content; objects 1 to 5 are root, pages, page, font and content."""
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R%b>>" % root,
            b"<</Type/Pages%b>>" % pages,
            b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents 5 0 R%b%b>>" % (box, resources, page),
            _FONT,
            stream(content, filters),
            *more,
        ],
        trailer,
    )


def _flated(data: bytes, layers: int = 1) -> tuple[bytes, bytes]:
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return data, b"/Filter[%b]" % (b"/FlateDecode" * layers)


def _bomb(size: int, layers: int) -> bytes:
    packer = zlib.compressobj(9)
    block = b" " * MEBIBYTE
    packed = b"".join(packer.compress(block) for _ in range(size // MEBIBYTE)) + packer.flush()
    data, _ = _flated(packed, layers - 1) if layers > 1 else (packed, b"")
    return document(data, filters=b"/Filter[%b]" % (b"/FlateDecode" * layers))


def _objects_in_a_bomb() -> bytes:
    data, filters = _flated(b"6 0 7 9 " + b" " * (20 * MEBIBYTE))
    packed = stream(data, b"/Type/ObjStm/N 100000000/First 8" + filters)
    return document(SENTENCE, packed)


def _table_as_stream(entries: bytes, data: bytes) -> bytes:
    head = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    table = b"5 0 obj\n" + stream(data, b"/Type/XRef/Root 1 0 R" + entries) + b"\nendobj\n"
    return head + table + b"startxref\n%d\n%%%%EOF\n" % len(head)


def _previous_tables_in_a_circle() -> bytes:
    good = document()
    place = good.rindex(b"xref\n0 ")
    return good.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % place)


def _tables_in_a_row(count: int) -> bytes:
    out = bytearray(document())
    before = out.rindex(b"xref\n0 ")
    for _ in range(count):
        place = len(out)
        out += b"xref\n0 0\ntrailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            before,
            place,
        )
        before = place
    return bytes(out)


def _form_that_draws_itself() -> bytes:
    form = stream(
        b"/X Do " + SENTENCE,
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>",
    )
    return document(
        SENTENCE + b"/X Do", form, resources=b"/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>"
    )


def _forms_that_draw_ten(levels: int) -> bytes:
    forms = [
        stream(
            b"/X Do " * 10,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
            % (7 + level),
        )
        for level in range(levels)
    ]
    last = stream(SENTENCE, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + _RESOURCES)
    resources = b"/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>"
    return document(SENTENCE + b"/X Do", *forms, last, resources=resources)


def _map_of_characters(entries: bytes) -> bytes:
    cmap = stream(
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        + entries
        + b" endcmap end"
    )
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[8 0 R]>>"
    inner = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/W[0[-1 1e308 0]]>>"
    content = b"BT /F2 12 Tf 72 700 Td <000100020003> Tj ET " + SENTENCE
    return document(
        content, cmap, font, inner, resources=b"/Resources<</Font<</F1 4 0 R/F2 7 0 R>>>>"
    )


def _acting(bait: Bait, action: bytes) -> bytes:
    filled = action.replace(b"URL", bait.url.encode()).replace(b"PATH", bait.path.encode())
    return document(
        root=b"/OpenAction " + filled,
        page=b"/AA<</O %b>>/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %b>>]"
        % (filled, filled),
    )


def _picture(width: int) -> bytes:
    picture = stream(
        b"\0" * 99,
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
        % (width, width),
    )
    return document(
        b"q 595 0 0 842 0 0 cm /I Do Q", picture, resources=b"/Resources<</XObject<</I 6 0 R>>>>"
    )


def _cut(quarters: int) -> bytes:
    whole = document(SENTENCE * 20)
    return whole[: len(whole) * quarters // 4]


PDFS: dict[str, Hostile] = {
    "pdf: nothing": refused("a.pdf", lambda _: b""),
    "pdf: only a header": refused("a.pdf", lambda _: b"%PDF-1.7\n"),
    "pdf: something else": refused("a.pdf", lambda _: b"PK\3\4" + bytes(500)),
    "pdf: 1 quarter": either("a.pdf", lambda _: _cut(1)),
    "pdf: 2 quarters": either("a.pdf", lambda _: _cut(2)),
    "pdf: 3 quarters": either("a.pdf", lambda _: _cut(3)),
    "pdf: tables of places in a circle": read("a.pdf", lambda _: _previous_tables_in_a_circle()),
    "pdf: 20,000 tables of places": either("a.pdf", lambda _: _tables_in_a_row(20_000)),
    "pdf: a table of places for 2,000 million objects": either(
        "a.pdf", lambda _: _table_as_stream(b"/Size 2000000000/W[1 2 1]/Index[0 2000000000]", b"\1\0\0\0" * 9)
    ),
    "pdf: a table with wide columns": either(
        "a.pdf", lambda _: _table_as_stream(b"/Size 9/W[99999999 99999999 99999999]", b"\1" * 99)
    ),
    "pdf: a table with negative columns": either("a.pdf", lambda _: _table_as_stream(b"/Size 9/W[-1 -1 -1]", b"")),
    "pdf: pages that are their own parents": either("a.pdf", lambda _: document(pages=b"/Kids[2 0 R 2 0 R]/Count 2")),
    "pdf: pages in a circle": either(
        "a.pdf", lambda _: document(SENTENCE, b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>", pages=b"/Kids[6 0 R 3 0 R]/Count 2")
    ),
    "pdf: one page 200,000 times": either("a.pdf", lambda _: document(pages=b"/Kids[%b]/Count 200000" % (b"3 0 R " * 200_000))),
    "pdf: a thousand million pages by count": read("a.pdf", lambda _: document(pages=b"/Kids[3 0 R]/Count 1000000000")),
    "pdf: -1 pages by count": read("a.pdf", lambda _: document(pages=b"/Kids[3 0 R]/Count -1")),
    "pdf: no pages": refused("a.pdf", lambda _: document(pages=b"/Kids[]/Count 0")),
    "pdf: a page that is no page": either("a.pdf", lambda _: document(pages=b"/Kids[4 0 R]/Count 1")),
    "pdf: 50 MB of blanks in a page": either("a.pdf", lambda _: _bomb(50 * MEBIBYTE, 1)),
    "pdf: 100 MB of blanks, packed twice": either("a.pdf", lambda _: _bomb(100 * MEBIBYTE, 2)),
    "pdf: 20 MB of objects": read("a.pdf", lambda _: _objects_in_a_bomb()),
    "pdf: 100 filters": read("a.pdf", lambda _: document(SENTENCE, filters=b"/Filter[%b]" % (b"/ASCIIHexDecode" * 100))),
    "pdf: lengths that run": either(
        "a.pdf", lambda _: document(b"\x80\x0b\x60\x50" + b"\xff" * 300_000, filters=b"/Filter/LZWDecode")
    ),
    "pdf: a predictor with a thousand million columns": either(
        "a.pdf",
        lambda _: document(_flated(SENTENCE)[0], filters=b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 1000000000>>"),
    ),
    "pdf: 300,000 pieces of text": either(
        "a.pdf", lambda _: document(*_flated(b"BT /F1 1 Tf " + b"(a) Tj 1 0 Td " * 300_000 + b"ET")[:1], filters=b"/Filter/FlateDecode")
    ),
    "pdf: 100,000 ruled lines": either(
        "a.pdf", lambda _: document(_flated(SENTENCE + b"1 2 m 3 4 l S " * 100_000)[0], filters=b"/Filter/FlateDecode")
    ),
    "pdf: 10,000 letters at one place": either(
        "a.pdf", lambda _: document(_flated(b"BT /F1 9 Tf 9 9 Td " + b"(a) Tj -5 0 Td " * 10_000 + b"ET")[0], filters=b"/Filter/FlateDecode")
    ),
    "pdf: 500,000 saved states": read("a.pdf", lambda _: document(b"q " * 500_000 + SENTENCE)),
    "pdf: arrays 100,000 deep": read("a.pdf", lambda _: document(root=b"/A " + b"[" * 100_000 + b"]" * 100_000)),
    "pdf: dictionaries 20,000 deep": read("a.pdf", lambda _: document(b"/A " + b"<</A " * 20_000 + b">>" * 20_000 + b" BDC " + SENTENCE)),
    "pdf: a number of a million digits": read("a.pdf", lambda _: document(b"9" * 1_000_000 + b" 0 Td " + SENTENCE)),
    "pdf: a string without end": either("a.pdf", lambda _: document(b"BT /F1 12 Tf (" + b"(" * 1_000_000)),
    "pdf: a form that draws itself": read("a.pdf", lambda _: _form_that_draws_itself()),
    "pdf: forms that draw ten each, nine levels": either("a.pdf", lambda _: _forms_that_draw_ten(9)),
    "pdf: a page larger than a country": either("a.pdf", lambda _: document(box=b"-1e30 -1e30 1e30 1e30")),
    "pdf: a page without size": read("a.pdf", lambda _: document(box=b"0 0 0 0")),
    "pdf: a page of no numbers": read("a.pdf", lambda _: document(box=b"/A (b) null [1]")),
    "pdf: a page turned by 37 degrees": read("a.pdf", lambda _: document(page=b"/Rotate 37/UserUnit 1e30")),
    "pdf: letters as large as the sky": read("a.pdf", lambda _: document(b"BT /F1 1e38 Tf 1e38 1e38 Td (a) Tj 0 Tf (b) Tj ET " + SENTENCE)),
    "pdf: a map of a million characters": read(
        "a.pdf", lambda _: _map_of_characters(b"1 beginbfrange <0000> <FFFF> <0041> endbfrange " * 200)
    ),
    "pdf: a map to half characters": read(
        "a.pdf", lambda _: _map_of_characters(b"3 beginbfchar <0001> <D800> <0002> <0000> <0003> <DC00> endbfchar")
    ),
    "pdf: a map to 30,000 letters for each": either(
        "a.pdf", lambda _: _map_of_characters(b"1 beginbfchar <0001> <%b> endbfchar" % (b"0041" * 30_000))
    ),
    "pdf: marks of direction": read(
        "a.pdf", lambda _: _map_of_characters(b"3 beginbfchar <0001> <202E> <0002> <200F> <0003> <FEFF> endbfchar")
    ),
    "pdf: a script on opening": read("a.pdf", lambda bait: _acting(bait, b"<</S/JavaScript/JS(app.launchURL\\(\"URL\"\\); while\\(true\\);)>>")),
    "pdf: a program on opening": read("a.pdf", lambda bait: _acting(bait, b"<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)>>>>")),
    "pdf: an address on opening": read("a.pdf", lambda bait: _acting(bait, b"<</S/URI/URI(URL)>>")),
    "pdf: a form that is sent": read("a.pdf", lambda bait: _acting(bait, b"<</S/SubmitForm/F<</FS/URL/F(URL)>>>>")),
    "pdf: another file as a page": read(
        "a.pdf",
        lambda bait: document(b"/X Do " + SENTENCE, stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Ref<</F(%b)/Page 0>>" % bait.path.encode()),
                              resources=b"/Resources<</Font<</F1 4 0 R>>/XObject<</X 6 0 R>>>>"),
    ),
    "pdf: a stream in another file": either(
        "a.pdf", lambda bait: document(b"", filters=b"/F(%b)/FFilter[]" % bait.path.encode())
    ),
    "pdf: a password": refused(
        "a.pdf",
        lambda _: document(trailer=b"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -3904/O(%b)/U(%b)>>/ID[(a)(a)]" % (b"x" * 32, b"y" * 32)),
    ),
    "pdf: a lock of an unknown kind": refused("a.pdf", lambda _: document(trailer=b"/Encrypt<</Filter/Unknown/V 99>>/ID[(a)(a)]")),
    "pdf: only a picture": refused("a.pdf", lambda _: _picture(10)),
    "pdf: a picture of 10,000 million points": refused("a.pdf", lambda _: _picture(100_000)),
    "pdf: a stream that claims to be longer": read(
        "a.pdf", lambda _: document().replace(b"/Length %d" % len(SENTENCE), b"/Length 99999999")
    ),
    "pdf: a root that is not there": refused("a.pdf", lambda _: document().replace(b"/Root 1 0 R", b"/Root 9 0 R").replace(b"/Catalog", b"/Nothing")),
    "pdf: a content that is its own length": read(
        "a.pdf", lambda _: document().replace(b"/Length %d" % len(SENTENCE), b"/Length 5 0 R")
    ),
    "pdf: 1 MB in front of the header": either("a.pdf", lambda _: b"\n" * MEBIBYTE + document()),
}  # fmt: skip
