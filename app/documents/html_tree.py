"""A web page as a small tree of its own: what can be read, without what only forms it.

The page is parsed as browsers do (lexbor, HTML5), so unclosed tags come out as a reader sees
them. Elements that only form text (span, font, b) are dissolved, elements without text that is
read (script, form fields) and hidden ones are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.errors import UnreadableDocument

MOST_TAGS = 2_000_000
MOST_OPEN = 5_000  # elements open at one place: the parser looks through them again and again
MOST_DEPTH = 200  # of the elements that are kept


def names(listed: str) -> frozenset[str]:
    """A set of names that are parted by blanks."""
    return frozenset(listed.split())


# Elements that never hold text that is read.
_UNREAD = names(
    "script style noscript template iframe frame frameset object embed applet svg canvas math "
    "audio video map select option textarea input button head link meta title dialog progress "
    "meter datalist area img"
)
_DISSOLVED = names(
    "span font b strong i em u ins small big tt code abbr acronym cite dfn mark bdi bdo "
    "label q samp kbd var time data nobr o:p st1:chsdate wbr ruby rb rtc"
)
_GONE = frozenset({"del", "s", "strike", "rt", "rp"})
# Open elements may be closed by what follows, so these say nothing of the depth.
_CLOSE_THEMSELVES = names(
    "p li tr td th dd dt thead tbody tfoot option colgroup col br hr img input meta link area "
    "base embed source track wbr param html body head"
)
_TAG = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|zip|rar|7z|txt|rtf)(?:$|[?#])", re.I)
_SENTENCE = re.compile("[。；！？，：]")


@dataclass(slots=True)
class Node:
    """An element with its attributes; children are elements and text.

    `text` counts the characters below it without blanks, `linked` those of links to other pages,
    `links` such links, `prose` the characters outside of links in text with punctuation.
    `headed` says that it is or holds a main heading, `attached` a link to a file.
    """

    tag: str
    attributes: dict[str, str]
    children: list[Node | str] = field(default_factory=list)
    text: int = 0
    linked: int = 0
    links: int = 0
    prose: int = 0
    headed: bool = False
    attached: bool = False

    def nodes(self) -> Iterator[Node]:
        """All elements below this one and itself, in reading order."""
        yield self
        for one in self.children:
            if isinstance(one, Node):
                yield from one.nodes()

    def words(self) -> str:
        """All text below, blanks run together."""
        pieces = (one.words() if isinstance(one, Node) else one for one in self.children)
        return _BLANKS.sub(" ", " ".join(pieces)).strip()

    def count(self) -> None:
        """Fill in what is counted, anew, for all elements below too."""
        href = self.attributes.get("href", "#") if self.tag == "a" else "#"
        self.text = self.linked = self.links = self.prose = 0
        self.headed, self.attached = False, _FILE.search(href) is not None
        for one in self.children:
            if isinstance(one, Node):
                one.count()
                self.text += one.text
                self.linked += one.linked
                self.links += one.links
                self.prose += one.prose
                self.headed |= one.headed
                self.attached |= one.attached
            else:
                length = len("".join(one.split()))
                self.text += length
                self.prose += length if _SENTENCE.search(one) else 0
        if not href.startswith("#"):
            self.linked, self.links, self.prose = self.text, 1, 0
        # A heading that is a link is the name of the site.
        self.headed |= self.tag == "h1" and self.linked < self.text


def page_tree(page: str, name: str) -> tuple[Node, LexborHTMLParser]:
    """The body of a page, counted, and the page as parsed, for its head.

    Raises `UnreadableDocument` when the page is larger or deeper than any that is read.
    """
    _check_size(page, name)
    parsed = LexborHTMLParser(page)
    body = Node("body", {})
    # Each entry: a parsed node, the element that takes it, and how deep that one lies.
    waiting: list[tuple[LexborNode, Node, int]] = []
    start = parsed.body
    _push(waiting, start, body, 1)
    while waiting:
        found, holder, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise UnreadableDocument(
                f"{name}：网页元素嵌套超过 {MOST_DEPTH} 层；请另存为纯文本后重新添加。"
            )
        tag = found.tag or ""
        if tag == "-text":
            holder.children.append(found.text_content or "")
        elif tag.startswith("-") or tag in _UNREAD or tag in _GONE or _is_hidden(found):
            continue
        elif tag in _DISSOLVED:
            _push(waiting, found, holder, depth)
        else:
            attributes = {key: value or "" for key, value in found.attributes.items()}
            node = Node(tag, attributes)
            holder.children.append(node)
            _push(waiting, found, node, depth + 1)
    body.count()
    return body, parsed


def _push(
    waiting: list[tuple[LexborNode, Node, int]],
    parent: LexborNode | None,
    holder: Node,
    depth: int,
) -> None:
    children = list(parent.iter(include_text=True)) if parent is not None else []
    waiting.extend((one, holder, depth) for one in reversed(children))


def _is_hidden(found: LexborNode) -> bool:
    attributes = found.attributes
    if "hidden" in attributes:
        return True
    return _HIDDEN.search(attributes.get("style") or "") is not None


def _check_size(page: str, name: str) -> None:
    tags = page.count("<")
    if tags > MOST_TAGS:
        raise UnreadableDocument(
            f"{name}：网页有 {tags} 个标记，上限为 {MOST_TAGS}；请拆成较小的文件后重新添加。"
        )
    opened = 0
    for found in _TAG.finditer(page):
        closing, tag = found.groups()
        if tag.lower() not in _CLOSE_THEMSELVES:
            opened = max(0, opened - 1) if closing else opened + 1
            if opened > MOST_OPEN:
                raise UnreadableDocument(
                    f"{name}：网页有超过 {MOST_OPEN} 个没有关闭的元素；"
                    "请用浏览器打开，另存为纯文本后重新添加。"
                )
