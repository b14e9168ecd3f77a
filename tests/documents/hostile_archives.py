"""Hostile containers: bombs, lies about sizes and places, names that lead elsewhere."""

from __future__ import annotations

from hostile_case import Hostile, either, read, refused
from hostile_zip import (
    MEBIBYTE,
    STORED,
    Entry,
    changed,
    deflated,
    entry,
    fixed,
    fixed_page,
    fixed_text,
    paragraph,
    raw_zip,
    repeated,
    row,
    sheet,
    word,
    word_document,
    workbook,
    zipped,
)

GOOD_WORD = word(word_document(paragraph("关于做好有关工作的通知") * 3))
GOOD_SHEET = workbook(sheet(row(1, "项目", "金额") + row(2, "教育", "12.5亿元")))
GOOD_FIXED = fixed(fixed_page(fixed_text("关于做好有关工作通知")))
MAIN = "word/document.xml"
HEAD, TAIL = (part.encode() for part in word_document(paragraph("@")).split("@"))


def _bomb() -> Entry:
    return repeated(MAIN, HEAD, b"a" * MEBIBYTE, 210, TAIL)


def _sum_of_pictures() -> list[Entry]:
    picture = repeated("", b"BM", bytes(MEBIBYTE), 15, b"")
    named = [f"word/media/image{i}.bmp".encode() for i in range(14)]
    return [Entry(name, picture.packed, picture.size, picture.checksum) for name in named]


def _overlapping() -> bytes:
    kernel = entry(MAIN, HEAD + b"a" * 900_000 + TAIL)
    copies = [
        Entry(
            f"word/part{i}.xml".encode(),
            b"",
            kernel.size,
            kernel.checksum,
            packed_size=len(kernel.packed),
            offset=0,
        )
        for i in range(300)
    ]
    return raw_zip([kernel, *copies])


def _inside() -> bytes:
    """An entry whose data is another entry, header and all."""
    inner = entry("word/inner.xml", HEAD + b"a" * 900_000 + TAIL)
    whole = raw_zip([inner])
    outer = entry(MAIN, whole[: whole.index(b"PK\x01\x02")], STORED)
    place = 30 + len(outer.name)
    return raw_zip(
        [
            outer,
            Entry(
                inner.name,
                b"",
                inner.size,
                inner.checksum,
                packed_size=len(inner.packed),
                offset=place,
            ),
        ]
    )


def _nested(depth: int) -> bytes:
    inner = raw_zip([entry(f"{i}.bin", bytes(900_000)) for i in range(10)])
    for level in range(depth):
        inner = raw_zip([entry(f"{level}-{i}.zip", inner, STORED) for i in range(4)])
    return inner


def _with_name(name: bytes) -> bytes:
    return zipped(GOOD_WORD, entry(name, "x"))


def _symlink() -> bytes:
    link = entry("word/media/link", "/etc/passwd")
    return zipped(
        GOOD_WORD,
        Entry(link.name, link.packed, link.size, link.checksum, attributes=0o120777 << 16),
    )


