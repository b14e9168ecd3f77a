"""What a disk may hold when power fails: a file system that keeps for certain only what was synced.

At the granularity of files: a file holds what it held when it was last synced, a name is there when
its folder was synced after it came. What was not synced may be there or not, and a file whose
content was not synced may be empty or hold zeros.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Call:
    """A recorded call: its number, what it did, and to which paths."""

    number: int
    kind: str
    path: str
    target: str


def read_calls(trace: Path) -> list[Call]:
    lines = (trace / "calls").read_text().splitlines()
    parts = [line.split("\t") for line in lines]
    return [Call(int(number), kind, one, two) for number, kind, one, two in parts]


@dataclass(eq=False)
class Node:
    """A file, or a folder. `kept` is the content that is safe, `names` the names that are."""

    is_folder: bool = False
    kept: bytes | None = None
    dirty: bool = True
    entries: dict[str, Node] = field(default_factory=dict)
    names: dict[str, Node] = field(default_factory=dict)


class Disk:
    """Begins as a copy of the folder `kept`, all of it safe; `data` is where calls went to."""

    def __init__(self, kept: Path, data: Path, trace: Path) -> None:
        self._data = data
        self._trace = trace
        self._root = _loaded(kept)

    def apply(self, call: Call) -> None:
        if call.kind == "mark":
            return
        if call.kind == "rename":
            folder, name = self._at(call.path)
            node = folder.entries.pop(name)
            folder, name = self._at(call.target)
            folder.entries[name] = node
            return
        if call.path == str(self._data):
            self._root.names = dict(self._root.entries)
            return
        folder, name = self._at(call.path)
        if call.kind == "remove":
            folder.entries.pop(name, None)
            return
        # What came by a call that no library passes on is met here for the first time.
        node = folder.entries.setdefault(name, Node(is_folder=call.kind == "mkdir"))
        if call.kind in ("create", "write"):
            node.dirty = True
        elif call.kind == "sync" and node.is_folder:
            node.names = dict(node.entries)
        elif call.kind == "sync":
            node.kept = (self._trace / str(call.number)).read_bytes()
            node.dirty = False

    def build(self, image: Path, chosen: random.Random | None) -> None:
        """Write what may be left to `image`: nothing that is not safe, or `chosen` parts of it."""
        _write(self._root, image, chosen)

    def _at(self, path: str) -> tuple[Node, str]:
        *above, name = Path(path).relative_to(self._data).parts
        node = self._root
        for part in above:
            node = node.entries[part]
        return node, name


def _loaded(path: Path) -> Node:
    if path.is_file():
        return Node(kept=path.read_bytes(), dirty=False)
    entries = {each.name: _loaded(each) for each in path.iterdir()}
    return Node(True, None, False, entries, dict(entries))


def _write(node: Node, path: Path, chosen: random.Random | None) -> None:
    if not node.is_folder:
        path.write_bytes(_content(node, chosen))
        return
    path.mkdir()
    for name, each in _names(node, chosen):
        _write(each, path / name, chosen)


def _names(node: Node, chosen: random.Random | None) -> Iterator[tuple[str, Node]]:
    """Safe names; with `chosen`, each change of a name since may have come to the disk too."""
    for name in sorted({*node.names, *node.entries}):
        safe, now = node.names.get(name), node.entries.get(name)
        found = now if chosen is not None and chosen.random() < 0.5 else safe
        if found is not None:
            yield name, found


def _content(node: Node, chosen: random.Random | None) -> bytes:
    if chosen is None or not node.dirty or chosen.random() < 0.5:
        return node.kept or b""
    return bytes(chosen.randint(0, 4096))
