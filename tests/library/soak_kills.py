"""kill -9 of a writer at a random moment, again and again.

    python tests/library/soak_kills.py FOLDER CYCLES SEED

One process imports everything once and forks a child for each cycle, which adds, replaces, deletes
and joins until it is killed: one time by files in the corpus folder, the next time by uploads. What the child has acknowledged is noted by this process, which
outlives it, in FOLDER/acknowledged.log (appended and synced). Then another child opens what is
left, as a restart would, and compares. Prints one line of figures; ends with 1 at the first cycle
that lost something.
"""

from __future__ import annotations

import gc
import json
import os
import random
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from soak_texts import place, take_out, text_of, told_in

from app.indexer.messages import FAILED
from app.indexer.work import Removal, Work
from app.library import Library
from app.library.check import check
from app.library.check_report import Grade
from app.library.intake import Mode, Upload
from app.library.writer import Writer

DROPPED = [f"d{number}" for number in range(8)]  # files that users put into the corpus
HANDED_IN = [f"u{number}" for number in range(6)]  # documents that come as uploads
NAMES = DROPPED + HANDED_IN
LIMIT = 1_000_000  # bytes of an upload
LONGEST = 3.0  # a child is killed at the latest after so many times what one change takes
TELL_EVERY = 250
CHECK_EVERY = 5  # so often everything is checked also before the restart makes up for the cycle
GONE = 0  # the version of a document that is not there


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A child that does `work` with the end of a pipe to tell things: its id, and our end."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child:
        os.close(theirs)
        return child, ours
    code = 1
    try:
        os.close(ours)
        work(theirs)
        code = 0
    except BaseException as error:
        os.write(theirs, f"error {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)


def tell(pipe: int, word: str, versions: dict[str, int]) -> None:
    os.write(pipe, f"{word} {json.dumps(versions)}\n".encode())


class Cycle:
    """One life of a writer. `known` are the versions that were acknowledged before."""

    def __init__(self, folder: Path, known: dict[str, int], number: int, seed: int) -> None:
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.known = known
        self.number = number
        self.random = random.Random(f"{seed}-{number}")
        self.begun: dict[str, int] = {}  # told to be in work, not acknowledged

    def live(self, pipe: int) -> None:
        """Change the corpus until killed, and tell what is begun and what is acknowledged."""
        if self.number % 2:
            self.write(pipe)
        else:
            self.hand_in(pipe)

    def hand_in(self, pipe: int) -> None:
        """Uploads and removals, as the indexing process takes them in."""
        present = {name for name, version in self.known.items() if version != GONE}
        version = self.number * 1000
        with Work.open(self.corpus, self.data, LIMIT) as work:
            while True:
                version += 1
                wanted, orders = {}, []
                for name in self.random.sample(HANDED_IN, self.random.choice([1, 1, 2])):
                    leaves = name in present and self.random.random() < 0.4
                    wanted[name] = GONE if leaves else version
                    data = text_of(name, version).encode()
                    upload = Upload(f"{name}.txt", data, {"region": f"{version}区"}, Mode.EITHER)
                    orders.append(Removal(f"{name}.txt") if leaves else upload)
                    (present.discard if leaves else present.add)(name)
                tell(pipe, "begun", wanted)
                results = work.change(orders).results
                assert all(one.done != FAILED for one in results), results
                tell(pipe, "done", wanted)
                if self.random.random() < 0.2:
                    work.tend()
                    tell(pipe, "tended", {})

    def write(self, pipe: int) -> None:
        """Files that are put into the corpus folder, and then indexed."""
        present = {name for name, version in self.known.items() if version != GONE}
        version = self.number * 1000
        with Writer(self.corpus, self.data) as writer:
            while True:
                if self.random.random() < 0.25:
                    writer.tend()
                    tell(pipe, "tended", {})
                    continue
                version += 1
                # Mostly one document, sometimes several in one step.
                names = self.random.sample(DROPPED, self.random.choice([1, 1, 1, 3]))
                wanted = {}
                for name in names:
                    leaves = name in present and self.random.random() < 0.4
                    wanted[name] = GONE if leaves else version
                tell(pipe, "begun", wanted)
                for name, which in wanted.items():
                    if which == GONE:
                        take_out(self.corpus, name)
                    else:
                        place(self.corpus, name, which)
                    (present.discard if which == GONE else present.add)(name)
                if len(names) > 1:
                    report = writer.sync()
                else:
                    report = writer.refresh([f"{name}.txt" for name in names])
                assert not report.failed, report
                tell(pipe, "done", wanted)

    def look(self, pipe: int) -> None:
        """What a restart finds: first as a reader, then as a writer that makes up for it."""
        found = self.read()
        if self.number % CHECK_EVERY == 0:
            before = check(self.corpus, self.data)
            assert not before.of(Grade.DAMAGE), before.findings
        began = time.monotonic()
        with Work.open(self.corpus, self.data, LIMIT) as work:
            assert not work.sync().failed
        restart = time.monotonic() - began
        after = check(self.corpus, self.data)
        assert not after.findings, after.findings
        made_up = self.read()
        os.write(pipe, f"found {json.dumps([found, made_up, restart])}\n".encode())

    def read(self) -> dict[str, int]:
        """The version of each document that a reader sees, each whole."""
        with Library.open(self.corpus, self.data) as library:
            snapshot = library.snapshot()
            library.verify()
            found = {}
            passages = 0
            for one in snapshot.documents.ids():
                stored = snapshot.documents.get(one)
                assert stored is not None
                ((name, version),) = told_in(stored.document.text)
                assert stored.document.text == text_of(name, version), "half a document"
                assert stored.document.source == f"{name}.txt"
                # Text and fields of one upload come together.
                handed_in = name in HANDED_IN
                assert stored.document.region == (f"{version}区" if handed_in else None)
                found[name] = version
                passages += len(stored.passages)
            assert snapshot.index.size == passages
        return found


def run(folder: Path, cycles: int, seed: int) -> dict[str, object]:
    """All cycles; the figures to print. Raises AssertionError for a cycle that went wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "corpus").mkdir(parents=True)
    known = dict.fromkeys(NAMES, GONE)
    with Writer(folder / "corpus", folder / "data") as writer:
        place(folder / "corpus", "d0", 1)
        writer.sync()
    known["d0"] = 1
    # Whatever is imported when it is first used is there now, and is not copied into each child.
    check(folder / "corpus", folder / "data")
    Cycle(folder, known, 0, seed).read()
    gc.collect()
    gc.freeze()
    log = os.open(folder / "acknowledged.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    counts = {"acknowledged": 0, "tended": 0, "interrupted": 0, "idle": 0}
    slowest = 0.0
    delays = random.Random(seed)
    pace = 0.05  # seconds that one change takes, about; other programs run on this machine too
    for number in range(1, cycles + 1):
        cycle = Cycle(folder, known, number, seed)
        pending: dict[str, int] = {}
        done = 0
        delay = delays.uniform(0, LONGEST) * pace
        child, pipe = forked(cycle.live)
        for line in listened(child, pipe, delay):
            word, _, rest = line.partition(" ")
            assert word != "error", f"cycle {number}: {rest}"
            if word == "begun":
                pending = json.loads(rest)
            elif word == "done":
                os.write(log, f"{number} {rest}\n".encode())
                os.fsync(log)
                known |= json.loads(rest)
                pending = {}
                done += 1
            counts["tended"] += word == "tended"
        pace += 0.05 * (delay / (done + 0.5) - pace) if done or pending else 0.02 * pace
        pace = min(pace, 1.0)
        counts["acknowledged"] += done
        counts["interrupted"] += bool(pending)
        counts["idle"] += not pending and not done
        looker, pipe = forked(cycle.look)
        lines = list(listened(looker, pipe, None))
        assert "".join(lines[-1:]).startswith("found "), f"cycle {number}: {lines}"
        found, made_up, restart = json.loads(lines[-1].partition(" ")[2])
        slowest = max(slowest, restart)
        for name in NAMES:
            allowed = {known[name], pending.get(name, known[name])}
            for seen in (found, made_up):
                assert seen.get(name, GONE) in allowed, (
                    f"cycle {number}: {name} is {seen.get(name, GONE)}, may be {sorted(allowed)}"
                )
        known |= {name: made_up.get(name, GONE) for name in NAMES}
        if number % TELL_EVERY == 0:
            print(json.dumps({"cycle": number, **counts}), file=sys.stderr, flush=True)
    os.close(log)
    return {"seed": seed, "cycles": cycles, **counts, "slowest_restart": round(slowest, 2)}


def listened(child: int, pipe: int, seconds: float | None) -> list[str]:
    """What the child tells until it ends; it is killed after so many seconds."""
    told = b""
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        left = None if end is None else end - time.monotonic()
        if left is not None and left <= 0:
            os.kill(child, signal.SIGKILL)
            end = None
            continue
        if select.select([pipe], [], [], left)[0]:
            chunk = os.read(pipe, 65536)
            if not chunk:
                break
            told += chunk
    os.close(pipe)
    os.waitpid(child, 0)
    whole, _, _ = told.rpartition(b"\n")
    return whole.decode().splitlines()


if __name__ == "__main__":
    began = time.monotonic()
    figures = run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    figures["seconds"] = round(time.monotonic() - began)
    print(json.dumps(figures))
