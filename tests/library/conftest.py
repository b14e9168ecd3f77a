"""A corpus folder and a data folder of their own for each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_folders import Folders

MEMORY = Path("/dev/shm")  # where it exists, making files durable costs nothing there


@pytest.fixture
def folders() -> Iterator[Folders]:
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name).resolve()
        (folder / "corpus").mkdir()
        yield Folders(folder / "corpus", folder / "data")