ARCHIVES: dict[str, Hostile] = {
    "zip bomb: one entry of 210 MB": refused(
        "a.docx", lambda _: zipped({k: v for k, v in GOOD_WORD.items() if k != MAIN}, _bomb()), "100 倍"
    ),
    "zip bomb: many pictures, 210 MB in all": refused(
        "a.docx", lambda _: zipped(GOOD_WORD, *_sum_of_pictures()), "超过 200 MB"
    ),
    "zip bomb: entries that share their data": refused("a.docx", lambda _: _overlapping(), "不一致"),
    "zip bomb: an entry inside another": refused("a.docx", lambda _: _inside(), "重叠"),
    "zip bomb: archives in archives": read(
        "a.docx", lambda _: zipped({**GOOD_WORD, "word/embeddings/a.bin": _nested(3)})
    ),
    "zip bomb: nothing but archives": refused("a.xlsx", lambda _: _nested(2)),
    "2,001 entries": refused(
        "a.xlsx",
        lambda _: zipped({**GOOD_SHEET, **{f"x{i}": "" for i in range(2001)}}),
        "条目",
    ),
    "a directory of 200,000 entries": refused(
        "a.ofd", lambda _: raw_zip([entry("a", "")]) + b"PK\x01\x02".ljust(50, b"\0") * 200_000, "条目"
    ),
    "no entries": refused("a.docx", lambda _: raw_zip([]), "zip"),
    "an entry that climbs out": refused("a.docx", lambda _: _with_name(b"../../etc/passwd"), r"\.\."),
    "an entry that climbs out backwards": refused(
        "a.xlsx", lambda _: zipped({**GOOD_SHEET, "xl\\..\\..\\a": ""}), r"\.\."
    ),
    "an entry with an absolute path": refused("a.docx", lambda _: _with_name(b"/etc/passwd"), "绝对路径"),
    "an entry on a drive": refused("a.docx", lambda _: _with_name(b"C:\\a.exe"), "绝对路径"),
    "an entry with NUL in its name": refused(
        "a.docx", lambda _: _with_name(b"word/a.xml\0.exe"), "控制字符"
    ),
    "an entry with a name of 60,000 letters": refused(
        "a.docx", lambda _: _with_name(b"a" * 60_000), "名字长"
    ),
    "an entry without a name": refused("a.docx", lambda _: _with_name(b""), "名字长"),
    "an entry whose name is no UTF-8": refused("a.docx", lambda _: _with_name(b"\xff\xfe"), "目录"),
    "two entries of one name": refused("a.docx", lambda _: _with_name(b"WORD/Document.XML"), "两个条目"),
    "a symbolic link": refused("a.docx", lambda _: _symlink(), "符号链接"),
    "encrypted entries": refused("a.docx", lambda _: changed(GOOD_WORD, MAIN, flags=0x801), "密码"),
    "an unusual compression": refused("a.docx", lambda _: changed(GOOD_WORD, MAIN, method=14), "压缩方法"),
    "headers that name different entries": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, local_name=b"word/Document.xmI"), "不一致"
    ),
    "headers that tell different sizes": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, local_size=7), "不一致"
    ),
    "a size that is too small in both": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, size=7, local_size=7), "不符"
    ),
    "a size that is too large in both": refused(
        "a.ofd", lambda _: changed(GOOD_FIXED, "OFD.xml", size=1 << 31, local_size=1 << 31), "不符"
    ),
    "a wrong checksum": refused("a.xlsx", lambda _: changed(GOOD_SHEET, "xl/workbook.xml", checksum=1), "不符"),
    "data that is no deflate": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, packed=b"\xff" * 90), "解不开"
    ),
    "data that breaks off": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, packed=deflated(HEAD * 9)[:-9]), "不完整|解不开"
    ),
    "an entry beyond the end": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, packed_size=1 << 24), "末尾|重叠"
    ),
    "an entry that begins beyond the end": refused(
        "a.docx", lambda _: changed(GOOD_WORD, MAIN, offset=1 << 30), "损坏"
    ),
    "a program in front of the archive": refused(
        "a.docx", lambda _: b"MZ".ljust(512, b"\0") + zipped(GOOD_WORD), "zip"
    ),
    "a comment with a second end": either(
        "a.docx",
        lambda _: zipped(GOOD_WORD)[:-2] + (44).to_bytes(2, "little") + raw_zip([])[:22] * 2,
    ),
    "an old file or one with a password": refused(
        "a.docx", lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)),
    "a web page that calls itself docx": refused("a.docx", lambda _: b"<html><body>x"),
    "a picture that calls itself xlsx": refused("a.xlsx", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(99)),
    "a pdf that calls itself ofd": refused("a.ofd", lambda _: b"%PDF-1.4\n%%EOF"),
    "a sheet that calls itself docx": refused("a.docx", lambda _: zipped(GOOD_SHEET)),
    "a docx that calls itself ofd": refused("a.ofd", lambda _: zipped(GOOD_WORD)),
    "an empty docx": refused("a.docx", lambda _: b""),
    "an empty xlsx": refused("a.xlsx", lambda _: b""),
    "an empty ofd": refused("a.ofd", lambda _: b""),
}  # fmt: skip


def _quarter(data: bytes, quarters: int) -> bytes:
    return data[: len(data) * quarters // 4]


for _suffix, _parts in ((".docx", GOOD_WORD), (".xlsx", GOOD_SHEET), (".ofd", GOOD_FIXED)):
    for _quarters in (1, 2, 3):
        ARCHIVES[f"{_quarters} quarters of a {_suffix}"] = refused(
            f"a{_suffix}",
            lambda _, parts=_parts, quarters=_quarters: _quarter(zipped(parts), quarters),  # type: ignore[misc]
            "损坏",
        )
