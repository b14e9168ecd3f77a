"""The messages between the service and its parsing process: a JSON header and bytes.

A frame is the two lengths, the header, the body. Both sides check the lengths before they read
on, so that a confused peer cannot make them wait for, or take in, more than was agreed. JSON and
plain bytes, never pickle: what comes out of a process that has met a hostile file is data.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct(">II")
# The largest header there is holds the starts of the pages.
LONGEST_HEADER: Final = 4 * 1024 * 1024


class BrokenFrame(Exception):
    """The bytes are no frame, or one that is larger than agreed."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message. The keys of `header` are known only to those who talk, so it is a mapping."""

    header: dict[str, Any]
    body: bytes


def send(stream: IO[bytes], frame: Frame) -> None:
    """Write `frame` and flush it."""
    header = json.dumps(frame.header).encode("ascii")
    stream.write(_LENGTHS.pack(len(header), len(frame.body)))
    stream.write(header)
    stream.write(frame.body)
    stream.flush()


def receive(stream: IO[bytes], longest_body: int) -> Frame | None:
    """The next frame; None when the stream ends before one begins. Raises BrokenFrame."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise BrokenFrame("the stream ends inside the lengths of a frame")
    header_length, body_length = _LENGTHS.unpack(lengths)
    if header_length > LONGEST_HEADER or body_length > longest_body:
        raise BrokenFrame(f"lengths of {header_length} and {body_length} bytes are too large")
    try:
        header = json.loads(_exactly(stream, header_length))
    except (ValueError, RecursionError) as error:
        raise BrokenFrame("the header is not JSON") from error
    if not isinstance(header, dict):
        raise BrokenFrame("the header is not an object")
    return Frame(header, _exactly(stream, body_length))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise BrokenFrame(f"the stream ends after {len(data)} of {length} bytes")
    return data
