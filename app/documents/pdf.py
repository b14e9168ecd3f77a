"""PDF files with text.

PDFium gives the characters of a page with their places and the lines that are drawn;
`app.documents.layout` makes text of them. A file without text (scanned), one that is locked, and
one whose fonts do not tell which characters they print are refused.
"""

from __future__ import annotations

from app.documents.layout import lay_out
from app.documents.pdf_pages import pages_of
from app.documents.sheet import check_text
from app.errors import UnreadableDocument
from app.model import Extracted


def read(data: bytes, name: str) -> Extracted:
    """The text of the PDF file `data`. Raises `UnreadableDocument`."""
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocument(
            f"{name}：不是 PDF 文件，开头是 {data[:8]!r}；"
            "请核对文件，按实际格式改扩展名后重新添加。"
        )
    pages, unreadable = pages_of(data, name)
    check_text(pages, unreadable, name)
    return lay_out(pages, name)
