"""Hostile .txt, .md and .html files: encodings, sizes, depth, spans, and names."""

from __future__ import annotations

import codecs

from hostile_case import Hostile, either, read, refused

from app.documents.read import MAXIMUM_BYTES

_NOTICE = "关于做好有关工作的通知"
BODY = "<p>各地区、各部门要高度重视，认真贯彻落实有关要求，确保各项任务按期完成。</p>" * 5


def page(body: str, head: str = "", before: str = "<!DOCTYPE html>") -> bytes:
    return f"{before}<html><head><meta charset='utf-8'><title>{_NOTICE}</title>{head}</head><body>{body}</body></html>".encode()


def _cell(attributes: str) -> bytes:
    return page(
        BODY
        + f"<table><tr><td {attributes}>甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>"
    )


TEXTS: dict[str, Hostile] = {
    "txt: UTF-16 without a mark": refused("a.txt", lambda _: _NOTICE.encode("utf-16-le") + "ab".encode("utf-16-le")),
    "txt: UTF-16 with half a pair": refused("a.txt", lambda _: codecs.BOM_UTF16_LE + b"\x00\xd8a\0"),
    "txt: UTF-32 with a mark": refused("a.txt", lambda _: _NOTICE.encode("utf-32")),
    "txt: NUL": refused("a.txt", lambda _: f"{_NOTICE}\0".encode()),
    "txt: GB18030 twice": refused("a.txt", lambda _: _NOTICE.encode().decode("latin-1").encode("gb18030")),
    "txt: UTF-8 read as GB18030": either("a.txt", lambda _: (_NOTICE * 9).encode().decode("gb18030", "replace").encode("gb18030")),
    "txt: Big5": refused("a.txt", lambda _: "為落實國務院關於優化營商環境的決定,制定本辦法。".encode("big5")),
    "txt: overlong UTF-8": either("a.txt", lambda _: b"\xc0\xaf" * 99),
    "txt: surrogates in UTF-8": refused("a.txt", lambda _: b"\xed\xa0\x80" * 99),
    "txt: every byte": refused("a.txt", lambda _: bytes(range(1, 256)) * 99),
    "txt: nothing": either("a.txt", lambda _: b""),
    "txt: only a mark": either("a.txt", lambda _: codecs.BOM_UTF8),
    "txt: one letter 20 million times": refused("a.txt", lambda _: b"a" * 20_000_000),
    "txt: a million lines": read("a.txt", lambda _: "第一条\n".encode() * 1_000_000),
    "txt: a million marks on one letter": read("a.txt", lambda _: ("a" + "\u0301" * 1_000_000).encode()),
    "txt: marks of direction": read("a.txt", lambda _: f"\u202e{_NOTICE}\u2066\u2067".encode()),
    "txt: one byte over the limit": refused("a.txt", lambda _: b"a" * (MAXIMUM_BYTES + 1)),
    "md: a million levels of quotes": read("a.md", lambda _: b">" * 1_000_000),
    "md: links that run": read("a.md", lambda _: b"[a](" * 200_000 + b"![" * 200_000),
    "a name that runs backwards": read("通知\u202etxt.exe.md", lambda _: _NOTICE.encode()),
    "a name that climbs out": read("../../../../etc/passwd.txt", lambda _: _NOTICE.encode()),
    "a name with NUL": read("a.exe\0.txt", lambda _: _NOTICE.encode()),
    "a name of a device": read("CON.txt", lambda _: _NOTICE.encode()),
    "a name of 5,000 letters": read("名" * 5000 + ".txt", lambda _: _NOTICE.encode()),
    "a name that is no text": read("\udcff\udcfe.txt", lambda _: _NOTICE.encode()),
}  # fmt: skip

