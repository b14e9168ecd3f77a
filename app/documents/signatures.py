"""What a file really is when its name says something else, told from its first bytes.

Many files that are called .docx or .doc are something different: the binary formats of old
programs, a web page that a program gave a Word name, a file under a password.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from app.errors import UnreadableDocument

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 2048

# Formats of old or closed programs: what to save the file as instead.
FORMER: Mapping[str, str] = MappingProxyType(
    {
        ".doc": ".docx",
        ".dot": ".docx",
        ".rtf": ".docx",
        ".wps": ".docx",
        ".wpt": ".docx",
        ".odt": ".docx",
        ".xls": ".xlsx",
        ".xlsb": ".xlsx",
        ".et": ".xlsx",
        ".ett": ".xlsx",
        ".ods": ".xlsx",
    }
)


def former_format(name: str) -> str | None:
    """Why a file with this name is not read, when its format is one of `FORMER`."""
    suffix = PurePath(name).suffix.lower()
    modern = FORMER.get(suffix)
    if modern is None:
        return None
    return f"不读取 {suffix} 格式；请用 Word、Excel 或 WPS 打开，另存为 {modern} 后重新添加。"


def not_a_package(data: bytes, name: str, wanted: str) -> UnreadableDocument:
    """The error for a file named like an Office file (`wanted`: .docx, .xlsx) that is none."""
    return UnreadableDocument(f"{name}：{_what_it_is(data, wanted)}")


def _what_it_is(data: bytes, wanted: str) -> str:
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(_OLE):
        return _inside_ole(data, wanted)
    if not data:
        return f"文件是空的（0 字节）；请检查原文件，另存为 {wanted} 后重新添加。"
    if head.startswith(b"{\\rtf"):
        return (
            f"文件名是 {wanted}，内容却是 RTF；请用 Word 或 WPS 打开，另存为 {wanted} 后重新添加。"
        )
    if head.startswith(b"%pdf"):
        return "内容是 PDF；请把文件名改为 .pdf 后重新添加。"
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        return (
            f"文件名是 {wanted}，内容却是网页；请把文件名改为 .html，"
            f"或用 Word 或 WPS 打开，另存为 {wanted} 后重新添加。"
        )
    if head.startswith((b"mime-version:", b"<?xml")):
        return (
            f"文件名是 {wanted}，内容却是单个文件的网页或 XML；"
            f"请用 Word 或 WPS 打开，另存为 {wanted} 后重新添加。"
        )
    return (
        f"不是有效的 {wanted} 文件：应为 zip 容器，开头的字节是 {data[:4].hex(' ')}，"
        "或者文件已经损坏；"
        f"请用 Word、Excel 或 WPS 打开，另存为 {wanted} 后重新添加。"
    )


def _inside_ole(data: bytes, wanted: str) -> str:
    """The names of the streams in a compound file tell which program wrote it."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "文件有打开密码，读不了；请取消密码，另存后重新添加。"
    if "WordDocument".encode("utf-16-le") in data:
        return (
            "内容是旧的二进制格式（.doc 或 .wps）；请用 Word 或 WPS 打开，另存为 .docx 后重新添加。"
        )
    if any(word.encode("utf-16-le") in data for word in ("Workbook", "Book")):
        return (
            "内容是旧的二进制格式（.xls 或 .et）；请用 Excel 或 WPS 打开，另存为 .xlsx 后重新添加。"
        )
    return (
        "内容是旧的二进制格式（OLE），或设了打开密码；"
        f"请用原来的程序打开，取消密码，另存为 {wanted} 后重新添加。"
    )
