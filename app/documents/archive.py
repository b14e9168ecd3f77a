"""Checks of a zip container (docx, xlsx, ofd) before anything in it is parsed.

In: the bytes of the file. Out: nothing, or UnreadableDocument with the reason. Declared sizes are
not believed: every entry is unpacked in small pieces and counted. Nothing is written to disk,
and an archive inside the archive is bytes like any other: no reader opens it.

Why these numbers: text in XML packs 5 to 20 times, large regular sheets up to about 60; a hundred
times, above a megabyte, is what bombs do (deflate ends at 1032). Pictures may well be one
colour, and no reader unpacks them, so for them only the sum counts.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo, is_zipfile

from app.errors import UnreadableDocument

# The formats that are zip containers.
ARCHIVES: Final = frozenset({".docx", ".xlsx", ".ofd"})

MOST_ENTRIES: Final = 2_000
MOST_BYTES: Final = 200 * 1024 * 1024
HIGHEST_RATIO: Final = 100
RATIO_COUNTS_FROM: Final = 1024 * 1024
_LONGEST_NAME: Final = 512

_MAGIC: Final = b"PK\x03\x04"
_DIRECTORY_ENTRY: Final = b"PK\x01\x02"
_LOCAL: Final = struct.Struct("<4s2xHH8xIIHH")
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_SIZES_FOLLOW: Final = 0x8
_UNKNOWN_SIZE: Final = 0xFFFFFFFF
_PIECE: Final = 256 * 1024

_PICTURES: Final = frozenset(
    (".bmp", ".emf", ".gif", ".jb2", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".wdp", ".wmf")
)
# Kinds of files that rightly begin with a document type, and that no reader takes for XML.
_WITH_DOCTYPE: Final = frozenset((".htm", ".html", ".mht", ".svg", ".xhtml"))
_DECLARATIONS: Final = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST_DECLARATION: Final = max(map(len, _DECLARATIONS))
# In a rarer encoding a declaration would not look like one.
_ENCODING: Final = re.compile(rb"""^.{0,3}<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([^"']*)""", re.S)
# UTF-32 and EBCDIC, as an XML parser tells them by the first bytes.
_RARE_ENCODINGS: Final = tuple(
    bytes.fromhex(start) for start in ("0000003c", "3c000000", "0000feff", "fffe0000", "4c6fa794")
)
_KNOWN_ENCODINGS: Final = frozenset(
    b"utf-8 utf8 utf-16 utf-16le utf-16be us-ascii ascii iso-8859-1 gbk gb2312 gb18030".split()
)


def is_archive(data: bytes) -> bool:
    """Whether `data` is a zip container, or would be taken for one.

    What is none is left to the readers of these formats, who know what else it may be.
    """
    return data.startswith(_MAGIC) or is_zipfile(BytesIO(data))


def check_archive(data: bytes, name: str) -> None:
    """Raise UnreadableDocument unless `data` is a zip container that is safe to read."""
    try:
        _check(data)
    except _Unsafe as reason:
        raise UnreadableDocument(f"{name}：{reason}") from None


class _Unsafe(Exception):
    """Why an archive is refused, without the name of the file."""


def _check(data: bytes) -> None:
    if not data.startswith(_MAGIC):
        raise _Unsafe(
            f"开头是 {data[:4].hex(' ')}，不是 zip 容器，与扩展名不符；请用原来的软件另存一份。"
        )
    # Before the directory is read: reading one of a million entries takes seconds.
    entries = data.count(_DIRECTORY_ENTRY)
    if entries > MOST_ENTRIES:
        raise _Unsafe(
            f"压缩包里有 {entries} 个条目，超过上限 {MOST_ENTRIES} 个；请拆成几个较小的文件。"
        )
    try:
        with ZipFile(BytesIO(data)) as archive:
            found, end = archive.infolist(), archive.start_dir
    except (BadZipFile, LargeZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise _Unsafe(_damaged(f"目录读不出来（{error}）")) from None
    _check_names(found)
    _check_contents(data, sorted(found, key=lambda entry: entry.header_offset), end)


def _damaged(what: str) -> str:
    return f"压缩包已损坏：{what}；请重新取得或另存一份。"


# ── names ───────────────────────────────────────────────────────────────────────────────────────


def _check_names(entries: list[ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        # zipfile cuts a name at NUL; the original keeps it.
        name = entry.orig_filename
        fault = _fault_of_name(name) or _fault_of_entry(entry)
        if fault:
            raise _Unsafe(f"压缩包的条目 {_shown(name)} {fault}；请用原来的软件另存一份。")
        if name.casefold() in seen:
            raise _Unsafe(f"压缩包里有两个条目都叫 {_shown(name)}；请用原来的软件另存一份。")
        seen.add(name.casefold())


def _fault_of_name(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if not name or len(name) > _LONGEST_NAME:
        return f"的名字长 {len(name)} 字，应为 1 至 {_LONGEST_NAME} 字"
    if any(character < " " or character == "\x7f" for character in name):
        return "的名字含有控制字符"
    if parts[0] == "" or re.match("[A-Za-z]:", name):
        return "的名字是绝对路径"
    if ".." in parts:
        return "的名字指向压缩包之外（..）"
    return ""


def _fault_of_entry(entry: ZipInfo) -> str:
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "是符号链接"
    if entry.flag_bits & _ENCRYPTED:
        return "是加密的，请先去掉密码"
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return f"用了不常见的压缩方法（{entry.compress_type}）"
    return ""


def _shown(name: str) -> str:
    """A name as it may be shown: short, controls and marks of direction escaped."""
    short = name if len(name) <= 60 else f"{name[:60]}…"
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in short
    )


# ── contents ────────────────────────────────────────────────────────────────────────────────────


def _check_contents(data: bytes, entries: list[ZipInfo], end: int) -> None:
    """Unpack and count every entry; `entries` in the order of their places, `end` their border."""
    position = total = 0
    for entry in entries:
        start = _start_of_data(data, entry)
        if entry.header_offset < position:
            raise _Unsafe(_damaged(f"条目 {_shown(entry.filename)} 与前一个重叠"))
        position = start + entry.compress_size
        if position > end:
            raise _Unsafe(_damaged(f"条目 {_shown(entry.filename)} 超出文件的末尾"))
        total += _unpack(memoryview(data)[start:position], entry, MOST_BYTES - total)


def _start_of_data(data: bytes, entry: ZipInfo) -> int:
    """Where the data of `entry` begins, after its local header, which must agree with `entry`."""
    shown = _shown(entry.filename)
    try:
        header = _LOCAL.unpack_from(data, entry.header_offset)
    except struct.error:
        raise _Unsafe(_damaged(f"条目 {shown} 的位置在文件之外")) from None
    magic, flags, method, packed, size, name_length, extra_length = header
    start: int = entry.header_offset + _LOCAL.size
    name = data[start : start + name_length]
    written = entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace")
    agrees = (
        magic == _MAGIC
        and name == written
        and method == entry.compress_type
        and not (flags ^ entry.flag_bits) & _ENCRYPTED
    )
    known = not flags & _SIZES_FOLLOW
    same_sizes = packed in (entry.compress_size, _UNKNOWN_SIZE) and size in (
        entry.file_size,
        _UNKNOWN_SIZE,
    )
    if not agrees or (known and not same_sizes):
        raise _Unsafe(_damaged(f"条目 {shown} 的两处说明不一致"))
    return start + int(name_length) + int(extra_length)


def _unpack(packed: memoryview, entry: ZipInfo, room: int) -> int:
    """The true size of `entry`, its contents looked over piece by piece."""
    suffix = PurePosixPath(entry.filename).suffix.lower()
    limit = _limit(len(packed), suffix)
    look = _Look(entry.filename) if suffix not in _PICTURES | _WITH_DOCTYPE else None
    size = checksum = 0
    for piece in _pieces(packed, entry):
        size += len(piece)
        checksum = zlib.crc32(piece, checksum)
        if size > room:
            raise _Unsafe(
                f"压缩包解开后超过 {MOST_BYTES >> 20} MB；请拆成几个较小的文件，或去掉其中的图片。"
            )
        if size > limit:
            raise _Unsafe(
                f"压缩包的条目 {_shown(entry.filename)} 解开后比压缩时大 {HIGHEST_RATIO} 倍以上，"
                "像是压缩炸弹；请用原来的软件另存一份。"
            )
        if look is not None:
            look.at(piece)
    if size != entry.file_size or checksum != entry.CRC:
        raise _Unsafe(_damaged(f"条目 {_shown(entry.filename)} 的内容与所说的大小或校验和不符"))
    return size


def _limit(packed: int, suffix: str) -> int:
    if suffix in _PICTURES:
        return MOST_BYTES
    return max(RATIO_COUNTS_FROM, packed * HIGHEST_RATIO)


def _pieces(packed: memoryview, entry: ZipInfo) -> Iterator[bytes]:
    """The contents of `entry`, unpacked, in pieces of bounded size."""
    if entry.compress_type == ZIP_STORED:
        for start in range(0, len(packed), _PIECE):
            yield bytes(packed[start : start + _PIECE])
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), _PIECE):
            waiting = bytes(packed[start : start + _PIECE])
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _PIECE)
                waiting = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error:
        raise _Unsafe(_damaged(f"条目 {_shown(entry.filename)} 解不开")) from None
    if not inflater.eof:
        raise _Unsafe(_damaged(f"条目 {_shown(entry.filename)} 不完整"))


class _Look:
    """Looks for declarations in an XML part, also across the border of two pieces.

    Office formats declare no document type and no entity. The parsers are told not to resolve
    any; refusing them here is the other wall.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._tail = b""
        self._begun = False
        self._is_markup = False

    def at(self, piece: bytes) -> None:
        """Look at the next piece."""
        if not piece:
            return
        if not self._begun:
            self._begun = True
            self._is_markup = self._begins_markup(piece)
        if not self._is_markup:
            return
        window = self._tail + piece
        if any(word in window for word in _DECLARATIONS):
            raise _Unsafe(
                f"压缩包的条目 {_shown(self._name)} 里有 DOCTYPE 或 ENTITY 声明，"
                "办公文件不该有；请用原来的软件另存一份。"
            )
        self._tail = window[-_LONGEST_DECLARATION:]

    def _begins_markup(self, piece: bytes) -> bool:
        encoding = _ENCODING.match(piece[:200])
        named = encoding[1].lower() if encoding else b"utf-8"
        if piece.startswith(_RARE_ENCODINGS) or named not in _KNOWN_ENCODINGS:
            raise _Unsafe(
                f"压缩包的条目 {_shown(self._name)} 的编码不是 UTF-8；请用原来的软件另存一份。"
            )
        return b"<" in piece[:64]
