"""Readers beside a writer: every reply comes from one version, and what was acknowledged is there."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from library_folders import Folders
from soak_run import soak


@pytest.mark.skipif(sys.platform == "win32", reason="no fork there")
def test_two_thousand_questions_while_a_writer_works_get_no_inconsistent_reply(
    folders: Folders,
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    figures = soak("soak_readers", folders.data, 2000, seed)
    assert figures["questions"] >= 2000
    assert figures["answered"] >= 100
    assert figures["changes"] >= 10


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
