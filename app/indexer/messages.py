"""What is said to the indexing process and what it says back, and how that is written as JSON.

A request is one JSON frame, for `Put` followed by the bytes of each file, one frame each. The
answer is any number of progress frames and then one with the result or the error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from app import errors
from app.errors import YoujuError
from app.library.intake import Mode, Upload
from app.library.report import Failure, IndexReport

FILES: Final = 100  # of one request
SOURCES: Final = 1000
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True)
class Put:
    """Take these documents in."""

    uploads: tuple[Upload, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove the documents at these corpus paths."""

    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sync:
    """Bring the index up to date with the whole corpus folder."""

    rebuild: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Say how things are."""


Request = Put | Remove | Sync | Look


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document.

    `done` is added, replaced, unchanged, removed or failed. For a failed one `error` is the name
    of the error and `message` its words; both are "" otherwise.
    """

    source: str
    id: str
    done: str
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Batch:
    """The results of a request, in its order, and the corpus version that is published now."""

    results: tuple[Result, ...]
    version: str


@dataclass(frozen=True, slots=True)
class State:
    """How the indexing process is.

    `waiting` requests have not begun. `trouble` is why the last update from the folder failed, ""
    when it did not; it is tried again. `failed` documents lie in the corpus and cannot be used.
    """

    pid: int
    working: bool
    waiting: int
    watching: str
    version: str
    trouble: str
    failed: tuple[Failure, ...]


Reply = Batch | IndexReport | State


@dataclass(frozen=True, slots=True)
class Expect:
    """Progress: so many documents are going to be worked on."""

    total: int


@dataclass(frozen=True, slots=True)
class Advance:
    """Progress: one document is done."""

    name: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The request failed as a whole."""

    error: str
    message: str


Event = Expect | Advance | Refused | Reply

# By the name under which each goes over the wire.
_EVENTS: Final[Mapping[str, type[Any]]] = {
    kind.__name__: kind for kind in (Expect, Advance, Refused, Batch, IndexReport, State)
}
_ERRORS: Final[Mapping[str, type[YoujuError]]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, YoujuError)
}


def refusal(error: BaseException) -> Refused:
    """`error` as it goes over the wire; a fault of ours becomes the root of the error tree."""
    if isinstance(error, YoujuError):
        return Refused(type(error).__name__, str(error))
    return Refused(
        YoujuError.__name__, f"程序出错（{type(error).__name__}: {error}），请查看日志。"
    )


def error_of(name: str, message: str) -> YoujuError:
    """The error that goes by `name`."""
    return _ERRORS.get(name, YoujuError)(message)


def request_frames(request: Request, patience: float) -> list[bytes]:
    """`request` in frames. `patience`: so many seconds it may wait to be begun."""
    head: dict[str, Any] = {"kind": type(request).__name__, "patience": patience}
    blobs: list[bytes] = []
    if isinstance(request, Put):
        blobs = [upload.data for upload in request.uploads]
        head["files"] = [
            {
                "source": upload.source,
                "size": len(upload.data),
                "fields": None if upload.fields is None else dict(upload.fields),
                "mode": upload.mode.value,
            }
            for upload in request.uploads
        ]
    elif isinstance(request, Remove):
        head["sources"] = list(request.sources)
    elif isinstance(request, Sync):
        head["rebuild"] = request.rebuild
    return [_dumped(head), *blobs]


@dataclass(frozen=True, slots=True)
class Head:
    """The first frame of a request; the bytes of its files are still to come."""

    kind: str
    patience: float
    files: tuple[Mapping[str, Any], ...]
    sources: tuple[str, ...]
    rebuild: bool

    @property
    def size(self) -> int:
        """How many bytes are to come."""
        return sum(each["size"] for each in self.files)

    def request(self, blobs: Sequence[bytes]) -> Request:
        """The request, with the bytes of its files. Raises ValueError."""
        if self.kind == "Put":
            if [len(blob) for blob in blobs] != [each["size"] for each in self.files]:
                raise ValueError("a file has another size than announced")
            pairs = zip(self.files, blobs, strict=True)
            return Put(
                tuple(
                    Upload(str(each["source"]), blob, each["fields"], Mode(each["mode"]))
                    for each, blob in pairs
                )
            )
        if self.kind == "Remove":
            return Remove(self.sources)
        return Sync(self.rebuild) if self.kind == "Sync" else Look()


def head_of(frame: bytes) -> Head:
    """The first frame of a request, checked. Raises ValueError."""
    found = json.loads(frame.decode("utf-8"))
    try:
        head = Head(
            kind=str(found["kind"]),
            patience=float(found["patience"]),
            files=tuple(found.get("files", ())),
            sources=tuple(map(str, found.get("sources", ()))),
            rebuild=bool(found.get("rebuild", False)),
        )
        sizes = [each["size"] for each in head.files]
        known = head.kind in {"Put", "Remove", "Sync", "Look"}
        sound = all(isinstance(each, int) and each >= 0 for each in sizes)
        sound = sound and all(isinstance(each["fields"], dict | None) for each in head.files)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a request: {error}") from error
    if not known or not sound or len(sizes) > FILES or len(head.sources) > SOURCES:
        raise ValueError("not a request that is known, or too large a one")
    return head


def event_frame(event: Event) -> bytes:
    """`event` in a frame."""
    return _dumped({"kind": type(event).__name__, **asdict(event)})


def event_of(frame: bytes) -> Event:
    """The event in a frame. Raises ValueError."""
    found = json.loads(frame.decode("utf-8"))
    try:
        kind = _EVENTS[found.pop("kind")]
        for name, inner in (("results", Result), ("failed", Failure), ("ignored", Failure)):
            if name in found:
                found[name] = [inner(**each) for each in found[name]]
        values = {name: tuple(v) if isinstance(v, list) else v for name, v in found.items()}
        event: Event = kind(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not an event: {error}") from error
    return event


def _dumped(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
