"""Readers beside a writer: every reply comes from one version, and what was acknowledged is there."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_folders import Folders
from soak_run import soak
from soak_texts import place

from app.library.check import check
from app.library.check_report import Grade
from app.library.writer import Writer


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_two_thousand_questions_while_a_writer_works_get_no_inconsistent_reply(
    folders: Folders,
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    figures = soak("soak_readers", folders.data, 2000, seed)
    assert figures["questions"] >= 2000
    assert figures["answered"] >= 50
    assert figures["changes"] >= 10


def test_a_check_beside_a_writer_that_never_rests_finds_no_damage(folders: Folders) -> None:
    for name in "abc":
        place(folders.corpus, name, 1)
    folders.index()
    stop = threading.Event()
    changes: list[int] = []

    def write() -> None:
        with Writer(folders.corpus, folders.data) as writer:
            while not stop.is_set():
                changes.append(len(changes) + 2)
                name = "abc"[changes[-1] % 3]
                place(folders.corpus, name, changes[-1])
                writer.refresh([f"{name}.txt"])
                writer.tend()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        reports = []
        while len(changes) < 5 or len(reports) < 5:
            assert thread.is_alive()
            reports.append(check(folders.corpus, folders.data))
    finally:
        stop.set()
        thread.join()
    assert not [finding for report in reports for finding in report.of(Grade.DAMAGE)]
    assert {report.documents for report in reports} == {3}
    assert check(folders.corpus, folders.data).findings == ()


def test_a_segment_that_is_taken_away_during_the_look_is_no_error(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.write("a.txt", "第0版。")
    folders.index()
    whole = Path.rglob
    looked: list[Path] = []

    def gone(self: Path, pattern: str) -> Iterator[Path]:
        if "segments" in self.parts:
            looked.append(self)
            raise FileNotFoundError(2, "No such file or directory", str(self))
        return whole(self, pattern)

    monkeypatch.setattr(Path, "rglob", gone)
    assert check(folders.corpus, folders.data).findings == ()
    assert looked


def test_a_state_that_is_superseded_between_two_looks_is_not_taken_for_lost(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.write("a.txt", "第0版。")
    folders.index()
    read_bytes, turns = Path.read_bytes, iter([1, 2, 3])

    def overtaken(path: Path) -> bytes:
        # Between reading CURRENT and the state, a writer publishes twice and tidies up.
        if path.parent.name == "states" and next(turns, None):
            monkeypatch.setattr(Path, "read_bytes", read_bytes)
            for number in (1, 2):
                folders.write("a.txt", f"第{number}版。")
                folders.index()
            monkeypatch.setattr(Path, "read_bytes", overtaken)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", overtaken)
    (found,) = folders.documents().values()
    assert found.document.text in ("第4版。", "第2版。")
