"""Each system call of an add fails once; and power is lost after each of them.

    LD_PRELOAD=faults.so python tests/library/soak_faults.py calls FOLDER STEP SEED
    LD_PRELOAD=faults.so python tests/library/soak_faults.py power FOLDER STEP SEED
    python tests/library/soak_faults.py sizes FOLDER STEP SEED

`calls` fails call 1, 1 + STEP, … of an add with EIO or ENOSPC in turn (both with STEP 1), until the
add comes through. `power` records the calls of an add and builds, for every STEPth of them, what a
disk may hold when power fails right after: all that was not synced is lost, or some of it. `sizes`
needs no C library between: files may not grow beyond so many bytes. Every time: no false
acknowledgement, the published state opens and is whole, and the next add comes through.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from soak_disk import Disk, read_calls
from soak_kills import forked, listened
from soak_texts import place, text_of, told_in

from app.errors import YoujuError
from app.library import Library
from app.library.check import check
from app.library.check_report import Grade
from app.library.writer import Writer

BEFORE = {"a": 1, "b": 1}
AFTER = {"a": 2, "b": 1, "c": 2}
CHANGED = ("a.txt", "c.txt")
LARGEST = 262_144  # bytes; no file of the segment is larger


class Folders:
    """A corpus that has just been added to, and a data folder that does not know of it yet."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.corpus, self.kept, self.data = folder / "corpus", folder / "kept", folder / "data"
        self.corpus.mkdir(parents=True)
        for name, version in BEFORE.items():
            place(self.corpus, name, version)
        with Writer(self.corpus, self.kept) as writer:
            writer.sync()
        for name, version in AFTER.items():
            place(self.corpus, name, version)
        self.anew()
        self.look(self.kept)

    def anew(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.kept, self.data)

    def add(self, writer: Writer) -> bool:
        """Whether the add is acknowledged."""
        return not writer.refresh(CHANGED).failed

    def look(self, data: Path) -> dict[str, int]:
        """What is published: every document whole, and all of it found by search."""
        with Library.open(self.corpus, data) as library:
            library.verify()
            found = {}
            documents = library.snapshot().documents
            for one in documents.ids():
                stored = documents.get(one)
                assert stored is not None
                ((name, version),) = told_in(stored.document.text)
                assert stored.document.text == text_of(name, version)
                found[name] = version
            assert library.snapshot().index.size >= len(found)
        assert found in (BEFORE, AFTER), found
        return found

    def mended(self, data: Path) -> None:
        """The next add comes through, and then nothing is wrong."""
        with Writer(self.corpus, data) as writer:
            assert self.add(writer)
        assert self.look(data) == AFTER
        report = check(self.corpus, data)
        assert not report.of(Grade.DAMAGE) + report.of(Grade.DIFFERENT), report.findings


def attempt(folders: Folders, arm: Callable[[], None], disarm: Callable[[], bool]) -> str:
    """One add with a fault: how it ended, or "passed" when it met none."""
    arm()
    ended, acknowledged = "", False
    writer = None
    try:
        writer = Writer(folders.corpus, folders.data)
        acknowledged = folders.add(writer)
        ended = "acknowledged" if acknowledged else "reported"
    except YoujuError as error:
        ended = type(error).__name__
    met = disarm()
    if not met:
        ended = "passed"
    try:
        found = folders.look(folders.data)
        assert found == AFTER or not acknowledged, "acknowledged, and not there"
        if writer is not None:  # the same process goes on
            assert folders.add(writer)
            assert folders.look(folders.data) == AFTER
    finally:
        if writer is not None:
            writer.close()
    folders.mended(folders.data)
    return ended


def faults(folders: Folders, each: Iterator[tuple[str, Callable[[], None], Callable[[], bool]]]):
    """Every fault in a child of its own; how often they ended how."""
    counts: dict[str, int] = {}
    for name, arm, disarm in each:
        folders.anew()

        def work(pipe: int, arm=arm, disarm=disarm) -> None:
            os.write(pipe, f"ended {attempt(folders, arm, disarm)}\n".encode())

        lines = listened(*forked(work), None)
        assert "".join(lines[-1:]).startswith("ended "), f"{name}: {lines}"
        ended = lines[-1].split()[1]
        counts[ended] = counts.get(ended, 0) + 1
        if ended == "passed":
            break
    assert counts.get("passed"), "no add without a fault at the end"
    return counts


