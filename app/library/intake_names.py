"""Where a document that is handed in goes: its path inside the corpus, checked part by part.

Names come from other people's machines. What could lead out of the corpus, hide a file, steer a
terminal or not exist on another system is refused with the reason; nothing is quietly rewritten
but the Unicode form (NFC).
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from app.documents.read import READERS, supported
from app.errors import InvalidUpload, UnsupportedFormat
from app.library.folder import MAX_DEPTH, RESERVED

NAME_BYTES: Final = 200  # the suffixes of sidecar and staged files must fit behind it
SOURCE_BYTES: Final = 1000

_CONTROL: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Marks that turn the direction of writing, and the byte order mark: names that look like others.
_DECEIVING: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NOT_ON_WINDOWS: Final = re.compile(r'[<>:"|?*]')
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)


def source_of(name: str, collection: str = "") -> str:
    """The path inside the corpus for a file `name` of a collection ("" is none).

    Raises InvalidUpload, UnsupportedFormat.
    """
    checked = part(name, "文件名")
    if not collection:
        return check_source(checked)
    return check_source(f"{part(collection, '文档集名')}/{checked}")


def check_source(source: str) -> str:
    """`source`, a path inside the corpus with `/` between its parts, in NFC.

    Raises InvalidUpload, UnsupportedFormat.
    """
    parts = [part(each, "路径") for each in source.split("/")]
    if parts[0].casefold() == RESERVED:
        raise InvalidUpload(f"“{RESERVED}”留给词典，不能作文档集名；请换一个。")
    found = "/".join(parts)
    if len(parts) > MAX_DEPTH or len(found.encode("utf-8")) > SOURCE_BYTES:
        raise InvalidUpload(
            f"路径“{shown(found)}”太长：最多 {MAX_DEPTH} 层、{SOURCE_BYTES} 字节。请缩短。"
        )
    if not supported(parts[-1]):
        raise UnsupportedFormat(
            f"“{shown(parts[-1])}”的格式不能收录；可用的后缀：{'、'.join(READERS)}。"
        )
    return found


def part(name: str, what: str) -> str:
    """One file or folder name in NFC. Raises InvalidUpload, which says `what` is wrong with it."""
    found = unicodedata.normalize("NFC", name)
    reason = _why_not(found)
    if reason:
        raise InvalidUpload(f"{what}“{shown(found)}”不能用：{reason}。请改名。")
    return found


def shown(text: str) -> str:
    """A name as it may stand in a message: short, one line, no lone surrogates."""
    cut = text if len(text) <= 60 else text[:60] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def _why_not(name: str) -> str:
    """What is wrong with a name, "" when nothing is."""
    if not name or name != name.strip():
        return "是空的，或者首尾有空白"
    if "/" in name or "\\" in name:
        return "应只有名字，不带路径"
    if any(unicodedata.category(character) in _CONTROL for character in name):
        return "含有控制字符"
    if _DECEIVING.search(name):
        return "含有改变书写方向的字符"
    if len(name.encode("utf-8")) > NAME_BYTES:
        return f"有 {len(name.encode('utf-8'))} 字节，最多 {NAME_BYTES} 字节"
    if name.startswith("."):
        return "以点开头的是隐藏文件"
    if name.endswith("."):
        return "不能以点结尾"
    if _NOT_ON_WINDOWS.search(name):
        return '含有 < > : " | ? * 之一，有的系统存不了'
    if _DEVICE.fullmatch(name.partition(".")[0].rstrip()):
        return "是 Windows 的设备名"
    return ""


def place(corpus: Path, source: str) -> Path:
    """Where `source` lies or will lie below `corpus`, which is resolved.

    A file whose name on disk differs from `source` in its Unicode form only is found. Raises
    InvalidUpload when a link or something that is no folder is in the way: links are not followed.
    """
    path = corpus
    *folders, name = source.split("/")
    for folder in folders:
        path = _on_disk(path, folder)
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise InvalidUpload(f"“{shown(folder)}”不是普通文件夹（或是符号链接）；请换一个名字。")
    path = _on_disk(path, name)
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise InvalidUpload(f"“{shown(source)}”不是普通文件（或是符号链接），不能改动；请换名。")
    return path


def _on_disk(folder: Path, name: str) -> Path:
    """The entry `name` of `folder` in the Unicode form that it has there; NFC for a new one."""
    for form in ("NFC", "NFD"):
        found = folder / unicodedata.normalize(form, name)
        if found.is_symlink() or found.exists():
            return found
    return folder / name
