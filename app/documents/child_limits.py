"""What one document may cost, and how the parsing process holds itself to it.

The operating system enforces these limits, so they also hold inside libraries written in C. On
Windows, which has no `resource` module, only those hold that the parent watches: time and the
length of the text. macOS accepts no limit on address space.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import ModuleType
from typing import Final

from app.errors import UnreadableDocument
from app.model import Extracted

_MEBIBYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a parsing process, for each document if nothing else is said."""

    memory: int = 512 * _MEBIBYTE  # bytes of address space, the interpreter and libraries included
    cpu: int = 10  # seconds of processor time
    wall: float = 15.0  # seconds until the process is ended
    characters: int = 20_000_000  # of extracted text
    pages: int = 100_000
    documents: int = 200  # after so many, a fresh process takes over: libraries leak
    open_files: int = 32  # at a time; modules are files too

    def to_json(self) -> str:
        """The limits as an argument of the command line."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Limits:
        """The limits from what `to_json` gave."""
        return Limits(**json.loads(text))


def check_length(extracted: Extracted, name: str, limits: Limits) -> None:
    """Raise UnreadableDocument when there is more text, or more pages, than the limits allow."""
    if len(extracted.text) > limits.characters:
        raise UnreadableDocument(
            f"{name}：文本有 {len(extracted.text)} 字，超过上限 {limits.characters} 字；"
            "请拆成几个较小的文件。"
        )
    if len(extracted.pages) > limits.pages:
        raise UnreadableDocument(
            f"{name}：有 {len(extracted.pages)} 页，超过上限 {limits.pages} 页；"
            "请拆成几个较小的文件。"
        )


def confine(limits: Limits) -> None:
    """Put the limits of a whole life upon this process. They cannot be lifted again."""
    resource = _resource()
    if resource is None:
        return
    wanted: Mapping[str, int] = {
        "RLIMIT_AS": limits.memory,
        "RLIMIT_FSIZE": 0,  # no file can grow; pipes are no files
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": limits.open_files,
        "RLIMIT_NPROC": 0,  # no child and no thread of this process; others of the user are free
    }
    for name, value in wanted.items():
        _set(resource, name, value)


def renew_cpu(limits: Limits) -> None:
    """Allow the next document its processor time.

    The system counts over the life of the process, so the limit moves on with each document. It
    is whole seconds: the started second is given away.
    """
    resource = _resource()
    if resource is None:
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(spent.ru_utime + spent.ru_stime) + 1 + limits.cpu
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, hard))


def _set(resource: ModuleType, name: str, value: int) -> None:
    """Lower a limit, soft and hard, where the system knows it and lets us."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    try:
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        # macOS refuses RLIMIT_AS; the other limits still hold.
        return


def _resource() -> ModuleType | None:
    try:
        import resource
    except ImportError:
        return None
    return resource
