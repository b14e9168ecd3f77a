"""Documents whose every sentence tells their name and version, so that a mixture would show."""

from __future__ import annotations

import os
import re
from pathlib import Path

SENTENCES = 6
_TOLD = re.compile(r"文件([a-z]+\d*)第(\d+)版")


def text_of(name: str, version: int) -> str:
    told = f"文件{name}第{version}版"
    parts = ["加大教育投入", "保障经费", "改善办学条件", "落实责任", "加强督导", "另行规定"]
    lines = [f"{told}规定，{part}{version * 7 + 3}万元。" for part in parts[:SENTENCES]]
    return f"一、{told}要求\n" + "\n".join(lines) + "\n"


def told_in(text: str) -> set[tuple[str, int]]:
    """The names and versions that a text speaks of: one, when it is whole."""
    return {(name, int(version)) for name, version in _TOLD.findall(text)}


def place(corpus: Path, name: str, version: int) -> None:
    """Put a version of a document into the corpus, in one step and durably."""
    target = corpus / f"{name}.txt"
    temporary = corpus / f".{name}.part"
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text_of(name, version))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)


def take_out(corpus: Path, name: str) -> None:
    (corpus / f"{name}.txt").unlink(missing_ok=True)