HTMLS: dict[str, Hostile] = {
    "html: nothing": refused("a.html", lambda _: b""),
    "html: no text": read("a.html", lambda _: page("")),
    "html: 100,000 levels": either("a.html", lambda _: page("<div>" * 100_000 + BODY)),
    "html: 10,000 levels that close": either("a.html", lambda _: page("<div>" * 10_000 + BODY + "</div>" * 10_000)),
    "html: 5,000 tables in tables": either("a.html", lambda _: page("<table><tr><td>" * 5_000 + BODY)),
    "html: 20,000 marks that never close": either("a.html", lambda _: page("<b><i><a href=x>" * 20_000 + BODY)),
    "html: 2,000,000 empty paragraphs": either("a.html", lambda _: page("<p>" * 2_000_000 + BODY)),
    "html: a cell over a thousand million columns": read("a.html", lambda _: _cell("colspan=1000000000")),
    "html: a cell over a thousand million rows": read("a.html", lambda _: _cell("rowspan=1000000000")),
    "html: a cell over both": either("a.html", lambda _: _cell("colspan=65534 rowspan=65534")),
    "html: cells over no number of columns": read("a.html", lambda _: _cell("colspan=-5 rowspan=九")),
    "html: a span of a million digits": read("a.html", lambda _: _cell("colspan=" + "9" * 1_000_000)),
    "html: 2,000 cells over 1,000 columns": either(
        "a.html", lambda _: page(BODY + "<table>" + "<tr><td colspan=1000 rowspan=1000>甲</td></tr>" * 2_000 + "</table>")
    ),
    "html: an attribute of 15 MB": either("a.html", lambda _: page(f"<p title='{'a' * 15_000_000}'>通知</p>" + BODY)),
    "html: 10,000 attributes": either("a.html", lambda _: page("<p " + " ".join(f"a{i}=1" for i in range(10_000)) + ">" + BODY)),
    "html: a comment without end": read("a.html", lambda _: page(BODY + "<!--" + "-" * 5_000_000)),
    "html: 200,000 comments": either("a.html", lambda _: page("<!---->" * 200_000 + BODY)),
    "html: 5,000,000 angles": either("a.html", lambda _: page(BODY + "<" * 5_000_000)),
    "html: 2,000,000 references without end": either("a.html", lambda _: page(BODY + "&#x" * 2_000_000)),
    "html: references to what is no character": read("a.html", lambda _: page(BODY + "<p>a&#0;b&#xD800;c&#x110000;d&#99999999999;</p>")),
    "html: blanks by the million": either("a.html", lambda _: page(BODY + f"<p>a{' ' * 3_000_000}b</p>")),
    "html: a script of 10 MB": read("a.html", lambda _: page(BODY, f"<script>{'while(1);' * 1_000_000}</script>")),
    "html: a charset that is none": read("a.html", lambda _: page(BODY).replace(b"utf-8", b"x-none")),
    "html: a charset that lies": read("a.html", lambda _: page(BODY).replace(b"utf-8", b"utf-16")),
    "html: UTF-7": refused("a.html", lambda _: b"<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-"),
    "html: NUL": read("a.html", lambda _: page(BODY + "<p>a\0b</p><scr\0ipt>")),
    "html: billion laughs": read("a.html", lambda _: page(
        "&l9;" + BODY, before="<!DOCTYPE html [" + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "哈"}">' for i in range(10)) + "]>")),
    "html: an entity is a file": read("a.html", lambda bait: page(
        "&a;" + BODY, before=f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a SYSTEM "file://{bait.path}">]>')),
    "html: an entity is a web page": read("a.html", lambda bait: page("%a;" + BODY, before=f'<!DOCTYPE html SYSTEM "{bait.url}">')),
    "html: everything elsewhere": read("a.html", lambda bait: page(
        BODY + f"<img src='{bait.url}a.png'><iframe src='file://{bait.path}'></iframe><embed src='{bait.url}'><object data='{bait.url}'></object>"
        f"<form action='{bait.url}'></form><script src='{bait.url}a.js'></script>",
        f"<base href='{bait.url}'><link rel=stylesheet href='{bait.url}a.css'><meta http-equiv=refresh content='0;url={bait.url}'>")),
    "html: an inclusion": read("a.html", lambda bait: page(
        f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file://{bait.path}' parse='text'/><!--#include file='{bait.path}'-->" + BODY)),
    "html: marks of direction": read("a.html", lambda _: page(BODY + "<p>\u202e通知\u2066</p>")),
    "html: a circle of frames": read("a.htm", lambda _: page("<frameset><frame src='a.htm'></frameset>" + BODY)),
    "html: a pdf by content": either("a.html", lambda _: b"%PDF-1.7\n" + bytes(range(256)) * 99),
    "html: half of a letter at the end": either("a.html", lambda _: page(BODY)[:-20] + "通".encode()[:2]),
}  # fmt: skip
