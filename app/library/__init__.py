"""The only room that touches disk: corpus folder, store, index, snapshots."""

from __future__ import annotations

from app.library.indexing import index
from app.library.library import Library, Published
from app.library.report import Failure, IndexReport, Progress
from app.library.verification import Verification

__all__ = [
    "Failure",
    "IndexReport",
    "Library",
    "Progress",
    "Published",
    "Verification",
    "index",
]
