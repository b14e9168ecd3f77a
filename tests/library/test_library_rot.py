"""Bit rot in every kind of file: told by `youju check`, never answered from, mended, not deleted."""

from __future__ import annotations

import random

from library_folders import Folders
from soak_run import soak


def test_whatever_is_damaged_is_detected_refused_mended_and_kept(folders: Folders) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")  # shown when the test fails
    figures = soak("soak_rot", folders.data, 100, seed)
    assert figures["detected"] + figures["superseded"] == 100
    assert figures["detected"] >= 80
    assert figures["refused"] >= 70
