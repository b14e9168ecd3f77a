"""The parts of an OFD file: which documents and pages it has, and where their XML lies."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from io import BytesIO
from types import TracebackType
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from app.documents.sheet import within_limits
from app.errors import UnreadableDocument

MOST_PART_BYTES = 64 * 1024 * 1024
MOST_BYTES = 200 * 1024 * 1024
_ROOT = "OFD.xml"

Element = Any
"""An element of lxml, which brings no types."""


class Package:
    """The parts of one file by name. A context manager."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._unpacked = 0
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, NotImplementedError, OSError):
            raise UnreadableDocument(
                f"{name}：不是 OFD 文件，或文件已损坏；请核对文件，或重新取得后添加。"
            ) from None
        # Some programs begin the names with a slash, or differ in case from what refers to them.
        self._names = {_key(each): each for each in self._zip.namelist()}

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def part(self, path: str) -> Element:
        """The root element of a part. Raises `UnreadableDocument`."""
        stored = self._names.get(_key(path))
        if stored is None:
            if _key(path) == _key(_ROOT) and any("encrypt" in each for each in self._names):
                raise self.refused("OFD 已加密；请用原来的软件去除加密后重新添加")
            raise self.refused(f"缺少部件 {path}，文件不完整；请重新取得或导出这个文件")
        try:
            with self._zip.open(stored) as file:
                found = file.read(MOST_PART_BYTES + 1)
        except RuntimeError:
            raise self.refused("压缩包已加密；请去除口令后重新添加") from None
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
            raise self.refused(f"部件 {path} 已损坏；请重新取得或导出这个文件") from None
        self._unpacked += len(found)
        if len(found) > MOST_PART_BYTES or self._unpacked > MOST_BYTES:
            raise self.refused(f"解压后超过 {MOST_BYTES} 字节的上限；请拆成较小的文件后重新添加")
        return self._parsed(found, path)

    def documents(self) -> Iterator[str]:
        """The paths of the root parts of all documents, each in its current version."""
        for body in _all(self.part(_ROOT), "DocBody"):
            root = _text(_first(body, "DocRoot"))
            current = [
                each.get("BaseLoc")
                for each in _all(body, "Version")
                if each.get("Current") in ("true", "1") and each.get("BaseLoc")
            ]
            if current:
                path = resolved("", current[-1])
                version = _text(_first(self.part(path), "DocRoot"))
                yield resolved(path, version) if version else resolved("", root)
            elif root:
                yield resolved("", root)

    def refused(self, reason: str) -> UnreadableDocument:
        """The error that refuses the file."""
        return UnreadableDocument(f"{self.name}：{reason}。")

    def _parsed(self, found: bytes, path: str) -> Element:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(found, parser)
        except etree.XMLSyntaxError:
            raise self.refused(f"部件 {path} 不是有效的 XML；请重新取得或导出这个文件") from None
        if root.getroottree().docinfo.doctype:
            raise self.refused(f"部件 {path} 声明了 DTD 或实体，不予读取；请重新导出这个文件")
        return root

    def within_limits(self, pages: int, glyphs: int) -> None:
        """Raises `UnreadableDocument` for a document that is larger than what is read."""
        within_limits(pages, glyphs, self.name)


def resolved(beside: str, path: str) -> str:
    """The path inside the file that `path`, written in the part `beside`, leads to."""
    written = path.strip().replace("\\", "/")
    joined = (
        written if written.startswith("/") else posixpath.join(posixpath.dirname(beside), written)
    )
    return posixpath.normpath(joined).lstrip("/")


def _key(path: str) -> str:
    return path.replace("\\", "/").lstrip("/").casefold()


def tag(element: Element) -> str:
    """The name of an element without its namespace; "" for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Element, name: str) -> list[Element]:
    """The children of this name."""
    return [each for each in element if tag(each) == name]


def _all(element: Element, name: str) -> list[Element]:
    return [each for each in element.iter() if tag(each) == name]


def _first(element: Element, name: str) -> Element | None:
    return next(iter(_all(element, name)), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""
