"""The part of a web page that is the document: without navigation, breadcrumbs, sharing, footer.

Nothing is chosen by its length alone: a signature, a date or the name of an attachment is as
short as a menu entry. What goes must look like furniture of the page: by its element, by the name
of its class, by being little else than links, or by words that every site has in its footer.
"""

from __future__ import annotations

import re

from app.documents.html_tree import Node, names

# The share of the page that furniture may take: a menu of links may be longer than the document,
# what is only named or worded like furniture may not.
_ALL = 0.95
_MOST = 0.4
_MOST_FOOTER = 0.75  # of a notice of two lines, the footer may be the most
_SHARE_OF_LINKS = 0.6
_FEWEST_LINKS = 3
_LONGEST_FOOTER = 500
_LONGEST_LINE = 120
# The smallest element with this share of all prose holds the document.
_NEARLY_ALL = 0.95

_ELEMENTS = frozenset({"nav", "footer", "aside", "menu"})
_KEPT = frozenset({"h1", "h2", "h3", "table"})
_CELLS = frozenset({"table", "tbody", "tr", "td", "th"})
_BLOCKS = names("div ul ol dl table tbody tr td section header p form article main li center")
_NAMES = re.compile(
    "(?:top|main|sub|side|site|page|header?|foot)?nav(?:bar|i|igation)?|menus?|(?:bread)?crumbs?"
    "|b?d?shares?|foot(?:er)?|copyrights?|side-?bar|tool-?(?:bar|s)|qr-?code|e?wm|search|login"
    "|pag(?:ination|er)|recommend|related|comments?|friend-?links?|banner|logo|font-?size|header"
    "|top-?bar|print|wza|dqwz|dangqian|weizhi|fenxiang"
)
_NAME_PARTS = re.compile("[a-z]+|[A-Z][a-z]*")
_FOOTER = re.compile("版权所有|ICP备|公网安备|网站标识码|政府网站找错|网站地图")
_BREADCRUMBS = re.compile(
    r"[【\[]?(?:您?(?:现在|当前|所在)的?(?:所在)?位置|你?您的位置)\s*是?\s*[:：]|首页\s*[>＞»›/]"
)
_BUTTON = (
    "分享(?:到|至)?|收藏(?:本页)?|打印(?:本页|正文|此页)?|关闭(?:窗口|本页|页面)?|返回(?:顶部|首页|列表|上一页)"
    "|我要纠错|字[体号](?:大小)?|扫一扫[^。，]{0,30}"
)
_BESIDE_BUTTONS = (
    "[大中小]|默认|微信|朋友圈|新浪微博|微博|QQ(?:空间|好友)?|[【】\\[\\]（）()|｜/、:：\\s]"
)
_BUTTONS = re.compile(f"(?:{_BESIDE_BUTTONS})*(?:{_BUTTON})(?:{_BESIDE_BUTTONS}|{_BUTTON})*")
_COUNTER = re.compile(r"(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：]?\s*[0-9]*\s*次?")
_NEIGHBOUR = re.compile("[上下]一[篇条]\\s*[:：].*|责任编辑\\s*[:：].{0,12}")
_ENDS_SENTENCE = re.compile("[。；]")


def main_part(body: Node) -> Node:
    """The element that holds the document, with the furniture of the page taken out of it."""
    _clear(body, body)
    body.count()
    part = body
    while part.prose:
        inner = [one for one in part.children if isinstance(one, Node)]
        holder = next((one for one in inner if one.prose >= _NEARLY_ALL * part.prose), None)
        if holder is None or holder.tag in ("p", "table", "tbody", "tr", "a", "pre"):
            break
        if holder.tag not in _BLOCKS or _loses(part, holder):
            break
        part = holder
    return part


def _loses(part: Node, holder: Node) -> bool:
    """Whether something that belongs to the document stands beside `holder`."""
    for one in part.children:
        if one is holder or not isinstance(one, Node) or not one.text:
            continue
        if one.attached or any(node.tag in _KEPT for node in one.nodes()):
            return True
        if not one.linked:
            return True
    return any(isinstance(one, str) and one.strip() for one in part.children)


def _clear(node: Node, body: Node) -> None:
    kept: list[Node | str] = []
    for one in node.children:
        if isinstance(one, Node):
            if _is_furniture(one, body):
                continue
            _clear(one, body)
        kept.append(one)
    node.children = kept


def _is_furniture(node: Node, body: Node) -> bool:
    whole = body.text
    if not node.text or node.headed or node.attached or node.text > _ALL * whole:
        return False
    many = node.links >= _FEWEST_LINKS and node.linked >= _SHARE_OF_LINKS * node.text
    if node.tag == "h1" and body.headed:  # a link beside the heading of the document: the site
        return True
    if node.tag in _ELEMENTS or (many and node.tag in _BLOCKS):
        return True
    if node.text <= _LONGEST_FOOTER and node.text <= _MOST_FOOTER * whole and _is_footer(node):
        return True
    return node.text <= _MOST * whole and (_is_named(node) or _says_so(node))


def _says_so(node: Node) -> bool:
    """Whether the words are those of breadcrumbs or of buttons."""
    if node.text > _LONGEST_LINE or node.tag in _CELLS:
        return False
    words = node.words()
    whole = (_BUTTONS, _COUNTER, _NEIGHBOUR)
    return _BREADCRUMBS.match(words) is not None or any(one.fullmatch(words) for one in whole)


def _is_footer(node: Node) -> bool:
    words = node.words()
    return _FOOTER.search(words) is not None and not _ENDS_SENTENCE.search(words)


def _is_named(node: Node) -> bool:
    """Whether class or id names furniture: header-nav, shareBox, footer_wrap."""
    if node.tag not in _BLOCKS and node.tag not in ("a", "h4", "h5", "h6"):
        return False
    named = f"{node.attributes.get('class', '')} {node.attributes.get('id', '')}"
    return any(_NAMES.fullmatch(part.lower()) for part in _NAME_PARTS.findall(named))
