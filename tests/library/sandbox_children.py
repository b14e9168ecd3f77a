"""Parsing processes for tests: the real one with a reader that does as its document says, and false ones."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.documents.child_limits import Limits

PROGRAM = str(Path(__file__).resolve().parents[2])

# The document is a Python program; what it leaves in `text` and `pages` is extracted.
_OBEDIENT = """
import sys
sys.path.append(sys.argv[2])
from types import ModuleType
from app.documents import child, read
from app.errors import UnreadableDocument
from app.model import Extracted

def obey(data, name):
    names = {"name": name, "pages": (), "UnreadableDocument": UnreadableDocument}
    exec(data, names)
    return Extracted(names["text"], names["pages"])

reader = ModuleType("obedient_reader")
reader.read = obey
sys.modules["obedient_reader"] = reader
read.READERS = {**read.READERS, ".obey": "obedient_reader"}
child.main(sys.argv[1:])
"""


def obedient(limits: Limits) -> list[str]:
    """How to start the real parsing process with a reader for `.obey` files."""
    arguments = [limits.to_json(), PROGRAM, str(os.getpid())]
    return [sys.executable, "-I", "-c", _OBEDIENT, *arguments]


def false(program: str) -> list[str]:
    """How to start a process that runs `program` instead of reading documents."""
    return [sys.executable, "-I", "-S", "-c", f"import sys, os, time\n{program}"]


@contextmanager
def readers(more: Mapping[str, str]) -> Iterator[None]:
    """Make the parent believe that there are readers for more formats."""
    from app.documents import read

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(read, "READERS", {**read.READERS, **more})
        yield
