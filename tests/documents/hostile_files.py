"""Every hostile or broken file of the tests by name, and one good file of each format."""

from __future__ import annotations

from hostile_archives import ARCHIVES, GOOD_FIXED, GOOD_SHEET, GOOD_WORD
from hostile_case import Hostile
from hostile_ofd import OFDS
from hostile_office import SHEETS, WORDS
from hostile_pdf import PDFS, document
from hostile_text import BODY, HTMLS, TEXTS, page
from hostile_zip import zipped

HOSTILE: dict[str, Hostile] = {
    **TEXTS,
    **HTMLS,
    **ARCHIVES,
    **WORDS,
    **SHEETS,
    **PDFS,
    **OFDS,
}

# Suffix: a file that is read, and words of it.
GOOD: dict[str, tuple[bytes, str]] = {
    ".txt": ("关于做好有关工作的通知".encode(), "有关工作"),
    ".html": (page(BODY), "认真贯彻落实"),
    ".docx": (zipped(GOOD_WORD), "有关工作"),
    ".xlsx": (zipped(GOOD_SHEET), "12.5亿元"),
    ".pdf": (document(), "general office"),
    ".ofd": (zipped(GOOD_FIXED), "有关工作"),
}
