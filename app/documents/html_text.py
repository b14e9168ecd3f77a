"""The lines of a part of a web page: paragraphs, headings, numbered lists and tables."""

from __future__ import annotations

import re

from app.documents.counting import counted, raised
from app.documents.html_tree import Node
from app.documents.tables import Spanning, TableCell, is_layout, lay_out, table_lines
from app.documents.written import Written
from app.errors import UnreadableDocument

MOST_NESTED = 20  # tables in one another
_INLINE = frozenset({"a", "sub", "sup", "img"})
_BLANKS = re.compile("[ \t\r\n\f\xa0]+")
_LIST_FORMS = {
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "1": "decimal",
}
_ROWS = frozenset({"thead", "tbody", "tfoot"})


class Renderer:
    """Writes elements as lines. `name` is that of the file, for messages."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nested = 0

    def write(self, node: Node, written: Written) -> None:
        """Write all that is below `node`."""
        line: list[str] = []
        self._children(node, line, written)
        _end(line, written)

    def _children(self, node: Node, line: list[str], written: Written) -> None:
        count = _number(node.attributes.get("start"), 1)
        for one in node.children:
            if isinstance(one, str):
                line.append(one if node.tag == "pre" else _BLANKS.sub(" ", one))
            elif one.tag == "br":
                line.append("\n")
            elif one.tag in _INLINE:
                self._inline(one, line, written)
            else:
                _end(line, written)
                if one.tag == "li" and node.tag == "ol":
                    count = _number(one.attributes.get("value"), count)
                    form = _LIST_FORMS.get(node.attributes.get("type", "1"), "decimal")
                    line.append(f"{counted(count, form)}. ")
                    count += 1
                self._block(one, line, written)

    def _inline(self, node: Node, line: list[str], written: Written) -> None:
        if node.tag == "sup" and all(isinstance(one, str) for one in node.children):
            line.append(raised(node.words()))
        else:
            self._children(node, line, written)

    def _block(self, node: Node, line: list[str], written: Written) -> None:
        if node.tag == "table":
            self._nested += 1
            if self._nested > MOST_NESTED:
                raise UnreadableDocument(
                    f"{self._name}：表格嵌套超过 {MOST_NESTED} 层；请简化版式后重新添加。"
                )
            self._table(node, written)
            self._nested -= 1
            return
        self._children(node, line, written)
        _end(line, written)

    def _table(self, table: Node, written: Written) -> None:
        rows: list[list[Spanning]] = []
        contents: list[Written] = []
        for row in _rows(table):
            rows.append([])
            for cell in row.children:
                if isinstance(cell, Node) and cell.tag in ("td", "th"):
                    content = Written()
                    self.write(cell, content)
                    contents.append(content)
                    rows[-1].append(_spanning(cell, content))
        for one in table.children:
            if isinstance(one, Node) and one.tag == "caption":
                self.write(one, written)
        if is_layout(contents):
            for content in contents:
                written.extend(content)
        else:
            written.table(table_lines(lay_out(rows, self._name)))


def _end(line: list[str], written: Written) -> None:
    """End the current line; blanks between Chinese that only the source has are dropped."""
    if line:
        written.paragraph(re.sub(" +", " ", "".join(line)))
        line.clear()


def _rows(table: Node) -> list[Node]:
    found: list[Node] = []
    for one in table.children:
        if isinstance(one, Node) and one.tag in _ROWS:
            found.extend(_rows(one))
        elif isinstance(one, Node) and one.tag == "tr":
            found.append(one)
    return found


def _spanning(cell: Node, content: Written) -> Spanning:
    rows = _number(cell.attributes.get("rowspan"), 1)
    return Spanning(
        TableCell(content.flat(), cell.tag == "th"),
        rows if rows > 0 else 10_000,  # 0: down to the end of the table
        max(1, _number(cell.attributes.get("colspan"), 1)),
    )


def _number(written: str | None, default: int) -> int:
    return int(written) if written and re.fullmatch("[0-9]{1,6}", written.strip()) else default
