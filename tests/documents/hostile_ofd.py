"""Hostile .ofd files inside honest containers: loops of references, numbers, missing parts."""

from __future__ import annotations

from hostile_archives import GOOD_FIXED
from hostile_case import Bait, Hostile, either, read, refused
from hostile_office import LAUGHS
from hostile_zip import OFD, fixed, fixed_page, fixed_text, repeated, zipped

PAGE = "Doc_0/Pages/Page_0/Content.xml"
ROOT = "Doc_0/Document.xml"
_TEN = "关于做好有关工作通知"


def _page(objects: str, before: str = "") -> bytes:
    return zipped(fixed(fixed_page(objects, before=before)))


def _delta(delta: str, text: str = _TEN) -> bytes:
    return _page(fixed_text(text, delta) + fixed_text(_TEN, number=4))


def _various(count: int) -> str:
    """So many different letters: what repeats would be taken for a bomb before it is read."""
    return "".join(chr(0x4E00 + place * 7919 % 20_000) for place in range(count))


def _listed(pages: str) -> bytes:
    return zipped(fixed(fixed_page(fixed_text(_TEN)), pages))


def _without(part: str) -> bytes:
    return zipped({name: content for name, content in GOOD_FIXED.items() if name != part})


def _changed(part: str, old: str, new: str) -> bytes:
    return zipped({**GOOD_FIXED, part: str(GOOD_FIXED[part]).replace(old, new)})


def _template(uses: str) -> bytes:
    template = '<ofd:TemplatePage ID="50" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    use = '<ofd:Template TemplateID="50" ZOrder="Background"/>'
    parts = fixed(fixed_page(fixed_text(_TEN), use), templates=template)
    parts["Doc_0/Tpls/Tpl_0/Content.xml"] = fixed_page(fixed_text("模板里的文字共十个字"), uses)
    return zipped(parts)


def _template_is_the_page() -> bytes:
    template = '<ofd:TemplatePage ID="50" BaseLoc="Pages/Page_0/Content.xml"/>'
    return zipped(
        fixed(fixed_page(fixed_text(_TEN), '<ofd:Template TemplateID="50"/>'), templates=template)
    )


def _composites_in_a_circle() -> bytes:
    unit = (
        '<ofd:CompositeGraphicUnit ID="60" Width="9" Height="9"><ofd:Content>'
        '<ofd:CompositeObject ID="61" Boundary="0 0 9 9" ResourceID="60"/></ofd:Content></ofd:CompositeGraphicUnit>'
    )
    parts = fixed(
        fixed_page(
            fixed_text(_TEN) + '<ofd:CompositeObject ID="62" Boundary="0 0 9 9" ResourceID="60"/>'
        ),
        resources="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
    )
    parts["Doc_0/PublicRes.xml"] = (
        f'<ofd:Res xmlns:ofd="{OFD}" BaseLoc="Res"><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>'
    )
    return zipped(parts)


