"""The parsing process: reads documents one after another, apart from the service.

Its arguments are the limits, the folder that holds the program, and the process id of the parent;
its input and output are frames. A document comes as its name and bytes; back goes its text with
the starts of its pages, or why there is none. After anything but a text or a plain refusal the
parent ends the process and starts another, so nothing needs to be cleaned up here.
"""

from __future__ import annotations

import gc
import mimetypes
import os
import re
import sys
from pathlib import PurePath
from typing import IO, Final

from app.documents.archive import ARCHIVES, check_archive, is_archive
from app.documents.child_frames import Frame, receive, send
from app.documents.child_guard import die_with, folders, forbid, isolate
from app.documents.child_limits import Limits, check_length, confine, renew_cpu
from app.documents.read import MAXIMUM_BYTES, read
from app.errors import UnreadableDocument
from app.model import Extracted

# What may have become of a document, as the header of the reply says it.
TEXT: Final = "text"
REFUSED: Final = "refused"
FAILED: Final = "failed"

# Neither UTF-8 nor a database takes these.
_NO_CHARACTER: Final = re.compile("[\0\ud800-\udfff]")


def main(arguments: list[str]) -> None:
    """Read documents until the input ends."""
    limits, program, parent = Limits.from_json(arguments[0]), arguments[1], int(arguments[2])
    requests, replies = _take_over_pipes()
    _prepare_libraries()
    allowed = folders(os.path.join(program, "app"))
    isolate(allowed)
    die_with(parent)  # after it: a change of credentials would take the wish back
    confine(limits)
    forbid(allowed)
    gc.freeze()  # what is loaded by now stays; looking through it each time takes 3 ms
    while (request := receive(requests, MAXIMUM_BYTES)) is not None:
        renew_cpu(limits)
        reply = _answer(str(request.header["name"]), request.body, limits)
        del request
        send(replies, reply)
        del reply
        gc.collect()  # trees of XML hold circles; the next document needs the room


def _take_over_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes for ourselves: what a library prints, or reads, must not end up in them."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
    return requests, replies


def _prepare_libraries() -> None:
    """See to what libraries do when they are imported, which will not be possible later."""
    mimetypes.init()  # reads files of the system
    # Taken along where it is found, for nothing that is needed here; it would start threads and
    # take 100 MB of address space.
    sys.modules["numpy"] = None  # type: ignore[assignment]


def _answer(name: str, data: bytes, limits: Limits) -> Frame:
    try:
        return _text(_extract(name, data), name, limits)
    except UnreadableDocument as error:
        return Frame({"outcome": REFUSED, "reason": str(error)}, b"")
    except MemoryError:
        reason = f"{name}：解析时占用的内存超过 {limits.memory >> 20} MB；请拆成几个较小的文件。"
    except RecursionError:
        reason = f"{name}：结构嵌套得太深，不能解析；请另存一份，或存为纯文本后再加入。"
    except BaseException as error:
        # Whatever a library raises on an odd file, panics of Rust included, is about this file.
        reason = (
            f"{name}：解析程序遇到意外（{type(error).__name__}: {str(error)[:200]}）；"
            "文件可能已损坏，请另存一份，或存为纯文本后再加入。"
        )
    return Frame({"outcome": FAILED, "reason": reason}, b"")


def _extract(name: str, data: bytes) -> Extracted:
    if PurePath(name).suffix.lower() in ARCHIVES and is_archive(data):
        check_archive(data, name)
    return read(data, name)


def _text(extracted: Extracted, name: str, limits: Limits) -> Frame:
    check_length(extracted, name, limits)
    if not extracted.text.strip():
        raise UnreadableDocument(
            f"{name}：里面没有文字，可能全是图片；请先做文字识别（OCR），再加入识别后的文件。"
        )
    stray = _NO_CHARACTER.search(extracted.text)
    if stray:
        raise UnreadableDocument(
            f"{name}：文本第 {stray.start()} 字（U+{ord(stray.group()):04X}）"
            "不是字符；文件可能已损坏，请另存一份再加入。"
        )
    body = extracted.text.encode("utf-8")
    return Frame({"outcome": TEXT, "pages": list(extracted.pages)}, body)


if __name__ == "__main__":
    main(sys.argv[1:])
