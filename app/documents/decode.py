"""Finding out the encoding of a text file: UTF-8, UTF-16 with a byte order mark, or GB18030.

UTF-8 and UTF-16 prove themselves. GB18030 accepts almost any bytes, so what it gives must also
look like Chinese text before it is believed.
"""

from __future__ import annotations

import codecs
import re

from app.errors import UnreadableDocument

# The longest mark first: none of them is a prefix of another.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_WAY_OUT = "请另存为 UTF-8 文本后再加入"

# Characters that no encoding puts into a text on purpose: C0 controls other than white space,
# C1 controls, private use.
_STRAY = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\s]")

# GB 2312 rows that make up nearly all of a Chinese text: 1 and 3 are punctuation and full-width
# letters, 16 to 55 the 3755 common characters (level 1). Lead byte = row + 0xA0.
_COMMON_LEADS = frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)})
# Simplified Chinese reaches 0.9 and more, Big5 or random bytes taken for GB18030 up to 0.5. Text in
# traditional script lies between and is refused where it cannot be told from Big5.
_COMMON_SHARE = 0.6
_SAMPLE = 20_000


def decode(data: bytes, name: str) -> str:
    """The text of `data`, without its byte order mark.

    Raises `UnreadableDocument` with `name`, the position in bytes and the way out.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, name, encoding, len(mark))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as not_utf8:
        return _chinese(data, name, not_utf8)
    return _without_nul(text, name, "utf-8", 0)


def _strict(data: bytes, name: str, encoding: str, skip: int) -> str:
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"{name}：字节顺序标记说是 {encoding}，第 {skip + error.start} 字节却不是；{_WAY_OUT}"
        ) from error
    return _without_nul(text, name, encoding, skip)


def _chinese(data: bytes, name: str, not_utf8: UnicodeDecodeError) -> str:
    """The text as GB18030 when that is plausible."""
    nul = data.find(b"\0")
    if nul >= 0:
        raise _nul_found(name, nul)
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _unknown_encoding(data, name, error.start) from not_utf8
    if not _plausible(text):
        raise _unknown_encoding(data, name, not_utf8.start) from not_utf8
    return text


def _plausible(text: str) -> bool:
    if _STRAY.search(text):
        return False
    beyond = "".join(_BEYOND_ASCII.findall(text)[:_SAMPLE])
    if not beyond:
        return True
    common = sum(_is_common(character) for character in beyond)
    return common >= _COMMON_SHARE * len(beyond)


def _is_common(character: str) -> bool:
    encoded = character.encode("gb18030")
    return len(encoded) == 2 and encoded[0] in _COMMON_LEADS and encoded[1] >= 0xA1


def _without_nul(text: str, name: str, encoding: str, skip: int) -> str:
    nul = text.find("\0")
    if nul >= 0:
        raise _nul_found(name, skip + len(text[:nul].encode(encoding)))
    return text


def _nul_found(name: str, position: int) -> UnreadableDocument:
    return UnreadableDocument(f"{name}：第 {position} 字节是 NUL，不是文本文件；{_WAY_OUT}")


def _unknown_encoding(data: bytes, name: str, position: int) -> UnreadableDocument:
    value = data[position : position + 4].hex(" ")
    return UnreadableDocument(
        f"{name}：第 {position} 字节（{value}）既不是 UTF-8 也不是 GB18030 的文字；{_WAY_OUT}"
    )