def calls(folders: Folders, step: int, seed: int) -> dict[str, object]:
    shim = ctypes.CDLL(None)
    data = str(folders.data).encode()
    made = 0

    def each() -> Iterator[tuple[str, Callable[[], None], Callable[[], bool]]]:
        nonlocal made
        first = random.Random(seed).randint(1, step)
        for turn in range(10**6):
            # With step 1 each call fails in both ways, else in one way and the next in the other.
            at = 1 + turn // 2 if step == 1 else first + turn * step
            error = (errno.EIO, errno.ENOSPC)[turn % 2]

            def disarm(at=at) -> bool:
                met = shim.faults_count() >= at
                shim.faults_arm(b"", 0, 0)
                return met

            made = at
            yield (
                f"call {at}, {errno.errorcode[error]}",
                lambda at=at, error=error: shim.faults_arm(data, ctypes.c_long(at), error),
                disarm,
            )

    counts = faults(folders, each())
    return {"calls": made, **counts}


def sizes(folders: Folders, step: int, seed: int) -> dict[str, object]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def each() -> Iterator[tuple[str, Callable[[], None], Callable[[], bool]]]:
        first = random.Random(seed).randint(0, 99)
        for size in [*range(first, LARGEST, step), LARGEST]:

            def arm(size=size) -> None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

            def disarm(size=size) -> bool:
                free = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.setrlimit(resource.RLIMIT_FSIZE, free)
                return size < LARGEST

            yield f"at most {size} bytes", arm, disarm

    return {"sizes": LARGEST, **faults(folders, each())}


def power(folders: Folders, step: int, seed: int) -> dict[str, object]:
    shim = ctypes.CDLL(None)
    trace = folders.data.with_name("trace")
    trace.mkdir()
    shim.faults_arm(str(folders.data).encode(), ctypes.c_long(0), 0)
    shim.faults_record(str(trace).encode())
    with Writer(folders.corpus, folders.data) as writer:
        assert folders.add(writer)
        shim.faults_mark(b"acknowledged")
    shim.faults_record(b"")
    shim.faults_arm(b"", ctypes.c_long(0), 0)
    recorded = read_calls(trace)
    chosen = random.Random(seed)
    disk = Disk(folders.kept, folders.data, trace)
    acknowledged = False
    states = {"old": 0, "new": 0}
    image = folders.data.with_name("image")
    for number, call in enumerate(recorded, 1):
        disk.apply(call)
        acknowledged = acknowledged or call.kind == "mark"
        last = number == len(recorded) or call.kind in ("mark", "rename")
        if number % step and not last:
            continue
        for strict in (True, False):
            shutil.rmtree(image, ignore_errors=True)
            disk.build(image, None if strict else chosen)

            def work(pipe: int, acknowledged=acknowledged) -> None:
                found = folders.look(image)
                assert found == AFTER or not acknowledged, "acknowledged, and lost"
                folders.mended(image)
                os.write(pipe, f"ended {'new' if found == AFTER else 'old'}\n".encode())

            lines = listened(*forked(work), None)
            assert "".join(lines[-1:]).startswith("ended "), f"{call}, strict {strict}: {lines}"
            states[lines[-1].split()[1]] += 1
    assert acknowledged
    return {"calls": len(recorded), "images": sum(states.values()), **states}


WAYS = {"calls": calls, "power": power, "sizes": sizes}

if __name__ == "__main__":
    began = time.monotonic()
    way, folder, step, seed = sys.argv[1:]
    figures = WAYS[way](Folders(Path(folder)), int(step), int(seed))
    print(json.dumps({"seed": int(seed), **figures, "seconds": round(time.monotonic() - began)}))