def _outside(bait: Bait) -> bytes:
    parts = fixed(
        fixed_page(
            fixed_text(_TEN) + '<ofd:ImageObject ID="9" Boundary="0 0 9 9" ResourceID="8"/>'
        ),
        resources="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>",
    )
    parts["Doc_0/DocumentRes.xml"] = (
        f'<ofd:Res xmlns:ofd="{OFD}" BaseLoc="file:///"><ofd:MultiMedias><ofd:MultiMedia ID="8" Type="Image">'
        f'<ofd:MediaFile>{bait.url}</ofd:MediaFile></ofd:MultiMedia><ofd:MultiMedia ID="7" Type="Image">'
        f"<ofd:MediaFile>{bait.path}</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    return zipped(parts)


def _blocks(depth: int) -> str:
    return "<ofd:PageBlock>" * depth + fixed_text(_TEN) + "</ofd:PageBlock>" * depth


def _large_page() -> bytes:
    head, tail = (part.encode() for part in fixed_page("@").split("@"))
    others = {name: content for name, content in GOOD_FIXED.items() if name != PAGE}
    return zipped(others, repeated(PAGE, head, b"<ofd:TextObject/>" * 10_000, 200, tail))


def _many_texts(count: int) -> bytes:
    return _page("".join(fixed_text(_TEN, number=i) for i in range(3, count)))


OFDS: dict[str, Hostile] = {
    "ofd: one distance a thousand million times": read("a.ofd", lambda _: _delta("g 1000000000 1")),
    "ofd: distances a thousand million times, often": read("a.ofd", lambda _: _delta("g 1000000000 1 " * 20_000)),
    "ofd: distances -1 times": read("a.ofd", lambda _: _delta("g -1 5 g 0 5")),
    "ofd: distances that break off": read("a.ofd", lambda _: _delta("5 g 3")),
    "ofd: distances that are no numbers": read("a.ofd", lambda _: _delta("NaN inf -inf 1e999 九 g x y")),
    "ofd: 200,000 distances": either("a.ofd", lambda _: _delta(" ".join(str(i * 7919 % 997) for i in range(200_000)))),
    "ofd: more distances than text": read("a.ofd", lambda _: _delta("g 99999 5", "一")),
    "ofd: places that are no numbers": read("a.ofd", lambda _: _page(fixed_text(_TEN, x="NaN", y="1e308"))),
    "ofd: a boundary of three numbers": read("a.ofd", lambda _: _page('<ofd:TextObject ID="1" Boundary="1 2 x" Size="-1"><ofd:TextCode>通知</ofd:TextCode></ofd:TextObject>')),
    "ofd: a matrix of zeros": either(
        "a.ofd", lambda _: _page(fixed_text(_TEN).replace("Font=", 'CTM="0 0 0 0 0 0" Font='))
    ),
    "ofd: a matrix without end": read(
        "a.ofd", lambda _: _page(fixed_text(_TEN).replace("Font=", f'CTM="{"1e308 " * 100_000}" Font='))
    ),
    "ofd: one line of 50,000 letters": either("a.ofd", lambda _: _delta("g 49999 0", _various(50_000))),
    "ofd: 3,000 lines on a page": either("a.ofd", lambda _: _many_texts(3_000)),
    "ofd: 10,000 lines at one place": either(
        "a.ofd",
        lambda _: _page("".join(
            f"<ofd:TextObject ID='3' Boundary='20 20 99 9' Font='1' Size='5'><ofd:TextCode X='0' Y='5'>{letter}</ofd:TextCode></ofd:TextObject>"
            for letter in _various(10_000)
        )),
    ),
    "ofd: 2,000,000 empty objects": refused("a.ofd", lambda _: _large_page()),
    "ofd: one page 20,000 times": either(
        "a.ofd", lambda _: _listed("".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_0/Content.xml"/>' for i in range(20_000)))
    ),
    "ofd: a page that is the document": either("a.ofd", lambda _: _listed('<ofd:Page ID="1" BaseLoc="Document.xml"/>')),
    "ofd: a page that climbs out": either("a.ofd", lambda _: _listed('<ofd:Page ID="1" BaseLoc="../../../../etc/passwd"/>')),
    "ofd: a page that is a file": either("a.ofd", lambda bait: _listed(f'<ofd:Page ID="1" BaseLoc="{bait.path}"/>')),
    "ofd: a page on the web": either("a.ofd", lambda bait: _listed(f'<ofd:Page ID="1" BaseLoc="{bait.url}"/>')),
    "ofd: no pages": refused("a.ofd", lambda _: _changed(ROOT, 'ofd:Page ID="1"', 'ofd:None ID="1"')),
    "ofd: a document that is the container's list": either("a.ofd", lambda _: _changed("OFD.xml", ROOT, "OFD.xml")),
    "ofd: a document that climbs out": either("a.ofd", lambda _: _changed("OFD.xml", ROOT, "../../etc/passwd")),
    "ofd: 1,000 documents that are one": refused(
        "a.ofd",
        lambda _: zipped({**GOOD_FIXED, "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}">' + f"<ofd:DocBody><ofd:DocRoot>{ROOT}</ofd:DocRoot></ofd:DocBody>" * 1000 + "</ofd:OFD>"}),
    ),
    "ofd: no list": refused("a.ofd", lambda _: _without("OFD.xml")),
    "ofd: no document": refused("a.ofd", lambda _: _without(ROOT)),
    "ofd: no content of the page": either("a.ofd", lambda _: _without(PAGE)),
    "ofd: an empty list": refused("a.ofd", lambda _: zipped({**GOOD_FIXED, "OFD.xml": ""})),
    "ofd: a list that is no XML": refused("a.ofd", lambda _: zipped({**GOOD_FIXED, "OFD.xml": b"\0\1\2"})),
    "ofd: a list in another language": either("a.ofd", lambda _: zipped({**GOOD_FIXED, "OFD.xml": "<html/>"})),
    "ofd: a template that uses itself": read("a.ofd", lambda _: _template('<ofd:Template TemplateID="50"/>')),
    "ofd: a template that is the page": read("a.ofd", lambda _: _template_is_the_page()),
    "ofd: a template that is not there": read("a.ofd", lambda _: _template('<ofd:Template TemplateID="51"/>')),
    "ofd: composites in a circle": read("a.ofd", lambda _: _composites_in_a_circle()),
    "ofd: resources elsewhere": read("a.ofd", _outside),
    "ofd: 10,000 levels of blocks": either("a.ofd", lambda _: _page(_blocks(10_000))),
    "ofd: 100 levels of blocks": either("a.ofd", lambda _: _page(_blocks(100))),
    "ofd: billion laughs": refused("a.ofd", lambda _: _page(fixed_text("&l11;"), f"<!DOCTYPE a [{LAUGHS}]>"), "ENTITY"),
    "ofd: an entity is a file": refused(
        "a.ofd", lambda bait: _page(fixed_text("&a;"), f'<!DOCTYPE a [<!ENTITY a SYSTEM "file://{bait.path}">]>'), "ENTITY"
    ),
    "ofd: an attachment that is an archive": read(
        "a.ofd", lambda _: zipped({**GOOD_FIXED, "Doc_0/Attachs/a.zip": zipped({"a": bytes(900_000)})})
    ),
}  # fmt: skip
