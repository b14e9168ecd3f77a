"""OFD files (GB/T 33190-2016), the layout format of Chinese authorities.

An OFD file is a zip container of XML parts that place characters on pages, as PDF does; the same
`app.documents.layout` makes text of them. Text of annotations, seals and page backgrounds is not
text of the document.
"""

from __future__ import annotations

from app.documents.layout import lay_out
from app.documents.ofd_package import Package
from app.documents.ofd_pages import pages_of
from app.documents.sheet import check_text
from app.model import Extracted


def read(data: bytes, name: str) -> Extracted:
    """The text of the OFD file `data`. Raises `UnreadableDocument`."""
    with Package(data, name) as package:
        pages = pages_of(package)
    check_text(pages.sheets, pages.unreadable, name)
    return lay_out(pages.sheets, name)
