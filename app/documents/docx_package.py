"""The parts of a Word file as XML trees.

A .docx is a zip archive of XML parts that refer to each other (ECMA-376, Open Packaging). The
parser resolves no entity, loads nothing, and refuses trees that are deeper than 256.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from app.documents.signatures import not_a_package
from app.errors import UnreadableDocument

MOST_BYTES_OF_A_PART = 64 * 1024 * 1024
MOST_TAGS = 3_000_000

Element = Any  # an element of lxml, which ships no types

_SAVE_AGAIN = "请用 Word 或 WPS 打开，另存为 .docx 后重新添加。"
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def local(element: Element) -> str:
    """The name of an element without its namespace, which differs between the two standards."""
    name: str = element.tag
    return name.rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """An attribute by its name without namespace; None without element or attribute."""
    if element is not None:
        for key, written in element.attrib.items():
            if key.rpartition("}")[2] == name:
                return str(written)
    return None


def number(element: Element | None, default: int, name: str = "val") -> int:
    """A whole number in an attribute; `default` when there is none."""
    try:
        return int(value(element, name) or "")
    except ValueError:
        return default


def child(element: Element | None, *path: str) -> Element | None:
    """The first child with this name, or the first below it along the path."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


def children(element: Element | None, name: str) -> Iterator[Element]:
    """The children with this name."""
    if element is not None:
        yield from (one for one in element if local(one) == name)


def is_on(element: Element | None) -> bool:
    """Whether a switch such as w:vanish is there and not turned off."""
    return element is not None and value(element) not in ("0", "false", "off")


class Package:
    """An open Word file: its main part, and the parts that this one refers to."""

    def __init__(self, data: bytes, name: str) -> None:
        if not data.startswith(b"PK"):
            raise not_a_package(data, name, ".docx")
        self._name = name
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except _DAMAGED as error:
            raise not_a_package(data, name, ".docx") from error
        self._parts = frozenset(self._archive.namelist())
        self._main = self._target("", "officeDocument") or "word/document.xml"
        if self._main not in self._parts:
            raise UnreadableDocument(f"{name}：文件里没有正文部分 {self._main}；{_SAVE_AGAIN}")

    def main(self) -> Element:
        """The root of the main part; its first child is the body."""
        root = self._tree(self._main)
        if local(root) != "document":
            raise UnreadableDocument(
                f"{self._name}：正文部分是 {local(root)}，不是 Word 文档；"
                "请按实际格式改正文件名后重新添加。"
            )
        return root

    def related(self, kind: str) -> Element | None:
        """The root of the part to which the main part refers as `kind`: styles, footnotes …"""
        part = self._target(self._main, kind)
        return self._tree(part) if part in self._parts and part is not None else None

    def _target(self, source: str, kind: str) -> str | None:
        folder, file = posixpath.split(source)
        part = posixpath.join(folder, "_rels", f"{file}.rels")
        if part not in self._parts:
            return None
        for relation in self._tree(part):
            if (value(relation, "Type") or "").endswith(f"/{kind}"):
                target = value(relation, "Target") or ""
                inside = posixpath.join("/" + folder, target)
                return posixpath.normpath(inside).lstrip("/")
        return None

    def _tree(self, part: str) -> Element:
        content = self._content(part)
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableDocument(
                f"{self._name}：{part} 不是完好的 XML（{error.msg}）；{_SAVE_AGAIN}"
            ) from error

    def _content(self, part: str) -> bytes:
        try:
            with self._archive.open(part) as opened:
                content = opened.read(MOST_BYTES_OF_A_PART + 1)
        except _DAMAGED as error:
            raise UnreadableDocument(f"{self._name}：{part} 已损坏；{_SAVE_AGAIN}") from error
        if len(content) > MOST_BYTES_OF_A_PART:
            raise UnreadableDocument(
                f"{self._name}：{part} 解开后超过上限 {MOST_BYTES_OF_A_PART} 字节；"
                "请拆成较小的文件后重新添加。"
            )
        tags = content.count(b"<")
        if tags > MOST_TAGS:
            raise UnreadableDocument(
                f"{self._name}：{part} 有 {tags} 个标记，上限为 {MOST_TAGS}；"
                "请拆成较小的文件后重新添加。"
            )
        return content
