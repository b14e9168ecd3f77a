"""Word files (.docx): the text as a reader of the printed document sees it.

Numbers that Word sets are written out, insertions count and deletions do not, hidden text,
headers, footers and comments are left out. Text boxes stand behind the paragraph that holds them,
notes at the end of the text. A heading is a line like any other: its number makes it a part of
the outline, and a style without a number adds nothing to the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.documents.docx_notes import Notes
from app.documents.docx_numbering import Numbering
from app.documents.docx_package import Element, Package, child, is_on, local, number
from app.documents.docx_runs import Inline, inline
from app.documents.docx_styles import Styles
from app.documents.tables import Row, TableCell, is_layout, table_lines, within_limits
from app.documents.written import Written
from app.errors import UnreadableDocument
from app.model import Extracted

MOST_PARAGRAPHS = 200_000
MOST_NESTED = 20  # tables and text boxes in one another

# What holds paragraphs and tables without being one.
_HOLDERS = frozenset(
    {"sdtContent", "ins", "moveTo", "customXml", "smartTag", "body", "txbxContent"}
)


def read(data: bytes, name: str) -> Extracted:
    """The text of a Word file. Raises `UnreadableDocument` when it is damaged or too large."""
    package = Package(data, name)
    root = package.main()
    styles = Styles(package.related("styles"))
    notes = Notes.of(package, root)
    reader = _Reader(name, styles, Numbering(package.related("numbering"), styles), notes)
    written = Written()
    reader.blocks(child(root, "body"), written)
    reader.finish(written)
    for mark, element in notes.cited():
        own = Written()
        reader.blocks(element, own)
        reader.finish(own)
        written.paragraph(f"{mark}{' '.join(own.lines)}")
    return Extracted(written.text())


@dataclass(slots=True)
class _Reader:
    """Walks the body in reading order. `carried` is text whose paragraph mark was deleted."""

    name: str
    styles: Styles
    numbering: Numbering
    notes: Notes
    carried: str = ""
    paragraphs: int = 0
    depth: int = 0
    boxes: list[Element] = field(default_factory=list)

    def blocks(self, holder: Element | None, written: Written) -> None:
        """Everything below `holder` that is a paragraph or a table."""
        for element in holder if holder is not None else ():
            kind = local(element)
            if kind == "p":
                self._paragraph(element, written)
            elif kind == "tbl":
                self._enter()
                self._table(element, written)
                self.depth -= 1
            elif kind == "sdt":
                self.blocks(child(element, "sdtContent"), written)
            elif kind in _HOLDERS:
                self.blocks(element, written)

    def finish(self, written: Written) -> None:
        """Write what a deleted paragraph mark at the end has left over."""
        written.paragraph(self.carried)
        self.carried = ""

    def _paragraph(self, element: Element, written: Written) -> None:
        self.paragraphs += 1
        if self.paragraphs > MOST_PARAGRAPHS:
            raise UnreadableDocument(
                f"{self.name}：段落超过上限 {MOST_PARAGRAPHS} 个；请拆成较小的文件后重新添加。"
            )
        properties = child(element, "pPr")
        found = inline(element, properties, self.styles, self.notes)
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or is_on(child(mark, "vanish")):
            # Without its mark the paragraph runs on into the next one, which gives the form.
            self.carried += found.text
        else:
            place = self.styles.place(properties)
            label = self.numbering.next_label(place) if place is not None else ""
            text = self.carried + found.text
            written.paragraph(label + text.lstrip() if label and text.strip() else text)
            self.carried = ""
        self._boxes(found, written)

    def _boxes(self, found: Inline, written: Written) -> None:
        for box in found.boxes:
            self._enter()
            before, self.carried = self.carried, ""
            self.blocks(box, written)
            self.finish(written)
            self.carried = before
            self.depth -= 1

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise UnreadableDocument(
                f"{self.name}：表格或文本框嵌套超过 {MOST_NESTED} 层；请简化版式后重新添加。"
            )

    def _table(self, table: Element, written: Written) -> None:
        grid: list[Row] = []
        contents: list[Written] = []
        cells = 0
        for row in _within(table, "tr"):
            if child(row, "trPr", "del") is not None:
                continue
            line = self._row(row, grid[-1] if grid else (), contents)
            cells += len(line)
            within_limits(cells, len(line), self.name)
            grid.append(line)
        if is_layout(contents):
            for one in contents:
                written.extend(one)
        else:
            written.table(table_lines(grid))

    def _row(self, row: Element, above: Row, contents: list[Written]) -> list[TableCell | None]:
        """The cells of a row; those merged with the row above are the cells of that row."""
        properties = child(row, "trPr")
        heading = is_on(child(properties, "tblHeader"))
        line: list[TableCell | None] = [None] * max(
            0, min(number(child(properties, "gridBefore"), 0), _MOST_SPAN)
        )
        for element in _within(row, "tc"):
            own = child(element, "tcPr")
            width = max(1, min(number(child(own, "gridSpan"), 1), _MOST_SPAN))
            cell = _merged(own, line, above)
            if cell is None:
                content = Written()
                before, self.carried = self.carried, ""
                self.blocks(element, content)
                self.finish(content)
                self.carried = before
                contents.append(content)
                cell = TableCell(content.flat(), heading)
            line.extend([cell] * width)
            within_limits(len(line), len(line), self.name)
        return line


_MOST_SPAN = 1_000


def _within(element: Element, kind: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those inside content controls."""
    for one in element:
        if local(one) == kind:
            yield one
        elif local(one) in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _within(one, kind)


def _merged(
    properties: Element | None, line: list[TableCell | None], above: Row
) -> TableCell | None:
    """The cell that a cell continues: the one on its left, or the one above it."""
    across = child(properties, "hMerge")
    if across is not None and line and _continues(across):
        return line[-1]
    down = child(properties, "vMerge")
    if down is not None and _continues(down) and len(line) < len(above):
        return above[len(line)]
    return None


def _continues(merge: Element) -> bool:
    return all(written != "restart" for written in merge.attrib.values())
