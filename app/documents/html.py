"""Web pages (.html, .htm): the title, the main text and its tables, without the page around them.

The title is the first line. Text is decoded by the byte order mark, else by what the page says
of its encoding, else as plain text is.
"""

from __future__ import annotations

import codecs
import re

from selectolax.lexbor import LexborHTMLParser

from app.documents.decode import decode
from app.documents.html_main import main_part
from app.documents.html_text import Renderer
from app.documents.html_tree import page_tree
from app.documents.written import Written
from app.errors import UnreadableDocument
from app.model import Extracted

_HEAD = 4096
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]{2,20})""", re.I
)
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb_2312-80", "hz-gb-2312"})
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ARCHIVE = re.compile(rb"\s*(?:MIME-Version|From|Content-Type):", re.I)
_SITE = re.compile(r"\s*(?:[_|｜]|--|——|\s[-–—]\s)\s*")
_LONGEST_TITLE = 200
_HEAD_LINES = 12  # among which the title may stand


def read(data: bytes, name: str) -> Extracted:
    """The text of a web page. Raises `UnreadableDocument` when it is undecodable or too large."""
    if _ARCHIVE.match(data[:_HEAD]):
        raise UnreadableDocument(
            f"{name}：内容是单个文件的网页（.mht）；请用浏览器打开，另存为 .html 后重新添加。"
        )
    body, page = page_tree(_decoded(data, name), name)
    headings = [node.words() for node in body.nodes() if node.tag == "h1" and node.headed]
    title = _title(page, headings)
    written = Written()
    Renderer(name).write(main_part(body), written)
    if title and not _stands_above(title, written.lines):
        written.lines.insert(0, title)
    return Extracted(written.text())


def _decoded(data: bytes, name: str) -> str:
    stated = _CHARSET.search(data[:_HEAD])
    if data.startswith(_MARKS) or stated is None:
        return decode(data, name)
    label = stated.group(1).decode("ascii").lower()
    try:
        codec = "gb18030" if label in _CHINESE else codecs.lookup(label).name
        return data.decode(codec)
    except (LookupError, UnicodeDecodeError, ValueError):
        pass  # a page that is mistaken about itself: told by its bytes
    return decode(data, name)


def _title(page: LexborHTMLParser, headings: list[str]) -> str:
    """The title: as the page states it for archives, its heading, or the title of its window."""
    for meta in page.css("meta[name]"):
        if (meta.attributes.get("name") or "").lower() == "articletitle":
            stated = " ".join((meta.attributes.get("content") or "").split())
            if stated:
                return stated[:_LONGEST_TITLE]
    found = next((words for words in headings if words), "")
    if found:
        return found[:_LONGEST_TITLE]
    window = page.css_first("title")
    words = " ".join(window.text().split()) if window is not None else ""
    return _SITE.split(words)[0][:_LONGEST_TITLE]


def _stands_above(title: str, lines: list[str]) -> bool:
    """Whether the text begins with its title, whatever its line breaks."""
    above = "".join("".join(lines[:_HEAD_LINES]).split())
    return above.startswith("".join(title.split()))
